"""Marks of one answer. Each is a plain function with a hand-worked example in its test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa.schema import Answer, Citation, Hit

SENTENCES_COUNTED = 3
"""An answer counts only in the short answer and the first three sentences: more would reward showing everything."""

RETRIEVAL = {"hit@1": "Success@1", "hit@5": "Success@5", "hit@10": "Success@10", "MRR": "RR@10"}
"""Our names for measures of ir-measures (MacAvaney, Macdonald & Ounis 2022); MRR counts ten ranks."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Precision, recall and their harmonic mean F1, each 0 to 1."""

    precision: float
    recall: float
    f1: float


def relevant(hits: Sequence[Hit], evidence: Iterable[str]) -> list[bool]:
    """For each hit whether it holds an evidence sentence, other spaces and quotation marks allowed.

    Containment is enough: a chunk never cuts a sentence.
    """
    wanted = [plain(sentence) for sentence in evidence]
    return [any(sentence in plain(hit.chunk.text) for sentence in wanted) for hit in hits]


def retrieval(found: Mapping[str, Sequence[bool]]) -> dict[str, dict[str, float]]:
    """hit@1, hit@5, hit@10 (Success@k: is one of the first k relevant?) and reciprocal rank of each question.

    `found`: question id to the relevance of its hits, best first. Computed by ir-measures.
    """
    from ir_measures import Qrel, ScoredDoc, iter_calc, parse_measure

    # A question whose hits are all irrelevant still counts: it has a relevant passage, which was not found.
    judged = [Qrel(query, "elsewhere", 1) for query in found]
    judged += [Qrel(query, str(rank), 1) for query, marks in found.items() for rank, mark in enumerate(marks) if mark]
    run = [ScoredDoc(query, str(rank), -float(rank)) for query, marks in found.items() for rank in range(len(marks))]
    names = {parse_measure(measure): name for name, measure in RETRIEVAL.items()}
    marks = {query: dict.fromkeys(RETRIEVAL, 0.0) for query in found}
    for metric in iter_calc(list(names), judged, run):
        marks[metric.query_id][names[metric.measure]] = float(metric.value)
    return marks


def is_right(answer: Answer, accepted: Sequence[str], items: Sequence[Sequence[str]] = ()) -> bool:
    """Whether what is shown first holds an accepted answer, or, for a list, one name of every item."""
    shown = plain(" ".join([answer.short or "", *(sentence.text for sentence in answer.sentences[:SENTENCES_COUNTED])]))
    if answer.kind != "answered":
        return False
    if items:
        return all(any(_holds(shown, alias) for alias in aliases) for aliases in items)
    return any(_holds(shown, alias) for alias in accepted)


def evidence_overlap(answer: Answer, evidence: Sequence[str], items: Sequence[Sequence[str]] = ()) -> Overlap:
    """Shown sentences against gold evidence (supporting-fact F1 of HotpotQA, Yang et al. 2018, section 5.1).

    Precision: the share of shown sentences that hold a gold sentence. Recall: gold sentences are alternatives, so one
    is enough; for a list, the share of its items that a shown gold sentence names. A refusal shows nothing.
    """
    if answer.kind != "answered" or not answer.sentences:
        return Overlap(0.0, 0.0, 0.0)
    wanted = [plain(sentence) for sentence in evidence]
    gold = [text for text in (plain(sentence.text) for sentence in answer.sentences) if any(w in text for w in wanted)]
    precision = len(gold) / len(answer.sentences)
    named = [any(_holds(text, alias) for text in gold for alias in aliases) for aliases in items]
    recall = sum(named) / len(named) if named else float(bool(gold))
    both = precision + recall
    return Overlap(precision, recall, 2 * precision * recall / both if both else 0.0)


def is_exact(citation: Citation, text: str) -> bool:
    """Whether the quote stands in the stored text at its place, to the character."""
    return text[citation.start : citation.end] == citation.quote


def words_shown(answer: Answer) -> int:
    """Words of the short answer and of all sentences."""
    return len(" ".join([answer.short or "", *(sentence.text for sentence in answer.sentences)]).split())


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Probability that a random positive scores above a random negative, ties half (Hanley & McNeil 1982)."""
    positive = [score for score, label in zip(scores, labels, strict=True) if label]
    negative = [score for score, label in zip(scores, labels, strict=True) if not label]
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def plain(text: str) -> str:
    """Lower case, straight quotes, single spaces."""
    straight = text.translate(str.maketrans("“”‘’–—\u00a0", "\"\"''-- "))
    return re.sub(r"\s+", " ", straight).strip().lower()


def _holds(shown: str, alias: str) -> bool:
    """Whether the words occur, not inside a longer word or number."""
    wanted = plain(alias)
    before = r"(?<!\w)(?<!\d[.,])" if wanted[:1].isalnum() and wanted.isascii() else ""
    after = r"(?![\w])(?!,\d)(?!\.\d)" if wanted[-1:].isalnum() and wanted.isascii() else ""
    return bool(wanted) and re.search(before + re.escape(wanted) + after, shown) is not None
