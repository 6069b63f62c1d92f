"""What an English text names, and what it tells of it: lists, things by what they are ("the harbour plan"), names, and
whether each is a person, a he or she, several, a place, of which kind. Any text is accepted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qa.answering.questions import is_content
from qa.answering.spans import spans

_LONGEST_NAME = 8
"""Words."""

AUXILIARY = (
    r"(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|(?:is|was|are|were|do|does|did|has|have|had|ca|could|wo|would)n['’]t)"
)
PREPOSITION = (
    r"(?:in|on|at|to|from|by|for|of|with|about|against|after|before|during|since|until|under|over|into|between|near|as)"
)
QUESTION_WORD = r"(?:who|whom|whose|what|when|where|which|why|how)"
FUNCTION_WORDS = frozenset(
    """is are am was were do does did has have had can could will would shall should may might must in on at to from by
    for of with about against after before during since until under over into between near as a an the this that these
    those and or but so if than then there here who whom whose what when where which while why how not no yes ever never
    also still again now too he him his she her it its they them their i you we me us my your our one any some other
    else more most all both each because ago up out off down back away just only really actually later
    earlier""".split()
)
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
CAPITALS = r"(?<!\w)[A-ZÀ-Þ][\w’'-]*(?: [A-ZÀ-Þ][\w’'-]*){0,5}"

KINDS = tuple(
    frozenset(words.split())
    for words in (
        "band group duo trio orchestra choir ensemble", "team club side squad", "party movement coalition alliance",
        "union federation association league", "company firm corporation business maker carmaker airline producer",
        "government ministry administration council committee commission parliament cabinet", "tribe people family",
        "deal agreement treaty accord pact contract convention truce ceasefire", "film movie picture",
        "book novel memoir biography", "law bill act statute decree",
        "plan project scheme programme program proposal initiative reform", "war conflict battle invasion siege",
        "attack bombing shooting explosion", "election vote referendum poll ballot",
        "festival fair exhibition event ceremony concert", "report study paper survey article review",
        "newspaper magazine journal agency broadcaster gazette weekly", "city town village capital municipality",
        "country nation state republic kingdom", "bridge viaduct", "dam reservoir", "ship ferry boat vessel",
        "institute university college school academy centre center foundation",
        "meeting summit conference talks congress",
        "show series sitcom", "song single track", "album record", "game match tournament cup championship final",
        "season", "satellite rocket spacecraft", "mine", "museum gallery", "bank", "court tribunal", "hospital clinic",
        "harbour harbor port", "island", "river", "building tower castle palace lighthouse", "church temple mosque",
        "storm hurricane typhoon flood earthquake", "fire", "strike protest", "virus disease outbreak epidemic",
        "harvest crop", "tour", "airport station railway line road street",
    )
)  # fmt: skip
"""Nouns that say what a thing is; those of one kind can stand for each other."""
KIND = {form: number for number, words in enumerate(KINDS) for word in words for form in (word, f"{word}s")}
"""The number of the kind, for each noun and its plural."""
NO_PERSON = frozenset(KIND) | frozenset(
    """inc ltd corp co energy industries motors airlines office department house times post news daily awards award
    prize medal day bay sea lake mountain valley avenue north south east west records system index fund market society
    army navy police force forces network channel cathedral district province county region games
    olympics war""".split()
)
_COUNTRIES = frozenset(
    """afghanistan argentina australia austria belarus belgium brazil britain bulgaria canada chile china colombia cuba
    denmark egypt england ethiopia europe africa asia america finland france georgia germany greece hungary india
    indonesia iran iraq ireland israel italy japan kazakhstan kenya korea kosovo laos lebanon libya lithuania malaysia
    mexico moldova mongolia morocco myanmar nepal netherlands nigeria norway pakistan palestine peru philippines poland
    portugal qatar romania russia scotland serbia singapore somalia spain sudan sweden switzerland syria taiwan
    tajikistan thailand tunisia turkey uganda ukraine uzbekistan venezuela vietnam wales yemen zimbabwe usa uk us eu
    washington beijing moscow london paris berlin tokyo delhi brussels kyiv""".split()
)
_PEOPLES = re.compile(r"(?:[a-z]ese|[a-z]ish|[a-z]ians?|eans?|icans?|french|dutch|german|greek|arab|swiss)$")
_MALE = frozenset("mr sir lord king prince father brother son husband uncle duke baron emperor pope".split())
_FEMALE = frozenset("mrs ms miss lady queen princess mother sister daughter wife aunt duchess dame empress".split())
_ROLES = frozenset(
    """president minister mayor senator governor chancellor secretary general colonel captain professor prof dr judge
    bishop cardinal archbishop ambassador director chairman chairwoman chief officer leader author writer singer actor
    actress artist engineer scientist coach player lawyer spokesman spokeswoman premier congressman congresswoman
    researcher founder owner driver""".split()
)
_HE = frozenset(
    """james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
    donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary
    nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick
    jack dennis jerry peter henry walter arthur albert carl roger bruce alan juan carlos jose luis vladimir sergei boris
    ivan pavel hans jean pierre mohammed muhammad ali ahmed hassan omar shinzo jeff jim joe bob bill tom tim ben dan
    mike steve chris tony greg matt nick sam alex adam aaron sean simon martin oliver harry fred ralph eugene philip
    phil craig shane keith ian neil stuart graham colin derek hugh barack dmitry mikhail nikolai andrei alexei viktor
    klaus wolfgang friedrich karl franz otto giuseppe giovanni marco luca antonio francisco pedro miguel javier pablo
    diego fernando rafael abdul ibrahim yusuf mustafa hiroshi kenji takeshi fumio raj rahul arjun olaf lars sven erik
    gustav nils johan""".split()
)
_SHE = frozenset(
    """mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret sandra ashley
    kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy
    angela shirley anna brenda pamela emma nicole helen samantha katherine christine rachel maria diane ruth julie
    olivia virginia catherine heather frances janet alice marie grace theresa angelina greta clara ada eva ingrid
    ursula sue kate jane joan judith judy ann anne annie betty beverly dorothy rose martha gloria teresa sara janice
    jean-marie kathryn jacqueline hannah abby megan victoria charlotte sophie sophia isabella natalie caroline claire
    lucy ellen monica veronica vanessa tina tamara natasha olga svetlana irina elena ekaterina giulia francesca carmen
    isabel lucia sofia fatima aisha leila yuki keiko priya indira benazir astrid sigrid freya hillary kamala hedwig
    mia courtney""".split()
)
_TITLES = frozenset("mr mrs ms miss sir dr".split())
_GIVEN = _HE | _SHE

_OWNED = re.compile(r"[’']s?$")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir)\.? $|\b(?:[A-Z]\. ?)+$")
_HEADING = re.compile(r": $")
"""A capital after it says nothing."""
_OPENS = re.compile(
    rf"(?:(?:{AUXILIARY}|{QUESTION_WORD}|tell|besides|apart|aside|other|please|any|anyone|anything|yes|also|according"
    r"|name|list|describe|explain|give|show|thanks|ok|okay|hi|hello|despite|including|I)(?![’'\w])\s*)+",
    re.IGNORECASE,
)
_LISTED = re.compile(rf"{CAPITALS}(?:, {CAPITALS}){{0,9}},? and {CAPITALS}")
NOUN = "|".join(sorted(KIND, key=lambda word: (-len(word), word)))
_DESCRIBED = re.compile(rf"\b[Tt]he (?:[\w’'-]+ ){{0,3}}?(?:{NOUN})\b(?! (?:{NOUN})\b)")
COUNTED = re.compile(r"\b(?:how many|what|which) ([a-z]{3,}[^s\W]s)\b(?! (?:the|a|an)\b)", re.IGNORECASE)
"""What is counted or chosen from: "How many members", "Which villages"."""

_ANY_ROLE = "|".join(sorted(_ROLES))
_WITH_ROLE = re.compile(rf"\b(?:{_ANY_ROLE})\s$")
_IN_ROLE = re.compile(rf",(?: (?:the|a|an|is the|was the))? (?:[\w-]+ ){{0,2}}(?:{_ANY_ROLE})\b")
_OF_KIND = re.compile(r"\b(?:the|a|an) (\w+) $")
_CALLED = re.compile(r"(?:, an?| (?:is|was|are|were) (?:an?|the)) ((?:[\w-]+ ){0,3})|\s\(((?:[\w-]+\s?){1,2})\)")
_WHERE = re.compile(r"\b(?:in|at|near) $")
_NEAR = 40
"""Characters before and after a name that are looked at."""


def mentions(text: str) -> list[tuple[int, int]]:
    """Where the text names something; no two overlap, in reading order."""
    found: list[tuple[int, int]] = []
    taken = bytearray(len(text))
    for start, end in (*_listed(text), *_described(text), *_named(text), *(m.span(1) for m in COUNTED.finditer(text))):
        if not any(taken[start:end]):
            taken[start:end] = b"x" * (end - start)
            found.append((start, end))
    return sorted(found)


def name_words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others, lower-cased, without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
    words = (unowned(word) for word in WORD.findall(plain))
    return frozenset(word for word in words if word not in FUNCTION_WORDS and word not in _ROLES | _TITLES)


def unowned(word: str) -> str:
    """Without a possessive ending."""
    return _OWNED.sub("", word)


def takes_article(text: str, start: int, end: int) -> bool:
    """Whether "the" before the name `text[start:end]` is its own: that of "the Abe era" is not Abe's."""
    name, after = text[start:end], WORD.match(text, end + 1)
    own = " " in name or after is None or not text[end : end + 1].isspace() or after.group().lower() in FUNCTION_WORDS
    return name.islower() or (text[:start].lower().endswith("the ") and own)


def signs(text: str, start: int, end: int) -> set[str]:
    """What the text tells of the thing that `text[start:end]` names: "person", "he", "she", "list", "plural", "place",
    "kind 3".
    """
    name, before, after = text[start:end], text[max(0, start - _NEAR) : start].lower(), text[end : end + _NEAR].lower()
    words = [word.lower() for word in WORD.findall(name)]
    told = {
        "he": words[:1] and (words[0] in _MALE or (words[0] in _HE and len(words) > 1)),
        "she": words[:1] and (words[0] in _FEMALE or (words[0] in _SHE and len(words) > 1)),
        "person": not _ROLES.isdisjoint(words) or _WITH_ROLE.search(before) or _IN_ROLE.match(after),
        "list": " and " in name,
        "plural": " and " in name or (name.islower() and name.endswith("s") and " " not in name),
        "place": (not _COUNTRIES.isdisjoint(words) and len(words) < 3)
        or (_WHERE.search(before) and len(words) == 1 and not name.islower()),
    }
    called = _CALLED.match(after)
    kinds = [*words, *_OF_KIND.findall(before), *((called[1] or called[2] or "").split() if called else ())]
    return {sign for sign, holds in told.items() if holds} | {f"kind {KIND[kind]}" for kind in kinds if kind in KIND}


def _listed(text: str) -> Iterator[tuple[int, int]]:
    for match in _LISTED.finditer(text):
        start = _past_opening(text, match.start(), match.end())
        if " and " in text[start : match.end()]:
            yield start, match.end()


def _described(text: str) -> Iterator[tuple[int, int]]:
    for match in _DESCRIBED.finditer(text):
        words = match.group().split()[1:]
        if len(words) > 1 and FUNCTION_WORDS.isdisjoint(words):
            yield match.start() + len("the "), match.end()


def _named(text: str) -> Iterator[tuple[int, int]]:
    for span in spans(text):
        if span.kind in ("name", "term") and len(text[span.start : span.end].split()) <= _LONGEST_NAME:
            start, end = _with_title(text, _past_opening(text, span.start, span.end)), span.end
            words = WORD.findall(text[start:end])
            common = len(words) == 1 and _no_name(words[0].lower(), text, start)
            if not common and any(is_content(word) and word != word.lower() for word in words):
                yield start, end


def _no_name(word: str, text: str, start: int) -> bool:
    """Whether a single capitalised word is a common noun or an adjective."""
    people = _PEOPLES.search(word) and word not in _GIVEN
    return word in KIND or bool(people) or bool(_HEADING.search(text, max(0, start - _NEAR), start))


def _with_title(text: str, start: int) -> int:
    """Where a name begins with the title or the initials before it."""
    before = _TITLED.search(text, max(0, start - _NEAR), start)
    return before.start() if before else start


def _past_opening(text: str, start: int, end: int) -> int:
    """Where a name begins that "Did" or "Tell" was taken into."""
    match = _OPENS.match(text, start, end)
    return match.end() if match else start
