"""Questions written by us, answerable ones each with near misses that the same passage does not answer.

`news_questions.jsonl` and `wiki_questions.jsonl` hold the questions and where in which article they belong; the
articles themselves (Wikinews and GUM, CC BY 2.5; paragraphs of Wikipedia, CC BY-SA) lie in the data folder. Those of
one news article in six are for fitting the decision: no weight is trained on them.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from qa.answering.questions import stems
from qa.schema import date_in_words
from qa.training.contrasts import Group, likest_sentences, window
from qa.training.examples import Example, read_lines

FILES = tuple(Path(__file__).with_name(f"{name}_questions.jsonl") for name in ("news", "wiki"))
_NEWS = ("wikinews/2019", "wikinews/2020", "wikinews/sample50", "gum_wikinews/news_interview")
_PARAGRAPHS = ("musique_train_corpus", "hotpotqa_train_corpus", "2wikimultihopqa_corpus")
_NEAR = 2  # unanswerable questions held against the sentence that answers another
_DATED = 0.5  # share of the groups whose title is followed by the date, as in a chunk's header


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question on the characters `start:end` of an article; `answer` stands at `answer_start`, or is None, and then
    `kind` says how the question misses: entity, number, date, relation, detail, premise.
    """

    article: str
    half: Literal["train", "fit"]
    start: int
    end: int
    kind: str
    question: str
    answer_start: int | None = None
    answer_end: int | None = None


def questions() -> list[OwnQuestion]:
    """All of them, those of an article together."""
    lines = [line for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
    return [OwnQuestion(**json.loads(line)) for line in lines]


def articles(data: Path) -> dict[str, dict[str, Any]]:
    """The articles by id: title, text, published. A paragraph's id is the beginning of its text's SHA-256."""
    stored = {row["id"]: row for name in _NEWS for row in read_lines(data / "news" / f"{name}.jsonl.gz")}
    for name in _PARAGRAPHS:
        for row in read_lines(data / "multihop" / f"{name}.jsonl.gz"):
            key = hashlib.sha256(row["text"].encode()).hexdigest()[:12]
            stored[key] = {"id": key, "title": row["title"], "text": row["text"], "published": None}
    return stored


def groups(data: Path, rng: random.Random) -> list[Group]:
    """Every question of the articles to train on, those on one passage together; then each answerable one with its
    sentence alone, beside the likest of the others; then on another passage of the same article.
    """
    stored = articles(data)
    found: list[Group] = []
    asked = [question for question in questions() if question.half == "train"]
    for _, items in groupby(asked, key=lambda question: (question.article, question.start)):
        mates = list(items)
        found += _of(mates, stored[mates[0].article], rng)
    return found


def answered(data: Path) -> list[Example]:
    """The answerable ones to train on, each on its passage."""
    stored = articles(data)
    asked = [question for question in questions() if question.half == "train" and question.answer_start is not None]
    return [_example(question, stored[question.article], stored[question.article]["title"]) for question in asked]


def _of(asked: list[OwnQuestion], article: dict[str, Any], rng: random.Random) -> Iterator[Group]:
    title = article["title"]
    if article["published"] and rng.random() < _DATED:
        title += f" · {date_in_words(article['published'])}"
    group = [_example(question, article, title) for question in asked]
    held = [example.answer for example in group if example.answer]
    if held and rng.random() < 0.4:
        passage = window(group[0].passage, held, rng)
        group = [replace(example, passage=passage) for example in group]
    yield group
    refused = [example for example in group if example.answer is None]
    for example in group:
        right = [s for s in likest_sentences(example.passage, "") if example.answer and example.answer in s]
        if len(right) == 1:
            near = sorted(refused, key=lambda other: -_shared(other.question, right[0]))[:_NEAR]
            yield [replace(each, passage=right[0]) for each in (example, *near)]
    before, after = _beside(asked[0], article["text"])
    for example in group:
        others = [text for text in (before, after) if example.answer and text and example.answer not in text]
        if others:
            yield [example, replace(example, passage=rng.choice(others), answer=None)]


def _shared(question: str, sentence: str) -> int:
    return len(set(stems(question)) & set(stems(sentence)))


def _beside(question: OwnQuestion, text: str) -> tuple[str, str]:
    """What stands before and after the passage, a passage's length of it; empty where there is too little."""
    before, after = text[: question.start].strip(), text[question.end :].strip()
    size = question.end - question.start
    return before[-size:] if len(before) > size // 3 else "", after[:size] if len(after) > size // 3 else ""


def _example(question: OwnQuestion, article: dict[str, Any], title: str) -> Example:
    text = article["text"]
    answer = None if question.answer_start is None else text[question.answer_start : question.answer_end]
    return Example(question.question, title, text[question.start : question.end], answer, "own")
