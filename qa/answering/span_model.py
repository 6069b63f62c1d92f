"""The trained reader: question and passage read together. Is the answer here, and where does it start and end?

The encoder of all-MiniLM-L6-v2 with two heads, tuned by `qa.training.reader` (see qa/models/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.encoder import Encoder, Logits
from qa.answering.weights import fitted
from qa.shipped import PACKAGE

FILE = PACKAGE / "models" / "reader.safetensors"
LONGEST = 288
"""Tokens of question, header and passage together; a chunk of Footnote's own fits with room to spare."""
_QUESTION = 64
LONGEST_ANSWER = 24
"""Tokens of a short answer at most."""


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A passage as the reader sees it for one question.

    `offsets` (tokens, 2): each token's place in the passage; `start` and `end` (tokens,): how well an answer starts or
    ends there (logits); `null`: the same for "no answer here", start and end added; `here`: the logit that the answer
    is in the passage.
    """

    offsets: NDArray[np.int64]
    start: NDArray[np.float32]
    end: NDArray[np.float32]
    null: float
    here: float


class SpanModel:
    """The reader's weights, loaded when they are first needed.

    Raises `ModelError` if they are not those of the given SHA-256, by default the one that decision.json names: its
    numbers were fitted with these weights and mean nothing with others.
    """

    def __init__(
        self, precision: str = "auto", device: str = "cpu", file: Path = FILE, sha256: str | None = None
    ) -> None:
        self._precision = precision
        self._device = device
        self._file = file
        self._sha256 = sha256

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[PassageReading]:
        """One reading for each passage (header, text), in their order. What does not fit `LONGEST` is not read."""
        pairs = [(question, f"{header}\n{text}" if header else text) for header, text in passages]
        seen = self._encoder.read(pairs, ("spans", "here"))
        shifts = [len(header) + 1 if header else 0 for header, _ in passages]
        return [_reading(entry, spans, here, shift) for (entry, (spans, here)), shift in zip(seen, shifts, strict=True)]

    @cached_property
    def _encoder(self) -> Encoder:
        sha256 = self._sha256 or fitted().get("reader", {}).get("sha256")
        return Encoder(self._file, sha256, LONGEST, _QUESTION, self._precision, self._device)


def _reading(entry: Any, logits: Logits, here: Logits, shift: int) -> PassageReading:  # noqa: ANN401
    """What the logits say of the passage, which begins `shift` characters after its header."""
    offsets = np.array(entry.offsets, dtype=np.int64)
    start, end = offsets[:, 0], offsets[:, 1]
    tokens = np.flatnonzero((np.array(entry.type_ids) == 1) & (end > start) & (start >= shift))
    return PassageReading(
        offsets[tokens] - shift, logits[tokens, 0], logits[tokens, 1], float(logits[0].sum()), float(here[0, 0])
    )


def best_span(reading: PassageReading, start: int, end: int) -> tuple[float, int, int] | None:
    """The likeliest answer within characters `start:end` of the passage: its logit and place; None without a token."""
    inside = np.flatnonzero((reading.offsets[:, 0] >= start) & (reading.offsets[:, 1] <= end))
    if not len(inside):
        return None
    scores = reading.start[inside][:, None] + reading.end[inside][None, :]
    first, last = np.unravel_index(int(np.argmax(np.where(_allowed(len(inside)), scores, -np.inf))), scores.shape)
    place = reading.offsets[inside[first], 0], reading.offsets[inside[last], 1]
    return float(scores[first, last]), int(place[0]), int(place[1])


@lru_cache(maxsize=LONGEST)
def _allowed(tokens: int) -> NDArray[np.bool_]:
    """From which token (row) to which (column) an answer may reach."""
    ones = np.ones((tokens, tokens), dtype=bool)
    return np.triu(ones) & ~np.triu(ones, LONGEST_ANSWER)
