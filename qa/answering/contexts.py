"""What the words around a number make of it, and what words say without one.

48 hours are two days, 1.2 km 1,200 metres, two thirds 67 percent, season four is the fourth season, 8 p.m. is 20:00,
the 13 of 2011-13 is 2013, doubled is two times, the nineties are the 1990s, and 66 may be an age.

None of it takes the number's own value away; each is one more way to be the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from qa.answering import durations, measures, shares
from qa.answering.numerals import (
    decade_of,
    is_plain,
    is_scale,
    last_scale,
    rank_of,
    readings_of,
    units_of,
)

Way = tuple[str, Decimal | str, str]
"""(kind, value, unit), as a fact's values."""

_HALF_OF_DAY = re.compile(r"\s?([ap])\.?\s?m(?![a-z])")
_ROWS = "season|series|chapter|part|volume|round|episode|phase|stage|grade|week|day|game|place|position"
_NUMBERED = re.compile(rf"(?:(?<![a-z])|(?=#))(?P<row>{_ROWS}|number|no\.|#|ranked|ranking|rank)s?\s?(?:at\s|as\s)?$")
_RANKED = re.compile(
    r"(?<![a-z])(?:ranked|ranks|placed|finished|finishing|came|come|coming|seeded)\s(?:in\s)?(?:the\s)?$"
)
_ROW_AFTER = re.compile(rf"[\s-](?:(?:and|or|to)\s\w+\s)?(?P<row>{_ROWS})s?(?![a-z])")
_RANKS = frozenset(("number", "no.", "#", "ranked", "ranking", "rank", "place", "position"))
_AND_HALF = re.compile(r"[\s-]and[\s-]a[\s-]half(?![a-z])[\s-]?")
_AGED = re.compile(
    r"(?<![a-z])(?:aged|age of|lived to be|turned|turning|(?P<loose>was|is|were|still|only|just|barely|at))\s$"
)
_OLD = re.compile(r"[\s-]years?[\s-](?:old|of age)(?![a-z])")
_WHEN = re.compile(r"(?:\s(?:when|at the time)|\s?[,.;]|$)")
_TIMES = re.compile(r"[\s-]?(?:times|fold)(?![a-z])")
_MULTIPLES = {"doubl": 2, "twice": 2, "thrice": 3, "tripl": 3, "trebl": 3, "quadrupl": 4}
_DECADES = {"twent": 20, "thirt": 30, "fort": 40, "fift": 50, "sixt": 60, "sevent": 70, "eight": 80, "ninet": 90}
_SAID = re.compile(
    r"(?<![a-z])(?:(?P<multiple>doubl|tripl|trebl|quadrupl)(?:e|ed|es|ing)|(?P<often>twice|thrice)"
    r"|a (?P<count>couple|pair|score)(?= of [a-z])"
    rf"|the (?:(?:early|mid|late|middle)[\s-])?(?P<decade>{'|'.join(_DECADES)})ies)(?![a-z])"
)
_PLACE_REACH, _BETWEEN = 18, 18  # characters: the longest that the patterns above can take


def ways(matches: list[re.Match[str]]) -> list[frozenset[Way]]:
    """For each number, the other values that the words around it make of it."""
    found = [_alone(match) for match in matches]
    for place, (one, two) in enumerate(pairwise(matches)):
        between = one.string[one.end() : two.start()]
        if len(between) <= _BETWEEN and is_plain(one) and (two["digits"] or two["spelled"]):
            both = _together(one, between, two)
            found[place] |= both
            found[place + 1] |= both | _end_year(one, between, two)
    return found


def said(plain: str) -> Iterator[tuple[int, int, frozenset[Way]]]:
    """What a canonical text says without a numeral, with the places: lengths of time, shares, multiples (doubled,
    twice), counts (a couple of, a score of) and decades (the nineties).
    """
    yield from durations.said(plain)
    yield from shares.said(plain)
    for match in _SAID.finditer(plain):
        if match["decade"]:
            value = Decimal(_DECADES[match["decade"]])
            values: set[Way] = {("decade", value, ""), ("decade", 1900 + value, "")}
        elif match["count"]:
            values = {("number", Decimal(20 if match["count"] == "score" else 2), "")}
        else:
            values = {("times", Decimal(_MULTIPLES[match["multiple"] or match["often"]]), "")}
        yield match.start(), match.end(), frozenset(values)


def _alone(match: re.Match[str]) -> frozenset[Way]:
    """A length of time, a measure, a share, a multiple, an hour, a place in a row, or a decade of the last century."""
    plain, start, end = match.string, match.start(), match.end()
    if decade := decade_of(match):
        return frozenset({("decade", 1900 + decade, "")} if 20 <= decade < 100 else ())
    if rank := rank_of(match):
        row = _ROW_AFTER.match(plain, end) or _RANKED.search(plain, max(0, start - _PLACE_REACH), start)
        return _places({rank}, row.groupdict().get("row", "rank")) if row else frozenset()
    if match["after"] in ("pound", "pounds"):  # a weight, or money
        return frozenset[Way](measures.measure(max(readings_of(match)[-1]), plain, match.start("after")))
    if not is_plain(match):
        return frozenset()
    readings = readings_of(match)
    number = max(readings[-1])
    found: set[Way] = {*durations.length(number, plain, start, end), *shares.parts_of(number, plain, end)}
    found |= measures.measure(number, plain, end)
    if _AND_HALF.match(plain, end):
        found.add(("number", number + Decimal(last_scale(match)) / 2, ""))
    if _is_age(plain, start, end):
        found.add(("age", number, ""))
    if _TIMES.match(plain, end):
        found.add(("times", number, ""))
    if number <= 12 and _HALF_OF_DAY.match(plain, end):
        found |= half_of_day(int(number), "00", match)
    if row := _NUMBERED.search(plain, max(0, start - _PLACE_REACH), start):
        found |= _places(set[Decimal]().union(*readings), row["row"])
    return frozenset(found)


def _is_age(plain: str, start: int, end: int) -> bool:
    """Whether the number is how old somebody is: aged 66, 66 when she died, died at 66, 66 years old."""
    if _OLD.match(plain, end):
        return True
    before = _AGED.search(plain, max(0, start - _PLACE_REACH), start)
    if before is None:
        return False
    return before["loose"] is None or bool(_WHEN.match(plain, end))


def _places(numbers: set[Decimal], row: str) -> frozenset[Way]:
    """The places in a row of one kind: season four and the fourth season, number two and second place."""
    return frozenset(("place", number, "rank" if row in _RANKS else row) for number in numbers)


def _together(one: re.Match[str], between: str, two: re.Match[str]) -> frozenset[Way]:
    """The share (one in five) or the number (two and a half million) that two numbers are together."""
    first, second = max(readings_of(one)[-1]), max(readings_of(two)[0])
    found: set[Way] = set()
    if is_plain(two):
        found |= shares.out_of(first, between, second)
    if _AND_HALF.fullmatch(between) and is_scale(two):
        found |= {(kind, (first + Decimal("0.5")) * second, unit) for kind, unit in units_of(two)}
    return frozenset(found)


def _end_year(one: re.Match[str], between: str, two: re.Match[str]) -> frozenset[Way]:
    """The last year of a range that names it by two figures: 2013 for the 13 of 2011-13."""
    start, end = one["digits"] or "", two["digits"] or ""
    if between != "-" or not (len(start) == 4 and len(end) == 2 and (start + end).isdigit()) or start[2:] >= end:
        return frozenset()
    return frozenset({("number", Decimal(start[:2] + end), "")})


def half_of_day(hour: int, minute: str, match: re.Match[str]) -> frozenset[Way]:
    """The time on a clock of twelve hours; empty where neither words nor figures say which half of the day it is."""
    said = _HALF_OF_DAY.match(match.string, match.end())
    if said is None and 0 < hour < 13:
        return frozenset()
    half = said[1] if said else "p" if hour else "a"
    return frozenset({("time", f"{hour % 12 or 12}:{minute} {half}m", "")})
