"""The parts of an index that change together, and the commit that keeps them in step.

The order of a commit makes a crash at any moment leave the old state or the new one: vectors go into the vector index
first, where nothing counts that the store does not call current; one transaction of the store makes the new versions
current; old vectors go last. Chunk ids on their way in or out are noted as strays before they move, and whoever writes
next begins by taking those out (`tidy`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged
from qa.indexing import ledger as books
from qa.indexing import manifest
from qa.indexing.chunks import chunk_article
from qa.indexing.ledger import Change, Ledger
from qa.indexing.vectors import COLLECTION, Vectors
from qa.schema import Article, Chunk
from qa.settings import Settings
from qa.store import Entry, Store

Told = Callable[[int, int], None]
"""Is told how many chunks of a change are embedded, and of how many."""
_TOLD_EVERY = 64


class Embeds(Protocol):
    """What indexing needs of an embedding model; `Embedder` has it, and so may a small model of a test."""

    identity: str

    def encode(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """One unit vector per text."""

    def count_tokens(self, text: str, /) -> int:
        """Tokens of the text in the model's own vocabulary."""


@dataclass(frozen=True, slots=True)
class Library:
    """The parts of an index. The embedding model is only loaded if something is embedded."""

    store: Store
    vectors: Vectors
    embedder: Embeds
    settings: Settings

    def close(self) -> None:
        """Lets go of the files."""
        self.vectors.close()
        self.store.close()


def open_library(folder: Path, settings: Settings, embedder: Embeds, *, create: bool = False) -> Library:
    """The library in an index folder. Raises what `Store` raises."""
    store = Store(folder, create=create)
    # One server may hold several indexes, so there each has a collection of its own name.
    name = f"{COLLECTION}-{store.meta('library')}" if settings.chroma_url else COLLECTION
    return Library(store, Vectors(folder, settings.chroma_url, name, store), embedder, settings)


def embedded_text(chunk: Chunk) -> str:
    """What of a chunk is embedded: its header, then its text."""
    return f"{chunk.header}\n{chunk.text}" if chunk.header else chunk.text


def commit(library: Library, ledger: Ledger, change: Change, told: Told = lambda done, total: None) -> int:
    """Makes the change current; returns how many chunks were embedded for it."""
    store, vectors = library.store, library.vectors
    entries = _embedded(library, change.fresh, told)
    new = {chunk.id for entry in entries for chunk in entry.chunks}
    if new:
        with store.transaction() as connection:
            books.put_strays(connection, new)
        _add(vectors, entries)
    with store.transaction() as connection:
        dropped = {*store.take(connection, change.gone), *store.put(connection, entries)} - new
        store.move(connection, change.moved)
        ledger.write(connection, change)
        books.drop_strays(connection, new)
        books.put_strays(connection, dropped)
        if new:
            size = next(entry.vectors.shape[1] for entry in entries if entry.chunks)
            manifest.record(store, connection, library.settings, library.embedder.identity, size)
        if entries or change.gone or change.moved:
            store.raise_generation(connection)
    if dropped:
        vectors.delete(sorted(dropped))
        with store.transaction() as connection:
            books.drop_strays(connection, dropped)
    vectors.wrote(store.generation())
    return len(new)


def tidy(library: Library) -> None:
    """Takes out what a run that was cut off left in the vector index; makes that again if it did not survive.

    To be called first by whoever writes.
    """
    store = library.store
    if store.meta("repairing"):
        remake(library)
        return
    strays = [row[0] for row in store.rows("SELECT id FROM strays ORDER BY id")]
    if not strays:
        return
    library.vectors.refresh()
    try:
        library.vectors.delete(strays)
        whole = library.vectors.count() == store.counts().chunks
    except IndexDamaged:
        whole = False
    if not whole:
        remake(library)
    with store.transaction() as connection:
        books.drop_strays(connection, strays)


def ensure_whole(library: Library) -> None:
    """Makes the vector index again if it is missing or broken."""
    try:
        library.vectors.count()
    except IndexDamaged:
        remake(library)


def remake(library: Library, done: Callable[[int], None] = lambda _: None) -> None:
    """Makes vector index and keyword rows again from the store, without embedding. Calls `done` with articles done.

    Nothing that the store has erased is left in the files of the new vector index.
    """
    store = library.store
    with store.transaction() as connection:
        store.set_meta(connection, repairing="1")  # until it is done, also after a crash
        store.rebuild_words(connection)
    with library.vectors.remade() as vectors:
        count = 0
        for entries in store.entries():
            _add(vectors, entries)
            count += len(entries)
            done(count)
    with store.transaction() as connection:
        connection.execute("DELETE FROM meta WHERE key = 'repairing'")
        connection.execute("DELETE FROM strays")
        store.raise_generation(connection)
    library.vectors.wrote(store.generation())


def strip(library: Library) -> None:
    """Takes the chunks off all articles and has every file read again: what other settings made is of no use."""
    store = library.store
    with store.transaction() as connection:
        store.drop_chunks(connection)
        connection.execute("UPDATE files SET signature = ''")
        connection.execute(
            "DELETE FROM meta WHERE key IN ('embedding', 'embedding_model', 'dimensions', 'chunk_tokens')"
        )
        store.set_meta(connection, repairing="1")  # so that tidy() empties the vector index, now or after a crash
        store.raise_generation(connection)


def problems(library: Library) -> list[str]:
    """What is wrong with the index, in plain words; empty if nothing is."""
    store = library.store
    found = [f"The store's file is broken: {line}." for line in store.problems()]
    strays, kept = store.rows("SELECT count(*) FROM strays")[0][0], store.counts().chunks
    if strays or store.meta("repairing"):
        found.append("A run was cut off; the next one will tidy up after it.")
    library.vectors.refresh()
    try:
        held = library.vectors.count()
    except IndexDamaged as error:
        return [*found, str(error)]
    if held > kept + strays:
        found.append(f"The vector index holds {held:,} chunks, but the store {kept:,}.")
    return found


def _add(vectors: Vectors, entries: Sequence[Entry]) -> None:
    entries = [entry for entry in entries if entry.chunks]
    if entries:
        vectors.add(
            [chunk for entry in entries for chunk in entry.chunks],
            np.concatenate([entry.vectors for entry in entries]),
            {entry.article.id: entry.article for entry in entries},
        )


def _embedded(library: Library, fresh: Sequence[tuple[Article, str]], told: Told) -> list[Entry]:
    embedder, limit = library.embedder, library.settings.chunk_tokens
    chunks = [chunk_article(article, embedder.count_tokens, limit) for article, _ in fresh]
    texts = [embedded_text(chunk) for some in chunks for chunk in some]
    parts = []
    for begin in range(0, len(texts), _TOLD_EVERY):
        parts.append(embedder.encode(texts[begin : begin + _TOLD_EVERY]))
        told(min(begin + _TOLD_EVERY, len(texts)), len(texts))
    vectors = np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)
    entries, start = [], 0
    for (article, kin), some in zip(fresh, chunks, strict=True):
        entries.append(Entry(article, kin, some, vectors[start : start + len(some)]))
        start += len(some)
    return entries
