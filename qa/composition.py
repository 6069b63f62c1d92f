"""An answer in the making: its sentences, and its citations numbered in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.citations import cite
from qa.schema import Article, Citation, Disagreement, Evidence, Sentence, SentenceReady
from qa.store import Store


class Draft:
    """An answer in the making; numbers citations in reading order."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.short: str | None = None
        self.short_from: tuple[int, ...] = ()
        self.sentences: list[Sentence] = []
        self.citations: list[Citation] = []
        self.caveats: list[str] = []
        self.disagreements: list[Disagreement] = []
        self.nearest: Citation | None = None
        self.model: str | None = None

    def article(self, evidence: Evidence) -> Article:
        """The article, in the version, that the evidence stands in."""
        chunk = evidence.hit.chunk
        return self._store.article(chunk.article_id, chunk.version)

    def cite(self, evidence: Evidence) -> tuple[Citation, tuple[Citation, ...]]:
        """The citation of the evidence, and it again in a tuple if it is new."""
        chunk = evidence.hit.chunk
        place = (chunk.article_id, chunk.version, evidence.start, evidence.end)
        for known in self.citations:
            if (known.article_id, known.version, known.start, known.end) == place:
                return known, ()
        citation = cite(len(self.citations) + 1, self.article(evidence), evidence.start, evidence.end)
        citation = replace(citation, also=self._also_in(citation))
        self.citations.append(citation)
        return citation, (citation,)

    def _also_in(self, citation: Citation) -> tuple[str, ...]:
        """Who else holds the same words in a copy of the same story; one source does not count twice."""
        others: dict[str, None] = {}
        for copy in self._store.copies(citation.article_id):
            start = copy.text.find(citation.quote)
            if start >= 0:
                others.setdefault(cite(0, copy, start, start + len(citation.quote)).attribution)
        others.pop(citation.attribution, None)
        return tuple(others)

    def add(self, sentence: Sentence, fresh: Sequence[Citation]) -> SentenceReady:
        """Adds the sentence; `fresh`: those of its citations that no earlier one has."""
        self.sentences.append(sentence)
        return SentenceReady(sentence, tuple(fresh))
