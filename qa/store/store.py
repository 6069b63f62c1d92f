"""What the rest of the house asks of an index and keeps in it.

Promises: a reader sees the state before a transaction or after it, never between; chunks belong to current versions
only, so an id that is out of date is simply not found; every version stays readable until it is forgotten on request.
Methods that take a connection write, inside `transaction()` and `writing()`.
"""

# ruff: noqa: S608 (values are bound variables; only the constants below are pasted into SQL)

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ArticleNotFound, QuestionError
from qa.schema import Article, Chunk, Failure, Filters
from qa.store.database import Database
from qa.store.rows import (
    Counts,
    Entry,
    article_of,
    article_row,
    day_range,
    folded,
    keyword_row,
    vector_bytes,
    vectors_of,
    version_row,
)

_CURRENT = "FROM articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
_ARTICLE = (
    "SELECT v.article_id, v.version, v.title, v.text, v.publisher, v.author, v.published, v.dated_by, v.about, v.url,"
    " v.language, v.origin, v.content_hash, v.updated, v.notes, v.pages"
)
_CHUNK = "SELECT id, article_id, version, position, start, end, text, header FROM chunks"
_LISTED = "IN (SELECT value FROM json_each(?))"  # one variable for a list of any length
_PUT_WORDS = "INSERT INTO words (rowid, text, header, pairs) VALUES (?, ?, ?, ?)"


class Store(Database):
    """Articles, versions, chunks, vectors and keyword rows of one index."""

    _counted: tuple[int, Counts] | None = None  # the counts of all articles, at a generation

    def generation(self) -> int:
        """A number that rises with every change of what can be found."""
        return int(self.meta("generation") or 0)

    def index_id(self) -> str:
        """Names the content: the index's random id and its generation."""
        return f"{self.meta('library')}-{self.generation()}"

    def article(self, article_id: str, version: str | None = None) -> Article:
        """The article in a version; without one, the current. Raises `ArticleNotFound`."""
        if version is None:
            found = self.rows(f"{_ARTICLE} {_CURRENT} WHERE a.id = ?", (article_id,))
        else:
            sql = f"{_ARTICLE} FROM versions v WHERE v.article_id = ? AND v.version = ?"
            found = self.rows(sql, (article_id, version))
        if not found:
            named = f"'{article_id}'" + (f" in version '{version}'" if version else "")
            raise ArticleNotFound(f"No article {named} is in this index.", "List what there is: qa articles")
        return article_of(found[0])

    def articles(self) -> Iterator[Article]:
        """Every current article, ordered by title, then id."""
        for (article_id,) in self.rows(f"SELECT a.id {_CURRENT} ORDER BY v.title, a.id"):
            try:
                yield self.article(article_id)
            except ArticleNotFound:  # removed by another process since the list was made
                continue

    def chunk(self, chunk_id: str) -> Chunk | None:
        """The chunk, or None if it does not belong to a current version."""
        return self.chunks([chunk_id]).get(chunk_id)

    def chunks(self, ids: Iterable[str]) -> dict[str, Chunk]:
        """The chunks of these ids that belong to current versions; the others are left out."""
        return {row[0]: Chunk(*row) for row in self.rows(f"{_CHUNK} WHERE id {_LISTED}", (_list(ids),))}

    def current(self, ids: Iterable[str]) -> set[str]:
        """Those of the chunk ids that belong to current versions."""
        return {row[0] for row in self.rows(f"SELECT id FROM chunks WHERE id {_LISTED}", (_list(ids),))}

    def article_chunks(self, article_id: str) -> list[Chunk]:
        """The chunks of the article's current version in reading order; empty if it has none."""
        return [Chunk(*row) for row in self.rows(f"{_CHUNK} WHERE article_id = ? ORDER BY position", (article_id,))]

    def chunk_ids(self, articles: Iterable[str]) -> list[str]:
        """Ids of all current chunks of these articles, sorted."""
        sql = f"SELECT id FROM chunks WHERE article_id {_LISTED} ORDER BY id"
        return [row[0] for row in self.rows(sql, (_list(articles),))]

    def vectors_in(self, articles: Iterable[str]) -> tuple[list[str], NDArray[np.float32]]:
        """Ids of all current chunks of these articles, sorted, and their stored vectors as unit rows."""
        sql = f"SELECT id, vector FROM chunks JOIN vectors USING (row) WHERE article_id {_LISTED} ORDER BY id"
        found = self.rows(sql, (_list(articles),))
        return [row[0] for row in found], vectors_of([row[1] for row in found])

    def counts(self, articles: Collection[str] | None = None) -> Counts:
        """How much there is to search, and from when to when; with article ids, of these articles only."""
        if articles is None:
            generation = self.generation()
            if self._counted is None or self._counted[0] != generation:
                self._counted = (generation, self._counts(None))
            return self._counted[1]
        return self._counts(articles)

    def _counts(self, articles: Collection[str] | None) -> Counts:
        within, values = ("", ()) if articles is None else (f"AND id {_LISTED}", (_list(sorted(articles)),))
        chunks, newest = within.replace("id", "article_id", 1), "ORDER BY last_day DESC, published LIMIT 1"
        sql = (
            f"SELECT (SELECT count(*) FROM articles WHERE 1 {within}), (SELECT count(*) FROM chunks WHERE 1 {chunks}),"
            f" (SELECT published FROM articles WHERE first_day NOTNULL {within} ORDER BY first_day, published LIMIT 1),"
            f" (SELECT published FROM articles WHERE last_day NOTNULL {within} {newest})"
        )
        return Counts(*self.rows(sql, values * 4)[0])

    def matching(self, filters: Filters) -> set[str] | None:
        """Ids of the articles that satisfy the filters; None where there is no filter, so that all do.

        An article's date is that of the article it reports on, where it names one. A date that is known only to the
        month or year matches if it may lie in the range; under a date filter, undated articles are left out.
        Publishers are compared without regard to case. Raises `QuestionError` for a date that is none.
        """
        clauses: list[str] = []
        values: list[Any] = []
        if filters.since:
            clauses.append("last_day >= ?")
            values.append(_days(filters.since)[0])
        if filters.until:
            clauses.append("first_day <= ?")
            values.append(_days(filters.until)[1])
        if filters.publishers:
            names = _list(folded(name) or "" for name in filters.publishers)
            clauses.append(f"(publisher {_LISTED} OR about_publisher {_LISTED})")
            values += [names, names]
        if filters.articles:
            clauses.append(f"id {_LISTED}")
            values.append(_list(filters.articles))
        if not clauses:
            return None
        return {row[0] for row in self.rows("SELECT id FROM articles WHERE " + " AND ".join(clauses), values)}

    def of_texts(self, content_hashes: Iterable[str]) -> list[str]:
        """Ids of the current articles that have one of these texts, sorted."""
        sql = f"SELECT a.id {_CURRENT} WHERE v.content_hash {_LISTED} ORDER BY a.id"
        return [row[0] for row in self.rows(sql, (_list(content_hashes),))]

    def unsigned(self) -> list[str]:
        """Ids of the current articles whose copies have not been looked for, sorted."""
        sql = "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM signatures) ORDER BY id"
        return [row[0] for row in self.rows(sql)]

    def signatures(self) -> Iterator[tuple[str, bytes]]:
        """(id, signature) of the current articles that have been compared, ordered by id."""
        yield from self.rows("SELECT article_id, signature FROM signatures ORDER BY article_id")

    def stories(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Article id to its story, for those that have copies."""
        sql = f"SELECT id, story FROM articles WHERE story NOTNULL AND id {_LISTED}"
        return dict(self.rows(sql, (_list(article_ids),)))

    def copies(self, article_id: str) -> list[Article]:
        """The other current articles that tell the same story, the earliest dated first, undated ones last."""
        sql = (
            f"{_ARTICLE} {_CURRENT} WHERE a.story = (SELECT story FROM articles WHERE id = ?) AND a.id != ?"
            " ORDER BY a.first_day IS NULL, a.first_day, a.id"
        )
        return [article_of(row) for row in self.rows(sql, (article_id, article_id))]

    def versions(self, article_id: str) -> list[str]:
        """All kept versions of the article, the oldest first; the current one is last. Empty for an unknown id."""
        sql = (
            "SELECT v.version FROM versions v LEFT JOIN articles a ON a.id = v.article_id AND a.version = v.version"
            " WHERE v.article_id = ? ORDER BY a.id NOTNULL, v.rowid"
        )
        return [row[0] for row in self.rows(sql, (article_id,))]

    def failures(self) -> list[Failure]:
        """Everything that could not be read and is not cured yet, ordered by origin."""
        return [Failure(*row) for row in self.rows("SELECT origin, reason, hint FROM failures ORDER BY origin")]

    def sources(self) -> list[str]:
        """The sources of the index in the order they were added."""
        return [row[0] for row in self.rows("SELECT source FROM sources ORDER BY number")]

    def entries(self, batch: int = 200) -> Iterator[list[Entry]]:
        """Every current article with its chunks and stored vectors, in batches ordered by id."""
        ids = self.rows("SELECT id, kin FROM articles ORDER BY id")
        for start in range(0, len(ids), batch):
            yield [self._entry(article_id, kin) for article_id, kin in ids[start : start + batch]]

    def _entry(self, article_id: str, kin: str) -> Entry:
        sql = "SELECT vector FROM vectors JOIN chunks USING (row) WHERE article_id = ? ORDER BY position"
        blobs = [row[0] for row in self.rows(sql, (article_id,))]
        return Entry(self.article(article_id), kin, self.article_chunks(article_id), vectors_of(blobs))

    def raise_generation(self, connection: sqlite3.Connection) -> None:
        """Tells readers that what can be found has changed."""
        connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")

    def put(self, connection: sqlite3.Connection, entries: Sequence[Entry]) -> list[str]:
        """Makes these versions current; returns the chunk ids that no longer are."""
        replaced = self.take(connection, [entry.article.id for entry in entries])
        connection.executemany(_insert("versions", 16), [version_row(entry.article) for entry in entries])
        connection.executemany(_insert("articles", 10), [(*article_row(entry), None) for entry in entries])
        first = connection.execute("SELECT coalesce(max(row), 0) + 1 FROM chunks").fetchone()[0]
        chunks = [chunk for entry in entries for chunk in entry.chunks]
        vectors = [vector for entry in entries for vector in entry.vectors]
        if len(chunks) != len(vectors):
            raise ValueError(f"{len(chunks)} chunks, but {len(vectors)} vectors")
        numbered = list(enumerate(chunks, first))
        connection.executemany(_insert("chunks", 9), [(row, *astuple(chunk)) for row, chunk in numbered])
        blobs = [(row, vector_bytes(vector)) for row, vector in enumerate(vectors, first)]
        connection.executemany(_insert("vectors", 2), blobs)
        connection.executemany(_PUT_WORDS, [(row, *keyword_row(c.text, c.header)) for row, c in numbered])
        kept = {chunk.id for chunk in chunks}
        return [chunk_id for chunk_id in replaced if chunk_id not in kept]

    def take(self, connection: sqlite3.Connection, article_ids: Collection[str]) -> list[str]:
        """Makes these articles answer no longer (their versions stay readable); returns their chunk ids."""
        ids = (_list(article_ids),)
        old = connection.execute(f"SELECT row, id, text, header FROM chunks WHERE article_id {_LISTED}", ids).fetchall()
        connection.executemany(
            "INSERT INTO words (words, rowid, text, header, pairs) VALUES ('delete', ?, ?, ?, ?)",
            [(row, *keyword_row(text, header)) for row, _, text, header in old],
        )
        connection.execute(f"DELETE FROM chunks WHERE article_id {_LISTED}", ids)
        # Who told one story with them may have done so through them alone: the others are compared anew.
        story = f"story IN (SELECT story FROM articles WHERE story NOTNULL AND id {_LISTED})"
        connection.execute(f"DELETE FROM signatures WHERE article_id IN (SELECT id FROM articles WHERE {story})", ids)
        connection.execute(f"UPDATE articles SET story = NULL WHERE {story}", ids)
        connection.execute(f"DELETE FROM articles WHERE id {_LISTED}", ids)
        return [row[1] for row in old]

    def move(self, connection: sqlite3.Connection, origins: dict[str, str]) -> None:
        """Gives current articles (by id) another origin."""
        moved = [(origin, article_id) for article_id, origin in origins.items()]
        connection.executemany("UPDATE articles SET origin = ? WHERE id = ?", moved)
        version = "(SELECT version FROM articles WHERE id = article_id)"
        connection.executemany(f"UPDATE versions SET origin = ? WHERE article_id = ? AND version = {version}", moved)

    def sign(self, connection: sqlite3.Connection, signatures: Mapping[str, bytes]) -> None:
        """Keeps by what copies of these articles are found."""
        connection.executemany("INSERT OR REPLACE INTO signatures VALUES (?, ?)", list(signatures.items()))

    def tell_one_story(self, connection: sqlite3.Connection, pairs: Iterable[tuple[str, str]]) -> None:
        """Notes that the two articles of each pair tell one story, and with them all that tell the same as either."""
        for pair in pairs:
            sql = f"SELECT DISTINCT story FROM articles WHERE story NOTNULL AND id {_LISTED}"
            told = sorted(row[0] for row in connection.execute(sql, (_list(pair),)))
            story = told[0] if told else hashlib.sha256("\n".join(sorted(pair)).encode()).hexdigest()[:16]
            sql = f"UPDATE articles SET story = ? WHERE story {_LISTED} OR id {_LISTED}"
            connection.execute(sql, (story, _list(told), _list(pair)))

    def erase(self, connection: sqlite3.Connection, article_id: str) -> list[str]:
        """Removes the article with all its versions; returns its chunk ids."""
        taken = self.take(connection, [article_id])
        connection.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
        return taken

    def drop_chunks(self, connection: sqlite3.Connection) -> None:
        """Takes the chunks off all articles: they stay current, but nothing of them is found."""
        connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
        connection.execute("DELETE FROM chunks")

    def rebuild_words(self, connection: sqlite3.Connection) -> None:
        """Makes the keyword rows again from the chunks."""
        connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
        found = connection.execute("SELECT row, text, header FROM chunks ORDER BY row").fetchall()
        connection.executemany(_PUT_WORDS, ((row, *keyword_row(text, header)) for row, text, header in found))


def _insert(table: str, columns: int) -> str:
    return f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})"


def _list(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))


def _days(date: str) -> tuple[int, int]:
    found = day_range(date)
    if found is None:
        raise QuestionError(f"'{date}' is not a date.", "Write a date as 2021-03-20, 2021-03 or 2021.")
    return found
