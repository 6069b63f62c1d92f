"""Reads the passages found for a question: which sentence answers it, and which words in that sentence.

The trained reader (`span_model`) reads each passage together with the question. What it sees is weighed with what can
be counted (terms and names covered, the wanted kind of answer present, the passage's place in the search) by a softmax
regression over the sentences of all passages of one question, so that scores of different passages compare
(Multi-passage BERT, Wang et al. 2019, arXiv 1908.08167), fitted by `qa.training.decision`. The best sentences are then
read a second time, each alone: what only the passage round a sentence suggested, it does not say. The judge reads them
too, as the evidence of a claim: the question with the likeliest answer behind it; by that they are put in order anew.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.answering.questions import Question
from qa.answering.sentence_readings import NO_SPAN, Candidate, candidates
from qa.answering.short_answers import KINDS, SPAN_FEATURES, answer_options, span_features, span_options
from qa.answering.span_model import PassageReading, SpanModel, best_span
from qa.answering.spans import Span
from qa.answering.verdict_model import VerdictModel
from qa.answering.weights import Linear, fitted, linear
from qa.schema import Evidence, Hit

Rarity = Callable[[str], float]
"""Inverse document frequency of a word in the index, at least 0."""

SENTENCE_FEATURES = ("cover", "names", "wanted", "passage", "fused", "span", "null", "here")
SECOND_FEATURES = ("first", "carried")

_EVIDENCE_AT_MOST = 16
FIRST_READ = 3
"""Passages after which reading may stop."""
SECOND_READING = 3
"""Sentences that are read again, alone."""
AS_RANKED = Linear(SECOND_FEATURES, (0.0, 0.0), (1.0, 1.0), (1.0, 0.0))
"""Weights of the second reading that leave the order as it is."""
# What the conversation has said already is seldom what a follow-up asks for: a sentence of which more than half the
# words were said loses up to this much of its score.
_TOLD = 3.0
# A term that is not in the sentence but in the one before it, in the header or elsewhere in the passage still counts,
# for less; the figures only rank and are then weighed by the fitted weights.
_BEFORE, _AROUND = 0.7, 0.4
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|so that|in order to|as a result|reasons?|therefore|thus|led to|prompted"
    r"|caused?|explain(?:s|ed)?|belie(?:f|ves?|ved)|feared|fears?|wants?|wanted"
    r"|to (?:avoid|reduce|protect|prevent|ensure|make))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Alone:
    """A sentence as the model reads it alone, under its header: how much it prefers an answer to none, and the logit
    that the answer is there. `carried`: the judge's log odds that the sentence carries question and answer.
    """

    margin: float
    here: float
    carried: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate, its features in the order of SENTENCE_FEATURES, its score; `alone` where it was read again."""

    candidate: Candidate
    features: NDArray[np.float64]
    score: float
    alone: Alone | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What was fitted for reading: which sentence answers, which of the best when they are read again, which words; and
    the score from which on the best sentence of the first passages is sure to be the best of all.
    """

    sentence: Linear
    second: Linear
    span: Linear
    sure: float = math.inf


@dataclass(frozen=True, slots=True)
class Readout:
    """What reading showed: the sentences, best first, evidence for the best of them, and how rare each question term
    is.
    """

    scored: tuple[Scored, ...]
    evidence: tuple[Evidence, ...]
    rarity: dict[str, float]


class Reader:
    """Scores sentences and the short answers in them; the same question and hits always give the same result."""

    def __init__(self, model: SpanModel, judge: VerdictModel, rarity: Rarity, weights: Weights) -> None:
        self._model = model
        self._judge = judge
        self._rarity = rarity
        self._weights = weights

    def read(
        self, question: Question, hits: Sequence[Hit], told: frozenset[str] = frozenset(), *, all_of_them: bool = True
    ) -> Readout:
        """Every sentence of the hits, best first, the best read again and put in order anew; `told`: stems of what the
        conversation said. Unless `all_of_them` are wanted, it stops after the first passages where the best of their
        sentences is sure to stay the best.
        """
        first, rest = (hits, ()) if all_of_them else (hits[:FIRST_READ], hits[FIRST_READ:])
        scored = self.scored(question, first, told)
        if rest and not (scored and scored[0].score >= self._weights.sure):
            scored = sorted([*scored, *self.scored(question, rest, told)], key=_order)
        scored[:SECOND_READING] = self._again(question, scored[:SECOND_READING])
        evidence = tuple(self._evidence(question, item) for item in scored[:_EVIDENCE_AT_MOST])
        return Readout(tuple(scored), evidence, self._rarities(question))

    def scored(self, question: Question, hits: Sequence[Hit], told: frozenset[str] = frozenset()) -> list[Scored]:
        """Every sentence of the hits after one reading, best first; ties by place."""
        weights = self._rarities(question)
        seen = self._model.read(question.text, [(hit.chunk.header, hit.chunk.text) for hit in hits])
        found = []
        for candidate in candidates(hits, seen):
            features = sentence_features(question, candidate, weights)
            score = self._weights.sentence.score(features) - _TOLD * _repeats(candidate, told)
            found.append(Scored(candidate, features, round(score, 6)))
        return sorted(found, key=_order)

    def _rarities(self, question: Question) -> dict[str, float]:
        return {term: self._rarity(word) for term, word in zip(question.terms, question.words, strict=True)}

    def _again(self, question: Question, best: Sequence[Scored]) -> list[Scored]:
        """The same with their second reading, best first. The scores stay with the places, so that their distance to
        those of the other sentences means what it did.
        """
        texts = [(item.candidate.hit.chunk.header, item.candidate.text) for item in best]
        claims = [f"{question.text} {_likeliest(item.candidate)}" for item in best]
        judged = self._judge.read(
            [(claim, f"{header} {text}") for claim, (header, text) in zip(claims, texts, strict=True)]
        )
        read = self._model.read(question.text, texts)
        again = [
            replace(item, alone=Alone(margin(seen, len(text)), seen.here, verdict.log_odds))
            for item, (_, text), seen, verdict in zip(best, texts, read, judged, strict=True)
        ]
        ranked = sorted(again, key=lambda item: -round(self._weights.second.score(second_features(item)), 6))
        return [replace(item, score=place.score) for item, place in zip(ranked, best, strict=True)]

    def _evidence(self, question: Question, item: Scored) -> Evidence:
        candidate = item.candidate
        best = self.short_answer(question, item)
        return Evidence(
            hit=candidate.hit,
            start=candidate.start,
            end=candidate.end,
            relevance=item.score,
            answer_start=candidate.start + best[0].start if best else None,
            answer_end=candidate.start + best[0].end if best else None,
            answer_score=best[1] if best else 0.0,
        )

    def short_answer(self, question: Question, item: Scored) -> tuple[Span, float] | None:
        """The likeliest short answer in the sentence and its share of a softmax over all that could be one, in (0, 1];
        None where the question wants none or the sentence has none.
        """
        options = answer_options(question, item.candidate)
        if not options:
            return None
        scores = np.array([self._weights.span.score(row) for row in span_features(question, item.candidate, options)])
        shares = np.exp(scores - scores.max())
        shares = np.round(shares / shares.sum(), 6)
        best = max(range(len(options)), key=lambda i: (shares[i], -options[i].start, options[i].end))
        # Spans that lie in each other ("about 59" and "59") are one answer; they do not compete.
        same = [o.start < options[best].end and options[best].start < o.end for o in options]
        return options[best], round(min(float(shares[same].sum()), 1.0), 6)


def fitted_weights() -> Weights:
    """Those that are shipped. Raises `ModelError` where they belong to another version."""
    return Weights(
        linear("sentence", SENTENCE_FEATURES),
        linear("second", SECOND_FEATURES),
        linear("span", SPAN_FEATURES),
        float(fitted().get("sure", math.inf)),
    )


def _order(item: Scored) -> tuple[float, int, int]:
    """Best first; ties by place."""
    return -item.score, item.candidate.hit.rank, item.candidate.start


def margin(reading: PassageReading, length: int) -> float:
    """How much the model prefers an answer anywhere in a text of that length to none."""
    span = best_span(reading, 0, length)
    return (span[0] if span else NO_SPAN) - reading.null


def _likeliest(candidate: Candidate) -> str:
    """The likeliest answer in the sentence, where it was read; else the sentence."""
    _, start, end = candidate.answer
    return candidate.text[start:end] or candidate.text


def sentence_features(question: Question, candidate: Candidate, weights: dict[str, float]) -> NDArray[np.float64]:
    """The features of a sentence, in the order of SENTENCE_FEATURES; the last three are logits of the model."""
    names = [term in candidate.around for term in question.names]
    return np.array(
        [
            _cover(weights, candidate),
            sum(names) / len(names) if names else 1.0,
            _wanted(question, candidate.text),
            candidate.hit.dense,
            candidate.hit.score,
            candidate.answer[0],
            candidate.seen.null,
            candidate.seen.here,
        ]
    )


def second_features(item: Scored) -> NDArray[np.float64]:
    """The features of a sentence that was read again, in the order of SECOND_FEATURES: its score after the first
    reading, and the judge's chance that it carries question and answer.

    Raises `ValueError` for one that was not.
    """
    if item.alone is None:
        raise ValueError("the sentence was not read a second time")
    return np.array([item.score, 1 / (1 + math.exp(-item.alone.carried))])


def _repeats(candidate: Candidate, told: frozenset[str]) -> float:
    """How much of the sentence was said before, from 0 (at most half of its words) to 1 (all of them)."""
    share = len(candidate.words & told) / (len(candidate.words) or 1)
    return max(0.0, 2 * share - 1)


def _wanted(question: Question, text: str) -> float:
    """Whether the sentence holds what the question wants: a fitting span, or for a reason a word that gives one."""
    if question.wants == "reason":
        return float(bool(_REASON.search(text)))
    return float(bool(span_options(question, text))) if question.wants in KINDS else 0.5


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
