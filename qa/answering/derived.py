"""What dates say without saying it: how many years lie between two, how old somebody was, and their decades.

A writer may say "three years later" or "aged 66" where the evidence gives two years only.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations

from qa.answering.facts import YEARS, Value

_OLDEST = 120
_MONTHS_A_YEAR = 12


def derived(values: Iterable[Value]) -> frozenset[Value]:
    """The lengths of time between the years among the values, the ages that somebody born in one may have in another (a
    year less where the birthday was still to come), and the decades that they lie in.
    """
    years = sorted(set(_years(values)))
    found: set[Value] = {("decade", Decimal(year - year % 10), "") for year in years}
    for one, two in combinations(years, 2):
        between = two - one
        found.add(("length", Decimal(between * _MONTHS_A_YEAR), "months"))
        if between <= _OLDEST:
            found |= {("age", Decimal(age), "") for age in (between - 1, between)}
    return frozenset(found)


def _years(values: Iterable[Value]) -> Iterable[int]:
    for kind, value, _ in values:
        if kind == "date" and isinstance(value, tuple) and value[0]:
            yield value[0]
        elif kind == "number" and isinstance(value, Decimal) and YEARS[0] <= value <= YEARS[1] and value % 1 == 0:
            yield int(value)
