"""The sentences of the passages found for a question, each as the trained reader saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.questions import stems
from qa.answering.span_model import PassageReading, best_span
from qa.schema import Hit
from qa.sentences import sentence_spans

NO_SPAN = -20.0
"""In place of a logit, where a sentence has no token that was read."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit; `start:end` in the article, `text` the sentence. `seen`: its passage as the model read it;
    `answer`: the likeliest answer in the sentence, its logit and its place in the sentence.
    """

    hit: Hit
    seen: PassageReading
    start: int
    end: int
    text: str
    words: frozenset[str]
    before: frozenset[str]
    around: frozenset[str]
    answer: tuple[float, int, int]


def candidates(hits: Sequence[Hit], seen: Sequence[PassageReading]) -> list[Candidate]:
    """The sentences of the hits, in the hits' order and reading order."""
    found = []
    for hit, reading in zip(hits, seen, strict=True):
        chunk = hit.chunk
        header = frozenset(stems(chunk.header))
        places = sentence_spans(chunk.text)
        said = [frozenset(stems(chunk.text[start:end])) for start, end in places]
        around = header.union(*said)
        before = header
        for (start, end), words in zip(places, said, strict=True):
            text = chunk.text[start:end]
            score, first, last = best_span(reading, start, end) or (NO_SPAN, start, start)
            answer = (score, first - start, last - start)
            place = (chunk.start + start, chunk.start + end)
            found.append(Candidate(hit, reading, *place, text, words, before, around, answer))
            before = header | words
    return found
