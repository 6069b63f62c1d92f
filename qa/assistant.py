"""Builds the parts once from the settings and offers what a person does with them: ask, check, search, index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from qa.answering.decide import decision_of
from qa.answering.judging import Judge
from qa.answering.reader import Reader, fitted_weights
from qa.answering.span_model import SpanModel
from qa.answering.verdict_model import VerdictModel
from qa.answering.write import Writer
from qa.articles.sources import STARTER
from qa.articles.watching import changed
from qa.chain import AnswerChain, Query, State
from qa.checking import Checker
from qa.errors import IndexEmpty, IndexLocked, QAError, SettingsError
from qa.indexing import manifest
from qa.indexing.embeddings import Embedder
from qa.indexing.keywords import Keywords
from qa.indexing.library import Library, open_library
from qa.indexing.library import problems as library_problems
from qa.retrieval.search import Search
from qa.revisions import Change, changes
from qa.schema import Answer, Article, Event, Failure, Filters, Hit, Message, Sentence, SyncReport
from qa.settings import Settings
from qa.shipped import PACKAGE, in_checkout
from qa.store import Counts, Store
from qa.sync import Progress, forget, remove, repair, sync

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from qa.retrieval.retriever import ArticleRetriever

ARCHIVE = "archive"
Report = Callable[[Progress], None]


def index_folder(settings: Settings) -> Path:
    """Where the index of these settings lies: the named folder, or the archive once it has a source, or the starter's.

    A user's own archive never shares a folder with the starter articles.
    """
    if settings.index not in ("", STARTER, ARCHIVE):
        return Path(settings.index).expanduser().resolve()
    home = Path(settings.home).expanduser() if settings.home else _data_folder()
    archive = home / ARCHIVE
    if settings.index == ARCHIVE or (settings.index == "" and _is_used(archive)):
        return archive
    # A checkout builds the starter index in its own index/; an installed package in the user's data folder.
    return PACKAGE.parent / "index" if in_checkout() and not settings.home else home / STARTER


class Assistant:
    """Answers questions about the articles of one index. Safe to share between threads.

    Without settings: those of qa.toml and the environment. The starter index is built when it is first needed.
    Use as a context manager, or call `close()`.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings.load()
        self._embedder = Embedder(self.settings)
        self._verdicts = VerdictModel(self.settings.precision, self.settings.device)
        self._judge = Judge(self._verdicts)
        self._lock = threading.RLock()
        self._library: Library | None = None
        self._chain: AnswerChain | None = None

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """The folder of the index in use: of the open one, also where another process has begun an archive since."""
        library = self._library
        return library.store.folder if library else index_folder(self.settings)

    @property
    def is_starter(self) -> bool:
        """Whether the index in use is that of the starter articles, which is built when it is first needed."""
        return self.settings.index in ("", STARTER) and self.folder.name != ARCHIVE

    @property
    def has_index(self) -> bool:
        """Whether there is an index already."""
        return (self.folder / "articles.db").is_file()

    def ask(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
        now: date | None = None,
    ) -> Answer:
        """The answer, or an unanswerable one that says what was searched. `now` is the day of the question: without it,
        "last year" names no year. Raises `QuestionError`, `IndexUnusable`.
        """
        return self.chain().answer(Query(question, tuple(history), filters, now))

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
        now: date | None = None,
    ) -> Iterator[Event]:
        """The same answer, event by event: Searching, SentenceReady for each sentence, Done with the whole."""
        yield from self.chain().stream(Query(question, tuple(history), filters, now))

    def explain(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        filters: Filters = Filters(),  # noqa: B008 (frozen)
        now: date | None = None,
    ) -> State:
        """Every candidate and score behind the decision."""
        return self.chain().explain(Query(question, tuple(history), filters, now))

    def check(self, text: str) -> list[Sentence]:
        """Each sentence of any text with its verdict by the articles and, in `sources`, the quotes for or against it.

        Raises `QuestionError` for a text that is empty or far too long, `IndexUnusable`, and `ModelError`.
        """
        store, search = self.library().store, self._search()
        return Checker(store, search, self._judge).check(text)

    def search(self, question: str, k: int = 10, filters: Filters = Filters()) -> list[Hit]:  # noqa: B008 (frozen)
        """The k best chunks, best first."""
        return self._search().hits(question, k, filters)

    def finder(self) -> Search:
        """The search itself, for those who measure its parts."""
        return self._search()

    def index(
        self, sources: Sequence[str] = (), progress: Report = lambda _: None, *, rebuild: bool = False
    ) -> SyncReport:
        """Adds the sources and brings the index up to date; without any, re-checks all it has.

        Own sources go to the archive unless the settings name another index: never among the starter articles. Other
        threads may ask meanwhile; until the first own sources are in, the starter articles answer.
        Raises `SourceError`, `IndexLocked`, `IndexMismatch`.
        """
        own = [source for source in sources if source != STARTER]
        if own and self.settings.index == STARTER:
            raise SettingsError(
                "The starter index holds the starter articles only.",
                f"Leave --index out, or name a folder: qa index --index my-index {own[0]}",
            )
        with self._lock:
            first = bool(own) and self.is_starter
            library = self._archive() if first else self.library(create=True, rebuild=rebuild)
        try:
            return sync(library, list(sources), progress, rebuild=rebuild)
        finally:
            if first:
                library.close()
                self._look_again()

    def watch(
        self, sources: Sequence[str] = (), progress: Report = lambda _: None, stop: threading.Event | None = None
    ) -> Iterator[SyncReport]:
        """Indexes the sources (without any: all there are) and goes on to keep the index in step with what changes in
        their folders, with a report for each time, until `stop` is set.

        While another process is writing, changes wait. Raises what `index` raises, and `SourceError` where the system
        cannot follow so many folders.
        """
        stop = stop or threading.Event()
        yield self.index(sources, progress)
        waiting: dict[str, None] = {}
        while True:
            listed = self.sources()
            for touched in changed(listed, stop):
                if self.sources() != listed:  # another process has added or removed some
                    break
                waiting.update(dict.fromkeys(touched))
                try:
                    report = self.index(list(waiting), progress) if waiting else None
                except IndexLocked:
                    continue
                waiting.clear()
                if report is not None:
                    yield report
            else:  # it was told to stop
                return
            waiting.clear()  # the next look begins with everything that is listed then

    def remove(self, source: str) -> SyncReport:
        """Drops a source; its articles stop answering. Raises `SourceError` if it is not listed."""
        return remove(self.library(), source)

    def forget(self, article_id: str) -> None:
        """Erases an article with its old versions and vectors. Raises `ArticleNotFound`."""
        forget(self.library(), article_id)

    def repair(self, progress: Report = lambda _: None) -> None:
        """Makes the vector and keyword indexes again from the store, without embedding."""
        repair(self.library(), progress)

    def articles(self) -> Iterator[Article]:
        """Every current article, by title."""
        return self.library().store.articles()

    def article(self, article_id: str, version: str | None = None) -> Article:
        """The article in a version; without one, the current. Raises `ArticleNotFound`."""
        return self.library().store.article(article_id, version)

    def changes(self, article_id: str, version: str | None = None) -> list[Change]:
        """What a version (without one: the current) changed in the one before it; empty for the first version.

        Raises `ArticleNotFound`.
        """
        article = self.article(article_id, version)
        versions = self.library().store.versions(article_id)
        at = versions.index(article.version)
        return changes(self.article(article_id, versions[at - 1]), article) if at else []

    def copies(self, article_id: str) -> list[Article]:
        """The other articles that tell the same story in the same words, the earliest first."""
        return self.library().store.copies(article_id)

    def counts(self) -> Counts:
        """How many articles and chunks there are, and the first and last known date."""
        return self.library().store.counts()

    def sources(self) -> list[str]:
        """The sources of the index."""
        return self.library().store.sources()

    def failures(self) -> list[Failure]:
        """What could not be read and is not cured yet."""
        return self.library().store.failures()

    def problems(self) -> list[str]:
        """What is wrong with the index, in plain words; empty if nothing is."""
        return library_problems(self.library())

    def chain(self) -> AnswerChain:
        """The line from question to answer, for those who compose it with other Runnables: `chain().runnable()`."""
        with self._lock:
            if self._chain is None:
                library = self.library()
                reader = Reader(
                    SpanModel(self.settings.precision, self.settings.device),
                    self._verdicts,
                    self._keywords.rarity,
                    fitted_weights(),
                )
                writer = Writer(self.settings, self._judge) if self.settings.chat_model else None
                self._chain = AnswerChain(
                    self.settings, library.store, self._search(), reader, decision_of(self.folder), writer
                )
            return self._chain

    def runnable(self) -> Runnable[Any, Answer]:
        """The chain as a LangChain Runnable: a question, a mapping or a `Query` in, an `Answer` out.

        It is yours to trace: with LANGSMITH_TRACING set, LangChain sends questions and passages to LangSmith. `ask`,
        `stream` and `explain` are never traced.
        """
        return self.chain().runnable()

    def retriever(self, k: int = 4, filters: Filters = Filters()) -> ArticleRetriever:  # noqa: B008 (frozen)
        """The search as a LangChain retriever, yours to trace as well."""
        from qa.retrieval.retriever import ArticleRetriever

        return ArticleRetriever(search=self._search(), store=self.library().store, k=k, filters=filters)

    def library(self, *, create: bool = False, rebuild: bool = False) -> Library:
        """The parts of the index, opened on first use. Raises `IndexEmpty` where there is none to open, and
        `IndexMismatch` where other settings made it, unless it is about to be rebuilt.
        """
        with self._lock:
            if self._library is None:
                self._library = self._opened(create, rebuild)
                self._keywords = Keywords(self._library.store)
            return self._library

    def warm_up(self) -> None:
        """Loads the models now, so that the first question does not wait for them."""
        if self.counts().chunks:
            self.explain("What do these articles report?")

    def close(self) -> None:
        """Lets go of the index's files."""
        with self._lock:
            if self._library is not None:
                self._library.close()
            self._library = self._chain = None

    def _archive(self) -> Library:
        folder = index_folder(replace(self.settings, index=ARCHIVE))
        return open_library(folder, self.settings, self._embedder, create=True)

    def _look_again(self) -> None:
        """Has the next call open the index that is in use then; who is asking now ends with the one he began with."""
        with self._lock:
            if self._library is not None:
                self._library.vectors.close()
            self._library = self._chain = None

    def _search(self) -> Search:
        library = self.library()
        return Search(library.store, library.vectors, self._keywords, self._embedder, self.settings)

    def _opened(self, create: bool, rebuild: bool) -> Library:
        folder, starter = self.folder, self.is_starter
        if not create and not starter and not self.has_index:
            raise IndexEmpty(f"There is no index in {folder}.", "Add a file or a folder to it: qa index ~/articles")
        library = open_library(folder, self.settings, self._embedder, create=create or starter)
        try:
            if not rebuild:
                manifest.check(library.store, self.settings, self._embedder.identity)
                if starter:
                    _bring_up_to_date(library)
        except Exception:
            library.close()
            raise
        return library


@lru_cache(maxsize=1)
def _default() -> Assistant:
    return Assistant()


def ask(
    question: str,
    history: Sequence[Message] = (),
    *,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    now: date | None = None,
) -> Answer:
    """Asks the archive, or the starter articles where there is none (their index is built on first use).

    >>> print(ask("Who closed the institute?").text)  # doctest: +SKIP
    """
    return _default().ask(question, history, filters=filters, now=now)


def _is_used(archive: Path) -> bool:
    """Whether an archive has a source, or has held something: a mistyped name must not end the starter articles.

    One that cannot be read counts: whoever asks is to hear of it.
    """
    try:
        with Store(archive) as store:
            return bool(store.sources()) or store.generation() > 0
    except IndexEmpty:
        return False
    except QAError:
        return True


def _bring_up_to_date(library: Library) -> None:
    """Indexes the starter articles, or what a new version brings; readers go on while another process does it."""
    try:
        sync(library, [STARTER])
    except IndexLocked:
        if not library.store.counts().chunks:
            raise


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("footnote", appauthor=False))
