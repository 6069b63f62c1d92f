"""What made an index, and whether it may be used with what runs now.

Vectors of two models cannot be compared, even where they are equally long; so the index keeps the model's identity and
the chunk length, and refuses others. The package version is kept for people to read and never refused.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import qa
from qa.errors import IndexMismatch
from qa.settings import Settings
from qa.store import Store


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made the index: `embedding` is the model's identity, that is, its name and a hash of its weights."""

    package: str
    embedding_model: str
    embedding: str
    dimensions: int
    chunk_tokens: int


def manifest(store: Store) -> Manifest | None:
    """The manifest of the index, or None while nothing has been indexed."""
    embedding = store.meta("embedding")
    if embedding is None:
        return None
    return Manifest(
        package=store.meta("package") or "",
        embedding_model=store.meta("embedding_model") or "",
        embedding=embedding,
        dimensions=int(store.meta("dimensions") or 0),
        chunk_tokens=int(store.meta("chunk_tokens") or 0),
    )


def check(store: Store, settings: Settings, identity: str) -> None:
    """Raises `IndexMismatch`, naming both cures, if another model or chunk length made the index."""
    made = manifest(store)
    if made is None:
        return
    if made.embedding != identity:
        _refuse("the embedding model", made.embedding, identity, f"embedding_model to {made.embedding_model}")
    if made.chunk_tokens != settings.chunk_tokens:
        _refuse(
            "chunk_tokens", str(made.chunk_tokens), str(settings.chunk_tokens), f"chunk_tokens to {made.chunk_tokens}"
        )


def record(store: Store, connection: sqlite3.Connection, settings: Settings, identity: str, dimensions: int) -> None:
    """Keeps what makes the index, inside the transaction that commits what was made."""
    store.set_meta(
        connection,
        package=qa.__version__,
        embedding_model=settings.embedding_model,
        embedding=identity,
        dimensions=str(dimensions),
        chunk_tokens=str(settings.chunk_tokens),
    )


def _refuse(what: str, made: str, now: str, back: str) -> None:
    raise IndexMismatch(
        f"The index was made with another setting: {what} was {made} and is now {now}.",
        f"Set {back} again, or index everything anew with the present settings: qa index --rebuild",
    )
