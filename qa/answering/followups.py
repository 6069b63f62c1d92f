"""Turns a follow-up into a question that stands alone, without a chat model: rules, English.

What is left out is taken from the conversation: what a pronoun or "the treaty" stands for, the rest of "And in 2012?",
the claim behind "Why?", the subject of "Who was the director?". A first question is never changed, nor one that stands
alone, nor one in another language. Of the things talked of, those that agree in number, gender and kind are ranked by
where, by whom and how often each was named (`WEIGHTS`); where the choice was close the result says so, so that both
forms can be searched.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.answering.questions import CJK, is_content
from qa.answering.spans import spans
from qa.schema import Message

WEIGHTS = {
    "recency": 2.0, "last_answer": 1.0, "last_question": 1.0, "short_answer": 1.5, "subject": 1.0, "frequency": 1.0,
    "topic": 1.5, "first": 1.5, "agrees": 1.5, "against": -1.0, "described": -0.5, "chain": 1.5, "oblique": -1.0,
}  # fmt: skip
_TURNS = 12
"""Questions looked back on, besides the first: what was said in between is forgotten."""
_LONGEST = 4000
"""Characters of a message that are read."""
_SHORT = 8
"""Words of a message that is a short answer as a whole."""
_LONG = 60
"""Words from which a question says all that it needs."""
_SURE = 0.5
"""Least share of the softmax that a sure antecedent has."""
_BARE_WORDS = 3
"""Content words up to which a question that names nothing is held to leave its subject out."""


_SECOND = re.compile(
    r",?\s+and\s+(?=(?:(?:in|on|at|to|from|by|for|of|with|since)\s+)?(?:who|whom|whose|what|when|where|which|why|how)\b)",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|when|where|which|why|how)\b", re.IGNORECASE)
_SHORTEST_PART = 4
"""Words."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone. `sure` is False where another reading was nearly as likely: then the question as
    asked should be searched for too.
    """

    text: str
    sure: bool


def resolve(question: str, history: Sequence[Message]) -> Resolved:
    """The question with what it leans on; itself, byte for byte, if it opens the conversation, stands alone, or is not
    English. Any text is accepted.
    """
    talk = Talk(history)
    return _stand_alone(question, talk) if talk.asked else Resolved(question, True)


def standalone(question: str, history: Sequence[Message]) -> str:
    """The text of `resolve`."""
    return resolve(question, history).text


def parts(question: str) -> tuple[str, ...]:
    """A question that asks two things ("How long is the one, and how long is the other?") as two that each stand alone;
    any other as itself.
    """
    match = _SECOND.search(question)
    first, second = (question[: match.start()], question[match.end() :]) if match else (question, "")
    if not _QUESTION_WORD.search(first) or min(len(first.split()), len(second.split())) < _SHORTEST_PART:
        return (question,)
    whole = resolve(second, [Message("user", first)])
    stands = whole.sure or not (whole.text == second or whole.text.endswith(")"))
    return f"{first}?", whole.text if stands else f"{second} ({first})"


# --- Words -----------------------------------------------------------------------------------------------------------

_AUX = (
    r"(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|(?:is|was|are|were|do|does|did|has|have|had|ca|could|wo|would)n['’]t)"
)
_PREPOSITION = (
    r"(?:in|on|at|to|from|by|for|of|with|about|against|after|before|during|since|until|under|over|into|between|near|as)"
)
_WH = r"(?:who|whom|whose|what|when|where|which|why|how)"
_FUNCTION = frozenset(
    """is are am was were do does did has have had can could will would shall should may might must in on at to from by
    for of with about against after before during since until under over into between near as a an the this that these
    those and or but so if than then there here who whom whose what when where which while why how not no yes ever never
    also still again now too he him his she her it its they them their i you we me us my your our one any some other
    else more most all both each because ago up out off down back away just only really actually later
    earlier""".split()
)
_KINDS = tuple(
    words.split()
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
_KIND = {form: number for number, words in enumerate(_KINDS) for word in words for form in (word, f"{word}s")}
"""Nouns that say what a thing is; those of one number can stand for each other."""
_GROUPS = frozenset(f"kind {number}" for number in range(7))
"""Kinds that are "they"."""
_PLACES = frozenset("city town village country nation state island region river".split())
_EVENTS = frozenset("war attack election meeting game match final season storm fire strike tour deal".split())
_THING = frozenset(_KIND) | frozenset(
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
_FOREIGN = re.compile(
    r"\b(?:der|das|ist|und|wer|wann|warum|wie|wurde|les|des|est|sont|que|qui|quand|pourquoi|où|el|los|las|por|qué|quién"
    r"|cuándo|cómo|como|quando|perché|chi|è|het|een|wat|wanneer|waarom|och|är|vad|kto|kiedy)\b"
)
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_ENDING = re.compile(r"[\s?.!]*$")
_OWNED = re.compile(r"[’']s?$")
_ROLE = re.compile(rf"^(?:(?:{'|'.join(sorted(_ROLES))})\.?\s+)+", re.IGNORECASE)
_TITLES = frozenset("mr mrs ms miss sir dr".split())
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Sir)\.? $|\b(?:[A-Z]\. ?)+$")
_MORE = re.compile(r" ([^\W\d_A-Za-z][\w’'-]+)")
_OPENS = re.compile(
    rf"(?:(?:{_AUX}|{_WH}|tell|besides|apart|aside|other|please|any|anyone|anything|yes|also|according|name|list|describe"
    r"|explain|give|show|thanks|ok|okay|hi|hello|despite|including|I)(?![’'\w])\s*)+",
    re.IGNORECASE,
)

# --- What was said ---------------------------------------------------------------------------------------------------

_MARK = re.compile(r" \[\d+\]")
_ESCAPED = re.compile(r"\\([^\w\s])")
_ATTRIBUTED = re.compile(r"(?<=”)\s+—\s.*$", re.MULTILINE)
_ABOUT_ANSWER = re.compile(
    r"Nearest: |Searched [\d,]+ article|The nearest passage |The sources differ|I don[’']t know:|\[\d+\] “"
)
_NOTHING = re.compile(r"(?:I[’']m |I am )?sorry\b|I do(?:n[’']t| not) (?:know|have)\b|cannotanswer", re.IGNORECASE)
_CAPITALS = r"[A-ZÀ-Þ][\w’'-]*(?: [A-ZÀ-Þ][\w’'-]*){0,5}"
_LISTED = re.compile(rf"{_CAPITALS}(?:, {_CAPITALS}){{0,9}},? and {_CAPITALS}")
_NOUN = "|".join(sorted(_KIND, key=lambda word: (-len(word), word)))
_DESCRIBED = re.compile(rf"\b[Tt]he (?:[\w’'-]+ ){{0,3}}?(?:{_NOUN})\b(?! (?:{_NOUN})\b)")
_MEASURED = re.compile(
    r"(?:and )?how (?:large|big|high|long|old|deep|wide|tall|strong|many|much) (?:is|was|are|were) "
    r"(?P<what>(?:the )?[A-ZÀ-Þ][\w’'-]*[’']s? [a-z-]+(?: [a-z-]+){0,3}?)"
    rf"(?= {_PREPOSITION}\b|\W*$)",
    re.IGNORECASE,
)
"""What is measured by name: "How large was Norway's defence budget in 2012?"."""
_COUNTED = re.compile(r"\b(?:how many|what|which) ([a-z]{3,}[^s\W]s)\b(?! (?:the|a|an)\b)", re.IGNORECASE)


_OBLIQUE = re.compile(
    r"\b(?:in|on|at|to|from|for|of|with|about|into|near|over|under|between) (?:the )?$", re.IGNORECASE
)
_HEADING = re.compile(r": $")
"""A capital after it says nothing."""


def _said(message: Message) -> tuple[str, str]:
    """The short answer of a message ("" if it has none) and all that it says: of our own answers without the marks, who
    and when, and the scope.
    """
    text = message.content[:_LONGEST]
    if message.role == "user":
        return "", text
    ours = "\n\nSearched " in text
    plain = _MARK.sub("", _ATTRIBUTED.sub("", _ESCAPED.sub(r"\1", text)))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    lines = [line for line in lines if not (ours and _ABOUT_ANSWER.match(line))]
    if not lines or _NOTHING.match(lines[0]):
        return "", ""
    first = lines[0].rstrip(".,")
    is_short = not first.startswith("“") if ours else len(lines) == 1 and len(first.split()) <= _SHORT
    return (first if is_short else ""), " | ".join(line.strip("“”") for line in lines)


def _mentions(text: str) -> list[tuple[int, int]]:
    """What the text names: lists, things by what they are ("the harbour plan"), names; none twice, in reading order."""
    found: list[tuple[int, int]] = []
    for start, end in (*_listed(text), *_described(text), *_named(text), *(m.span(1) for m in _COUNTED.finditer(text))):
        if not any(start < b and a < end for a, b in found):
            found.append((start, end))
    return sorted(found)


def _listed(text: str) -> Iterator[tuple[int, int]]:
    for match in _LISTED.finditer(text):
        start = _past_opening(text, match.start(), match.end())
        if " and " in text[start : match.end()]:
            yield start, match.end()


def _described(text: str) -> Iterator[tuple[int, int]]:
    if match := _MEASURED.match(text):
        yield match.span("what")
    for match in _DESCRIBED.finditer(text):
        words = match.group().split()[1:]
        if len(words) > 1 and not any(word in _FUNCTION for word in words):
            yield match.start() + len("the "), match.end()


def _named(text: str) -> Iterator[tuple[int, int]]:
    for span in spans(text):
        if span.kind in ("name", "term") and len(text[span.start : span.end].split()) <= _SHORT:
            start, end = _whole_name(text, _past_opening(text, span.start, span.end), span.end)
            words = _WORD.findall(text[start:end])
            common = len(words) == 1 and _no_name(words[0].lower(), text, start)
            if not common and any(is_content(word) and word != word.lower() for word in words):
                yield start, end


def _no_name(word: str, text: str, start: int) -> bool:
    """Whether a single capitalised word is a common noun or an adjective."""
    people = _PEOPLES.search(word) and word not in _HE | _SHE
    return word in _KIND or bool(people) or bool(_HEADING.search(text, 0, start))


def _whole_name(text: str, start: int, end: int) -> tuple[int, int]:
    """With the title or initials before it, and the words after it whose capitals are less common ones."""
    before = _TITLED.search(text, 0, start)
    after = _MORE.match(text, end)
    grows = after is not None and after.group(1)[0].isupper() and end > start
    return before.start() if before else start, after.end() if after and grows else end


def _past_opening(text: str, start: int, end: int) -> int:
    """Where a name begins that "Did" or "Tell" was taken into."""
    match = _OPENS.match(text, start, end)
    return match.end() if match else start


def _name_words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others."""
    plain = "".join(c for c in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(c))
    words = (_OWNED.sub("", word) for word in _WORD.findall(plain))
    return frozenset(word for word in words if word not in _FUNCTION and word not in _ROLES and word not in _TITLES)


# --- What was talked of ----------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Thing:
    """Something that was talked of, under its fullest name. `heard` are the numbers of the messages that name it,
    `first` its place in the last of them, `oblique` whether a preposition stood before it there, `signs` what is known
    of it: "person", "he", "plural", "kind 3", ...
    """

    text: str
    words: frozenset[str]
    the: bool
    described: bool
    first: int = 0
    oblique: bool = False
    heard: list[int] = field(default_factory=list)
    signs: set[str] = field(default_factory=set)

    @property
    def shown(self) -> str:
        """As it stands in a sentence."""
        return f"the {self.text}" if self.the else self.text

    @property
    def is_thing(self) -> bool:
        """Whether it is held to be no person."""
        return not self.signs & {"person", "he", "she"} and (
            self.described
            or self.the
            or bool(self.words & _THING)
            or any(s.startswith(("kind", "place")) for s in self.signs)
        )

    @property
    def is_person(self) -> bool:
        """Whether it is held to be one person; a name of two or three words is, unless something speaks against it."""
        if self.signs & {"person", "he", "she"}:
            return True
        return (
            not self.is_thing
            and not self.signs & {"plural", "they"}
            and len(self.words) in (2, 3)
            and "&" not in self.text
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A possible antecedent, its share of the softmax over all, and whether number, gender and kind speak for it."""

    thing: Thing
    share: float
    agrees: bool


class Talk:
    """A conversation so far: what was talked of, and its questions in the form in which each stands alone."""

    def __init__(self, history: Sequence[Message]) -> None:
        self.asked: list[str] = []
        self.things: list[Thing] = []
        self.short = ""
        self.answer = ""
        self.turn = 0
        self.meant: dict[str, Thing] = {}
        self._subject: Thing | None = None
        users = [number for number, message in enumerate(history) if message.role == "user"]
        for number, message in enumerate(history):
            if users and message.role != "system" and (0 <= number - users[0] < 2 or number >= users[-_TURNS:][0]):
                self._hear(message)

    def known(self, text: str) -> Thing | None:
        """The thing of that name, with or without article and title."""
        words = _name_words(text)
        return next((thing for thing in reversed(self.things) if words and thing.words == words), None)

    def choices(self, stands: str, question: str = "", taken: Sequence[Thing] = ()) -> list[Choice]:
        """What a word can stand for, likeliest first; what the question itself names cannot be meant."""
        inside = _name_words(question)
        things = [thing for thing in self.things if thing not in taken and not thing.words <= inside]
        fitting = [(thing, agrees) for thing in things if (agrees := _agreement(thing, stands)) is not None]
        rows = [self._features(thing, stands, agrees) for thing, agrees in fitting]
        odds = [math.exp(sum(w * value for w, value in zip(WEIGHTS.values(), row, strict=True))) for row in rows]
        found = [Choice(thing, odd / sum(odds), agrees > 0) for (thing, agrees), odd in zip(fitting, odds, strict=True)]
        return sorted(found, key=lambda choice: (-choice.share, choice.thing.text))

    def _features(self, thing: Thing, stands: str, agrees: int) -> tuple[float, ...]:
        since = self.turn - thing.heard[-1]
        return (
            1 / (1 + since),
            float(since == 0),
            float(since == 1 or thing.heard[-2:-1] == [self.turn - 1]),
            float(f"answer {self.turn}" in thing.signs),
            float(thing is self._subject),
            math.log(len(thing.heard)),
            float(thing is self.things[0] and thing.heard[0] == 1),
            float(thing.first == 0),
            float(agrees > 0),
            float(agrees < 0),
            float(thing.described),
            float(self.meant.get(stands) is thing),
            float(thing.oblique),
        )

    def _hear(self, message: Message) -> None:
        short, text = _said(message)
        self.turn += 1
        asks = message.role == "user"
        if asks:
            text = _stand_alone(text, self).text if self.asked else text
            self.asked.append(text)
            self._subject = None
        for place, (start, end) in enumerate(_mentions(text)):
            thing = self._meet(text, start, end, place)
            if asks and place == 0:
                self._subject = thing
        self.short, self.answer = ("", "") if asks else (short, text)
        answer = self.known(short)
        if answer is not None:
            self._answered(answer)

    def _answered(self, thing: Thing) -> None:
        """The short answer was talked of, and is of the kind that was asked for."""
        thing.signs.add(f"answer {self.turn}")
        parted = _PARTED.match(self.asked[-1])
        wh = (parted["wh"] or "").lower() if parted else ""
        if wh.startswith("who") and not thing.is_thing and "plural" not in thing.signs:
            thing.signs.add("person")
        thing.signs |= {f"kind {_KIND[word]}" for word in wh.split() if word in _KIND}

    def _meet(self, text: str, start: int, end: int, place: int) -> Thing:
        name = text[start:end]
        words = _name_words(name) or frozenset([name.lower()])
        the = _takes_article(text, start, end)
        described = name.split()[0].islower() or name.split()[-1].islower()
        bare = _ROLE.sub("", name) if " " in _ROLE.sub("", name) else name
        thing = self.known(name) or self._other_name(name, words, described)
        if thing is None:
            thing = Thing(bare, words, the, described)
            self.things.append(thing)
        elif words > thing.words:
            thing.text, thing.words, thing.the, thing.described = bare, words, the, described
        if thing.heard[-1:] != [self.turn]:
            thing.heard.append(self.turn)
            thing.first, thing.oblique = place, bool(_OBLIQUE.search(text, 0, start))
        thing.signs |= _signs(text, start, end)
        return thing

    def _other_name(self, name: str, words: frozenset[str], described: bool) -> Thing | None:
        """Horn, met before as Pavel Horn, or the other way; the ferry Petrel, met before as Petrel."""
        for thing in reversed(self.things):
            less, more = sorted((words, thing.words), key=len)
            extra = more - less
            if not less < more or " and " in name or "list" in thing.signs or less <= frozenset(_KIND):
                continue
            if extra <= frozenset(_KIND) if described or thing.described else not more & _THING:
                return thing
        return None


def _takes_article(text: str, start: int, end: int) -> bool:
    """Whether "the" before a name is its own: that of "the Abe era" is not Abe's."""
    name, after = text[start:end], _WORD.match(text, end + 1)
    own = " " in name or after is None or not text[end : end + 1].isspace() or after.group().lower() in _FUNCTION
    return name.islower() or (text[:start].lower().endswith("the ") and own)


def _signs(text: str, start: int, end: int) -> set[str]:
    """What a text tells of a thing where it names it."""
    name, before, after = text[start:end], text[max(0, start - 40) : start].lower(), text[end : end + 40].lower()
    words = [word.lower() for word in _WORD.findall(name)]
    signs = set()
    if words and (words[0] in _MALE or (words[0] in _HE and len(words) > 1)):
        signs.add("he")
    if words and (words[0] in _FEMALE or (words[0] in _SHE and len(words) > 1)):
        signs.add("she")
    if frozenset(words) & _ROLES or re.search(rf"\b(?:{'|'.join(_ROLES)})\s$", before):
        signs.add("person")
    if (
        re.match(rf",? (?:the |a |an |is the |was the )?(?:[\w-]+ ){{0,2}}(?:{'|'.join(_ROLES)})\b", after)
        and after[:1] == ","
    ):
        signs.add("person")
    if " and " in name:
        signs.add("list")
    if " and " in name or (name.islower() and name.endswith("s") and " " not in name):
        signs.add("plural")
    kinds = re.findall(r"\b(?:the|a|an) (\w+) $", before)
    told = re.match(r"(?:, an?| (?:is|was|are|were) (?:an?|the)) ((?:[\w-]+ ){0,3})|\s\(((?:[\w-]+\s?){1,2})\)", after)
    kinds += (told[1] or told[2] or "").split() if told else []
    signs |= {f"kind {_KIND[kind]}" for kind in kinds if kind in _KIND}
    signs |= {f"kind {_KIND[word]}" for word in words if word in _KIND}
    if frozenset(words) & _COUNTRIES and len(words) < 3:
        signs.add("place")
    if re.search(r"\b(?:in|at|near) $", before) and len(words) == 1 and not name.islower():
        signs.add("place")
    return signs


def _agreement(thing: Thing, stands: str) -> int | None:
    """How far number, gender and kind speak for a thing: 1, 0, -1, or None where they rule it out."""
    person = bool(thing.signs & {"person", "he", "she"})
    if stands == "topic":
        return 0
    if stands in ("he", "she"):
        other = "she" if stands == "he" else "he"
        if "list" in thing.signs or thing.described or (other in thing.signs and stands not in thing.signs):
            return None
        if (thing.words & _THING or "place" in thing.signs) and not person:
            return None
        return -1 if thing.is_thing else int(thing.is_person)
    if stands == "they":
        return 1 if thing.signs & (_GROUPS | {"they", "plural"}) else -int(person)
    if "list" in thing.signs or person:
        return None
    return -1 if "plural" in thing.signs or thing.is_person else int(thing.is_thing)


# --- What a question leans on ----------------------------------------------------------------------------------------

_STANDS = {
    "he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "hers": "she", "it": "it", "its": "it",
    "they": "they", "them": "they", "their": "they", "theirs": "they",
}  # fmt: skip
_OWNS = frozenset("his hers its their theirs".split())
_SUBJECTS = frozenset("he she they".split())
_LEANS = re.compile(
    r"\b(?:(?P<pronoun>he|him|his|she|her|hers|it|its|they|them|theirs|their)"
    r"|the (?P<pair>former|latter)"
    r"|(?P<det>the|this|that|these|those) (?:same )?(?P<noun>[a-z]+)"
    r"|(?P<bare>this|that|these|those))\b",
    re.IGNORECASE,
)
_BARE_AFTER = re.compile(
    rf"\s*(?:$|[?.,!]|(?:{_AUX}|{_PREPOSITION}|happen\w*|cause\w*|mean\w*|get|so|and|or)\b)", re.IGNORECASE
)
_COMPLEMENT = re.compile(
    rf"\s+(?:(?:of|that|who|which|whose|between|called|named|for|{_NOUN})\b"
    rf"|(?:{_PREPOSITION} )?(?:the )?[A-ZÀ-Þ“\"0-9])"
)
_CLAUSE = re.compile(
    r"[,;:]|\b(?:that|until|till|when|because|if|after|before|while|since|once|though|although|whether|and|but|who|which|to)\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    rf"\bit (?:{_AUX} )?(?:true|possible|likely|clear|known|necessary|important|rain\w*|snow\w*)\b"
    rf"|\bit (?:to )?(?:takes?|took|taken?) (?:to|for)\b|\btime is it\b|\bit {_AUX} (?:that|to)\b",
    re.IGNORECASE,
)
_TIMES = frozenset("time year season day month period week decade".split())
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})(?:[-–]\d{2,4})?\b")


@dataclass(frozen=True, slots=True)
class _Slot:
    """`question[start:end]` stands for something: `stands` as a pronoun of that form would, `kind` of that noun, `pair`
    the former or the latter of two.
    """

    start: int
    end: int
    stands: str
    owns: bool = False
    kind: str = ""
    pair: str = ""


def _slots(question: str, talk: Talk) -> Iterator[_Slot]:
    """What the question leans on, in reading order; of several words for one thing the first."""
    names = [(start, end) for start, end in _mentions(question)]
    seen: set[str] = set()
    for match in _LEANS.finditer(question):
        slot = _slot(match, question)
        if slot is None or slot.stands in seen or _own(slot, question, names, talk):
            continue
        seen.add(slot.stands)
        yield slot


def _slot(match: re.Match[str], question: str) -> _Slot | None:
    start, end = match.span()
    if match["pair"]:
        return _Slot(start, end, match["pair"].lower(), pair=match["pair"].lower())
    if match["pronoun"]:
        word = match["pronoun"].lower()
        if word == "it" and _EXPLETIVE.search(question):
            return None
        follows = _WORD.match(question, end + 1)
        owns = word in _OWNS or (word == "her" and follows is not None and follows.group().lower() not in _FUNCTION)
        return _Slot(start, end, _STANDS[word], owns)
    if match["bare"] or _BARE_AFTER.match(question, match.end("det")):
        end = match.end("bare" if match["bare"] else "det")
        word = question[start:end].lower()
        return (
            _Slot(start, end, "that")
            if word != "the" and _BARE_AFTER.match(question, end) and _free(question, start)
            else None
        )
    noun, det = match["noun"].lower(), match["det"].lower()
    if noun == "article" and not re.match(r" (?:about|on)\b", question[end:]):
        return _Slot(start, end, "that", kind=noun)
    if noun in _KIND and not _COMPLEMENT.match(question, end):
        return _Slot(start, end, "they" if noun.endswith("s") and noun not in ("series", "talks") else "it", kind=noun)
    if det in ("this", "that") and noun in _TIMES:
        return _Slot(start, end, "time", kind=noun)
    return None


def _free(question: str, start: int) -> bool:
    """Whether a "that" stands for a thing and opens no clause ("said that", "the mine that")."""
    before = question[:start].lower().split()
    return not before or before[-1] in _FUNCTION


def _own(slot: _Slot, question: str, names: Sequence[tuple[int, int]], talk: Talk) -> bool:
    """Whether the question itself names, before the word, what it stands for."""
    if slot.kind or slot.pair or slot.stands in ("that", "time"):
        return False
    word = question[slot.start : slot.end].lower()
    for start, end in names:
        thing = talk.known(question[start:end])
        if end > slot.start or (thing is not None and _agreement(thing, slot.stands) is None):
            continue
        if slot.owns or word in _SUBJECTS or _CLAUSE.search(question, end, slot.start):
            return True
    return False


def _stand_alone(question: str, talk: Talk) -> Resolved:
    """The question with what it leans on, given what was talked of; at least one question was asked before."""
    words = len(_WORD.findall(question))
    if CJK.search(question) or _FOREIGN.search(question) or question.endswith(")") or not 0 < words <= _LONG:
        return Resolved(question, True)
    return _elliptic(question, talk) or _leaning(question, talk)


def _leaning(question: str, talk: Talk) -> Resolved:
    slots = list(_slots(question, talk))
    taken: list[Thing] = []
    filled: list[tuple[_Slot, str]] = []
    sure = True
    for slot in slots:
        words, certain = _fill(slot, question, talk, taken)
        sure &= certain
        if words:
            filled.append((slot, words))
    text = question
    for slot, words in reversed(filled):
        opening = not question[: slot.start].strip()
        text = text[: slot.start] + (words[:1].upper() + words[1:] if opening else words) + text[slot.end :]
    text = _in_full(text, talk)
    if filled or _names_something(text, talk) or not (slots or _leaves_out(question)):
        return Resolved(text, sure)
    return _with_topic(text, talk)


def _fill(slot: _Slot, question: str, talk: Talk, taken: list[Thing]) -> tuple[str, bool]:
    """The words in the place of a slot, "" where nothing is found, and whether they are sure."""
    if slot.stands == "time":
        years = _YEAR.findall(talk.answer) or _YEAR.findall(talk.asked[-1])
        before = re.search(rf"\b{_PREPOSITION} $", question[: slot.start], re.IGNORECASE)
        return (f"{'' if before else 'in '}{years[-1]}", True) if years else ("", False)
    if slot.pair:
        pair = _pair(talk)
        return (pair[slot.pair == "latter"], True) if pair else ("", False)
    found = talk.choices(slot.stands, question, taken)
    if slot.kind == "article" and found:
        return f"{question[slot.start : slot.end]} about {found[0].thing.shown}", False
    if slot.kind:
        return _of_kind(slot, found, taken)
    if not found:
        return "", False
    thing = found[0].thing
    taken.append(thing)
    if slot.stands in ("he", "she", "they") and found[0].share >= _SURE:
        thing.signs.add("they" if slot.stands == "they" else "person")
    talk.meant[slot.stands] = thing
    sure = found[0].share >= _SURE and slot.stands != "that" and found[0].agrees
    return _owner(thing.shown) if slot.owns else thing.shown, sure


def _of_kind(slot: _Slot, found: Sequence[Choice], taken: list[Thing]) -> tuple[str, bool]:
    """So "the treaty" is what is called one; "the company", where nothing is, the likeliest thing."""
    kind = f"kind {_KIND[slot.kind]}"
    called = [choice for choice in found if kind in choice.thing.signs and "plural" not in choice.thing.signs]
    fitting = called or [c for c in found if not c.thing.described and slot.kind not in _EVENTS]
    if not fitting:
        return "", False
    thing = fitting[0].thing
    taken.append(thing)
    if thing.words & frozenset(_KINDS[_KIND[slot.kind]]):
        return thing.shown, True
    if called or (not thing.is_person and (kind in _GROUPS or slot.kind in _PLACES)):
        return f"the {slot.kind} {thing.text}", bool(called)
    return f"{_owner(thing.shown)} {slot.kind}", False


def _pair(talk: Talk) -> tuple[str, str] | None:
    """The two that the last question names side by side."""
    match = re.search(rf"({_CAPITALS}),? (?:or|and) ({_CAPITALS})", talk.asked[-1])
    return (match[1], match[2]) if match else None


def _owner(name: str) -> str:
    """The possessive form."""
    return f"{name}'" if name.endswith("s’") or name.endswith("s'") else f"{name}'s"


def _in_full(text: str, talk: Talk) -> str:
    """People under their full names: "What did Horn say?" after talk of Pavel Horn."""
    for match in reversed(list(_WORD.finditer(text))):
        word = _OWNED.sub("", match.group())
        fuller = [t for t in talk.things if word.lower() in t.words and t.is_person and len(t.words) > 1]
        if len(fuller) != 1 or not word[0].isupper() or len(fuller[0].words & _name_words(text)) != 1:
            continue
        near = text[: match.start()].split()[-1:] + text[match.end() :].split()[:1]
        if not any(other[0].isupper() and other.lower() not in _FUNCTION for other in near if match.start()):
            text = text[: match.start()] + fuller[0].text + text[match.start() + len(word) :]
    return text


def _names_something(question: str, talk: Talk) -> bool:
    """Whether the question names something itself, in capitals or as it was called before."""
    words = _name_words(question)
    named = any(
        question[start:end] != question[start:end].lower() or " " in question[start:end]
        for start, end in _mentions(question)
    )
    return named or any(thing.words <= words for thing in talk.things if not _COUNTED.search(question))


_HAPPENED = re.compile(r"((?:and |so |but |then )*what (?:else )?(?:happened|changed))\b(?! to\b)", re.IGNORECASE)
_RELATION = re.compile(r"\b(?:is|was|are|were) the (?:[\w-]+ )?[\w-]+(?<!\bone)$", re.IGNORECASE)


def _leaves_out(question: str) -> bool:
    """Whether a question that names nothing is too bare to stand alone."""
    return sum(map(is_content, _WORD.findall(question))) <= _BARE_WORDS


def _with_topic(text: str, talk: Talk) -> Resolved:
    """A question that does not say what it is about, with what the talk is about."""
    found = talk.choices("topic", text)
    if not found:
        return Resolved(text, False)
    shown = found[0].thing.shown
    body, end = _without_ending(text)
    if _HAPPENED.match(body):
        return Resolved(_HAPPENED.sub(lambda match: f"{match[1]} to {shown}", body, count=1) + end, False)
    if _RELATION.search(body):
        return Resolved(f"{body} of {shown}{end}", False)
    return Resolved(f"{body}{end} ({shown})", False)


def _without_ending(text: str) -> tuple[str, str]:
    """The text and its closing question mark."""
    match = _ENDING.search(text)
    return (text[: match.start()].lstrip(), match.group().strip()) if match else (text, "")


# --- What a question leaves out --------------------------------------------------------------------------------------

_TALK = r"(?:(?:and|but|so|or|then|ok|okay|well),? )"
_PARTED = re.compile(
    rf"{_TALK}?(?:(?P<wh>(?:{_PREPOSITION} )?(?:who|whom|what|when|where|why"
    r"|how(?: (?:long|far|often|old|big|large|tall|high|much|many))?"
    r"|(?:which|what|whose|how many|how much)(?: [\w’'-]+){1,3}?)) )?"
    rf"(?P<aux>{_AUX}) (?P<rest>.+)",
    re.IGNORECASE,
)
"""A question around its auxiliary: "How many visitors / did / the museum have"."""
_ADVERB = re.compile(r"when|where|why|how(?: (?:long|far|often))?", re.IGNORECASE)
_ALONE = re.compile(
    rf"{_TALK}*(?P<wh>(?:{_PREPOSITION} )?(?:why|when|where|how|whom|who|what|which)(?: (?:long|often))?|how come)"
    r"(?P<no> not)?(?: exactly)?",
    re.IGNORECASE,
)
_ELSE = re.compile(rf"{_TALK}*(?P<wh>who|what|where|when|why|how|anyone|anybody|anything|anywhere) else", re.IGNORECASE)
_ANY = {"anyone": "who", "anybody": "who", "anything": "what", "anywhere": "where"}
_ABOUT = re.compile(rf"(?:{_TALK}+|{_TALK}*(?:what|how) about )(?P<what>.+)", re.IGNORECASE)
_SHORT_ABOUT = 6
"""Words of the part that replaces another in the last question."""
_FINITE = re.compile(rf"\b(?:{_AUX}|{_WH})\b", re.IGNORECASE)
_PERIOD = r"(?:year|month|week|day|decade|century|quarter|season|summer|winter|spring|autumn|night)"
_RELATIVE = re.compile(
    rf"\b(?:(?:last|this|next|that|the (?:previous|following|same|next|last)) {_PERIOD}"
    rf"|(?:the|a|one) {_PERIOD} (?:before|after|earlier|later)|today|now|yesterday|tomorrow)\b",
    re.IGNORECASE,
)
_PASSED = {
    "left": "leave", "won": "win", "built": "build", "wrote": "write", "made": "make", "took": "take", "gave": "give",
    "said": "say", "told": "tell", "sold": "sell", "bought": "buy", "led": "lead", "lost": "lose", "met": "meet",
    "paid": "pay", "spent": "spend", "found": "find", "held": "hold", "ran": "run", "began": "begin", "broke": "break",
    "came": "come", "went": "go", "got": "get", "shot": "shoot", "sent": "send", "kept": "keep", "brought": "bring",
    "caught": "catch", "chose": "choose", "drew": "draw", "fell": "fall", "felt": "feel", "fought": "fight",
    "grew": "grow", "knew": "know", "saw": "see", "sank": "sink", "spoke": "speak", "stood": "stand", "stole": "steal",
    "struck": "strike", "taught": "teach", "thought": "think", "threw": "throw", "withdrew": "withdraw", "hit": "hit",
    "cut": "cut", "put": "put", "set": "set", "quit": "quit", "shut": "shut", "beat": "beat", "became": "become",
}  # fmt: skip


def _elliptic(question: str, talk: Talk) -> Resolved | None:
    """What is left of a question that the last one completes; None for a question that is one."""
    body = " ".join(_without_ending(question)[0].split())
    last = re.sub(rf"^{_TALK}+", "", _without_ending(talk.asked[-1])[0], flags=re.IGNORECASE)
    if match := _ALONE.fullmatch(body):
        return _asked_of(match["wh"], bool(match["no"]), last, talk)
    if match := _ELSE.fullmatch(body):
        return _else(match["wh"], last, talk)
    match = _ABOUT.fullmatch(body)
    if match and len(match["what"].split()) <= _SHORT_ABOUT and not _FINITE.search(match["what"]):
        return _in_place(match["what"], last, talk)
    return None


def _asked_of(wh: str, negated: bool, last: str, talk: Talk) -> Resolved:
    """Bare "Why?": asked of what the last question takes for granted, or of its answer."""
    whole = Resolved(f"{wh}{' not' * negated}? ({last})", False)
    match, done = _PARTED.fullmatch(last), _done(last)
    known = talk.known(talk.short)
    answer = known.shown if known else talk.short
    if wh.lower() in ("who", "what", "which"):
        return whole
    if match and (not match["wh"] or _ADVERB.fullmatch(match["wh"])):
        clause = f"{match['aux'].lower()} {match['rest']}"
    elif match and answer and match["wh"].lower() == "who" and match["aux"].lower() in ("is", "was", "are", "were"):
        clause = f"{match['aux'].lower()} {answer} {match['rest']}"
    elif done and not match and answer:
        clause = f"did {answer} {_base(done[0])} {done[1]}"
    else:
        return whole
    if negated:
        subject = next((clause[start:end] for start, end in _mentions(clause)), "")
        if not subject:
            return whole
        clause = clause.replace(subject, f"{subject} not", 1)
    return Resolved(f"{wh} {clause}?", True)


def _done(last: str) -> tuple[str, str] | None:
    """The verb and the rest of a question for who did something, without an auxiliary: "Who / closed / the mine"."""
    words = last.split()
    if words and words[0].lower() in ("who", "what", "which", "whose"):
        for at in (1, 2, 3):
            if len(words) > at + 1 and _base(words[at]):
                return words[at], " ".join(words[at + 1 :])
    return None


def _base(verb: str) -> str:
    """The base form of a verb in the past; "" if it has none that is known."""
    verb = verb.lower()
    if verb in _PASSED or not verb.endswith("ed"):
        return _PASSED.get(verb, "")
    stem = verb[:-2]
    if stem.endswith("i"):
        return f"{stem[:-1]}y"
    if len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in "sl":
        return stem[:-1]
    return (
        f"{stem}e"
        if re.search(r"[svzcgu]$|[^aeiou][aeiou][rt]$|[ai]d$|ibl$|abl$", stem)
        and not re.search(r"(?:ss|it|er|et|en)$", stem)
        else stem
    )


def _else(wh: str, last: str, talk: Talk) -> Resolved:
    """For "Who else?", the last question over again."""
    wh = _ANY.get(wh.lower(), wh)
    match = re.match(
        rf"(?:(?P<wh>{_WH})|(?P<which>which|what) (?P<noun>[a-z]+))\b(?: else)?(?P<rest> .+)", last, re.IGNORECASE
    )
    if match and match["wh"] and match["wh"].lower() == wh.lower():
        return Resolved(f"{wh[:1].upper()}{wh[1:]} else{match['rest']}?", True)
    if match and wh.lower() == "who" and (done := _done(last)):
        return Resolved(f"Who else {done[0]} {done[1]}?", True)
    return Resolved(f"{wh[:1].upper()}{wh[1:]} else? ({last})", False)


def _in_place(what: str, last: str, talk: Talk) -> Resolved:
    """For "And in 2012?" or "What about Japan?", the last question with this in the place of what is like it."""
    owned = re.fullmatch(r"(?:its|his|her|their) (.+)", what, re.IGNORECASE)
    for replaced in (
        _time_in_place(what, last),
        _place_in_place(what, last),
        re.sub(r"\b(?:its|his|her|their) [\w’'-]+", what, last, count=1) if owned else "",
        _described_in_place(f"the {owned[1]}", last) if owned else "",
        _name_in_place(what, last, talk),
        _described_in_place(what, last),
    ):
        if replaced and replaced != last:
            return Resolved(f"{replaced[:1].upper()}{replaced[1:]}?", True)
    found = talk.choices("topic", what)
    about = (
        _leaning(what, talk).text
        if owned
        else f"{what} of {found[0].thing.shown}"
        if found and not _mentions(what)
        else what
    )
    return Resolved(f"What about {about}? ({last})" if not found else f"What about {about}?", False)


def _times(text: str) -> list[tuple[int, int]]:
    """Where the text names times, without the preposition."""
    dates = [(span.start, span.end) for span in spans(text) if span.kind == "date"]
    dates = [(text.find(" in ", start, end) + 4 if " in " in text[start:end] else start, end) for start, end in dates]
    found = sorted(dates + [match.span() for match in _RELATIVE.finditer(text)])
    return [(a, b) for a, b in found if not any(c <= a and b <= d and (a, b) != (c, d) for c, d in found)]


def _time_in_place(what: str, last: str) -> str:
    times, old = _times(what), _times(last)
    preposition = re.match(rf"(?:{_PREPOSITION} )?(?:the )?", what, re.IGNORECASE)
    if (
        not times
        or preposition is None
        or what[: times[0][0]].strip() not in ("", preposition.group().strip())
        or times[-1][1] < len(what)
    ):
        return ""
    if not old:
        return f"{last} {what}"
    start, end = old[-1]
    year = re.search(r" \d{4}$", last[start:end])
    new = f"{what}{year.group()}" if year and re.fullmatch(r"[A-Z][a-z]+", what[times[0][0] :]) else what
    before = re.search(rf"\b{_PREPOSITION} (?:the )?$", last[:start], re.IGNORECASE)
    bare = re.sub(rf"^{_PREPOSITION} ", "", new, flags=re.IGNORECASE)
    if before and (new != bare or re.match(r"the |last |this |next |that |a |one |tod|yest", bare, re.IGNORECASE)):
        return last[: before.start()] + new + last[end:]
    return last[:start] + (bare if before else new) + last[end:]


def _place_in_place(what: str, last: str) -> str:
    """A phrase with its preposition in the place of one with the same, else after the rest."""
    match = re.match(rf"({_PREPOSITION}) ", what, re.IGNORECASE)
    if not match:
        return ""
    same = list(re.finditer(rf"\b{match[1]} (?:the )?(?:(?!{_PREPOSITION}\b)[\w’'.-]+ ?)+", last, re.IGNORECASE))
    if not same:
        return f"{last} {what}"
    old = same[-1]
    return last[: old.start()] + what + (" " if old.group().endswith(" ") else "") + last[old.end() :]


def _name_in_place(what: str, last: str, talk: Talk) -> str:
    """A name in the place of the one most like it: a person's for a person's, a treaty's for a treaty's."""
    inside = _mentions(what)
    if len(inside) != 1 or not any(c.isupper() for c in what[slice(*inside[0])]):
        return ""
    new = _thing(what, *inside[0], talk)
    old = [(start, end, _thing(last, start, end, talk)) for start, end in _mentions(last)]
    old = [place for place in old if any(c.isupper() for c in last[place[0] : place[1]])]
    if not old:
        return ""

    def alike(place: tuple[int, int, Thing]) -> tuple[int, int]:
        thing = place[2]
        kinds = {s for s in thing.signs & new.signs if s.startswith("kind")}
        same = 3 * bool(kinds) + 2 * (thing.is_person == new.is_person) + (thing.is_thing == new.is_thing)
        return same + (len(thing.words) == len(new.words)), -place[0]

    start, end, _ = max(old, key=alike)
    full = new.shown if talk.known(what) else what
    if last[:start].lower().endswith("the ") and (
        what.lower().startswith("the ") or full.lower().startswith("the ") or not new.is_thing
    ):
        start -= 4
    return last[:start] + full + last[end:]


def _thing(text: str, start: int, end: int, talk: Talk) -> Thing:
    name = text[start:end]
    known = talk.known(name)
    the = text[:start].lower().endswith("the ")
    return known or Thing(name, _name_words(name), the, name[0].islower(), signs=_signs(text, start, end))


def _described_in_place(what: str, last: str) -> str:
    """So "And the paid report?" after "the free report", "And the area?" after "the population of", "And women?"."""
    head = what.split()[-1]
    same = re.search(rf"\b(?:the|its|his|her|their) (?:[\w’'-]+ ){{0,2}}?{re.escape(head)}\b", last, re.IGNORECASE)
    if what.lower().startswith("the ") and same:
        return last[: same.start()] + what + last[same.end() :]
    if re.fullmatch(r"the (?:[a-z-]+ )?[a-z-]+", what):
        return re.sub(r"\bthe (?:[a-z-]+ )?[a-z-]+ (?=of\b)", f"{what} ", last, count=1)
    if re.fullmatch(r"[a-z]+s|women|men|people|children", what):
        return re.sub(r"(?<=\bhow many )[a-z]+", what, last, count=1, flags=re.IGNORECASE)
    return ""
