"""Web archives (MHTML): the page in them, and where it came from.

The day of saving, which they state, is never the article's date.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message

from qa.articles import dates, mail, webpages
from qa.articles.items import Contents
from qa.errors import Unreadable

_PAGES = ("text/html", "application/xhtml+xml")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def read(origin: str, data: bytes) -> Contents:
    """The articles of a web archive, a single one with the address of its page.

    Raises `Unreadable` where it holds no web page or the page no article.
    """
    html, address = html_of(origin, data)
    items = webpages.items_in(origin, html)
    if not items:
        raise Unreadable(f"{origin} holds no article text.", "Save the whole article, not a list of links to articles.")
    if len(items) == 1 and address:
        url = items[0].url or address
        items = (replace(items[0], url=url).dated(dates.from_address(url), "address"),)
    return Contents(items)


def html_of(origin: str, data: bytes) -> tuple[str, str | None]:
    """The page of a web archive as HTML, and the address it was saved from where the archive or the page tells it.

    Raises `Unreadable` where there is none.
    """
    message = mail.parse(origin, data)
    with mail.taken_apart(origin):
        page = _root(message)
        if page is None:
            raise Unreadable(f"{origin} holds no web page.", "Open it in a browser and save it again.")
        html = mail.text_of(origin, page, markup=True)
        address = _address(message, "Snapshot-Content-Location") or _address(page, "Content-Location")
    return html, address or webpages.saved_from(html)


def _root(message: Message[str, str]) -> Message[str, str] | None:
    """The page itself: the part that the archive names as its start, else the first page in it."""
    pages = [part for part in mail.leaves(message) if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    named = [part for part in pages if isinstance(start, str) and _same(mail.header(part, "Content-ID"), start)]
    return next(iter(named + pages), None)


def _same(identity: str | None, other: str) -> bool:
    return identity is not None and identity.strip("<> ") == other.strip("<> ")


def _address(part: Message[str, str], name: str) -> str | None:
    """A web address in a header, which may be folded over lines."""
    words = "".join((mail.header(part, name) or "").split())
    return words if _ADDRESS.fullmatch(words) else None
