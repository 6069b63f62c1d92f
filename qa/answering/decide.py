"""Decides whether the articles answer the question: a logistic score over what reading showed, against a threshold.

The decision is made here by code, never by a prompt. The numbers are fitted by `qa.training.decision`, mostly on public
questions, with the sign of each weight fixed beforehand (SIGNS). Each threshold was set on the tuning questions; its
error rates on the others are in the README and eval/decisions.md.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qa.answering.questions import Question
from qa.answering.reader import SENTENCE_FEATURES, Readout
from qa.answering.weights import fitted, linear
from qa.errors import ModelError
from qa.settings import Caution

# What speaks for an answer (+1) and what against it (-1).
SIGNS = {
    "span": 1,  # the model prefers an answer in the best sentence to "no answer in this passage"
    "cover": -1,  # the more words question and sentence share, the readier the model is to see an answer, also wrongly
    "passage": 1,  # the passage is like the question
}
DECISION_FEATURES = tuple(SIGNS)
_NEAR_THE_BEST = 1.8  # sentences so far below the best in score may still be shown with it
_MEASURES = ("number", "money", "date", "duration")


def signals(readout: Readout) -> NDArray[np.float64]:
    """What reading showed, in the order of DECISION_FEATURES; needs at least one sentence."""
    shown = dict(zip(SENTENCE_FEATURES, readout.scored[0].features, strict=True))
    return np.array([shown["span"] - shown["null"], shown["cover"], shown["passage"]])


def answerability(readout: Readout) -> float:
    """The estimated probability that the best sentences answer the question, in [0, 1]; 0 with nothing found."""
    if not readout.scored:
        return 0.0
    score = linear("decision", DECISION_FEATURES).score(signals(readout))
    return round(1.0 / (1.0 + math.exp(-score)), 6)


def veto(question: Question, readout: Readout) -> str | None:
    """Why there can be no answer whatever the score, in plain words; None where there is no such reason.

    A question for a number, an amount, a date or a duration is not answered by sentences that hold none.
    """
    if not readout.evidence:
        return "nothing was found"
    if question.wants not in _MEASURES:
        return None
    floor = readout.evidence[0].relevance - _NEAR_THE_BEST
    for evidence in readout.evidence:
        if evidence.relevance >= floor and evidence.answer_start is not None:
            return None
    return f"it gives no {question.wants}" if question.wants != "money" else "it gives no amount of money"


def threshold(caution: Caution) -> float:
    """The answerability from which on an answer is given. Raises `ModelError` if it was never fitted."""
    thresholds = fitted().get("thresholds", {})
    if caution not in thresholds:
        raise ModelError(
            f"The fitted weights have no threshold '{caution}'.", "Type: pip install --force-reinstall footnote-qa"
        )
    return float(thresholds[caution])


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
