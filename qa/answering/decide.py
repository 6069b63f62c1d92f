"""Decides whether the articles answer the question: a logistic score over what reading showed, against a threshold.

The decision is made here by code, never by a prompt. The numbers are fitted by `qa.training.decision`; each threshold
was set on the tuning questions, and its error rates on the others are published in eval/reports.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.answering.questions import Question, stems
from qa.answering.reader import SENTENCE_FEATURES, Readout, Scored
from qa.answering.weights import fitted, linear
from qa.settings import Caution

DECISION_FEATURES = (
    *(f"best {name}" for name in SENTENCE_FEATURES),
    *(f"most {name}" for name in SENTENCE_FEATURES),
    "score",
    "margin",
    "answer score",
    "answer missing",
    "agreement",
)


def signals(question: Question, readout: Readout) -> NDArray[np.float64]:
    """What reading showed, in the order of DECISION_FEATURES; needs at least one sentence."""
    best, rest = readout.scored[0], readout.scored[1:]
    table = np.array([item.features for item in readout.scored])
    evidence = readout.evidence[0]
    wants_span = question.wants not in ("reason", "yes_no", "statement", "list")
    return np.array(
        [
            *best.features,
            *table.max(axis=0),
            best.score,
            best.score - rest[0].score if rest else 1.0,
            evidence.answer_score,
            float(wants_span and evidence.answer_start is None),
            _agreement(readout.scored),
        ]
    )


def answerability(question: Question, readout: Readout) -> float:
    """The estimated probability that the best sentences answer the question, in [0, 1]; 0 with nothing found."""
    if not readout.scored:
        return 0.0
    score = linear("decision", DECISION_FEATURES).score(signals(question, readout))
    return round(1.0 / (1.0 + math.exp(-score)), 6)


def threshold(caution: Caution) -> float:
    """The answerability from which on an answer is given."""
    return float(fitted()["thresholds"][caution])


def uncovered(question: Question, readout: Readout, most: int = 3) -> list[str]:
    """Words of the question that the best passage does not hold, the rarest first: why it was not enough."""
    if not readout.scored:
        return list(question.words)[:most]
    best = readout.scored[0].candidate
    missing = [
        (readout.rarity.get(term, 0.0), word)
        for term, word in zip(question.terms, question.words, strict=True)
        if term not in best.around
    ]
    return [word for _, word in sorted(missing, key=lambda item: (-round(item[0], 6), item[1]))][:most]


def _agreement(scored: Sequence[Scored]) -> float:
    """Share of the best three sentences' words that the best one shares with the other two."""
    first = scored[0].candidate.words
    others = [set(stems(item.candidate.text)) for item in scored[1:3]]
    if not first or not others:
        return 0.0
    return sum(len(first & other) / len(first) for other in others) / len(others)
