"""Whether sources give different values for the asked thing: numbers, amounts, dates and durations.

A false disagreement is worse than a missed one. So two sentences are held against each other only if they come from
different stories, cover the same asked words and names, speak of no different years, and each has a short answer of
the wanted kind; and two values differ only if neither is a rounding of the other, the two are of one unit, and a bound
("at least 12") does not already hold for the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qa.answering.extract import short_of, text_of
from qa.answering.facts import canonical, facts, scan
from qa.answering.lexicon import ATTRIBUTION, NEGATIONS
from qa.answering.measures import Measure, measure
from qa.answering.numerals import NUMBER
from qa.answering.questions import Question, is_content, stem, stems
from qa.answering.spans import spans
from qa.schema import Evidence

MEASURES = ("number", "percent", "ordinal", "money", "date", "duration")
"""Answer types whose values can be compared."""

# How far below the best sentence's score one that gives another value may lie.
_MARGIN = 3.0
_LEAST_SHARE = 0.45  # of the softmax over all possible short answers
# Two values no further apart than this may be one and its rounding.
_ROUNDED, _HEDGED_ROUNDED = Decimal("0.05"), Decimal("0.1")
_BOUND_HOLDS = Decimal("0.25")  # "more than 10,000" and 12,300 do not differ, "at least 12" and 19 do
_RATE_WITHIN = 40  # characters after the number
_NEGATIONS = frozenset(map(stem, sorted(NEGATIONS)))
_ABOUT = re.compile(r"(?i)\b(?:about|around|nearly|almost|roughly|approximately|some|estimated|close to)\b")
_BOUND = re.compile(r"(?i)\b(?:over|under|at least|at most|up to|(?:more|less|fewer) than)\b")
_LONGEST_BOUND = 20  # characters before a number in which a bound or "about" that belongs to it begins
_AT_MOST = re.compile(r"(?i)\b(?:under|at most|up to|(?:less|fewer) than)\b")
_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d,]|\.\d)")
_NEXT_WORD = re.compile(r"\s+(?P<word>[^\W\d_][\w’'-]*)")
_COUNTED = re.compile(r"(?:[\s-]+[^\W\d_][\w’'.-]*){1,4}")  # the words right after a number
_RATE = re.compile(
    r"(?i)\b(?:per|each|apiece|annual(?:ly)?|yearly|monthly|weekly|daily|an? (?:day|week|month|year|hour))\b"
)
_FOLLOWING = re.compile(r"[\s-]+(?!(?:and|or|in|on|at|of|to|for|from|by|with)\b)(?P<word>[^\W\d_]+)")
_SAYS = rf"(?:{'|'.join(sorted(ATTRIBUTION))})"
_SPEAKER = re.compile(rf"\b(?:according to|{_SAYS})\s*$", re.IGNORECASE)
_SPEAKS = re.compile(rf"\s*,?\s*(?:{_SAYS})\b", re.IGNORECASE)
# Exact conversions of periods: (unit, how many of it).
_PERIODS = {
    "minut": ("minut", 1), "hour": ("minut", 60), "dai": ("minut", 1440), "week": ("minut", 10080),
    "month": ("month", 1), "year": ("month", 12), "decad": ("month", 120), "centuri": ("month", 1200),
}  # fmt: skip

StoryOf = Callable[[Evidence], str]
DateOf = Callable[[Evidence], str | None]


@dataclass(frozen=True, slots=True)
class Given:
    """A value as a source gives it: `words` are cut from the article."""

    words: str
    evidence: Evidence


def differing(question: Question, found: Sequence[Evidence], story_of: StoryOf, date_of: DateOf) -> tuple[Given, ...]:
    """The different values that different stories give for what is asked, oldest first, undated ones last; empty where
    they agree or only one gives a value. `found` is best first; of each value the best sentence is taken.
    """
    if question.wants not in MEASURES or not found or not _is_value(question, found[0]):
        return ()
    best = found[0]
    kept: list[Evidence] = [best]
    told = {story_of(best)}
    for evidence in found[1:]:
        if evidence.relevance < best.relevance - _MARGIN:
            break
        if story_of(evidence) in told or not _is_value(question, evidence):
            continue
        if not same_thing(question, best, evidence):
            continue
        told.add(story_of(evidence))
        if all(differ(question, evidence, other) for other in kept):
            kept.append(evidence)
    if len(kept) < 2:
        return ()
    dated = sorted(kept, key=lambda e: (date_of(e) is None, date_of(e) or "", found.index(e)))
    return tuple(Given(value_words(question, evidence), evidence) for evidence in dated)


def same_thing(question: Question, one: Evidence, other: Evidence) -> bool:
    """Whether the second sentence speaks of what the first one does, as far as the question names it: of no other year,
    and with every asked word of the first. One name may stand in the sentence before it instead, where it names
    nothing else.
    """
    mine, theirs = frozenset(stems(text_of(one))), frozenset(stems(text_of(other)))
    if not _years(question, one, other) or _denies(mine) != _denies(theirs):
        return False
    missing = [term for term in question.terms if term in mine and term not in theirs]
    if not missing:
        return True
    if len(missing) > 1 or missing[0] not in question.names or missing[0].isdigit():
        return False
    return missing[0] in _before(other) and not list(_other_names(question, other))


def _denies(words: frozenset[str]) -> bool:
    return bool(words & _NEGATIONS) or any(word.endswith("n't") for word in words)


def _counts_alike(question: Question, one: Evidence, other: Evidence) -> bool:
    """Whether what stands after the two numbers can be one thing: "12 cranes" and "8 cranes", not "7 % of adults" and
    "10 % of students", nor a sum and a rate.
    """
    if bool(_RATE.search(_tail(one)[:_RATE_WITHIN])) != bool(_RATE.search(_tail(other)[:_RATE_WITHIN])):
        return False
    mine, theirs = _counted(one), _counted(other)
    return question.wants == "money" or not mine or not theirs or bool(mine & theirs)


def _counted(evidence: Evidence) -> frozenset[str]:
    """The content words in the short answer and right after it, but for the number itself."""
    return _beside_number(_with_counted(evidence))


def _with_counted(evidence: Evidence) -> str:
    """The short answer and the words right after it."""
    after = _COUNTED.match(_tail(evidence))
    return short_of(evidence) + (after.group() if after else "")


def _beside_number(words: str) -> frozenset[str]:
    _, rest = scan(_BOUND.sub(" ", _ABOUT.sub(" ", canonical(words))))
    return frozenset(stem(word) for word in re.findall(r"[^\W\d_]+", rest) if is_content(word))


def differ(question: Question, one: Evidence, other: Evidence) -> bool:
    """Whether two short answers give values that cannot both be right."""
    if question.wants == "date":
        return _dates_differ(short_of(one), short_of(other))
    if not _counts_alike(question, one, other):
        return False
    mine, theirs = _measured(one), _measured(other)
    if mine and theirs:  # 328 feet are 100 metres: between the systems nothing is known to differ
        return mine[2] == theirs[2] and _numbers_differ(mine[1], theirs[1], _bounded(one), _bounded(other))
    if question.wants == "duration":
        return _numbers_differ(_period(one), _period(other), _bounded(one), _bounded(other))
    return _amounts_differ(one, other)


def value_words(question: Question, evidence: Evidence) -> str:
    """The short answer, and for an amount of money the currency that follows it."""
    words = short_of(evidence)
    if question.wants != "money" or any(fact.kind == "money" for fact in facts(words)) or _beside_number(words):
        return words
    after = _NEXT_WORD.match(_tail(evidence))
    return words + after.group() if after and is_content(after["word"]) else words


def _is_value(question: Question, evidence: Evidence) -> bool:
    if evidence.answer_score < _LEAST_SHARE or not short_of(evidence):
        return False
    if question.wants == "date":
        return bool(_date_values(short_of(evidence)))
    return len(facts(short_of(evidence))) == 1  # a range is a value of another sort


def _bounded(evidence: Evidence) -> str:
    """The short answer with the bound or the "about" right before it, which is not always marked with it."""
    chunk, at = evidence.hit.chunk, evidence.answer_start or evidence.start
    before = chunk.text[max(evidence.start, at - _LONGEST_BOUND) - chunk.start : at - chunk.start]
    found = [
        match for words in (_ABOUT, _BOUND) for match in words.finditer(before) if not before[match.end() :].strip()
    ]
    return " ".join([*(match.group() for match in found), short_of(evidence)])


def _tail(evidence: Evidence) -> str:
    chunk = evidence.hit.chunk
    return chunk.text[(evidence.answer_end or 0) - chunk.start : evidence.end - chunk.start]


def _before(evidence: Evidence) -> frozenset[str]:
    """The stems of the sentence before, in its paragraph, or of the header where there is none."""
    chunk = evidence.hit.chunk
    earlier = chunk.text[: max(evidence.start - chunk.start, 0)].rpartition("\n\n")[2]
    last = re.split(r"(?<=[.!?])\s+", earlier.strip())[-1]
    return frozenset(stems(last or chunk.header.partition("\n")[0]))


def _other_names(question: Question, evidence: Evidence) -> Iterator[str]:
    """Names in the sentence that the question does not have, but for who says it."""
    text, asked = text_of(evidence), set(stems(question.text))
    for span in spans(text):
        named = text[span.start : span.end]
        if span.kind != "name" or set(stems(named)) <= asked:
            continue
        if not _SPEAKS.match(text, span.end) and not _SPEAKER.search(text[: span.start]):
            yield named


def _years(question: Question, one: Evidence, other: Evidence) -> bool:
    """Whether the years in the two sentences, but for the answers themselves, let them speak of one thing."""
    mine, theirs = _years_in(question, one), _years_in(question, other)
    return not mine or not theirs or bool(mine & theirs)


def _years_in(question: Question, evidence: Evidence) -> set[str]:
    text = text_of(evidence)
    if question.wants == "date" and evidence.answer_start is not None and evidence.answer_end is not None:
        at, end = evidence.answer_start - evidence.start, evidence.answer_end - evidence.start
        text = text[:at] + text[end:]
    return set(_YEAR.findall(text))


_Date = tuple[int | None, int | None, int | None]


def _date_values(words: str) -> list[_Date]:
    """The dates in the words; a bare year is one too."""
    found: list[_Date] = []
    for fact in facts(words):
        for kind, value, _ in fact.values:
            if kind == "date" and isinstance(value, tuple):
                found.append(value)
            elif kind == "number" and isinstance(value, Decimal) and _YEAR.fullmatch(str(value)):
                found.append((int(value), None, None))
    return found


def _dates_differ(one: str, other: str) -> bool:
    mine, theirs = _date_values(one), _date_values(other)
    known = bool(mine) and bool(theirs)
    return known and not any(
        all(a is None or b is None or a == b for a, b in zip(x, y, strict=True)) for x in mine for y in theirs
    )


def _amounts_differ(one: Evidence, other: Evidence) -> bool:
    mine, theirs = _amount(one), _amount(other)
    shared = mine.keys() & theirs.keys()
    if not shared:
        # Five million dollars and five million euros cannot both be right; other amounts may be one, converted.
        money = bool(mine) and bool(theirs) and all(kind == "money" for kind, _ in {*mine, *theirs})
        return money and set(mine.values()) == set(theirs.values())
    return all(_numbers_differ(mine[unit], theirs[unit], _bounded(one), _bounded(other)) for unit in shared)


def _amount(evidence: Evidence) -> dict[tuple[str, str], Decimal]:
    """The value under each unit that it may have; a currency that is not known by name is the word that follows."""
    found: dict[tuple[str, str], Decimal] = {}
    for fact in facts(short_of(evidence)):
        for kind, value, unit in fact.values:
            if isinstance(value, Decimal):
                found[(kind, unit)] = value
    return found


def _measured(evidence: Evidence) -> Measure | None:
    """The length, weight, speed, ... that the number gives with the unit in or after the short answer."""
    plain = canonical(_with_counted(evidence))
    number, value = NUMBER.search(plain), next(iter(_amount(evidence).values()), None)
    found = measure(value, plain, number.end()) if number and value is not None else ()
    return next(iter(found), None)


def _period(evidence: Evidence) -> Decimal | None:
    """A duration in the smallest unit that is exact for it, its sign telling days from months; else None."""
    words = stems(f"{short_of(evidence)} {_following(evidence)}")
    value = next((v for v in _amount(evidence).values()), None)
    unit = next((_PERIODS[word] for word in words if word in _PERIODS), None)
    if value is None or unit is None:
        return None
    return value * unit[1] * (-1 if unit[0] == "month" else 1)


def _following(evidence: Evidence) -> str:
    match = _FOLLOWING.match(_tail(evidence))
    return match["word"] if match else ""


def _numbers_differ(one: Decimal | None, other: Decimal | None, my_words: str, their_words: str) -> bool:
    if one is None or other is None or one == other or (one < 0) != (other < 0):
        return False
    one, other = abs(one), abs(other)
    apart = abs(one - other) / max(one, other)
    if any(_BOUND.search(words) for words in (my_words, their_words)):
        return apart > _BOUND_HOLDS or not (_bound_holds(my_words, one, other) or _bound_holds(their_words, other, one))
    hedged = any(_ABOUT.search(words) for words in (my_words, their_words))
    if apart <= (_HEDGED_ROUNDED if hedged else _ROUNDED):
        return not (_is_rounding(one, other) or _is_rounding(other, one))
    return True


def _bound_holds(words: str, bound: Decimal, value: Decimal) -> bool:
    if not _BOUND.search(words):
        return False
    return value <= bound if _AT_MOST.search(words) else value >= bound


def _is_rounding(rough: Decimal, fine: Decimal) -> bool:
    """Whether the second, written with the first one's zeros, is the first."""
    exponent = int(rough.normalize().as_tuple().exponent)
    unit = Decimal(1).scaleb(exponent)
    return (fine / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit == rough
