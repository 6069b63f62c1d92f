"""What judges a sentence by its evidence: for now the rules of `grounding` alone; a trained judge is to stand behind
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from qa.answering.grounding import Judgement, check


class Judging(Protocol):
    """Judges a sentence by the texts it rests on and their headers, as one of `sentences` claims of a response."""

    def judge(
        self,
        sentence: str,
        evidence: Sequence[str],
        question: str = ...,
        headers: Sequence[str] = ...,
        sentences: int = ...,
    ) -> Judgement:
        """The verdict on the sentence, with its reasons."""
        ...


class Rules:
    """The rules alone: exact and explained, but blind to what sentences mean."""

    def judge(
        self,
        sentence: str,
        evidence: Sequence[str],
        question: str = "",
        headers: Sequence[str] = (),
        sentences: int = 1,
    ) -> Judgement:
        """The verdict of `grounding.check`."""
        return check(sentence, evidence, question, headers)
