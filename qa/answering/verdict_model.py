"""The trained judge: a claim and its evidence read together. Does the evidence carry the claim, and which words not?

The encoder of all-MiniLM-L6-v2 with two heads, tuned by `qa.training.judge` (see qa/models/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering import weights
from qa.answering.encoder import Encoder, Logits
from qa.shipped import PACKAGE

FILE = PACKAGE / "models" / "judge.safetensors"
LONGEST = 384
"""Tokens of claim and evidence together; what goes beyond is not read."""
CLAIM = 128
"""Tokens of a claim at most."""
HEADS = {"verdict": 3, "words": 1}
"""Outputs of the heads: the logits of supported, contradicted and unsupported at the first token; and of each token
that the evidence does not carry it."""
_SURE = 1e-4  # no chance is taken to be nearer to 0 or 1


@dataclass(frozen=True, slots=True)
class PairReading:
    """A claim as the judge sees it on its evidence.

    `supported`, `contradicted` and `unsupported` are chances that add up to 1. `offsets` (tokens, 2): each token's
    place in the claim; `faults` (tokens,): the chance that the evidence does not carry it.
    """

    supported: float
    contradicted: float
    unsupported: float
    offsets: NDArray[np.int64]
    faults: NDArray[np.float64]

    @property
    def log_odds(self) -> float:
        """Of being supported, within those of a chance of 0.0001 and 0.9999."""
        chance = min(max(self.supported, _SURE), 1 - _SURE)
        return float(np.log(chance / (1 - chance)))


class VerdictModel:
    """The judge's weights, loaded when they are first needed.

    Raises `ModelError` if they are not those of the given SHA-256, by default the one that verdict.json names.
    """

    def __init__(
        self, precision: str = "auto", device: str = "cpu", file: Path = FILE, sha256: str | None = None
    ) -> None:
        self._precision = precision
        self._device = device
        self._file = file
        self._sha256 = sha256

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[PairReading]:
        """One reading for each pair (claim, evidence), in their order."""
        return [_reading(entry, verdict, words) for entry, (verdict, words) in self._encoder.read(pairs, tuple(HEADS))]

    @cached_property
    def _encoder(self) -> Encoder:
        sha256 = self._sha256 or weights.read(weights.VERDICT).get("judge", {}).get("sha256")
        return Encoder(self._file, sha256, LONGEST, CLAIM, self._precision, self._device)


def _reading(entry: Any, verdict: Logits, words: Logits) -> PairReading:  # noqa: ANN401 (tokenizers')
    chances = np.exp(verdict[0].astype(np.float64) - verdict[0].max())
    chances /= chances.sum()
    offsets = np.array(entry.offsets, dtype=np.int64)
    tokens = np.flatnonzero((np.array(entry.type_ids) == 0) & (offsets[:, 1] > offsets[:, 0]))
    faults = 1 / (1 + np.exp(-words[tokens, 0].astype(np.float64)))
    return PairReading(float(chances[0]), float(chances[1]), float(chances[2]), offsets[tokens], faults)
