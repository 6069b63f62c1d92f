"""The trained reader on SQuAD v2.0: articles that no weight was trained on, each question with its own paragraph.

    FOOTNOTE_BENCH_DATA=... python eval/public/squad.py [QUESTIONS]

F1 by the official metric (Rajpurkar et al. 2018: lower case, no punctuation, no articles, token F1, best over the gold
answers; an unanswerable question is right only for no answer). An answer is given where the margin over no answer is
high enough: in the paragraph, and in the paragraph and its sentence read alone together. The threshold is set on the
three development articles and used on the eight that are reported. Without a number, all 2,460 questions are asked.
"""

from __future__ import annotations

import os
import random
import re
import string
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa.answering.reader import alone
from qa.answering.span_model import SpanModel, best_span
from qa.evaluation.metrics import auroc
from qa.sentences import sentence_spans
from qa.training.examples import SEED, articles_aside, read_lines

Answered = tuple[tuple[float, float], str, list[str]]
"""How much an answer is preferred to none, in the paragraph and in its sentence alone; the answer; the gold answers."""
Score = Callable[[tuple[float, float]], float]


def main() -> None:
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    if not data or not (Path(data) / "squad").is_dir():
        print("skipped: FOOTNOTE_BENCH_DATA does not name a folder with squad")
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else None
    rows = [row for row in read_lines(Path(data) / "squad" / "train.jsonl.gz") if row["source"] == "v2.0"]
    reported, development = articles_aside(rows)
    model = SpanModel()
    tuning, asked = (_answer(model, rows, titles, most) for titles in (development, reported))
    made_to = [_f1(answer, gold) for _, answer, gold in asked if gold]
    print(f"{len(asked)} questions, {len(made_to)} answerable, {len(reported)} articles; {os.cpu_count()} cores")
    print(f"F1 on answerable questions when made to answer  {_interval(made_to)}")
    print(f"F1 overall, always refusing                     {1 - len(made_to) / len(asked):.3f}")
    labels = [bool(gold) for _, _, gold in asked]
    for name, score in (("the paragraph read", _first), ("and its best sentence read again, alone", sum)):
        threshold = max(
            sorted(score(margins) for margins, _, _ in tuning), key=lambda cut: _overall(tuning, score, cut)
        )
        area = auroc([score(margins) for margins, _, _ in asked], labels)
        values = _judged(asked, score, threshold)
        print(f"{name}: F1 overall {_interval(values)}, AUROC of answerable {area:.3f}, threshold {threshold:.2f}")


def _first(margins: tuple[float, float]) -> float:
    return margins[0]


def _answer(model: SpanModel, rows: Sequence[dict], titles: set[str], most: int | None) -> list[Answered]:
    pool = [row for row in rows if row["title"] in titles]
    random.Random(SEED).shuffle(pool)
    found = []
    for row in pool[:most]:
        title, context = row["title"].replace("_", " "), row["context"]
        (reading,) = model.read(row["question"], [(title, context)])
        score, start, end = best_span(reading, 0, len(context)) or (reading.null, 0, 0)
        sentence = next((context[a : max(b, end)] for a, b in sentence_spans(context) if a <= start < b), context)
        (again,) = model.read(row["question"], [(title, sentence)])
        margins = score - reading.null, alone(again, len(sentence)).margin
        found.append((margins, context[start:end], row["answers"]))
    return found


def _overall(answered: Sequence[Answered], score: Score, threshold: float) -> float:
    return float(np.mean(_judged(answered, score, threshold)))


def _judged(answered: Sequence[Answered], score: Score, threshold: float) -> list[float]:
    return [_f1(answer if score(margins) > threshold else "", gold) for margins, answer, gold in answered]


def _interval(values: Sequence[float]) -> str:
    """The mean with the 95 % interval of a bootstrap over questions."""
    table = np.array(values)
    drawn = np.random.default_rng(SEED).integers(0, len(table), size=(2000, len(table)))
    low, high = np.quantile(table[drawn].mean(axis=1), [0.025, 0.975])
    return f"{table.mean():.3f} ({low:.3f} to {high:.3f})"


def _f1(answer: str, gold: Sequence[str]) -> float:
    if not gold:
        return float(answer == "")
    return max(_overlap(_tokens(answer), _tokens(one)) for one in gold)


def _overlap(mine: list[str], theirs: list[str]) -> float:
    common = sum((Counter(mine) & Counter(theirs)).values())
    return 2 * common / (len(mine) + len(theirs)) if common else 0.0


def _tokens(text: str) -> list[str]:
    plain = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(?:a|an|the)\b", " ", plain).split()


if __name__ == "__main__":
    main()
