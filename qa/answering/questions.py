"""What a question asks for: its content words, its names, the type of answer it wants. Rules, English.

Answer types after Li & Roth 2002 ("Learning question classifiers"), reduced to those that a short answer can have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import snowballstemmer

from qa.answering.lexicon import BODIES, LONG_THINGS, MEASURES, MONEY, PERSONS, PLACES, PRICES, TERMS

AnswerType = Literal[
    "number",
    "percent",
    "ordinal",
    "money",
    "date",
    "duration",
    "person",
    "place",
    "organisation",
    "name",
    "term",
    "list",
    "reason",
    "yes_no",
    "definition",
    "statement",
]

WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:[’'][^\W\d_]+)*", re.UNICODE)
CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]+")

STOP = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has have having he her
    here hers herself him himself his how i if in into is it its itself just me more most my myself no nor not now of
    off on once only or other our ours ourselves out over own said same say says she should so some such than that the
    their theirs them themselves then there these they this those through to too under until up upon us very was we
    were what when where which while who whom whose why will with would you your yours yourself tell many much long
    according article articles report reported state stated give given name named call called kind type exactly
    happen happened make made get got take took s t d ll m re ve""".split()
)

# Porter 1, because SQLite's FTS5 stems with it: a stem here is a term of the keyword index too.
_stemmer = snowballstemmer.stemmer("porter")


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart: `terms` are its content words' stems in order and `words` the words themselves; `names`
    the stems of capitalised words
    and numbers that an answer has to be about, `heads` the stems of the nouns that say what is counted or asked for.
    """

    text: str
    wants: AnswerType
    terms: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    heads: tuple[str, ...]
    negated: bool


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a word (Porter 1980), lower-cased, without accents and possessive ending."""
    lowered = word.lower().replace("’", "'").removesuffix("'s").rstrip("'").replace(",", "")
    plain = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return str(_stemmer.stemWord(plain))


def stems(text: str) -> list[str]:
    """Stems of every word of the text, in order."""
    return [stem(match.group()) for match in WORD.finditer(text)]


def is_content(word: str) -> bool:
    """Whether a word carries meaning of its own."""
    lowered = word.lower().replace("’", "'").removesuffix("'s")
    return lowered not in STOP and (len(lowered) > 1 or lowered.isdigit() or bool(CJK.match(lowered)))


def understand(text: str) -> Question:
    """The question taken apart. Any text is accepted; what is not understood is a statement question."""
    matches = list(WORD.finditer(text))
    words = [match.group() for match in matches]
    content = {stem(word): word for word in reversed(words) if is_content(word)}
    terms = tuple(reversed(content))
    names = tuple(
        dict.fromkeys(
            stem(word)
            for position, word in enumerate(words)
            if is_content(word) and (word[0].isdigit() or (word[0].isupper() and (position > 0 or not _opens(word))))
        )
    )
    wants = answer_type(text)
    return Question(
        text=text,
        wants=wants,
        terms=terms,
        words=tuple(content[term] for term in terms),
        names=names,
        heads=_heads(text),
        negated=bool(re.search(r"\b(?:not|never|no|without|n[’']t)\b|n[’']t\b", text.lower())),
    )


def _opens(word: str) -> bool:
    """A capital at the start of a sentence says nothing, unless the word is an acronym."""
    return not (len(word) > 1 and word.isupper())


_AUX = "is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
_ASKING = r"(?:who(?:m|se)?|what|when|where|why|which|how)\b"
_PREPOSITION = (
    r"(?:about|after|against|among|as|at|before|behind|between|by|during|for|from|in|into|of|off|on|over|since|through"
    r"|to|towards?|under|until|with|within)"
)


def _any(nouns: Iterable[str]) -> str:
    return "|".join(noun.replace("-", "[ -]") for noun in sorted(nouns, key=lambda noun: (-len(noun), noun)))


def _plural(noun: str) -> str:
    if noun.endswith(("man", "woman")):
        return noun.removesuffix("an") + "en"
    if re.search(r"[^aeiou]y$", noun):
        return noun.removesuffix("y") + "ies"
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x")) else "s")


def _plurals(nouns: Iterable[str]) -> str:
    return _any(_plural(noun) for noun in nouns)


# What may stand between "which" and the noun that says what is asked for.
_BETWEEN = (
    rf"(?:(?!(?:{_AUX}|{_PREPOSITION}|the|an?|its|his|her|their|he|she|it|they|you|we|if|that|happen\w*)\b)"
    r"(?:[\w’']+-[\w-]+|armed|estimated|united|proposed|[\w’']+(?<!ed))\ ){0,3}?"
)
_NOUN = rf"(?:what|which)\ {_BETWEEN}"
_BE = r"(?:is|are|was|were|will\ be|would\ be)"
_THE = rf"what\ {_BE}\ (?:the|its|his|her|their|[\w’'-]+[’']s)\ {_BETWEEN}"
_OF_THE = rf"which\ (?:one\ )?of\ (?:the|these|those|its|their)\ {_BETWEEN}"
_RATE = (
    "growth|unemployment|jobless|interest|inflation|literacy|tax|poverty|approval|success|vacancy|default|savings"
    "|vaccination|tariff|employment|occupancy|conviction|survival|graduation"
)
_PAYS = "cost|spend|spent|pay|paid|invest|invested|pledge|pledged|earn|earned|owe|lend|lent|donate|raise|charge|borrow"
_TIME = "years|days|months|weeks|hours|minutes|seconds|decades|centuries|time"

# The first rule that fits the question, from its question word on, decides.
_RULES: tuple[tuple[AnswerType, str], ...] = (
    (
        "ordinal",
        rf"""(?:how|where)\ (?:do|does|did|has|have)\ .*\brank(?:ed)?\b | {_NOUN}(?:rank|ranking|anniversary)\b
            | {_NOUN}\w+,\ by\ (?:its\ )?number\b | which\ time\ in\ a\ row
            | what\ (?:place|position)\ (?:do|does|did)\ .*\b(?:finish|come|rank|hold|place)\b""",
    ),
    (
        "reason",
        rf"""why\b | how\ come\b | how\ (?:do|does|did)\ .*\bexplain\b
            | {_NOUN}(?:reason|cause|motive|grounds|pretext)\b | {_THE}(?:reason|cause|motive)s?\b
            | what\ (?:\w+ly\ |else\ )?(?:led|prompted|causes?|caused|made|makes|drove|drives|explains|motivated
            |triggered|sparked|account(?:s|ed)\ for|lies\ behind|lay\ behind)\b
            | what\ (?:is|was)\ (?:behind|driving|causing|fuell?ing|prompting)\b""",
    ),
    (
        "duration",
        rf"""how\ long\b(?!\ {_BE}\ (?:the|this|its)\ {_BETWEEN}(?:{_any(LONG_THINGS)})\b) | how\ old\b
            | how\ (?:many|much)\ (?:more\ )?(?:{_TIME})\b
            | (?:{_NOUN}|{_THE})(?:age|period|duration|lifespan|(?:prison|jail)\ (?:sentence|term))\b""",
    ),
    (
        "percent",
        rf"""(?:{_NOUN}|{_THE})(?:percentage|percent|per\ cent|share|proportion|fraction|discount|(?:{_RATE})\ rate)\b
            | how\ many\ (?:percent|per\ cent|percentage\ points)\b
            | how\ (?:high|much|low|large)\b.*\b(?:percent|per\ cent)\b""",
    ),
    (
        "money",
        rf"""how\ (?:much|many)\ (?:{_any(MONEY)})\b | how\ (?:big|large|high)\ an?\ (?:\w+\ )?(?:{_any(MONEY)})\b
            | how\ much\ (?:(?:{_AUX})\ .*\b(?:{_PAYS}|spent|priced|worth|fined|owed|donated|raised)\b)
            | (?:{_NOUN}|{_THE})(?:{_any(PRICES)})\b | what\ (?:do|does|did|will|would)\ .*\bcost\b""",
    ),
    (
        "date",
        rf"""when\b | how\ (?:far\ back|soon|recently|early)\b
            | (?:{_NOUN}|{_THE})(?:year|date|day|month|time|century|decade|season|quarter|hour|week|deadline)\b""",
    ),
    (
        "number",
        rf"""how\ (?:many|much|large|big|high|tall|far|often|fast|wide|deep|heavy|long|hot|cold|small)\b
            | how\ \w+\ pages\b | (?:{_NOUN}|{_THE})(?:{_any(MEASURES)})\b""",
    ),
    (
        "person",
        rf"""who(?:m|se)?\b | {_NOUN}(?:{_any(PERSONS)})\b | {_OF_THE}(?:{_plurals(PERSONS)})\b
            | {_THE}name\ of\ (?:the|its|their|his|her)\ {_BETWEEN}(?:{_any(PERSONS)})\b
            | what\ (?:is|was)\ .*\b(?:{_any(PERSONS)})[’']s\ (?:full\ |real\ )?name\b""",
    ),
    ("definition", r"what\ (?:do|does|did)\ .*\bmean\W*$ | what\ (?:is|was)\ meant\ by\b"),
    (
        "term",
        rf"""(?:{_NOUN}|{_THE})(?:{_any(TERMS)}|name|title)\b | what\ (?:do|does|did)\ .*\b(?:stand\ for|call)\b
            | (?:what|how)\ (?:is|are|was|were)\ .*\b(?:called|named|known|termed|dubbed|nicknamed|entitled|titled)\b
            | what\ did\ .*,\ in\ one\ word\b | .*\bin\ chinese\b""",
    ),
    ("organisation", rf"{_NOUN}(?:{_any(BODIES)})\b | {_OF_THE}(?:{_plurals(BODIES)})\b"),
    (
        "place",
        rf"""where\b | {_NOUN}(?:{_any(PLACES)})\b(?!-) | {_OF_THE}(?:{_plurals(PLACES)})\b
            | which\ river\ (?:{_AUX})\b | {_THE}(?:capital|birthplace|location|venue)\b""",
    ),
    (
        "definition",
        rf"""what\ exactly\ (?:is|are|was|were)\b | {_THE}(?:meaning|definition)\b
            | what\ {_BE}\ (?:(?:an?|the)\ )?(?:(?!{_PREPOSITION}\b)[\w-]+(?<!ed)(?<!ing)(?:\ |(?=\W*$))){{1,3}}\W*$""",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.VERBOSE)) for kind, pattern in _RULES)
_MANY = r"two|three|four|five|six|seven|eight|nine|ten|\d+"
_LIST = re.compile(
    rf"""(?:which|what)\ (?:(?:{_MANY})\b|others?\b(?!\ \w+(?<!s)\ )) | (?:who|what)\ (?:are|were)\ the\b
    | {_NOUN}(?!(?:is|was|does|has|news|politics|series|species|means|corps|headquarters|gas|this|its)\b)
      \w{{2,}}(?<![sui])s\ (?:{_AUX}|that|have|make|take|came?|come|took|in|of|from|help|outlets|\w+ed)\b
    | {_NOUN}(?:{_plurals(PERSONS | BODIES | PLACES | TERMS)})\b""",
    re.VERBOSE,
)
_LISTED = ("person", "place", "organisation", "term", "definition")
_YES_NO = re.compile(rf"(?:{_AUX})(?:n[’']?t)?\b")
_CHOICE = re.compile(r"\b(?:more|fewer|less|first|better|worse|rather)\b.*\bor\b")
_TAG = re.compile(
    rf",\s(?:(?:{_AUX})(?:n[’']?t)?\s(?:he|she|it|they|there|we|you|that)|right|correct|true|is\sthat\sso)\W*$"
)
_VAGUE = re.compile(
    r"(?:what|which)\ (?:happen\w*|ha(?:s|ve)|becomes?|became|role|effects?|impact|influence|evidence|advice"
    r"|position|stance|view|way|action|response|reaction|consequences|conditions|difference|else)\b"
)
_NAMED = re.compile(rf"(?:what|which)\ (?!(?:{_AUX})\b)\w")
_BRACKETED = re.compile(r"\s*\(([^()]*)\)$")
_FIRST_ASKING = re.compile(rf"\b{_ASKING}")
_ASIDE = re.compile(rf"^((?:{_PREPOSITION}\s)?{_ASKING}(?:\s\w+){{0,2}}),\s(?!by\s)[^,?]+,\s")
_OPENING = re.compile(
    rf"^(?:(?:and|but|so|or|then|also|well)\b,?\s+)+"
    rf"|^(?!{_ASKING})[^,?]{{2,100}},\s+(?=(?:{_PREPOSITION}\s)?{_ASKING}|(?:{_AUX})(?:n[’']?t)?\s)"
    rf"|^when(?:\s[^\s,?]+){{2,15}},\s+(?=(?:{_PREPOSITION}\s)?{_ASKING})"
    rf"|^(?:{_AUX})\b(?:\s\w+){{1,4}}?\s(?:tell|say|know|known|explain|clear|said|find\sout)(?:\s(?:me|us))?\s+(?={_ASKING})"
)
_WHO_IS = re.compile(r"^(?:[Aa]nd )?[Ww]ho(?: exactly)? (?:is|was|are|were) (?:[A-Z][\w’'.-]*[ ?.!]*){1,4}$")


def answer_type(text: str) -> AnswerType:
    """The type of answer that the question wants; what a follow-up leans on, in brackets, only counts where it has no
    question word of its own.
    """
    spaced = " ".join(re.sub(r"(?i)\b(who|what|where|when|why|how)[’']s\b", r"\1 is", text).split())
    if _WHO_IS.match(spaced) and not spaced.isupper():
        return "definition"
    asked = _own_words(spaced.lower())
    if _TAG.search(asked):
        return "yes_no"
    asked = _main_clause(asked)
    if _YES_NO.match(asked):
        return "statement" if _CHOICE.search(asked) else "yes_no"
    if re.match(r"(?:list|name)\s", asked):
        return "list"
    if re.match(r"define\s", asked):
        return "definition"
    first = _FIRST_ASKING.search(asked)
    return _of_question_word(asked[first.start() :]) if first else "statement"


def _own_words(asked: str) -> str:
    """Without what stands in brackets at the end; that alone where the rest asks nothing."""
    bracketed = _BRACKETED.search(asked)
    own = _BRACKETED.sub("", asked)
    if not bracketed or _FIRST_ASKING.search(own) or _YES_NO.match(_main_clause(own)):
        return own
    return bracketed.group(1)


def _main_clause(asked: str) -> str:
    """Without what comes before the question ("In 2012, ...", "According to X, ...", "Do we know ...") or cuts it."""
    for _ in range(3):
        asked = _OPENING.sub("", _ASIDE.sub(r"\1 ", asked), count=1)
    return asked


def _of_question_word(asked: str) -> AnswerType:
    several = _LIST.match(asked) is not None and not _VAGUE.match(asked)
    for kind, pattern in _PATTERNS:
        if pattern.match(asked):
            return "list" if several and kind in _LISTED else kind
    if several:
        return "list"
    return "name" if _NAMED.match(asked) and not _VAGUE.match(asked) else "statement"


_HEAD = re.compile(
    r"\b(?:how (?:many|much)|what|which|whose)\s+((?:[\w’'-]+\s+){0,5}?[\w’'-]+?)\s+"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|of|in|at|on|for|from|to|by|that|who|which|with|\w+ed)\b",
    re.IGNORECASE,
)


def _heads(text: str) -> tuple[str, ...]:
    match = _HEAD.search(text)
    if not match:
        return ()
    return tuple(stem(word) for word in WORD.findall(match.group(1)) if is_content(word))
