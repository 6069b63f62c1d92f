"""Numbers, money, percentages and dates in a text, in one form each, so that two ways of writing compare equal.

12,000 = 12 thousand = twelve thousand; US$1.5 billion = $1,500 million; 20 March = March 20, and both are carried by
2021-03-20; 5 per cent = 5%. Nothing is calculated or converted. What it does not do: fractions in words (two thirds),
signs (-5 counts as 5), numerals of other scripts except with 万 and 亿, units of measure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest

from qa.schema import MONTHS

Value = tuple[str, Decimal | str | tuple[int | None, int | None, int | None], str]
"""(kind, value, unit); kind is number, money, percent, points, ordinal, decade, time or date."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value as written in `words`; `values` are its possible readings ("5m": five million, or five of a unit)."""

    words: str
    kind: str
    values: frozenset[Value]


_SMALL = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
} | {
    word: number * 10
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12,
    "k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12,
    "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8,
}  # fmt: skip
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
_CURRENCIES = {
    "USD": "$ us$ usd united-states-dollar united-states-dollars dollar dollars 美元",
    "CAD": "c$ ca$ cad canadian-dollar canadian-dollars",
    "AUD": "a$ au$ aud australian-dollar australian-dollars",
    "HKD": "hk$ hkd hong-kong-dollar hong-kong-dollars 港元",
    "EUR": "€ eur euro euros 欧元",
    "GBP": "£ gbp pound pounds",
    "CNY": "¥ cny rmb yuan renminbi 人民币 元",
    "JPY": "¥ jpy yen 日元 円",
    "KRW": "₩ krw won",
    "INR": "₹ inr rupee rupees",
    "RUB": "₽ rub rouble roubles ruble rubles",
}
_MONTHS = {name.casefold(): number for number, name in enumerate(MONTHS, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}


def _any(words: Iterable[str]) -> str:
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\-", r"[\s-]") for word in ordered)


_CODES = {code.casefold() for code in _CURRENCIES} | {"rmb"}
_UNITS = [word for words in _CURRENCIES.values() for word in words.split()]
# Before a number only signs and codes: "won 10" is seldom money.
_BEFORE = _any(
    word for word in _UNITS if word[-1] in "$€£¥₩₹₽" or word.endswith(("dollar", "dollars")) or word in _CODES
)
_SPELLED = rf"(?:{_any([*_SMALL, *(scale for scale in _SCALES if len(scale) > 4)])})"
_NUMBER = re.compile(
    rf"(?:(?<![a-z])(?P<before>{_BEFORE})\s?)?"
    r"(?:(?<![a-z0-9])(?<!\d[.,])(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<attached>k|mn|m|bn|b|tn)(?![a-z])|[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|mn|bn|tn)(?![a-z])"
    r"|\s?(?P<cjk>[万萬亿億])|(?P<ordinal>st|nd|rd|th)(?![a-z])|(?P<decade>(?<=\d0)'?s)(?![a-z]))?"
    rf"|(?<![a-z])(?P<spelled>{_SPELLED}(?:[\s-]+(?:and\s+)?{_SPELLED})*)(?![a-z])"
    rf"|(?<![a-z])(?P<rank>{_any(_ORDINALS)})(?![a-z]))"
    r"(?:\s?(?P<percent>%|percentage points?|percent(?!age)|per cent|pct)"
    rf"|[\s-]?(?P<after>{_any(_UNITS)})(?![a-z]))?"
)
_PLAIN_UNIT = {("number", "")}
_RANGE = re.compile(r"\s*(?:-|to|and|or)\s*")
_MONTH = rf"(?P<month>{_any(_MONTHS)})\.?(?![a-z])"
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
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")


def canonical(text: str) -> str:
    """The text with one kind of quote, dash, space, width, case and accent, and `US`, `U.S.`, `UK`, `UN`, `EU` spelled
    out. Used for comparing only; offsets do not survive it.
    """
    text = re.sub(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3})", ",", text)
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    for pattern, full in _ALIASES:
        text = pattern.sub(full, text)
    text = unicodedata.normalize("NFD", text.casefold())
    text = "".join(char for char in text if unicodedata.category(char) != "Mn" or char in "\u3099\u309a")
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


_PLAIN = str.maketrans("‘’‚‛´`“”„‟«»–—−‐‑‒", "''''''\"\"\"\"\"\"------")
_ALIASES = (
    (re.compile(r"(?<![\w.])(?:U\.S\.A\.?|U\.S\.?|USA|US)(?![\w$])"), "United States"),
    (re.compile(r"(?<![\w.])(?:U\.K\.?|UK)(?!\w)"), "United Kingdom"),
    (re.compile(r"(?<![\w.])(?:U\.N\.?|UN)(?!\w)"), "United Nations"),
    (re.compile(r"(?<![\w.])(?:E\.U\.?|EU)(?!\w)"), "European Union"),
)


def facts(text: str) -> list[Fact]:
    """Every number, amount, percentage, ordinal, time and date of a text, dates first, then in reading order."""
    return scan(canonical(text))[0]


def scan(plain: str) -> tuple[list[Fact], str]:
    """The facts of an already canonical text, and that text with their places blanked."""
    found: list[Fact] = []
    for pattern in _DATES:
        for match in pattern.finditer(plain):
            days = [match.groupdict().get(name) for name in ("day", "from")]
            readings = [frozenset(_dates(match, day)) for day in days if day or day is days[0]]
            if all(readings):
                found += [Fact(match.group().strip(" ."), "date", dates) for dates in readings]
                plain = _blank(plain, match)
    for match in _TIME.finditer(plain):
        found.append(Fact(match.group(), "time", frozenset({("time", match.group().lstrip("0"), "")})))
        plain = _blank(plain, match)
    matches = list(_NUMBER.finditer(plain))
    sign: set[tuple[str, str]] = set()
    for match, after in zip_longest(matches, matches[1:]):
        range_end = after if after and _RANGE.fullmatch(plain[match.end() : after.start()]) else None
        found += _numbers(match, range_end, sign)
        sign = _units(match) if range_end and match["before"] else set()
    for match in matches:
        plain = _blank(plain, match)
    return found, plain


def carried(fact: Fact, known: frozenset[Value]) -> bool:
    """Whether one reading of the fact is among the known values; a date also by a fuller one (March 2021 by 20 March
    2021), a year by any date in it.
    """
    if fact.values & known:
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
    return False


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


def _numbers(match: re.Match[str], range_end: re.Match[str] | None, sign: set[tuple[str, str]]) -> Iterator[Fact]:
    """The facts of one match. In "5 to 10 million dollars" the first number is also read with the unit and scale of
    the second; in "$5 to 10 million" the second also with the `sign` before the first.
    """
    words = match.group().strip()
    if match["rank"] or match["ordinal"]:
        value = Decimal(_ORDINALS[match["rank"]] if match["rank"] else match["digits"].replace(",", ""))
        yield Fact(words, "ordinal", frozenset({("ordinal", value, "")}))
        return
    if match["decade"]:
        yield Fact(words, "decade", frozenset({("decade", Decimal(match["digits"].replace(",", "")), "")}))
        return
    numbers, units = _readings(match), _units(match)
    for position, readings in enumerate(numbers):
        values = {("number", value, "") for value in readings}
        if position == len(numbers) - 1:
            plain = units == _PLAIN_UNIT
            kinds = units | (sign if plain else set())
            values = {(kind, value, unit) for kind, unit in kinds for value in readings}
            if range_end is not None:
                kinds = units | (_units(range_end) if plain else set())
                scales = {1, _scale(range_end) if _scale(match) == 1 else 1}
                values |= {
                    (kind, value * scale, unit) for kind, unit in kinds for value in readings for scale in scales
                }
        yield Fact(words, next(iter(units))[0], frozenset[Value](values))


def _readings(match: re.Match[str]) -> list[set[Decimal]]:
    """The possible values of each number in the match: several for spelled numbers in a row ("two three")."""
    if match["spelled"]:
        return [{value} for value in _spelled(re.split(r"[\s-]+", match["spelled"]))]
    value = Decimal(match["digits"].replace(",", ""))
    if match["attached"] in ("k", "m", "b"):
        return [{value, value * _SCALES[match["attached"]]}]
    return [{value * _scale(match)}]


def _scale(match: re.Match[str]) -> int:
    return _SCALES.get(match["scale"] or match["cjk"] or match["attached"] or "", 1)


def _spelled(words: list[str]) -> Iterator[Decimal]:
    """The numbers that a row of number words spells."""
    total, part, last = 0, None, 0
    for word in words:
        if word == "and":
            continue
        number = _SMALL.get(word)
        if number is None:
            scale = _SCALES[word]
            if scale == 100:
                part = (part or 1) * 100
            else:
                total, part = total + (1 if part is None else part) * scale, None
            last = scale
        elif part is None or last == 100 or (20 <= last < 100 and 0 < number < 10 and last in _SMALL.values()):
            part, last = (part or 0) + number, number
        else:
            yield Decimal(total + part)
            total, part, last = 0, number, number
    yield Decimal(total + (part or 0))


def _units(match: re.Match[str]) -> set[tuple[str, str]]:
    if match["percent"]:
        return {("points" if "point" in match["percent"] else "percent", "")}
    sign = match["before"] or match["after"]
    if not sign:
        return set(_PLAIN_UNIT)
    sign = re.sub(r"\s", "-", sign)
    return {("money", code) for code, names in _CURRENCIES.items() if sign in names.split()}
