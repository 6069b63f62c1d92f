"""The pipeline of an article, from a file to what can be found: the one place that writes to an index.

Promises: an unchanged file is neither read nor embedded; a changed article replaces its old version; a removed one
stops answering; a source that is absent or a file that cannot be read is a `Failure` and leaves what was there. A crash
at any moment leaves the old state or the new one, batch by batch (see `indexing/library.py`).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import astuple, dataclass, field, replace

from qa import stories
from qa.articles import formats
from qa.articles import sources as files
from qa.articles.feeds import Entry
from qa.articles.fetch import Web
from qa.articles.formats import Reading
from qa.articles.items import Found
from qa.articles.web import Memory, Visit, Visitor
from qa.errors import SourceError, Unreadable
from qa.indexing import ledger as books
from qa.indexing import manifest
from qa.indexing.ledger import Change, File, Ledger
from qa.indexing.library import Library, commit, ensure_whole, remake, strip, tidy
from qa.schema import Article, Failure, SyncReport
from qa.store import Store

# A batch is committed when it has this many articles or characters, whichever comes first.
_BATCH_ARTICLES = 64
_BATCH_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files done (what takes time is embedding, so a file counts as its chunks are embedded) and in
    all, the file read last, chunks embedded so far.
    """

    done: int
    total: int
    origin: str
    chunks: int


def sync(
    library: Library,
    sources: Sequence[str] = (),
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    rebuild: bool = False,
) -> SyncReport:
    """Adds the sources and brings what they hold up to date; without any, re-checks all that are listed.

    The report counts only what was checked: added + changed + renamed + unchanged is how many articles these sources
    have now; removed ones stopped answering; copies are further places of an article that is held once. `failed` lists
    everything there that could not be read. With `rebuild`, everything listed is read and embedded again with the
    present settings; until it ends, only what has been embedded again answers.
    Raises `SourceError` if a new source is absent, `IndexMismatch` if the index was made with other settings,
    `IndexLocked` if another process is writing.
    """
    started = time.perf_counter()
    store = library.store
    wanted = list(dict.fromkeys(_named(store, source) for source in sources))
    for source in wanted:
        if source not in store.sources() and not files.exists(source):
            raise SourceError(f"{source} is not there.", "Check the name of the file or folder.")
    with store.writing():
        if rebuild:
            strip(library)
        manifest.check(store, library.settings, library.embedder.identity)
        tidy(library)
        checked = list(dict.fromkeys([*store.sources(), *wanted])) if rebuild else wanted or store.sources()
        if not checked:
            raise SourceError("This index has no sources yet.", "Name a file or a folder: qa index ~/articles")
        run = _Run(library, Ledger(store), progress)
        with Web(library.settings.private_addresses) as web:
            run.check(checked, web)
        stories.fold(store)
        return run.report(started)


def remove(library: Library, source: str) -> SyncReport:
    """Drops a source; its articles stop answering, except those that another listed source holds too.

    What was forgotten on request is taken up again if the source is ever added again.
    Raises `SourceError` if the source is not listed.
    """
    started = time.perf_counter()
    store = library.store
    source = _named(store, source)
    if source not in store.sources():
        listed = ", ".join(store.sources()) or "none"
        raise SourceError(f"{source} is not a source of this index.", f"The sources are: {listed}")
    with store.writing():
        tidy(library)
        run = _Run(library, Ledger(store), lambda _: None)
        run.drop(source)
        return run.report(started)


def forget(library: Library, article_id: str) -> None:
    """Erases an article with all versions, vectors and keywords, and every other article of the same text; the files of
    the index are written anew without them.

    Its text (in any version, from any file) is not taken up again: only its hash is kept for that. It comes back if
    its text changes, or if its source is removed and added again. Raises `ArticleNotFound`.
    """
    store = library.store
    hashes = store.rows("SELECT DISTINCT content_hash, article_id FROM versions WHERE article_id = ?", (article_id,))
    if not hashes:
        store.article(article_id)  # raises the error that says so
    with store.writing():
        with store.transaction() as connection:
            for erased in {article_id, *store.of_texts(content_hash for content_hash, _ in hashes)}:
                # What a feed says of it is kept beside it.
                connection.execute(
                    "UPDATE entries SET title = NULL, author = NULL, published = NULL, updated = NULL"
                    " WHERE address IN (SELECT origin FROM versions WHERE article_id = ?)",
                    (erased,),
                )
                store.erase(connection, erased)
            connection.executemany("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", hashes)
            store.set_meta(connection, repairing="1")
            store.raise_generation(connection)
        remake(library)
        store.compact()


def repair(library: Library, progress: Callable[[Progress], None] = lambda _: None) -> None:
    """Makes the vector index and the keyword rows again from the store, without embedding."""
    with library.store.writing():
        total = library.store.counts().articles
        remake(library, lambda done: progress(Progress(done, total, "", 0)))


@dataclass(slots=True)
class _Run:
    """One run over sources."""

    library: Library
    ledger: Ledger
    progress: Callable[[Progress], None]
    checked: list[str] = field(default_factory=list)
    failures: list[tuple[str, Failure, str | None]] = field(default_factory=list)
    """(source, failure, the file that it is a part of), the last None where the failure is a whole file's."""
    pending: Change = field(default_factory=Change)
    chunks: int = 0
    reopened: bool = False
    total: int = 0
    read: int = 0
    settled: int = 0
    origin: str = ""

    def check(self, sources: list[str], web: Web) -> None:
        """Finds, reads, embeds and commits; lets go of what has vanished."""
        self.checked = sources
        known = {file.origin: (file.size, file.mtime_ns) for file in self.ledger.files.values()}
        visitor = Visitor(web, _remembered(self.library.store), known)
        found = self._scan(visitor)
        self._list_sources()
        web_asked = any(map(files.is_address, sources))
        if (
            web_asked
        ):  # before anything is read, and without what makes the next request conditional: a crash loses nothing
            _remember(self.library.store, visitor.memory, settled=False)
        stale = []
        for file, source in found.values():
            if self._stale(file):
                stale.append((file, source))
            else:
                self._keep_failed_parts(file.origin, source)
        self.total = len(stale)
        for self.read, (file, source) in enumerate(stale, 1):
            self.origin = file.origin
            self._read(file, source)
            self._tell()
        again = sorted(self.ledger.again & found.keys())
        if again:
            self._commit()  # a change holds each file only once
        for origin in again:
            self._read(*found[origin], anew=True)
        self.ledger.vanish(self.ledger.vanished & self.ledger.files.keys(), self.pending)
        # Articles whose files could not be read again keep answering with the text that the store has of them.
        for article_id, kin in self.ledger.bare():
            self._add_fresh(self.library.store.article(article_id), kin)
        self._commit()
        self._tell()
        self._note_failures(found.keys())
        if web_asked:
            failed = {failure.origin for _, failure, _ in self.failures}
            _remember(self.library.store, visitor.memory, settled=True, failed=failed)

    def drop(self, source: str) -> None:
        """Lets go of a source."""
        store, ledger = self.library.store, self.ledger
        self.checked = [source]
        others = [other for other in store.sources() if other != source]
        gone = set()
        lists: dict[str, set[str]] = defaultdict(set)
        for feed, address in store.rows("SELECT feed, address FROM entries"):
            lists[address].add(feed)
        for file in [file for file in ledger.files.values() if file.source == source]:
            heirs = (other for other in others if other in lists[file.origin] or files.holds(other, file.origin))
            heir = next(heirs, None)
            if heir is None:
                gone.add(file.origin)
            else:
                ledger.files[file.origin] = replace(file, source=heir)
                self.pending.files.append(ledger.files[file.origin])
        ledger.expect_gone(gone)
        articles = {article_id for origin in gone for article_id, _ in ledger.places.get(origin, {}).values()}
        ledger.vanish(gone, self.pending)
        self._commit()
        with store.transaction() as connection:
            connection.execute("DELETE FROM sources WHERE source = ?", (source,))
            connection.executemany("DELETE FROM forgotten WHERE article_id = ?", [(one,) for one in articles])
            books.put_failures(connection, [source], [])
            connection.execute("DELETE FROM visits WHERE address = ?", (source,))
            connection.execute("DELETE FROM entries WHERE feed = ?", (source,))

    def report(self, started: float) -> SyncReport:
        """What was done, counted over the files of the checked sources."""
        ledger = self.ledger
        here = {file.origin for file in ledger.files.values() if _answers_for(self.checked, file)}
        unchanged, copies = ledger.tally(here)
        failed = sorted((failure for _, failure, _ in self.failures), key=lambda failure: failure.origin)
        return SyncReport(
            added=len(ledger.added),
            changed=len(ledger.changed),
            unchanged=unchanged,
            removed=len(ledger.removed),
            renamed=len(ledger.renamed),
            copies=copies,
            failed=tuple(failed),
            seconds=time.perf_counter() - started,
        )

    def _scan(self, visitor: Visitor) -> dict[str, tuple[Found, str]]:
        """Every file of the checked sources by origin; tells the ledger which known ones are gone.

        What comes from the web is never gone: a feed lists only its newest, and a page may be down for an hour.
        """
        found: dict[str, tuple[Found, str]] = {}
        absent = set()
        for source in self.checked:
            try:
                for entry in files.find(source, visitor):
                    if isinstance(entry, Failure):
                        self.failures.append((source, entry, None))
                    else:
                        found.setdefault(entry.origin, (entry, source))
            except SourceError as error:
                self.failures.append((source, Failure(source, str(error), error.hint), None))
                absent.add(source)
            else:
                if not files.exists(source):  # unplugged while it was being listed
                    absent.add(source)
        unlisted = [failure.origin for _, failure, _ in self.failures]
        present = [source for source in self.checked if source not in absent and not files.is_address(source)]
        self.ledger.expect_gone(
            {
                file.origin
                for file in self.ledger.files.values()
                if file.origin not in found
                and _answers_for(present, file)
                and not any(files.holds(origin, file.origin) for origin in unlisted)
            }
        )
        return found

    def _stale(self, found: Found) -> bool:
        known = self.ledger.files.get(found.origin)
        if known is None or found.origin in self.ledger.failed:
            return True
        return (known.size, known.mtime_ns) != (found.size, found.mtime_ns) or not known.signature

    def _read(self, found: Found, source: str, *, anew: bool = False) -> None:
        """Reads one file into the pending change, unless its bytes are the same (or, with `anew`, even so)."""
        known = self.ledger.files.get(found.origin)
        try:
            page = found.read()
            signature = hashlib.sha256(page.data).hexdigest()[:32]
            reading = None
            if anew or known is None or known.signature != signature:
                reading = formats.read(page)
                _require_storable(reading)
        except Unreadable as error:
            self.failures.append((source, Failure(found.origin, str(error), error.hint), None))
            return
        except Exception as error:  # a reader's fault on one strange file must not stop the others
            reason = f"{found.origin} could not be read: {type(error).__name__} {error}".rstrip()
            failure = Failure(found.origin, reason, "Save it anew, or take it out of the folder.")
            self.failures.append((source, failure, None))
            return
        if known is not None and known.source in self.library.store.sources():
            source = known.source  # a file in two sources stays with the first
        file = File(found.origin, source, found.size, found.mtime_ns, "" if page.provisional else signature)
        if reading is None:
            self._keep_failed_parts(found.origin, source)
        else:
            self.failures += [(source, failure, found.origin) for failure in reading.failures]
            self.ledger.place(found.origin, reading.articles, self.pending)
        self.ledger.files[found.origin] = file
        self.pending.files.append(file)
        self._commit_if_full()

    def _keep_failed_parts(self, origin: str, source: str) -> None:
        """Of a file that has not changed, the parts that could not be read still cannot."""
        self.failures += [(source, failure, origin) for failure in self.ledger.failed_parts.get(origin, ())]

    def _add_fresh(self, article: Article, kin: str) -> None:
        self.pending.fresh.append((article, kin))
        self._commit_if_full()

    def _commit_if_full(self) -> None:
        fresh = self.pending.fresh
        if len(fresh) >= _BATCH_ARTICLES or sum(len(article.text) for article, _ in fresh) >= _BATCH_CHARACTERS:
            self._commit()

    def _commit(self) -> None:
        change, self.pending = self.pending, Change()
        if change:
            if (change.fresh or change.gone) and not self.reopened:
                # A graph from before another process's run must not be written, nor one that is broken.
                self.library.vectors.refresh()
                ensure_whole(self.library)
                self.reopened = True
            self.chunks += commit(self.library, self.ledger, change, self._tell)
        self.settled = self.read

    def _tell(self, embedded: int = 0, of: int = 1) -> None:
        """Tells how far the run is, while `embedded` of the `of` chunks of a change are."""
        done = self.settled + (self.read - self.settled) * embedded // of
        self.progress(Progress(done, self.total, self.origin, self.chunks + embedded))

    def _list_sources(self) -> None:
        store = self.library.store
        new = [source for source in self.checked if source not in store.sources()]
        if new:
            with store.transaction() as connection:
                for source in new:
                    connection.execute(
                        "INSERT INTO sources SELECT ?, coalesce(max(number), 0) + 1 FROM sources", (source,)
                    )

    def _note_failures(self, found: Collection[str]) -> None:
        store = self.library.store
        listed = store.rows("SELECT source, origin, reason, hint, file FROM failures")
        before = {tuple(row) for row in listed if row[0] in self.checked}
        failed = {failure.origin for _, failure, _ in self.failures}
        cured = [origin for origin in self.ledger.failed if origin in found and origin not in failed]
        if cured or before != {(source, *astuple(failure), file) for source, failure, file in self.failures}:
            with store.transaction() as connection:
                books.put_failures(connection, self.checked, self.failures, cured)


def _named(store: Store, source: str) -> str:
    """The source in its one spelling. One that is listed is meant by its name even while it is away, when a name with
    brackets would be taken for a pattern.
    """
    literal = os.path.abspath(os.path.expanduser(source))
    return literal if literal in store.sources() else files.canonical(source)


def _remembered(store: Store) -> Memory:
    """What earlier runs saw on the web."""
    memory = Memory()
    for address, feed, *answered in store.rows("SELECT address, feed, etag, modified, title FROM visits"):
        memory.visits[address] = Visit(bool(feed), *answered)
    for feed, *entry in store.rows(
        "SELECT feed, address, title, author, published, updated, NULL, NULL, stamp FROM entries ORDER BY feed, address"
    ):
        memory.entries.setdefault(feed, {})[entry[0]] = Entry(*entry)
    return memory


def _remember(store: Store, memory: Memory, *, settled: bool, failed: Collection[str] = ()) -> None:
    """Keeps it for the next run; the validators only when all is `settled`, and of a feed only if none of its entries
    failed, for the feed itself may hold their text.
    """
    if not memory.visits:
        return
    visits = []
    for address, visit in memory.visits.items():
        whole = settled and not any(entry in failed for entry in memory.entries.get(address, ()))
        validators = (visit.etag, visit.modified) if whole else (None, None)
        visits.append((address, visit.feed, *validators, visit.title))
    entries = [
        (feed, entry.address, entry.stamp, entry.title, entry.author, entry.published, entry.updated)
        for feed, listed in memory.entries.items()
        for entry in listed.values()
    ]
    with store.transaction() as connection:
        connection.executemany("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?, ?)", visits)
        connection.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", entries)


def _require_storable(reading: Reading) -> None:
    """Refuses half characters (lone surrogates), which no file can hold."""
    for article in reading.articles:
        try:
            str(astuple(article)).encode()
            article.text.encode()
        except UnicodeEncodeError as error:
            raise Unreadable(
                f"{article.origin} holds characters that are none (lone surrogates).", "Save the file as UTF-8 again."
            ) from error


def _answers_for(sources: Iterable[str], file: File) -> bool:
    """Whether a run over the sources should have met the file: it came from one, or lies in one at least as exact."""
    return any(
        file.source == source
        or (len(source) >= len(file.source) and not files.is_pattern(source) and files.holds(source, file.origin))
        for source in sources
    )
