"""Fits the numbers of `qa/models/decision.json`: sentence weights of the first and the second reading, short-answer
weights, and the decision to answer.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.decision

Needs the trained reader and judge (`qa.training.reader`, `qa.training.judge`). Data, none of which they have seen:
articles of `squad/train` (SQuAD v2.0, CC BY-SA 4.0; Rajpurkar et al. 2018), three to fit on and eight to report on,
every paragraph an article of one index, so that what is fitted sees real search results; our questions on news whose
half is "fit" (`qa.training.own`); and the tuning half of eval/seeds/questions.jsonl over the starter articles. The
decision is fitted on the first, then calibrated on the other two (`qa.answering.calibration`), out of fold by
article.
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
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa import shipped
from qa.answering.calibration import Judged, calibrate, fit
from qa.answering.decide import SIGNS, Decision, signals
from qa.answering.followups import resolve
from qa.answering.questions import stems, understand
from qa.answering.reader import (
    AS_RANKED,
    FIRST_READ,
    SECOND_FEATURES,
    SECOND_READING,
    SENTENCE_FEATURES,
    Reader,
    Scored,
    Weights,
    second_features,
)
from qa.answering.short_answers import SPAN_FEATURES, answer_options, span_features
from qa.answering.span_memory import SpanMemory
from qa.answering.span_model import FILE as READER
from qa.answering.span_model import SpanModel
from qa.answering.verdict_model import FILE as JUDGE
from qa.answering.verdict_model import VerdictModel
from qa.answering.weights import FILE, Linear
from qa.articles.sources import STARTER
from qa.indexing.embeddings import Embedder
from qa.indexing.keywords import Keywords
from qa.indexing.library import open_library
from qa.retrieval.search import Search
from qa.schema import Hit, Message
from qa.sentences import sentence_spans
from qa.settings import Settings
from qa.sync import sync
from qa.training import own
from qa.training.examples import SEED, articles_aside, read_lines

REPORTED_QUESTIONS = 800
# How many questions the fit on SQuAD counts for in the decision. Less would refuse the near misses of our own questions
# a little better, and natural questions (CLAP NQ) far worse; see eval/decisions.md.
HELD = 1000.0
SURPRISED = 0.01
"""Of the questions for which reading stops early, the share that would have had another best sentence, at most."""


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
    group: str


def main(data: Path) -> None:
    """Fits everything and writes the weights file."""
    settings = Settings()
    sha256 = {
        name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in (("reader", READER), ("judge", JUDGE))
    }
    embedder, model = Embedder(settings), SpanMemory(settings.precision, settings.device, sha256=sha256["reader"])
    judge = VerdictModel(settings.precision, settings.device, sha256=sha256["judge"])
    rows = read_lines(data / "squad" / "train.jsonl.gz")
    reported_titles, development_titles = articles_aside(rows)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        aside = [row for row in rows if row["title"] in reported_titles | development_titles]
        with _index(folder / "squad", str(_paragraphs(aside, folder / "paragraphs")), embedder, settings) as found:
            development = _Side(list(_asked(rows, development_titles, found[0], settings)), found[1])
            reported = _Side(list(_asked(rows, reported_titles, found[0], settings))[:REPORTED_QUESTIONS], found[1])
        with _index(folder / "news", str(_news_articles(data, folder / "articles")), embedder, settings) as found:
            own_news = _Side(list(_news(data, found[0], settings)), found[1])
        with _index(folder / "starter", STARTER, embedder, settings) as found:
            tuning = _Side(list(_tuning(found[0], settings)), found[1])
    models = model, judge
    weights = fit_reader((development, own_news, tuning), models)
    _report_reader(weights, reported, models)
    tables = [_table(side, weights, models) for side in (development, own_news, tuning, reported)]
    decision = fit_decision(*tables)
    linears = {
        "sentence": weights.sentence,
        "second": weights.second,
        "span": weights.span,
        "decision": decision.score,
    }
    written = {name: _values(linear) for name, linear in linears.items()} | {"sure": round(weights.sure, 6)}
    rates = {name: asdict(rates) for name, rates in decision.rates.items()}
    used = {name: {"sha256": value} for name, value in sha256.items()}
    numbers = {**written, "thresholds": dict(decision.thresholds), "rates": rates, **used}
    FILE.write_text(json.dumps(numbers, indent=1) + "\n", "utf-8")


Models = tuple[SpanModel, VerdictModel]
Group = tuple[NDArray[Any], NDArray[Any]]
"""Features of the choices of one question, and which of them are right."""


class _Side:
    """Questions with the index they were searched in, of which only the rarity of their words is kept."""

    def __init__(self, asked: Sequence[Asked], keywords: Keywords) -> None:
        self.asked = asked
        words = {word for item in asked for word in understand(item.text).words}
        self._rarity = {word: keywords.rarity(word) for word in words}

    def rarity(self, word: str) -> float:
        """As `Keywords.rarity`."""
        return self._rarity.get(word, 0.0)


@dataclass(frozen=True, slots=True)
class Table:
    """The signals of the decision for each question, which are answerable, and the group that each belongs to."""

    signals: NDArray[Any]
    labels: NDArray[np.bool_]
    groups: tuple[str, ...]


def fit_reader(sides: Sequence[_Side], models: Models) -> Weights:
    """Sentence weights, those of the second reading and short-answer weights, each a softmax regression over the
    choices of one question; and when the best sentence of the first passages is sure to be the best of all.
    """
    flat = Weights(_flat(SENTENCE_FEATURES), AS_RANKED, _flat(SPAN_FEATURES))
    groups: list[Group] = []
    spans: list[Group] = []
    for side in sides:
        reader = Reader(*models, side.rarity, flat)
        for item in side.asked:
            if item.answers:
                scored = reader.scored(understand(item.text), item.hits)
                groups.append(_sentence_group(item, scored))
                spans += _span_groups(item, scored)
    sentence, span = _fitted(groups, SENTENCE_FEATURES), _fitted(spans, SPAN_FEATURES)
    weights = Weights(sentence, AS_RANKED, span)
    second = [group for side in sides for group in _second_groups(side, weights, models)]
    firsts = [first for side in sides for first in _firsts(side, weights, models)]
    return Weights(sentence, _fitted(second, SECOND_FEATURES), span, sure_from(firsts))


def sure_from(firsts: Sequence[tuple[float, bool]]) -> float:
    """The lowest score of a best sentence of the first passages from which on at most `SURPRISED` of them were not the
    best of all; `firsts` gives both for each question. Infinite where there is none.
    """
    found, surprised = math.inf, 0
    for number, (score, is_best) in enumerate(sorted(firsts, key=lambda first: (-first[0], first[1])), start=1):
        surprised += not is_best
        if surprised <= SURPRISED * number:
            found = score
    return found


def _firsts(side: _Side, weights: Weights, models: Models) -> Iterator[tuple[float, bool]]:
    """Of each question the best score of the first passages, and whether it is the best of all."""
    reader = Reader(*models, side.rarity, weights)
    for item in side.asked:
        scored = reader.scored(understand(item.text), item.hits)
        first = next((each for each in scored if each.candidate.hit in item.hits[:FIRST_READ]), None)
        if first is not None:
            yield first.score, first is scored[0]


def _fitted(groups: Sequence[Group], features: Sequence[str]) -> Linear:
    return softmax_fit([group for group in groups if group[1].any()], features)


def _second_groups(side: _Side, weights: Weights, models: Models) -> Iterator[Group]:
    """What the second reading shows of the best sentences of each question."""
    reader = Reader(*models, side.rarity, weights)
    for item in side.asked:
        if item.answers:
            best = reader.read(understand(item.text), item.hits).scored[:SECOND_READING]
            yield np.array([second_features(each) for each in best]), np.array([_holds(item, each) for each in best])


def fit_decision(general: Table, news: Table, tuning: Table, reported: Table) -> Decision:
    """The decision fitted on general questions, then calibrated on our own, each side of which counts alike."""
    rows = general.signals
    spread = Linear(tuple(SIGNS), tuple(rows.mean(axis=0)), tuple(rows.std(axis=0)), (0.0,) * len(SIGNS))
    start = fit(rows, general.labels, spread)
    tables = {"SQuAD fit": general, "news": news, "starter tune": tuning, "SQuAD report": reported}
    _report_decision("fitted on SQuAD", start, tables)
    judged = [
        Judged(row, bool(label), f"{number} {group}", 1 / len(table.groups))
        for number, table in enumerate((news, tuning))
        for row, label, group in zip(table.signals, table.labels, table.groups, strict=True)
    ]
    decision = calibrate(judged, Decision(start), HELD)
    _report_decision("calibrated", decision.score, tables)
    for name, rates in decision.rates.items():
        _log(f"{name}: {decision.thresholds[name]} {rates}")
    return decision


def _report_decision(name: str, score: Linear, tables: Mapping[str, Table]) -> None:
    from sklearn.metrics import roc_auc_score

    _log(f"decision, {name}: {dict(zip(score.features, np.round(score.weight, 2), strict=True))}")
    for title, table in tables.items():
        chances = [score.score(row) for row in table.signals]
        _log(f"  AUROC {roc_auc_score(table.labels, chances):.3f} on {len(chances)} questions: {title}")


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


def _paragraphs(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
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


def _table(side: _Side, weights: Weights, models: Models) -> Table:
    reader = Reader(*models, side.rarity, weights)
    rows = [signals(reader.read(understand(item.text), item.hits)) for item in side.asked]
    labels = [bool(item.answers) for item in side.asked]
    return Table(np.array(rows), np.array(labels), tuple(item.group for item in side.asked))


def _asked(rows: Sequence[dict[str, Any]], titles: set[str], search: Search, settings: Settings) -> Iterator[Asked]:
    pool = [row for row in rows if row["title"] in titles and row["source"] == "v2.0"]
    random.Random(SEED).shuffle(pool)  # noqa: S311 (a reproducible order)
    for row in pool:
        hits = tuple(search.hits(row["question"], settings.passages))
        yield Asked(row["question"], tuple(row["answers"]), row["context"], (), hits, row["title"])


def _news_articles(data: Path, folder: Path) -> Path:
    """One Markdown file for each article that our questions to fit on ask about, as far as the questions go."""
    folder.mkdir()
    stored = own.articles(data)
    ends: dict[str, int] = {}
    for question in own.questions():
        if question.half == "fit":
            ends[question.article] = max(question.end, ends.get(question.article, 0))
    for name, end in ends.items():
        row = stored[name]
        dated = f"published: {row['published']}\n" if row["published"] else ""
        head = f"---\ntitle: {json.dumps(row['title'])}\npublisher: Wikinews\n{dated}language: en\n---\n\n"
        (folder / f"{name}.md").write_text(head + row["text"][:end] + "\n", encoding="utf-8")
    return folder


def _news(data: Path, search: Search, settings: Settings) -> Iterator[Asked]:
    stored = own.articles(data)
    for question in own.questions():
        if question.half == "fit":
            text = stored[question.article]["text"]
            hits = tuple(search.hits(question.question, settings.passages))
            start, end = question.answer_start, question.answer_end
            if start is None or end is None:
                yield Asked(question.question, (), "", (), hits, question.article)
                continue
            holding = [text[a:b] for a, b in sentence_spans(text) if a < end and start < b]
            yield Asked(question.question, (text[start:end],), "", tuple(holding), hits, question.article)


def _tuning(search: Search, settings: Settings) -> Iterator[Asked]:
    for line in (shipped.folder("eval/seeds") / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["half"] == "tune":
            text = resolve(row["question"], [Message(role, said) for role, said in row.get("history", [])]).text
            answers = tuple(row.get("answers", [])) or tuple(a for names in row.get("items", []) for a in names)
            hits = tuple(search.hits(text, settings.passages))
            yield Asked(text, answers, "", tuple(row.get("evidence", [])), hits, row["group"])


def _sentence_group(item: Asked, scored: Sequence[Scored]) -> Group:
    return np.array([each.features for each in scored]), np.array([_holds(item, each) for each in scored])


def _span_groups(item: Asked, found: Sequence[Scored]) -> Iterator[Group]:
    question = understand(item.text)
    for scored in found:
        text = scored.candidate.text
        options = answer_options(question, scored.candidate) if _holds(item, scored) else []
        if options:
            right = [_same(text[span.start : span.end], item.answers) for span in options]
            yield np.array(span_features(question, scored.candidate, options)), np.array(right)


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


def _report_reader(weights: Weights, reported: _Side, models: Models) -> None:
    reader = Reader(*models, reported.rarity, weights)
    found = [(item, reader.scored(understand(item.text), item.hits)) for item in reported.asked if item.answers]
    first = [_holds(item, scored[0]) for item, scored in found]
    named = dict(zip(SENTENCE_FEATURES, np.round(weights.sentence.weight, 2), strict=True))
    _log(f"sentence: right first {np.mean(first):.3f} of {len(first)}; {named}")
    again = [_holds(item, reader.read(understand(item.text), item.hits).scored[0]) for item, _ in found]
    named = dict(zip(SECOND_FEATURES, np.round(weights.second.weight, 2), strict=True))
    _log(f"read again: right first {np.mean(again):.3f} of {len(again)}; {named}")
    groups = [group for item, scored in found for group in _span_groups(item, scored) if group[1].any()]
    right = [bool(y[int(np.argmax([weights.span.score(row) for row in x]))]) for x, y in groups]
    named = dict(zip(SPAN_FEATURES, np.round(weights.span.weight, 2), strict=True))
    _log(f"span: right first {np.mean(right):.3f} of {len(right)}; {named}")


def _log(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(Path(os.environ["FOOTNOTE_BENCH_DATA"]))
