"""Refusals in conversations, on MTRAG: is the last turn answerable at all?

    FOOTNOTE_BENCH_DATA=... python eval/public/mtrag.py [QUESTIONS] [--index FOLDER]

507 conversations (Katsis et al. 2025), asked with their history. ANSWERABLE and PARTIAL against UNANSWERABLE, balanced
accuracy, always answering being 0.5; UNDERSPECIFIED is neither and is reported apart. The decision is judged as it
ships and by folds of conversations (see refusals.py).

Two ways: over the contexts of all conversations in one index, and with only the conversation's own contexts to answer
from, which is what the labels speak of. No unanswerable question has contexts of its own, so that in the second way
each is refused of necessity and only the wrong refusals tell something.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from benchmark import data_folder, indexed, interval, machine, name_of, options, share
from refusals import Case, balanced_accuracy, by_folds, case, print_decisions

from qa import Assistant, Filters, Message
from qa.evaluation.statistics import SEED
from qa.training.examples import read_lines

LABELS = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False, "UNDERSPECIFIED": None}


def main() -> None:
    asked = options("Refusals in conversations, on MTRAG.")
    data = data_folder("mtrag")
    if data is None:
        return
    rows = read_lines(data / "mtragun_human.jsonl.gz")
    contexts = {name_of(one["text"]): (one.get("title", ""), one["text"]) for row in rows for one in row["contexts"]}
    random.Random(SEED).shuffle(rows)
    rows = rows[: asked.questions]
    with indexed(contexts, asked.index) as (assistant, names):
        articles = {name: article for article, name in names.items()}
        pooled = [_case(assistant, row, Filters()) for row in rows]
        own = [_own(assistant, row, articles) for row in rows]
    print(f"MTRAG, {len(rows)} conversations, {len(contexts)} contexts; {machine()}")
    print("\nALL CONTEXTS IN ONE INDEX")
    print_decisions(pooled)
    folded = by_folds(pooled)
    _print_answered(rows, {"as it ships": [one.shipped.answers for one in pooled],
                           "by folds": [one.answers for one in folded]})  # fmt: skip
    print("\nITS OWN CONTEXTS ONLY; the unanswerable have none")
    answers = [one is not None and one.shipped.answers for one in own]
    known = [(answer, bool(label)) for answer, row in zip(answers, rows, strict=True)
             if (label := label_of(row)) is not None]  # fmt: skip
    balanced = balanced_accuracy([answer for answer, _ in known], [label for _, label in known])
    print(f"  balanced        {interval(balanced)}")
    _print_answered(rows, {"as it ships": answers})


def label_of(row: dict[str, Any]) -> bool | None:
    """Whether the last turn is answerable; None where the data do not say."""
    return LABELS[row["answerability"][0]]


def turns(row: dict[str, Any]) -> tuple[str, tuple[Message, ...]]:
    """The last question, and the conversation before it."""
    *before, last = row["input"]
    history = tuple(Message("user" if turn["speaker"] == "user" else "assistant", turn["text"]) for turn in before)
    return last["text"], history


def _case(assistant: Assistant, row: dict[str, Any], filters: Filters) -> Case:
    question, history = turns(row)
    return case(row["conversation_id"], label_of(row), assistant.explain(question, history, filters=filters))


def _own(assistant: Assistant, row: dict[str, Any], articles: dict[str, str]) -> Case | None:
    """The question with its own contexts; None where it has none, and nothing can be asked."""
    ids = tuple(articles[name_of(context["text"])] for context in row["contexts"])
    return _case(assistant, row, Filters(articles=ids)) if ids else None


def _print_answered(rows: Sequence[dict[str, Any]], ways: dict[str, list[bool]]) -> None:
    for way, answers in ways.items():
        print(f"  answered, {way}")
        for label in LABELS:
            marks = [answer for answer, row in zip(answers, rows, strict=True) if row["answerability"][0] == label]
            print(f"    {label:<16}{share(marks)}")


if __name__ == "__main__":
    main()
