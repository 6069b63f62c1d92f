"""A claim with one fault: how it is written down where the fault lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.training.vocabulary import with_capital

Wrong = Literal["contradicted", "unsupported"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fault:
    """A true claim made false: the new claim, the kind of its fault, and the characters that carry it."""

    claim: str
    kind: str
    label: Wrong
    words: Span | None


def replaced(claim: str, span: Span, new: str, kind: str, label: Wrong) -> Fault:
    """The claim with `new` in place of the characters; where nothing is put, the next word carries the fault."""
    start, end = span
    rest = claim[end:]
    if not new:
        rest = rest.lstrip()
        new = rest.split(" ")[0].rstrip(",.;:")
        rest = rest[len(new) :]
    if not claim[:start].strip():
        new = with_capital(new)
    return Fault(claim[:start] + new + rest, kind, label, (start, start + len(new)))


def crossed(claim: str, one: Span, two: Span, kind: str) -> Fault:
    """The claim with the words of two places exchanged for each other; all words are kept, so it is contradicted."""
    (start, end), (begin, stop) = one, two
    new = claim[begin:stop] + claim[end:begin] + claim[start:end]
    return Fault(claim[:start] + new + claim[stop:], kind, "contradicted", (start, start + len(new)))
