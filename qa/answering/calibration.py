"""Fits the decision to answer on questions whose answerability is known, and says how wrong it can be.

A logistic regression, held near the numbers it starts from: with few questions it stays close to them, with many it
goes where the questions lead. Error rates come from questions that had no part in the fit that judged them, with an
upper bound after Clopper & Pearson 1934. The only importer of scipy in this room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.answering.decide import SIGNS, Decision, Rates
from qa.answering.weights import Linear

CONFIDENCE = 0.95
_OF_THE_COUNT = 0.975
"""Confidence of a bound on the count alone: the threshold rests on the same questions, and moves with them as well.
With 0.95 the bounds held for 0.93 of the rates on questions never seen, with this for 0.96 (eval/decisions.md)."""
FOLDS = 10
# How many questions' worth the numbers it starts from count: a standardised weight that is off by one costs as much as
# half that many nats.
PRIOR = 20.0
_BIAS_PRIOR = 2.0
MOST_WRONG = {"cautious": 0.10, "bold": 0.05}
"""Cautious answers at most this share of the unanswerable; bold refuses at most this share of the others."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question as the decision sees it: its signals, whether the articles answer it, and its group; questions on one
    article are alike, so a group is never divided between fitting and judging. `weight`: how much it counts in the fit.
    """

    signals: NDArray[np.float64]
    answerable: bool
    group: str
    weight: float = 1.0


def calibrate(judged: Sequence[Judged], start: Decision, prior: float = PRIOR) -> Decision:
    """The decision fitted on the questions, its thresholds, and for each what is known of its two error rates; `prior`
    as in `fit`.

    Raises `ValueError` unless there are questions of both kinds in at least two groups.
    """
    labels = np.array([item.answerable for item in judged])
    names = sorted({item.group for item in judged})
    if len(names) < 2 or not labels.any() or labels.all():
        raise ValueError("questions of both kinds in at least two groups are needed")
    chances = _out_of_fold(judged, start.score, names, prior)
    cuts = thresholds(chances, labels.tolist())
    rates = _seen_elsewhere(chances, labels.tolist(), [names.index(item.group) % 2 for item in judged])
    table, weights = np.array([item.signals for item in judged]), np.array([item.weight for item in judged])
    everything = fit(table, labels, start.score, weights, prior)
    return replace(start, score=everything, thresholds=cuts, rates=rates)


def _seen_elsewhere(chances: Sequence[float], labels: Sequence[bool], halves: Sequence[int]) -> dict[str, Rates]:
    """The error rates of each caution, each half judged at the thresholds that the other half sets: a threshold looks
    better than it is on the questions that it was chosen on.
    """
    rows = list(zip(chances, labels, halves, strict=True))
    moved: dict[str, list[tuple[float, bool]]] = {}
    for half in (0, 1):
        other = [(chance, label) for chance, label, side in rows if side != half]
        if len({label for _, label in other}) < 2:
            other = [(chance, label) for chance, label, _ in rows]
        cuts = thresholds([chance for chance, _ in other], [label for _, label in other])
        for name, cut in cuts.items():
            # Shifted so that both halves are judged at zero.
            moved.setdefault(name, []).extend((chance - cut, label) for chance, label, side in rows if side == half)
    return {name: rates_at([c for c, _ in both], [label for _, label in both], 0.0) for name, both in moved.items()}


def _out_of_fold(judged: Sequence[Judged], start: Linear, names: Sequence[str], prior: float) -> list[float]:
    """For each question its answerability by a fit on the other folds."""
    fold = {name: place % min(FOLDS, len(names)) for place, name in enumerate(names)}
    folds = np.array([fold[item.group] for item in judged])
    table = np.array([item.signals for item in judged])
    labels = np.array([item.answerable for item in judged])
    weights = np.array([item.weight for item in judged])
    chances = np.zeros(len(judged))
    for number in sorted(set(folds.tolist())):
        held = folds == number
        fitted = fit(table[~held], labels[~held], start, weights[~held], prior)
        chances[held] = [1 / (1 + np.exp(-fitted.score(row))) for row in table[held]]
    return [round(float(chance), 6) for chance in chances]


def fit(
    table: NDArray[np.float64],
    labels: NDArray[np.bool_],
    start: Linear,
    weights: NDArray[np.float64] | None = None,
    prior: float = PRIOR,
) -> Linear:
    """A logistic regression on the features as `start` standardises them, whose weights keep the signs of SIGNS and are
    drawn towards those of `start` (L-BFGS-B). Both labels count alike, and all rows together as much as there are;
    `weights`: how much a row counts beside others of its label.
    """
    from scipy.optimize import minimize  # heavy, and needed by `qa calibrate` only

    rows = (table - np.array(start.mean)) / np.array(start.scale)
    sides = np.where(labels, 1.0, -1.0)
    each = even(labels, np.ones(len(labels)) if weights is None else weights)
    origin = np.array([*start.weight, start.bias])
    pull = np.array([prior] * len(start.weight) + [min(prior, _BIAS_PRIOR)])

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = sides * (rows @ values[:-1] + values[-1])
        slope = -sides / (1 + np.exp(np.clip(margins, -500, 500))) * each
        off = values - origin
        gradient = np.append(rows.T @ slope, slope.sum()) + pull * off
        return float(each @ np.logaddexp(0, -margins) + 0.5 * (pull * off**2).sum()), gradient

    bounds = [(0, None) if SIGNS[name] > 0 else (None, 0) for name in start.features]
    best = minimize(loss, origin, jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B").x
    found = tuple(round(float(value), 6) for value in best)
    return replace(start, weight=found[:-1], bias=found[-1])


def even(labels: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights, scaled so that each label has half of them and all add up to the number of rows."""
    half = len(labels) / 2
    yes, no = weights[labels].sum(), weights[~labels].sum()
    return np.asarray(weights * np.where(labels, half / max(yes, 1e-9), half / max(no, 1e-9)))


def thresholds(chances: Sequence[float], labels: Sequence[bool]) -> Mapping[str, float]:
    """Cautious: the lowest at which at most a tenth of the unanswerable are answered. Balanced: where the larger of the
    two error rates is least. Bold: the highest at which at most a twentieth of the others are refused. Four digits.
    """
    cuts = {cut: _shares(chances, labels, cut) for cut in sorted({0.0, 1.0, *(round(c, 4) for c in chances)})}
    bold = max(cut for cut, (_, refused) in cuts.items() if refused <= MOST_WRONG["bold"])
    balanced = min(cuts, key=lambda cut: (max(cuts[cut]), cut))
    cautious = min(cut for cut, (answered, _) in cuts.items() if answered <= MOST_WRONG["cautious"] or cut == 1.0)
    return {"cautious": max(cautious, balanced), "balanced": balanced, "bold": min(bold, balanced)}


def rates_at(chances: Sequence[float], labels: Sequence[bool], cut: float) -> Rates:
    """Both error rates at a threshold, each with its upper bound of 95 % confidence, which allows for the choice of the
    threshold on such questions.
    """
    answered = [chance >= cut for chance, label in zip(chances, labels, strict=True) if not label]
    refused = [chance < cut for chance, label in zip(chances, labels, strict=True) if label]
    return Rates(
        wrong_answers=round(sum(answered) / len(answered), 4),
        wrong_answers_at_most=at_most(sum(answered), len(answered), _OF_THE_COUNT),
        unanswerable=len(answered),
        wrong_refusals=round(sum(refused) / len(refused), 4),
        wrong_refusals_at_most=at_most(sum(refused), len(refused), _OF_THE_COUNT),
        answerable=len(refused),
    )


def at_most(count: int, of: int, confidence: float = CONFIDENCE) -> float:
    """The largest true share under which so few would still be seen with a chance of 1 - `confidence` (one-sided bound
    of Clopper & Pearson 1934, the exact binomial one); four digits.
    """
    from scipy.stats import beta

    return 1.0 if count >= of else round(float(beta.ppf(confidence, count + 1, of - count)), 4)


def _shares(chances: Sequence[float], labels: Sequence[bool], cut: float) -> tuple[float, float]:
    values, right = np.array(chances), np.array(labels)
    return float((values[~right] >= cut).mean()), float((values[right] < cut).mean())
