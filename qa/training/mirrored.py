"""Our own statements held up to passages that were changed, one by one, so that the false twin is true and the true
claim false.

On a passage as it stands the twin is at fault, on the changed one the true claim. So neither the wording of a claim nor
what is likely in the world tells which is which; only what the passage says does (contrast sets; Gardner et al. 2020,
arXiv 2004.02709). `mirrors.jsonl` holds the statements and what changes where, not the articles.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.sentences import sentence_spans
from qa.training.claims import label_of
from qa.training.faults import replaced
from qa.training.own import articles
from qa.training.pairs import Pair

MIRRORS = Path(__file__).with_name("mirrors.jsonl")
Edit = tuple[int, int, str]
"""Characters of an article, and what stands there instead."""
_STILL_TRUE = frozenset("hedge overreach condition scope".split())  # who says "may" is not refuted by what is so


def mirrored(data: Path, file: Path = MIRRORS) -> Iterator[list[Pair]]:
    """Groups of four pairs: the true claim and its false twin on the passage, and both on the changed one; of three
    where the claim says less than its twin, for it may be true of both.

    Raises KeyError where a row names an article that the data folder lacks.
    """
    stored = articles(data)
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield _group(row, stored[row["article"]]["text"])


def _group(row: Mapping[str, Any], text: str) -> list[Pair]:
    kind, start, end, new = row["fault"]
    claim = row["claim"]
    label = label_of(kind)
    twin = replaced(claim, (start, end), new, kind, label)
    passages = shown(text, row), shown(text, row, [tuple(edit) for edit in row["edits"]])
    words = (start, end) if end > start else None
    found = [
        Pair(claim, passages[0], "supported", "true", "mirrored", None, row["article"]),
        Pair(twin.claim, passages[0], label, kind, "mirrored", twin.words, row["article"]),
        Pair(claim, passages[1], label, kind, "mirrored", words, row["article"]),
        Pair(twin.claim, passages[1], "supported", "true", "mirrored", None, row["article"]),
    ]
    return [*found[:2], found[3]] if kind in _STILL_TRUE else found


def shown(text: str, row: Mapping[str, Any], edits: Sequence[Edit] = ()) -> str:
    """The sentences of the passage that the row counts up, in one line, with the edits made."""
    passage = text[row["start"] : row["end"]]
    places = [sentence_spans(passage)[place] for place in row["shown"]]
    parts = []
    for first, last in ((row["start"] + a, row["start"] + b) for a, b in places):
        part, at = "", first
        for start, end, new in sorted(edit for edit in edits if first <= edit[0] and edit[1] <= last):
            part += text[at:start] + new
            at = end
        parts.append(part + text[at:last])
    return " ".join(" ".join(parts).split())
