"""The trained reader on SQuAD v2.0: articles that no weight was trained on, each question with its own paragraph.

    FOOTNOTE_BENCH_DATA=... python eval/public/squad.py [QUESTIONS]

F1 by the official metric (Rajpurkar et al. 2018: lower case, no punctuation, no articles, token F1, best over the gold
answers; an unanswerable question is right only for no answer). The threshold is set on the three development articles
and used on the eight that are reported. Without a number, all 2,460 questions are asked.
"""

from __future__ import annotations

import os
import random
import re
import string
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from qa.answering.span_model import SpanModel, best_span
from qa.evaluation.metrics import auroc
from qa.training.examples import SEED, articles_aside, read_lines

Answered = tuple[float, str, list[str]]
"""How much an answer is preferred to none, the answer, the gold answers."""


def main() -> None:
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    if not data or not (Path(data) / "squad").is_dir():
        print("skipped: FOOTNOTE_BENCH_DATA does not name a folder with squad")
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else None
    rows = [row for row in read_lines(Path(data) / "squad" / "train.jsonl.gz") if row["source"] == "v2.0"]
    reported, development = articles_aside(rows)
    model = SpanModel()
    tuning = _answer(model, rows, development, most)
    threshold = max(sorted(score for score, _, _ in tuning), key=lambda cut: _overall(tuning, cut))
    asked = _answer(model, rows, reported, most)
    made_to = [_f1(answer, gold) for _, answer, gold in asked if gold]
    print(f"{len(asked)} questions, {len(made_to)} answerable, {len(reported)} articles; threshold {threshold:.2f}")
    print(f"F1 on answerable questions when made to answer  {sum(made_to) / len(made_to):.3f}")
    print(f"F1 overall                                      {_overall(asked, threshold):.3f}")
    print(f"F1 overall, always refusing                     {1 - len(made_to) / len(asked):.3f}")
    area = auroc([score for score, _, _ in asked], [bool(gold) for _, _, gold in asked])
    print(f"AUROC answerable against unanswerable           {area:.3f}")


def _answer(model: SpanModel, rows: Sequence[dict], titles: set[str], most: int | None) -> list[Answered]:
    pool = [row for row in rows if row["title"] in titles]
    random.Random(SEED).shuffle(pool)
    found = []
    for row in pool[:most]:
        title, context = row["title"].replace("_", " "), row["context"]
        (reading,) = model.read(row["question"], [(title, context)])
        score, start, end = best_span(reading, 0, len(context)) or (reading.null, 0, 0)
        found.append((score - reading.null, context[start:end], row["answers"]))
    return found


def _overall(answered: Sequence[Answered], threshold: float) -> float:
    return sum(_f1(answer if score > threshold else "", gold) for score, answer, gold in answered) / len(answered)


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
