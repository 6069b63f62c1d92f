"""A claim with its numbers as the evidence writes them: "1,600,000 cows" is "1.6m cows" where the evidence says that.

The rules have compared the values (facts.py); the trained judge reads words, and takes another way of writing a number
for another number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.facts import Value, facts

_KINDS = ("number", "money", "percent")
_SCALES = frozenset("hundred thousand million billion trillion dozen".split())
"""Alone they are no number: half a million, dozens."""
_LEFT = _SCALES | {"one"}


@dataclass(frozen=True, slots=True)
class Restated:
    """The claim in other notation. `swaps`: where a number stands in `text` and where it stood in the claim."""

    text: str
    swaps: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where characters of the text stand in the claim; those of an exchanged number are all of it."""
        return self._there(start, 0), self._there(end, 1)

    def _there(self, at: int, side: int) -> int:
        shift = 0
        for (start, end), old in self.swaps:
            if start <= at - side < end:
                return old[side]
            if end <= at:
                shift = old[1] - end
        return at + shift


def restated(claim: str, evidence: Sequence[str]) -> Restated:
    """The claim with each number, amount and percentage that the evidence writes otherwise written as there, the first
    of several ways. What stands there as it is, or more than once in the claim, is left.
    """
    whole = " ".join(evidence)
    written = dict[Value, str]()
    for text in evidence:
        for words, values in _numbers(text):
            for value in values:
                written.setdefault(value, words)
    found = []
    for words, values in _numbers(claim):
        other = next((written[value] for value in sorted(values, key=str) if value in written), None)
        places = list(_standing(words, claim))
        if other and len(places) == 1 and not any(_standing(words, whole)):
            found.append((places[0], other))
    text, at, swaps = "", 0, []
    for (start, end), other in sorted(found):
        if start < at:
            continue
        text += claim[at:start]
        swaps.append(((len(text), len(text) + len(other)), (start, end)))
        text, at = text + other, end
    return Restated(text + claim[at:], tuple(swaps))


def _numbers(text: str) -> Iterator[tuple[str, frozenset[Value]]]:
    """The numbers as they stand in the text, with the values that the words have by themselves."""
    for fact in facts(text):
        place = next(_standing(fact.words, text), None)
        if place and fact.kind in _KINDS and fact.words not in _LEFT:
            alone = frozenset[Value]().union(*(other.values for other in facts(fact.words)))
            yield text[slice(*place)], fact.values & alone


def _standing(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand in a text."""
    pattern = rf"(?<![\w.,]){re.escape(words)}(?!\w|[.,]\d)"
    return (match.span() for match in re.finditer(pattern, text, re.IGNORECASE))
