"""Calendar arithmetic on ISO dates of any precision, a year, a month or a day, and on times counted from a clock.

Months and quarters past the end of a year are those of the next. What lies outside the calendar raises `ValueError` or
`OverflowError`.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

Bounds = tuple[str | None, str | None]
"""First and last of a time as ISO dates of any precision; None where that side is open."""
Closed = tuple[str, str]
"""The same of a time with two known sides."""
Ordinals = tuple[int, int]
"""First and last day, counted from the first of the calendar."""
OPEN = frozenset((date.min.toordinal(), date.max.toordinal()))
"""What an open side is counted as."""

UNITS = {
    "day": 3, "week": 3, "weekend": 3, "month": 2, "quarter": 2, "year": 1, "decade": 1, "century": 1,
}  # fmt: skip
"""The units of time, and how many parts of a date must be known to count in them."""
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""And the month in which each season begins."""
_MONTHS_LONG = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_YEARS_LONG = {"year": 1, "decade": 10, "century": 100}


@dataclass(frozen=True, slots=True)
class Clock:
    """What relative words are counted from, and how many parts of it are known: 0 none, 1 year, 2 month, 3 day."""

    day: date
    parts: int


NO_CLOCK = Clock(date.min, 0)


def clock_of(published: str | None) -> Clock:
    """The clock of a text published then; `NO_CLOCK` where that is not known, or is no date."""
    try:
        return Clock(first_day(published), published.count("-") + 1) if published else NO_CLOCK
    except ValueError:
        return NO_CLOCK


def first_day(iso: str) -> date:
    """The first day of a year, month or day."""
    year, month, day = [*map(int, iso.split("-")), 1, 1][:3]
    return date(year, month, day)


def last_day(iso: str) -> date:
    """The last day of a year, month or day."""
    year, month, day = [*map(int, iso.split("-")), 0, 0][:3]
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def ordinals(since: str | None, until: str | None) -> Ordinals:
    """First and last day; an open side reaches to the end of the calendar."""
    return (first_day(since) if since else date.min).toordinal(), (last_day(until) if until else date.max).toordinal()


def overlap(one: Ordinals, other: Ordinals) -> bool:
    """Whether the two have a day in common."""
    return one[0] <= other[1] and other[0] <= one[1]


def cut(day: date, parts: int) -> str:
    """The day at a precision: 1 year, 2 month, 3 day."""
    return day.isoformat()[: (4, 7, 10)[parts - 1]]


def month_of(year: int, month: int) -> str:
    """The month of that number, which may lie before or after the year."""
    return cut(_months_on(date(year, 1, 1), month - 1), 2)


def beside(iso: str, step: int) -> str:
    """The year, month or day after it (1) or before it (-1), at its own precision; the last and the first of the
    calendar have none and are given back.
    """
    edge, end = (last_day(iso), date.max) if step > 0 else (first_day(iso), date.min)
    return iso if edge == end else cut(edge + timedelta(days=step), iso.count("-") + 1)


def share_of(first: str, last: str, number: int, of: int) -> Closed:
    """The share of a month, a year or several years that has that number (from 0) when it is cut into `of`."""
    if len(first) == 7:
        end, size = last_day(first).day, 30
        low, high = ceil(size * number / of) + 1, ceil(size * (number + 1) / of)
        return f"{first}-{low:02d}", f"{first}-{end if high == size else high:02d}"
    if first == last:
        return month_of(int(first), 12 * number // of + 1), month_of(int(first), 12 * (number + 1) // of)
    size = int(last) - int(first) + 1
    low, high = ceil(size * number / of), ceil(size * (number + 1) / of) - 1
    return f"{int(first) + low:04d}", f"{int(first) + high:04d}"


def season_of(name: str, year: int) -> Closed:
    """The months of a season; the winter of a year ends in the next."""
    return month_of(year, SEASONS[name]), month_of(year, SEASONS[name] + 2)


def season_away(clock: Clock, step: int, name: str) -> Closed | None:
    """The season of the clock's year (0), the last that is over (-1), or the next that has not begun (1); None where
    too little of the clock is known.
    """
    if clock.parts < 2:
        return None
    if step == 0:  # in January, "this winter" is the one that has begun
        return season_of(name, clock.day.year - (clock.day.month + 12 <= SEASONS[name] + 2))
    seasons = [season_of(name, clock.day.year + years) for years in (-2, -1, 0, 1)]
    if step < 0:
        return max(each for each in seasons if last_day(each[1]) < clock.day)
    return min(each for each in seasons if first_day(each[0]) > clock.day)


def unit_away(clock: Clock, step: int, unit: str) -> Closed | None:
    """The unit that many steps from the one the clock is in; None where too little of the clock is known."""
    day = clock.day
    if clock.parts < UNITS[unit]:
        return None
    if unit == "day":
        return (cut(day + timedelta(days=step), 3),) * 2
    if unit in ("week", "weekend"):
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
        return cut(monday + timedelta(days=5 * (unit == "weekend")), 3), cut(monday + timedelta(days=6), 3)
    if unit == "month":
        return (month_of(day.year, day.month + step),) * 2
    if unit == "quarter":
        first = 3 * ((day.month - 1) // 3 + step) + 1
        return month_of(day.year, first), month_of(day.year, first + 2)
    size, offset = _YEARS_LONG[unit], int(unit == "century")  # a century begins with the year 1
    year = (day.year - offset) // size * size + offset + step * size
    return cut(date(year, 1, 1), 1), cut(date(year + size - 1, 1, 1), 1)


def until_now(clock: Clock, amount: int, unit: str) -> Closed | None:
    """So many units up to the clock's day, at the precision that it has; None where that is too little."""
    if unit in _MONTHS_LONG:
        start = _months_on(clock.day, -amount * _MONTHS_LONG[unit])
    elif clock.parts < 3:
        return None
    else:
        start = clock.day - timedelta(days=amount * (7 if unit.startswith("week") else 1))
    return cut(start, clock.parts), cut(clock.day, clock.parts)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
