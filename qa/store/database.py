"""The file of an index: opening, one connection per thread, transactions, the write lock, and errors in plain words."""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from qa.errors import IndexDamaged, IndexEmpty, IndexLocked, IndexMismatch, IndexUnusable, QAError

SCHEMA = 2
DATABASE = "articles.db"
LOCK = "write.lock"
_BUSY_SECONDS = 30.0  # readers never wait; a writer waits at most for another's single transaction
_REPAIR = "If you have no copy of the folder, index the sources again into a new folder: qa index --index FOLDER SOURCE"


class _Connection(sqlite3.Connection):
    """Closes itself when its thread is gone."""

    def __del__(self) -> None:
        self.close()


class Database:
    """The SQLite file of the index in `folder`; safe to use from several threads and processes.

    With `create`, makes folder and file where they are missing. Raises `IndexEmpty` if there is no index,
    `IndexDamaged` if its file is broken, `IndexMismatch` if a newer Footnote made it.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        self.folder = folder
        self.path = folder / DATABASE
        self._local = threading.local()
        self._connections: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._guard = threading.Lock()
        if not self.path.is_file() or not self.path.stat().st_size:
            self._create(create)
        self._check_schema()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of one query. Raises `IndexDamaged` if the file cannot be read."""
        with self._translated():
            try:
                return self._connection().execute(sql, parameters).fetchall()
            except UnicodeEncodeError:  # what is asked for holds half characters, which no row does
                return []

    def meta(self, key: str) -> str | None:
        """The value that the index keeps under a key, or None."""
        found = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else None

    def set_meta(self, connection: sqlite3.Connection, **values: str) -> None:
        """Keeps values under their keys."""
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the write lock. Raises `IndexLocked` at once if another process or thread has it."""
        lock = FileLock(self.folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise self._locked() from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            with self.transaction() as connection:
                self.set_meta(connection, writer=str(os.getpid()))
            yield
        finally:
            lock.release()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction: everything done with the connection is kept or, after an error, nothing of it."""
        with self._translated():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def compact(self) -> None:
        """Rewrites the file, so that nothing erased is left in unused parts of it."""
        with self._translated():
            connection = self._connection()
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def problems(self) -> list[str]:
        """What SQLite's own check finds wrong with the file; empty if nothing."""
        return [row[0] for row in self.rows("PRAGMA quick_check") if row[0] != "ok"]

    def close(self) -> None:
        """Closes the connections of all threads. The store cannot be used afterwards."""
        with self._guard:
            for connection in list(self._connections):
                connection.close()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(
                self.path,
                timeout=_BUSY_SECONDS,
                isolation_level=None,  # transactions are written out above
                check_same_thread=False,  # close() may come from another thread
                factory=_Connection,
            )
            found.execute("PRAGMA foreign_keys = ON")
            found.execute("PRAGMA synchronous = NORMAL")
            self._local.connection = found
            with self._guard:
                self._connections.add(found)
        return found

    def _create(self, allowed: bool) -> None:
        """Lays the tables in a new file, under the write lock, so that two first writers make one index."""
        if (self.folder / "chroma").exists():
            raise IndexDamaged(f"{DATABASE} is missing from the index in {self.folder}.", _REPAIR)
        if not allowed:
            raise IndexEmpty(
                f"There is no index in {self.folder} yet.", "Index your articles first: qa index FOLDER_WITH_ARTICLES"
            )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / LOCK, timeout=0), self._translated():
                connection = self._connection()
                if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    return
                connection.execute("PRAGMA journal_mode = WAL")
                schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
                values = f"('schema', '{SCHEMA}'), ('library', '{secrets.token_hex(6)}'), ('generation', '0')"
                connection.executescript(f"BEGIN; {schema} INSERT INTO meta VALUES {values}; COMMIT;")  # noqa: S608 (constants)
        except Timeout as error:
            raise self._locked() from error
        except OSError as error:
            raise self._unwritable(error) from error

    def _check_schema(self) -> None:
        found = self.meta("schema")
        if found == "1":
            self._bring_to_layout_2()
            found = self.meta("schema")
        if found != str(SCHEMA):
            raise IndexMismatch(
                f"The index in {self.folder} has the layout {found}; this version of Footnote reads layout {SCHEMA}.",
                "Install the version that made it, or index the sources again into a new folder: "
                "qa index --index FOLDER SOURCE",
            )

    def _bring_to_layout_2(self) -> None:
        """Adds what layout 2 has more, in one transaction; a process of an older version then refuses the index."""
        steps = Path(__file__).with_name("layout_2.sql").read_text(encoding="utf-8").split(";")
        with self.transaction() as connection:
            (found,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
            if found == "1":  # no other process has done it meanwhile
                for step in steps:
                    connection.execute(step)
                self.set_meta(connection, schema="2")

    def _locked(self) -> IndexLocked:
        writer = None
        try:
            writer = self.meta("writer") if self.path.is_file() else None
        except QAError:  # the lock's holder is making the file just now
            pass
        who = f"Another process (number {writer})" if writer else "Another process"
        return IndexLocked(
            f"{who} is writing to the index in {self.folder}.", "Wait until it has finished, then try again."
        )

    def _unwritable(self, error: Exception) -> IndexUnusable:
        return IndexUnusable(
            f"The index in {self.folder} cannot be written: {error}.",
            "Free space on the disk, or choose a folder you may write to: --index FOLDER",
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            words = str(error)
            if "locked" in words:
                raise self._locked() from error
            if any(part in words for part in ("full", "readonly", "unable to open", "disk I/O")):
                raise self._unwritable(error) from error
            raise IndexDamaged(f"The index file {self.path} is broken: {error}.", _REPAIR) from error
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # a fault of the program, not of the file
                raise
            raise IndexDamaged(f"The index file {self.path} is broken: {error}.", _REPAIR) from error
