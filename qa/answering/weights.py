"""Loads the fitted numbers of `qa/models/`; they are written by `qa.training` and checked when they are read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.shipped import PACKAGE

FILE = PACKAGE / "models" / "decision.json"
VERDICT = PACKAGE / "models" / "verdict.json"


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear score over standardised features: `bias + sum(weight * (value - mean) / scale)`."""

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float = 0.0

    def score(self, values: NDArray[np.float64]) -> float:
        """The score of one row of features."""
        standard = (values - np.array(self.mean)) / np.array(self.scale)
        return float(standard @ np.array(self.weight) + self.bias)


@lru_cache(maxsize=1)
def fitted() -> dict[str, Any]:
    """Everything in the shipped weights file. Raises `ModelError` if it is missing or broken."""
    return read(FILE)


def read(file: Path) -> dict[str, Any]:
    """Everything in a weights file. Raises `ModelError` if it is missing or broken."""
    try:
        values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The fitted weights {file.name} cannot be read.",
            "Install footnote-qa again: pip install --force-reinstall footnote-qa",
        ) from error
    return values


def linear(name: str, features: Sequence[str], values: Mapping[str, Any] | None = None) -> Linear:
    """The linear score of that name, of the shipped weights or of those given. Raises `ModelError` unless it was fitted
    on exactly these features.
    """
    found = (fitted() if values is None else values).get(name, {})
    if tuple(found.get("features", ())) != tuple(features):
        raise ModelError(
            f"The fitted weights '{name}' belong to other features than this version computes.",
            "Install a released version: pip install --force-reinstall footnote-qa",
        )
    rows = {key: tuple(found[key]) for key in ("features", "mean", "scale", "weight")}
    return Linear(**rows, bias=float(found["bias"]))
