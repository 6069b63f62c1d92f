"""English words and patterns that both true claims and false ones are made with, and how lists of them are written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.schema import MONTHS

MONTH = "|".join(MONTHS)
WEEKDAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
NUMBERS = tuple(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty""".split()
)
"""Each at the place that it counts."""
OPENERS = frozenset(
    """The A An It He She They In On At His Her Its Their There Some Several Many After During Both One Two Three Most
    All No Since For By From As With Under""".split()
)
"""Words that have a capital only because a sentence begins with them."""
SAID = r"(?:said|says|told|added|stated|claimed|announced|wrote|argued|explained|tweeted|reported|noted|confirmed)"
QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_VERB = re.compile(r"\b(?:was|were|is|are|has|have|had|will|would|can|could|did|\w{2,}ed|said|won|led)\b")


def has_verb(text: str) -> bool:
    """Whether it may stand as a sentence: a common verb is in it, or a word that ends as a past form."""
    return bool(_VERB.search(text))


def with_capital(text: str) -> str:
    """With its first letter as at the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def long_words(text: str) -> set[str]:
    """Its words that mean something by themselves, in lower case: those of four letters or more, and digits."""
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3 or word.isdigit()}


def both_ways(rows: str) -> dict[str, str]:
    """What turns into what: "old/new" both ways, "old>new" one way, where the other word has other meanings too. Rows
    are lines, or parted by semicolons.
    """
    found = {}
    for row in re.split(r";|\n", rows):
        old, way, new = re.split(r"([/>])", row.strip(), maxsplit=1)
        found[old] = new
        if way == "/":
            found[new] = old
    return found


def matching(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern of these words standing free, longer ones first."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<![\w'’-])(?:" + "|".join(re.escape(word) for word in ordered) + r")(?![\w'’-])")
