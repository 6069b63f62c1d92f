"""Decides whether the articles answer the question: a logistic score over what reading showed, against a threshold.

The decision is made here by code, never by a prompt. The numbers are fitted by `qa.training.decision` with the sign of
each weight fixed beforehand (SIGNS), so that the fit cannot learn from an accident of the tuning questions that a
passage without the question's names answers better. Each threshold was set on the tuning questions; its error rates on
the others are in the README and eval/decisions.md.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qa.answering.questions import Question, stems
from qa.answering.reader import SENTENCE_FEATURES, Readout
from qa.answering.weights import fitted, linear
from qa.errors import ModelError
from qa.schema import Evidence
from qa.settings import Caution

# What speaks for an answer (+1) and what against it (-1).
SIGNS = {
    "near": 1,  # the question's terms are matched in the best sentence, by stem or by meaning
    "weakest": 1,  # even the worst matched of them
    "names": 1,  # names and numbers of the question stand in the passage
    "alike": 1,  # the sentence is like the question as a whole
    "passage": 1,  # and so is the passage
    "margin": 1,  # the best sentence stands out
    "short answer": 1,  # a likely short answer was found
    "names missing": -1,  # names of the question that the passage lacks (at most 2 are counted)
    "names far": -1,  # names that neither the sentence, the one before it nor the header holds
    "no measure": -1,  # a number, amount, date or duration is wanted, and the best sentence has none
    "other thing counted": -1,  # a number is wanted, and the one found counts something else than the question does
    "no name": -1,  # a person, place or name is wanted, and the best sentence has none
}
DECISION_FEATURES = tuple(SIGNS)
_NEAR_THE_BEST = 1.8  # sentences so far below the best in score may still be shown with it
_MEASURES = ("number", "money", "date", "duration")
_NAMES = ("person", "place", "name", "term")


def signals(question: Question, readout: Readout) -> NDArray[np.float64]:
    """What reading showed, in the order of DECISION_FEATURES; needs at least one sentence."""
    best, rest = readout.scored[0], readout.scored[1:]
    evidence = readout.evidence[0]
    shown = dict(zip(SENTENCE_FEATURES, best.features, strict=True))
    close = best.candidate.words | best.candidate.before
    found = evidence.answer_start is not None
    return np.array(
        [
            shown["near"],
            shown["weakest"],
            shown["names"],
            shown["alike"],
            shown["passage"],
            min(best.score - rest[0].score, 3.0) if rest else 3.0,
            evidence.answer_score if found else 0.0,
            min(sum(name not in best.candidate.around for name in question.names), 2),
            min(sum(name not in close for name in question.names), 2),
            float(question.wants in _MEASURES and not found),
            float(question.wants == "number" and found and not _counts_the_same(question, evidence)),
            float(question.wants in _NAMES and not found),
        ]
    )


def _counts_the_same(question: Question, evidence: Evidence) -> bool:
    """Whether what the question counts stands at the short answer: within it, in the four words after or two before."""
    chunk = evidence.hit.chunk
    start, end = (evidence.answer_start or 0) - chunk.start, (evidence.answer_end or 0) - chunk.start
    first, last = evidence.start - chunk.start, evidence.end - chunk.start
    near = [*stems(chunk.text[first:start])[-2:], *stems(chunk.text[start:end]), *stems(chunk.text[end:last])[:4]]
    return not question.heads or bool(set(question.heads) & set(near))


def answerability(question: Question, readout: Readout) -> float:
    """The estimated probability that the best sentences answer the question, in [0, 1]; 0 with nothing found."""
    if not readout.scored:
        return 0.0
    score = linear("decision", DECISION_FEATURES).score(signals(question, readout))
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
