"""Search on a public set: by meaning alone, by keywords alone, the mean of both, and that put in order by the reader.

    FOOTNOTE_BENCH_DATA=... python eval/public/retrieval.py [QUESTIONS] [--index FOLDER]

SciFact's test queries (Wadden et al. 2020, as in BEIR), nDCG@10 (Järvelin & Kekäläinen 2002) computed by ir-measures.
The queries are claims and no questions, which the reader was never shown. What it says of a document is its best
sentence or its best passage, stretched to 0..1 over the documents that were read, and weighed with the fused score; the
choice of the two and the weight are made on 200 training queries and used as they are on the test queries. A weight of
0 leaves the fused order.

The same over the starter articles is part of `qa eval`. --index keeps the index for the next run.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark import data_folder, indexed, interval, machine, name_of, options
from ir_measures import Qrel, ScoredDoc, iter_calc, nDCG

from qa import Assistant
from qa.answering.reader import SENTENCE_FEATURES
from qa.chain import Query
from qa.evaluation.statistics import SEED, paired_difference
from qa.retrieval.search import fuse
from qa.training.examples import read_lines

WAYS = ("meaning", "keywords", "fused")
DEPTH = 100
"""Chunks fetched by each way."""
READ = 20
"""Chunks that are read."""
TRAINING = 200
"""Training queries on which the weight is chosen."""
SAID = ("sentence", "passage")
"""What the reader says of a document: the score of its best sentence, or that its best passage holds an answer."""
WEIGHTS = tuple(tenth / 10 for tenth in range(11))

Scores = Mapping[str, float]
"""Documents with their scores."""


@dataclass(frozen=True, slots=True)
class Found:
    """The documents of a query: in the order of each way; and of those that were read their fused scores, and what the
    reader says of them.
    """

    ways: dict[str, list[str]]
    fused: Scores
    said: dict[str, Scores]


def main() -> None:
    asked = options("Search on SciFact, by each way.")
    data = data_folder("scifact")
    if data is None:
        return
    texts = {row["_id"]: row["text"] for row in read_lines(data / "queries.jsonl.gz")}
    documents = {name_of(row["title"] + row["text"]): row for row in read_lines(data / "corpus.jsonl.gz")}
    passages = {name: (row["title"], row["text"]) for name, row in documents.items()}
    judged = {half: qrels(data / "qrels" / f"{half}.tsv") for half in ("train", "test")}
    with indexed(passages, asked.index, passages=READ) as (assistant, names):
        ids = {article: documents[name]["_id"] for article, name in names.items()}
        found = {
            half: {query: _found(assistant, texts[query], ids) for query in drawn(judged[half], most)}
            for half, most in (("train", min(TRAINING, asked.questions or TRAINING)), ("test", asked.questions))
        }
    said, weight = chosen(judged["train"], found["train"])
    marks = {way: ndcg(judged["test"], {query: one.ways[way] for query, one in found["test"].items()}) for way in WAYS}
    read = {query: put_in_order(one, said, weight) for query, one in found["test"].items()}
    marks["fused, read"] = ndcg(judged["test"], read)
    print(f"SciFact test, {len(found['test'])} queries, {len(documents)} documents, nDCG@10; {machine()}")
    for way, values in marks.items():
        print(f"  {way:<12}{interval(paired_difference([0.0] * len(values), values, list(found['test'])))}")
    for before, after in (("meaning", "fused"), ("keywords", "fused"), ("fused", "fused, read")):
        change = paired_difference(marks[before], marks[after], list(found["test"]))
        print(f"  {after} less {before}: {interval(change)}")
    print(f"the reader's best {said} has a weight of {weight}, chosen on {len(found['train'])} training queries")
    for name in SAID:
        alone = ndcg(judged["test"], {query: put_in_order(one, name, 1.0) for query, one in found["test"].items()})
        print(f"  in the order of the best {name} alone: {sum(alone) / len(alone):.3f}")


def qrels(path: Path) -> dict[str, dict[str, int]]:
    """The grades of the documents of each query that has a relevant one."""
    grades: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades.setdefault(query, {})[document] = int(grade)
    return {query: its for query, its in grades.items() if any(its.values())}


def drawn(judged: Mapping[str, object], most: int | None) -> list[str]:
    """At most so many of the queries, by a fixed seed."""
    queries = sorted(judged)
    random.Random(SEED).shuffle(queries)
    return queries[:most]


def ndcg(judged: Mapping[str, Mapping[str, int]], orders: Mapping[str, Sequence[str]]) -> list[float]:
    """nDCG@10 of each query's order of documents, in the order of the queries."""
    known = [Qrel(query, document, grade) for query in orders for document, grade in judged[query].items()]
    run = [ScoredDoc(query, document, -float(rank)) for query, order in orders.items()
           for rank, document in enumerate(order)]  # fmt: skip
    values = {metric.query_id: float(metric.value) for metric in iter_calc([nDCG @ 10], known, run)}
    return [values.get(query, 0.0) for query in orders]


def put_in_order(found: Found, said: str, weight: float) -> list[str]:
    """The documents that were read by the weighed mean of both scores, then the others in their fused order."""
    fused, reader = _stretched(found.fused), _stretched(found.said[said])
    scores = {document: (1 - weight) * fused[document] + weight * reader[document] for document in fused}
    before = {document: rank for rank, document in enumerate(found.ways["fused"])}
    read = sorted(scores, key=lambda document: (-round(scores[document], 6), before[document]))
    return [*read, *(document for document in before if document not in scores)]


def chosen(judged: Mapping[str, Mapping[str, int]], found: Mapping[str, Found]) -> tuple[str, float]:
    """Which of the reader's two scores, with which weight, has the best mean nDCG@10; the least weight of equals."""

    def mean(choice: tuple[str, float]) -> float:
        marks = ndcg(judged, {query: put_in_order(one, *choice) for query, one in found.items()})
        return round(sum(marks) / len(marks), 6)

    return max(((said, weight) for weight in WEIGHTS for said in SAID), key=mean)


def _found(assistant: Assistant, text: str, documents: Mapping[str, str]) -> Found:
    """`documents`: the document of each article."""
    dense, keyword = assistant.finder().candidates(text, DEPTH)
    ways, scores = {}, fuse(dense, keyword)
    for way, its in zip(WAYS, (dense, keyword, scores), strict=True):
        order = sorted(its, key=lambda chunk_id: (-its[chunk_id], chunk_id))
        ways[way] = list(dict.fromkeys(documents[chunk_id.split(":")[0]] for chunk_id in order))
    best: dict[str, float] = {}
    for chunk_id, score in scores.items():
        document = documents[chunk_id.split(":")[0]]
        best[document] = max(score, best.get(document, 0.0))
    said: dict[str, dict[str, float]] = {name: {} for name in SAID}
    for part in assistant.chain().explain(Query(text)).parts:
        for one in part.readout.scored:
            document = documents[one.candidate.hit.chunk.article_id]
            for name, value in zip(SAID, (one.score, one.features[SENTENCE_FEATURES.index("here")]), strict=True):
                said[name][document] = max(float(value), said[name].get(document, float("-inf")))
    known = [document for document in said[SAID[0]] if document in best]
    return Found(
        ways,
        {document: best[document] for document in known},
        {name: {document: its[document] for document in known} for name, its in said.items()},
    )


def _stretched(scores: Scores) -> dict[str, float]:
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    return {document: (score - low) / ((high - low) or 1.0) for document, score in scores.items()}


if __name__ == "__main__":
    main()
