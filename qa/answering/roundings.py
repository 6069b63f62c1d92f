"""A value said roughly: nearly 80,000 for 79,394, more than 840 dollars for 840.35, about 7 million for 7.1 million.

A word of roughness must stand before the number; then the number must be a true bound or rounding of the value, in its
own leading digits, and at most five percent off.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

Hedge = Literal["", "about", "below", "above"]
"""On which side of the number the value may be; "" where nothing says that it is rough."""

_ABOUT = "about|around|some|roughly|approximately|circa|close to|an estimated"
_BELOW = "nearly|almost|under|below|fewer than|less than|not quite|at most|(?:no|not) more than|up to|approaching"
_ABOVE = (
    "over|more than|at least|above|upwards of|(?:no|not) (?:fewer|less) than|exceeding|exceeded|topped|in excess of"
)
_HEDGE = re.compile(rf"(?<![a-z])(?:(?P<about>{_ABOUT})|(?P<below>{_BELOW})|(?P<above>{_ABOVE}))\s(?:an?\s)?$")
_REACH = 22  # characters: the longest of the words, with "a"
_FURTHEST = 20  # a twentieth of the number


def hedge_before(plain: str, start: int) -> Hedge:
    """How the words right before a place of a canonical text make the number there rough."""
    match = _HEDGE.search(plain, max(0, start - _REACH), start) if plain[start - 1 : start] == " " else None
    if match is None:
        return ""
    return "about" if match["about"] else "below" if match["below"] else "above"


def near(hedge: Hedge, said: Decimal, true: Decimal) -> bool:
    """Whether the value lies on the side of the number that the hedge allows, within a twentieth of it."""
    off = true - said
    side = {"": off == 0, "about": True, "below": off <= 0, "above": off >= 0}[hedge]
    return side and abs(off) * _FURTHEST <= abs(said)


def rounds(hedge: Hedge, said: Decimal, true: Decimal) -> bool:
    """Whether the number is also the value rounded to the number's own leading digits: to the nearest for `about`, from
    the allowed side for the others.
    """
    if not said or not near(hedge, said, true):
        return False
    exponent = said.normalize().as_tuple().exponent
    unit = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)
    off = abs(true - said)
    return off * 2 <= unit if hedge == "about" else off < unit
