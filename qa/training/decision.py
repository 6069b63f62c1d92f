"""Fits the numbers of `qa/models/decision.json`: sentence weights, short-answer weights, and the decision to answer.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.decision

Needs the trained reader (`qa.training.reader`). Data: articles of `squad/train` (SQuAD v2.0, CC BY-SA 4.0; Rajpurkar
et al. 2018) that the reader never saw, three to fit on and eight to report on, every paragraph an article of one index,
so that what is fitted sees real search results; and the tuning half of eval/seeds/questions.jsonl over the starter
articles, on which the thresholds are set.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa import shipped
from qa.answering.decide import SIGNS, signals, veto
from qa.answering.followups import standalone
from qa.answering.questions import stems, understand
from qa.answering.reader import SENTENCE_FEATURES, SPAN_FEATURES, Reader, Readout, Scored, answer_options, span_features
from qa.answering.span_model import FILE as READER
from qa.answering.span_model import PassageReading, SpanModel
from qa.answering.weights import FILE, Linear
from qa.articles.sources import STARTER
from qa.indexing.embeddings import Embedder
from qa.indexing.keywords import Keywords
from qa.indexing.library import open_library
from qa.retrieval.search import Search
from qa.schema import Hit, Message
from qa.settings import Settings
from qa.sync import sync
from qa.training.examples import SEED, articles_aside, read_lines

REPORTED_QUESTIONS = 800
TUNING_SHARE = 0.3  # the tuning questions' weight in the decision, SQuAD's being 1; see eval/decisions.md


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its search results. `answers` is empty for an unanswerable one; the answer stands in `places`:
    paragraphs in which its first occurrence counts, or whole evidence sentences.
    """

    text: str
    answers: tuple[str, ...]
    paragraph: str
    sentences: tuple[str, ...]
    hits: tuple[Hit, ...]


class CachedModel(SpanModel):
    """Reads the passages of a question once, however often the fit asks."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.precision, settings.device, sha256=hashlib.sha256(READER.read_bytes()).hexdigest())
        self._seen: dict[tuple[str, tuple[tuple[str, str], ...]], list[PassageReading]] = {}

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[PassageReading]:
        """As `SpanModel.read`, from memory where the same was read before."""
        key = (question, tuple(passages))
        if key not in self._seen:
            self._seen[key] = super().read(question, passages)
        return self._seen[key]


def main(data: Path) -> None:
    """Fits everything and writes the weights file."""
    settings = Settings()
    embedder, model = Embedder(settings), CachedModel(settings)
    rows = read_lines(data / "squad" / "train.jsonl.gz")
    reported_titles, development_titles = articles_aside(rows)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        paragraphs = _articles(rows, Path(folder) / "articles")
        with _index(Path(folder) / "squad", str(paragraphs), embedder, settings) as (search, general):
            development = list(_asked(rows, development_titles, search, settings))
            reported = list(_asked(rows, reported_titles, search, settings))[:REPORTED_QUESTIONS]
            _log(f"{len(development)} questions to fit on, {len(reported)} to report on")
        with _index(Path(folder) / "starter", STARTER, embedder, settings) as (search, own):
            tuning = list(_tuning(search, settings))
            sides = [(development, general), (tuning, own)]
            weights = fit_reader(sides, model)
            _report_reader(weights, reported, general, model)
            fitted = fit_decision(weights, sides, reported, general, model)
    written = {name: _values(linear) for name, linear in {**weights, "decision": fitted[0]}.items()}
    reader = {"sha256": hashlib.sha256(READER.read_bytes()).hexdigest()}
    FILE.write_text(json.dumps({**written, "thresholds": fitted[1], "reader": reader}, indent=1) + "\n", "utf-8")


Group = tuple[NDArray[Any], NDArray[Any]]
"""Features of the choices of one question, and which of them are right."""
Side = tuple[Sequence[Asked], Keywords]
"""Questions, and the index they were searched in."""


def fit_reader(sides: Sequence[Side], model: SpanModel) -> dict[str, Linear]:
    """Sentence weights and short-answer weights, each a softmax regression over the choices of one question."""
    groups: list[Group] = []
    spans: list[Group] = []
    for asked, keywords in sides:
        reader = Reader(model, keywords.rarity, _flat(SENTENCE_FEATURES), _flat(SPAN_FEATURES))
        for item in asked:
            if item.answers:
                readout = reader.read(understand(item.text), item.hits)
                groups.append(_sentence_group(item, readout))
                spans += _span_groups(item, readout)
    return {
        "sentence": softmax_fit([group for group in groups if group[1].any()], SENTENCE_FEATURES),
        "span": softmax_fit([group for group in spans if group[1].any()], SPAN_FEATURES),
    }


def fit_decision(
    weights: Mapping[str, Linear], sides: Sequence[Side], reported: Sequence[Asked], general: Keywords, model: SpanModel
) -> tuple[Linear, dict[str, float]]:
    """The decision, and the thresholds set on the tuning questions (the last side)."""
    from sklearn.metrics import roc_auc_score

    tables, labels, shares = [], [], [1.0, TUNING_SHARE]
    for asked, keywords in sides:
        tables.append(_table(asked, _reader(weights, keywords, model)))
        labels.append(np.array([bool(item.answers) for item in asked]))
    counted = np.concatenate([_even(label, share) for label, share in zip(labels, shares, strict=True)])
    decision = signed_fit(np.concatenate(tables), np.concatenate(labels), counted, SIGNS)
    _log(f"decision: {dict(zip(decision.features, np.round(decision.weight, 2), strict=True))}")
    other = [decision.score(row) for row in _table(reported, _reader(weights, general, model))]
    area = roc_auc_score([bool(item.answers) for item in reported], other)
    _log(f"decision: AUROC {area:.3f} on SQuAD's other articles")
    own = [decision.score(row) for row in tables[-1]]
    _log(f"decision: AUROC {roc_auc_score(labels[-1], own):.3f} on the tuning questions (fitted on)")
    tuning, keywords = sides[-1]
    reader = _reader(weights, keywords, model)
    refused = [bool(veto(q := understand(item.text), reader.read(q, item.hits))) for item in tuning]
    chances = [0.0 if no else 1 / (1 + math.exp(-score)) for score, no in zip(own, refused, strict=True)]
    found = thresholds(chances, labels[-1].tolist())
    for name, cut in found.items():
        answered, wrongly = _rates(chances, labels[-1].tolist(), cut)
        _log(f"{name}: {cut}; tuning half: {answered:.2f} of unanswerable answered, {wrongly:.2f} of others refused")
    return decision, found


def thresholds(chances: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    """Cautious: at most 15 % of the unanswerable are answered. Balanced, bold: at most 20 %, 5 % of the others are
    refused. Each is the value nearest to the middle that keeps its promise, rounded to four digits.
    """
    cuts = {cut: _rates(chances, right, cut) for cut in sorted({0.0, *(round(c, 4) for c in chances)})}
    return {
        "cautious": min((cut for cut, (answered, _) in cuts.items() if answered <= 0.15), default=1.0),
        "balanced": max(cut for cut, (_, refused) in cuts.items() if refused <= 0.20),
        "bold": max(cut for cut, (_, refused) in cuts.items() if refused <= 0.05),
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


def _reader(weights: Mapping[str, Linear], keywords: Keywords, model: SpanModel) -> Reader:
    return Reader(model, keywords.rarity, weights["sentence"], weights["span"])


def _table(asked: Sequence[Asked], reader: Reader) -> NDArray[Any]:
    return np.array([signals(reader.read(understand(item.text), item.hits)) for item in asked])


def _asked(rows: Sequence[dict[str, Any]], titles: set[str], search: Search, settings: Settings) -> Iterator[Asked]:
    pool = [row for row in rows if row["title"] in titles and row["source"] == "v2.0"]
    random.Random(SEED).shuffle(pool)  # noqa: S311 (a reproducible order)
    for row in pool:
        hits = tuple(search.hits(row["question"], settings.passages))
        yield Asked(row["question"], tuple(row["answers"]), row["context"], (), hits)


def _tuning(search: Search, settings: Settings) -> Iterator[Asked]:
    for line in (shipped.folder("eval/seeds") / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["half"] == "tune":
            text = standalone(row["question"], [Message(role, said) for role, said in row.get("history", [])])
            answers = tuple(row.get("answers", [])) or tuple(a for names in row.get("items", []) for a in names)
            hits = tuple(search.hits(text, settings.passages))
            yield Asked(text, answers, "", tuple(row.get("evidence", [])), hits)


def _even(labels: NDArray[Any], total: float) -> NDArray[Any]:
    """Weights that add up to `total`, half of it for each label."""
    return np.asarray(np.where(labels, total / 2 / max(labels.sum(), 1), total / 2 / max((~labels).sum(), 1)))


def _sentence_group(item: Asked, readout: Readout) -> tuple[NDArray[Any], NDArray[Any]]:
    rows = np.array([scored.features for scored in readout.scored])
    return rows, np.array([_holds(item, scored) for scored in readout.scored])


def _span_groups(item: Asked, readout: Readout) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    question = understand(item.text)
    for scored in readout.scored:
        text = scored.candidate.text
        options = answer_options(question, scored.candidate) if _holds(item, scored) else []
        if options:
            found = [_same(text[span.start : span.end], item.answers) for span in options]
            yield np.array(span_features(question, scored.candidate, options)), np.array(found)


def _holds(item: Asked, scored: Scored) -> bool:
    """Whether the sentence is evidence: it is named so, or holds the answer's first occurrence in its paragraph."""
    candidate = scored.candidate
    if item.sentences:
        return any(candidate.text in sentence or sentence in candidate.text for sentence in item.sentences)
    if candidate.hit.chunk.text not in item.paragraph:
        return False
    places = [item.paragraph.lower().find(answer.lower()) for answer in item.answers]
    return any(candidate.start <= place < candidate.end for place in places if place >= 0)


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


def _report_reader(
    weights: Mapping[str, Linear], reported: Sequence[Asked], keywords: Keywords, model: SpanModel
) -> None:
    reader = _reader(weights, keywords, model)
    readouts = [(item, reader.read(understand(item.text), item.hits)) for item in reported if item.answers]
    first = [_holds(item, readout.scored[0]) for item, readout in readouts]
    named = dict(zip(SENTENCE_FEATURES, np.round(weights["sentence"].weight, 2), strict=True))
    _log(f"sentence: right first {np.mean(first):.3f} of {len(first)}; {named}")
    groups = [group for item, readout in readouts for group in _span_groups(item, readout) if group[1].any()]
    right = [bool(y[int(np.argmax([weights["span"].score(row) for row in x]))]) for x, y in groups]
    named = dict(zip(SPAN_FEATURES, np.round(weights["span"].weight, 2), strict=True))
    _log(f"span: right first {np.mean(right):.3f} of {len(right)}; {named}")


def _log(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(Path(os.environ["FOOTNOTE_BENCH_DATA"]))
