"""Time words: what time a question asks about, what times a passage speaks of, and how well the two agree.

It never filters. A frame moves the hits that fit it before those about as good that do not; a passage of which no time
is known is moved neither up nor down, and where no hit fits, all stay as they are. The clock is an argument: without
it, "last year" is no year. Years in quotation marks, and numbers of people, rooms and resolutions, are no dates.
English; dates of other languages are read as far as `qa.articles.dates` is sure of them.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from typing import Literal

from qa.articles.dates import find_all
from qa.schema import Chunk, Hit
from qa.sentences import sentence_spans

Relation = Literal["before", "after", "since", "during", "until"]
PublishedOf = Callable[[Chunk], str | None]
"""The date an article is from, as an ISO string of the precision that is known; None where it is not."""
Bounds = tuple[str | None, str | None]
"""First and last of a time as ISO dates of any precision; None where that side is open."""
_Days = tuple[int, int]
_OPEN = frozenset((date.min.toordinal(), date.max.toordinal()))

_RANGE = 0.1
"""What a hit gains that fits the range, on the scale of fused scores; one that speaks of other times loses half."""
_NEAR = 0.1
"""Hits this near in score are about equally good: the newest of them goes first, where the newest is asked for."""
MOST = 1.5 * _RANGE + _NEAR
"""The most by which a hit may be better and yet be overtaken."""
# How well a time that the text states fits, by how the two ranges lie; then what the date of publication alone says.
_WITHIN, _AROUND, _PARTLY = 1.0, 0.8, 0.5
_PUBLISHED_THEN, _PUBLISHED_SOON, _ELSEWHERE = 0.5, 0.25, -0.5
_SOON = 120  # days: an article of the months after may still report on the range
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class TimeFrame:
    """The time a question asks about: ISO dates, inclusive, of any precision; None where that side is open.

    `newest`, `oldest`: which reports are preferred. `event` is what the time is counted from where the question names
    it in words ("before the invasion"), `relation` how. `words` are the places in the question that say all this.
    """

    since: str | None = None
    until: str | None = None
    newest: bool = False
    oldest: bool = False
    event: str | None = None
    relation: Relation | None = None
    words: tuple[tuple[int, int], ...] = ()

    @property
    def ranged(self) -> bool:
        """Whether the time asked about has a known side."""
        return bool(self.since or self.until)


@dataclass(frozen=True, slots=True)
class DateRange:
    """A time that `text[start:end]` speaks of: ISO dates, inclusive, of any precision; None where that side is open."""

    since: str | None
    until: str | None
    start: int
    end: int


def frame(question: str, now: date | None) -> TimeFrame:
    """The time that a question asks about; an empty frame where it names none. `now` is the day it is asked on; without
    it, words such as "yesterday" name no day.
    """
    plain = _QUOTED.sub(lambda match: "_" * len(match.group()), question)
    moments = list(_paired(plain, _moments(plain, _Clock(now, 3) if now else None)))
    event = _event(plain, moments)
    since, until = _joined(_bounded(plain, moment, event) for moment in moments)
    newest = [match.span() for match in _NEWEST.finditer(plain)]
    oldest = [match.span("x") for form in (_OLDEST, _WHEN_FIRST) for match in form.finditer(plain)]
    words = {*newest, *oldest, *((moment.start, moment.end) for moment in moments)}
    if event:
        words.add((event.lead, event.end))
    return TimeFrame(
        since,
        until,
        bool(newest),
        bool(oldest),
        question[event.start : event.end] if event else None,
        event.relation if event else None,
        tuple(sorted(words)),
    )


def dates_in(text: str, published: str | None) -> tuple[DateRange, ...]:
    """The times that a passage speaks of, in reading order. "Last year" and "on Tuesday" are counted from the day its
    article was published, where that is known well enough, else left out.
    """
    return _dates_in(text, published)


def agreement(asked: TimeFrame, text: str, published: str | None) -> float:
    """How well a passage fits the range asked about, from -1 to 1; 0 where nothing is known or no range is asked for.

    What the text says comes first: 1 for a time inside the range, less for one that only reaches into it. Then when its
    article was published: inside the range, or soon after it. Below 0 are passages that speak of other times alone, and
    those published before the range begins.
    """
    if not asked.ranged:
        return 0.0
    first, last = _days(asked.since, asked.until)
    stated = [_days(each.since, each.until) for each in dates_in(text, published)]
    fit = max((_fit(days, (first, last)) for days in stated), default=0.0)
    clock = _clock(published)
    if fit or clock is None or published is None:
        return fit or (_ELSEWHERE if stated else 0.0)
    opened, closed = _days(published, published)
    if first <= closed and opened <= last:
        return _PUBLISHED_THEN
    if last < opened <= last + _SOON:
        return _PUBLISHED_SOON
    return _ELSEWHERE if stated or closed < first else 0.0


def weigh(hits: Sequence[Hit], asked: TimeFrame, published_of: PublishedOf) -> list[Hit]:
    """The same hits in the order that the frame asks for, scores adjusted, ranks counted anew; none is dropped.

    A hit whose score is better by more than `MOST` is never overtaken. An empty frame changes nothing, and neither does
    a range that no hit fits. What leads by age takes the score of the place it takes.
    """
    if not (asked.ranged or asked.newest or asked.oldest):
        return list(hits)
    dated = [published_of(hit.chunk) for hit in hits]
    fits = [agreement(asked, hit.chunk.text, day) for hit, day in zip(hits, dated, strict=True)]
    if not any(fit > 0 for fit in fits):
        fits = [0.0] * len(fits)
    scores = [round(hit.score + _RANGE * fit, _DIGITS) for hit, fit in zip(hits, fits, strict=True)]
    order = sorted(range(len(hits)), key=lambda place: (-scores[place], hits[place].rank, place))
    falling = [scores[place] for place in order]
    if asked.newest != asked.oldest:
        order = _by_age(order, scores, dated, newest=asked.newest)
    if order == list(range(len(hits))) and not any(fits):
        return list(hits)
    return [
        replace(hits[place], score=min(1.0, max(0.0, score)), rank=rank)
        for rank, (place, score) in enumerate(zip(order, falling, strict=True), 1)
    ]


def _by_age(order: Sequence[int], scores: Sequence[float], dated: Sequence[str | None], *, newest: bool) -> list[int]:
    """The places, best first, each stretch of about equal ones led by the newest (or oldest) that is surely so."""
    days = [_days(day, day) if day and clock else None for day, clock in zip(dated, map(_clock, dated), strict=True)]
    left, done = list(order), []
    while left:
        chosen = left[0]
        for place in left:
            one, other = days[chosen], days[place]
            if scores[left[0]] - scores[place] > _NEAR or one is None:
                break
            if other and (other[0] > one[1] if newest else other[1] < one[0]):
                chosen = place
        left.remove(chosen)
        done.append(chosen)
    return done


def anchored(asked: TimeFrame, hits: Sequence[Hit], published_of: PublishedOf) -> TimeFrame:
    """The frame with its event turned into a range, by the sentences of the hits that name the event and a date.

    In each the date nearest to the event's words counts, and of all the one that most give. Without such a sentence, or
    without an event, the frame is what it was; so it is where the question itself names the date.
    """
    if not asked.event or not asked.relation or asked.ranged:
        return asked
    wanted = [word for word in _words(asked.event) if word not in _SMALL]
    heads = [word for words in _HAPPENS.findall(asked.event) for word in _words(words) if word in wanted] or wanted
    given: Counter[tuple[str, str]] = Counter()
    for hit in hits if wanted else ():
        for start, end in sentence_spans(hit.chunk.text):
            if bounds := _date_of(wanted, heads, hit.chunk.text[start:end], published_of(hit.chunk)):
                given[bounds] += 1
    if not given:
        return asked
    # "24 May 2019" and "2019" are one date told twice: both count for either, and the more exact is taken.
    votes = {one: sum(given[other] for other in given if _fit(_days(*one), _days(*other))) for one in given}
    since, until = _related(asked.relation, min(votes, key=lambda one: (-votes[one], -len(one[0]), one)))
    return replace(asked, since=since, until=until)


def _date_of(
    wanted: Sequence[str], heads: Sequence[str], sentence: str, published: str | None
) -> tuple[str, str] | None:
    """The date that a sentence gives nearest to the words of an event; None where it does not name both.

    Most of the words must be there, and one of the heads: those that say what happened.
    """
    words = [(match.start(), match.group().lower()) for match in _WORD.finditer(sentence)]
    places = [next((at for at, word in words if _akin(word, one)), None) for one in wanted]
    named = [place for place in places if place is not None]
    happened = any(place is not None and one in heads for one, place in zip(wanted, places, strict=True))
    if not happened or 3 * len(named) < 2 * len(wanted):
        return None
    middle = sum(named) / len(named)
    near: list[tuple[float, str, str]] = []
    for each in dates_in(sentence, published):
        if each.since and each.until:
            first, last = _days(each.since, each.until)
            if last - first <= 366:  # a decade places no event
                near.append((abs(each.start - middle), each.since, each.until))
    return min(near)[1:] if near else None


def _akin(word: str, other: str) -> bool:
    """Whether two words share their stem, roughly: "invaded" and "invasion" do, "war" and "ware" do not."""
    shorter = min(len(word), len(other))
    same = next((place for place in range(shorter) if word[place] != other[place]), shorter)
    return word == other or same >= max(4, shorter - 3)


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


# --- calendar


def _first(iso: str) -> date:
    year, month, day = [*map(int, iso.split("-")), 1, 1][:3]
    return date(year, month, day)


def _last(iso: str) -> date:
    year, month, day = [*map(int, iso.split("-")), 0, 0][:3]
    month = month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def _days(since: str | None, until: str | None) -> _Days:
    """First and last day as ordinals; an open side reaches to the end of the calendar."""
    return (_first(since) if since else date.min).toordinal(), (_last(until) if until else date.max).toordinal()


def _fit(stated: _Days, wanted: _Days) -> float:
    if stated[1] < wanted[0] or wanted[1] < stated[0]:
        return 0.0
    if wanted[0] <= stated[0] and stated[1] <= wanted[1]:
        return _WITHIN
    around = stated[0] <= wanted[0] and wanted[1] <= stated[1]
    return _AROUND if around and _OPEN.isdisjoint(stated) else _PARTLY


def _cut(day: date, parts: int) -> str:
    """The day at a precision: 1 year, 2 month, 3 day."""
    return day.isoformat()[: (4, 7, 10)[parts - 1]]


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _month(year: int, month: int) -> str:
    return _cut(_months_on(date(year, 1, 1), month - 1), 2)


def _beside(iso: str, step: int) -> str:
    """The year, month or day after it (1) or before it (-1), at its own precision."""
    return _cut((_last(iso) if step > 0 else _first(iso)) + timedelta(days=step), iso.count("-") + 1)


# --- times as they stand


@dataclass(frozen=True, slots=True)
class _Clock:
    """What relative words are counted from, and how many parts of it are known: 1 year, 2 month, 3 day."""

    day: date
    parts: int


def _clock(published: str | None) -> _Clock | None:
    try:
        return _Clock(_first(published), published.count("-") + 1) if published else None
    except ValueError:  # not a date, or one that cannot be: nothing is known
        return None


@lru_cache(maxsize=4096)
def _dates_in(text: str, published: str | None) -> tuple[DateRange, ...]:
    moments = list(_paired(text, _moments(text, _clock(published))))
    # "By 2030" in a text is a goal or a state of that time; in a question it is all the time up to it.
    bounds = [
        (each.since, each.until)
        if _BY.search(text, max(0, each.start - 12), each.start)
        else _bounded(text, each, None)
        for each in moments
    ]
    return tuple(DateRange(*pair, each.start, each.end) for pair, each in zip(bounds, moments, strict=True))


@dataclass(frozen=True, slots=True)
class _Moment:
    """A time as it stands, before the words around it ("since", "between") are heard."""

    since: str
    until: str
    start: int
    end: int


def _moments(text: str, clock: _Clock | None) -> Iterator[_Moment]:
    """In reading order, none within another; of two that begin at one place the longer, for it says more."""
    found = [
        (match.start("x"), match.end("x"), _meant(meaning, match, clock))
        for form, meaning in _FORMS
        for match in form.finditer(text)
    ]
    found += [(each.start, each.end, (each.iso, each.iso)) for each in find_all(text)]
    done = 0
    for start, end, bounds in sorted(found, key=lambda each: (each[0], -each[1])):
        if bounds and start >= done:
            yield _Moment(*bounds, start, end)
            done = end


_Meant = tuple[str, str] | None
_Meaning = Callable[["re.Match[str]", "_Clock | None"], _Meant]


def _meant(meaning: _Meaning, match: re.Match[str], clock: _Clock | None) -> _Meant:
    try:
        return meaning(match, clock)
    except (ValueError, OverflowError):  # 31 April; a thousand years before the calendar
        return None


def _day_span(match: re.Match[str], _: _Clock | None) -> _Meant:
    year, month = int(match["y"]), _number_of(match["m"])
    first, last = date(year, month, int(match["d"])), date(year, month, int(match["d2"]))
    return (_cut(first, 3), _cut(last, 3)) if first < last else None


def _month_span(match: re.Match[str], _: _Clock | None) -> _Meant:
    year, first, last = int(match["y"]), _number_of(match["m"]), _number_of(match["m2"])
    return _month(year - (first > last), first), _month(year, last)


def _whole_day(match: re.Match[str], _: _Clock | None) -> _Meant:
    day = _cut(date(int(match["y"]), _number_of(match["m"]), int(match["d"])), 3)
    return day, day


def _whole_month(match: re.Match[str], _: _Clock | None) -> _Meant:
    month = _month(int(match["y"]), _number_of(match["m"]))
    return _portion(match["part"], month, month)


def _season(match: re.Match[str], _: _Clock | None) -> _Meant:
    return _season_of(match["season"], int(match["y"]))


def _season_of(name: str, year: int) -> tuple[str, str]:
    first = _SEASONS[name.lower()]
    return _month(year, first), _month(year, first + 2)


def _decade(match: re.Match[str], _: _Clock | None) -> _Meant:
    first = int(match["decade"]) if len(match["decade"]) == 4 else 1900 + int(match["decade"])
    return _portion(match["part"], f"{first:04d}", f"{first + 9:04d}")


def _century(match: re.Match[str], _: _Clock | None) -> _Meant:
    said = match["century"].lower()
    number = int(said[:-2]) if said[0].isdigit() else _ORDINALS.index(said) + 1
    if not 1 <= number <= 30:
        return None
    return _portion(match["part"], f"{100 * number - 99:04d}", f"{100 * number:04d}")


def _years(match: re.Match[str], _: _Clock | None) -> _Meant:
    """Years such as "2015-16" and "1995–1999"; "2021-03" is a month."""
    year, said = int(match["y"]), match["y2"]
    last = int(str(year)[: -len(said)] + said)
    if last > year:
        return f"{year:04d}", f"{last:04d}"
    return (_month(year, int(said)),) * 2 if len(said) == 2 and 1 <= int(said) <= 12 else None


def _year(match: re.Match[str], _: _Clock | None) -> _Meant:
    if not match["part"] and not _is_year(match):
        return None
    year = f"{int(match['y']):04d}"
    return _portion(match["part"], year, year)


def _is_year(match: re.Match[str]) -> bool:
    """Whether the words around four digits let them be a year, and no number and no name."""
    text, (start, end) = match.string, match.span("x")
    before, after, year = text[max(0, start - 60) : start], text[end : end + 40], int(match["y"])
    if _COUNTED.match(after) or _LABEL.search(before) or _QUANTITY.search(before):
        return False
    if _TIME_BEFORE.search(before):
        return True
    if not 1500 <= year < 2100 or (_OWNED.search(before) and not _WORD_NEXT.match(after)):
        return False
    name = _NAME_BEFORE.search(before)
    if name and name[1].lower() not in _NO_NAMES and (name.start() > 0 or start > 60):
        return False
    return bool(_DETERMINED.search(before)) or not _PLURAL_NEXT.match(after)


def _portion(part: str | None, first: str, last: str) -> tuple[str, str]:
    """The part of a month, year, decade or century that "early", "the second half of" or "Q3" says."""
    if not part:
        return first, last
    number, of = next(share for form, share in _PARTS if form.fullmatch(_plain(part)))
    if len(first) == 7:
        end, size = _last(first).day, 30
        low, high = ceil(size * number / of) + 1, ceil(size * (number + 1) / of)
        return f"{first}-{low:02d}", f"{first}-{end if high == size else high:02d}"
    if first == last:
        return _month(int(first), 12 * number // of + 1), _month(int(first), 12 * (number + 1) // of)
    size = int(last) - int(first) + 1
    low, high = ceil(size * number / of), ceil(size * (number + 1) / of) - 1
    return f"{int(first) + low:04d}", f"{int(first) + high:04d}"


# --- times counted from the clock


def _near_day(match: re.Match[str], clock: _Clock | None) -> _Meant:
    if clock is None or clock.parts < 3:
        return None
    day = _cut(clock.day + timedelta(days=_DAYS_AWAY.get(_plain(match["x"]), 0)), 3)
    return day, day


def _yearless_day(match: re.Match[str], clock: _Clock | None) -> _Meant:
    if clock is None or clock.parts < 3 or not _is_month(match):
        return None
    month, number = _number_of(match["m"]), int(match["d"])
    there, ahead = date(clock.day.year, month, number), _looks_ahead(match)
    if (there < clock.day) if ahead else (there > clock.day):
        there = date(clock.day.year + (1 if ahead else -1), month, number)
    return _cut(there, 3), _cut(there, 3)


def _yearless_month(match: re.Match[str], clock: _Clock | None) -> _Meant:
    if clock is None or clock.parts < 2 or not _is_month(match):
        return None
    month, year = _number_of(match["m"]), clock.day.year
    if _looks_ahead(match):
        year += month < clock.day.month
    else:
        year -= month > clock.day.month
    return _month(year, month), _month(year, month)


def _weekday(match: re.Match[str], clock: _Clock | None) -> _Meant:
    if clock is None or clock.parts < 3:
        return None
    ahead = _WEEKDAYS.index(match["weekday"].lower()[:3]) // 3 - clock.day.weekday()
    which = (match["which"] or "").lower()
    if which == "next" or (not which and _looks_ahead(match)):
        away = ahead % 7 or 7
    elif which == "this":
        away = ahead
    else:  # "on Tuesday", said on a Tuesday, is that day; "last Tuesday" is a week before
        away = -(-ahead % 7) or (-7 if which == "last" else 0)
    day = _cut(clock.day + timedelta(days=away), 3)
    return day, day


def _near_unit(match: re.Match[str], clock: _Clock | None) -> _Meant:
    """Such as "last month", "this spring", "next March"; "the past year" is the twelve months until now."""
    unit, which = match["unit"].lower(), match["which"].lower()
    if clock is None:
        return None
    if which == "past" and unit != "weekend":
        return _until_now(clock, 1, unit)
    step = {"last": -1, "past": -1, "this": 0}.get(which, 1)
    if unit in _SEASONS:
        return _near_season(unit, step, clock)
    if unit not in _PARTS_NEEDED:
        return _near_month(match, step, clock)
    return _unit(clock, step, unit)


def _near_season(name: str, step: int, clock: _Clock) -> _Meant:
    if clock.parts < 2:
        return None
    seasons = [_season_of(name, clock.day.year + years) for years in (-2, -1, 0, 1)]
    if step < 0:
        return max(each for each in seasons if _last(each[1]) < clock.day)
    if step > 0:
        return min(each for each in seasons if _first(each[0]) > clock.day)
    return seasons[2]


def _near_month(match: re.Match[str], step: int, clock: _Clock) -> _Meant:
    if clock.parts < 2 or not _is_month(match):
        return None
    month, year = _number_of(match["unit"]), clock.day.year
    if step:
        year += step * (step * month <= step * clock.day.month)
    return _month(year, month), _month(year, month)


def _unit(clock: _Clock, step: int, unit: str) -> _Meant:
    """The unit that many steps from the one the clock is in."""
    day = clock.day
    if clock.parts < _PARTS_NEEDED[unit]:
        return None
    if unit == "day":
        return (_cut(day + timedelta(days=step), 3),) * 2
    if unit in ("week", "weekend"):
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
        return _cut(monday + timedelta(days=5 * (unit == "weekend")), 3), _cut(monday + timedelta(days=6), 3)
    if unit == "month":
        return (_month(day.year, day.month + step),) * 2
    if unit == "quarter":
        first = 3 * ((day.month - 1) // 3 + step) + 1
        return _month(day.year, first), _month(day.year, first + 2)
    size, offset = {"year": (1, 0), "decade": (10, 0), "century": (100, 1)}[unit]
    year = (day.year - offset) // size * size + offset + step * size
    return f"{_first(f'{year:04d}').year:04d}", f"{year + size - 1:04d}"


def _rolling(match: re.Match[str], clock: _Clock | None) -> _Meant:
    return _until_now(clock, _amount(match["n"]), match["unit"].lower()) if clock else None


def _until_now(clock: _Clock, amount: int, unit: str) -> _Meant:
    """The units up to the clock's day, at the precision that it has."""
    if unit not in _MONTHS_LONG and clock.parts < 3:
        return None
    if unit in _MONTHS_LONG:
        start = _months_on(clock.day, -amount * _MONTHS_LONG[unit])
    else:
        start = clock.day - timedelta(days=amount * (7 if unit.startswith("week") else 1))
    return _cut(start, clock.parts), _cut(clock.day, clock.parts)


def _ago(match: re.Match[str], clock: _Clock | None) -> _Meant:
    unit, amount = match["unit"].lower(), _amount(match["n"])
    if clock is None:
        return None
    if unit in ("decade", "century"):  # "a decade ago" is the year ten years back, not the decade before this
        unit, amount = "year", amount * (10 if unit == "decade" else 100)
    return _unit(clock, -amount, unit)


def _amount(said: str) -> int:
    return int(said) if said.isdigit() else _AMOUNTS[_plain(said)]


def _number_of(month: str) -> int:
    return int(month) if month.isdigit() else "janfebmaraprmayjunjulaugsepoctnovdec".index(month[:3].lower()) // 3 + 1


def _is_month(match: re.Match[str]) -> bool:
    """Whether a month named without a year is one: "may", "march" and short forms are other words, uncapitalised."""
    groups = match.groupdict()
    said = groups.get("m") or groups["unit"]
    start = match.start("x")
    inside = match.string[max(0, start - 3) : start].lower().startswith("in")
    return said[0].isupper() or said.rstrip(".") in _FULL_MONTHS or (said in ("may", "march") and inside)


def _looks_ahead(match: re.Match[str]) -> bool:
    """Whether the sentence, up to the date, is about what is to come."""
    start = match.start("x")
    return bool(_AHEAD.search(match.string, max(match.string.rfind(". ", 0, start), 0), start))


# --- the words around


def _paired(text: str, moments: Iterable[_Moment]) -> Iterator[_Moment]:
    """With "from A to B", "A–B" and "between A and B" as one time."""
    held: _Moment | None = None
    for moment in moments:
        if held is not None:
            gap = text[held.end : moment.start]
            joined = _TO.fullmatch(gap) or (
                _AND.fullmatch(gap) and _BETWEEN.search(text, max(0, held.start - 30), held.start)
            )
            if joined and _first(held.since) <= _last(moment.until):
                held = _Moment(held.since, moment.until, held.start, moment.end)
                continue
            yield held
        held = moment
    if held is not None:
        yield held


def _bounded(text: str, moment: _Moment, event: _Event | None) -> Bounds:
    """What the words before and after a time make of it: "since 2019" has no end."""
    if event and event.start <= moment.start and moment.end <= event.end:
        return _related(event.relation, (moment.since, moment.until))
    lead = _LEAD.search(text[max(0, moment.start - 40) : moment.start])
    word = lead["word"].lower() if lead else ""
    if _AND_LATER.match(text, moment.end) or word == "since":
        return moment.since, None
    if _AND_EARLIER.match(text, moment.end) or word in ("until", "till", "by", "up to"):
        return None, moment.until
    if word not in _STRICT or lead is None:
        return moment.since, moment.until
    # "after the 2014 plan" may be late in 2014; "before the end of 2020" has nearly all of 2020.
    loose = text[moment.start : moment.end].isdigit() and lead["the"] and _NOUN_NEXT.match(text[moment.end :])
    if loose or _END_OF.match(text, moment.start):
        return _related("after" if word == "after" else "before", (moment.since, moment.until))
    return (_beside(moment.until, 1), None) if word == "after" else (None, _beside(moment.since, -1))


def _related(relation: Relation, bounds: tuple[str, str]) -> Bounds:
    """The range on that side of an event, what is as near as the date can tell included."""
    return None if relation in ("before", "until") else bounds[0], None if relation in ("after", "since") else bounds[1]


def _joined(ranges: Iterable[Bounds]) -> Bounds:
    """What all of the ranges have in common, or, where that is nothing, what holds them all."""
    whole: Bounds | None = None
    for bounds in ranges:
        if whole is None:
            whole = bounds
            continue
        one, other = _days(*whole), _days(*bounds)
        pairs = ((one[0], whole[0]), (other[0], bounds[0])), ((one[1], whole[1]), (other[1], bounds[1]))
        if _fit(one, other):
            whole = max(pairs[0], key=_day)[1], min(pairs[1], key=_day)[1]
        else:
            whole = min(pairs[0], key=_day)[1], max(pairs[1], key=_day)[1]
    return whole or (None, None)


def _day(pair: tuple[int, str | None]) -> int:
    return pair[0]


@dataclass(frozen=True, slots=True)
class _Event:
    """An event in the question, `start:end`; `lead` is where "before" or "since" begins."""

    relation: Relation
    lead: int
    start: int
    end: int


def _event(text: str, moments: Sequence[_Moment]) -> _Event | None:
    """The first event that a question counts time from, if any."""
    for match in _EVENT.finditer(text):
        start, end = match.start("event"), match.start("event") + len(match["event"].rstrip(" ."))
        bare = text[start:end]
        for moment in moments:
            if start <= moment.start and moment.end <= end:
                bare = bare.replace(text[moment.start : moment.end], " ")
        said = [word for word in _words(bare) if word not in _SMALL]
        lead = _plain(match["lead"])
        if not said or (lead == "after" and _LOOKS.search(text, max(0, match.start() - 20), match.start())):
            continue
        plainly = lead in _PLAINLY and _DETERMINER.match(text, start) and said[0] not in _TIMES_OF_DAY
        if plainly or (not said[0].endswith("ing") and _HAPPENS.search(bare)):
            return _Event(_RELATIONS[lead], match.start(), start, end)
    return None


# --- words

_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    "a an the this that these those it its he his she her they their them him we our you your i of in on at by to from "
    "for with and or as is are was were be been being had has have did do does not year years end start beginning "
    "fiscal all first late early mid".split()
)
_QUOTED = re.compile(r"\"[^\"]{1,300}\"|“[^”]{1,300}”|‘[^’]{1,300}’(?!\w)|«[^»]{1,300}»")
_AHEAD = re.compile(r"\b(?:will|shall|going to|planned|scheduled|expected|due|plans? to|set to)\b", re.IGNORECASE)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_WEEKDAYS = "montuewedthufrisatsun"
_FULL_MONTHS = frozenset(
    "january february april june july august september october november december".split()
)  # and not "may" and "march"
_DAYS_AWAY = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "tomorrow": 1}  # today: 0
_UP_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve".split()
_AMOUNTS = {word: number for number, word in enumerate(_UP_TO_TWELVE, 1)} | {
    "a": 1, "an": 1, "a couple of": 2, "a few": 3, "few": 3, "several": 3, "twenty": 20, "thirty": 30, "fifty": 50,
}  # fmt: skip
_PARTS_NEEDED = {
    "day": 3, "week": 3, "weekend": 3, "month": 2, "quarter": 2, "year": 1, "decade": 1, "century": 1,
}  # fmt: skip
_MONTHS_LONG = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second"
).split()
_PARTS = tuple(
    (re.compile(form, re.IGNORECASE), share)
    for form, share in (
        (r"early|start of|beginning of", (0, 3)),
        (r"mid|middle of", (1, 3)),
        (r"late|end of", (2, 3)),
        (r"first half of|h1", (0, 2)),
        (r"second half of|h2", (1, 2)),
        (r"first quarter of|q1", (0, 4)),
        (r"second quarter of|q2", (1, 4)),
        (r"third quarter of|q3", (2, 4)),
        (r"(?:fourth|last|final) quarter of|q4", (3, 4)),
    )
)

_M = (
    r"(?P<m>(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b)\.?"
)
_M2 = _M.replace("<m>", "<m2>")
_D = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_D2 = r"(?P<d2>\d{1,2})(?:st|nd|rd|th)?"
_Y = r"(?P<y>[12]\d{3})(?!\d)"
_TILL = r"(?:\s?[-–—]\s?|\s(?:to|and|until|till|through)\s)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PART = (
    r"(?:(?P<part>early|mid|late|(?:start|beginning|middle|end|(?:first|second)\shalf"
    r"|(?:first|second|third|fourth|last|final)\squarter)\sof|h[12]|q[1-4])(?:\s|-)(?:of\s|in\s)?(?:the\s)?(?:year\s)?)?"
)
_AMOUNT = r"(?P<n>\d{1,3}|a\scouple\sof|a\sfew|" + "|".join(_AMOUNTS) + ")"
_SEASON = "|".join(_SEASONS)
_BARE_MONTH = _M.replace("(?P<m>", "(?:").removesuffix(r"\.?")
# Of two that hold the same words, the earlier counts.
_FORMS: tuple[tuple[re.Pattern[str], _Meaning], ...] = tuple(
    (re.compile(form, re.IGNORECASE), meaning)
    for form, meaning in (
        (rf"(?<!\w)(?P<x>{_D}{_TILL}{_D2}\s(?:of\s)?{_M},?\s{_Y})", _day_span),
        (rf"(?<!\w)(?P<x>{_M}\s{_D}{_TILL}{_D2},?\s{_Y})", _day_span),
        (rf"(?<!\w)(?P<x>{_M}{_TILL}{_M2},?\s(?:of\s)?{_Y})", _month_span),
        (rf"(?<!\w)(?P<x>(?:{_WEEKDAY},?\s)?(?:the\s)?{_D}\s(?:of\s)?{_M},?\s{_Y})", _whole_day),
        (rf"(?<!\w)(?P<x>(?:{_WEEKDAY},?\s)?{_M}\s{_D},?\s{_Y})", _whole_day),
        (r"(?<![\w-])(?P<x>(?P<y>[12]\d{3})-(?P<m>\d\d)-(?P<d>\d\d))(?!\d|-\d)", _whole_day),
        (rf"(?<!\w)(?P<x>{_PART}{_M},?\s(?:of\s)?{_Y})", _whole_month),
        (rf"(?<!\w)(?P<x>(?P<season>{_SEASON})\s(?:of\s)?(?:the\syear\s)?{_Y}(?:[-–/]\d\d(?!\d))?)", _season),
        (rf"(?<!\w)(?P<x>{_PART}(?P<decade>[12]\d\d0)[’']?s)(?!\w)", _decade),
        (rf"(?<!\w)(?P<x>{_PART}[’'](?P<decade>[2-9]0)s)(?!\w)", _decade),
        (
            rf"(?<!\w)(?P<x>{_PART}(?P<century>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})[-\s]century)"
            r"(?!\w|\s(?:B\.?C|BCE))",
            _century,
        ),
        (r"(?<![\w.,$€£¥/#-])(?P<x>(?P<y>[12]\d{3})[-–/](?P<y2>\d{4}|\d\d?))(?![\d%-]|[.,]\d)", _years),
        (rf"(?<![\d.,$€£¥/#–-])(?<![A-Za-z])(?P<x>{_PART}{_Y})(?![%A-Za-z]|[.,]\d|-[a-z\d])", _year),
        (
            rf"(?<!\w)(?P<x>(?:{_WEEKDAY},?\s)?(?:the\s)?{_D}\s(?:of\s)?{_M})(?!,?\s\d|\sof\s(?:what|which)|[\w’'])",
            _yearless_day,
        ),
        (rf"(?<!\w)(?P<x>(?:{_WEEKDAY},?\s)?{_M}\s{_D})(?!\d|,?\s\d{{4}}|[.,:]\d|\w)", _yearless_day),
        (
            rf"\b(?:in|since|until|till|by|before|after|during|of)\s(?:early\s|mid-|late\s)?(?P<x>{_M})"
            r"(?!\s\d|\sof\s(?:what|which)|[\w’'-])",
            _yearless_month,
        ),
        (
            r"(?<!\w)(?P<x>the\sday\sbefore\syesterday|yesterday|(?<!as of )today|tonight|last\snight|tomorrow"
            r"|this\s(?:morning|afternoon|evening))\b",
            _near_day,
        ),
        (
            rf"\b(?:on|since|until|till|by|before|after|from|said|late|early)\s"
            rf"(?P<x>(?P<which>)(?P<weekday>{_WEEKDAY}))(?![\w’'-])",
            _weekday,
        ),
        (rf"\b(?P<x>(?P<which>last|this|next)\s(?P<weekday>{_WEEKDAY}))(?![\w-])", _weekday),
        (
            rf"\b(?P<x>(?P<which>last|past|this|next|coming)\s"
            rf"(?P<unit>week|weekend|month|quarter|year|decade|century|{_SEASON}|{_BARE_MONTH}))"
            r"(?![\w-]|\s(?:of|that|when|in\swhich|\d{4}))",
            _near_unit,
        ),
        (rf"\b(?P<x>(?:last|past)\s{_AMOUNT}\s(?P<unit>day|week|month|quarter|year|decade)s?)\b(?!\sof)", _rolling),
        (rf"(?<!\w)(?P<x>{_AMOUNT}\s(?P<unit>day|week|month|year|decade|centur(?=y))(?:y|s)?\sago)\b", _ago),
    )
)

_TO = re.compile(r"\s?[-–—]\s?|\s(?:to|until|till|through)\s(?:the\s)?")
_AND = re.compile(r"\sand\s(?:the\s)?")
_BETWEEN = re.compile(r"\bbetween\s(?:the\s)?(?:years\s)?$", re.IGNORECASE)
_LEAD = re.compile(
    r"\b(?P<word>since|after|before|until|till|up to|by|prior to)\s(?:(?:about|around)\s)?"
    r"(?P<the>(?:the|its|his|her|their)\s)?(?:(?:fiscal\s)?year\s)?$",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:by|up to)\s(?:the\s)?$", re.IGNORECASE)
_STRICT = frozenset(("after", "before", "prior to"))
_END_OF = re.compile(r"end of", re.IGNORECASE)
_AND_LATER = re.compile(r"\s(?:onwards?|(?:or|and) (?:later|after))\b", re.IGNORECASE)
_AND_EARLIER = re.compile(r"\s(?:or|and) (?:earlier|before)\b", re.IGNORECASE)

# Four digits that are no year.
_COUNTED = re.compile(
    r"[-\s]?(?:%|°|B\.?C\b|BCE\b)|\s(?:people|persons?|men|women|children|girls|boys|jobs|posts|troops|soldiers|workers"
    r"|employees|staff|members|students|pupils|homes|houses|flats|households|families|stores|shops|users|followers"
    r"|words|pages|copies|cases|deaths|victims|patients|refugees|migrants|visitors|tourists|guests|voters|votes|seats"
    r"|miles|met(?:re|er)s?|feet|square|cubic|kilomet(?:re|er)s?|km|kg|tonn?e?s|lit(?:re|er)s|dollars|euros|pounds"
    r"|yuan|yen|rupees|per|percent|million|billion|thousand|hours|minutes|seconds|days|weeks|months|years|times"
    r"|degrees|calories|volts|watts|megawatts|kilowatts|units|cars|tanks|missiles|drones|respondents|animals|sheep"
    r"|cattle|trees|items|points|steps|UTC|GMT|or\s(?:more|fewer|less))\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:chapter|page|pages|room|flight|resolution|section|paragraph|article|clause|no\.?|number|nr\.?|route|line"
    r"|bus|train|model|type|version|channel|gate|building|platform|post ?code|code|case|bill|decree|directive"
    r"|regulation|iso|novel|film|movie|book|song|album|play|series|game)\s(?:called\s|no\.?\s)?$",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"(?:\b(?:more than|fewer than|less than|at least|at most|nearly|almost|over|exactly|some|as many as|another"
    r"|only|every|US|AU|HK)\s|[$€£¥]\s?)$",
    re.IGNORECASE,
)
_TIME_BEFORE = re.compile(
    r"\b(?:in|since|from|until|till|by|before|after|during|between|years?|circa|as of|back in|prior to|throughout"
    r"|through|around)\s(?:about\s|around\s)?$|\b[12]\d{3}\s(?:to|and|until|till|through)\s$",
    re.IGNORECASE,
)
_OWNED = re.compile(r"[’']s?\s$")
_WORD_NEXT = re.compile(r"\s+\w")
_NOUN_NEXT = re.compile(r"\s[a-z]")
_NAME_BEFORE = re.compile(r"(?<![\w’'])([A-ZÀ-ÖØ-Þ][\w-]*)\s$")
_NO_NAMES = frozenset(
    "in the and of for on at to this its his her their our my a an which what who when where why how did was were is "
    "are does do has have had since until before after during by from both not".split()
)
_DETERMINED = re.compile(r"(?:\b(?:the|its|his|her|their|our|this|that|and|or|of)|[’']s?)\s$", re.IGNORECASE)
_PLURAL_NEXT = re.compile(r"\s(?:new\s|other\s)?[a-z]{3,}[^s\W]s\b(?!\s(?:elections|protests))")

_NEWEST = re.compile(
    r"(?<!at the )\blatest\b|\bnewest\b|\bmost recent(?:ly)?\b|(?<!most )\brecent(?:ly)?\b|\blately\b|\bup-to-date\b"
    r"|\bas of (?:now|today)\b|\bright now\b|\bat (?:the moment|present)\b|\bcurrently\b|\bnowadays\b|\bthese days\b"
    r"|(?<!as of )\btoday\b"
    r"|(?<!right )(?<!from )(?<!as of )\b(?-i:[Nn]ow)\b"
    r"(?![- ](?:known|called|named|defunct|discontinued|former|famous|closed|that|and then))"
    r"|(?:(?<=\bthe )|(?<=\bits )|(?<=\bhis )|(?<=\bher )|(?<=\btheir )|(?<=[’']s ))current\b(?=\s\w)"
    r"(?!\s(?:affairs|account|of|in|through|flows?|is|was)\b)",
    re.IGNORECASE,
)
_OLDEST = re.compile(
    r"(?P<x>\b(?:earliest|oldest) (?:known )?(?:reports?|reported|articles?|accounts?|mentions?|news|stor(?:y|ies)"
    r"|sources?|records?)\b|\bfirst (?:reported|announced|published|mentioned|noticed|confirmed|detected|seen|heard"
    r"|appeared|documented|recorded)\b)",
    re.IGNORECASE,
)
_WHEN_FIRST = re.compile(
    r"^\W*(?:since )?when\b.{0,80}?(?<!\bthe )(?<!\bits )(?<!\bhis )(?<!\bher )(?P<x>\bfirst\b)(?=\s[a-z])"
    r"(?!\s(?:reported|announced|published|mentioned|noticed|confirmed|detected|seen|heard|appeared|documented"
    r"|recorded))",
    re.IGNORECASE,
)

_RELATIONS: dict[str, Relation] = {
    "before": "before", "prior to": "before", "ahead of": "before", "on the eve of": "before",
    "in the run-up to": "before", "after": "after", "following": "after", "in the wake of": "after",
    "since": "since", "during": "during", "amid": "during", "until": "until", "till": "until",
}  # fmt: skip
_PLAINLY = frozenset(_RELATIONS) - {"before", "after", "since", "until", "till"}
_EVENT = re.compile(
    rf"\b(?P<lead>{'|'.join(_RELATIONS)})\s"
    r"(?!(?:what|which|whose?|when|how|then)\b)(?P<event>(?:(?!\s(?:who|whom|what|which|when|where|why|how|before|after|since|until)\b)[^,;:?!\n]){3,120})",
    re.IGNORECASE,
)
_LOOKS = re.compile(r"\b(?:look(?:s|ed|ing)?|nam(?:e|ed|es)|tak(?:e|es|en)|modell?ed|sought|car(?:e|es|ed))\s$")
_DETERMINER = re.compile(r"(?:the|a|an|its|his|her|their|this|that|[A-Z]\w+(?:[’']s)?|\w+[’']s)\s", re.ASCII)
_TIMES_OF_DAY = frozenset(
    "day days night nights week weekend month summer winter spring autumn morning time times period hours".split()
)
_HAPPENS = re.compile(
    r"\b(?:invasion|wars?|merger|takeover|acquisition|buyout|embargo|sanctions|elections?|referendum|pandemic|outbreak"
    r"|epidemic|lockdown|earthquake|quake|floods?|flooding|fire|hurricane|typhoon|cyclone|storm|tsunami|eruption"
    r"|drought|famine|attacks?|bombing|shooting|massacre|siege|coup|uprising|revolution|revolt|protests|riots|strike"
    r"|summit|crash|crisis|collapse|downfall|fall of|death|murder|assassination|funeral|resignation|appointment"
    r"|inauguration|impeachment|arrest|trial|verdict|launch|opening|closure|reopening|independence|unification"
    r"|reunification|annexation|partition|occupation|withdrawal|retreat|ceasefire|armistice|treaty|handover|Brexit"
    r"|Olympics|World Cup|scandal|explosion|blast|spill|leak|accident|disaster|bankruptcy|default|bailout|flotation"
    r"|defection|deportation|exile|release|birth|wedding|coronation|abdication"
    r"|was|were|had|\w{3,}ed|took|fell|broke|began|left|won|lost|came|went|became|quit|met|shot|sank|struck|rose|gave"
    r"|found|bought|sold)\b",
    re.IGNORECASE,
)
