"""Shares of a whole in percent, so that a fraction in words and a percentage compare equal.

A tenth = 10 percent, half = 50%, one in five = a fifth = 20%, two thirds = 67, 66.7 or 66.67 percent.

A share that no two decimals can write is read as each of its roundings; every other one is read only as it is. What it
does not do: fractions in figures (2/3 may be a date or a score), "two of the three".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

Share = tuple[str, Decimal, str]
"""("percent", how many, "")."""

_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "twelfth": 12, "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_PART = r"(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|twelfth|twentieth|hundredth)"
# "A third man" is no share: the words around must show that it is one.
_SHOWS = r"(?=\s(?:of(?! an? )|as|more|less|fewer|larger|smaller|higher|lower|since|compared)\s|[.,;:)]|$)"
_ROUGHLY = "about|around|roughly|nearly|almost|over|under|than|only|least"
_NOT_HALVED = "an?|time|hour|century|marathon|brother|sister"
_SAID = re.compile(
    rf"(?<![a-z])(?:(?:an?|one)[\s-](?P<part>{_PART}){_SHOWS}"
    rf"|(?:{_ROUGHLY})\san?\s(?P<near>{_PART})(?![a-z-]|\s(?:of an?|to|past)\s)"
    rf"|one[\s-](?P<one>{_PART})(?![a-z])"
    rf"|(?<!and a )(?<!first )(?<!second )(?P<half>half)(?=\s(?!(?:{_NOT_HALVED})\s)|[.,;:)]|$)"
    r"|(?P<halved>halved)(?![a-z]))"
)
_PARTS_AFTER = re.compile(rf"[\s-]({_PART})s(?![a-z])")
_OUT_OF = re.compile(r"\s?(?:(?P<out>\sout of (?:every )?|\u2044)|in (?:every )?)(?:a )?")
_WHOLES = frozenset(map(Decimal, (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 50, 100, 1000)))  # "one in 2018" is no share


def percentages(part: Decimal, whole: Decimal) -> frozenset[Share]:
    """The share of `part` in `whole` (above zero) in percent, or its roundings to no, one and two decimals."""
    exact = part * 100 / whole
    rounded = {exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) for places in range(3)}
    return frozenset(("percent", value, "") for value in ({exact} if exact in rounded else rounded))


def parts_of(number: Decimal, plain: str, end: int) -> frozenset[Share]:
    """The share that a number and the parts named after it say (two thirds); empty where none are."""
    match = _PARTS_AFTER.match(plain, end)
    whole = Decimal(_PARTS[match[1]]) if match else Decimal(0)
    return percentages(number, whole) if number < whole else frozenset()


def out_of(part: Decimal, between: str, whole: Decimal) -> frozenset[Share]:
    """The share that two numbers say with the words between them (one in five, three out of four); else empty."""
    match = _OUT_OF.fullmatch(between)
    is_share = match is not None and part < whole and (match["out"] is not None or whole in _WHOLES)
    return percentages(part, whole) if is_share else frozenset()


def said(plain: str) -> Iterator[tuple[int, int, frozenset[Share]]]:
    """The shares that a canonical text says without a numeral (half, a third of), with their places."""
    for match in _SAID.finditer(plain):
        part = match["part"] or match["near"] or match["one"] or "half"
        yield match.start(), match.end(), percentages(Decimal(1), Decimal(_PARTS[part]))
