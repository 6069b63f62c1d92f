"""Measures of one answer and of a run. Each is a plain function with a hand-worked example in its test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median

from qa.schema import Answer, Citation, Hit

SENTENCES_COUNTED = 3
"""An answer counts only in the short answer and the first three sentences: more would reward showing everything."""


def hit_rank(hits: Sequence[Hit], evidence: Iterable[str]) -> int | None:
    """Rank of the first hit that holds an evidence sentence, or half of its words; None if none does.

    A chunk never cuts a sentence, so "holds" is containment; half the words covers a sentence that is stored with
    other spaces.
    """
    wanted = [plain(sentence) for sentence in evidence]
    for hit in hits:
        text = plain(hit.chunk.text)
        if any(sentence in text for sentence in wanted):
            return hit.rank
    return None


def is_right(answer: Answer, accepted: Sequence[str], items: Sequence[Sequence[str]] = ()) -> bool:
    """Whether what is shown first holds an accepted answer, or, for a list, one alias of every item."""
    shown = plain(" ".join([answer.short or "", *(sentence.text for sentence in answer.sentences[:SENTENCES_COUNTED])]))
    if answer.kind != "answered":
        return False
    if items:
        return all(any(_holds(shown, alias) for alias in aliases) for aliases in items)
    return any(_holds(shown, alias) for alias in accepted)


def is_exact(citation: Citation, text: str) -> bool:
    """Whether the quote stands in the stored text at its place, to the character."""
    return text[citation.start : citation.end] == citation.quote


def share(marks: Iterable[bool]) -> float | None:
    """Share of true marks; None of no marks."""
    values = list(marks)
    return sum(values) / len(values) if values else None


def words_shown(answer: Answer) -> int:
    """Words of the short answer and of all sentences."""
    return len(" ".join([answer.short or "", *(sentence.text for sentence in answer.sentences)]).split())


def p50(seconds: Iterable[float]) -> float:
    """The median."""
    return median(seconds)


def plain(text: str) -> str:
    """Lower case, straight quotes, single spaces."""
    straight = text.translate(str.maketrans("“”‘’–—\u00a0", "\"\"''-- "))
    return re.sub(r"\s+", " ", straight).strip().lower()


def _holds(shown: str, alias: str) -> bool:
    """Whether the words occur, not inside a longer word or number."""
    wanted = plain(alias)
    before = r"(?<!\w)(?<!\d[.,])" if wanted[:1].isalnum() and wanted.isascii() else ""
    after = r"(?![\w])(?!,\d)(?!\.\d)" if wanted[-1:].isalnum() and wanted.isascii() else ""
    return bool(wanted) and re.search(before + re.escape(wanted) + after, shown) is not None
