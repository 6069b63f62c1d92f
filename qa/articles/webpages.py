"""The article inside a saved web page, with what the page says of itself. The one door to trafilatura; no network."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

from qa.articles import dates, pages
from qa.articles.items import Item
from qa.errors import Unreadable

_LANGUAGE = re.compile(r"<html\b[^>]{0,500}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
_XML_HEAD = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_LIST_ITEM = "- "
# Dates from the page's own fields only: a search through its text would find the date of anything.
_DATES = {"extensive_search": False, "original_date": True}


def items_in(origin: str, html: str) -> tuple[list[Item], str | None]:
    """The articles of a web page and the language that it declares; no items where it holds no article.

    Raises `Unreadable` where the markup cannot be taken apart.
    """
    html = _XML_HEAD.sub("", html, count=1)
    declared = _LANGUAGE.search(html[:5000])
    language = declared[1].lower() if declared else None
    document = _extracted(origin, html)
    if document is None or not document.text:
        return [], language
    title = _words(document.title)
    text = _paragraphs(document.text, title)
    several = pages.split(text)
    if len(several) > 1:
        return [replace(item, publisher=item.publisher or _words(document.sitename)) for item in several], language
    url = _words(document.url)
    item = Item(
        title=title or text.split("\n", 1)[0][:200],
        text=text,
        publisher=_words(document.sitename),
        author=_words(document.author),
        url=url,
    )
    item = item.dated(dates.parse(document.date or ""), "page metadata")
    return [item.dated(dates.from_address(url or ""), "address")], language


def _extracted(origin: str, html: str) -> Any:  # noqa: ANN401 - a class of an untyped library
    import trafilatura  # slow to import, and needed for web pages only

    for name in ("trafilatura", "htmldate", "charset_normalizer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return trafilatura.bare_extraction(
            html, with_metadata=True, include_comments=False, favor_recall=True, date_extraction_params=_DATES
        )
    except Exception as error:
        raise Unreadable(f"{origin} cannot be taken apart as a web page.", "Save its text in a file.") from error


def _paragraphs(text: str, title: str | None) -> str:
    """Paragraphs with a blank line between, items of a list without; a first line that repeats the title goes."""
    joined = ""
    previous = ""
    for line in (line.strip() for line in text.split("\n")):
        if not line or (not joined and title and line.casefold() == title.casefold()):
            continue
        together = line.startswith(_LIST_ITEM) and previous.startswith(_LIST_ITEM)
        joined += ("\n" if together else "\n\n" if joined else "") + line
        previous = line
    return joined


def _words(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None
