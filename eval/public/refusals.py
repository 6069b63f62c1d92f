"""How well it is decided whether a question is answered: as Footnote ships, and calibrated by folds.

By folds: the questions fall into five by a hash of their group; on four the decision is calibrated as `qa calibrate`
does it, the threshold where the larger of the two error rates is least, and on the fifth it is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from benchmark import interval, share
from numpy.typing import NDArray

from qa.answering.calibration import Judged, calibrate
from qa.answering.decide import Decision, shipped_decision, signals
from qa.chain import State
from qa.evaluation.metrics import auroc
from qa.evaluation.statistics import CONFIDENCE, RESAMPLES, SEED, Interval

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision made of a question: how likely it is to be answered, and whether it is."""

    chance: float
    answers: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A question as the line judged it. `answerable` is None where the data do not say; `signals` is None where nothing
    was found or a veto stands, so that there is nothing to weigh.
    """

    group: str
    answerable: bool | None
    signals: NDArray[np.float64] | None
    shipped: Decided


def case(group: str, answerable: bool | None, state: State) -> Case:
    """The question as the part that decides shows it; a veto is a chance of nought."""
    part = state.weakest
    weighed = state.veto is None and bool(part.readout.scored)
    chance = part.answerability if weighed else 0.0
    return Case(group, answerable, signals(part.readout) if weighed else None, Decided(chance, state.answers))


def by_folds(cases: Sequence[Case]) -> list[Decided]:
    """Each question by a decision that was calibrated on the other folds; with nothing to weigh it is refused."""
    folds = [int(hashlib.sha256(case.group.encode()).hexdigest(), 16) % FOLDS for case in cases]
    decisions = {fold: _calibrated(cases, folds, fold) for fold in sorted(set(folds))}
    decided = []
    for case, fold in zip(cases, folds, strict=True):
        decision, chance = decisions[fold], 0.0
        if case.signals is not None:
            chance = float(1 / (1 + np.exp(-decision.score.score(case.signals))))
        decided.append(Decided(chance, case.signals is not None and chance >= decision.threshold("balanced")))
    return decided


def _calibrated(cases: Sequence[Case], folds: Sequence[int], left_out: int) -> Decision:
    judged = [
        Judged(case.signals, case.answerable, case.group)
        for case, fold in zip(cases, folds, strict=True)
        if fold != left_out and case.answerable is not None and case.signals is not None
    ]
    return calibrate(judged, shipped_decision())


def error_rates(answers: Sequence[bool], answerable: Sequence[bool]) -> tuple[float, float]:
    """The share of the unanswerable that is answered, and of the others that is refused."""
    pairs = list(zip(answers, answerable, strict=True))
    wrongly = [answer for answer, label in pairs if not label]
    refused = [not answer for answer, label in pairs if label]
    return sum(wrongly) / max(len(wrongly), 1), sum(refused) / max(len(refused), 1)


def balanced_accuracy(answers: Sequence[bool], answerable: Sequence[bool]) -> Interval:
    """The mean of the shares answered of the answerable and refused of the others, with the percentile interval of a
    bootstrap that draws questions within each label. Always answering has 0.5.
    """
    rng = np.random.default_rng(SEED)
    positive = sum(answerable)
    counts = np.array([len(answerable) - positive, positive])
    right = 1 - np.array(error_rates(answers, answerable))
    # To draw n questions again of which a share p is right is to draw from the binomial distribution.
    drawn = (rng.binomial(counts, right, size=(RESAMPLES, 2)) / counts).mean(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(right.mean()), float(low), float(high))


def print_decisions(cases: Sequence[Case]) -> None:
    """Both decisions on the questions whose answerability is known."""
    known = [(case, folded) for case, folded in zip(cases, by_folds(cases), strict=True) if case.answerable is not None]
    labels = [bool(case.answerable) for case, _ in known]
    ways = {"as it ships": [case.shipped for case, _ in known], "by folds": [folded for _, folded in known]}
    print(
        f"\nthe decision, {sum(labels)} answerable, {len(labels) - sum(labels)} not; always answering: 0.500 balanced"
    )
    for way, decided in ways.items():
        answers = [one.answers for one in decided]
        wrongly = [answer for answer, label in zip(answers, labels, strict=True) if not label]
        refused = [not answer for answer, label in zip(answers, labels, strict=True) if label]
        print(f"  {way:<12} wrong answers   {share(wrongly)}")
        print(f"  {'':<12} wrong refusals  {share(refused)}")
        print(f"  {'':<12} balanced        {interval(balanced_accuracy(answers, labels))}")
        print(f"  {'':<12} AUROC           {auroc([one.chance for one in decided], labels):.3f}")
