"""What the readers of formats hand on: articles with what their page says of them, before they have an identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from qa.schema import About, Failure


@dataclass(frozen=True, slots=True)
class Item:
    """One article as its page gives it; what the page does not state is None.

    `notes`: paragraphs set apart from the text, such as what is said about the author. `pages`: where in the text each
    page of a document begins, page 1 first. `key`: what names it among the items of its file (the id of a message or
    record), where that is better than its title.
    """

    title: str
    text: str
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    dated_by: str = "unknown"
    about: About | None = None
    url: str | None = None
    updated: str | None = None
    notes: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    language: str | None = None
    key: str | None = None

    def dated(self, date: str | None, dated_by: str) -> Item:
        """The same item with this date, where it has none that is known better."""
        return self if self.published or not date else replace(self, published=date, dated_by=dated_by)


@dataclass(frozen=True, slots=True)
class Contents:
    """What one file holds: its articles in reading order, and a `Failure` for each part that could not be read."""

    items: tuple[Item, ...]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of one file or web page, before they are read.

    `kind`: the content type that a server declared; empty where the ending of the origin tells the kind. `address`:
    where on the web it comes from. `stated`: what a feed says of the article, used where the page says nothing.
    `provisional`: it stands for a page that could not be had, which is to be asked for again.
    """

    origin: str
    data: bytes
    kind: str = ""
    address: str | None = None
    stated: Item | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Something that may hold articles: a file, a member of an archive, a web page, an entry of a feed.

    `origin` names it in the index; `size` and `mtime_ns` tell whether it has changed since the last run (for what comes
    from the web and from archives they are a fingerprint). `read` gives its bytes and raises `Unreadable`.
    """

    origin: str
    size: int
    mtime_ns: int
    read: Callable[[], Page] = field(compare=False, repr=False)
