"""Numerals in a canonical text: where they stand, what they may be worth and in which unit.

12,000 = 12 thousand = twelve thousand; half a million is 500,000; "5m" may be five million, or five of a unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

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
    "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7,
    "k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12,
    "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8,
}  # fmt: skip
RANKS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth"
).split()
_TENS = [word for word in _SMALL if word.endswith("ty")]
_ORDINALS = (
    {word: number for number, word in enumerate(RANKS, start=1)}
    | {f"{word[:-1]}ieth": _SMALL[word] for word in _TENS}
    | {f"{word}-{rank}": _SMALL[word] + number for word in _TENS for number, rank in enumerate(RANKS[:9], start=1)}
)
_CURRENCIES = {
    "USD": "$ us$ usd united-states-dollar united-states-dollars dollar dollars 美元",
    "CAD": "c$ ca$ cdn$ cad canadian-dollar canadian-dollars",
    "AUD": "a$ au$ aud australian-dollar australian-dollars",
    "NZD": "nz$ nzd new-zealand-dollar new-zealand-dollars",
    "SGD": "s$ sg$ sgd singapore-dollar singapore-dollars",
    "HKD": "hk$ hkd hong-kong-dollar hong-kong-dollars 港元",
    "EUR": "€ eur euro euros 欧元",
    "GBP": "£ gbp pound pounds",
    "CNY": "¥ cny rmb yuan renminbi 人民币 元",
    "JPY": "¥ jpy yen 日元 円",
    "KRW": "₩ krw won",
    "INR": "₹ inr rupee rupees",
    "RUB": "₽ rub rouble roubles ruble rubles",
}


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, longest first; "-" in one also stands for a space."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\-", r"[\s-]") for word in ordered)


_CODES = {code.casefold() for code in _CURRENCIES} | {"rmb"}
_UNITS = [word for words in _CURRENCIES.values() for word in words.split()]
# Before a number only signs and codes: "won 10" is seldom money.
_BEFORE = any_of(
    word for word in _UNITS if word[-1] in "$€£¥₩₹₽" or word.endswith(("dollar", "dollars")) or word in _CODES
)
_SPELLED = rf"(?:{any_of([*_SMALL, *(scale for scale in _SCALES if len(scale) > 3 and not scale.endswith('s'))])})"
NUMBER = re.compile(
    rf"(?:(?<![a-z])(?P<before>{_BEFORE})\s?)?"
    r"(?:(?<![a-z0-9])(?<!\d[.,])(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d\d)+,\d{3})(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<attached>k|mn|m|bn|b|tn)(?![a-z])|[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|lakhs?|crores?|mn|bn|tn)"
    r"(?![a-z])"
    r"|\s?(?P<cjk>[万萬亿億])|(?P<ordinal>st|nd|rd|th)(?![a-z])|(?P<decade>(?<=\d0)'?s)(?![a-z]))?"
    rf"|(?<![a-z])(?P<rank>{any_of(_ORDINALS)})(?![a-z])"
    rf"|(?<![a-z])(?P<spelled>{_SPELLED}(?:[\s-]+(?:and\s+)?{_SPELLED})*)(?![a-z]))"
    r"(?:\s?(?P<percent>%|percentage points?|percent(?!age)|per cent|pct)"
    rf"|[\s-]?(?P<after>{any_of(_UNITS)})(?![a-z]))?"
)
PLAIN_UNIT = {("number", "")}
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_PART_OF = re.compile(r"(?<![a-z])(?:(?<!and a )(?P<half>half)(?:\sa)?|a quarter(?: of a)?)[\s-]$")
_PART_REACH = 16  # characters: the longest that it can take


def readings_of(match: re.Match[str]) -> list[set[Decimal]]:
    """The possible values of each number in the match: several for spelled numbers in a row ("two three")."""
    if match["spelled"]:
        part = part_of(match)
        times = Decimal(1) if part is None else Decimal("0.5") if part["half"] else Decimal("0.25")
        return [{value * times} for value in _spelled(re.split(r"[\s-]+", match["spelled"]))]
    value = Decimal(match["digits"].replace(",", ""))
    if match["attached"] in ("k", "m", "b"):
        return [{value, value * _SCALES[match["attached"]]}]
    return [{value * scale_of(match)}]


def rank_of(match: re.Match[str]) -> Decimal | None:
    """The place in a row that the match names (third, 3rd); None where it is no ordinal."""
    if match["rank"]:
        return Decimal(_ORDINALS[re.sub(r"\s", "-", match["rank"])])
    return Decimal(match["digits"].replace(",", "")) if match["ordinal"] else None


def decade_of(match: re.Match[str]) -> Decimal | None:
    """The decade that the match names (1990s, 90s) by its first year as written; None where it is no decade."""
    return Decimal(match["digits"].replace(",", "")) if match["decade"] else None


def units_of(match: re.Match[str]) -> set[tuple[str, str]]:
    """The kinds and units that the number may have: one currency for each that its sign may stand for, and none too
    where the word is no sign for sure: "won" is also a verb, and "2015 euro members" are no money.
    """
    if match["percent"]:
        return {("points" if "point" in match["percent"] else "percent", "")}
    sign = match["before"] or match["after"]
    if not sign:
        return set(PLAIN_UNIT)
    sign = re.sub(r"\s", "-", sign)
    money = {("money", code) for code, names in _CURRENCIES.items() if sign in names.split()}
    unsure = match["after"] and (sign == "won" or _YEAR.fullmatch(match["digits"] or ""))
    return money | PLAIN_UNIT if unsure else money


def scale_of(match: re.Match[str]) -> int:
    """What the figures are multiplied by: 1,000,000 in "5 million"; one where nothing says."""
    return _SCALES.get(match["scale"] or match["cjk"] or match["attached"] or "", 1)


def last_scale(match: re.Match[str]) -> int:
    """What "and a half" after the number halves: the scale in its last word, or one."""
    return _SCALES.get(re.split(r"[\s-]+", match["spelled"])[-1], 1) if match["spelled"] else scale_of(match)


def is_plain(match: re.Match[str]) -> bool:
    """Whether the match is a cardinal number without a unit."""
    return not (match["rank"] or match["ordinal"] or match["decade"]) and units_of(match) == PLAIN_UNIT


def is_scale(match: re.Match[str]) -> bool:
    """Whether the match is `million`, `dozen` or another scale alone."""
    return match["spelled"] in _SCALES


def part_of(match: re.Match[str]) -> re.Match[str] | None:
    """The words before `million` or `dozen` alone that make it half or a quarter of that."""
    if not is_scale(match):
        return None
    return _PART_OF.search(match.string, max(0, match.start() - _PART_REACH), match.start())


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
