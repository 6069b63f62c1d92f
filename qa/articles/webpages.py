"""The articles inside a web page, with what the page says of them. The one door to trafilatura; no network.

A page that holds several articles by its structure is taken apart into them; every other page is one article, whole.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from qa.articles import blocks, bylines, dates, metadata, pages, sections
from qa.articles.blocks import Block
from qa.articles.decoding import decoded
from qa.articles.items import Contents, Item
from qa.articles.metadata import Stated
from qa.articles.sections import Section
from qa.errors import Unreadable
from qa.schema import About

_Element: TypeAlias = Any  # lxml has no types

# The elements of trafilatura's tree at whose edges a paragraph ends.
_EDGES = frozenset(("body", "p", "head", "quote", "list", "item", "table", "row", "code", "div", "figure"))
_LONGEST_PAGE = 10_000_000  # characters, pictures not counted
_LONG_PAGE = 2_000_000  # characters from which pictures are looked for
_MOST_ELEMENTS = 150_000
# A page with more than these is read block by block: the search for the main text would take too long.
_LONGEST_SEARCHED = 2_000_000  # characters of words
_MOST_SEARCHED = 25_000  # elements
_LONG_TAG = 20_000
_MOST_ATTRIBUTES = 10_000
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PICTURE = re.compile(r"data:[\w/+.;,=-]{0,80}base64,[A-Za-z0-9+/=]{1000,}")
_BLOCKS = (
    "article aside blockquote dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header li nav ol p pre section table"
    " td th tr ul"
).split()
_XML_HEAD = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_REMARKS = (
    re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(https?://[^\s<>\"]+?)\s*-->", re.IGNORECASE),
    re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s<>\"]+)", re.IGNORECASE),
)
_TOP = 5_000  # characters in which a browser's remark stands
_PARTS_OF_TITLE = re.compile(r"\s+(?:[|·•–—-]|::|//|»)\s+|:\s+")
# A strict reading with fewer characters, or a smaller share of the page's paragraphs, is held against a lenient one.
_ENOUGH = 500
_LEAST_OF_PAGE = 0.35
_MUCH_LONGER = 2.0
_LONGEST_TEASER = 600
_LONGEST_OPENING = 6  # paragraphs above the running text
_SHORTEST_PROSE = 80
_MOST_CONTAINERS = 500
_MOST_NOTES = 4
_DECLARED = (
    "boolean(descendant::meta[@property='og:type' and (@content='article' or @content='Article')]"
    "|descendant::meta[@property='article:published_time'])"
)
_CONTAINERS = "count(descendant::h1|descendant::article[count(descendant::p) > 2])"
# Quicker than a walk through the page, and true of few.
_HAS_STANDFIRST = "boolean(descendant::*[self::p or self::div or self::h2][{}])".format(
    " or ".join(f"contains(@class, '{name}')" for name in ("deck", "dek", "standfirst", "lede", "sell", "chapo"))
)
_LONGEST_MASTHEAD = 120
_FEWEST_WORDS = 40  # of one of several articles that only lines tell apart
_LEAST_HELD = 0.55  # share of the page's prose in them
_HEADING_MARK = re.compile(r"^## ", re.MULTILINE)
_LONGEST_OWNER = 200
_MOST_TOP_TEXTS = 30
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"]+")
_SEASON = re.compile(r"\b(?:spring|summer|autumn|fall|winter)\s+(\d{4})\b", re.IGNORECASE)
_IS_SOMEONE = re.compile(
    r"\s+(?:is|was|has|writes|wrote|teaches|taught|covers|covered|attends|lives|lived|works|worked|keeps|reports)\b"
)


def read(origin: str, data: bytes) -> Contents:
    """The articles of a saved web page; empty where nothing on it is one.

    Raises `Unreadable` for binary data and for markup that cannot be taken apart.
    """
    return Contents(items_in(origin, decoded(origin, data, markup=True)))


def items_in(origin: str, html: str, address: str | None = None) -> tuple[Item, ...]:
    """The articles of a web page, each with the page's language; none where nothing on it is an article.

    `address`: where the page comes from, for what does not say so itself. Raises `Unreadable` where the markup is far
    too large or cannot be taken apart.
    """
    if len(html) > _LONG_PAGE:
        html = _PICTURE.sub("data:,", html)
    root = _tree(origin, html)
    if root is None:
        return ()
    page = _Page(root, metadata.stated_in(root), address or saved_from(html))
    try:
        several = _several(page)
        if several:
            return tuple(_items(several, page))
        if not page.root.xpath(_DECLARED):
            if sections.is_list_of_teasers(page.blocks):
                return ()
            if items := _by_lines(page):
                return items
        item = _single(page)
    except Exception as error:  # trafilatura and lxml fail in many ways on broken trees
        raise Unreadable(f"{origin} cannot be taken apart as a web page.", "Save its text in a file.") from error
    return (item,) if item else ()


@dataclass(frozen=True)
class _Page:
    """A page taken apart; its blocks are read when they are first asked for."""

    root: _Element
    stated: Stated
    address: str | None

    @cached_property
    def blocks(self) -> list[Block]:
        return blocks.blocks(self.root)


def _tree(origin: str, html: str) -> _Element | None:
    """The page's tree, in which nothing is deeper than the parser allows; None where nothing is in it."""
    from lxml import etree  # slow to import, and needed for web pages only
    from lxml import html as markup

    if len(html) > _LONGEST_PAGE or _has_too_many_attributes(html):
        raise _too_large(origin)
    head = _XML_HEAD.match(html)
    data = html[head.end() if head else 0 :].replace("\0", "").encode("utf-8", "replace")
    parser = markup.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = markup.document_fromstring(data, parser=parser)
    except etree.ParserError:
        return None
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Unreadable(f"{origin} cannot be taken apart as a web page.", "Save its text in a file.") from error
    if root.xpath("count(descendant::*)") > _MOST_ELEMENTS:
        raise _too_large(origin)
    return root


def _has_too_many_attributes(html: str) -> bool:
    """Whether a tag would take the parser's time with its attributes, which it compares with one another."""
    at = 0
    while len(html) - at >= _LONG_TAG and (end := html.rfind(">", at, at + _LONG_TAG)) >= 0:
        at = end + 1
    if len(html) - at < _LONG_TAG:
        return False
    tags = (part.rpartition("<")[2] for part in html[at:].split(">") if len(part) >= _LONG_TAG)
    return any(tag[:1].isalpha() and len(_QUOTED.sub("", tag).split()) > _MOST_ATTRIBUTES for tag in tags)


def _too_large(origin: str) -> Unreadable:
    return Unreadable(f"{origin} is too large for a web page.", "Save the article alone, or its text in a file.")


def saved_from(html: str) -> str | None:
    """The address that a browser wrote at the top of a page it saved."""
    found = (remark.search(html[:_TOP]) for remark in _REMARKS)
    return next((match[1] for match in found if match), None)


# One article


def _single(page: _Page) -> Item | None:
    stated = page.stated
    notes = _notes(page.root)
    author = stated.author or bylines.author_beside(page.blocks, stated.title)
    first = bylines.standfirst(page.blocks, stated.title) if page.root.xpath(_HAS_STANDFIRST) else None
    extracted = _extracted(page)
    if first and extracted and first not in extracted:
        extracted.insert(0, first)
    paragraphs = [words for words in _without_opening(extracted, stated.title) if words not in notes]
    if not paragraphs:
        return None
    url = stated.url or page.address
    item = Item(
        title=stated.title or paragraphs[0][:200],
        text="\n\n".join(paragraphs),
        publisher=stated.publisher,
        author=author,
        url=url,
        updated=stated.updated,
        notes=notes,
        language=stated.language,
    )
    item = item.dated(stated.published, stated.dated_by)
    return item.dated(dates.from_address(url or ""), "address")


def _extracted(page: _Page) -> list[str]:
    """The paragraphs of the page's article: read strictly and fast, and less so where that leaves hardly anything."""
    root = page.root
    if root.xpath("count(descendant::*)") > _MOST_SEARCHED or len(str(root.xpath("string()"))) > _LONGEST_SEARCHED:
        return [block.text for block in page.blocks if not block.is_link]
    _drop_teasers(root)
    _part_words(root)
    enough = max(_ENOUGH, _LEAST_OF_PAGE * sum(map(len, root.xpath("descendant::p//text()", smart_strings=False))))
    strict: list[str] = []
    for fast in (True, False):
        strict = _by_trafilatura(root, strict=True, fast=fast)
        if _length(strict) >= enough:
            return strict
    lenient = _by_trafilatura(root, strict=False)
    return lenient if _length(lenient) > _MUCH_LONGER * _length(strict) else strict


def _length(paragraphs: Sequence[str]) -> int:
    return sum(map(len, paragraphs))


def _by_trafilatura(root: _Element, *, strict: bool, fast: bool = False) -> list[str]:
    import trafilatura  # slow to import, and needed for web pages only

    for name in ("trafilatura", "htmldate", "charset_normalizer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    document: Any = trafilatura.bare_extraction(root, include_comments=False, favor_precision=strict, fast=fast)
    return list(_paragraphs(document.body)) if document is not None and document.body is not None else []


def _paragraphs(body: _Element) -> Iterator[str]:
    """The paragraphs of trafilatura's own tree; an item of a list and a row of a table are one each."""
    from lxml import etree

    words: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag in _EDGES:
            yield from blocks.paragraphs("".join(words))
            words.clear()
        if event == "start":
            words.append({"lb": "\0", "cell": " "}.get(element.tag, ""))
            words.append(element.text or "")
        elif element is not body:
            words.append(element.tail or "")
    yield from blocks.paragraphs("".join(words))


def _without_opening(paragraphs: Sequence[str], title: str | None) -> Iterator[str]:
    """At the top the line that repeats the title goes, and lines that only say who or when.

    Below a first paragraph a date alone stays: it may be the first heading of a chronicle.
    """
    prose = 0
    for at, words in enumerate(paragraphs):
        repeated = title is not None and _same(words, title)
        prose += not repeated and len(words) >= _SHORTEST_PROSE
        opening = at < _LONGEST_OPENING and prose < 2 and (repeated or len(words) < _SHORTEST_PROSE)
        if not opening or not (repeated or bylines.says_who_or_when(words, dates_too=not prose)):
            yield words


def _notes(root: _Element) -> tuple[str, ...]:
    """What is said about the author in boxes of its own."""
    notes: dict[str, None] = {}
    named = root.xpath("descendant::*[contains(@class, 'bio') or contains(@class, 'uthor')]")
    for element in named[:_MOST_CONTAINERS]:
        if blocks.is_about_author(element):
            found = blocks.blocks(element)
            notes |= {block.text: None for block in found if block.is_sentence}
    return tuple(notes)[:_MOST_NOTES]


def _part_words(root: _Element) -> None:
    """Keeps the words behind a block apart from those before it, should the block be taken out."""
    for element in root.iter(*_BLOCKS):
        if element.tail and element.tail.strip():
            element.tail = f" {element.tail}"


def _drop_teasers(root: _Element) -> None:
    """Takes articles' containers out that hold a comment or a teaser, where another holds the article."""
    containers = list(root.iter("article"))
    if not 1 < len(containers) <= _MOST_CONTAINERS:
        return
    lengths = {element: len(str(element.xpath("string()"))) for element in containers}
    longest = max(containers, key=lengths.__getitem__)
    around = {longest, *longest.iterancestors()}
    for element in containers:
        headed = next(element.iter("h1"), None) is not None
        if element not in around and not headed and lengths[element] <= min(_LONGEST_TEASER, lengths[longest] // 4):
            element.drop_tree()


# Several articles


def _several(page: _Page) -> list[Section]:
    """The page's articles where it holds several; of a page that says it is one article, its own must be the first."""
    declared, containers = page.root.xpath(_DECLARED), page.root.xpath(_CONTAINERS)
    if declared and containers < 2:
        return []
    several = sections.sections(page.blocks)
    return several if several and (not declared or _same(several[0].heading.text, page.stated.title)) else []


def _items(several: Sequence[Section], page: _Page) -> Iterator[Item]:
    headlines = {section.heading.text.casefold() for section in several}
    site = page.stated.publisher or _site(page, headlines)
    issued = _issued(several, page)
    for section, link in zip(several, _links(several, page.stated.url or page.address), strict=True):
        item = _item(section, page.stated, link)
        reprinted = item.about.publisher if item.about else None
        publisher = (reprinted if section.pasted else None) or site or reprinted or _short_title(page.root)
        yield replace(item, publisher=publisher).dated(issued, "dateline")


def _by_lines(page: _Page) -> tuple[Item, ...]:
    """The articles of a page whose markup does not tell them apart, by its lines; none where that is in doubt."""
    if not sections.may_hold_several(page.blocks):
        return ()
    lines = "\n\n".join(f"## {block.text}" if block.kind else block.text for block in page.blocks)
    found = [replace(item, text=_HEADING_MARK.sub("", item.text)) for item in pages.split(lines)]
    whole = sum(block.words for block in page.blocks if block.is_prose)
    held = [len(item.text.split()) for item in found]
    signed = sum(bool(item.author or item.published or item.about) for item in found)
    if len(found) < 2 or signed < len(found) or min(held) < _FEWEST_WORDS or sum(held) < _LEAST_HELD * whole:
        return ()
    site = page.stated.publisher or _site(page, {item.title.casefold() for item in found})
    return tuple(
        replace(item, publisher=item.publisher or site, language=page.stated.language, url=item.url or page.stated.url)
        for item in found
    )


def _item(section: Section, page: Stated, link: str | None) -> Item:
    """One of several articles; what the page states of an article is this one's, where their titles agree."""
    stated = page if _same(section.heading.text, page.title) else Stated()
    signed = sections.signature(section, page.language)
    body = [block.text for block in section.body]
    notes = [block.text for block in section.notes]
    if signed.author and len(body) > 2 and _tells_of(signed.author, body[-1]):
        notes.append(body.pop())
    item = Item(
        title=section.heading.text.replace("\n", " "),
        text="\n\n".join(body),
        author=signed.author or stated.author,
        about=_about(section.source, page.language),
        url=link or stated.url,
        updated=signed.updated or stated.updated,
        notes=tuple(notes),
        language=page.language,
    )
    item = item.dated(signed.published, "page metadata" if signed.declared else "byline")
    item = item.dated(stated.published, stated.dated_by)
    item = item.dated(item.about.published if item.about else None, "source line")
    return item.dated(dates.from_address(item.url or ""), "address")


def _tells_of(author: str, words: str) -> bool:
    """Whether a closing paragraph tells who the author is: "Ada Quill writes about quays."."""
    named = words.casefold().startswith(author.casefold())
    return named and len(words) <= _LONGEST_TEASER and _IS_SOMEONE.match(words, len(author)) is not None


def _about(line: Block | None, language: str | None) -> About | None:
    """What a closing source line names."""
    source = bylines.source_of(line) if line else None
    if line is None or source is None:
        return None
    places = [place for _, place in line.links] + _ADDRESS.findall(line.text)
    stated = dates.find(line.text, language)
    published = stated.iso if stated and len(stated.iso) > len(source.published or "") else source.published
    return About(publisher=source.publisher, published=published, url=next(filter(_is_web, places), None))


def _same(one: str, other: str | None) -> bool:
    return other is not None and " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _site(page: _Page, headlines: Collection[str]) -> str | None:
    """The name of the site: the part of the page's title that its copyright line names, or that stands as masthead."""
    parts = [
        part for part in (_page_title(page.root), *reversed(_PARTS_OF_TITLE.split(_page_title(page.root)))) if part
    ]
    parts = [part for part in parts if part.casefold() not in headlines and len(part) > 2]
    owners = [text.casefold() for text in _lines_of_owner(page.root)]
    mastheads = {" ".join(each.xpath("string()").split()).casefold() for each in page.root.iter("h1")}
    mastheads |= {" ".join((each.get("alt") or "").split()).casefold() for each in list(page.root.iter("img"))[:5]}
    tops = [
        " ".join(text.split())
        for text in islice(page.root.xpath("descendant::body//text()", smart_strings=False), _MOST_TOP_TEXTS)
    ]
    tops = [text for text in tops if len(text) > 2 and text.casefold() not in headlines]
    for part in parts:
        begun = next((top for top in tops if " " in top and f"{part} ".startswith(f"{top} ")), part)
        if any(_bare(begun) in owner for owner in owners):
            return begun
    named = next((part for part in parts if part.casefold() in mastheads), None)
    return named or next((part for part in parts if part.casefold() in {top.casefold() for top in tops}), None)


def _bare(name: str) -> str:
    return name.casefold().removeprefix("the ")


def _lines_of_owner(root: _Element) -> list[str]:
    """The lines that say whose the page is."""
    signs = "contains(., '©') or contains(., 'opyright')"
    texts = [" ".join(text.split()) for text in root.xpath(f"descendant::body//text()[{signs}]")]
    return [text for text in texts if len(text) <= _LONGEST_OWNER]


def _page_title(root: _Element) -> str:
    return " ".join(next((each.text or "" for each in root.iter("title")), "").split())


def _short_title(root: _Element) -> str | None:
    """The page's title, where it is short and of one part."""
    title = _page_title(root)
    return title if title and len(_PARTS_OF_TITLE.split(title)) == 1 and len(title.split()) <= 5 else None


def _issued(several: Sequence[Section], page: _Page) -> str | None:
    """The date of the whole page, for articles without their own: the only one in the lines above the first."""
    stated = page.stated
    if stated.published and not any(_same(section.heading.text, stated.title) for section in several):
        return stated.published
    above = page.blocks[: page.blocks.index(several[0].heading)]
    days = {
        found.iso
        for block in above
        if len(block.text) <= _LONGEST_MASTHEAD and (found := dates.find(block.text, stated.language))
    }
    if not days:
        years = {season[1] for block in above if (season := _SEASON.search(block.text))}
        days = years or {season[1] for season in _SEASON.finditer(_page_title(page.root))}
    return days.pop() if len(days) == 1 else None


def _links(several: Sequence[Section], page: str | None) -> list[str | None]:
    """The articles' own addresses: those that their headlines lead to, all on one site and each another."""
    places = [_resolved(page, section.link) for section in several]
    known = [place for place in places if place]
    sites = {urlsplit(place).hostname for place in (*known, *([page] if page else []))}
    return places if len(sites) == 1 and len({*known, page}) == len(known) + 1 else [None] * len(places)


def _resolved(page: str | None, link: str | None) -> str | None:
    """A link as a web address of its own; None for a place within a page, and for what is none."""
    try:
        place = urljoin(page or "", link) if link else ""
        return place if _is_web(place) and "#" not in place else None
    except ValueError:
        return None


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
