"""The times that a text speaks of, as they stand in it: "3 May 2019", "since 2016", "the early 1990s", "last winter".

What is counted from a day ("yesterday") needs a clock. Numbers of people, rooms and resolutions are no dates. English;
dates of other languages are read as far as `qa.articles.dates` is sure of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from qa.articles.dates import find_all
from qa.retrieval.days import (
    SEASONS,
    UNITS,
    Bounds,
    Clock,
    Closed,
    beside,
    clock_of,
    cut,
    first_day,
    last_day,
    month_of,
    season_away,
    season_of,
    share_of,
    unit_away,
    until_now,
)
from qa.retrieval.years import is_year


@dataclass(frozen=True, slots=True)
class DateRange:
    """A time that `text[start:end]` speaks of: ISO dates, inclusive, of any precision; None where that side is open."""

    since: str | None
    until: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it stands, before the words around it ("since") are heard: ISO dates, inclusive, of any precision."""

    since: str
    until: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def dates_in(text: str, published: str | None) -> tuple[DateRange, ...]:
    """The times that a passage speaks of, in reading order. "Last year" and "on Tuesday" are counted from the day its
    article was published, where that is known well enough, else left out.
    """
    found = []
    for moment in moments(text, clock_of(published)):
        # "By 2030" in a text is a goal or a state of that time; in a question it is all the time up to it.
        by = _BY.search(text, max(0, moment.start - 12), moment.start)
        since, until = (moment.since, moment.until) if by else bounded(text, moment)
        found.append(DateRange(since, until, moment.start, moment.end))
    return tuple(found)


def moments(text: str, clock: Clock) -> Iterator[Moment]:
    """The times of a text in reading order, none within another; "from A to B", "A–B" and "between A and B" are one."""
    return _paired(text, _single(text, clock))


def bounded(text: str, moment: Moment) -> Bounds:
    """What the words before and after a time make of it: "since 2019" has no end."""
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
        return (moment.since, None) if word == "after" else (None, moment.until)
    return (beside(moment.until, 1), None) if word == "after" else (None, beside(moment.since, -1))


def _single(text: str, clock: Clock) -> Iterator[Moment]:
    """Each by itself; of two that begin at one place the longer, for it says more."""
    found = [
        (match.start("x"), match.end("x"), _meant(meaning, match, clock))
        for form, needed, meaning in _FORMS
        if clock.parts >= needed
        for match in form.finditer(text)
    ]
    found += [(each.start, each.end, (each.iso, each.iso)) for each in find_all(text)]
    done = 0
    for start, end, bounds in sorted(found, key=lambda each: (each[0], -each[1])):
        if bounds and start >= done:
            yield Moment(*bounds, start, end)
            done = end


def _paired(text: str, moments: Iterable[Moment]) -> Iterator[Moment]:
    held: Moment | None = None
    for moment in moments:
        if held is not None:
            gap = text[held.end : moment.start]
            joined = _TO.fullmatch(gap) or (
                _AND.fullmatch(gap) and _BETWEEN.search(text, max(0, held.start - 30), held.start)
            )
            if joined and first_day(held.since) <= last_day(moment.until):
                held = Moment(held.since, moment.until, held.start, moment.end)
                continue
            yield held
        held = moment
    if held is not None:
        yield held


_Meaning = Callable[[re.Match[str], Clock], Closed | None]


def _meant(meaning: _Meaning, match: re.Match[str], clock: Clock) -> Closed | None:
    try:
        return meaning(match, clock)
    except (ValueError, OverflowError):  # 31 April; a thousand years before the calendar
        return None


def _day_span(match: re.Match[str], _: Clock) -> Closed | None:
    year, month = int(match["y"]), _number_of(match["m"])
    first, last = date(year, month, int(match["d"])), date(year, month, int(match["d2"]))
    return (cut(first, 3), cut(last, 3)) if first < last else None


def _month_span(match: re.Match[str], _: Clock) -> Closed | None:
    year, first, last = int(match["y"]), _number_of(match["m"]), _number_of(match["m2"])
    return month_of(year - (first > last), first), month_of(year, last)


def _whole_day(match: re.Match[str], _: Clock) -> Closed | None:
    return _day(date(int(match["y"]), _number_of(match["m"]), int(match["d"])))


def _whole_month(match: re.Match[str], _: Clock) -> Closed | None:
    month = month_of(int(match["y"]), _number_of(match["m"]))
    return _portion(match["part"], month, month)


def _season(match: re.Match[str], _: Clock) -> Closed | None:
    return season_of(match["season"].lower(), int(match["y"]))


def _decade(match: re.Match[str], _: Clock) -> Closed | None:
    first = int(match["decade"]) if len(match["decade"]) == 4 else 1900 + int(match["decade"])
    return _portion(match["part"], f"{first:04d}", f"{first + 9:04d}")


def _century(match: re.Match[str], _: Clock) -> Closed | None:
    said = match["century"].lower()
    number = int(said[:-2]) if said[0].isdigit() else _ORDINALS.index(said) + 1
    if not 1 <= number <= 30:
        return None
    return _portion(match["part"], f"{100 * number - 99:04d}", f"{100 * number:04d}")


def _years(match: re.Match[str], _: Clock) -> Closed | None:
    """Years such as "2015-16" and "1995–1999"; "2021-03" is a month."""
    year, said = int(match["y"]), match["y2"]
    last = int(str(year)[: -len(said)] + said)
    if last > year:
        return f"{year:04d}", f"{last:04d}"
    return (month_of(year, int(said)),) * 2 if len(said) == 2 and 1 <= int(said) <= 12 else None


def _year(match: re.Match[str], _: Clock) -> Closed | None:
    if not match["part"] and not is_year(match.string, *match.span("x")):
        return None
    year = f"{int(match['y']):04d}"
    return _portion(match["part"], year, year)


def _portion(part: str | None, first: str, last: str) -> Closed:
    """The part of a month, year, decade or century that "early", "the second half of" or "Q3" says."""
    if not part:
        return first, last
    return share_of(first, last, *next(share for form, share in _PARTS if form.fullmatch(_plain(part))))


# --- times counted from the clock


def _near_day(match: re.Match[str], clock: Clock) -> Closed | None:
    return _day(clock.day + timedelta(days=_DAYS_AWAY.get(_plain(match["x"]), 0)))


def _yearless_day(match: re.Match[str], clock: Clock) -> Closed | None:
    if not _is_month(match):
        return None
    month, number = _number_of(match["m"]), int(match["d"])
    there, ahead = date(clock.day.year, month, number), _looks_ahead(match)
    if (there < clock.day) if ahead else (there > clock.day):
        there = date(clock.day.year + (1 if ahead else -1), month, number)
    return _day(there)


def _yearless_month(match: re.Match[str], clock: Clock) -> Closed | None:
    if not _is_month(match):
        return None
    month, year = _number_of(match["m"]), clock.day.year
    if _looks_ahead(match):
        year += month < clock.day.month
    else:
        year -= month > clock.day.month
    return month_of(year, month), month_of(year, month)


def _weekday(match: re.Match[str], clock: Clock) -> Closed | None:
    ahead = _WEEKDAYS.index(match["weekday"].lower()[:3]) // 3 - clock.day.weekday()
    which = (match["which"] or "").lower()
    if which == "next" or (not which and _looks_ahead(match)):
        away = ahead % 7 or 7
    elif which == "this":
        away = ahead
    else:  # "on Tuesday", said on a Tuesday, is that day; "last Tuesday" is a week before
        away = -(-ahead % 7) or (-7 if which == "last" else 0)
    return _day(clock.day + timedelta(days=away))


def _near_unit(match: re.Match[str], clock: Clock) -> Closed | None:
    """Such as "last month", "this spring", "next March"; "the past year" is the twelve months until now."""
    unit, which = match["unit"].lower(), match["which"].lower()
    if which == "past" and unit in UNITS and unit != "weekend":
        return until_now(clock, 1, unit)
    step = {"last": -1, "past": -1, "this": 0}.get(which, 1)
    if unit in SEASONS:
        return season_away(clock, step, unit)
    if unit not in UNITS:
        return _near_month(match, step, clock)
    return unit_away(clock, step, unit)


def _near_month(match: re.Match[str], step: int, clock: Clock) -> Closed | None:
    if clock.parts < 2 or not _is_month(match):
        return None
    month, year = _number_of(match["unit"]), clock.day.year
    if step:
        year += step * (step * month <= step * clock.day.month)
    return month_of(year, month), month_of(year, month)


def _rolling(match: re.Match[str], clock: Clock) -> Closed | None:
    return until_now(clock, _amount(match["n"]), match["unit"].lower())


def _ago(match: re.Match[str], clock: Clock) -> Closed | None:
    unit, amount = match["unit"].lower(), _amount(match["n"])
    if unit in ("decade", "centur"):  # "a decade ago" is the year ten years back, not the decade before this
        unit, amount = "year", amount * (10 if unit == "decade" else 100)
    return unit_away(clock, -amount, unit)


def _day(day: date) -> Closed:
    return cut(day, 3), cut(day, 3)


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


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


# --- words

_AHEAD = re.compile(r"\b(?:will|shall|going to|planned|scheduled|expected|due|plans? to|set to)\b", re.IGNORECASE)
_WEEKDAYS = "montuewedthufrisatsun"
_FULL_MONTHS = frozenset(
    "january february april june july august september october november december".split()
)  # and not "may" and "march"
_DAYS_AWAY = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "tomorrow": 1}  # today: 0
_UP_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve".split()
_AMOUNTS = {word: number for number, word in enumerate(_UP_TO_TWELVE, 1)} | {
    "a": 1, "an": 1, "a couple of": 2, "a few": 3, "few": 3, "several": 3, "twenty": 20, "thirty": 30, "fifty": 50,
}  # fmt: skip
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
_SEASON = "|".join(SEASONS)
_BARE_MONTH = _M.replace("(?P<m>", "(?:").removesuffix(r"\.?")
# A form, how many parts of the clock its meaning needs, and the meaning. Of two that hold the same words, the earlier
# counts.
_FORMS: tuple[tuple[re.Pattern[str], int, _Meaning], ...] = tuple(
    (re.compile(form, re.IGNORECASE), needed, meaning)
    for form, needed, meaning in (
        (rf"(?<!\w)(?P<x>{_D}{_TILL}{_D2}\s(?:of\s)?{_M},?\s{_Y})", 0, _day_span),
        (rf"(?<!\w)(?P<x>{_M}\s{_D}{_TILL}{_D2},?\s{_Y})", 0, _day_span),
        (rf"(?<!\w)(?P<x>{_M}{_TILL}{_M2},?\s(?:of\s)?{_Y})", 0, _month_span),
        (rf"(?<!\w)(?P<x>(?:{_WEEKDAY},?\s)?(?:the\s)?{_D}\s(?:of\s)?{_M},?\s{_Y})", 0, _whole_day),
        (rf"(?<!\w)(?P<x>(?:{_WEEKDAY},?\s)?{_M}\s{_D},?\s{_Y})", 0, _whole_day),
        (r"(?<![\w-])(?P<x>(?P<y>[12]\d{3})-(?P<m>\d\d)-(?P<d>\d\d))(?!\d|-\d)", 0, _whole_day),
        (rf"(?<!\w)(?P<x>{_PART}{_M},?\s(?:of\s)?{_Y})", 0, _whole_month),
        (rf"(?<!\w)(?P<x>(?P<season>{_SEASON})\s(?:of\s)?(?:the\syear\s)?{_Y}(?:[-–/]\d\d(?!\d))?)", 0, _season),
        (rf"(?<!\w)(?P<x>{_PART}(?P<decade>[12]\d\d0)[’']?s)(?!\w)", 0, _decade),
        (rf"(?<!\w)(?P<x>{_PART}[’'](?P<decade>[2-9]0)s)(?!\w)", 0, _decade),
        (
            rf"(?<!\w)(?P<x>{_PART}(?P<century>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})[-\s]century)"
            r"(?!\w|\s(?:B\.?C|BCE))",
            0,
            _century,
        ),
        (r"(?<![\w.,$€£¥/#-])(?P<x>(?P<y>[12]\d{3})[-–/](?P<y2>\d{4}|\d\d?))(?![\d%-]|[.,]\d)", 0, _years),
        (rf"(?<![\d.,$€£¥/#–-])(?<![A-Za-z])(?P<x>{_PART}{_Y})(?![%A-Za-z]|[.,]\d|-[a-z\d])", 0, _year),
        (
            rf"(?<!\w)(?P<x>(?:{_WEEKDAY},?\s)?(?:the\s)?{_D}\s(?:of\s)?{_M})(?!,?\s\d|\sof\s(?:what|which)|[\w’'])",
            3,
            _yearless_day,
        ),
        (rf"(?<!\w)(?P<x>(?:{_WEEKDAY},?\s)?{_M}\s{_D})(?!\d|,?\s\d{{4}}|[.,:]\d|\w)", 3, _yearless_day),
        (
            rf"\b(?:in|since|until|till|by|before|after|during|of)\s(?:early\s|mid-|late\s)?(?P<x>{_M})"
            r"(?!\s\d|\sof\s(?:what|which)|[\w’'-])",
            2,
            _yearless_month,
        ),
        (
            r"(?<!\w)(?P<x>the\sday\sbefore\syesterday|yesterday|(?<!as of )today|tonight|last\snight|tomorrow"
            r"|this\s(?:morning|afternoon|evening))\b",
            3,
            _near_day,
        ),
        (
            rf"\b(?:on|since|until|till|by|before|after|from|said|late|early)\s"
            rf"(?P<x>(?P<which>)(?P<weekday>{_WEEKDAY}))(?![\w’'-])",
            3,
            _weekday,
        ),
        (rf"\b(?P<x>(?P<which>last|this|next)\s(?P<weekday>{_WEEKDAY}))(?![\w-])", 3, _weekday),
        (
            rf"\b(?P<x>(?P<which>last|past|this|next|coming)\s"
            rf"(?P<unit>week|weekend|month|quarter|year|decade|century|{_SEASON}|{_BARE_MONTH}))"
            r"(?![\w-]|\s(?:of|that|when|in\swhich|\d{4}))",
            1,
            _near_unit,
        ),
        (rf"\b(?P<x>(?:last|past)\s{_AMOUNT}\s(?P<unit>day|week|month|quarter|year|decade)s?)\b(?!\sof)", 1, _rolling),
        (rf"(?<!\w)(?P<x>{_AMOUNT}\s(?P<unit>day|week|month|year|decade|centur)(?:s|y|ies)?\sago)\b", 1, _ago),
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
# "After 5 May and before 10 June": what goes on is another time.
_GOES_ON = r"(?!\s*[\w“\"])"
_AND_LATER = re.compile(
    rf"\s(?:onwards?|(?:or|and) (?:later|after{_GOES_ON})"
    r"|(?:to|until|till|up to|through) (?:now|date|the present(?: day)?|this day))\b|\s?[-–—]\s?present\b",
    re.IGNORECASE,
)
_AND_EARLIER = re.compile(rf"\s(?:or|and) (?:earlier|before{_GOES_ON})\b", re.IGNORECASE)
_NOUN_NEXT = re.compile(r"\s[a-z]")
