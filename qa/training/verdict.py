"""Fits the numbers of `qa/models/verdict.json`: how the trained judge, the words and the rules are weighed together,
and from which doubt on a claim does not pass.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.verdict

Needs the trained judge (`qa.training.judge`). Nothing that its weights were trained on is used: our own statements of
the half "fit", the dev part of WiCE on whole articles and on parts of them, and SummEdits, each counting alike
whatever its size, and both labels alike. The weights of the score are never negative, so that no sign can speak
against its own meaning. The thresholds come from true claims: our own, judged out of fold by article, and the sentences
of answers that people wrote or accepted (CLAP NQ, MTRAG) and that the judge was not trained on. Nine minutes on two
cores.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering import grounding, verdict_model, weights
from qa.answering.judging import FEATURES, Calibration, Judge
from qa.answering.verdict_model import VerdictModel
from qa.answering.weights import Linear
from qa.claims import sentences_of
from qa.sentences import sentence_spans
from qa.settings import Settings
from qa.training import claims
from qa.training.examples import SEED, read_lines
from qa.training.judge import STATEMENTS

Table = NDArray[np.float64]

RIDGE = 0.01
"""How strongly the weights are held near nought, beside a mean loss."""
FOLDS = 5
ALARMS = 0.05
"""Share of true claims that may alarm where each stands alone."""
RESPONSES = 0.15
"""Share of wholly true responses that may hold an alarm."""
SURE = 0.9
"""How many of as many true as false claims must be false from the doubt on which a claim is unsupported."""
_STEPS = 500  # of the share of true claims that is kept
_SUMMARIES = 150  # of each domain of SummEdits


@dataclass(frozen=True, slots=True)
class Rows:
    """Claims of one source: FEATURES of each, which are at fault, which the rules strike, and where each comes from."""

    values: Table
    faulty: NDArray[np.bool_]
    struck: NDArray[np.bool_]
    groups: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Case:
    """A claim, or a summary in sentences, and the sentences it is held up to, with the heads of their articles where
    they are known. `group`: its article or domain.
    """

    group: str
    sentences: tuple[str, ...]
    evidence: tuple[str, ...]
    faulty: bool
    kind: str = ""
    headers: tuple[str, ...] = ()


def main(data: Path) -> None:
    """Fits everything and writes the file."""
    settings = Settings()
    sha256 = hashlib.sha256(verdict_model.FILE.read_bytes()).hexdigest()
    judge = Judge(VerdictModel(settings.precision, settings.device, sha256=sha256))
    fitted_on = {name: rows(judge, list(cases)) for name, cases in _labelled(data).items()}
    answers = {name: [rows(judge, cases) for cases in found] for name, found in _answers(data).items()}
    calibrated = calibrate(fitted_on, answers)
    weights.VERDICT.write_text(json.dumps(written(calibrated, sha256), indent=1) + "\n", "utf-8")


def rows(judge: Judge, cases: Sequence[Case]) -> Rows:
    """What the judge and the rules make of each case."""
    values, struck = [], []
    for case in cases:
        rulings = [grounding.ruled(sentence, case.evidence) for sentence in case.sentences]
        read = [
            judge.read(sentence, case.evidence, (), ruling)[1]
            for sentence, ruling in zip(case.sentences, rulings, strict=True)
        ]
        values.append(np.mean(read, axis=0))
        struck.append(any(ruling.strikes for ruling in rulings))
    labels = np.array([case.faulty for case in cases], bool)
    return Rows(np.array(values), labels, np.array(struck, bool), np.array([case.group for case in cases]))


def calibrate(fitted_on: Mapping[str, Rows], answers: Mapping[str, Sequence[Rows]]) -> Calibration:
    """The score fitted on the first; the thresholds from true claims of both, those of the first out of fold."""
    doubt = _linear(list(fitted_on.values()))
    aside = {name: np.zeros(len(each.values)) for name, each in fitted_on.items()}
    for fold in range(FOLDS):
        here = {name: _in_fold(each, fold) for name, each in fitted_on.items()}
        score = _linear([_part(each, ~here[name]) for name, each in fitted_on.items()])
        for name, each in fitted_on.items():
            aside[name][here[name]] = _doubts(score, each.values[here[name]])
    own = fitted_on["own"]  # WiCE's claims say many things at once, and summaries' sentences have no labels
    true = [aside["own"][~own.faulty & ~own.struck]]
    true += [
        np.concatenate([_doubts(doubt, each.values[~each.struck]) for each in found]) for found in answers.values()
    ]
    single = [name for name in fitted_on if name != "summedits"]
    faulty = np.concatenate([fitted_on[name].faulty for name in single])
    struck = _sure(np.concatenate([aside[name] for name in single]), faulty)
    found = Calibration(doubt, tuple(even_quantiles(true, _STEPS)), ALARMS, RESPONSES, struck)
    _report(found, fitted_on, aside, answers)
    return found


def _linear(fitted_on: Sequence[Rows]) -> Linear:
    """The doubt as a linear score, each source counting alike."""
    values = np.vstack([each.values for each in fitted_on])
    faulty = np.concatenate([each.faulty for each in fitted_on])
    counts = np.concatenate([even(each.faulty) / len(fitted_on) for each in fitted_on])
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-9
    weight, bias = fit((values - mean) / scale, faulty, counts)
    return Linear(FEATURES, tuple(mean), tuple(scale), tuple(weight), bias)


def fit(values: Table, faulty: NDArray[np.bool_], counts: Table, ridge: float = RIDGE) -> tuple[Table, float]:
    """The weights of a logistic regression, none below nought, drawn to nought by the ridge, and its bias (L-BFGS-B).

    `counts` says how much each row counts beside the others.
    """
    from scipy.optimize import minimize

    sides = np.where(faulty, 1.0, -1.0)
    counts = counts / counts.sum()

    def loss(found: Table) -> tuple[float, Table]:
        margins = sides * (values @ found[:-1] + found[-1])
        slope = -sides * counts / (1 + np.exp(np.clip(margins, -500, 500)))
        size = counts @ np.logaddexp(0, -margins) + 0.5 * ridge * found[:-1] @ found[:-1]
        return float(size), np.append(values.T @ slope + ridge * found[:-1], slope.sum())

    bounds = [(0.0, None)] * values.shape[1] + [(None, None)]
    found = minimize(loss, np.zeros(values.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return np.asarray(found[:-1]), float(found[-1])


def even(faulty: NDArray[np.bool_]) -> Table:
    """What each row counts, so that each label has half of one."""
    return np.asarray(np.where(faulty, 0.5 / max(faulty.sum(), 1), 0.5 / max((~faulty).sum(), 1)))


def even_quantiles(parts: Sequence[Table], steps: int) -> list[float]:
    """Values in ascending order below which lie 0, 1, ... `steps` even shares of the parts, each part counting alike.

    A step lies at the value itself below which that share lies; what two parts have between them is not invented.
    """
    values = np.concatenate(parts)
    counts = np.concatenate([np.full(len(part), 1 / (len(part) * len(parts))) for part in parts])
    order = np.argsort(values, kind="stable")
    below = np.cumsum(counts[order])
    places = np.searchsorted(below, np.linspace(0, 1, steps + 1) - 1e-9)
    return [round(float(value), 4) for value in values[order][np.minimum(places, len(values) - 1)]]


def _sure(doubts: Table, faulty: NDArray[np.bool_]) -> float:
    """The least doubt from which on SURE of the claims are faulty, both labels counting alike."""
    order = np.argsort(-doubts, kind="stable")
    counts = even(faulty)[order]
    share = np.cumsum(counts * faulty[order]) / np.cumsum(counts)
    enough = np.flatnonzero(share >= SURE)
    return round(float(doubts[order][enough[-1]]), 4) if len(enough) else float("inf")


def _doubts(score: Linear, values: Table) -> Table:
    return np.array([score.score(row) for row in values])


def _part(each: Rows, kept: NDArray[np.bool_]) -> Rows:
    return Rows(each.values[kept], each.faulty[kept], each.struck[kept], each.groups[kept])


def _in_fold(each: Rows, fold: int) -> NDArray[np.bool_]:
    return np.array([in_fold(group, FOLDS) == fold for group in each.groups], bool)


def in_fold(group: str, folds: int) -> int:
    """The fold that a group is in, the same wherever it occurs."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % folds


# What is judged


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text; a line never goes on in the next."""
    return tuple(line[start:end] for line in text.split("\n") for start, end in sentence_spans(line))


def wice(data: Path, form: str = "dev") -> Iterator[Case]:
    """Claims of Wikipedia on the articles that it cites, or on parts of them (form "dev_oracle_chunks")."""
    for row in read_lines(data / "wice" / f"{form}.jsonl.gz"):
        group = row["meta"]["claim_title"]
        yield Case(group, (row["claim"],), tuple(row["evidence"]), row["label"] != "supported")


def summedits(data: Path) -> Iterator[Case]:
    """Summaries as they are and with an edit, on their documents; the group is the domain."""
    split = lru_cache(maxsize=1000)(sentences)
    for path in sorted((data / "summedits").glob("*.jsonl.gz")):
        for row in read_lines(path):
            domain = path.name.removesuffix(".jsonl.gz")
            yield Case(domain, split(row["summary"]), split(row["doc"]), row["label"] == 0)


def _labelled(data: Path) -> dict[str, Iterator[Case]]:
    return {
        "own": _own(data),
        "wice": wice(data),
        "wice parts": wice(data, "dev_oracle_chunks"),
        "summedits": _drawn(summedits(data), _SUMMARIES),
    }


def _own(data: Path) -> Iterator[Case]:
    for pair in chain.from_iterable(claims.own(data, STATEMENTS, "fit")):
        yield Case(pair.article, (pair.claim,), (pair.evidence,), pair.label != "supported")


def _drawn(cases: Iterator[Case], most: int) -> Iterator[Case]:
    """At most so many of each group, by a fixed seed."""
    found = list(cases)
    random.Random(SEED).shuffle(found)  # noqa: S311 (a reproducible draw)
    taken = Counter[str]()
    for case in found:
        taken[case.group] += 1
        if taken[case.group] <= most:
            yield case


def _answers(data: Path) -> dict[str, list[list[Case]]]:
    """Answers that people wrote or accepted, each as the claims it makes on all of its evidence; without the claims
    that the judge was trained on.
    """
    public = claims.read(data, random.Random(SEED + 3))  # noqa: S311 (the draw of qa.training.judge)
    seen = {_letters(pair.claim) for name in ("clapnq", "mtrag") for pair in public[name]}
    return {
        "clapnq": list(_unseen(_clapnq(data), seen)),
        "mtrag": list(_unseen(_mtrag(data), seen)),
    }


def _unseen(answers: Iterator[tuple[str, str, tuple[str, ...]]], seen: set[str]) -> Iterator[list[Case]]:
    for group, answer, evidence in answers:
        said = [one.claim for one in sentences_of(answer) if not one.silent]
        found = [Case(group, (claim,), evidence, faulty=False) for claim in said if _letters(claim) not in seen]
        if found:
            yield found


def _letters(text: str) -> str:
    """The text without spaces and marks, which are joined differently there and here."""
    return re.sub(r"\W+", "", text.lower())


def _clapnq(data: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for row in read_lines(data / "clapnq" / "answerable.jsonl.gz"):
        evidence = tuple(joined(" ".join(passage["sentences"])) for passage in row["passages"])
        yield str(row["id"]), joined(row["output"][0]["answer"]), evidence


def _mtrag(data: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for row in read_lines(data / "mtrag" / "mtragun_human.jsonl.gz"):
        if row["answerability"] == ["ANSWERABLE"]:
            yield (
                row["conversation_id"],
                row["targets"][0]["text"],
                tuple(context["text"] for context in row["contexts"]),
            )


def joined(text: str) -> str:
    """A text that was cut into words, with its stops and quotation marks joined to them again."""
    text = re.sub(r" (?=[,.;:!?)%]|'s\b|n't\b)", "", re.sub(r"(?<=[($]) ", "", text))
    return text.replace("`` ", '"').replace(" ''", '"')


# What is written


def written(calibrated: Calibration, sha256: str) -> dict[str, Any]:
    """The file, as it is read again by `qa.answering.judging.calibration`."""
    doubt = calibrated.doubt
    numbers = {key: [round(float(v), 6) for v in getattr(doubt, key)] for key in ("mean", "scale", "weight")}
    return {
        "judge": {"sha256": sha256},
        "doubt": {"features": list(doubt.features), **numbers, "bias": round(doubt.bias, 6)},
        "true": list(calibrated.true),
        "alarms": calibrated.alarms,
        "responses": calibrated.responses,
        "struck": calibrated.struck,
    }


def _report(
    found: Calibration, fitted_on: Mapping[str, Rows], aside: Mapping[str, Table], answers: Mapping[str, Sequence[Rows]]
) -> None:
    from sklearn.metrics import roc_auc_score

    heavy = sorted(zip(found.doubt.weight, FEATURES, strict=True), reverse=True)
    _log("weights: " + ", ".join(f"{name} {weight:.2f}" for weight, name in heavy if weight >= 0.01))
    alone = found.threshold(1)
    for name, each in fitted_on.items():
        alarm = each.struck | (aside[name] >= alone)
        _log(
            f"{name}, out of fold: AUROC {roc_auc_score(each.faulty, aside[name]):.3f}; struck by rule"
            f" {each.struck[each.faulty].mean():.3f} of faulty, {each.struck[~each.faulty].mean():.3f} of true; alarm"
            f" {alarm[each.faulty].mean():.3f}, {alarm[~each.faulty].mean():.3f}"
        )
    for name, found_answers in answers.items():
        alarms = [
            bool((each.struck | (_doubts(found.doubt, each.values) >= found.threshold(len(each.values)))).any())
            for each in found_answers
        ]
        struck = np.concatenate([each.struck for each in found_answers])
        _log(
            f"{name}: {np.mean(alarms):.3f} of {len(alarms)} true answers alarm; the rules strike {struck.mean():.3f}"
            f" of {len(struck)} claims"
        )
    steps = {number: round(found.threshold(number), 3) for number in (1, 3, 5, 7, 10)}
    _log(f"thresholds by claims: {steps}; unsupported from {found.struck}")


def _log(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(Path(os.environ["FOOTNOTE_BENCH_DATA"]))
