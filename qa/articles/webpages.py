"""The articles inside a web page, with what the page says of them. The one door to trafilatura; no network.

A page that holds several articles by its structure is taken apart into them; every other page is one article, whole.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from qa.articles import dates, metadata, stamps, structure
from qa.articles.decoding import decoded
from qa.articles.items import Contents, Item
from qa.articles.structure import Section
from qa.errors import Unreadable
from qa.schema import About

_Element: TypeAlias = Any  # lxml has no types

_LONGEST_PAGE = 25_000_000
_LONGEST_TEXT = 3_000_000  # characters of words from which a page is only walked through
_MOST_ELEMENTS = 60_000
_XML_HEAD = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_REMARKS = (
    re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(https?://[^\s<>\"]+?)\s*-->", re.IGNORECASE),
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s<>\"]+)", re.IGNORECASE),
)
_TOP = 5_000  # characters in which a browser's remark stands
_PARTS_OF_TITLE = re.compile(r"\s+(?:[|·•–—-]|::|//|»)\s+|:\s+")
_ENOUGH = 250  # characters; less than that is read again, less strictly
_LONGEST_TEASER = 600


def read(origin: str, data: bytes) -> Contents:
    """The articles of a saved web page; empty where nothing on it is one.

    Raises `Unreadable` for binary data and for markup that cannot be taken apart.
    """
    html = decoded(origin, data, markup=True)
    return Contents(items_in(origin, html, _saved_from(html)))


def items_in(origin: str, html: str, address: str | None = None) -> tuple[Item, ...]:
    """The articles of a web page, each with the page's language; none where nothing on it is an article.

    `address`: where the page comes from, for what does not say so itself. Raises `Unreadable` where the markup cannot
    be taken apart.
    """
    root = _tree(origin, html)
    if root is None:
        return ()
    stated = metadata.stated(html)
    try:
        several = structure.sections(root) if _may_hold_several(root, stated) else []
        if len(several) > 1:
            return tuple(_items(several, root, stated, address))
        item = _single(root, stated, address)
    except Unreadable:
        raise
    except Exception as error:  # trafilatura and lxml fail in many ways on broken trees
        raise Unreadable(f"{origin} cannot be taken apart as a web page.", "Save its text in a file.") from error
    return (item,) if item else ()


def _tree(origin: str, html: str) -> _Element | None:
    from lxml import etree  # type: ignore[import-untyped]  # slow to import, and needed for web pages only
    from lxml import html as markup

    if len(html) > _LONGEST_PAGE:
        raise Unreadable(f"{origin} is too large for a web page.", "Save the article alone, or its text in a file.")
    data = _XML_HEAD.sub("", html, count=1).replace("\0", "").encode("utf-8", "replace")
    parser = markup.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return markup.document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing is in it
        return None
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(f"{origin} cannot be taken apart as a web page.", "Save its text in a file.") from error


def _saved_from(html: str) -> str | None:
    """The address that a browser wrote at the top of a page it saved."""
    found = (remark.search(html[:_TOP]) for remark in _REMARKS)
    return next((match[1] for match in found if match), None)


# One article


def _single(root: _Element, stated: metadata.Stated, address: str | None) -> Item | None:
    notes = _taken_notes(root)
    _drop_teasers(root)
    paragraphs = list(_without_title(_extracted(root), stated.title))
    if not paragraphs:
        return None
    url = stated.url or address
    item = Item(
        title=stated.title or paragraphs[0][:200],
        text="\n\n".join(paragraphs),
        publisher=stated.publisher,
        author=stated.author,
        url=url,
        updated=stated.updated,
        notes=tuple(notes),
        language=stated.language,
    )
    item = item.dated(stated.published, stated.dated_by)
    return item.dated(dates.from_address(url or ""), "address")
