"""Fits the numbers of `qa/models/decision.json`: sentence weights, short-answer weights, and the decision to answer.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.decision

Data: `squad/train` (SQuAD dev v1.1 and v2.0, CC BY-SA 4.0; Rajpurkar et al. 2016, 2018). Every paragraph becomes an
article of one index, so that what is fitted sees real search results. Articles are split by a seeded rule into those
fitted on and those reported on. The decision is fitted on these and, with `TUNING_SHARE` of the weight, on
eval/seeds/tune.jsonl over the starter articles; the thresholds are set there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa import shipped
from qa.answering import reader as reading
from qa.answering.decide import SIGNS, signals, veto
from qa.answering.questions import Question, stems, understand
from qa.answering.reader import SENTENCE_FEATURES, SPAN_FEATURES, Reader, Readout
from qa.answering.weights import FILE, Linear
from qa.articles.sources import STARTER
from qa.indexing.embeddings import Embedder, Reading
from qa.indexing.keywords import Keywords
from qa.indexing.library import open_library
from qa.retrieval.search import Search
from qa.schema import Hit
from qa.settings import Settings
from qa.sync import sync

SEED = 20261122
QUESTIONS_PER_KIND = 1000
TUNING_SHARE = 0.3  # the tuning questions' weight beside SQuAD's 1; see eval/decisions.md


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its search results; `answers` is empty for an unanswerable one."""

    text: str
    context: str
    answers: tuple[str, ...]
    reported: bool
    hits: tuple[Hit, ...]


class CachedEmbedder(Embedder):
    """Reads every text once: questions share their sentences, and the model takes nearly all the time."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._seen: dict[str, Reading] = {}

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """As `Embedder.read`, from memory where the text was read before."""
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        if new:
            self._seen.update(zip(new, super().read(new), strict=True))
        return [self._seen[text] for text in texts]


def main(data: Path) -> None:
    """Fits everything and writes the weights file."""
    settings = Settings()
    embedder = CachedEmbedder(settings)
    rows = _rows(data / "squad" / "train.jsonl.gz")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        paragraphs = _articles(rows, Path(folder) / "articles")
        with _index(Path(folder) / "squad", str(paragraphs), embedder, settings) as (search, keywords):
            asked = list(_asked(rows, search, settings))
            _log(f"{len(asked)} questions searched")
            reader = fit_reader(asked, embedder, keywords.rarity)
            general = _table(asked, _reader(reader, embedder, keywords))
        with _index(Path(folder) / "starter", STARTER, embedder, settings) as (search, keywords):
            tuning = list(_tuning(search, settings))
            own_reader = _reader(reader, embedder, keywords)
            own, vetoed = _table(tuning, own_reader), _vetoed(tuning, own_reader)
    decision = fit_decision(asked, general, tuning, own)
    fitted: dict[str, Any] = {name: _values(weights) for name, weights in {**reader, "decision": decision}.items()}
    chances = [0.0 if no else 1 / (1 + math.exp(-decision.score(row))) for row, no in zip(own, vetoed, strict=True)]
    fitted["thresholds"] = thresholds(chances, [bool(item.answers) for item in tuning])
    _log(f"thresholds {fitted['thresholds']}")
    FILE.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def fit_reader(asked: Sequence[Asked], embedder: Embedder, rarity: Callable[[str], float]) -> dict[str, Linear]:
    """Sentence weights, then span weights on what these give."""
    questions = [understand(item.text) for item in asked]
    # All at once: in large batches the model is several times as fast as question by question.
    sentences = {c.text for item in asked for c in reading.candidates(item.hits)}
    embedder.read([*(item.text for item in asked), *sorted(sentences)])
    plain = Reader(embedder, rarity, _flat(SENTENCE_FEATURES), _flat(SPAN_FEATURES))
    first = [plain.read(question, item.hits) for question, item in zip(questions, asked, strict=True)]
    groups = [
        (np.array([s.features for s in readout.scored]), _holds(item, readout), item.reported)
        for item, readout in zip(asked, first, strict=True)
        if item.answers and readout.scored
    ]
    sentence = softmax_fit([(x, y) for x, y, reported in groups if not reported and y.any()], SENTENCE_FEATURES)
    _report("sentence", sentence, [(x, y) for x, y, reported in groups if reported])

    better = Reader(embedder, rarity, sentence, _flat(SPAN_FEATURES))
    second = [better.read(question, item.hits) for question, item in zip(questions, asked, strict=True)]
    spans = [
        (*group, item.reported)
        for question, item, readout in zip(questions, asked, second, strict=True)
        for group in _span_groups(question, item, readout, embedder)
    ]
    span = softmax_fit([(x, y) for x, y, reported in spans if not reported and y.any()], SPAN_FEATURES)
    _report("span", span, [(x, y) for x, y, reported in spans if reported and y.any()])
    return {"sentence": sentence, "span": span}


def fit_decision(asked: Sequence[Asked], general: NDArray[Any], tuning: Sequence[Asked], own: NDArray[Any]) -> Linear:
    """The decision, on SQuAD's fitting part and the tuning questions; logs what it does on SQuAD's other articles."""
    labels = np.array([bool(item.answers) for item in asked])
    reported = np.array([item.reported for item in asked])
    right = np.array([bool(item.answers) for item in tuning])
    weights = [_even(labels[~reported], 1.0), _even(right, TUNING_SHARE)]
    decision = signed_fit(
        np.concatenate([general[~reported], own]),
        np.concatenate([labels[~reported], right]),
        np.concatenate(weights),
        SIGNS,
    )
    scores = [decision.score(row) for row in general[reported]]
    _log(f"decision: AUROC {auroc(scores, labels[reported]):.3f} on {int(reported.sum())} questions of other articles")
    _log(
        f"decision: AUROC {auroc([decision.score(row) for row in own], right):.3f} on the tuning questions (fitted on)"
    )
    return decision


def thresholds(chances: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    """Balanced: the fewest errors, both rates counted alike. Cautious: at most 15 % of the unanswerable are answered.
    Bold: at most 5 % of the answerable are refused. Each is the lowest such value, rounded to four digits.
    """
    wrong = {cut: _rates(chances, right, cut) for cut in sorted({0.0, *(round(c, 4) for c in chances)})}
    return {
        "cautious": min((cut for cut, (answered, _) in wrong.items() if answered <= 0.15), default=1.0),
        "balanced": min(wrong, key=lambda cut: (sum(wrong[cut]), cut)),
        "bold": max(cut for cut, (_, refused) in wrong.items() if refused <= 0.05),
    }


def _rates(chances: Sequence[float], right: Sequence[bool], cut: float) -> tuple[float, float]:
    """Share of unanswerable questions answered and of answerable ones refused at a threshold."""
    answered = [chance >= cut for chance, label in zip(chances, right, strict=True) if not label]
    refused = [chance < cut for chance, label in zip(chances, right, strict=True) if label]
    return sum(answered) / len(answered), sum(refused) / len(refused)


def softmax_fit(groups: Sequence[tuple[NDArray[Any], NDArray[Any]]], features: Sequence[str]) -> Linear:
    """Weights that give the right rows of each group the most of a softmax over its rows (listwise, L2 0.001)."""
    import torch

    everything = np.concatenate([x for x, _ in groups])
    mean, scale = everything.mean(axis=0), everything.std(axis=0) + 1e-9
    longest = max(len(x) for x, _ in groups)
    x = torch.zeros(len(groups), longest, len(features), dtype=torch.float64)
    right = torch.zeros(len(groups), longest, dtype=torch.bool)
    present = torch.zeros(len(groups), longest, dtype=torch.bool)
    for i, (rows, labels) in enumerate(groups):
        x[i, : len(rows)] = torch.tensor((rows - mean) / scale)
        right[i, : len(rows)] = torch.tensor(labels)
        present[i, : len(rows)] = True
    weight = torch.zeros(len(features), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Any:  # noqa: ANN401 (a tensor)
        optimiser.zero_grad()
        scores = (x @ weight).masked_fill(~present, -1e9)
        chosen = torch.logsumexp(scores.masked_fill(~right, -1e9), 1)
        value = (torch.logsumexp(scores, 1) - chosen).mean() + 1e-3 * (weight**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return Linear(tuple(features), tuple(mean), tuple(scale), tuple(weight.detach().numpy()))


def signed_fit(table: NDArray[Any], labels: NDArray[Any], weights: NDArray[Any], signs: Mapping[str, int]) -> Linear:
    """A logistic regression on standardised features whose weights keep the given signs (L-BFGS-B, L2 0.01)."""
    from scipy.optimize import minimize

    mean, scale = table.mean(axis=0), table.std(axis=0) + 1e-9
    rows, sides = (table - mean) / scale, np.where(labels, 1.0, -1.0)

    def loss(values: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        margins = sides * (rows @ values[:-1] + values[-1])
        slope = -sides / (1 + np.exp(margins)) * weights
        gradient = np.append(rows.T @ slope + 0.02 * values[:-1], slope.sum())
        return float(weights @ np.logaddexp(0, -margins) + 0.01 * (values[:-1] ** 2).sum()), gradient

    bounds = [(0, None) if sign > 0 else (None, 0) for sign in signs.values()]
    best = minimize(loss, np.zeros(len(signs) + 1), jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B").x
    return Linear(tuple(signs), tuple(mean), tuple(scale), tuple(best[:-1]), float(best[-1]))


def auroc(scores: Sequence[float], labels: Iterable[bool]) -> float:
    """Probability that a random positive scores above a random negative, ties half (Hanley & McNeil 1982)."""
    marked = list(zip(scores, labels, strict=True))
    positive, negative = [s for s, label in marked if label], [s for s, label in marked if not label]
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _articles(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """One Markdown file per paragraph, titled as its Wikipedia article."""
    folder.mkdir()
    for title, context in sorted({(row["title"], row["context"]) for row in rows}):
        name = hashlib.sha256(context.encode()).hexdigest()[:16]
        words = json.dumps(title.replace("_", " "))
        (folder / f"{name}.md").write_text(f"---\ntitle: {words}\nlanguage: en\n---\n\n{context}\n", encoding="utf-8")
    return folder


@contextmanager
def _index(folder: Path, source: str, embedder: Embedder, settings: Settings) -> Iterator[tuple[Search, Keywords]]:
    library = open_library(folder, settings, embedder, create=True)
    try:
        sync(library, [source])
        keywords = Keywords(library.store)
        yield Search(library.store, library.vectors, keywords, embedder, settings), keywords
    finally:
        library.close()


def _reader(weights: Mapping[str, Linear], embedder: Embedder, keywords: Keywords) -> Reader:
    return Reader(embedder, keywords.rarity, weights["sentence"], weights["span"])


def _table(asked: Sequence[Asked], reader: Reader) -> NDArray[Any]:
    questions = [understand(item.text) for item in asked]
    return np.array([signals(q, reader.read(q, item.hits)) for q, item in zip(questions, asked, strict=True)])


def _vetoed(asked: Sequence[Asked], reader: Reader) -> list[bool]:
    questions = [understand(item.text) for item in asked]
    return [bool(veto(q, reader.read(q, item.hits))) for q, item in zip(questions, asked, strict=True)]


def _tuning(search: Search, settings: Settings) -> Iterable[Asked]:
    for line in (shipped.folder("eval/seeds") / "tune.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answers = () if row["kind"] == "unanswerable" else (row["kind"],)
        yield Asked(row["question"], "", answers, False, tuple(search.hits(row["question"], settings.passages)))


def _even(labels: NDArray[Any], total: float) -> NDArray[Any]:
    """Weights that add up to `total`, half of it for each label."""
    return np.asarray(np.where(labels, total / 2 / max(labels.sum(), 1), total / 2 / max((~labels).sum(), 1)))


def _asked(rows: Sequence[dict[str, Any]], search: Search, settings: Settings) -> Iterable[Asked]:
    rng = random.Random(SEED)  # noqa: S311 (a reproducible sample, no secret)
    titles = sorted({row["title"] for row in rows if not row["answers"]})
    rng.shuffle(titles)
    reported = set(titles[: len(titles) // 3])
    for answerable in (True, False):
        pool = [row for row in rows if bool(row["answers"]) == answerable and row["title"] in titles]
        rng.shuffle(pool)
        for row in pool[:QUESTIONS_PER_KIND]:
            hits = tuple(search.hits(row["question"], settings.passages))
            yield Asked(row["question"], row["context"], tuple(row["answers"]), row["title"] in reported, hits)


def _holds(item: Asked, readout: Readout) -> NDArray[Any]:
    """Which sentences hold the answer's first occurrence in its own paragraph."""
    marks = []
    for scored in readout.scored:
        candidate = scored.candidate
        places = [item.context.lower().find(answer.lower()) for answer in item.answers]
        own = candidate.hit.chunk.text in item.context
        marks.append(own and any(candidate.start <= place < candidate.end for place in places if place >= 0))
    return np.array(marks)


def _span_groups(
    question: Question, item: Asked, readout: Readout, embedder: Embedder
) -> Iterable[tuple[NDArray[Any], NDArray[Any]]]:
    asked = embedder.read([question.text])[0]
    for scored, holds in zip(readout.scored, _holds(item, readout), strict=True):
        options = reading.span_options(question, scored.candidate.text) if holds else []
        if options:
            rows = reading.span_features(question, asked, scored, options)
            found = [_same(scored.candidate.text[span.start : span.end], item.answers) for span in options]
            yield np.array(rows), np.array(found)


def _same(found: str, answers: Sequence[str]) -> bool:
    """Whether a span and an answer share most of their words (token F1 of at least 0.6)."""
    mine = set(stems(found))
    for answer in answers:
        theirs = set(stems(answer))
        if mine and theirs and 2 * len(mine & theirs) / (len(mine) + len(theirs)) >= 0.6:
            return True
    return False


def _flat(features: Sequence[str]) -> Linear:
    count = len(features)
    return Linear(tuple(features), (0.0,) * count, (1.0,) * count, (1.0,) * count)


def _values(weights: Linear) -> dict[str, Any]:
    rounded = {key: [round(float(v), 6) for v in getattr(weights, key)] for key in ("mean", "scale", "weight")}
    return {"features": list(weights.features), **rounded, "bias": round(weights.bias, 6)}


def _report(name: str, weights: Linear, groups: Sequence[tuple[NDArray[Any], NDArray[Any]]]) -> None:
    first = [bool(y[int(np.argmax([weights.score(row) for row in x]))]) for x, y in groups]
    named = dict(zip(weights.features, np.round(weights.weight, 2), strict=True))
    _log(f"{name}: right first {np.mean(first):.3f} of {len(first)}; {named}")


def _log(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(Path(os.environ["FOOTNOTE_BENCH_DATA"]))
