"""From the bytes of one file to its articles: which reader reads which kind of file, and what identifies an article.

Characters are kept as they are on the page, because quotes must be exact: only line ends are unified and spaces at
line ends dropped. Dates are kept with how they are known; the time of reading is never one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit

from qa.articles import books, dates, mail, office, pdfs, plain, records, saved, webpages
from qa.articles.items import Contents, Item, Page
from qa.errors import Unreadable
from qa.schema import Article, Failure

READERS: dict[str, Callable[[str, bytes], Contents]] = {
    **dict.fromkeys((".md", ".markdown", ".txt", ".text"), plain.read),
    **dict.fromkeys((".html", ".htm", ".xhtml"), webpages.read),
    **dict.fromkeys((".mhtml", ".mht"), saved.read),
    **dict.fromkeys((".eml", ".mbox"), mail.read),
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".csv", ".tsv"), records.read),
    **dict.fromkeys(office.ENDINGS, office.read),
    ".pdf": pdfs.read,
    ".epub": books.read,
}
# Content types of the web, and the ending that a file of that kind has.
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
}
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.IGNORECASE | re.DOTALL
)
_SCRIPTS = (  # language, its letters, the share of letters from which a text counts as written in it
    ("ja", re.compile("[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff]"), 0.2),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]"), 0.2),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gives: its articles in reading order, and a `Failure` for each part that could not be read."""

    articles: tuple[Article, ...]
    failures: tuple[Failure, ...] = ()


def is_known(name: str) -> bool:
    """Whether the ending of a file's name is that of a kind Footnote reads."""
    return PurePosixPath(name).suffix.lower() in READERS


def kind_of(head: bytes) -> str | None:
    """The content type that the first bytes of a file show: a PDF, a web page, or None for anything else."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    return "text/html" if _MARKUP.match(head) else None


def read(page: Page) -> Reading:
    """The articles of a file or web page.

    Raises `Unreadable` where nothing in it can be read: unknown or broken kinds, files without an article's text.
    """
    ending = PurePosixPath(_name(page.origin)).suffix.lower()
    reader = READERS.get(_ENDINGS.get(page.kind, ending))
    if reader is None:
        raise Unreadable(
            f"{page.origin} is not a kind of file Footnote reads.",
            "Save it as a PDF, as text or as a web page; docs/articles.md lists every kind.",
        )
    contents = reader(page.origin, page.data)
    items = [item for item in contents.items if item.text.strip()]
    if not items and not contents.failures:
        raise Unreadable(
            f"{page.origin} holds no article text.", "Save the whole article, not a list of links to articles."
        )
    return Reading(tuple(_articles(page, items)), contents.failures)


def _name(origin: str) -> str:
    """The file's name in a path of any system, or in a web address."""
    if origin.startswith(("http://", "https://")):
        return PurePosixPath(urlsplit(origin).path).name
    return PureWindowsPath(origin).name


def _articles(page: Page, items: Sequence[Item]) -> list[Article]:
    stem = PurePosixPath(_name(page.origin)).stem
    articles = []
    seen: dict[str, int] = {}
    for item in items:
        item = _completed(item, page, stem, alone=len(items) == 1)
        ordinal = seen[_plain(item.title)] = seen.get(_plain(item.title), 0) + 1
        within = item.key or f"{_plain(item.title)}\n{ordinal}"
        identity = item.url or f"{page.origin}\n{within}"
        articles.append(_article(item, page.origin, identity))
    return articles


def _completed(item: Item, page: Page, stem: str, *, alone: bool) -> Item:
    """The item with what its file's name, its address and its feed say, where the page itself says nothing."""
    stated = page.stated if page.stated and alone else Item("", "")
    item = replace(
        item,
        title=item.title or stated.title or stem,
        publisher=item.publisher or stated.publisher,
        author=item.author or stated.author,
        url=item.url or (page.address if alone else None),
        updated=item.updated or stated.updated,
        language=item.language or _guessed_language(item.text),
    )
    item = item.dated(stated.published, "feed")
    item = item.dated(dates.from_address(item.url or ""), "address")
    return item if page.address else item.dated(dates.from_file_name(stem), "file name")


def _article(item: Item, origin: str, identity: str) -> Article:
    about = item.about and list(astuple(item.about))
    shown: list[object] = [item.text, item.title, item.publisher, item.author, item.published, item.dated_by]
    shown += [about, item.url, item.language]
    shown += [part for part in (item.updated, item.notes, item.pages) if part]
    return Article(
        id=_hash(identity)[:16],
        version=_hash(json.dumps(shown, ensure_ascii=False))[:12],
        title=item.title,
        text=item.text,
        publisher=item.publisher,
        author=item.author,
        published=item.published,
        dated_by=item.dated_by,
        about=item.about,
        url=item.url,
        language=item.language or "und",
        origin=origin,
        content_hash=_hash(" ".join(item.text.split())),
        updated=item.updated,
        notes=item.notes,
        pages=item.pages,
    )


def _plain(title: str) -> str:
    """A title as it is compared, never as it is shown."""
    return " ".join(title.casefold().split())


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _guessed_language(text: str) -> str:
    """ja, ko or zh by the share of their letters; "und" (undetermined) for other letters that are not Latin.

    Every text in Latin letters counts as English, which it may not be: a file can say better.
    """
    sample = text[:5000]
    letters = [character for character in sample if character.isalpha()]
    for language, script, share in _SCRIPTS:
        if letters and len(script.findall(sample)) >= share * len(letters):
            return language
    latin = sum(character < "\u0250" or "\u1e00" <= character <= "\u1eff" for character in letters)
    return "en" if latin * 2 >= len(letters) else "und"
