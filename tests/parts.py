"""Parts that several test files share: values with defaults, the eight articles of tests/data/articles as a real index,
and an embedding that can be worked out by hand. Not a test file.
"""

from __future__ import annotations

import atexit
import math
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from qa import assistant
from qa.answering.decide import DECISION_FEATURES, Decision
from qa.answering.reader import AS_RANKED, SENTENCE_FEATURES, Reader, Readout, Weights
from qa.answering.short_answers import SPAN_FEATURES
from qa.answering.span_model import PassageReading, SpanModel
from qa.answering.verdict_model import PairReading, VerdictModel
from qa.answering.weights import Linear
from qa.chain import AnswerChain
from qa.indexing.embeddings import Embedder
from qa.indexing.keywords import Keywords
from qa.indexing.library import Library, open_library
from qa.retrieval.search import Search
from qa.schema import Answer, Article, Chunk, Citation, Evidence, Filters, Hit, Scope, Sentence
from qa.settings import Settings
from qa.sync import sync

ARTICLES = Path(__file__).parent / "data" / "articles"


def article(text: str = "One two.", **other: object) -> Article:
    values = {
        "id": "a1", "version": "v1", "title": "Title", "publisher": None, "author": None, "published": None,
        "dated_by": "unknown", "about": None, "url": None, "language": "en", "origin": "/a.md", "content_hash": "h",
    }  # fmt: skip
    return Article(**{**values, "text": text, **other})


def chunk(text: str = "One two.", name: str = "a1", position: int = 0, start: int = 0, header: str = "") -> Chunk:
    return Chunk(f"{name}:v1:{position}", name, "v1", position, start, start + len(text), text, header)


def hit(text: str = "One two.", name: str = "a1", rank: int = 1, **scores: float) -> Hit:
    values = {"score": 0.5, "dense": 0.5, "keyword": 1.0, **scores}
    return Hit(chunk(text, name), values["score"], values["dense"], values["keyword"], rank)


def evidence(text: str, part: str, relevance: float = 1.0, name: str = "a1", short: str | None = None) -> Evidence:
    """Evidence for `part` of an article `text` that is one chunk; `short` is the short answer in it."""
    start = text.index(part)
    found = Evidence(hit(text, name), start, start + len(part), relevance)
    if short is None:
        return found
    at = text.index(short, start)
    return Evidence(found.hit, found.start, found.end, relevance, at, at + len(short), 1.0)


def citation(number: int = 1, quote: str = "It rained.", **other: object) -> Citation:
    values = {
        "article_id": "a1", "version": "v1", "start": 0, "end": len(quote), "title": "Title", "publisher": None,
        "author": None, "published": None, "dated_by": "unknown", "about": None, "url": None,
    }  # fmt: skip
    return Citation(number=number, quote=quote, **{**values, **other})


def quoted(text: str, *numbers: int) -> Sentence:
    return Sentence(text, numbers, "quoted", 1.0, ("the article's own sentence",))


def answer(*sentences: Sentence, **other: object) -> Answer:
    values = {
        "question": "Q?", "standalone": "Q?", "kind": "answered", "short": None, "citations": (), "caveats": (),
        "disagreements": (), "scope": Scope(3, "2019-01", "2021-06", Filters(), 1), "nearest": None, "model": None,
        "index_id": "i-1", "settings_hash": "s", "seconds": {}, "short_from": (1,) if other.get("short") else (),
    }  # fmt: skip
    return Answer(**{**values, "sentences": sentences, **other})


class WordReader:
    """A reader that can be worked out by hand: each word of a passage is a token; at every word of `answers` an answer
    may start or end with a logit of 1 each, elsewhere with 0; `here` is how many of them the passage holds.
    """

    def __init__(self, *answers: str, null: float = 0.0) -> None:
        self._answers = answers
        self._null = null

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[PassageReading]:
        readings = []
        for _, text in passages:
            words = list(re.finditer(r"\w+", text))
            logits = np.array([float(word.group() in self._answers) for word in words], dtype=np.float32)
            offsets = np.array([word.span() for word in words], dtype=np.int64).reshape(-1, 2)
            readings.append(PassageReading(offsets, logits, logits, self._null, float(logits.sum())))
        return readings


class WordJudge:
    """A judge that can be worked out by hand: the chance of support is the share of the claim's words that the evidence
    holds; it doubts no word.
    """

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[PairReading]:
        readings = []
        for claim, evidence in pairs:
            words, known = (re.findall(r"\w+", text.lower()) for text in (claim, evidence))
            share = sum(word in known for word in words) / len(words)
            readings.append(PairReading(share, 0.0, 1 - share, np.zeros((0, 2), dtype=np.int64), np.zeros(0)))
        return readings


def weights(features: Sequence[str], bias: float = 0.0, **weight: float) -> Linear:
    """A linear score that is `bias` plus the named features times their weights; spaces are written as underscores."""
    count = len(features)
    values = tuple(float(weight.get(name.replace(" ", "_"), 0.0)) for name in features)
    return Linear(tuple(features), (0.0,) * count, (1.0,) * count, values, bias)


SENTENCE_WEIGHTS = weights(SENTENCE_FEATURES, cover=4, wanted=1, span=0.1)
SPAN_WEIGHTS = weights(SPAN_FEATURES, kind=2, close=1, headed=1, new=1, span=0.2)
READING = Weights(SENTENCE_WEIGHTS, AS_RANKED, SPAN_WEIGHTS)


@cache
def embedder() -> Embedder:
    """The embedding model that ships with Footnote, loaded once for all tests."""
    return Embedder(Settings())


@cache
def span_model() -> SpanModel:
    """The trained reader that ships with Footnote, loaded once for all tests."""
    return SpanModel()


@cache
def verdict_model() -> VerdictModel:
    """The trained judge that ships with Footnote, loaded once for all tests."""
    return VerdictModel()


@cache
def small_index() -> Path:
    """The folder of an index of the eight articles, made with the real model; to be read only."""
    folder = Path(tempfile.mkdtemp(prefix="footnote-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = open_library(folder / "index", Settings(), embedder(), create=True)
    try:
        assert sync(library, [str(ARTICLES)]).failed == ()
    finally:
        library.close()
    return folder / "index"


def search_of(library: Library) -> Search:
    return Search(library.store, library.vectors, Keywords(library.store), library.embedder, library.settings)


def chain_of(library: Library, writer: object = None) -> AnswerChain:
    """The chain over a library, with weights that can be worked out by hand."""
    rarity = Keywords(library.store).rarity
    reader = Reader(span_model(), verdict_model(), rarity, READING)
    return AnswerChain(library.settings, library.store, search_of(library), reader, DecisionByHand(), writer)


class DecisionByHand(Decision):
    """The share of the question's words that the best sentence covers decides, and at 60 % it is even."""

    def __init__(self) -> None:
        super().__init__(weights(DECISION_FEATURES), {"cautious": 0.7, "balanced": 0.5, "bold": 0.3})

    def answerability(self, readout: Readout) -> float:
        if not readout.scored:
            return 0.0
        share = readout.scored[0].features[SENTENCE_FEATURES.index("cover")]
        return round(1 / (1 + math.exp(-20 * (share - 0.6))), 6)


@contextmanager
def weights_by_hand() -> Iterator[None]:
    """Everything is weighed by hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assistant, "decision_of", lambda folder: DecisionByHand())
        patch.setattr(assistant, "fitted_weights", lambda: READING)
        yield


def same(answer: Answer) -> Answer:
    """The answer without the time it took: what must be equal for the same question."""
    return replace(answer, seconds={})
