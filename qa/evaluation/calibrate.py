"""Fits the decision to answer on a user's own questions over their own index, and says in words what it promises."""

from __future__ import annotations

from pathlib import Path

from qa.answering.calibration import Judged, calibrate
from qa.answering.decide import keep, shipped_decision, signals
from qa.assistant import Assistant
from qa.chain import Query
from qa.errors import SourceError
from qa.evaluation.questions import load

FEWEST = 10
"""Questions of each kind, answerable and not, below which nothing can be said."""


def calibrated(assistant: Assistant, questions: Path) -> str:
    """Asks every question, fits the decision on them, keeps it beside the index; returns what it promises, in words.

    Raises `SourceError` for questions that cannot be read or that are too few.
    """
    items = load(questions)
    yes = sum(item.answerable for item in items)
    if min(yes, len(items) - yes) < FEWEST:
        raise SourceError(
            f"{questions} holds {yes} questions that the articles answer and {len(items) - yes} that they do not; "
            f"at least {FEWEST} of each are needed.",
            'Add questions; those that no article answers have "kind": "unanswerable".',
        )
    judged = []
    for item in items:
        state = assistant.chain().explain(Query(item.question, item.history))
        if state.weakest.readout.scored:
            judged.append(Judged(signals(state.weakest.readout), item.answerable, item.group))
    try:
        decision = calibrate(judged, shipped_decision())
    except ValueError as error:
        raise SourceError(
            f"{questions} cannot be used: {error}.", 'Give the questions different "group" names.'
        ) from error
    file = keep(decision, assistant.folder)
    promised = "\n".join(f"{name}: {rates.text}" for name, rates in decision.rates.items())
    return f"{promised}\n\nKept in {file}; delete that file to go back to the shipped decision."
