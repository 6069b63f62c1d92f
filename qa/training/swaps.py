"""Claims made false by an exchange: of values, names and ends of clauses, for others of the evidence or crosswise.

A way to make a fault takes the claim, its evidence and what decides the draws, and gives each claim that is false by
it. That the evidence says the same elsewhere is not looked at here.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

from qa.schema import MONTHS
from qa.training.faults import Fault, Span, crossed, replaced
from qa.training.vocabulary import MONTH, NUMBERS, OPENERS, SAID, WEEKDAY, both_ways, long_words

_OF_THE_EVIDENCE = 0.85  # how often a value is exchanged for one of the evidence, where it has one
_YEAR = r"(?<![\w.,/$€£-])(?:1[0-9]|20)\d\d(?![\w%/-]|[,.]\d)"
_NUMBER = (
    r"(?<![\w.,:/$€£–-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w:/–-])"
    r"|(?<![\w.,:/$€£–-])\d+(?:\.\d+)?(?![\w:/–-]|[,.]\d)"
)
_SCALE = r"(?:thousand|million|billion|trillion)"
_SPELLED = (*NUMBERS[2:], "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# In this order: what a class has found is not looked at again.
_CLASSES = tuple(
    (name, kind, re.compile(pattern))
    for name, kind, pattern in (
        ("day", "date", rf"\b(?:{MONTH}) \d{{1,2}}(?!\d|[-–:.]\d)|\b\d{{1,2}} (?:{MONTH})\b"),
        ("month", "date", rf"\b(?:{MONTH})(?= \d{{4}}\b)|(?<=\b[Ii]n )(?:{MONTH})\b"),
        ("weekday", "date", rf"\b(?:{WEEKDAY})\b"),
        ("year", "date", _YEAR),
        ("money", "number", rf"(?<!\w)(?:US|A|C)?[$€£]\d[\d,]*(?:\.\d+)?(?: {_SCALE})?(?![\w-])"),
        ("percent", "number", r"(?<![\w.,-])\d+(?:\.\d+)?(?=%| percent\b| per cent\b)"),
        ("scaled", "number", rf"(?<![\w.,:/-])\d+(?:\.\d+)?(?= (?:hundred )?{_SCALE}\b)"),
        ("count", "number", _NUMBER),
        ("word", "number", rf"(?<![\w-])(?:{'|'.join(_SPELLED)})(?![\w-])"),
    )
)
# A number below "at least" may be another and still be true.
_BOUNDED = re.compile(
    r"\b(?:at least|more than|over|up to|less than|fewer than|nearly|almost|under|below|above|at most|about|around|some"
    r"|approximately|roughly|between|from|to|and|or)\s(?:the )?$"
)
_RANGE = re.compile(r"\s*(?:[-–,]|and|to|or|through|until|in|of)\s*|\s*")


def values_of(text: str) -> list[tuple[str, str, int, int]]:
    """(class, kind, start, end) of its dates and numbers in reading order; only those of a class stand for another."""
    found = []
    for name, kind, pattern in _CLASSES:
        for match in pattern.finditer(text):
            found.append((name, kind, match.start(), match.end()))
            text = text[: match.start()] + "\0" * len(match.group()) + text[match.end() :]
    return sorted(found, key=lambda value: value[2])


def other_values(claim: str, evidence: str, rng: random.Random) -> Iterator[Fault]:
    """A number or date exchanged for another of its class, mostly one of the evidence, or two of the claim crossed."""
    own, known = values_of(claim), defaultdict(set)
    here = [claim[start:end] for _, _, start, end in own]
    for name, _, start, end in values_of(evidence):
        known[name].add(evidence[start:end])
    for name, kind, start, end in own:
        old = claim[start:end]
        if kind == "number" and _BOUNDED.search(claim[:start]):
            continue
        others = sorted(w for w in known[name] if _near(w, old) and not any(_same_value(w, word) for word in here))
        if others and rng.random() < _OF_THE_EVIDENCE:
            new = rng.choice(others)
        else:
            new = _made_up(name, old, rng)
        if new and not any(_same_value(new, word) for word in here):
            yield replaced(claim, (start, end), new, kind, "contradicted")
    for one, two in combinations(own, 2):
        first, second = one[2:], two[2:]
        apart = one[0] == two[0] and not _RANGE.fullmatch(claim[first[1] : second[0]])
        if apart and not _same_value(claim[slice(*first)], claim[slice(*second)]):
            yield crossed(claim, first, second, one[1])


def _near(one: str, other: str) -> bool:
    """Whether one number may pass for the other by its size; words and dates always."""
    sizes = [re.sub(r"[^\d.]", "", word) for word in (one, other)]
    if not all(re.fullmatch(r"\d+(?:\.\d+)?", size) for size in sizes):
        return True
    low, high = sorted(map(float, sizes))
    return 1 < high <= 20 * max(low, 1)


def _same_value(one: str, other: str) -> bool:
    def plain(word: str) -> str:
        words = re.sub(r"[^\w. ]", "", word.lower())
        return " ".join(sorted(str(NUMBERS.index(part)) if part in NUMBERS else part for part in words.split()))

    return plain(one) == plain(other)


def _made_up(name: str, old: str, rng: random.Random) -> str:
    """Another value of the class, about as long."""
    if name == "weekday":
        return rng.choice(WEEKDAY.split("|"))
    if name == "month":
        return rng.choice(MONTHS)
    if name == "word":
        near = _SPELLED.index(old) + rng.choice((-3, -2, -1, 1, 2, 3))
        return _SPELLED[min(max(near, 0), len(_SPELLED) - 1)]
    digits = re.search(r"\d[\d,]*", old)
    if digits is None:
        return ""
    number = int(digits.group().replace(",", ""))
    if name == "day":
        new = rng.choice([day for day in range(1, 29) if day != number])
    elif name == "year":
        new = number + rng.choice((-10, -7, -4, -3, -2, -1, 1, 2, 3, 5, 10))
    else:
        step = max(1, number // rng.choice((2, 3, 4, 5)))
        new = number + step if number < 3 else number + step * rng.choice((-1, 1))
    shown = f"{new:,}" if "," in digits.group() else str(new)
    return old[: digits.start()] + shown + old[digits.end() :]


_NAME = re.compile(
    r"(?<![\w'’-])(?:[A-Z]\. ?)*[A-Z][\w-]*(?: (?:of (?:the )?|de |van |von |bin )?(?:[A-Z]\. ?)*[A-Z][\w-]*)*"
)
_NO_NAME = frozenset(
    f"""{MONTH.replace("|", " ")} {WEEKDAY.replace("|", " ")} However Meanwhile Although Though While When If Unless
    Because According These Those This That What Who Which Where Why How Not Only Other Others Another Former Today
    Later Then Also And But Or So Yet Mr Mrs Ms Dr St Jr Its His Her Their Our My Your We I You""".split()
)
_ADJECTIVE = re.compile(r"(?:ian|ish|ese|ean|can|man|nch|tch|eek|wiss|ic|i|rab)s?$")
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|outside|across|throughout|into|toward|towards)\s$", re.IGNORECASE)
_SAYS_AFTER = re.compile(rf",?\s(?:also |has |had )?{SAID}\b")
_SAYS_BEFORE = re.compile(rf"(?:\b{SAID}|\b[Aa]ccording to)\s(?:the )?$")


def names_of(text: str) -> list[Span]:
    """Where its names stand; a single word that opens a sentence is one only where it has its capital elsewhere too."""
    found: list[Span] = []
    opening: list[Span] = []
    for match in _NAME.finditer(text):
        start, words = match.start(), match.group().split(" ")
        while words and (words[0] in OPENERS or words[0] in _NO_NAME):
            start += len(words.pop(0)) + 1
        name = " ".join(words)
        if len(name) < 2 or any(word in _NO_NAME for word in words):
            continue
        first = not text[:start].strip() or re.search(r"[.!?:\"“”(]\s*$", text[:start])
        (opening if first and len(words) == 1 else found).append((start, start + len(name)))
    inner = {text[start:end] for start, end in found}
    return sorted(found + [span for span in opening if text[slice(*span)] in inner])


def slot(text: str, start: int, end: int) -> tuple[str, bool, bool]:
    """What may stand there in its place: (kind, after "the", more than one word)."""
    name, before = text[start:end], text[:start]
    if _ADJECTIVE.search(name) and re.match(r" [a-z]", text[end:]):
        return "adjective", False, False
    kind = "place" if _PLACE_BEFORE.search(re.sub(r"\bthe $", "", before)) else "name"
    return kind, bool(re.search(r"\bthe $", before, re.IGNORECASE)), " " in name


def other_names(claim: str, evidence: str, rng: random.Random) -> Iterator[Fault]:
    """A name exchanged for one of the evidence that may stand there; where it is who said it, the speaker is wrong."""
    known = defaultdict(set)
    for start, end in names_of(evidence):
        known[slot(evidence, start, end)].add(evidence[start:end])
    places = {name for (sort, *_), names in known.items() if sort == "place" for name in names}
    for start, end in names_of(claim):
        old, kind_of = claim[start:end], slot(claim, start, end)
        taken = set(re.findall(r"\w+", claim))
        others = [name for name in sorted(known[kind_of]) if not set(re.findall(r"\w+", name)) & taken]
        if kind_of[0] == "name":
            others = [name for name in others if name not in places and old not in places]
        others = [name for name in others if not _abbreviates(name, old) and not _abbreviates(old, name)]
        if others:
            spoke = _SAYS_AFTER.match(claim[end:]) or _SAYS_BEFORE.search(claim[:start])
            kind = "speaker" if spoke else "place" if kind_of[0] == "place" else "name"
            yield replaced(claim, (start, end), rng.choice(others), kind, "contradicted")


def _abbreviates(short: str, long: str) -> bool:
    letters = "".join(word[0] for word in re.findall(r"\w+", long) if word[0].isupper())
    return short.replace(".", "") == letters or short in long


_BETWEEN = re.compile(
    r"(?:['’]s)?(?: \w+){0,3}? (?:defeat(?:ed|s)|beat|beats|accus(?:ed|es)|sued|replac(?:ed|es)|succeed(?:ed|s)"
    r"|attack(?:ed|s)|kill(?:ed|s)|criticiz(?:ed|es)|told|asked|acquir(?:ed|es)|found(?:ed|s)|invad(?:ed|es)|arrested|prais(?:ed|es)"
    r"|support(?:ed|s)|bought|sold|endors(?:ed|es)|urg(?:ed|es)|warn(?:ed|s)|thank(?:ed|s)|appointed|nominated|elected"
    r"|directed|produced|wrote|written|composed|owns|owned|sent|gave|led|leads|won|lost to|released|published|created"
    r"|designed|influenced|followed|preceded|is (?:larger|smaller|older|younger|higher|taller|longer|shorter) than"
    r"|was (?:larger|smaller|older|younger|higher|taller|longer|shorter) than|born in|moved from|moved to|flew from"
    r"|traveled from|ahead of|behind)(?: by| to)?(?: the)? "
)
_EVEN = re.compile(r"\b(?:and|between|married|met|with|both|match|game|vs|versus|or)\b")


def roles_turned(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    """Two names crossed round a verb that says something else the other way round."""
    names = names_of(claim)
    for one, two in pairwise(names):
        between = claim[one[1] : two[0]]
        alike = slot(claim, *one)[0] == slot(claim, *two)[0] != "adjective"
        if between == " to " and re.search(r"\bfrom $", claim[: one[0]]):
            yield crossed(claim, one, two, "roles")
            continue
        crosses = _BETWEEN.fullmatch(between) and not _EVEN.search(between)
        if crosses and alike and claim[slice(*one)] != claim[slice(*two)]:
            yield crossed(claim, one, two, "roles")


_UNIT_AFTER = re.compile(
    r"(?<=\d )(?P<unit>million|billion|percentage points|percent|miles|kilometers|kilometres|km|metres|meters"
    r"|feet|years|months|weeks|days|hours|minutes|seconds|kilograms|pounds|tons|tonnes|dollars|euros|acres|hectares)\b"
)
_UNIT_TURNS = both_ways(
    "million/billion; percent>percentage points; percentage points>percent; miles/kilometers; kilometres>miles"
    "; km>miles; metres>feet; meters>feet; feet>meters; years/months; weeks/days; hours/minutes; seconds>minutes"
    "; kilograms>tons; pounds>kilograms; tons>pounds; tonnes>kilograms; dollars/euros; acres/hectares"
)


def other_units(claim: str, _: str, __: random.Random) -> Iterator[Fault]:
    """The unit after a number exchanged."""
    for match in _UNIT_AFTER.finditer(claim):
        yield replaced(claim, match.span(), _UNIT_TURNS[match["unit"]], "unit", "contradicted")


_PREPOSITIONS = "in|at|on|during|for|from|near|after|before|by|with|against|to|under|through|as|about"
_PLAIN_WORD = r"[\w$€£%'’-]+(?:[.,]\d+)*"
_TAIL = re.compile(
    rf"\s(?P<prep>{_PREPOSITIONS}) (?P<rest>{_PLAIN_WORD}(?: (?!(?:{_PREPOSITIONS}) ){_PLAIN_WORD}){{0,7}})"
    r"(?=[,.;](?:\s|$))"
)
_CLAUSE = re.compile(r"\b(?:who|which|that|where|when|was|were|is|are|had|has|said|told|he|she|they|it)\b|, ")


def _tails(text: str) -> Iterator[tuple[str, str, int, int]]:
    """(preposition, what kind of thing follows, start, end) of what ends a clause: in Rome, after the war."""
    for match in _TAIL.finditer(text):
        rest = match["rest"]
        if not _CLAUSE.search(rest):
            yield match["prep"], _shape(rest), match.start("rest"), match.start("rest") + len(rest.rstrip())


def _shape(rest: str) -> str:
    first = rest.split()[0]
    if re.search(rf"\d|{MONTH}|{WEEKDAY}", rest):
        return "date"
    if first[0].isupper():
        return "name"
    return first if first in ("the", "a", "an") else "other"


def clause_ends_exchanged(claim: str, evidence: str, rng: random.Random) -> Iterator[Fault]:
    """The end of a clause exchanged for that of another sentence of the evidence, or of another article in it."""
    known = defaultdict(set)
    for prep, shape, start, end in _tails(evidence):
        known[prep, shape].add(evidence[start:end])
    for prep, shape, start, end in _tails(claim):
        old = long_words(claim)
        others = [rest for rest in sorted(known[prep, shape]) if not long_words(rest) & old and rest not in claim]
        if others and shape != "other":
            yield replaced(claim, (start, end), rng.choice(others), "merge", "unsupported")
