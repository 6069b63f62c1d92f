"""Hard negatives: passages that our own retrieval brings for a question and that do not answer it.

What the reader meets when it is asked is what the search found, so it learns to refuse from that too (Karpukhin et al.
2020, arXiv 2004.04906, section 3.2, who took them from BM25). Articles of our own questions and the passages of the
others are indexed together in a folder that is gone afterwards, and searched as an archive is.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from qa.assistant import Assistant
from qa.schema import Hit
from qa.settings import Settings
from qa.training.contrasts import Group
from qa.training.examples import Example

_FIELDS = ("title", "text", "published")
_LOOKED_AT = 8  # chunks of a question's search
_KEPT = 2  # of them, those that rank highest
_OWN_HEADER = 0.7  # share of them that stand under their own title
_TOLD_APART = 80  # characters at the beginning of a passage, by which its article is known


def groups(asked: Sequence[Example], articles: Iterable[Mapping[str, Any]], rng: random.Random) -> list[Group]:
    """Each answerable example with the chunks that its question finds in other articles and that do not hold its
    answer; those that find none are left out. `articles` are rows with `title`, `text` and `published`.
    """
    found = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        records = Path(folder) / "articles.jsonl"
        with records.open("w", encoding="utf-8") as file:
            file.writelines(
                json.dumps({key: row[key] for key in ("title", "text", "published")}) + "\n" for row in articles
            )
        with Assistant(Settings.load(index=str(Path(folder) / "index"))) as assistant:
            assistant.index([str(records)])
            texts = {article.id: article.text for article in assistant.articles()}
            for example in asked:
                hits = _elsewhere(example, assistant.search(example.question, _LOOKED_AT), texts)
                found.append([example, *(_negative(example, hit, rng) for hit in islice(hits, _KEPT))])
    return [group for group in found if len(group) > 1]


def _elsewhere(example: Example, hits: Iterable[Hit], texts: Mapping[str, str]) -> Iterator[Hit]:
    """The hits in articles that do not hold the example's passage, and that do not hold its answer."""
    answer = str(example.answer).lower()
    for hit in hits:
        elsewhere = example.passage[:_TOLD_APART] not in texts[hit.chunk.article_id]
        if elsewhere and answer not in hit.chunk.text.lower():
            yield hit


def _negative(example: Example, hit: Hit, rng: random.Random) -> Example:
    """As the reader would get it, or under the example's own title, so that the title alone does not tell."""
    title = hit.chunk.header.strip() if rng.random() < _OWN_HEADER else example.title
    return replace(example, title=title, passage=hit.chunk.text, answer=None, origin="mined")
