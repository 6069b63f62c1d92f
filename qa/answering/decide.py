"""Decides whether the articles answer the question: a logistic score over what reading showed, against a threshold.

The decision is made here by code, never by a prompt. The numbers are fitted by `qa.training.decision`, mostly on public
questions, with the sign of each weight fixed beforehand (SIGNS); `qa calibrate` fits them again on a user's own
questions and keeps them beside the index. Their error rates are in the README and eval/decisions.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.questions import Question
from qa.answering.reader import SENTENCE_FEATURES, Readout
from qa.answering.weights import Linear, fitted, linear, read
from qa.errors import ModelError
from qa.settings import Caution

# What speaks for an answer (+1) and what against it (-1).
SIGNS = {
    "span": 1,  # the model prefers an answer in the best sentence to "no answer in this passage"
    "here": 1,  # it holds that the passage answers
    "alone": 1,  # it prefers an answer to none in the sentence read alone
    "alone here": 1,  # it holds that the sentence alone answers
    "carried": 1,  # the judge holds that the sentence carries the question with the likeliest answer
    "cover": -1,  # the more words question and sentence share, the readier the model is to see an answer, also wrongly
    "passage": 1,  # the passage is like the question
}
DECISION_FEATURES = tuple(SIGNS)
CALIBRATION = "calibration.json"
"""The name of the file beside an index that holds its own decision."""
_MODELS = ("reader", "judge")  # whose readings the numbers were fitted on
_NEAR_THE_BEST = 1.8  # sentences so far below the best in score may still be shown with it
_MEASURES = {
    "number": "number",
    "percent": "percentage",
    "money": "amount of money",
    "date": "date",
    "duration": "duration",
}


@dataclass(frozen=True, slots=True)
class Rates:
    """How wrong the decision was at a threshold, on questions that had no part in its fit: shares, and the upper ends
    of their one-sided 95 % bounds (Clopper & Pearson 1934; see `qa.answering.calibration`).
    """

    wrong_answers: float
    wrong_answers_at_most: float
    unanswerable: int
    wrong_refusals: float
    wrong_refusals_at_most: float
    answerable: int

    @property
    def text(self) -> str:
        """The same in words."""
        answered = f"{self.wrong_answers:.0%} of what the articles do not answer"
        refused = f"{self.wrong_refusals:.0%} of what they do"
        return (
            f"answers {answered} (at most {self.wrong_answers_at_most:.0%}), "
            f"refuses {refused} (at most {self.wrong_refusals_at_most:.0%}); "
            f"{self.unanswerable} and {self.answerable} questions, 95% confidence"
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """The fitted numbers of the decision: the score of the signals, and for each caution the answerability from which
    on an answer is given, and what is known of its error rates.
    """

    score: Linear
    thresholds: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, Rates] = field(default_factory=dict)

    def answerability(self, readout: Readout) -> float:
        """The estimated probability that the best sentences answer the question, in [0, 1]; 0 with nothing found."""
        if not readout.scored:
            return 0.0
        return round(1.0 / (1.0 + math.exp(-self.score.score(signals(readout)))), 6)

    def threshold(self, caution: Caution) -> float:
        """The answerability from which on an answer is given. Raises `ModelError` if it was never fitted."""
        if caution not in self.thresholds:
            raise ModelError(
                f"The fitted weights have no threshold '{caution}'.", "Type: pip install --force-reinstall footnote-qa"
            )
        return self.thresholds[caution]


def shipped_decision() -> Decision:
    """The decision that ships with Footnote. Raises `ModelError` if its numbers are missing or of other signals."""
    return _decision(fitted())


def decision_of(folder: Path) -> Decision:
    """The decision that was calibrated for the index in the folder; else the one that ships with Footnote.

    Raises `ModelError` if its numbers are broken, or were fitted with another reader or judge than this version's.
    """
    file = folder / CALIBRATION
    if not file.is_file():
        return shipped_decision()
    values = read(file)
    if any(values.get(name) != fitted()[name] for name in _MODELS):
        raise ModelError(
            f"{file} was made with another version of the reader or the judge.",
            f"Calibrate again (qa calibrate FILE), or delete {file.name} to use the shipped decision.",
        )
    return _decision(values)


def keep(decision: Decision, folder: Path) -> Path:
    """Keeps the decision beside the index in the folder; `decision_of` finds it there."""
    file = folder / CALIBRATION
    values = {"decision": asdict(decision.score), "thresholds": dict(decision.thresholds)}
    rates = {name: asdict(rates) for name, rates in decision.rates.items()}
    text = json.dumps({**values, "rates": rates} | {name: fitted()[name] for name in _MODELS}, indent=1)
    partial = file.with_suffix(".part")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(file)  # a crash leaves the old calibration or the new one
    return file


def _decision(values: dict[str, Any]) -> Decision:
    return Decision(
        linear("decision", DECISION_FEATURES, values),
        {name: float(value) for name, value in values.get("thresholds", {}).items()},
        {name: Rates(**rates) for name, rates in values.get("rates", {}).items()},
    )


def signals(readout: Readout) -> NDArray[np.float64]:
    """What reading showed of the best sentence, in the order of DECISION_FEATURES; needs at least one sentence, read
    twice.
    """
    best = readout.scored[0]
    if best.alone is None:
        raise ValueError("the best sentence was not read a second time")
    shown = dict(zip(SENTENCE_FEATURES, best.features, strict=True))
    margin, alone = shown["span"] - shown["null"], best.alone
    read = (margin, shown["here"], alone.margin, alone.here, alone.carried)
    return np.array([*read, shown["cover"], shown["passage"]])


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
    return f"it gives no {_MEASURES[question.wants]}"


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
