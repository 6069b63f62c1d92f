"""Search before and after fusion: by meaning alone, by keywords alone, and the mean of both.

    FOOTNOTE_BENCH_DATA=... python eval/public/retrieval.py

On the starter questions (hit@1, hit@5: a found chunk holds an evidence sentence) and SciFact's test queries (nDCG@10,
binary relevance; Järvelin & Kekäläinen 2002). Nothing is fitted on either here.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from qa import Assistant, Settings
from qa.evaluation.metrics import plain
from qa.evaluation.suite import Item, load
from qa.retrieval.search import fuse
from qa.shipped import folder

Ways = Mapping[str, Mapping[str, float]]


def main() -> None:
    print(f"{'':<34}{'meaning':>10}{'keywords':>10}{'fused':>10}")
    with Assistant(Settings.load(index="starter")) as assistant:
        for name in ("questions", "tune"):
            items = [item for item in load(folder("eval/seeds") / f"{name}.jsonl") if item.evidence]
            for k in (1, 5):
                _row(
                    f"starter, {name}, hit@{k}",
                    lambda item, order, k=k: _hit(assistant, item, order[:k]),
                    items,
                    assistant,
                )
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
        front = json.dumps({"title": row["title"], "language": "en"})
        (articles / f"{row['_id']}.md").write_text(f"---\n{front}\n---\n\n{row['text']}\n", encoding="utf-8")
    relevant: dict[str, set[str]] = {}
    for line in (data / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, set()).add(document)
    queries = [(row["_id"], row["text"]) for row in _lines(data / "queries.jsonl.gz") if row["_id"] in relevant]
    with Assistant(Settings.load(index=str(place / "index"), candidates=100)) as assistant:
        assistant.index([str(articles)])
        document = {article.id: Path(article.origin).stem for article in assistant.articles()}
        sums: dict[str, float] = {}
        for query, text in queries:
            for way, scores in _ways(assistant, text).items():
                ranked = list(dict.fromkeys(document[chunk.split(":")[0]] for chunk in _order(scores)))
                sums[way] = sums.get(way, 0.0) + _ndcg(ranked[:10], relevant[query])
        _print(
            f"SciFact test, {len(queries)} queries, nDCG@10", {way: total / len(queries) for way, total in sums.items()}
        )


def _row(name: str, hit: Callable[[Item, list[str]], bool], items: list[Item], assistant: Assistant) -> None:
    shares = {"meaning": 0.0, "keywords": 0.0, "fused": 0.0}
    for item in items:
        for way, scores in _ways(assistant, item.question).items():
            shares[way] += hit(item, _order(scores)) / len(items)
    _print(f"{name} ({len(items)})", shares)


def _ways(assistant: Assistant, question: str) -> Ways:
    dense, keyword = assistant.candidates(question)
    return {"meaning": dense, "keywords": keyword, "fused": fuse(dense, keyword)}


def _order(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))


def _hit(assistant: Assistant, item: Item, ids: list[str]) -> bool:
    texts = [plain(chunk.text) for chunk in assistant.library().store.chunks(ids).values()]
    return any(plain(sentence) in text for sentence in item.evidence for text in texts)


def _ndcg(ranked: list[str], relevant: set[str]) -> float:
    gained = sum(1 / math.log2(rank + 1) for rank, document in enumerate(ranked, 1) if document in relevant)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), 10) + 1))


def _print(name: str, shares: Mapping[str, float]) -> None:
    print(f"{name:<34}" + "".join(f"{shares.get(way, 0.0):>10.3f}" for way in ("meaning", "keywords", "fused")))


def _lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


if __name__ == "__main__":
    main()
