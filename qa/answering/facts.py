"""Numbers, money, percentages and dates in a text, in one form each, so that two ways of writing compare equal.

12,000 = 12 thousand = twelve thousand; US$1.5 billion = $1,500 million; 20 March = March 20, and both are carried by
2021-03-20; 5 per cent = 5%. The words around a number may make more of it (contexts.py): a length of time, a measure, a
share, a place in a row; one that is said roughly is carried by what it rounds (roundings.py). What it does not do:
counting a list, signs (-5 counts as 5), other scripts' numerals except with 万 and 亿.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Literal

from qa.answering.contexts import half_of_day, said, ways
from qa.answering.numerals import (
    NUMBER,
    RANKS,
    any_of,
    decade_of,
    is_plain,
    part_of,
    rank_of,
    readings_of,
    scale_of,
    units_of,
)
from qa.answering.roundings import Hedge, hedge_before, near, rounds
from qa.schema import MONTHS

Value = tuple[str, Decimal | str | tuple[int | None, int | None, int | None], str]
"""(kind, value, unit); kind is number, money, percent, points, ordinal, place, decade, time, length, measure, age,
times or date."""

ASIDE = "aside"
"""The kind of a fact that carries others and is asked of no evidence itself: half, a year, twice."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value as written in `words`; `values` are its possible readings ("5m": five million, or five of a unit).

    `also` are other values that the words around it make of it (48 hours: two days); those stand in an aside, too.
    """

    words: str
    kind: str
    values: frozenset[Value]
    also: frozenset[Value] = frozenset()
    hedge: Hedge = ""


_MONTHS = {name.casefold(): number for number, name in enumerate(MONTHS, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_RANGE = re.compile(r"\s*(?:-|to|and|or)\s*")
_MONTH = rf"(?P<month>{any_of(_MONTHS)})\.?(?![a-z])"
_DAYS = r"(?<![\d.,])(?:(?P<from>\d{1,2})(?:st|nd|rd|th)?\s*(?:-|to|and|&)\s*)?(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_DATES = (
    re.compile(rf"(?<!\d){_YEAR}[-/.](?P<number>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}\s?年(?:\s?(?P<number>\d{{1,2}})\s?月(?:\s?(?P<day>\d{{1,2}})\s?[日号])?)?"),
    re.compile(r"(?<!\d)(?P<number>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]"),
    re.compile(rf"(?<![\d.,])(?P<one>\d{{1,2}})[/.](?P<two>\d{{1,2}})[/.]{_YEAR}"),
    re.compile(rf"{_DAYS}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?"),
    re.compile(rf"(?<![a-z]){_MONTH}\s+{_DAYS}(?![\d,.]*\d)(?:,?\s+{_YEAR})?"),
    re.compile(rf"(?<![a-z]){_MONTH},?\s+(?:of\s+)?{_YEAR}"),
)
_TIME = re.compile(r"(?<![\d.,])(\d{1,2})(?::(\d{2})(?!\d)|\.(\d{2})(?=\s?[ap]\.?\s?m(?![a-z])))")
_ROUGH = {"number", "money", "percent", "points", "length"}
YEARS = (1500, 2100)
"""Plain numbers from the one to the other may be years; they are never rough."""


# Groups with plain spaces that cannot be two numbers: "1 250 000" and "12 000", not "Flight 370 239 people".
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?:(?: \d{3}){2,}| 000)(?!\d)")


def canonical(text: str) -> str:
    """The text with one kind of quote, dash, space, width, case and accent, and `US`, `U.S.`, `UK`, `UN`, `EU` spelled
    out. Used for comparing only; offsets do not survive it.
    """
    text = re.sub(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3})", ",", text)
    text = _SPACED.sub(lambda match: match[0].replace(" ", ","), text)
    text = re.sub(r"\b([Mm]id|[Ee]arly|[Ll]ate)[-\u2010\u2011](?=\d)", r"\1 ", text)
    text = re.sub(r"(?<=\d)\s?([½¼¾])", lambda match: _FRACTIONS[match[1]], text)
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    for pattern, full in _ALIASES:
        text = pattern.sub(full, text)
    text = unicodedata.normalize("NFD", text.casefold())
    text = "".join(char for char in text if unicodedata.category(char) != "Mn" or char in "\u3099\u309a")
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def without_bodies(text: str, names: Collection[str]) -> str:
    """The text without the short forms (US, U.N.) of those of the names, in small letters, that have one."""
    for pattern, full in _BODIES:
        text = pattern.sub(" ", text) if full.casefold() in names else text
    return text


def wars_in_words(text: str) -> str:
    """The text with both World Wars by one name each."""
    for pattern, full in _WARS:
        text = pattern.sub(full, text)
    return text


_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}
_PLAIN = str.maketrans("‘’‚‛´`“”„‟«»–—−‐‑‒", "''''''\"\"\"\"\"\"------")
_WARS = (
    (re.compile(r"\b(?:World War (?:II|Two|2)|WWII|WW2)\b"), "Second World War"),
    (re.compile(r"\b(?:World War (?:I|One|1)|WWI|WW1)\b"), "First World War"),
)
_QUARTERS = ((re.compile(rf"\bQ{n}\b"), f"{word} quarter") for n, word in enumerate(RANKS[:4], start=1))
_BODIES = (
    (re.compile(r"(?<![\w.])(?:U\.S\.A\.?|U\.S\.?|USA|US)(?![\w$])"), "United States"),
    (re.compile(r"(?<![\w.])(?:U\.K\.?|UK)(?!\w)"), "United Kingdom"),
    (re.compile(r"(?<![\w.])(?:U\.N\.?|UN)(?!\w)"), "United Nations"),
    (re.compile(r"(?<![\w.])(?:E\.U\.?|EU)(?!\w)"), "European Union"),
)
_ALIASES = (*_WARS, *_QUARTERS, *_BODIES)


def facts(text: str) -> list[Fact]:
    """Every number, amount, percentage, ordinal, time and date of a text, dates first, then in reading order."""
    return [fact for fact in scan(canonical(text))[0] if fact.kind != ASIDE]


def scan(plain: str) -> tuple[list[Fact], str]:
    """The facts of an already canonical text, asides last, and that text with the places of the others blanked."""
    found: list[Fact] = []
    for pattern in _DATES:
        for match in pattern.finditer(plain):
            days = [match.groupdict().get(name) for name in ("day", "from")]
            readings = [frozenset(_dates(match, day)) for day in days if day or day is days[0]]
            if all(readings):
                found += [Fact(match.group().strip(" ."), "date", dates) for dates in readings]
                plain = _blank(plain, match)
    for match in _TIME.finditer(plain):
        hour, minute = match[1], match[2] or match[3]
        values = frozenset[Value]({("time", f"{hour.lstrip('0')}:{minute}", "")})
        found.append(Fact(match.group(), "time", values, half_of_day(int(hour), minute, match)))
        plain = _blank(plain, match)
    matches = list(NUMBER.finditer(plain))
    asides = list(said(plain))
    sign: set[tuple[str, str]] = set()
    for match, after, also in zip_longest(matches, matches[1:], ways(matches)):
        range_end = after if after and _RANGE.fullmatch(plain[match.end() : after.start()]) else None
        also = also.union(*(values for start, end, values in asides if start <= match.start() < end))
        found += _numbers(match, range_end, sign, also)
        sign = units_of(match) if range_end and match["before"] else set()
    found += [Fact(fact.words, ASIDE, fact.also) for fact in found if fact.also]
    found += [Fact(plain[start:end], ASIDE, values) for start, end, values in asides]
    for match in matches:
        plain = _blank(plain, match)
    return found, plain


def carried(fact: Fact, known: frozenset[Value]) -> bool:
    """Whether one reading of the fact is among the known values; a date also by a fuller one (March 2021 by 20 March
    2021), a year by any date in it, a rough number by a value that it rounds. An aside always is.
    """
    if fact.kind == ASIDE or fact.values & known or fact.also & known:
        return True
    dates = [value for kind, value, _ in known if kind == "date" and isinstance(value, tuple)]
    for kind, value, _ in fact.values:
        if kind == "date" and isinstance(value, tuple):
            if any(all(a is None or a == b for a, b in zip(value, date, strict=True)) for date in dates):
                return True
            if value[1] is None and ("number", Decimal(value[0] or 0), "") in known:
                return True
        elif kind == "number" and value in {date[0] for date in dates if date[0] is not None}:
            return True
    return bool(fact.hedge) and _is_rough(fact, known)


Otherwise = Literal["", "unit", "half of the day", "limit"]


def otherwise(fact: Fact, known: Sequence[Fact]) -> Otherwise:
    """What the evidence, of these facts, gives otherwise wherever it has the number: its unit (10 hours, not 10 days),
    the half of the day, or the side on which the value lies (about 300, not more than 300). Empty where one place
    agrees or leaves it open, or where the evidence has no such number.
    """
    same = [other for other in known if other.values & fact.values]
    if not same or any(fact.also & (other.also | other.values) for other in known):
        return ""
    for kinds, what in _OTHERWISE.items():
        mine = any(value[0] in kinds for value in fact.also)
        if mine and all(any(value[0] in kinds for value in other.also) for other in same):
            return what
    sided = fact.hedge in ("below", "above")
    return "limit" if sided and all(other.hedge not in ("", fact.hedge) for other in same) else ""


_OTHERWISE: dict[tuple[str, ...], Otherwise] = {("length", "measure"): "unit", ("time",): "half of the day"}


def _is_rough(fact: Fact, known: frozenset[Value]) -> bool:
    """Whether the number, said roughly, rounds or bounds a known value of its kind and unit; a length of time only
    another length.
    """
    is_length = any(kind == "length" for kind, _, _ in fact.also)
    said = [(value, near) for value in fact.also] + [(value, rounds) for value in fact.values if not is_length]
    for (kind, number, unit), test in said:
        if not isinstance(number, Decimal) or kind not in _ROUGH or _may_be_year((kind, number, unit)):
            continue
        same = (other for other in known if other[0] == kind and other[2] == unit and not _may_be_year(other))
        if any(isinstance(true, Decimal) and test(fact.hedge, number, true) for _, true, _ in same):
            return True
    return False


def _may_be_year(value: Value) -> bool:
    return value[0] == "number" and isinstance(value[1], Decimal) and YEARS[0] <= value[1] <= YEARS[1]


def _blank(plain: str, match: re.Match[str]) -> str:
    return plain[: match.start()] + " " * (match.end() - match.start()) + plain[match.end() :]


def _dates(match: re.Match[str], day: str | None) -> Iterator[Value]:
    """The date, or all possible readings of it (3/4/2021); nothing for a month or day that cannot be."""
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    if parts.get("one"):
        pairs = [(int(parts["one"]), int(parts["two"])), (int(parts["two"]), int(parts["one"]))]
    elif parts.get("month"):
        pairs = [(_MONTHS[parts["month"]], int(day or 0))]
    else:
        pairs = [(int(parts.get("number") or 0), int(day or 0))]
    for month, number in pairs:
        if month <= 12 and number <= 31:
            yield "date", (year, month or None, number or None), ""


def _numbers(
    match: re.Match[str], range_end: re.Match[str] | None, sign: set[tuple[str, str]], also: frozenset[Value]
) -> Iterator[Fact]:
    """The facts of one match. In "5 to 10 million dollars" the first number is also read with the unit and scale of
    the second; in "$5 to 10 million" the second also with the `sign` before the first.
    """
    words = match.group().strip()
    part = part_of(match)
    hedge = hedge_before(match.string, part.start() if part else match.start())
    for kind, value in (("ordinal", rank_of(match)), ("decade", decade_of(match))):
        if value is not None:
            yield Fact(words, kind, frozenset({(kind, value, "")}), also, hedge)
            return
    numbers, units = readings_of(match), units_of(match)
    for position, readings in enumerate(numbers):
        values = {("number", value, "") for value in readings}
        if position == len(numbers) - 1:
            plain = is_plain(match)
            kinds = units | (sign if plain else set())
            values = {(kind, value, unit) for kind, unit in kinds for value in readings}
            if range_end is not None:
                kinds = units | (units_of(range_end) if plain else set())
                scales = {1, scale_of(range_end) if scale_of(match) == 1 else 1}
                values |= {
                    (kind, value * scale, unit) for kind, unit in kinds for value in readings for scale in scales
                }
        yield Fact(words, min(units)[0], frozenset[Value](values), also, hedge)
