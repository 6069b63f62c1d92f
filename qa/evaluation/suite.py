"""Asks a set of questions and keeps what came of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.assistant import Assistant
from qa.evaluation.metrics import Overlap, evidence_overlap, is_exact, is_right, plain, relevant, retrieval, words_shown
from qa.evaluation.questions import Item
from qa.evaluation.systems import Outcome, System
from qa.schema import Answer


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question.

    `found`: hit@1, hit@5, hit@10 and MRR; None where no evidence is named. `quotes` and `exact`: citations, and those
    that stand in the stored article to the character. `cause`: where it went wrong, or None.
    """

    item: Item
    answer: Answer
    found: dict[str, float] | None
    right: bool
    overlap: Overlap
    quotes: int
    exact: int
    words: int
    cause: str | None
    seconds: float

    @property
    def refused(self) -> bool:
        """Whether the answer was "I don't know"."""
        return self.answer.kind == "unanswerable"


def run(assistant: Assistant, system: System, items: Sequence[Item]) -> list[Result]:
    """Every question asked of the system once, in order, with its conversation."""
    if items:
        system.ask(items[0])  # loads the models, so that no question pays for it
    outcomes = [system.ask(item) for item in items]
    located = {
        item.id: relevant(outcome.hits, item.evidence)
        for item, outcome in zip(items, outcomes, strict=True)
        if item.evidence
    }
    found = retrieval(located)
    stored = Stored(assistant)
    return [_result(item, outcome, found.get(item.id), stored) for item, outcome in zip(items, outcomes, strict=True)]


class Stored:
    """The articles as they are stored; each is fetched once."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._texts: dict[tuple[str, str], str] = {}
        self._all: str | None = None

    def text(self, article_id: str, version: str) -> str:
        """The text of one version."""
        if (article_id, version) not in self._texts:
            self._texts[article_id, version] = self._assistant.article(article_id, version).text
        return self._texts[article_id, version]

    def hold(self, sentences: Iterable[str]) -> bool:
        """Whether any of the sentences stands in a current article: if none does, it was lost in reading."""
        if self._all is None:
            self._all = "\n".join(plain(article.text) for article in self._assistant.articles())
        return any(plain(sentence) in self._all for sentence in sentences)


def _result(item: Item, outcome: Outcome, found: dict[str, float] | None, stored: Stored) -> Result:
    answer = outcome.answer
    right = item.answerable and is_right(answer, item.answers, item.items)
    return Result(
        item=item,
        answer=answer,
        found=found,
        right=right,
        overlap=evidence_overlap(answer, item.evidence, item.items),
        quotes=len(answer.citations),
        exact=sum(is_exact(c, stored.text(c.article_id, c.version)) for c in answer.citations),
        words=words_shown(answer),
        cause=_cause(item, answer, right, found, stored),
        seconds=outcome.seconds,
    )


def _cause(item: Item, answer: Answer, right: bool, found: dict[str, float] | None, stored: Stored) -> str | None:
    """The first step that failed: reading the article, retrieval, refusing, or choosing what to show."""
    refused = answer.kind == "unanswerable"
    if not item.answerable:
        return None if refused else "refusing: answered what no article answers"
    if right:
        return None
    if found is not None and not found["hit@10"]:
        return "retrieval: no passage with the evidence" if stored.hold(item.evidence) else "reading: not in the index"
    if refused:
        return "refusing: refused what an article answers"
    return "choosing: the evidence was found, no accepted answer shown"
