"""Dates as articles state them, kept at the precision that is stated: "2021-03-20", "2021-03" or "2021".

Nothing is guessed: 03/04/2021 (day or month first?) is unknown, impossible dates and dates far ahead are None, and
the day of reading is never an article's date. Words of other languages go to dateparser, and only as a whole string
that was already captured as a date.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_GAP = r"[ \t\u00a0]{1,3}"
# Most exact first: the first form that fits a place wins.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        rf"(?<!\w){_NAME}{_GAP}{_DAY},?{_GAP}{_YEAR}",
        rf"(?<!\d){_DAY}(?:{_GAP}of)?(?:{_GAP}|-){_NAME},?(?:{_GAP}|-){_YEAR}",
        rf"(?<!\w){_NAME},?{_GAP}{_YEAR}",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월](?:\s?(?P<day>\d{1,2})\s?[日号號일])?",
        r"(?<![\d/.])(?P<first>\d{1,2})(?P<mark>[/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)",
        r"(?<![\d-])(?P<year>\d{4})-(?P<month>\d{2})(?![\d-])",
    )
)
_WITHOUT_YEAR = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\w){_NAME}{_GAP}{_DAY}(?!\w|,?{_GAP}\d)",
        rf"(?<!\d){_DAY}{_GAP}{_NAME}(?!\w|,?{_GAP}\d)",
    )
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_YEAR_ALONE = re.compile(r"(?:1[5-9]|20)\d{2}")
# The languages of month names that are tried after English; each one more makes a first look-up slower.
_LANGUAGES = (
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "da",
    "nb",
    "fi",
    "pl",
    "cs",
    "hu",
    "ro",
    "tr",
    "ru",
    "uk",
    "el",
    "id",
)
# What may stand beside a date in a string that is nothing but a date: weekday, time of day, time zone.
_BESIDE = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?|\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d{1,9})?)?"
    r"|[ap]\.?m\b\.?|at\b|on\b|t(?=\d)|z\b|[A-Z]{2,4}T\b|gmt|utc|[+-]\d{2}:?\d{2}|[\s,;|·•()-])*",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)|(?<![\d-])(\d{4})[-_](\d{2})(?![\d])")
_IN_ADDRESS = re.compile(r"/(\d{4})[/-](\d{1,2})(?:[/-](\d{1,2}))?(?=[/_-]|$)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A date that stands in a line: its ISO form and where its words are, `line[start:end]`."""

    iso: str
    start: int
    end: int


def iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """The ISO form, or None for a date that cannot be (31 April) or lies more than a year ahead."""
    try:
        datetime.date(year, month or 1, day or 1)
    except ValueError:
        return None
    if not 1500 <= year <= datetime.datetime.now(tz=datetime.UTC).year + 1:
        return None
    parts = [f"{year:04d}"] + [f"{part:02d}" for part in (month, day) if part is not None]
    return "-".join(parts)


def find(line: str) -> Stated | None:
    """The first date with a year that the line states, at its precision; None where it states none for certain."""
    best: Stated | None = None
    for form in _FORMS:
        for match in form.finditer(line):
            date = _from_match(match)
            if date and (best is None or match.start() < best.start):
                best = Stated(date, match.start(), match.end())
            if date:
                break
    return best


def find_without_year(line: str) -> tuple[int, int, int, int] | None:
    """(month, day, start, end) of a date such as "September 20" that leaves its year out."""
    for form in _WITHOUT_YEAR:
        if match := form.search(line):
            month, day = _month(match["name"]), int(match["day"])
            if iso(2000, month, day):
                return month, day, match.start(), match.end()
    return None


def parse(words: str) -> str | None:
    """The ISO form of a string that is a date and nothing else (weekday and time of day are put up with), else None."""
    words = words.strip()
    if not words or len(words) > 60:
        return None
    return parse_plainly(words) or (None if find(words) else _in_another_language(words))


def parse_plainly(words: str) -> str | None:
    """As `parse`, for English and numeric dates only: quick enough for every line of a page."""
    words = words.strip()
    if _YEAR_ALONE.fullmatch(words):
        return iso(int(words))
    if match := _COMPACT.fullmatch(words):
        return iso(int(match["year"]), int(match["month"]), int(match["day"]))
    stated = find(words)
    if stated is not None:
        beside = words[: stated.start] + " " + words[stated.end :]
        return stated.iso if _BESIDE.fullmatch(beside) else None
    return None


def from_file_name(name: str) -> str | None:
    """The date in a file name such as 2021-03-20-harbour.txt or notes_2021-03.md."""
    for match in _FILE_NAME.finditer(name):
        year, _, month, day, year_2, month_2 = match.groups()
        date = iso(int(year), int(month), int(day)) if year else iso(int(year_2), int(month_2))
        if date:
            return date
    return None


def from_address(url: str) -> str | None:
    """The date in the path of a web address such as https://example.org/2021/03/20/harbour."""
    match = _IN_ADDRESS.search(url.split("?")[0].split("#")[0])
    if match is None:
        return None
    year, month, day = match.groups()
    return iso(int(year), int(month), int(day) if day else None)


def _from_match(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    year = int(parts["year"])
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        if first > 12 >= second:
            return iso(year, second, first)
        if second > 12 >= first:
            return iso(year, first, second)
        return iso(year, first, second) if first == second else None
    month = _month(parts["name"]) if parts.get("name") else int(parts["month"])
    return iso(year, month, int(parts["day"]) if parts.get("day") else None)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


@lru_cache(maxsize=1000)
def _in_another_language(words: str) -> str | None:
    """Strictly through dateparser: only where a year and a word stand in the string and no part is left to guess."""
    year = re.search(r"(?<!\d)\d{4}(?!\d)", words)
    if year is None or not re.search(r"[^\W\d_]{3}", words) or re.search(r"[^\W\d_].*\b(?:ago|before)\b", words):
        return None
    import dateparser  # slow to import, and seldom needed

    numbers = re.findall(r"\d+", words)
    parts = ["day", "month", "year"] if len(numbers) == 2 else ["month", "year"]
    if len(numbers) > 2:
        return None
    found = dateparser.parse(
        words, languages=list(_LANGUAGES), settings={"REQUIRE_PARTS": parts, "STRICT_PARSING": len(numbers) == 2}
    )
    if found is None or found.year != int(year[0]):
        return None
    return iso(found.year, found.month, found.day if len(numbers) == 2 else None)
