"""What is compared: Footnote, and what it must beat. All answer through the same line, one part exchanged."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol, Self
from uuid import uuid4

from qa.assistant import Assistant
from qa.chain import AnswerChain, Finder, Query, State
from qa.evaluation.questions import Item
from qa.indexing.embeddings import DEFAULT_MODEL, model_folder
from qa.retrieval.search import Search, fuse
from qa.schema import Answer, Article, Chunk, Filters, Hit

RANKS = 10
"""How many passages are asked for when a search is measured."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system made of a question: its answer, its first passages, and the seconds until the answer was there."""

    answer: Answer
    hits: tuple[Hit, ...]
    seconds: float


class System(Protocol):
    """Anything that answers questions and can show what it found."""

    name: str

    def ask(self, item: Item) -> Outcome:
        """The outcome of one question."""
        ...


class Line:
    """The whole line over one search; it remembers what it read, so that another decision costs no second reading."""

    def __init__(self, name: str, chain: AnswerChain, search: Finder) -> None:
        self.name = name
        self.chain = chain
        self._search = search
        self.asked: dict[str, tuple[State, tuple[Hit, ...]]] = {}

    def ask(self, item: Item) -> Outcome:
        """Asks with the item's conversation; passages are those found for the question that stands alone."""
        started = time.perf_counter()
        state = self.chain.explain(Query(item.question, item.history))
        answer = self.chain.finish(state)
        seconds = time.perf_counter() - started
        hits = tuple(self._search.hits(state.standalone, RANKS))
        self.asked[item.id] = state, hits
        return Outcome(answer, hits, seconds)


class Decided:
    """A line whose decision is taken out of its hands: it always answers, or always refuses."""

    def __init__(self, name: str, line: Line, *, answers: bool) -> None:
        self.name = name
        self._line = line
        self._threshold = 0.0 if answers else 2.0

    def ask(self, item: Item) -> Outcome:
        """The line's outcome with the other decision; where nothing at all was found there is nothing to answer."""
        if item.id not in self._line.asked:
            self._line.ask(item)
        state, hits = self._line.asked[item.id]
        started = time.perf_counter()
        nothing = None if all(part.readout.evidence for part in state.parts) else state.veto
        answer = self._line.chain.finish(replace(state, threshold=self._threshold, veto=nothing))
        # The seconds of the line up to its decision count here too.
        return Outcome(answer, hits, sum(state.seconds.values()) + time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class OneSide:
    """Footnote's search with one of its two parts switched off."""

    search: Search
    side: str

    def hits(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:  # noqa: B008 (frozen)
        """The k best by keywords alone (BM25) or by meaning alone (cosine); what is known of the other is kept."""
        dense, keyword = self.search.candidates(question, k, filters)
        scores = fuse({}, keyword) if self.side == "keywords" else fuse(dense, {})
        return self.search.ranked(dense, keyword, scores, k)


class Tutorial:
    """The retrieval chain of LangChain's own tutorial ("Build a Retrieval Augmented Generation app"): its recursive
    splitter with 1,000 characters and 200 of overlap, HuggingFace embeddings, Chroma, four passages.

    The embedding model is ours, so that the chain is compared and not the model. Chroma keeps it in memory, where all
    clients of a process share one room: use as a context manager, which clears its place. Needs the extra `eval`.
    """

    PASSAGES = 4

    def __init__(self, articles: Iterable[Article]) -> None:
        from langchain_chroma import Chroma
        from langchain_core.documents import Document
        from langchain_huggingface import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        self._articles = {article.id: article for article in articles}
        documents = [Document(article.text, metadata={"article": name}) for name, article in self._articles.items()]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        model = HuggingFaceEmbeddings(
            model_name=str(model_folder(DEFAULT_MODEL)), model_kwargs={"local_files_only": True}
        )
        self._store = Chroma(collection_name=f"tutorial-{uuid4().hex}", embedding_function=model)
        pieces = splitter.split_documents(documents)
        self._store.add_documents(pieces, ids=[f"{number:06}" for number in range(len(pieces))])  # not random ones

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.delete_collection()

    def hits(self, question: str, k: int, filters: Filters = Filters()) -> list[Hit]:  # noqa: B008
        """At most four passages, best first; their scores are cosines."""
        found = []
        best = self._store.similarity_search_with_score(question, k=min(k, self.PASSAGES))
        for rank, (document, distance) in enumerate(best, 1):
            cosine = round(1 - distance / 2, 6)  # Chroma's default is the squared distance, here of unit vectors
            article = self._articles[document.metadata["article"]]
            start = int(document.metadata["start_index"])
            text = document.page_content
            name = f"{article.id}:{article.version}:{start}"
            chunk = Chunk(name, article.id, article.version, start, start, start + len(text), text, article.title)
            found.append(Hit(chunk, cosine, cosine, 0.0, rank))
        return found


def one_sided(assistant: Assistant, footnote: Line) -> list[System]:
    """Each part of Footnote's search alone."""
    sides = [OneSide(assistant.finder(), side) for side in ("keywords", "meaning")]
    return [Line(f"{side.side} alone", footnote.chain.over(side), side) for side in sides]
