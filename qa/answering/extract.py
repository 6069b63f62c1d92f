"""Chooses the articles' own sentences that make the answer, and shows each so that it does not mislead.

A sentence that leans on the one before it (it opens with a pronoun, or stands inside a longer quotation) is shown with
it, so that the speaker and a negation are never cut off.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace

from qa.answering.lexicon import ATTRIBUTION
from qa.answering.questions import Question, stems
from qa.answering.reader import Readout
from qa.answering.spans import spans
from qa.schema import Article, Evidence
from qa.sentences import sentence_spans

ArticleOf = Callable[[Evidence], Article]

# How far below the best sentence's score another may lie, in units of the fitted score; set on the tuning questions.
_MARGIN = 1.8
_NEW_SHARE = 0.25  # a sentence must bring at least this share of words that those before it lack
_MOST_CONTEXT = 3  # sentences that may be put before one to make it understood
_LEANING = re.compile(
    r"(?:[“\"‘']\s*)?(?:(?:And|But|Yet|So|However|Instead|Moreover|Meanwhile|Besides|Also|Then|Thus|Therefore)\b,?\s+)?"
    r"(?i:he|she|it|they|this|that|these|those|such|both|neither|his|her|their|its|the (?:former|latter|two|same))\b"
)
_ALL_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]?\s*")
_SAYS = "|".join(
    sorted(ATTRIBUTION | {"added", "adds", "continued", "explained", "noted", "recalled", "replied", "wrote"})
)
_UNNAMED_SPEAKER = re.compile(rf"\b(?:he|she|they)\s+(?:{_SAYS})\b|\b(?:{_SAYS})\s+(?:he|she|they)\b", re.IGNORECASE)
_INTRODUCES = re.compile(r":\s*$")


def choose(question: Question, readout: Readout, limit: int, article_of: ArticleOf) -> list[Evidence]:
    """The evidence to show, best first, at most `limit` entries (twice that for a list), each made understandable.

    Sentences far below the best one, or without new words, are left out.
    """
    if not readout.evidence:
        return []
    limit *= 2 if question.wants == "list" else 1
    floor = readout.evidence[0].relevance - _MARGIN
    chosen: list[Evidence] = []
    said: set[str] = set()
    for evidence in readout.evidence:
        if evidence.relevance < floor or len(chosen) >= limit:
            break
        words = set(stems(text_of(evidence)))
        if chosen and len(words - said) < _NEW_SHARE * len(words):
            continue
        shown = understandable(evidence, article_of(evidence))
        if any(_overlaps(shown, other) for other in chosen):
            continue
        chosen.append(shown)
        said |= words
    return chosen


def understandable(evidence: Evidence, article: Article) -> Evidence:
    """The evidence with the sentences before it that it leans on; a line that ends in a colon with the list or the
    words that it introduces.
    """
    spans = sentence_spans(article.text, article.language)
    starts = [start for start, _ in spans]
    index = bisect_right(starts, evidence.start) - 1
    first = index
    while first > 0 and index - first < _MOST_CONTEXT and _leans(article.text, spans, first):
        first -= 1
    last = index
    if _INTRODUCES.search(article.text[evidence.start : evidence.end]):
        last = _last_item(article.text, spans, index)
    return replace(evidence, start=min(evidence.start, starts[first]), end=max(evidence.end, spans[last][1]))


def short_list(text: str, asked: frozenset[str] = frozenset()) -> tuple[int, int] | None:
    """Where a sentence counts several things up ("A, B and C"), from the first thing to the last; else None.

    First the names that stand beside each other, without those that the question itself has; else what follows a word
    such as "include" or a colon.
    """
    return _names_in_a_row(text, asked) or _enumeration(text)


def _names_in_a_row(text: str, asked: frozenset[str]) -> tuple[int, int] | None:
    found = [(span.start, span.end) for span in spans(text) if span.kind == "name"]
    single = [a for a in found if not any(a != b and a[0] <= b[0] and b[1] <= a[1] for b in found)]
    runs: list[list[tuple[int, int]]] = []
    for start, end in single:
        if set(stems(text[start:end])) <= asked:
            continue
        if runs and _BETWEEN.fullmatch(text, runs[-1][-1][1], start):
            runs[-1].append((start, end))
        else:
            runs.append([(start, end)])
    longest = max(runs, key=len, default=[])
    return (longest[0][0], longest[-1][1]) if len(longest) > 1 else None


def _enumeration(text: str) -> tuple[int, int] | None:
    match = _ENUMERATION.search(text)
    if not match:
        return None
    start, end = match.span("items")
    while end > start and text[end - 1] in '.,;:!?”"':
        end -= 1
    return start, end


_BETWEEN = re.compile(r"(?:\s*\([^)]*\))?,?\s*(?:and|or|as well as)?\s*(?:the|a|an|in|at|for)?\s*")
_ITEM = r"[^,;:.()“”\"]{2,80}?"
_ENUMERATION = re.compile(
    r"(?:\b(?:are|were|include[sd]?|including|such as|namely)\s+|:\s*)"
    rf"(?P<items>(?:(?:the|a|an)\s+)?{_ITEM}(?:,\s+{_ITEM}){{0,12}},?\s+(?:and|or)\s+[^,;:.“”\"]{{2,80}}"
    r"(?:,\s(?:Co|Inc|Ltd)\.)*)(?=[.,;:”\"]|$)"
)


def short_of(evidence: Evidence) -> str:
    """The words of the short answer, cut from the chunk; empty where there is none."""
    if evidence.answer_start is None or evidence.answer_end is None:
        return ""
    chunk = evidence.hit.chunk
    return chunk.text[evidence.answer_start - chunk.start : evidence.answer_end - chunk.start]


def text_of(evidence: Evidence) -> str:
    """The words of the evidence, cut from the chunk."""
    chunk = evidence.hit.chunk
    return chunk.text[max(evidence.start - chunk.start, 0) : evidence.end - chunk.start]


def _overlaps(one: Evidence, other: Evidence) -> bool:
    return one.hit.chunk.article_id == other.hit.chunk.article_id and one.start < other.end and other.start < one.end


def _leans(text: str, spans: list[tuple[int, int]], index: int) -> bool:
    """Whether a sentence cannot be understood without the one before it: its speaker is "he" or "she", it opens with a
    pronoun, or it stands in a quotation whose speaker was named before.
    """
    start, end = spans[index]
    sentence = text[start:end]
    if _UNNAMED_SPEAKER.search(sentence):
        return True
    paragraph = text.rfind("\n\n", 0, start) + 2 if "\n\n" in text[:start] else 0
    if not text[paragraph:start].strip():  # the first sentence of a paragraph: only a quotation that goes on leans
        before = text[max(text.rfind("\n\n", 0, max(paragraph - 2, 0)), 0) : paragraph]
        return text[start] in '“"' and _is_open(before)
    return bool(_LEANING.match(sentence) or _ALL_QUOTED.fullmatch(sentence)) or _is_open(text[paragraph:start])


def _is_open(text: str) -> bool:
    """Whether a quotation was opened in the text and not closed."""
    return text.count("“") > text.count("”") or text.count('"') % 2 == 1


def _last_item(text: str, spans: list[tuple[int, int]], index: int) -> int:
    """The last of the list items, or quoted words, that follow a line ending in a colon; else the line itself."""
    last = index
    for position in range(index + 1, min(index + 13, len(spans))):
        start, end = spans[position]
        quoted = _is_open(text[spans[index][1] : start]) or (position == index + 1 and text[start] in '“"‘')
        if not re.match(r"(?:[-*•]|\d{1,2}[.)])\s", text[start:end]) and not (
            quoted and position <= index + _MOST_CONTEXT
        ):
            break
        last = position
    return last
