"""Examples to train the reader on: (question, title, passage, answer), and unanswerable ones made from them.

Only data whose licence lets the weights ship (see qa/models/README.md). Everything is drawn from one seeded generator,
so that the same data give the same examples in the same order.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20261122
REPORTED_ARTICLES = 8
"""Articles of SQuAD v2.0 that the weights never saw; figures are given on these."""
DEVELOPMENT_ARTICLES = 3
"""And those on which the numbers of decision.json are fitted."""

# Shares of the answerable examples from which an unanswerable one is made, by the way it is made.
_FAR, _REMOVED, _SWAPPED = 0.12, 0.12, 0.22
_SHORT_SWAPPED, _SHORT_FAR = 0.18, 0.10

_NAME = re.compile(r"\b[A-Z][\w'’-]+(?:\s+(?:of\s+|the\s+)?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")
# Words that open a question with a capital and name nobody.
_OPENERS = frozenset(
    """Who What When Where Why How Which In On At Of The A An To From For By With During After Before Is Was Were Are
    Did Does Do Name Along Besides Whose Whom According If""".split()
)


@dataclass(frozen=True, slots=True)
class Example:
    """A question with a passage; `answer` is words of the passage, or None where it does not answer.

    `origin`: passage (of SQuAD's kind), other, short (a sentence or a few), or how an unanswerable one was made.
    """

    question: str
    title: str
    passage: str
    answer: str | None
    origin: str


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def articles_aside(rows: Sequence[dict[str, Any]]) -> tuple[set[str], set[str]]:
    """Titles of `squad/train` that no weight is trained on: to report on, and to fit decision.json on."""
    titles = sorted({row["title"] for row in rows if row["source"] == "v2.0"})
    random.Random(SEED).shuffle(titles)  # noqa: S311 (a reproducible draw, no secret)
    return set(titles[:REPORTED_ARTICLES]), set(titles[REPORTED_ARTICLES : REPORTED_ARTICLES + DEVELOPMENT_ARTICLES])


def examples(data: Path, rng: random.Random) -> list[Example]:
    """Every example of the data folder, then the unanswerable ones made from them."""
    found = passages(data) + list(_short(data, rng))
    return found + list(_made(found, rng))


def passages(data: Path) -> list[Example]:
    """The questions on whole passages, less those on articles set aside."""
    return list(_passages(data))


def _passages(data: Path) -> Iterator[Example]:
    squad = read_lines(data / "squad" / "train.jsonl.gz")
    reported, development = articles_aside(squad)
    aside = {row["context"] for row in squad if row["title"] in reported | development}
    reading = data / "reading"
    sources = [(squad, "title", "passage")]
    for name in ("v1.1_train_first10articles", "v1.1_train_sample", "v2.0_train_first_articles"):
        sources.append((read_lines(reading / "squad_train_parts" / f"{name}.jsonl.gz"), "", "passage"))
    sources.append((read_lines(reading / "squadshifts" / "new_wiki.jsonl.gz"), "", "passage"))
    sources.append((read_lines(reading / "qed" / "dev.jsonl.gz"), "title", "other"))
    for name in ("train", "test"):
        sources.append((read_lines(reading / "timeqa" / f"{name}.jsonl.gz"), "", "other"))
    sources.append((read_lines(reading / "covid_qa" / "v200423_windows.jsonl.gz"), "", "other"))
    sources.append((read_lines(reading / "condaqa" / "dev_span.jsonl.gz"), "", "other"))
    seen: set[tuple[str, str]] = set()
    for rows, title, origin in sources:
        for row in rows:
            question, passage = row["question"].strip(), row["context"]
            key = (question.lower(), passage[:200])
            if passage in aside or key in seen:
                continue
            seen.add(key)
            answers = [answer for answer in row["answers"] if answer.strip() and answer in passage]
            # The answer that most of those asked gave.
            answer = max(answers, key=answers.count) if answers else None
            if answer or not row["answers"]:
                yield Example(question, row[title].replace("_", " ") if title else "", passage, answer, origin)


def _short(data: Path, rng: random.Random) -> Iterator[Example]:
    """QAMR's questions on single sentences, with up to two others round them, of the same text if it has some."""
    rows = [row for name in ("dev", "test") for row in read_lines(data / "reading" / "qamr" / f"{name}.jsonl.gz")]
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        texts[_text_of(row)][row["sentence_id"]] = row["context"]
    everything = sorted({row["context"] for row in rows})
    for row in rows:
        count = rng.choice((0, 0, 1, 2))
        near = [sentence for sentence in texts[_text_of(row)].values() if sentence != row["context"]]
        others = rng.sample(near, min(count, len(near)))
        others += rng.sample(everything, count - len(others))
        sentences = [row["context"], *others]
        rng.shuffle(sentences)
        answers = [answer for answer in row["answers"] if answer.strip() and answer in row["context"]]
        if answers:
            yield Example(row["question"].strip(), "", " ".join(sentences), answers[0], "short")


def _text_of(row: dict[str, Any]) -> str:
    return str(row["sentence_id"]).rsplit(":", 2)[0]


def _made(found: Sequence[Example], rng: random.Random) -> Iterator[Example]:
    """Questions that their passage does not answer: with another passage on the same matter, with the passage less the
    sentence that answers, or with another name or number in the question.
    """
    passages = list(dict.fromkeys(example.passage for example in found if example.origin != "short"))
    sentences = sorted({example.passage for example in found if example.origin == "short"})
    nearest = Nearest(passages)
    for example in found:
        if example.answer is None:
            continue
        draw, new = rng.random(), None
        if example.origin == "short":
            if draw < _SHORT_SWAPPED:
                new = swapped(example, passages, rng)
            elif draw > 1 - _SHORT_FAR:
                new = Example(example.question, "", rng.choice(sentences), None, "far")
        elif draw < _FAR:
            new = nearest.other(example)
        elif draw < _FAR + _REMOVED:
            new = removed(example)
        elif draw < _FAR + _REMOVED + _SWAPPED:
            new = swapped(example, passages, rng)
        if new is not None:
            yield new


class Nearest:
    """Finds the passages most like a question by their words (tf-idf)."""

    def __init__(self, passages: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._passages = passages
        self._words = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2, max_df=0.2)
        self._table = self._words.fit_transform(passages)

    def other(self, example: Example) -> Example | None:
        """The question with the nearest passage that does not hold its answer."""
        asked = self._words.transform([f"{example.question} {example.title}"])
        likeness = (self._table @ asked.T).toarray().ravel()
        answer = (example.answer or "").lower()
        for place in np.argsort(-likeness, kind="stable")[:6]:
            passage = self._passages[place]
            if passage != example.passage and answer not in passage.lower():
                return Example(example.question, example.title, passage, None, "far")
        return None


def removed(example: Example) -> Example | None:
    """The passage without the sentences that hold the answer; None if fewer than two are left."""
    sentences = SENTENCE_END.split(example.passage)
    left = [sentence for sentence in sentences if example.answer is None or example.answer not in sentence]
    if not 2 <= len(left) < len(sentences):
        return None
    return Example(example.question, example.title, " ".join(left), None, "removed")


def swapped(example: Example, passages: Sequence[str], rng: random.Random) -> Example | None:
    """The question with one name or number exchanged for another, mostly of the same passage; None if it has none."""
    question, answer = example.question, example.answer or ""
    names = [match for match in capitalised(question) if match.group() not in answer]
    numbers = list(_NUMBER.finditer(question))
    if numbers and (not names or rng.random() < 0.4):
        place = rng.choice(numbers)
        others = other_numbers(place.group(), example.passage, answer, rng)
    elif names:
        place = rng.choice(names)
        others = other_names(place.group(), example, answer)
        if rng.random() < 0.35 or not others:
            others = [name for name in _names(rng.choice(passages)) if name not in example.passage]
    else:
        return None
    if not others:
        return None
    text = question[: place.start()] + rng.choice(others) + question[place.end() :]
    return Example(text, example.title, example.passage, None, "swapped")


def other_numbers(number: str, passage: str, answer: str, rng: random.Random) -> list[str]:
    """Other numbers of the passage that could stand for this one: years for a year, a made-up one if need be."""
    is_year = len(number) == 4
    found = [n for n in dict.fromkeys(_NUMBER.findall(passage)) if n not in (number, answer)]
    alike = [n for n in found if (len(n) == 4) == is_year]
    if not alike and is_year and number.isdigit():
        return [str(int(number) + rng.choice((-7, -3, -2, 2, 3, 5, 10)))]
    return alike


def other_names(name: str, example: Example, answer: str) -> list[str]:
    """Other names of the passage of about the same length, neither in the question nor in the answer."""
    return [
        other
        for other in _names(example.passage)
        if other not in example.question
        and other not in answer
        and answer not in other
        and abs(len(other.split()) - len(name.split())) <= 1
    ]


def capitalised(text: str) -> list[re.Match[str]]:
    """Runs of capitalised words that name something, in reading order."""
    return [match for match in _NAME.finditer(text) if match.group().split()[0] not in _OPENERS]


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(match.group() for match in capitalised(text)))
