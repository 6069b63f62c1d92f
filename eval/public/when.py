"""Search before and after the time that a question asks about is weighed, on questions whose paragraph time decides.

    FOOTNOTE_BENCH_DATA=... python eval/public/when.py

TimeQA's questions written by people (Chen et al. 2021, "A Dataset for Answering Time-Sensitive Questions"): "Which team
did he play for from 2007 to 2008?", where other paragraphs of the same article tell of other years. The weights in
`qa/retrieval/when.py` were set on the other half of the articles. Paragraphs have no date of their own here.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from qa import Assistant, Settings
from qa.retrieval.when import frame, weigh
from qa.training.examples import read_lines

DEPTH = 18
"""Passages that are weighed: three times what is read."""


def main() -> None:
    data = os.environ.get("FOOTNOTE_BENCH_DATA")
    if not data or not (Path(data) / "reading" / "timeqa").is_dir():
        print("skipped: FOOTNOTE_BENCH_DATA does not name a folder with reading/timeqa")
        return
    rows = [row for row in read_lines(Path(data) / "reading" / "timeqa" / "train.jsonl.gz") if _is_reported(row["doc"])]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        _report(rows, Path(place))


def _is_reported(article: str) -> bool:
    return int(hashlib.sha256(article.encode()).hexdigest(), 16) % 2 == 1


def _report(rows: Sequence[dict], place: Path) -> None:
    names = {context: f"{number:04d}" for number, context in enumerate(dict.fromkeys(row["context"] for row in rows))}
    (place / "articles").mkdir()
    for context, name in names.items():
        (place / "articles" / f"{name}.md").write_text(
            f"---\ntitle: {name}\nlanguage: en\n---\n\n{context}\n", encoding="utf-8"
        )
    asked = [row for row in rows if row["answerable"]]
    ranks: dict[str, list[int | None]] = {"as found": [], "weighed": []}
    with Assistant(Settings.load(index=str(place / "index"))) as assistant:
        assistant.index([str(place / "articles")])
        origins = {article.id: Path(article.origin).stem for article in assistant.articles()}
        for row in asked:
            hits = assistant.search(row["question"], DEPTH)
            weighed = weigh(hits, frame(row["question"], None), lambda _: None)
            for way, found in zip(ranks, (hits, weighed), strict=True):
                ranks[way].append(_rank([origins[hit.chunk.article_id] for hit in found], names[row["context"]]))
    print(f"TimeQA, {len(asked)} questions, {len(names)} paragraphs; the paragraph asked about is among the first")
    print(f"{'':<10}{'1':>7}{'3':>7}{'6':>7}{DEPTH:>7}{'MRR':>8}")
    for way, found in ranks.items():
        shares = (sum(r is not None and r <= most for r in found) / len(found) for most in (1, 3, 6, DEPTH))
        first = "".join(f"{share:>7.3f}" for share in shares)
        print(f"{way:<10}{first}{sum(1 / r for r in found if r) / len(found):>8.3f}")


def _rank(found: Sequence[str], wanted: str) -> int | None:
    return found.index(wanted) + 1 if wanted in found else None


if __name__ == "__main__":
    main()
