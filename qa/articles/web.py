"""Articles on the web: single pages, and feeds, behind whose entries the articles are opened.

What was seen is remembered between runs. An unchanged page or feed costs one conditional request, an entry is opened
once for each time that its feed says it is new, and one that could not be opened is tried again in the next run, also
when the feed no longer lists it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from urllib.parse import urlsplit, urlunsplit

from qa.articles import feeds, formats
from qa.articles.decoding import decoded
from qa.articles.feeds import Entry
from qa.articles.fetch import Fetched, Web
from qa.articles.items import Found, Item, Page
from qa.errors import SourceError, Unreadable
from qa.schema import Failure

_LEAST_CONTENT = 600  # characters of an entry's own text that are an article rather than its beginning
_TEXTS = ("text/", "application/xhtml")


@dataclass(frozen=True, slots=True)
class Visit:
    """What an address answered when it was last asked: whether it is a feed, of what title, and its validators."""

    feed: bool
    etag: str | None = None
    modified: str | None = None
    title: str | None = None


@dataclass(slots=True)
class Memory:
    """What earlier runs saw: visits by address, and by feed the entries that it has listed, by their addresses."""

    visits: dict[str, Visit] = field(default_factory=dict)
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)


def canonical(address: str) -> str:
    """The one spelling of a web address. Raises `SourceError` for anything but http and https."""
    if address.lower().startswith("www."):
        address = f"https://{address}"
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise SourceError(
            f"{address} is not an address Footnote can read.", "Name a page or a feed that begins with https://"
        )
    login, at, place = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme.lower(), f"{login}{at}{place.lower()}", parts.path or "/", parts.query, ""))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Visits addresses in one run. `known`: what of the web is in the index, with (size, mtime_ns) as it was found."""

    web: Web
    memory: Memory = field(default_factory=Memory)
    known: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def find(self, address: str) -> Iterator[Found | Failure]:
        """The page, or every entry that the feed has listed so far; a `Failure` where it could not be asked."""
        visit = self.memory.visits.get(address)
        try:
            fetched = self._asked(address, visit)
        except Unreadable as error:
            yield Failure(address, str(error), error.hint)
        else:
            if fetched.data is not None and feeds.is_feed(fetched.kind, fetched.data):
                yield from self._note_feed(address, fetched, fetched.data)
            elif fetched.data is not None and visit is not None and visit.feed:
                yield Failure(
                    address, "the feed answers with a page that is no feed", "Look at it in a browser; it may be down."
                )
            elif fetched.data is not None:
                self.memory.visits[address] = Visit(False, fetched.etag, fetched.modified)
                yield Found(address, len(fetched.data), _stamp(fetched.data), partial(_page, address, fetched))
            elif visit is not None and not visit.feed:
                yield Found(address, *self.known[address], partial(self._opened, address))
        for entry in self.memory.entries.get(address, {}).values():
            yield Found(entry.address, 0, _stamp(entry.stamp.encode()), partial(self._entry, address, entry))

    def _asked(self, address: str, visit: Visit | None) -> Fetched:
        """One conditional request; without condition where nothing of the last answer was kept."""
        if visit is None or (not visit.feed and address not in self.known):
            return self.web.fetch(address)
        if visit.feed:
            self._require_leave(address)
        return self.web.fetch(address, etag=visit.etag, modified=visit.modified)

    def _note_feed(self, address: str, fetched: Fetched, data: bytes) -> Iterator[Failure]:
        try:
            self._require_leave(address)
            feed = feeds.entries(fetched.address, data, fetched.charset)
        except Unreadable as error:
            yield Failure(address, str(error), error.hint)
            return
        yield from feed.failures
        listed = self.memory.entries.setdefault(address, {})
        for entry in feed.entries:
            listed[entry.address] = entry
        whole = not feed.failures  # a feed that was cut off is asked for again as a whole
        self.memory.visits[address] = Visit(
            True, fetched.etag if whole else None, fetched.modified if whole else None, feed.title
        )

    def _entry(self, feed: str, entry: Entry) -> Page:
        """The article behind an entry; what the feed itself holds of it, where the page cannot be had."""
        visit = self.memory.visits.get(feed)
        stated = Item(
            title=entry.title or "", text="", publisher=visit.title if visit else None, author=entry.author,
            published=entry.published, dated_by="feed", updated=entry.updated,
        )  # fmt: skip
        if entry.address.startswith(f"{feed}#"):  # an entry without a page of its own
            if not entry.content:
                raise Unreadable(f"{entry.address} has neither a page nor a text.", "Ask the feed's makers.")
            return Page(entry.address, _as_page(entry), "text/html", entry.address, stated)
        try:
            self._require_leave(entry.address)
            return replace(self._opened(entry.address), stated=stated)
        except Unreadable:
            if not entry.content or len(entry.content) < _LEAST_CONTENT:
                raise
            # Until the page itself can be had.
            return Page(entry.address, _as_page(entry), "text/html", entry.address, stated, provisional=True)

    def _opened(self, address: str) -> Page:
        return _page(address, self.web.fetch(address))

    def _require_leave(self, address: str) -> None:
        if not self.web.allowed(address):
            raise Unreadable(
                f"{address} is closed to programs, or could not be asked (robots.txt).",
                "Save the page and index the file.",
            )


def _as_page(entry: Entry) -> bytes:
    """What the feed holds of the article, as a page of its own."""
    title = escape(entry.title or "")
    head = f"<html><head><meta charset='utf-8'><title>{title}</title></head>"
    return f"{head}<body><article><h1>{title}</h1>{entry.content}</article></body></html>".encode("utf-8", "replace")


def _page(address: str, fetched: Fetched) -> Page:
    data = fetched.data or b""
    kind = fetched.kind or formats.kind_of(data) or ""
    if kind.startswith(_TEXTS):
        data = decoded(address, data, markup=True, declared=fetched.charset).encode("utf-8", "replace")
    return Page(address, data, kind, fetched.address)


def _stamp(data: bytes) -> int:
    """63 bits of a hash, in the place of a file's time."""
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "big") >> 1
