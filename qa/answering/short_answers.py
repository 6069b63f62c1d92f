"""What in a sentence can be the short answer to a question, and what speaks for each.

A span can answer where it is of a fitting kind and not merely the question's own words; a name or a term may also be
the trained reader's own choice. A softmax regression weighs the features of the spans (`qa.training.decision`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.answering.questions import CJK, WORD, Question, stem, stems
from qa.answering.sentence_readings import NO_SPAN, Candidate
from qa.answering.spans import Span, spans

SPAN_FEATURES = ("kind", "close", "headed", "new", "order", "length", "span")

# Which kinds of span can answer which type of question, with how well they fit.
KINDS: dict[str, dict[str, float]] = {
    "number": {"number": 1.0, "percent": 0.9, "money": 0.6, "ordinal": 0.2, "duration": 0.2},
    "percent": {"percent": 1.0, "number": 0.4},
    "ordinal": {"ordinal": 1.0, "number": 0.3},
    "money": {"money": 1.0, "number": 0.3, "percent": 0.1},
    "organisation": {"name": 1.0},
    "date": {"date": 1.0, "duration": 0.2},
    "duration": {"duration": 1.0, "number": 0.3, "date": 0.2},
    "person": {"name": 1.0},
    "place": {"name": 1.0},
    "name": {"name": 1.0, "term": 0.5},
    "term": {"term": 1.0, "name": 0.5},
}
_NAMED = ("person", "place", "organisation", "name", "term")
# A date says how long something took only where it began or ended then.
_SINCE = re.compile(r"\b(?:since|until|till|from|between|through)\s+\Z", re.IGNORECASE)
_GRAIN = re.compile(r"\b(?:what|which)\s(?:\w+\s)?(year|month|day|date|time|hour)\b", re.IGNORECASE)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_ANY = re.compile("")
_DAY = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}|\b{_MONTH}\w*\.?\s\d{{1,2}}\b|day\b")
_HOUR = re.compile(r"\d[:.]\d\d|\d\s?[ap]\.?m\b")
_EXACT = {
    "year": re.compile(r"\d{4}"),
    "month": re.compile(_MONTH),
    "day": _DAY,
    "date": _DAY,
    "time": _HOUR,
    "hour": _HOUR,
}
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
    kinds = KINDS.get(question.wants)
    if not kinds:
        return []
    asked = set(stems(question.text))
    if question.wants == "term" and _IN_CHINESE.search(question.text):
        return [s for s in spans(text) if s.kind == "term" and CJK.search(text, s.start, s.end)]
    fine = _grain(question)
    return [
        s
        for s in spans(text)
        if s.kind in kinds
        and fine.search(text, s.start, s.end)
        and not (question.wants == "duration" and s.kind == "date" and not _SINCE.search(text, 0, s.start))
        and not set(stems(text[s.start : s.end])) <= asked
    ]


def _grain(question: Question) -> re.Pattern[str]:
    """How exact a date must be: a question for the month is not answered by a year."""
    asked = _GRAIN.search(question.text) if question.wants == "date" else None
    return _EXACT[asked.group(1).lower()] if asked else _ANY


def answer_options(question: Question, candidate: Candidate) -> list[Span]:
    """What can be the short answer: spans of a fitting kind and, where a name is wanted, the model's own choice."""
    options = span_options(question, candidate.text)
    _, start, end = candidate.answer
    if question.wants in _NAMED and end > start and not any((o.start, o.end) == (start, end) for o in options):
        options.append(Span("term", start, end))
    return options


def span_features(question: Question, candidate: Candidate, options: Sequence[Span]) -> list[NDArray[np.float64]]:
    """The features of each span, in the order of SPAN_FEATURES."""
    text = candidate.text
    words = [(match.start(), match.end(), stem(match.group())) for match in WORD.finditer(text)]
    terms = set(question.terms)
    hits = [(start, end) for start, end, word in words if word in terms]
    rows = []
    for position, span in enumerate(options):
        inside = {word for start, end, word in words if span.start <= start and end <= span.end}
        gaps = [_gap(words, span, start, end) for start, end in hits if not span.start <= start < span.end]
        rows.append(
            np.array(
                [
                    _fit(question, text, span),
                    sum(1.0 / gap for gap in gaps) / (len(hits) or 1),
                    _headed(question, words, span),
                    1.0 - len(inside & terms) / (len(inside) or 1),
                    1.0 / (1 + position),
                    math.log1p(len(inside)),
                    _logit(candidate, span) - candidate.answer[0],
                ]
            )
        )
    return rows


def _logit(candidate: Candidate, span: Span) -> float:
    """How well an answer starts and ends where the span does."""
    shift = candidate.start - candidate.hit.chunk.start
    offsets = candidate.seen.offsets
    inside = np.flatnonzero((offsets[:, 1] > span.start + shift) & (offsets[:, 0] < span.end + shift))
    if not len(inside):
        return NO_SPAN
    return float(candidate.seen.start[inside[0]] + candidate.seen.end[inside[-1]])


def _fit(question: Question, text: str, span: Span) -> float:
    fit = KINDS[question.wants].get(span.kind, 0.0)
    if question.wants == "place":
        before = text[: span.start].rstrip().rpartition(" ")[2].lower()
        return fit if before in _PLACE_WORD else 0.5 * fit
    if question.wants == "organisation":
        return fit if _BODY.intersection(text[span.start : span.end].split()) else 0.8 * fit
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
