"""A crowd around the starter articles: thousands of real news articles in the same index, to see who is still found."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from qa.articles.sources import STARTER
from qa.assistant import Assistant, index_folder
from qa.settings import Settings
from qa.sync import Progress

VARIABLE = "FOOTNOTE_BENCH_DATA"
FILE = Path("realtimeqa-2025") / "articles.jsonl.gz"


def data() -> Path | None:
    """The file of the crowd, or None where the variable names no folder that has it."""
    folder = os.environ.get(VARIABLE)
    path = Path(folder) / FILE if folder else None
    return path if path and path.is_file() else None


def folder(settings: Settings) -> Path:
    """Where the crowd is kept: beside the starter index."""
    return index_folder(replace(settings, index=STARTER)) / "crowd"


def gather(assistant: Assistant, file: Path, progress: Callable[[Progress], None]) -> None:
    """Brings the crowd and the starter articles into the assistant's index; what is there already costs nothing.

    The first time takes about half an hour on two cores. An interrupted run goes on where it was.
    """
    articles = assistant.folder / "articles"
    articles.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(_as_markdown(file)):
        path = articles / f"{number:05}.md"
        if not path.is_file():
            path.write_text(text, encoding="utf-8")
    assistant.index([STARTER, str(articles)], progress)


def _as_markdown(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            front = {"title": row.get("title") or f"Article {number}", "url": row.get("url"), "language": "en"}
            if row.get("publish_date"):
                front["published"] = str(row["publish_date"])[:10]
            known = "\n".join(f"{key}: {json.dumps(value)}" for key, value in front.items() if value)  # JSON is YAML
            yield f"---\n{known}\n---\n\n{row.get('text') or ''}\n"
