"""The questions of an evaluation set, and the rule that divides them into a half to tune on and a half to report on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa import shipped
from qa.errors import SourceError
from qa.schema import Message

UNANSWERABLE = ("unanswerable", "false premise")
REPORT, TUNE = "report", "tune"
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its gold.

    `answers`: accepted answers, one is enough; `items` instead, where several things must be shown: the accepted names
    of each. `evidence`: sentences as they stand in the articles. All three are empty for an unanswerable question.
    `group`: the questions that share articles; `half`: report or tune.
    """

    id: str
    question: str
    kind: str
    answers: tuple[str, ...] = ()
    items: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    history: tuple[Message, ...] = ()
    group: str = ""
    half: str = REPORT

    @property
    def answerable(self) -> bool:
        """Whether the articles answer it."""
        return self.kind not in UNANSWERABLE


def shipped_questions() -> Path:
    """The file of the three hundred questions over the starter articles."""
    return shipped.folder("eval/seeds") / "questions.jsonl"


def load(path: Path | None = None) -> list[Item]:
    """The questions of a JSON Lines file; by default the three hundred over the starter articles.

    Raises `SourceError` that names the line which cannot be read, or the id that occurs twice; or if there is none, or
    the file is no text.
    """
    path = path or shipped_questions()
    if not path.is_file():
        raise SourceError(f"{path} is not there.", "Name a JSON Lines file of questions: qa eval --questions FILE")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise SourceError(f"{path} could not be read: {why}.", "Save the questions as a text file in UTF-8.") from error
    items: dict[str, Item] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                item = _item(json.loads(line))
                if item.id in items:
                    raise ValueError(f'the id "{item.id}" occurs twice')
            except (ValueError, TypeError) as error:
                raise SourceError(
                    f"Line {number} of {path} is not a question: {error}.",
                    'Each line needs at least "id", "question", "kind" and, unless unanswerable, "answers".',
                ) from error
            items[item.id] = item
    if not items:
        raise SourceError(f"{path} holds no question.", "Write one JSON object on each line; eval/seeds has examples.")
    return list(items.values())


def halves(groups: Iterable[str], seed: int = SEED) -> dict[str, str]:
    """Which half each group belongs to: ordered by a hash of seed and name, the first half (or one more) reports.

    Whole groups, because questions on one article are alike: what was tuned on must not be reported on.
    """
    order = sorted(set(groups), key=lambda group: hashlib.sha256(f"{seed}:{group}".encode()).hexdigest())
    return {group: REPORT if place < (len(order) + 1) // 2 else TUNE for place, group in enumerate(order)}


def half(items: Sequence[Item], name: str) -> list[Item]:
    """The questions of one half."""
    return [item for item in items if item.half == name]


def _item(row: Any) -> Item:  # noqa: ANN401 (whatever the line holds)
    if not isinstance(row, dict):
        raise TypeError("it is no JSON object")
    missing = [name for name in ("id", "question", "kind") if not row.get(name)]
    if missing:
        raise ValueError(f'it has no "{missing[0]}"')

    def texts(name: str) -> tuple[str, ...]:
        value = row.get(name) or []
        if not isinstance(value, list):
            raise TypeError(f'"{name}" must be a list')
        return tuple(str(entry) for entry in value)

    items, history = row.get("items") or [], row.get("history") or []
    lists = (items, history)  # of lists: the letters of a text would pass for names
    if not all(isinstance(rows, list) and all(isinstance(entry, list) for entry in rows) for rows in lists):
        raise TypeError('"items" and "history" must be lists of lists')
    if row.get("half", REPORT) not in (REPORT, TUNE):
        raise ValueError('"half" must be "report" or "tune"')
    item = Item(
        id=str(row["id"]),
        question=str(row["question"]),
        kind=str(row["kind"]),
        answers=texts("answers"),
        items=tuple(tuple(str(alias) for alias in aliases) for aliases in items),
        evidence=texts("evidence"),
        articles=texts("articles"),
        history=tuple(_message(*turn) for turn in history),
        # A question that names no group is one of its own.
        group=str(row.get("group") or row["id"]),
        half=str(row.get("half", REPORT)),
    )
    if item.answerable and not (item.answers or item.items):
        raise ValueError('it is answerable and has no "answers"')
    return item


def _message(role: str, content: str) -> Message:
    if role not in ("user", "assistant"):
        raise ValueError(f'a turn of "history" is spoken by "user" or "assistant", not by "{role}"')
    return Message("user" if role == "user" else "assistant", content)
