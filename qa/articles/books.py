"""EPUB books, versions 2 and 3: each chapter an article, with what the book states of itself. No network, no entities.

Chapters come in reading order; covers, tables of contents, imprints and pages of a few words are left out. Of the text,
block elements are paragraphs and white space is collapsed, as a browser does it; all other characters are kept.
"""

from __future__ import annotations

import html.entities
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urldefrag

from qa.articles import archives, dates
from qa.articles.decoding import decoded
from qa.articles.items import Contents, Item
from qa.errors import Unreadable
from qa.schema import Failure

FEWEST_WORDS = 60

_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_TYPE = ("{http://www.idpf.org/2007/ops}type", "epub:type")
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_NO_CHAPTER = frozenset(
    "cover titlepage title-page halftitlepage frontispiece toc landmarks page-list loi lot loa lov index "
    "copyright-page copyrightpage colophon imprint imprimatur".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hgroup hr html li main nav ol p pre section summary table tbody tfoot thead tr ul".split()
)
_DROPPED = frozenset("audio canvas head iframe math nav noscript object rp rt script style svg template video".split())
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LIST_ITEM = "- "
_SPACE = re.compile(r"[ \t\r\n\f]+")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_HEAD = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?=$|[-_])")
_DAMAGED = "Open it in a reader of e-books, or look for another copy."


@dataclass(frozen=True, slots=True)
class _Book:
    """What the package file says: chapters in reading order (paths in the archive), their titles, the book's data."""

    chapters: tuple[str, ...]
    titles: dict[str, str]
    shared: Item


def read(origin: str, data: bytes) -> Contents:
    """The chapters of an EPUB file, and a `Failure` for each that cannot be read.

    Raises `Unreadable` for damaged and protected books, and for those without a chapter of prose.
    """
    try:
        with archives.guarded(origin, data) as archive:
            _refuse_protected(origin, archive)
            return _contents(origin, archive, _book(origin, archive))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"{origin} is damaged or no EPUB book.", _DAMAGED) from error


def _contents(origin: str, archive: zipfile.ZipFile, book: _Book) -> Contents:
    items: list[Item] = []
    failures: list[Failure] = []
    for path in book.chapters:
        try:
            chapter = _chapter(f"{origin}/{path}", archives.content(origin, archive, path))
        except Unreadable as error:
            failures.append(Failure(f"{origin}/{path}", str(error), error.hint))
            continue
        if chapter is None:
            continue
        heading, text = chapter
        before = items[-1].title if items else book.shared.title
        title = book.titles.get(path) or heading or before
        items.append(replace(book.shared, title=title, text=_without_heading(text, title), key=path))
    if not items:
        hint = "Books of pictures have no text to read; otherwise look for another copy."
        raise Unreadable(f"{origin} holds no chapter with text.", hint)
    return Contents(tuple(items), tuple(failures))


def _refuse_protected(origin: str, archive: zipfile.ZipFile) -> None:
    """Scrambled fonts are no protection; everything else that is encrypted is."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return
    root = _xml(origin, archives.content(origin, archive, "META-INF/encryption.xml"))
    methods = [e.get("Algorithm") for e in root.iter("{*}EncryptionMethod") if _name(e.getparent()) == "encrypteddata"]
    if any(method not in _FONTS_ONLY for method in methods):
        raise Unreadable(
            f"{origin} is protected against copying, so its text cannot be read.",
            "Get it without protection (DRM) from its publisher.",
        )


def _book(origin: str, archive: zipfile.ZipFile) -> _Book:
    container = _xml(origin, archives.content(origin, archive, "META-INF/container.xml"))
    path = next(str(e.get("full-path")) for e in container.iter("{*}rootfile") if e.get("full-path"))
    package = _xml(origin, archives.content(origin, archive, path))
    files: dict[str, Any] = {str(e.get("id")): e for e in package.iter("{*}item") if e.get("href")}
    paths = {key: _path(path, str(item.get("href"))) for key, item in files.items()}
    skipped = {
        _path(path, str(e.get("href"))) for e in package.iter("{*}reference") if str(e.get("type")) in _NO_CHAPTER
    }
    skipped |= {paths[key] for key, item in files.items() if "nav" in str(item.get("properties")).split()}
    linear = [str(e.get("idref")) for e in package.iter("{*}itemref") if e.get("linear") != "no"]
    # A dict keeps the order and reads a chapter once, however often the book lists it.
    chapters = dict.fromkeys(paths[key] for key in linear if key in paths and paths[key] not in skipped)
    return _Book(tuple(chapters), dict(_titles(origin, archive, files, paths)), _shared(package, path))


def _shared(package: Any, path: str) -> Item:  # noqa: ANN401 - a class of an untyped library
    """What holds for every chapter of the book."""
    updated = next(
        (e.text for e in package.iter("{*}meta") if e.get("property") == "dcterms:modified" and e.text), None
    )
    language = _LANGUAGE.match(next(_values(package, "language"), ""))
    item = Item(
        title=next(_values(package, "title"), posixpath.basename(path)),
        text="",
        publisher=next(_values(package, "publisher"), None),
        author=", ".join(_creators(package)) or None,
        updated=_day(updated or ""),
        language=language[0].lower() if language else None,
    )
    return item.dated(_published(package), "page metadata")


def _creators(package: Any) -> Iterator[str]:  # noqa: ANN401 - a class of an untyped library
    roles = {str(e.get("refines")): e.text for e in package.iter("{*}meta") if e.get("property") == "role"}
    for element in package.iter(f"{_DC}creator"):
        role = element.get(f"{_OPF}role") or roles.get(f"#{element.get('id')}") or "aut"
        words = _words(element)
        if words and role.strip() == "aut" and words.casefold() != "unknown":
            yield words


def _published(package: Any) -> str | None:  # noqa: ANN401 - a class of an untyped library
    """The date that is called the publication, or the only one, if it is called nothing."""
    found = [(e.get(f"{_OPF}event"), _day(_words(e))) for e in package.iter(f"{_DC}date")]
    named = {day for event, day in found if event == "publication" and day}
    if not named and len(found) == 1 and found[0][0] is None:
        named = {day for _, day in found if day}
    return named.pop() if len(named) == 1 else None


def _day(words: str) -> str | None:
    return dates.parse_plainly(words) or dates.parse_plainly(words.strip()[:10])


def _values(package: Any, name: str) -> Iterator[str]:  # noqa: ANN401 - a class of an untyped library
    for element in package.iter(f"{_DC}{name}"):
        words = _words(element)
        if words and words.casefold() != "unknown":
            yield words


def _titles(
    origin: str, archive: zipfile.ZipFile, files: dict[str, Any], paths: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """(path, title) of each chapter that a table of contents names; the newer kind of table has the last word."""
    for kind in ("ncx", "nav"):
        for key, item in files.items():
            is_nav = "nav" in str(item.get("properties")).split()
            is_ncx = item.get("media-type") == "application/x-dtbncx+xml"
            if is_nav if kind == "nav" else is_ncx:
                try:
                    table = _page(paths[key], archives.content(origin, archive, paths[key]))
                except Unreadable:
                    continue  # the chapters' own headings do as well
                named: dict[str, str] = {}
                for href, words in _entries(table):
                    named.setdefault(_path(paths[key], href), words)
                yield from named.items()


def _entries(table: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a class of an untyped library
    for point in table.iter("{*}navPoint"):
        target, label = point.find("{*}content"), point.find("{*}navLabel")
        if target is not None and label is not None and target.get("src") and _words(label):
            yield str(target.get("src")), _words(label)
    for nav in table.iter("{*}nav"):
        if "toc" in _types(nav):
            for link in nav.iter("{*}a"):
                if link.get("href") and _words(link):
                    yield str(link.get("href")), _words(link)


def _chapter(origin: str, data: bytes) -> tuple[str | None, str] | None:
    """The first heading and the text of a chapter; None for pages that are no chapter."""
    root = _page(origin, data)
    body = next((e for e in root.iter("{*}body")), root)
    outermost = [body, *body.iterchildren("{*}section")][:2]
    if any(_types(element) & _NO_CHAPTER for element in outermost):
        return None
    text = _prose(body)
    if max(len(text.split()), len(_CJK.findall(text)) // 2) < FEWEST_WORDS:
        return None
    heading = next((_words(e) for e in body.iter() if _name(e) in _HEADINGS and _words(e)), None)
    return heading, text


def _without_heading(text: str, title: str) -> str:
    first, _, rest = text.partition("\n\n")
    return rest if rest and " ".join(first.split()).casefold() == title.casefold() else text


@dataclass(slots=True)
class _Paragraphs:
    """Gathers the words of a page as paragraphs."""

    text: str = ""
    _words: list[str] = field(default_factory=list)
    _item: bool = False
    _after_item: bool = False

    def add(self, words: str | None, as_set: bool) -> None:
        """Words inside a paragraph; `as_set` keeps their line ends."""
        if words:
            self._words.append(words if as_set else _SPACE.sub(" ", words))

    def cell(self) -> None:
        """The next words stand in another cell of a table's row."""
        if "".join(self._words).strip():
            self._words.append(" | ")

    def end(self, item: bool | None = None) -> None:
        """The paragraph ends here; `item`: the next one begins an item of a list, or none, where that changes."""
        lines = [line.strip(" ") for line in re.sub(" +", " ", "".join(self._words)).split("\n")]
        words = "\n".join(lines).strip("\n \t\r\f")
        self._words.clear()
        if words:
            glue = "\n" if self._item and self._after_item else "\n\n"
            self.text += (glue if self.text else "") + (_LIST_ITEM if self._item else "") + words
            self._after_item, self._item = self._item, False
        self._item = self._item if item is None else item


def _prose(body: Any) -> str:  # noqa: ANN401 - a class of an untyped library
    """The text of a page, paragraphs with a blank line between, items of a list without."""
    from lxml import etree

    found = _Paragraphs()
    set_apart = 0
    walker = etree.iterwalk(body, events=("start", "end"))
    for event, element in walker:
        name = _name(element)
        if event == "start":
            if name in _BLOCKS:
                found.end(item=True if name == "li" else None)
            elif name in ("td", "th"):
                found.cell()
            elif name == "br":
                found.add("\n", as_set=True)
            set_apart += name == "pre"
            if name in _DROPPED:
                walker.skip_subtree()
            else:
                found.add(element.text, bool(set_apart))
        else:
            if name in _BLOCKS:
                found.end(item=False if name == "li" else None)
            set_apart -= name == "pre"
            if element is not body:
                found.add(element.tail, bool(set_apart))
    found.end()
    return found.text


def _xml(origin: str, data: bytes) -> Any:  # noqa: ANN401 - a class of an untyped library
    from lxml import etree

    # Entities are neither resolved nor fetched; depth and size have the parser's own limits.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return _bare(etree.fromstring(data, parser))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{origin} is damaged or no EPUB book.", _DAMAGED) from error


def _page(origin: str, data: bytes) -> Any:  # noqa: ANN401 - a class of an untyped library
    """A page as a tree: as XML, which it should be, else as the HTML that a browser would make of it."""
    import lxml.html

    markup = _XML_HEAD.sub("", decoded(origin, data, markup=True), count=1)
    try:
        return _xml(origin, _NAMED.sub(_character, markup).encode("utf-8", "replace"))
    except Unreadable:
        pass
    try:
        parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
        return _bare(lxml.html.document_fromstring(markup.encode("utf-8", "replace"), parser))
    except Exception as error:
        raise Unreadable(f"{origin} cannot be taken apart as a page.", _DAMAGED) from error


def _bare(root: Any) -> Any:  # noqa: ANN401 - a class of an untyped library
    """The tree without comments, instructions and entities; the text around them stays."""
    from lxml import etree

    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction, etree.Entity)
    return root


def _character(match: re.Match[str]) -> str:
    """HTML's named characters, which XML does not know; its own five stay as they are."""
    known = html.entities.html5.get(match[1] + ";")
    return match[0] if known is None or match[1] in ("amp", "lt", "gt", "quot", "apos") else html.escape(known)


def _name(element: Any) -> str:  # noqa: ANN401 - a class of an untyped library
    return element.tag.rpartition("}")[2].lower() if element is not None and isinstance(element.tag, str) else ""


def _types(element: Any) -> set[str]:  # noqa: ANN401 - a class of an untyped library
    return {word for name in _TYPE for word in str(element.get(name) or "").lower().split()}


def _words(element: Any) -> str:  # noqa: ANN401 - a class of an untyped library
    return " ".join("".join(element.itertext()).split())


def _path(beside: str, href: str) -> str:
    """The path in the archive that a reference in the file `beside` means."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(beside), unquote(urldefrag(href.strip())[0])))
