"""Asks a set of questions and keeps what came of each."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa import shipped
from qa.assistant import Assistant
from qa.errors import SourceError
from qa.evaluation.metrics import hit_rank, is_exact, is_right, words_shown
from qa.schema import Answer

DEFAULT = "questions.jsonl"
_SEARCHED = 10


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its gold: accepted answers (or list items), evidence sentences as they stand in the article.

    `answers` and `items` are empty for an unanswerable question. `group` names the article it is about or imitates.
    """

    id: str
    question: str
    kind: str
    answers: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]
    evidence: tuple[str, ...]
    group: str

    @property
    def answerable(self) -> bool:
        """Whether the articles answer it."""
        return self.kind != "unanswerable"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question. `rank`: of the first hit with an evidence sentence; None beyond the tenth."""

    item: Item
    answer: Answer
    rank: int | None
    right: bool
    quotes: int
    exact: int
    words: int
    seconds: float

    @property
    def refused(self) -> bool:
        """Whether the answer was "I don't know"."""
        return self.answer.kind == "unanswerable"

    @property
    def failed(self) -> str | None:
        """Where it went wrong, or None: refusing, answering, retrieval or choosing."""
        if not self.item.answerable:
            return None if self.refused else "answered what no article answers"
        if self.right:
            return None
        if self.rank is None and self.item.evidence:
            return "retrieval: the evidence was not found"
        return "refused" if self.refused else "choosing: the evidence was found, but not shown"


def load(path: Path | None = None) -> list[Item]:
    """The questions of a JSON Lines file; by default the forty over the starter articles.

    Raises `SourceError` that names the line which cannot be read.
    """
    path = path or shipped.folder("eval/seeds") / DEFAULT
    if not path.is_file():
        raise SourceError(f"{path} is not there.", "Name a JSON Lines file of questions: qa eval --questions FILE")
    items = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                items.append(_item(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise SourceError(
                    f"Line {number} of {path} is not a question: {error}.",
                    'Each line needs at least "id", "question", "kind" and, unless unanswerable, "answers".',
                ) from error
    return items


def run(assistant: Assistant, items: Sequence[Item]) -> list[Result]:
    """Every question asked once, in order."""
    if items:
        assistant.ask(items[0].question)  # loads the models, so that no question pays for it
    return [_result(assistant, item) for item in items]


def _result(assistant: Assistant, item: Item) -> Result:
    started = time.perf_counter()
    answer = assistant.ask(item.question)
    seconds = time.perf_counter() - started
    texts = [assistant.article(citation.article_id, citation.version).text for citation in answer.citations]
    return Result(
        item=item,
        answer=answer,
        rank=hit_rank(assistant.search(item.question, _SEARCHED), item.evidence),
        right=is_right(answer, item.answers, item.items),
        quotes=len(texts),
        exact=sum(is_exact(citation, text) for citation, text in zip(answer.citations, texts, strict=True)),
        words=words_shown(answer),
        seconds=seconds,
    )


def _item(row: dict[str, object]) -> Item:
    def texts(name: str) -> tuple[str, ...]:
        value = row.get(name) or []
        if not isinstance(value, list):
            raise TypeError(f'"{name}" must be a list')
        return tuple(str(entry) for entry in value)

    items = row.get("items") or []
    if not isinstance(items, list):
        raise TypeError('"items" must be a list of lists')
    return Item(
        id=str(row["id"]),
        question=str(row["question"]),
        kind=str(row["kind"]),
        answers=texts("answers"),
        items=tuple(tuple(str(alias) for alias in aliases) for aliases in items),
        evidence=texts("evidence"),
        group=str(row.get("group", "")),
    )
