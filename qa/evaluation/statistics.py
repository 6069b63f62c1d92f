"""How sure a figure is: an interval for a share, and for the difference of two runs over the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CONFIDENCE = 0.95
RESAMPLES = 10_000
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(right: int, count: int) -> Interval:
    """The share of `right` in `count` with its score interval (Wilson 1927), which stays within 0 and 1 for any count.

    Questions are taken as independent. Raises ValueError of an empty count.
    """
    from scipy.stats import binomtest

    interval = binomtest(right, count).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(right / count, round(float(interval.low), 6), round(float(interval.high), 6))


def paired_difference(
    before: Sequence[float], after: Sequence[float], groups: Sequence[str], resamples: int = RESAMPLES
) -> Interval:
    """Mean of `after - before` over the same questions, with the percentile interval of a bootstrap that draws whole
    groups with replacement (Efron & Tibshirani 1993, ch. 8 and 13; clusters: Field & Welsh 2007).

    Groups, because questions on one article stand or fall together. Equal input gives equal output: the draws are
    seeded. Raises ValueError where the three differ in length or are empty.
    """
    names = sorted(set(groups))
    place = {name: index for index, name in enumerate(names)}
    sums, counts = np.zeros(len(names)), np.zeros(len(names))
    for old, new, group in zip(before, after, groups, strict=True):
        sums[place[group]] += new - old
        counts[place[group]] += 1
    if not names:
        raise ValueError("no questions to compare")
    drawn = np.random.default_rng(SEED).integers(0, len(names), size=(resamples, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(round(float(sums.sum() / counts.sum()), 6), round(float(low), 6), round(float(high), 6))
