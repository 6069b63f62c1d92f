"""An embedding that can be worked out by hand: each word adds 1 on its own axis of 64, and the sum is made length 1."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.indexing.library import Library, open_library
from qa.settings import Settings

SIZE = 64


class WordModel:
    """Keeps every text it was given, so that a test can tell what was embedded."""

    def __init__(self, identity: str = "words@1", size: int = SIZE) -> None:
        self.identity = identity
        self.size = size
        self.seen: list[str] = []

    @property
    def dimensions(self) -> int:
        return self.size

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        self.seen += texts
        rows = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[zlib.crc32(word.encode()) % self.size] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)

    def count_tokens(self, text: str, /) -> int:
        return len(text.split())


def word_library(folder: Path, model: WordModel | None = None, **settings: object) -> Library:
    """A library in the folder, made if it is not there."""
    return open_library(folder, Settings(**settings), model or WordModel(), create=True)


def found(library: Library, words: str, k: int = 5) -> list[str]:
    """Titles that the words find in the vector index, best first, current ones only."""
    vector = WordModel(size=getattr(library.embedder, "size", SIZE)).encode([words])[0]
    hits = library.vectors.search(vector, k)
    chunks = library.store.chunks([chunk_id for chunk_id, _ in hits])
    return [library.store.article(chunks[chunk_id].article_id).title for chunk_id, _ in hits]
