"""What is indexed from where, and which article each item of a file is.

The rules of identity, in order: the item of a file that was here before keeps its article (also under a new title, if
its text is the same or it is alone in its file); a text that an article already has is a copy of it, or, if that
article's file is gone, its new place; otherwise the item is a new article. The ledger is loaded once per run and holds
no text.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace

from qa.schema import Article, Failure
from qa.store import Store


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when its articles were read. `signature` hashes its bytes."""

    origin: str
    source: str
    size: int
    mtime_ns: int
    signature: str


@dataclass(slots=True)
class Held:
    """A current article: its version, the file that it is read from, and what its text and source hash to.

    `bare`: it has no chunks, because other settings made them.
    """

    version: str
    origin: str
    kin: str
    content_hash: str
    bare: bool = False


@dataclass(slots=True)
class Change:
    """What one transaction is to do: articles to make current (with their kin), to move and to drop; files to note."""

    fresh: list[tuple[Article, str]] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    files: list[File] = field(default_factory=list)
    files_gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fresh or self.moved or self.gone or self.files or self.files_gone)


class Ledger:
    """The bookkeeping of one run. `place` and `vanish` decide and remember; `write` keeps what they decided."""

    def __init__(self, store: Store) -> None:
        self.files = {row[0]: File(*row) for row in store.rows("SELECT * FROM files")}
        self.failed = {row[0] for row in store.rows("SELECT origin FROM failures")}
        self.failed_parts: dict[str, list[Failure]] = defaultdict(list)
        """By file, the parts of it that could not be read when it was last read."""
        for file, *failure in store.rows("SELECT file, origin, reason, hint FROM failures WHERE file NOTNULL"):
            self.failed_parts[file].append(Failure(*failure))
        self.forgotten = {row[0] for row in store.rows("SELECT content_hash FROM forgotten")}
        self.held = {
            row[0]: Held(*row[1:])
            for row in store.rows(
                "SELECT a.id, a.version, a.origin, a.kin, v.content_hash,"
                " NOT EXISTS (SELECT 1 FROM chunks WHERE article_id = a.id) FROM articles a"
                " JOIN versions v ON v.article_id = a.id AND v.version = a.version"
            )
        }
        self.places: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        self._origins: dict[str, set[str]] = defaultdict(set)
        for origin, derived, article_id, kin in store.rows("SELECT origin, derived, article_id, kin FROM places"):
            self.places[origin][derived] = (article_id, kin)
            self._origins[article_id].add(origin)
        self._by_kin: dict[str, str] = {
            held.kin: article_id for article_id, held in sorted(self.held.items(), reverse=True)
        }
        self.vanished: set[str] = set()
        self._lost_texts: dict[str, str] = {}
        self.added: set[str] = set()
        self.changed: set[str] = set()
        self.renamed: set[str] = set()
        self.removed: set[str] = set()
        self.again: set[str] = set()
        """Files that must be read again, because the article that they were a copy of has changed."""

    def expect_gone(self, origins: Collection[str]) -> None:
        """Says which files are no longer there, before the others are placed: their articles may have moved."""
        self.vanished = set(origins)
        self._lost_texts = {
            held.content_hash: article_id
            for article_id, held in sorted(self.held.items())
            if held.origin in self.vanished
        }

    def place(self, origin: str, items: Sequence[Article], change: Change) -> None:
        """Decides which article each item of the file is, and adds to `change` what that means."""
        self.again.discard(origin)
        old = self.places.pop(origin, {})
        known = self._continued(old, items)
        placed: dict[str, tuple[str, str]] = {}
        taken: set[str] = set()
        for item in items:
            derived = item.id
            while derived in placed:  # two items of one file that state the same address
                derived = _hashed(derived, "again")
            kin = kin_of(item)
            article_id = self._resolve(origin, derived, kin, item.content_hash, known.get(item.id), taken)
            placed[derived] = (article_id, kin)
            self._origins[article_id].add(origin)
            if item.content_hash in self.forgotten:
                continue
            if article_id not in taken:
                self._keep(origin, replace(item, id=article_id), kin, change)
            taken.add(article_id)
        self.places[origin] = placed
        for article_id in sorted({article_id for article_id, _ in old.values()} - taken):
            self._release(article_id, origin, change)

    def vanish(self, origins: Iterable[str], change: Change) -> None:
        """Lets go of files that are no longer there, and of their articles where no copy is left."""
        for origin in sorted(origins):
            for article_id in sorted({article_id for article_id, _ in self.places.pop(origin, {}).values()}):
                self._release(article_id, origin, change)
            self.files.pop(origin, None)
            change.files_gone.append(origin)

    def bare(self) -> list[tuple[str, str]]:
        """(id, kin) of the articles that still have no chunks."""
        bare = [(article_id, held.kin) for article_id, held in sorted(self.held.items()) if held.bare]
        for article_id, _ in bare:
            self.held[article_id].bare = False
        return bare

    def tally(self, origins: Collection[str]) -> tuple[int, int]:
        """(articles that stayed as they were, copies) among these files."""
        touched = self.added | self.changed | self.renamed
        here = [article_id for article_id, held in self.held.items() if held.origin in origins]
        places = sum(
            article_id in self.held for origin in origins for article_id, _ in self.places.get(origin, {}).values()
        )
        return sum(article_id not in touched for article_id in here), places - len(here)

    def write(self, connection: sqlite3.Connection, change: Change) -> None:
        """Keeps the files of the change and the places of their items."""
        files = {file.origin: file for file in change.files}  # the last reading counts
        origins = [(origin,) for origin in [*files, *change.files_gone]]
        connection.executemany("UPDATE files SET signature = '' WHERE origin = ?", [(o,) for o in self.again])
        connection.executemany("DELETE FROM places WHERE origin = ?", origins)
        connection.executemany("DELETE FROM files WHERE origin = ?", origins)
        connection.executemany(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
            [(file.origin, file.source, file.size, file.mtime_ns, file.signature) for file in files.values()],
        )
        connection.executemany(
            "INSERT INTO places VALUES (?, ?, ?, ?)",
            [
                (file.origin, derived, article_id, kin)
                for file in files.values()
                for derived, (article_id, kin) in self.places.get(file.origin, {}).items()
            ],
        )

    def _continued(self, old: dict[str, tuple[str, str]], items: Sequence[Article]) -> dict[str, str]:
        """Derived id of an item -> the article it was at the last reading of this file."""
        known = {item.id: old[item.id][0] for item in items if item.id in old}
        left = {article_id for derived, (article_id, _) in old.items() if derived not in known}
        fresh = [item for item in items if item.id not in known]
        if len(old) == len(items) == len(fresh) == 1:
            return {fresh[0].id: left.pop()}
        by_text = {
            self.held[article_id].content_hash: article_id for article_id in sorted(left) if article_id in self.held
        }
        for item in fresh:
            if item.content_hash in by_text:
                known[item.id] = by_text.pop(item.content_hash)
        return known

    def _resolve(
        self, origin: str, derived: str, kin: str, content_hash: str, known: str | None, taken: set[str]
    ) -> str:
        twin = self._by_kin.get(kin)
        if known is not None and known not in taken:
            held = self.held.get(known)
            if held is None or held.kin == kin:
                return known
            if self._free(known, origin):
                return twin if twin is not None and (twin in taken or self._stays(twin, origin)) else known
        if twin is not None:
            return twin
        lost = self._lost_texts.get(content_hash)
        if lost is not None and lost in self.held and self._free(lost, origin):
            return lost
        while derived in self.held and (derived in taken or not self._free(derived, "")):
            derived = _hashed(derived, origin)
        return derived

    def _free(self, article_id: str, origin: str) -> bool:
        """Whether the article belongs to this file, or to one that is gone."""
        owner = self.held[article_id].origin
        return owner == origin or owner in self.vanished

    def _stays(self, article_id: str, origin: str) -> bool:
        """Whether another file that is there holds the article, or will once those that are gone are let go of."""
        return not self._free(article_id, origin) or bool(self._origins[article_id] - self.vanished - {origin})

    def _keep(self, origin: str, article: Article, kin: str, change: Change) -> None:
        held = self.held.get(article.id)
        if held is not None and not self._free(article.id, origin):
            return  # a copy
        if held is None:
            if article.id in self.removed:
                self.removed.discard(article.id)
                self.changed.add(article.id)
            else:
                self.added.add(article.id)
            change.fresh.append((article, kin))
        else:
            same_text = held.content_hash == article.content_hash
            if held.origin != origin:
                (self.renamed if same_text else self.changed).add(article.id)
            elif held.version != article.version:
                self.changed.add(article.id)
            if held.version != article.version or held.bare:
                change.fresh.append((article, kin))
            elif held.origin != origin:
                change.moved[article.id] = origin
            if held.kin != kin and self._by_kin.get(held.kin) == article.id:
                del self._by_kin[held.kin]
                self.again |= {other for other in self._origins[article.id] if other not in self.vanished | {origin}}
        self.held[article.id] = Held(article.version, origin, kin, article.content_hash)
        self._by_kin.setdefault(kin, article.id)

    def _release(self, article_id: str, origin: str, change: Change) -> None:
        """The file no longer holds the article: a copy takes over, or the article is gone."""
        self._origins[article_id].discard(origin)
        held = self.held.get(article_id)
        if held is None or held.origin != origin:
            return
        for heir in sorted(self._origins[article_id] - self.vanished):
            if any(place == (article_id, held.kin) for place in self.places.get(heir, {}).values()):
                held.origin = heir
                change.moved[article_id] = heir
                return
        del self.held[article_id]
        if self._by_kin.get(held.kin) == article_id:
            del self._by_kin[held.kin]
        change.gone.add(article_id)
        self.removed.add(article_id)


def kin_of(article: Article) -> str:
    """Equal for the same text from the same publisher, author, date and address, whatever the title and place."""
    about = asdict(article.about) if article.about else None
    parts = [article.content_hash, article.publisher, article.author, article.published, article.url, about]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]


def put_failures(
    connection: sqlite3.Connection,
    sources: Iterable[str],
    failures: Iterable[tuple[str, Failure, str | None]],
    cured: Iterable[str] = (),
) -> None:
    """Replaces the failures listed for these sources by (source, failure, the file that it is a part of), and takes off
    the list what was cured, whichever source it is listed for.
    """
    connection.executemany("DELETE FROM failures WHERE source = ?", [(source,) for source in sources])
    connection.executemany("DELETE FROM failures WHERE origin = ?", [(origin,) for origin in cured])
    rows = [(failure.origin, source, failure.reason, failure.hint, file) for source, failure, file in failures]
    connection.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)", rows)


def put_strays(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Notes chunk ids that may lie in the vector index without being current."""
    connection.executemany("INSERT OR IGNORE INTO strays VALUES (?)", [(chunk_id,) for chunk_id in ids])


def drop_strays(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Notes that these chunk ids are current, or no longer in the vector index."""
    connection.executemany("DELETE FROM strays WHERE id = ?", [(chunk_id,) for chunk_id in ids])


def _hashed(derived: str, origin: str) -> str:
    return hashlib.sha256(f"{derived}\n{origin}".encode()).hexdigest()[:16]
