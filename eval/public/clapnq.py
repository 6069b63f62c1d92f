"""Answers and refusals on CLAP NQ: every passage in one index, evidence sentences, and what a refusal is worth.

    FOOTNOTE_BENCH_DATA=... python eval/public/clapnq.py [QUESTIONS] [--index FOLDER]

150 questions that their Wikipedia passage answers and 150 that it does not (Rosenthal et al. 2025); all passages are
pooled, so that a passage must also be found. Evidence is counted in the data's own sentences: one counts as shown where
a quote covers most of it, or where it covers most of the quote.

The decision is judged twice: as it ships, and by folds. The passages fall into five folds by a hash; on four the
decision is calibrated as `qa calibrate` does it, the threshold where the larger of the two error rates is least, and on
the fifth it is used.

Risk and coverage: the questions in the order of their answerability; among the first so many, the share that would be
answered wrongly, being unanswerable or answered with no evidence sentence (Geifman & El-Yaniv 2017).
--index keeps the index for the next run; without it, it is made anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa import Answer, Assistant, Settings
from qa.answering.calibration import Judged, calibrate
from qa.answering.decide import Decision, shipped_decision, signals
from qa.chain import AnswerChain, State
from qa.evaluation.metrics import Overlap, auroc
from qa.evaluation.statistics import CONFIDENCE, RESAMPLES, SEED, Interval, paired_difference, wilson
from qa.training.examples import read_lines

FOLDS = 5
Place = tuple[str, int | str]
"""A passage, and which of its sentences; a quote that is none of them stands for itself."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision made of a question: how likely it is to be answered, and whether it is."""

    chance: float
    answers: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A question as the line judged it. `answerable` is None where the data do not say; `signals` is None where nothing
    was found or a veto stands, so that there is nothing to weigh.
    """

    group: str
    answerable: bool | None
    signals: NDArray[np.float64] | None
    shipped: Decided


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


def options(description: str) -> argparse.Namespace:
    """`questions`: at most so many; `index`: the folder that keeps the index."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("questions", nargs="?", type=int, help="ask only so many, drawn by a fixed seed")
    parser.add_argument("--index", type=Path, metavar="FOLDER", help="keep the index here between runs")
    return parser.parse_args()


def data_folder(name: str) -> Path | None:
    """The folder of a data set; where there is none, a line that says so, and None."""
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    if data and (Path(data) / name).is_dir():
        return Path(data) / name
    print(f"skipped: FOOTNOTE_BENCH_DATA does not name a folder with {name}")
    return None


def machine() -> str:
    """What the figures were taken on."""
    return f"{os.cpu_count()} cores"


def name_of(text: str) -> str:
    """The name of a passage: the same words have the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def indexed(
    texts: Mapping[str, tuple[str, str]], kept: Path | None, passages: int | None = None
) -> Iterator[tuple[Assistant, dict[str, str]]]:
    """An assistant over these passages (name: title and text) alone, and the name of each article.

    A title that is empty is left to be read from the text. `kept`: the folder of an earlier run or for the next one;
    `passages`: how many are read for a question, if not as many as ever.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        place = kept or Path(temporary)
        articles = place / "articles"
        articles.mkdir(parents=True, exist_ok=True)
        for name, (title, text) in texts.items():
            front = f"title: {json.dumps(title)}\nlanguage: en" if title else "language: en"
            path = articles / f"{name}.md"
            if not path.is_file():  # what is there already need not be embedded again
                path.write_text(f"---\n{front}\n---\n\n{text}\n", encoding="utf-8")
        with Assistant(Settings.load(index=str(place / "index"), passages=passages)) as assistant:
            assistant.index([str(articles)])
            yield assistant, {article.id: Path(article.origin).stem for article in assistant.articles()}


def made_to_answer(chain: AnswerChain, state: State) -> Answer:
    """The answer with the decision taken out of the line's hands; with nothing found there is nothing to answer."""
    nothing = None if all(part.readout.evidence for part in state.parts) else state.veto
    return chain.finish(replace(state, threshold=0.0, veto=nothing))


def case(group: str, answerable: bool | None, state: State) -> Case:
    """The question as the part that decides shows it; a veto is a chance of nought."""
    part = state.weakest
    weighed = state.veto is None and bool(part.readout.scored)
    chance = part.answerability if weighed else 0.0
    return Case(group, answerable, signals(part.readout) if weighed else None, Decided(chance, state.answers))


def by_folds(cases: Sequence[Case]) -> list[Decided]:
    """Each question by a decision that was calibrated on the other folds; with nothing to weigh it is refused."""
    folds = [int(hashlib.sha256(case.group.encode()).hexdigest(), 16) % FOLDS for case in cases]
    decisions = {fold: _calibrated(cases, folds, fold) for fold in sorted(set(folds))}
    decided = []
    for case, fold in zip(cases, folds, strict=True):
        decision, chance = decisions[fold], 0.0
        if case.signals is not None:
            chance = float(1 / (1 + np.exp(-decision.score.score(case.signals))))
        decided.append(Decided(chance, case.signals is not None and chance >= decision.threshold("balanced")))
    return decided


def _calibrated(cases: Sequence[Case], folds: Sequence[int], left_out: int) -> Decision:
    judged = [
        Judged(case.signals, case.answerable, case.group)
        for case, fold in zip(cases, folds, strict=True)
        if fold != left_out and case.answerable is not None and case.signals is not None
    ]
    return calibrate(judged, shipped_decision())


def error_rates(answers: Sequence[bool], answerable: Sequence[bool]) -> tuple[float, float]:
    """The share of the unanswerable that is answered, and of the others that is refused."""
    pairs = list(zip(answers, answerable, strict=True))
    wrongly = [answer for answer, label in pairs if not label]
    refused = [not answer for answer, label in pairs if label]
    return sum(wrongly) / max(len(wrongly), 1), sum(refused) / max(len(refused), 1)


def balanced_accuracy(answers: Sequence[bool], answerable: Sequence[bool]) -> Interval:
    """The mean of the shares answered of the answerable and refused of the others, with the percentile interval of a
    bootstrap that draws questions within each label. Always answering has 0.5.
    """
    rng = np.random.default_rng(SEED)
    positive = sum(answerable)
    counts = np.array([len(answerable) - positive, positive])
    right = 1 - np.array(error_rates(answers, answerable))
    # To draw n questions again of which a share p is right is to draw from the binomial distribution.
    drawn = (rng.binomial(counts, right, size=(RESAMPLES, 2)) / counts).mean(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(float(right.mean()), float(low), float(high))


def print_decisions(cases: Sequence[Case]) -> None:
    """Both decisions on the questions whose answerability is known."""
    known = [(case, folded) for case, folded in zip(cases, by_folds(cases), strict=True) if case.answerable is not None]
    labels = [bool(case.answerable) for case, _ in known]
    ways = {"as it ships": [case.shipped for case, _ in known], "by folds": [folded for _, folded in known]}
    print(
        f"\nthe decision, {sum(labels)} answerable, {len(labels) - sum(labels)} not; always answering: 0.500 balanced"
    )
    for way, decided in ways.items():
        answers = [one.answers for one in decided]
        wrongly = [answer for answer, label in zip(answers, labels, strict=True) if not label]
        refused = [not answer for answer, label in zip(answers, labels, strict=True) if label]
        print(f"  {way:<12} wrong answers   {share(wrongly)}")
        print(f"  {'':<12} wrong refusals  {share(refused)}")
        print(f"  {'':<12} balanced        {interval(balanced_accuracy(answers, labels))}")
        print(f"  {'':<12} AUROC           {auroc([one.chance for one in decided], labels):.3f}")


def share(marks: Sequence[bool]) -> str:
    """The share of marks that are set, with its 95 % interval (Wilson) and the counts."""
    return f"{interval(wilson(sum(marks), len(marks)))} {sum(marks)}/{len(marks)}" if marks else "none to count"


def interval(value: Interval) -> str:
    return f"{value.value:.3f} [{value.low:.3f}, {value.high:.3f}]"


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
