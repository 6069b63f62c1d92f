"""Search before and after fusion on a public set: by meaning alone, by keywords alone, and the mean of both.

    FOOTNOTE_BENCH_DATA=... python eval/public/retrieval.py

SciFact's test queries (nDCG@10; Järvelin & Kekäläinen 2002), computed by ir-measures. Nothing is fitted on it here.
The same over the starter articles is part of `qa eval`.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ir_measures import Qrel, ScoredDoc, calc_aggregate, nDCG

from qa import Assistant, Settings
from qa.retrieval.search import fuse

WAYS = ("meaning", "keywords", "fused")
DEPTH = 100
"""Chunks fetched by each way."""


def main() -> None:
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    if not data or not (Path(data) / "scifact").is_dir():
        print("SciFact skipped: FOOTNOTE_BENCH_DATA does not name a folder with scifact")
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        _scifact(Path(data) / "scifact", Path(place))


def _scifact(data: Path, place: Path) -> None:
    articles = place / "articles"
    articles.mkdir()
    for row in _lines(data / "corpus.jsonl.gz"):
        front = f"title: {json.dumps(row['title'])}\nlanguage: en"
        (articles / f"{row['_id']}.md").write_text(f"---\n{front}\n---\n\n{row['text']}\n", encoding="utf-8")
    rows = (line.split("\t") for line in (data / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:])
    judged = [Qrel(query, document, int(grade)) for query, document, grade in rows]
    asked = {judgement.query_id for judgement in judged if judgement.relevance > 0}
    queries = {row["_id"]: row["text"] for row in _lines(data / "queries.jsonl.gz") if row["_id"] in asked}
    with Assistant(Settings.load(index=str(place / "index"))) as assistant:
        assistant.index([str(articles)])
        documents = {article.id: Path(article.origin).stem for article in assistant.articles()}
        found = {query: _ways(assistant, text, documents) for query, text in queries.items()}
    print(f"SciFact test, {len(queries)} queries, nDCG@10")
    for way in WAYS:
        run = [
            ScoredDoc(query, document, -float(rank))
            for query, ways in found.items()
            for rank, document in enumerate(ways[way])
        ]
        print(f"{way:<10}{calc_aggregate([nDCG @ 10], judged, run)[nDCG @ 10]:>8.3f}")


def _ways(assistant: Assistant, question: str, documents: Mapping[str, str]) -> dict[str, list[str]]:
    """The documents in the order of their best chunk, each way."""
    dense, keyword = assistant.finder().candidates(question, DEPTH)
    ways = {}
    for way, scores in zip(WAYS, (dense, keyword, fuse(dense, keyword)), strict=True):
        order = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))
        ways[way] = list(dict.fromkeys(documents[chunk_id.split(":")[0]] for chunk_id in order))
    return ways


def _lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main()
