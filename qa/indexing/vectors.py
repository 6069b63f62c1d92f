"""The vector index: chunk vectors in Chroma, searched by cosine similarity. The only importer of chromadb.

Promises: Chroma's distances never leave this file; its errors become `QAError`s here; nothing is sent anywhere but to
the address a user named. It holds a copy of what the store holds, so it can always be made again.

Embedded Chroma is not made for several processes. Each open one keeps its own graph: it answers from that without
error until it is opened anew, and what it does on opening (catching up, saving the graph) must not meet a writer doing
the same. So opening and writing take turns on `chroma.lock`, and readers `follow()` the store's generation. Searching
takes no lock.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from qa.errors import IndexDamaged, IndexLocked, IndexUnusable, QAError
from qa.indexing.metadata import chunk_metadata
from qa.schema import Article, Chunk
from qa.store import Store

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection

COLLECTION = "chunks"
FOLDER = "chroma"
LOCK = "chroma.lock"
_LOCK_SECONDS = 60.0  # a turn lasts as long as one batch takes to be written
_MOST_DELETED = 2000  # ids in one call: SQLite has a limit on variables
# A few more than asked, so that equal similarities at the edge are told apart by id and not by the graph's whim.
_EDGE = 16
# Measured on 55,000 chunks of 18,000 articles: comparing the stored vectors of 500 articles takes 16 ms; the graph
# takes 25 to 75 ms for the best of a list of ids; beyond 5,000 articles it is quicker to filter what it finds.
_FEW_ARTICLES = 500
_MANY_ARTICLES = 5000
# Recall of the 40 nearest of 20,000 was 1.000 at 2.7 ms (0.982 at 1.3 ms with Chroma's own 100, 100, 16).
_GRAPH = {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}
_PROBE = 4 * 1024 * 1024  # bytes
_opening = threading.Lock()  # chromadb's cache of clients is one per process


class _Session:
    """One open client and how many calls are using it, so that it is closed only after the last of them."""

    def __init__(self, client: ClientAPI, collection: ChromaCollection, close: Callable[[], None]) -> None:
        self.client = client
        self.collection = collection
        self.close = close
        self.users = 0
        self.retired = False


class Vectors:
    """The vector index in `folder` (the index folder), or on the Chroma server at `url`.

    Opened at first use. Safe to use from several threads; several in one process do not disturb each other.
    `name` is the collection: a server may hold several indexes. With the store, only what that calls current is found.
    """

    def __init__(self, folder: Path, url: str = "", name: str = COLLECTION, store: Store | None = None) -> None:
        self._folder = folder
        self._path = folder / FOLDER
        self._url = url
        self._name = name
        self._store = store
        self._session: _Session | None = None
        self._generation: int | None = None
        self._guard = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, chunks: Sequence[Chunk], vectors: NDArray[np.float32], articles: Mapping[str, Article]) -> None:
        """Puts chunks in or replaces those of the same id. `articles` holds the article of each by its id."""
        with self._writing() as session:
            size = session.client.get_max_batch_size()
            for start in range(0, len(chunks), size):
                part = chunks[start : start + size]
                session.collection.upsert(
                    ids=[chunk.id for chunk in part],
                    embeddings=np.asarray(vectors[start : start + size], dtype=np.float32),
                    documents=[chunk.text for chunk in part],
                    metadatas=[chunk_metadata(chunk, articles[chunk.article_id]) for chunk in part],
                )

    def delete(self, ids: Sequence[str]) -> None:
        """Takes chunks out; ids that are not in are passed over."""
        with self._writing() as session:
            size = min(session.client.get_max_batch_size(), _MOST_DELETED)
            for start in range(0, len(ids), size):
                session.collection.delete(ids=list(ids[start : start + size]))

    @contextmanager
    def remade(self) -> Iterator[Vectors]:
        """An empty vector index to fill, which takes this one's place at the end, unless filling it fails.

        Until then this one answers as before. On a server, which cannot rename, it is emptied at the beginning.
        """
        made = Vectors(self._folder, self._url, self._name)
        if self._url:
            with made._use() as session:
                session.client.delete_collection(self._name)
            made._retire()
            with made:
                yield made
            self._retire()
            return
        made._path = self._path.with_name(f"{FOLDER}.new")
        shutil.rmtree(made._path, ignore_errors=True)
        with made:
            yield made
        with self._guard, self._translated(), self._turn():
            self._retire()
            old = self._path.with_name(f"{FOLDER}.old")
            shutil.rmtree(old, ignore_errors=True)
            if self._path.exists():
                self._path.rename(old)
            if made._path.exists():
                made._path.rename(self._path)
            shutil.rmtree(old, ignore_errors=True)

    def search(
        self, vector: NDArray[np.float32], k: int, articles: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k nearest current chunks as (chunk id, cosine similarity), best first, equal ones by id.

        `articles` restricts to articles by id. A few are compared one by one with their stored vectors, which is exact
        and quicker than leading the graph to them.
        """
        if articles is not None and not articles:
            return []
        wanted = None if articles is None else set(articles)
        if wanted is None or self._store is None or len(wanted) > _MANY_ARTICLES:
            return self._nearest(vector, k, wanted)
        if len(wanted) <= _FEW_ARTICLES:
            ids, rows = self._store.vectors_in(wanted)
            return _best(zip(ids, rows @ vector, strict=True), k) if ids else []
        ids = self._store.chunk_ids(wanted)
        return _best(self._query(vector, k + _EDGE, ids), k) if ids else []

    def _nearest(self, vector: NDArray[np.float32], k: int, wanted: set[str] | None) -> list[tuple[str, float]]:
        """The nearest that are current and wanted; for each that is not, more are fetched."""
        fetch = k + _EDGE
        while True:
            found = self._query(vector, fetch)
            ids = [chunk_id for chunk_id, _ in found]
            kept = set(ids) if self._store is None else self._store.current(ids)
            hits = [hit for hit in found if hit[0] in kept and (wanted is None or hit[0].rsplit(":", 2)[0] in wanted)]
            if len(hits) >= k or len(found) < fetch:
                return _best(hits, k)
            fetch *= 4

    def count(self) -> int:
        """How many chunks are in it, current or not."""
        with self._use() as session:
            return int(session.collection.count())

    def follow(self, generation: int) -> None:
        """Opens anew if the store's generation is another than at the last call: another process may have written."""
        with self._guard:
            if generation != self._generation:
                if self._generation is not None:
                    self.refresh()
                self._generation = generation

    def wrote(self, generation: int) -> None:
        """Notes that this process itself made the store's generation, so `follow` need not open anew."""
        with self._guard:
            self._generation = generation

    def refresh(self) -> None:
        """Lets the open client go; the next call opens a new one that sees what other processes wrote."""
        self._retire()

    def close(self) -> None:
        """Lets go of files and connections. The next call would open them again."""
        self._retire()

    def _query(self, vector: NDArray[np.float32], k: int, ids: list[str] | None = None) -> list[tuple[str, float]]:
        for attempt in (1, 2, 3):
            try:
                with self._use() as session:
                    answer = session.collection.query(
                        query_embeddings=np.asarray([vector], dtype=np.float32),
                        n_results=k,
                        ids=ids,
                        include=["distances"],
                    )
                break
            except IndexUnusable as error:
                # A graph from before another process's run does not know all these ids; a fresh one does.
                if attempt == 3 or isinstance(error, IndexLocked):
                    raise
                self.refresh()
        distances = (answer["distances"] or [[]])[0]
        return [
            (chunk_id, 1.0 - float(distance)) for chunk_id, distance in zip(answer["ids"][0], distances, strict=True)
        ]

    @contextmanager
    def _writing(self) -> Iterator[_Session]:
        with self._use() as session, self._turn():
            yield session

    @contextmanager
    def _use(self) -> Iterator[_Session]:
        with self._guard:
            session = self._session = self._session or self._opened()
            session.users += 1
        try:
            with self._translated():
                yield session
        finally:
            with self._guard:
                session.users -= 1
                if session.retired and not session.users:
                    session.close()

    def _retire(self) -> None:
        with self._guard:
            session, self._session = self._session, None
            if session is not None:
                session.retired = True
                if not session.users:
                    session.close()

    def _opened(self) -> _Session:
        with self._translated():
            if self._url:
                return self._connected()
            with self._turn():
                client, close = _private_client(self._path)
                try:
                    collection = _collection(client, self._name)
                    self._require_whole(collection)  # counting also catches up with the log, while it is our turn
                except BaseException:
                    close()
                    raise
                return _Session(client, collection, close)

    def _connected(self) -> _Session:
        import chromadb
        from chromadb.config import Settings

        address = urlsplit(self._url)
        client = chromadb.HttpClient(
            host=address.hostname or "",
            port=address.port or (443 if address.scheme == "https" else 8000),
            ssl=address.scheme == "https",
            settings=Settings(anonymized_telemetry=False),
        )
        collection = _collection(client, self._name)
        self._require_whole(collection)
        return _Session(client, collection, client.close)  # type: ignore[attr-defined]

    def _require_whole(self, collection: ChromaCollection) -> None:
        """Raises `IndexDamaged` where current chunks are missing, instead of answering as if there were none."""
        if self._store is None:
            collection.count()
            return
        generation, expected = self._store.generation(), self._store.counts().chunks
        held = collection.count()
        # New chunks come in before the generation rises, old ones go out after: while it stands, none may be missing.
        if held < expected and generation == self._store.generation():
            raise IndexDamaged(
                f"The vector index in {self._url or self._folder} holds {held:,} chunks of {expected:,}.",
                "Make it again from the stored vectors: qa doctor --repair",
            )

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._url:
            yield
            return
        try:
            with FileLock(self._folder / LOCK, timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise IndexLocked(
                f"The vector index in {self._folder} has been in use by another process for {_LOCK_SECONDS:.0f} s.",
                "Wait until the other process has finished, then try again.",
            ) from error

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except QAError:
            raise
        except Exception as error:  # chromadb raises its own, httpx's, ValueError and bare Exception
            reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
            if self._url:
                raise IndexUnusable(
                    f"The Chroma server at {self._url} did not do what was asked: {reason}.",
                    "Start it (chroma run --path FOLDER), correct chroma_url, or leave chroma_url empty.",
                ) from error
            if isinstance(error, PermissionError | FileNotFoundError) or not os.access(self._folder, os.W_OK):
                raise IndexUnusable(
                    f"The vector index in {self._folder} cannot be opened: {reason}.",
                    "Chroma needs a folder it may write to: copy the index to one, or use --index FOLDER.",
                ) from error
            if (refusal := _refusal_to_write(self._folder)) is not None:
                raise IndexUnusable(
                    f"The vector index in {self._folder} cannot be written: {refusal}.",
                    "Free space on the disk, then run qa index again, which goes on where it was.",
                ) from error
            raise IndexDamaged(
                f"The vector index in {self._folder} cannot be read: {reason}.",
                "Make it again from the stored vectors: qa doctor --repair",
            ) from error


def _refusal_to_write(folder: Path) -> str | None:
    """What the system says to a few megabytes more, None where it takes them. Chroma does not tell a full disk."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_PROBE))
    except OSError as error:
        return error.strerror or str(error)
    return None


def _private_client(path: Path) -> tuple[ClientAPI, Callable[[], None]]:
    """A client that shares nothing with other clients of this process, and how to close it.

    chromadb hands out one cached system per path, which would go on answering from its old graph. The cache is set
    aside while ours is made and put back as it was, so nobody else's client is disturbed.
    """
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    with _opening:
        systems, users = SharedSystemClient._identifier_to_system, SharedSystemClient._identifier_to_refcount
        SharedSystemClient.clear_system_cache()
        try:
            client = chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))
            (system,) = SharedSystemClient._identifier_to_system.values()
        finally:
            SharedSystemClient._identifier_to_system = systems
            SharedSystemClient._identifier_to_refcount = users
    return client, system.stop


def _collection(client: ClientAPI, name: str) -> ChromaCollection:
    return client.get_or_create_collection(name, configuration={"hnsw": _GRAPH}, embedding_function=None)  # type: ignore[arg-type]


def _best(hits: Iterable[tuple[str, float]], k: int) -> list[tuple[str, float]]:
    """The k most similar, rounded before they are compared, so that equal ones are told apart by id."""
    rounded = [(chunk_id, round(float(similarity), 6) + 0.0) for chunk_id, similarity in hits]
    return sorted(rounded, key=lambda hit: (-hit[1], hit[0]))[:k]
