"""Answers and refusals on CLAP NQ: every passage in one index, evidence sentences, and what a refusal is worth.

    FOOTNOTE_BENCH_DATA=... python eval/public/clapnq.py [QUESTIONS] [--index FOLDER]

150 questions that their Wikipedia passage answers and 150 that it does not (Rosenthal et al. 2025); all passages are
pooled, so that a passage must also be found. Evidence is counted in the data's own sentences: one counts as shown where
a quote covers most of it, or where it covers most of the quote.

The decision is judged twice: as it ships, and by folds of passages (see refusals.py).

Risk and coverage: the questions in the order of their answerability; among the first so many, the share that would be
answered wrongly, being unanswerable or answered with no evidence sentence (Geifman & El-Yaniv 2017).
--index keeps the index for the next run; without it, it is made anew.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from benchmark import data_folder, indexed, interval, machine, made_to_answer, name_of, options
from numpy.typing import NDArray
from refusals import Case, Decided, by_folds, case, print_decisions

from qa import Answer
from qa.evaluation.metrics import Overlap
from qa.evaluation.statistics import SEED, paired_difference
from qa.training.examples import read_lines

Place = tuple[str, int | str]
"""A passage, and which of its sentences; a quote that is none of them stands for itself."""


def main() -> None:
    asked = options("Answers and refusals on CLAP NQ.")
    data = data_folder("clapnq")
    if data is None:
        return
    rows = [row for kind in ("answerable", "unanswerable") for row in read_lines(data / f"{kind}.jsonl.gz")]
    passages = {name_of(passage["text"]): passage for row in rows for passage in row["passages"]}
    sentences = {name: passage["sentences"] for name, passage in passages.items()}
    texts = {name: (passage["title"], passage["text"]) for name, passage in passages.items()}
    random.Random(SEED).shuffle(rows)
    rows = rows[: asked.questions]
    cases, overlaps = [], []
    with indexed(texts, asked.index) as (assistant, names):
        for row in rows:
            state = assistant.explain(row["input"])
            own = name_of(row["passages"][0]["text"])
            gold = {(own, at) for at in gold_places(row)}
            answer = made_to_answer(assistant.chain(), state)
            cases.append(case(own, bool(gold), state))
            overlaps.append(overlap(shown(answer, names, sentences), gold))
    print(f"CLAP NQ, {len(rows)} questions, {len(passages)} passages in one index; {machine()}")
    _print_evidence(rows, cases, overlaps)
    print_decisions(cases)
    wrong = [not case.answerable or overlap.f1 == 0 for case, overlap in zip(cases, overlaps, strict=True)]
    _print_risks({"as it ships": [case.shipped for case in cases], "by folds": by_folds(cases)}, wrong)


def gold_places(row: dict[str, Any]) -> set[int]:
    """Which sentences of its passage a row names as evidence; none for an unanswerable one."""
    chosen = {sentence for output in row["output"] for sentence in output["selected_sentences"]}
    return {at for at, sentence in enumerate(row["passages"][0]["sentences"]) if sentence in chosen}


def shown(answer: Answer, names: dict[str, str], sentences: dict[str, list[str]]) -> set[Place]:
    """The sentences of the data that an answer quotes. `names`: the passage of each article."""
    places: set[Place] = set()
    for citation in answer.citations:
        name = names[citation.article_id]
        places |= {(name, at) for at in quoted_of(citation.quote, sentences[name]) or (citation.quote,)}
    return places


def quoted_of(quote: str, sentences: Sequence[str]) -> list[int]:
    """Which of these consecutive sentences a quote shows, other spaces and punctuation allowed: half of the sentence
    lies in the quote, or half of the quote in the sentence.
    """
    letters = [_letters(sentence) for sentence in sentences]
    words = _letters(quote)
    start = "".join(letters).find(words)
    if start < 0 or not words:
        return []
    found = []
    for at, (end, sentence) in enumerate(zip(accumulate(map(len, letters)), letters, strict=True)):
        both = min(end, start + len(words)) - max(end - len(sentence), start)
        if sentence and 2 * both >= min(len(sentence), len(words)):
            found.append(at)
    return found


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def overlap(places: set[Place], gold: set[tuple[str, int]]) -> Overlap:
    """Precision, recall and F1 of the sentences shown against the gold ones."""
    both = len(places & gold)
    precision, recall = both / max(len(places), 1), both / max(len(gold), 1)
    return Overlap(precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0)


def _print_evidence(rows: Sequence[dict[str, Any]], cases: Sequence[Case], overlaps: Sequence[Overlap]) -> None:
    pairs = [(case, overlap) for case, overlap in zip(cases, overlaps, strict=True) if case.answerable]
    groups = [case.group for case, _ in pairs]
    whole = []
    for row in rows:
        gold = {("", at) for at in gold_places(row)}
        if gold:
            whole.append(overlap({("", at) for at in range(len(row["passages"][0]["sentences"]))}, gold).f1)
    ways = {
        "made to answer": [overlap.f1 for _, overlap in pairs],
        "as it ships, a refusal has 0": [overlap.f1 if case.shipped.answers else 0.0 for case, overlap in pairs],
        "the whole right passage": whole,
    }
    print(f"\nevidence sentences, F1 over {len(pairs)} answerable questions")
    for way, values in ways.items():
        print(f"  {way:<30}{interval(paired_difference([0.0] * len(values), values, groups))}")
    precision, recall = (float(np.mean([getattr(one, side) for _, one in pairs])) for side in ("precision", "recall"))
    print(f"  made to answer: precision {precision:.3f}, recall {recall:.3f}")


def risks(chances: Sequence[float], wrong: Sequence[bool]) -> NDArray[np.float64]:
    """The share of wrong ones among the first 1, 2, ... n questions, the likeliest to be answered first; equal ones in
    any order, on average.
    """
    _, place = np.unique(-np.asarray(chances, dtype=float), return_inverse=True)
    level = np.bincount(place, weights=np.asarray(wrong, dtype=float)) / np.bincount(place)
    return np.asarray(np.cumsum(level[np.sort(place)]) / np.arange(1, len(chances) + 1))


def _print_risks(ways: dict[str, list[Decided]], wrong: Sequence[bool]) -> None:
    print(
        "\nrisk: the share answered wrongly among the share answered (coverage); area: the mean risk of all coverages"
    )
    print(f"  {'coverage':<12}" + "".join(f"{tenth / 10:>7.1f}" for tenth in range(1, 11)) + "    area")
    best = [float(not bad) for bad in wrong]
    for way, chances in {**{way: [one.chance for one in each] for way, each in ways.items()}, "best": best}.items():
        curve = risks(chances, wrong)
        at = [curve[max(round(tenth * len(curve) / 10), 1) - 1] for tenth in range(1, 11)]
        print(f"  {way:<12}" + "".join(f"{risk:>7.3f}" for risk in at) + f"{curve.mean():>8.3f}")


if __name__ == "__main__":
    main()
