"""Finds the chunks for a question: by meaning and by keywords, fused, filtered, copies folded, capped per article.

Fusion is the mean of the two scores after min-max normalisation over the candidates (Bruch et al. 2023, arXiv
2210.11934, "convex combination"), better than reciprocal ranks on most public sets and on news most of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa.indexing.embeddings import Embedder
from qa.indexing.keywords import Keywords
from qa.indexing.vectors import Vectors
from qa.schema import Chunk, Filters, Hit
from qa.settings import Settings
from qa.store import Store

_DIGITS = 6  # scores are rounded before they are compared, so that equal ones are told apart by id on every machine


class Search:
    """Search over one index. Safe to use from several threads; sees what other processes commit."""

    def __init__(
        self, store: Store, vectors: Vectors, keywords: Keywords, embedder: Embedder, settings: Settings
    ) -> None:
        self._store = store
        self._vectors = vectors
        self._keywords = keywords
        self._embedder = embedder
        self._settings = settings

    def hits(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:  # noqa: B008 (frozen)
        """The k best chunks, best first, at most `per_article` of one article.

        Raises `QuestionError` for a filter that is no date.
        """
        dense, keyword = self.candidates(question, k, filters)
        return self.ranked(dense, keyword, fuse(dense, keyword), k)

    def ranked(
        self, dense: Mapping[str, float], keyword: Mapping[str, float], scores: Mapping[str, float], k: int
    ) -> list[Hit]:
        """The k best by these scores, which may leave candidates out.

        A chunk that only the keywords found is less like the question than all that were found by meaning: the least
        cosine of those stands for its own.
        """
        # What another process replaced since the search is no longer current, and is left out.
        chunks = self._store.chunks(list(scores))
        order = sorted(chunks, key=lambda chunk_id: (-scores[chunk_id], chunk_id))
        least = min(dense.values(), default=0.0)
        kept = self._capped([chunks[chunk_id] for chunk_id in order], k)
        return [
            Hit(chunk, scores[chunk.id], dense.get(chunk.id, least), keyword.get(chunk.id, 0.0), rank)
            for rank, chunk in enumerate(kept, 1)
        ]

    def candidates(
        self,
        question: str,
        k: int,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Chunk ids with their scores before fusion: by meaning (cosine), and by keywords (BM25); at least k of each
        where there are as many.
        """
        within = self._store.matching(filters)
        if within is not None and not within:
            return {}, {}
        self._vectors.follow(self._store.generation())
        wanted = max(self._settings.candidates, k)
        vector = self._embedder.encode([question])[0]
        dense = dict(self._vectors.search(vector, wanted, within))
        return dense, dict(self._keywords.search(question, wanted, within))

    def _capped(self, chunks: list[Chunk], k: int) -> list[Chunk]:
        """The first k chunks, without those whose words a copy of the same story has already brought, and without those
        beyond the cap, which counts all copies of a story as one article.
        """
        stories = self._store.stories({chunk.article_id for chunk in chunks})
        kept: list[Chunk] = []
        texts: set[str] = set()
        taken: dict[str, list[Chunk]] = defaultdict(list)
        for chunk in chunks:
            text = " ".join(chunk.text.split())
            told = taken[stories.get(chunk.article_id, chunk.article_id)]
            if text not in texts and len(told) < self._settings.per_article and not _is_told(chunk, told):
                texts.add(text)
                told.append(chunk)
                kept.append(chunk)
                if len(kept) == k:
                    break
        return kept


def _is_told(chunk: Chunk, told: list[Chunk]) -> bool:
    """Whether most of the chunk's words, three by three, stand in chunks of its copies: they are cut elsewhere."""
    others = [other.text for other in told if other.article_id != chunk.article_id]
    words = _triples(chunk.text) if others else set()
    return bool(words) and 2 * len(words & set().union(*map(_triples, others))) > len(words)


def _triples(text: str) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return set(zip(words, words[1:], words[2:], strict=False))


def fuse(dense: Mapping[str, float], keyword: Mapping[str, float]) -> dict[str, float]:
    """The mean of both scores, each stretched to 0..1 over its candidates; an absent score counts as 0.

    >>> fuse({"a": 0.9, "b": 0.5}, {"b": 7.0, "c": 3.0})
    {'a': 0.5, 'b': 0.5, 'c': 0.0}
    """
    meaning, words = _stretched(dense), _stretched(keyword)
    return {
        chunk_id: round((meaning.get(chunk_id, 0.0) + words.get(chunk_id, 0.0)) / 2, _DIGITS)
        for chunk_id in sorted({*dense, *keyword})
    }


def merged(one: Sequence[Hit], other: Sequence[Hit], k: int) -> list[Hit]:
    """The k best of two searches for the same thing, fused as the two sides of one search are; each chunk once."""
    hits = {hit.chunk.id: hit for hit in (*other, *one)}
    scores = fuse({hit.chunk.id: hit.score for hit in one}, {hit.chunk.id: hit.score for hit in other})
    order = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))[:k]
    return [replace(hits[chunk_id], score=scores[chunk_id], rank=rank) for rank, chunk_id in enumerate(order, 1)]


def _stretched(scores: Mapping[str, float]) -> dict[str, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {chunk_id: (score - low) / (high - low) for chunk_id, score in scores.items()}
