"""Reads the passages found for a question: which sentence answers it, and which words in that sentence.

No trained encoder yet: honest features (terms and names covered, by stem and by the embedding model's own contextual
token vectors; agreement with the passage scores; the wanted kind of answer present) weighed by a softmax regression
over the sentences of one question, fitted by `qa.training`. The token matching is the MaxSim of ColBERT (Khattab &
Zaharia 2020, arXiv 2004.12832), with stems that match counted as 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.answering.questions import CJK, WORD, Question, is_content, stem, stems
from qa.answering.spans import Span, spans
from qa.answering.weights import Linear
from qa.indexing.embeddings import Embedder, Reading
from qa.schema import Evidence, Hit
from qa.sentences import sentence_spans

Rarity = Callable[[str], float]
"""Inverse document frequency of a word in the index, at least 0."""

SENTENCE_FEATURES = ("cover", "near", "weakest", "names", "wanted", "alike", "matched", "passage", "fused")
SPAN_FEATURES = ("kind", "close", "headed", "new", "alike", "order", "length", "sentence")

# Sentences whose vectors are computed: the best by words and passage scores. Twice as many cost twice the time and do
# not find the right sentence more often (eval/decisions.md).
_READ_AT_MOST = 16
_EVIDENCE_AT_MOST = 16
# A term that is not in the sentence but in the one before it, in the header or elsewhere in the passage still counts,
# for less; the figures only rank and are then weighed by the fitted weights.
_BEFORE, _AROUND = 0.7, 0.4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit with its features; `start:end` in the article, `text` the sentence."""

    hit: Hit
    start: int
    end: int
    text: str
    words: frozenset[str]
    before: frozenset[str]
    around: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its vectors, its features in the order of SENTENCE_FEATURES, and its score."""

    candidate: Candidate
    reading: Reading
    features: NDArray[np.float64]
    score: float


@dataclass(frozen=True, slots=True)
class Readout:
    """What reading showed: the sentences read, best first, evidence for the best of them, and how rare each question
    term is.
    """

    scored: tuple[Scored, ...]
    evidence: tuple[Evidence, ...]
    rarity: dict[str, float]


class Reader:
    """Scores sentences and the short answers in them; the same question and hits always give the same result."""

    def __init__(self, embedder: Embedder, rarity: Rarity, sentence_weights: Linear, span_weights: Linear) -> None:
        self._embedder = embedder
        self._rarity = rarity
        self._sentence_weights = sentence_weights
        self._span_weights = span_weights

    def read(self, question: Question, hits: Sequence[Hit]) -> Readout:
        """Every sentence that was read, best first; ties by place."""
        asked = self._embedder.read([question.text])[0]
        weights = {term: self._rarity(word) for term, word in zip(question.terms, question.words, strict=True)}
        scored = self._scored(question, asked, weights, hits)
        evidence = tuple(self._evidence(question, asked, item) for item in scored[:_EVIDENCE_AT_MOST])
        return Readout(tuple(scored), evidence, weights)

    def _scored(
        self, question: Question, asked: Reading, weights: dict[str, float], hits: Sequence[Hit]
    ) -> list[Scored]:
        chosen = self._shortlist(weights, candidates(hits))
        readings = self._embedder.read([candidate.text for candidate in chosen]) if chosen else []
        places = word_places(question.text, asked)
        scored = []
        for candidate, reading in zip(chosen, readings, strict=True):
            near = nearness(places, asked, reading)
            features = sentence_features(question, asked, candidate, reading, weights, near)
            scored.append(Scored(candidate, reading, features, round(self._sentence_weights.score(features), 6)))
        return sorted(scored, key=lambda s: (-s.score, s.candidate.hit.rank, s.candidate.start))

    def _shortlist(self, weights: dict[str, float], found: list[Candidate]) -> list[Candidate]:
        def promise(candidate: Candidate) -> float:
            return _cover(weights, candidate) + candidate.hit.score

        best = sorted(found, key=lambda c: (-round(promise(c), 6), c.hit.rank, c.start))
        return best[:_READ_AT_MOST]

    def _evidence(self, question: Question, asked: Reading, item: Scored) -> Evidence:
        candidate = item.candidate
        best = self.short_answer(question, asked, item)
        return Evidence(
            hit=candidate.hit,
            start=candidate.start,
            end=candidate.end,
            relevance=item.score,
            answer_start=candidate.start + best[0].start if best else None,
            answer_end=candidate.start + best[0].end if best else None,
            answer_score=best[1] if best else 0.0,
        )

    def short_answer(self, question: Question, asked: Reading, item: Scored) -> tuple[Span, float] | None:
        """The likeliest short answer in the sentence and its share of a softmax over all that could be one, in (0, 1];
        None where the question wants none or the sentence has none.
        """
        options = span_options(question, item.candidate.text)
        if not options:
            return None
        scores = np.array([self._span_weights.score(row) for row in span_features(question, asked, item, options)])
        shares = np.exp(scores - scores.max())
        shares = np.round(shares / shares.sum(), 6)
        best = max(range(len(options)), key=lambda i: (shares[i], -options[i].start, options[i].end))
        return options[best], float(shares[best])


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """The sentences of the hits, in the hits' order and reading order."""
    found = []
    for hit in hits:
        chunk = hit.chunk
        header = frozenset(stems(chunk.header))
        around = frozenset(stems(chunk.text)) | header
        before: frozenset[str] = header
        for start, end in sentence_spans(chunk.text):
            words = frozenset(stems(chunk.text[start:end]))
            text = chunk.text[start:end]
            found.append(Candidate(hit, chunk.start + start, chunk.start + end, text, words, before, around))
            before = header | words
    return found


def sentence_features(
    question: Question,
    asked: Reading,
    candidate: Candidate,
    reading: Reading,
    weights: dict[str, float],
    near: dict[str, float],
) -> NDArray[np.float64]:
    """The features of a sentence, in the order of SENTENCE_FEATURES, each about 0 to 1."""
    present = candidate.words
    matched = {term: max(float(term in present), value) for term, value in near.items() if term in weights}
    total = sum(weights[term] for term in matched) or 1.0
    reach = [
        1.0 if term in present | candidate.before else max(0.8 * (term in candidate.around), value)
        for term, value in matched.items()
    ]
    names = [term in candidate.around for term in question.names]
    content = list(near.values())
    return np.array(
        [
            _cover(weights, candidate),
            sum(weights[term] * value for term, value in matched.items()) / total,
            min(reach, default=0.0),
            sum(names) / len(names) if names else 1.0,
            _wanted(question, candidate.text),
            float(asked.vector @ reading.vector),
            sum(content) / len(content) if content else 0.0,
            candidate.hit.dense,
            candidate.hit.score,
        ]
    )


def _wanted(question: Question, text: str) -> float:
    """Whether the sentence holds what the question wants: a fitting span, or for a reason a word that gives one."""
    if question.wants == "reason":
        return float(bool(_REASON.search(text)))
    return float(bool(span_options(question, text))) if question.wants in _KINDS else 0.5


def _cover(weights: dict[str, float], candidate: Candidate) -> float:
    """Share of the question's rarity-weighted terms that the sentence holds, its surroundings counted for less."""
    total = sum(weights.values()) or 1.0
    share = 0.0
    for term, weight in weights.items():
        if term in candidate.words:
            share += weight
        elif term in candidate.before:
            share += _BEFORE * weight
        elif term in candidate.around:
            share += _AROUND * weight
    return share / total


def word_places(text: str, asked: Reading) -> list[tuple[str, list[int]]]:
    """The stem of each content word of the question and the places of its tokens."""
    found = []
    for match in WORD.finditer(text):
        if is_content(match.group()):
            tokens = _tokens_within(asked.offsets, match.start(), match.end())
            if tokens:
                found.append((stem(match.group()), tokens))
    return found


def nearness(places: list[tuple[str, list[int]]], asked: Reading, reading: Reading) -> dict[str, float]:
    """For each content word of the question the highest cosine of its tokens to a token of the sentence (MaxSim)."""
    inner = [i for i, (start, end) in enumerate(reading.offsets) if end > start]
    if not inner:
        return {}
    highest = (asked.tokens @ reading.tokens[inner].T).max(axis=1)
    near: dict[str, float] = {}
    for term, tokens in places:
        near[term] = max(near.get(term, -1.0), float(highest[tokens].max()))
    return near


def _tokens_within(offsets: list[tuple[int, int]], start: int, end: int) -> list[int]:
    return [i for i, (a, b) in enumerate(offsets) if b > a and a >= start and b <= end]


# Which kinds of span can answer which type of question, with how well they fit.
_KINDS: dict[str, dict[str, float]] = {
    "number": {"number": 1.0, "money": 0.6, "duration": 0.2},
    "money": {"money": 1.0, "number": 0.3},
    "date": {"date": 1.0, "duration": 0.2},
    "duration": {"duration": 1.0, "number": 0.3, "date": 0.2},
    "person": {"name": 1.0},
    "place": {"name": 1.0},
    "name": {"name": 1.0, "term": 0.5},
    "term": {"term": 1.0, "name": 0.5},
}
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|so that|in order to|as a result|reasons?|therefore|thus|led to|prompted"
    r"|caused?|explain(?:s|ed)?|belie(?:f|ves?|ved)|feared|fears?|wants?|wanted"
    r"|to (?:avoid|reduce|protect|prevent|ensure|make))\b",
    re.IGNORECASE,
)
# Words in the names of bodies, which are nobody.
_BODY = frozenset(
    """Agency Association Bank Bureau Center Centre College Commission Committee Company Congress Corporation Council
    Court Department Foundation Government Group House Inc. Institute Institution Ltd. Ministry News Office Organization
    Parliament Party Post School State States Times University""".split()
)
_IN_CHINESE = re.compile(r"\b(?:in chinese|chinese (?:characters?|name|term|word|title|phrase))\b", re.IGNORECASE)
_PLACE_WORD = frozenset("in at from to near of into across around outside via".split())


def span_options(question: Question, text: str) -> list[Span]:
    """The spans of the sentence that can answer: of a fitting kind, and not merely the question's own words."""
    kinds = _KINDS.get(question.wants)
    if not kinds:
        return []
    asked = set(stems(question.text))
    if question.wants == "term" and _IN_CHINESE.search(question.text):
        return [s for s in spans(text) if s.kind == "term" and CJK.search(text, s.start, s.end)]
    return [s for s in spans(text) if s.kind in kinds and not set(stems(text[s.start : s.end])) <= asked]


def span_features(
    question: Question, asked: Reading, item: Scored, options: Sequence[Span]
) -> list[NDArray[np.float64]]:
    """The features of each span, in the order of SPAN_FEATURES."""
    text = item.candidate.text
    words = [(match.start(), match.end(), stem(match.group())) for match in WORD.finditer(text)]
    terms = set(question.terms)
    hits = [(start, end) for start, end, word in words if word in terms]
    whole = asked.tokens[[i for i, (a, b) in enumerate(asked.offsets) if b > a] or [0]]
    rows = []
    for position, span in enumerate(options):
        inside = {word for start, end, word in words if span.start <= start and end <= span.end}
        gaps = [_gap(words, span, start, end) for start, end in hits if not span.start <= start < span.end]
        tokens = _tokens_within(item.reading.offsets, span.start, span.end)
        alike = float((whole @ item.reading.tokens[tokens].T).max(axis=1).mean()) if tokens else 0.0
        rows.append(
            np.array(
                [
                    _fit(question, text, span),
                    sum(1.0 / gap for gap in gaps) / (len(hits) or 1),
                    _headed(question, words, span),
                    1.0 - len(inside & terms) / (len(inside) or 1),
                    alike,
                    1.0 / (1 + position),
                    math.log1p(len(inside)),
                    item.score / 10,
                ]
            )
        )
    return rows


def _fit(question: Question, text: str, span: Span) -> float:
    fit = _KINDS[question.wants].get(span.kind, 0.0)
    if question.wants == "place":
        before = text[: span.start].rstrip().rpartition(" ")[2].lower()
        return fit if before in _PLACE_WORD else 0.5 * fit
    if question.wants == "person":
        words = text[span.start : span.end].split()
        return 0.1 * fit if _BODY.intersection(words) else fit if len(words) in (2, 3) else 0.6 * fit
    return fit


def _gap(words: list[tuple[int, int, str]], span: Span, start: int, end: int) -> int:
    """Words between the span and a matched word, plus one."""
    low, high = (end, span.start) if end <= span.start else (span.end, start)
    return 1 + sum(1 for a, b, _ in words if a >= low and b <= high)


def _headed(question: Question, words: list[tuple[int, int, str]], span: Span) -> float:
    """Whether the noun that the question counts stands in the span or within three words after it, or just before."""
    if not question.heads:
        return 0.0
    after = [word for start, _, word in words if start >= span.start][: 3 + 2]
    before = [word for _, end, word in words if end <= span.start][-2:]
    return 1.0 if set(question.heads) & set(after) else 0.5 if set(question.heads) & set(before) else 0.0
