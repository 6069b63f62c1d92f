"""How long a time is, in one unit, so that two ways of saying it compare equal.

48 hours = two days, a year and a half = 18 months, a fortnight = 14 days, two decades = twenty years.

Seconds to weeks are counted in seconds, months to centuries in months; between the two nothing is converted, for months
differ. `second` in the singular is no unit here, for it is mostly an ordinal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

Length = tuple[str, Decimal, str]
"""("length", how many, "seconds" or "months")."""

_UNITS = {
    "second": (1, "seconds"),
    "minute": (60, "seconds"),
    "hour": (3600, "seconds"),
    "day": (86400, "seconds"),
    "week": (604800, "seconds"),
    "fortnight": (1209600, "seconds"),
    "month": (1, "months"),
    "year": (12, "months"),
    "decade": (120, "months"),
    "century": (1200, "months"),
    "centurie": (1200, "months"),
}
_HALF = Decimal("0.5")
_PARTS = {"half": _HALF, "quarter": Decimal("0.25")}
_MORE = r"(?:\s(?P<more>and a half))?"
_AFTER = re.compile(
    r"(?:[\s-](?P<half>and[\s-]a[\s-]half))?[\s-](?P<unit>seconds|(?:minute|hour|day|week|fortnight|month|year|decade)s?|century"
    rf"|centuries)(?![a-z]){_MORE}"
)
_REST = re.compile(r"(?:hour|minute|day|week|month|year)s?,?\s(?:and\s)?$")
_REST_REACH = 14  # characters: the longest that it can take
# A decade is ten years whatever stands before it; "the year" and "the 20th century" are no lengths.
_SAID = re.compile(
    r"(?<![a-z-])(?:(?:(?P<part>half|quarter)[\s-](?:of\s)?(?:an?\s)?|an?\s)(?P<unit>minute|hour|day|week|fortnight|month|year|decade|century)"
    rf"|(?P<plain>decade|fortnight))(?![a-z]){_MORE}"
)


def length(number: Decimal, plain: str, start: int, end: int) -> frozenset[Length]:
    """The length that the number from `start` to `end` of a canonical text says with the unit after it. Empty without a
    unit, and for the rest of a longer time (the 40 seconds of "59 minutes 40 seconds").
    """
    match = _AFTER.match(plain, end)
    if match is None or _REST.search(plain, max(0, start - _REST_REACH), start):
        return frozenset()
    return frozenset({_length(number + (_HALF if match["half"] or match["more"] else 0), match["unit"])})


def said(plain: str) -> Iterator[tuple[int, int, frozenset[Length]]]:
    """The lengths that a canonical text says without a numeral (a year, half an hour, a decade), with their places."""
    for match in _SAID.finditer(plain):
        number = _PARTS.get(match["part"], Decimal(1)) + (_HALF if match["more"] else 0)
        yield match.start(), match.end(), frozenset({_length(number, match["unit"] or match["plain"])})


def _length(number: Decimal, unit: str) -> Length:
    size, name = _UNITS[unit.removesuffix("s")]
    return "length", number * size, name
