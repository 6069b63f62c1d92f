"""Corrections: which sentence takes back what another one says, so that the right one wins and both are shown.

Four shapes are known, in English: "corrected from 5.1 to 4.7 percent" and "140, not 240"; "An earlier version said
240", where the article itself gives the right value; "Correction: The mill will dismiss 140"; and a statement that its
own source retracts. What is corrected must be about the same thing and not much younger than the correction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.answering.disagreement import MEASURES, DateOf
from qa.answering.extract import short_of, text_of
from qa.answering.facts import Value, facts
from qa.answering.questions import Question, is_content, stem, stems
from qa.answering.spans import spans
from qa.schema import Article, Evidence
from qa.sentences import sentence_spans

ArticleOf = Callable[[Evidence], Article]

_LABEL = re.compile(r"(?i)\W*(?:correction|clarification|corrected|erratum)s?\b[^.:]{0,40}:\s*")
_OURS = r"\b(?:article|story|report|headline|caption|brief|post|we|it)\b"
_FALSELY = r"(?:incorrectly|wrongly|mistakenly|erroneously)"
# Somebody "wrongly convicted" is no mistake of the article: the wrong must be in what was said.
_EARLIER = re.compile(
    rf"(?i)\bearlier (?:version|edition)\b|{_OURS}[^.;]{{0,60}}?\bmisstated\b"
    rf"|{_OURS}[^.;]{{0,60}}?\b(?:said|stated|reported|gave|put|named|listed) in error\b"
    rf"|{_OURS} (?:\w+ ){{0,3}}?{_FALSELY} (?:named|listed|described|identified|referred|attributed|spelled)\b"
    rf"|\b{_FALSELY} (?:said|stated|reported|gave|put)\b"
)
_SAID = re.compile(r"(?i)\b(?:said|stated|reported|gave|put|misstated|had)\b")
# Somebody corrected it, or it was corrected; shares that "corrected from 240 to 140" fell.
_CORRECTED = re.compile(
    r"(?i)\bcorrect(?:ed|s)\b(?! (?:from|to|by|down|up|\w+ly)\b)"
    r"|(?:\b(?:is|are|was|were|be|been) (?:\w+ )?|, (?:later )?)corrected\b"
)
_ANY = r"(?:[^.;]|\.(?=\d))"  # within a clause; "4.7" does not end one
_FROM_TO = re.compile(rf"(?i)\bfrom (?P<wrong>{_ANY}{{1,60}}?) to (?P<right>{_ANY}{{1,60}})")
_NOT = re.compile(rf"(?i)(?P<right>{_ANY}{{1,200}}?),? (?:not|instead of|rather than) (?P<wrong>{_ANY}{{1,60}})")
_RETRACTS = re.compile(
    r"(?i)\b(?:retract(?:s|ed)?|withdrew|withdraws|took back|takes back|disowned)\s+(?:the|its|his|her|their|a|an)\s+"
    r"(?:earlier\s+)?(?:statement|claim|report|article|finding|study|paper|estimate|figure|accusation|allegation)s?\b"
)
# Words of which every correcting sentence has one; many others have one, too.
_CORRECTS = re.compile(
    r"(?i)correct|clarif|retract|errat|erroneous|\bin error\b|earlier (?:version|edition)|misstated|mistaken"
    r"|wrongly|withdrew|withdraws|t(?:ook|akes) back|disowned"
)
_MARGIN = 5.0  # how far below the best sentence's score what is corrected, and what corrects it, may lie
_LATER = 31  # days after a correction in which the old value may still be repeated
_SHARED = 0.6  # of the retracted words, to be the statement that was retracted


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is right, where the evidence has it: a sentence with its short answer; the sentence that corrects, which may
    be the same; and what was corrected, by other articles or before.
    """

    right: Evidence
    note: Evidence
    wrong: tuple[Evidence, ...] = ()
    retracted: bool = False


def corrected(
    question: Question, found: Sequence[Evidence], article_of: ArticleOf, date_of: DateOf
) -> Corrected | None:
    """The correction among the sentences found (best first) and in the articles of the best of them; None without one
    that changes what is asked for.
    """
    near = [evidence for evidence in found if evidence.relevance >= found[0].relevance - _MARGIN]
    for note in _notes(near, article_of):
        fixed = _by_value(question, note, near, date_of) or _by_retraction(note, near, date_of)
        if fixed is not None:
            return fixed
    return None


def may_correct(text: str) -> bool:
    """Whether a text of any length may take something back: True wherever `is_correction` is for a sentence of it."""
    return bool(_CORRECTS.search(text))


def is_correction(text: str) -> bool:
    """Whether a sentence takes something back."""
    return bool(
        _LABEL.match(text)
        or _EARLIER.search(text)
        or _RETRACTS.search(text)
        or (_CORRECTED.search(text) and (_FROM_TO.search(text) or _NOT.search(text)))
    )


def _notes(found: Sequence[Evidence], article_of: ArticleOf) -> Iterator[Evidence]:
    """The correcting sentences: those that were found, then the others of the articles of the best sentences."""
    for evidence in found:
        if is_correction(text_of(evidence)):
            yield evidence
    seen: set[str] = set()
    for evidence in found[:4]:
        chunk = evidence.hit.chunk
        if chunk.article_id in seen:
            continue
        seen.add(chunk.article_id)
        article = article_of(evidence)
        if not may_correct(article.text):
            continue
        for start, end in sentence_spans(article.text, article.language):
            inside = chunk.start <= start and end <= chunk.end  # evidence lies in its chunk
            if inside and is_correction(article.text[start:end]) and not any(e.start == start for e in found):
                yield replace(evidence, start=start, end=end, answer_start=None, answer_end=None, answer_score=0.0)


def _by_value(question: Question, note: Evidence, found: Sequence[Evidence], date_of: DateOf) -> Corrected | None:
    text = text_of(note)
    wrong_part, right_part = _parts(text)
    if not _is_about(question, note, found):
        return None
    asked = _values(question.text)  # "in 2019" is no value of the answer
    wrong, right = _values(wrong_part) - asked, _values(right_part) - asked
    if right:
        winner: Evidence | None = _with_answer(note, right_part, text)
    else:
        winner = _right_in(question, note, found, wrong, asked)
    if winner is None or (not wrong and not right):
        return None
    good = _values(_said(winner)) - asked
    losers = [
        e
        for e in found
        if e not in (note, winner)
        and _alike(question, note, e)
        and _older(date_of(e), date_of(note))
        and not _values(_said(e)) & good
        and (_values(_said(e)) & wrong if wrong else bool(_values(_said(e)) - asked) and winner is note)
        and not is_correction(text_of(e))
    ]
    if not losers and not (wrong and winner == found[0] and _alike(question, winner, note)):
        return None
    return Corrected(winner, note, tuple(losers[:1]))


def _by_retraction(note: Evidence, found: Sequence[Evidence], date_of: DateOf) -> Corrected | None:
    match = _RETRACTS.search(text_of(note))
    if match is None:
        return None
    taken_back = {stem(w) for w in re.findall(r"[^\W_]+", text_of(note)[match.end() :]) if is_content(w)}
    for evidence in found:
        if evidence == note or evidence.hit.chunk.article_id == note.hit.chunk.article_id or not taken_back:
            continue
        shared = taken_back & set(stems(text_of(evidence)))
        if len(shared) >= _SHARED * len(taken_back) and _older(date_of(evidence), date_of(note)):
            return Corrected(note, note, (evidence,), retracted=True)
    return None


def _parts(text: str) -> tuple[str, str]:
    """The words with the wrong values and those with the right ones, as far as the sentence has each."""
    body = text[match.end() :] if (match := _LABEL.match(text)) else text
    if (match := _FROM_TO.search(body)) and _CORRECTED.search(body):
        return match["wrong"], match["right"]
    if match := _NOT.search(body):
        if _values(match["wrong"]):
            return match["wrong"], match["right"]
    if _EARLIER.search(body) or (body != text and re.search(r"(?i)\b(?:article|story|report|version)\b", body)):
        said = _SAID.search(body)
        return (body[said.end() :] if said else body), ""
    return ("", body) if body != text else ("", "")


def _values(words: str) -> frozenset[Value]:
    return frozenset(value for fact in facts(words) for value in fact.values)


def _said(evidence: Evidence) -> str:
    """The short answer, or all words where there is none."""
    return short_of(evidence) or text_of(evidence)


def _with_answer(note: Evidence, part: str, text: str) -> Evidence | None:
    """The correcting sentence with the right value as its short answer; its own, where that lies in the right part."""
    at = text.index(part)
    low, high = note.start + at, note.start + at + len(part)
    if note.answer_start is not None and note.answer_end is not None:
        if low <= note.answer_start and note.answer_end <= high:
            return note
    measured = [s for s in spans(part) if s.kind in MEASURES]
    if not measured:
        return None
    start, end = low + measured[-1].start, low + measured[-1].end
    return replace(note, answer_start=start, answer_end=end, answer_score=1.0)


def _right_in(
    question: Question, note: Evidence, found: Sequence[Evidence], wrong: frozenset[Value], asked: frozenset[Value]
) -> Evidence | None:
    """The best sentence of the correcting article that gives another value than the wrong one."""
    for evidence in found:
        if evidence.hit.chunk.article_id != note.hit.chunk.article_id or evidence == note:
            continue
        values = _values(_said(evidence)) - asked
        if values and not values & wrong and _alike(question, note, evidence, least=0.5):
            return evidence
    return None


def _is_about(question: Question, note: Evidence, found: Sequence[Evidence]) -> bool:
    """Whether the correcting sentence, or what it corrects in its own article, has most of what is asked."""
    return _share(question, note) >= 0.5 * max(_share(question, found[0]), 0.01)


def _alike(question: Question, one: Evidence, other: Evidence, least: float = 0.8) -> bool:
    """Whether the second sentence has nearly as much of what is asked as the first."""
    return _share(question, other) >= least * _share(question, one)


def _share(question: Question, evidence: Evidence) -> float:
    words = set(stems(text_of(evidence)))
    return sum(term in words for term in question.terms) / (len(question.terms) or 1)


def _older(day: str | None, correction: str | None) -> bool:
    """Whether something of that day can be what was corrected; what is undated can."""
    if day is None or correction is None:
        return True
    if len(day) < 10 or len(correction) < 10:
        return day[: len(correction)] <= correction[: len(day)]
    return (date.fromisoformat(day[:10]) - date.fromisoformat(correction[:10])).days <= _LATER
