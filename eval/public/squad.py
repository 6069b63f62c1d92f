"""The trained reader on SQuAD v2.0: articles that no weight was trained on, each question with its own paragraph.

    FOOTNOTE_BENCH_DATA=... python eval/public/squad.py [QUESTIONS]

F1 by the official metric (Rajpurkar et al. 2018: lower case, no punctuation, no articles, token F1, best over the gold
answers; an unanswerable question is right only for no answer). An answer is given where the margin over no answer is
high enough: in the paragraph; in the paragraph and its sentence read alone together; and these two with the judge's log
odds that the sentence carries question and answer, weighed by a logistic regression. That and the thresholds are fitted
on the three development articles and used on the eight that are reported. Without a number, all 2,460 questions are
asked.
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

from qa.answering.calibration import fit
from qa.answering.reader import margin
from qa.answering.span_model import SpanModel, best_span
from qa.answering.verdict_model import VerdictModel
from qa.answering.weights import Linear
from qa.evaluation.metrics import auroc
from qa.sentences import sentence_spans
from qa.training.examples import SEED, articles_aside, read_lines

SIGNALS = ("span", "alone", "carried")
Answered = tuple[tuple[float, float, float], str, list[str]]
"""SIGNALS (how much an answer is preferred to none, in the paragraph and in its sentence alone, and what the judge
says), the answer, and the gold answers.
"""
Score = Callable[[tuple[float, float, float]], float]


def main() -> None:
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    if not data or not (Path(data) / "squad").is_dir():
        print("skipped: FOOTNOTE_BENCH_DATA does not name a folder with squad")
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else None
    rows = [row for row in read_lines(Path(data) / "squad" / "train.jsonl.gz") if row["source"] == "v2.0"]
    reported, development = articles_aside(rows)
    models = SpanModel(), VerdictModel()
    tuning, asked = (_answer(*models, rows, titles, most) for titles in (development, reported))
    made_to = [_f1(answer, gold) for _, answer, gold in asked if gold]
    print(f"{len(asked)} questions, {len(made_to)} answerable, {len(reported)} articles; {os.cpu_count()} cores")
    print(f"F1 on answerable questions when made to answer  {_interval(made_to)}")
    print(f"F1 overall, always refusing                     {1 - len(made_to) / len(asked):.3f}")
    labels = [bool(gold) for _, _, gold in asked]
    ways: dict[str, Score] = {
        "the paragraph read": lambda margins: margins[0],
        "and its best sentence read again, alone": lambda margins: margins[0] + margins[1],
        "and that judged": _weighed(tuning),
    }
    for name, score in ways.items():
        threshold = max(
            sorted(score(margins) for margins, _, _ in tuning), key=lambda cut: _overall(tuning, score, cut)
        )
        area = auroc([score(margins) for margins, _, _ in asked], labels)
        values = _judged(asked, score, threshold)
        print(f"{name}: F1 overall {_interval(values)}, AUROC of answerable {area:.3f}, threshold {threshold:.2f}")


def _weighed(answered: Sequence[Answered]) -> Score:
    """The signals as a logistic regression weighs them, fitted on these questions."""
    table = np.array([margins for margins, _, _ in answered])
    spread = Linear(SIGNALS, tuple(table.mean(axis=0)), tuple(table.std(axis=0)), (0.0,) * len(SIGNALS))
    fitted = fit(table, np.array([bool(gold) for _, _, gold in answered]), spread)
    return lambda margins: fitted.score(np.array(margins))


def _answer(
    model: SpanModel, judge: VerdictModel, rows: Sequence[dict], titles: set[str], most: int | None
) -> list[Answered]:
    pool = [row for row in rows if row["title"] in titles]
    random.Random(SEED).shuffle(pool)
    found = []
    for row in pool[:most]:
        title, context = row["title"].replace("_", " "), row["context"]
        (reading,) = model.read(row["question"], [(title, context)])
        score, start, end = best_span(reading, 0, len(context)) or (reading.null, 0, 0)
        sentence = next((context[a : max(b, end)] for a, b in sentence_spans(context) if a <= start < b), context)
        (again,) = model.read(row["question"], [(title, sentence)])
        answer = context[start:end]
        (verdict,) = judge.read([(f"{row['question']} {answer}", f"{title} {sentence}")])
        margins = score - reading.null, margin(again, len(sentence)), verdict.log_odds
        found.append((margins, answer, row["answers"]))
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
