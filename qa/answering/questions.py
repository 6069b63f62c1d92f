"""What a question asks for: its content words, its names, the type of answer it wants. Rules, English.

Answer types after Li & Roth 2002 ("Learning question classifiers"), reduced to those that a short answer can have.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import snowballstemmer

AnswerType = Literal[
    "number", "money", "date", "duration", "person", "place", "name", "term", "list", "reason", "yes_no", "statement"
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
_WHAT = r"\b(?:what|which)\ (?:\w+\ ){0,2}?"
_RULES: tuple[tuple[AnswerType, str], ...] = (
    (
        "duration",
        rf"""\bhow\ (?:long|old)\b | \bhow\ many\ (?:years|days|months|weeks|hours|minutes)\b
            | {_WHAT}(?:age|period|duration)\b""",
    ),
    (
        "money",
        rf"""\bhow\ much\ (?:money | (?:did|do|does|has|have|will|would)\ .*\ (?:cost|spend|spent|pay|paid|invest
            |invested|pledge|pledged|earn|owe) | (?:was|were|is|are)\ .*\ (?:spent|priced|worth|paid|pledged|invested))
            | {_WHAT}(?:price|cost|amount|sum|budget|fee|salary)\b | ^what\ (?:do|does|did)\ .*\ cost\b""",
    ),
    (
        "date",
        rf"""\bwhen\b | \bhow\ far\ back\b | {_WHAT}(?:year|date|day|month|time|century|decade)\b""",
    ),
    (
        "number",
        rf"""\bhow\ (?:many|much|large|big|high|tall|far|often|fast|wide|deep|heavy)\b | \bhow\ \w+\ pages\b
            | {_WHAT}(?:number|percentage|percent|share|proportion|figure|rate|total|population|discount|size)\b""",
    ),
    (
        "reason",
        rf"""\bwhy\b | \bhow\ come\b | {_WHAT}(?:reason|cause|motive|grounds)\b
            | \bwhat\ (?:was|is|were|are)\ the\ (?:\w+\ )?(?:reason|cause|motive)s?\b
            | \bwhat\ (?:led|prompted|caused|made|makes|drove|drives|explains|largely\ explains)\b""",
    ),
    (
        "place",
        rf"""\bwhere\b | {_WHAT}(?:city|country|place|town|province|region|location|state(?!-)|airport|continent|venue
            |capital|cities|countries|nations?|provinces)\b""",
    ),
    (
        "person",
        rf"""\bwho(?:m|se)?\b | {_WHAT}(?:person|man|woman|official|politician|minister|president|researcher
            |journalist|author|artist|diplomat|ambassador|leader|speaker|senator|analyst)s?\b""",
    ),
    (
        "term",
        rf"""{_WHAT}(?:term|word|phrase|hashtag|nickname|slogan|catchphrase|expression|code|name|title)\b
            | \bwhat\ (?:is|was|are|were)\ .*\b(?:called|named|known\ as|termed|dubbed|nicknamed)\b
            | \bwhat\ (?:is|was)\ the\ (?:\w+\ ){{0,2}}?(?:term|word|phrase|name|title|hashtag)\b
            | \bwhat\ (?:do|does|did)\ .*\ call\b | \bin\ chinese\b""",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.VERBOSE)) for kind, pattern in _RULES)
_LIST = re.compile(
    rf"""\b(?:which|what)\ (?:(?:two|three|four|five|six|seven|eight|nine|ten|\d+|other|main|key|different)\ )?
        (?:\w+\ ){{0,2}}?
        (?!(?:is|was|does|has|news|politics|status|basis|analysis|crisis|process|this|its|focus|us|business)\b)\w{{3,}}s\ 
        (?:{_AUX}|that|made?|took|in|of|help|closed?|includes?|came|outlets|covers?|from)\b
    | \bwho\ (?:are|were)\ the\b | \bwhat\ (?:are|were)\ the\b
    | ^(?:list|name)\ """,
    re.IGNORECASE | re.VERBOSE,
)
_YES_NO = re.compile(rf"^(?:(?:and|but|so|or)\s+)?(?:{_AUX})\b", re.IGNORECASE)
_BRACKETED = re.compile(r"\s*\([^()]*\)$")
_QUESTION_WORD = re.compile(r"\b(?:who(?:m|se)?|what|when|where|why|which|how)\b")
_NAMED = re.compile(
    rf"\b(?:what|which) (?!(?:{_AUX}|happen\w*|make|makes|explains?|drives?|causes?|role|effect|impact)\b)\w+"
)


def answer_type(text: str) -> AnswerType:
    """The type of answer that the question wants; what a follow-up leans on, in brackets, only counts where it has no
    question word of its own.
    """
    lowered = " ".join(text.lower().split())
    own = _BRACKETED.sub("", lowered)
    lowered = own if _QUESTION_WORD.search(own) else lowered
    if _YES_NO.match(lowered):
        return "yes_no"
    for kind, pattern in _PATTERNS:
        match = pattern.search(lowered)
        # A question word far inside the question ("What did X say when ...") does not decide.
        if match and match.start() <= max(25, len(lowered) // 3):
            return "list" if kind in ("place", "person") and _LIST.search(lowered) else kind
    if _LIST.search(lowered):
        return "list"
    return "name" if _NAMED.search(lowered) else "statement"


_HEAD = re.compile(
    r"\b(?:how (?:many|much)|what|which|whose)\s+((?:[\w’'-]+\s+){0,3}?[\w’'-]+?)\s+"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|of|in|at|on|for|from|to|by|that|who|which|with|\w+ed)\b",
    re.IGNORECASE,
)


def _heads(text: str) -> tuple[str, ...]:
    match = _HEAD.search(text)
    if not match:
        return ()
    return tuple(stem(word) for word in WORD.findall(match.group(1)) if is_content(word))
