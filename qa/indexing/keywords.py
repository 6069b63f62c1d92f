"""Search by keywords: BM25 over the store's own full-text rows, so that keywords and versions change together.

A question becomes "any of its content words". Words that most chunks hold say nothing and are left out, and so is a
small list of English function words. Chinese, Japanese and Korean text is searched by pairs of neighbouring characters,
because no words are marked there; shorter than the trigrams of SQLite, so that words of two characters are found.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Collection
from typing import Any

from qa.store import CJK, Store, pairs

# A word that more than this share of all chunks hold is left out.
_COMMON = 0.5
_MOST_TERMS = 48
# More articles than this are filtered from what is found rather than named in the query.
_MOST_NAMED = 5000
# A few more hits than asked, so that equal scores at the edge are told apart by id and not by age.
_EDGE = 16
# Weights of the columns text, header, pairs.
_WEIGHTS = "1.0, 1.0, 1.0"
# Abbreviations (U.S.) and figures (4.2, 1,000) stay whole; every other word is its letters and digits.
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,:]\d+)+|[^\W_]+")
_STOP = frozenset(
    """a about after all also am an and any are as at be because been before being between both but by can could did do
    does doing during each few for from further had has have having he her here hers him his how i if in into is it its
    just me more most my no nor not now of off on once only or other our out over own s same say said says she should so
    some such t than that the their them then there these they this those through to too under until up us very was we
    were what when where which while who whom whose why will with would you your tell
    don didn doesn isn wasn aren won ll re ve d m""".split()
)


class Keywords:
    """Keyword search over the chunks of a store; safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._generation = -1
        self._total = 0
        self._held: dict[str, int] = {}

    def search(self, question: str, k: int, articles: Collection[str] | None = None) -> list[tuple[str, float]]:
        """The k best chunks as (chunk id, BM25 score), higher is better, equal ones by id.

        `articles` restricts to articles by id. A question without a word finds nothing.
        """
        terms = self._useful(terms_of(question))
        if not terms or (articles is not None and not articles):
            return []
        if articles is not None and len(articles) > _MOST_NAMED:
            return self._filtered(terms, k, set(articles))
        return _best(self._matching(terms, k + _EDGE, articles), k)

    def _filtered(self, terms: list[str], k: int, articles: set[str]) -> list[tuple[str, float]]:
        """For many articles: what is found is filtered, and more is fetched where too little is left."""
        fetch = k + _EDGE
        while True:
            found = self._matching(terms, fetch)
            hits = [hit for hit in found if hit[0].rsplit(":", 2)[0] in articles]
            if len(hits) >= k or len(found) < fetch:
                return _best(hits, k)
            fetch *= 4

    def _matching(self, terms: list[str], k: int, articles: Collection[str] | None = None) -> list[tuple[str, float]]:
        values: list[Any] = [" OR ".join(terms)]
        within = ""
        if articles is not None:
            # The plus keeps SQLite from asking the full-text index once for each row of the list.
            within = " AND +rowid IN (SELECT row FROM chunks WHERE article_id IN (SELECT value FROM json_each(?)))"
            values.append(json.dumps(sorted(articles)))
        best = (
            f"SELECT rowid AS row, bm25(words, {_WEIGHTS}) AS score FROM words"  # noqa: S608 (constants)
            f" WHERE words MATCH ?{within} ORDER BY score, row LIMIT ?"
        )
        sql = f"SELECT id, -score FROM ({best}) JOIN chunks USING (row)"  # noqa: S608 (constants)
        return [(chunk_id, score) for chunk_id, score in self._store.rows(sql, [*values, k])]

    def rarity(self, word: str) -> float:
        """How much a word tells, at least 0: its inverse document frequency over the chunks, as in BM25 (Robertson &
        Zaragoza 2009, section 3.1): ln(1 + (N - n + 0.5) / (n + 0.5)) for n of N chunks that hold it.
        """
        terms = terms_of(word)
        with self._guard:
            self._follow()
            held = self._count(" AND ".join(terms)) if terms else self._total
            return math.log(1 + (self._total - held + 0.5) / (held + 0.5))

    def _follow(self) -> None:
        """Forgets the counts when the store has changed."""
        generation = self._store.generation()
        if generation != self._generation:
            self._generation, self._held = generation, {}
            self._total = self._store.rows("SELECT count(*) FROM chunks")[0][0]

    def _useful(self, terms: list[str]) -> list[str]:
        """The terms without those that most chunks hold, unless that leaves nothing."""
        with self._guard:
            self._follow()
            return [term for term in terms if self._count(term) <= int(self._total * _COMMON)] or terms

    def _count(self, matching: str) -> int:
        """How many chunks match; asked once, for the same words are searched for and weighed."""
        if matching not in self._held:
            sql = "SELECT count(*) FROM words WHERE words MATCH ?"
            self._held[matching] = int(self._store.rows(sql, (matching,))[0][0])
        return self._held[matching]


def _best(hits: list[tuple[str, float]], k: int) -> list[tuple[str, float]]:
    rounded = [(chunk_id, round(score, 6)) for chunk_id, score in hits]
    return sorted(rounded, key=lambda hit: (-hit[1], hit[0]))[:k]


def terms_of(question: str) -> list[str]:
    """What to look for, as quoted terms of the full-text index, so that no user's text is read as its syntax.

    "What did the U.S. say in 2021?" -> ['"u.s."', '"2021"']
    """
    found = [word.casefold() for word in _WORD.findall(CJK.sub(" ", question))]
    words = [word for word in found if word not in _STOP] or found
    terms = [f'"{word}"' for word in words] + [f'pairs: "{pair}"' for pair in pairs(question).split()]
    return list(dict.fromkeys(terms))[:_MOST_TERMS]
