"""What a feed lists: RSS, RDF, Atom and JSON Feed, from bytes that are already here. The one door to feedparser.

Nothing is fetched. Dates are taken as the feed writes them, in its own offset, and only where it states them. What is
said of an entry is hashed, so that one that has not changed need not be opened again.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from email.utils import parsedate
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from qa.articles import dates
from qa.articles.decoding import decoded
from qa.errors import Unreadable
from qa.schema import Failure

MOST_ENTRIES = 10_000
_LOOKED_AT = 65536

_FEED_KINDS = frozenset(
    {"application/rss+xml", "application/x-rss+xml", "application/atom+xml", "application/feed+json"}
)
_ROOT = re.compile(  # atomic, so that no prolog makes it try twice
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+(?P<root><(?:[\w.-]+:)?(?P<name>rss|feed|RDF)[\s>])",
    re.DOTALL | re.IGNORECASE,
)
_RSS_IN_RDF = re.compile(r"purl\.org/(?:rss|net/rss)|netscape\.com/rdf", re.IGNORECASE)
_JSON_FEED = re.compile(r"\s*\{.*?\"version\"\s*:\s*\"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/", re.DOTALL)
_ENTRY_TAG = re.compile(r"<(/?)(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CHANGE_TAG = re.compile(r":(?:updated|modified)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_RFC_822_DAY = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3}\s+(?:\d{2}|\d{4})\b", re.ASCII)
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one article. `summary` and `content` are HTML; `content` is the article itself where the
    feed holds it. `stamp` hashes all that is said. Dates are ISO strings of the precision that is stated.
    """

    address: str
    title: str | None
    author: str | None
    published: str | None
    updated: str | None
    summary: str | None
    content: str | None
    stamp: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's title, its entries in its own order, and a `Failure` for each thing in it that could not be read."""

    title: str | None
    entries: tuple[Entry, ...]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """An entry in the feed's own words."""

    link: str | None
    key: str | None
    title: str | None
    author: str | None
    published: str | None
    updated: str | None
    summary: str | None
    content: str | None


def is_feed(kind: str, data: bytes) -> bool:
    """Whether an answer of this content type is a feed rather than a page, by its type or by how it begins."""
    if kind in _FEED_KINDS:
        return True
    head = data[:_LOOKED_AT].replace(b"\0", b"").decode("utf-8", "ignore").lstrip("\ufeff")
    root = _ROOT.match(head)
    if root and root["name"].lower() == "rdf":
        return _RSS_IN_RDF.search(head) is not None
    return root is not None or _JSON_FEED.match(head) is not None


def entries(address: str, data: bytes, charset: str | None = None) -> Feed:
    """What the feed at this address lists; `charset`: as a header declares it.

    A feed that breaks off gives what was read before, and a `Failure`. Raises `Unreadable` for what is no feed.
    """
    text = decoded(address, data, markup=True, declared=charset).lstrip("\ufeff")
    if text.lstrip().startswith("{"):
        title, said, failures = _in_json(address, text)
    else:
        title, said, failures = _in_xml(address, text)
    if len(said) > MOST_ENTRIES:
        reason = f"the feed lists {len(said):,} entries; the first {MOST_ENTRIES:,} were read"
        failures.append(Failure(address, reason, "Name the pages that are missing one by one."))
    made = [_entry(address, words) for words in said[:MOST_ENTRIES]]
    failures += [entry for entry in made if isinstance(entry, Failure)]
    return Feed(title, tuple(dict.fromkeys(e for e in made if isinstance(e, Entry))), tuple(failures))


def _entry(address: str, said: _Said) -> Entry | Failure:
    link = _joined(address, said.link)
    if link is None and said.key and said.content:
        link = f"{urldefrag(address).url}#{quote(said.key, safe='')}"
    if link is None:
        named = f'the entry "{said.title}"' if said.title else "an entry without a title"
        return Failure(address, f"{named} has no link to an article", "Name the article's own address, if it has one.")
    words = json.dumps(astuple(said), ensure_ascii=False)
    return Entry(
        address=link,
        title=said.title,
        author=said.author,
        published=_day(said.published),
        updated=_day(said.updated),
        summary=said.summary,
        content=said.content,
        stamp=hashlib.sha256(words.encode("utf-8")).hexdigest()[:16],
    )


def _joined(address: str, link: str | None) -> str | None:
    """The link as a full web address; None where it is none."""
    try:
        whole = urljoin(address, (link or "").strip())
        parts = urlsplit(whole)
    except ValueError:
        return None
    return whole if link and parts.scheme in ("http", "https") and parts.hostname else None


def _day(words: str | None) -> str | None:
    """The day as it is written, in whatever offset; feedparser's own would be the day in UTC."""
    if not words:
        return None
    if date := dates.parse_plainly(words):
        return date
    written = _RFC_822_DAY.match(words)
    parts = parsedate(f"{written[0]} 00:00") if written else None  # knows years of two digits
    return dates.iso(*parts[:3]) if parts else dates.parse(words)


def _in_json(address: str, text: str) -> tuple[str | None, list[_Said], list[Failure]]:
    try:
        feed = json.loads(text)
        # Again without the halves of characters that JSON can spell and no text may hold.
        feed = json.loads(json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise _no_feed(address) from error
    if (
        not isinstance(feed.get("items"), list)
        or _JSON_FEED.match(json.dumps({"version": feed.get("version")})) is None
    ):
        raise _no_feed(address)
    items = [item for item in feed["items"] if isinstance(item, dict)]
    return _words(feed.get("title")), [_said_in_json(item, _authors_in_json(feed)) for item in items], []


def _said_in_json(item: Mapping[str, Any], feed_authors: str | None) -> _Said:
    key, content, plain = item.get("id"), item.get("content_html"), item.get("content_text")
    if not isinstance(content, str) or not content.strip():
        content = _as_html(plain) if isinstance(plain, str) else None
    return _Said(
        link=_words(item.get("url")) or _words(item.get("external_url")),
        key=str(key) if isinstance(key, str | int | float) else None,
        title=_words(item.get("title")),
        author=_authors_in_json(item) or feed_authors,
        published=_words(item.get("date_published")),
        updated=_words(item.get("date_modified")),
        summary=_as_html(item["summary"]) if isinstance(item.get("summary"), str) else None,
        content=content or None,
    )


def _authors_in_json(said: Mapping[str, Any]) -> str | None:
    """As version 1.1 names them, or version 1."""
    authors = said["authors"] if isinstance(said.get("authors"), list) else [said.get("author")]
    return _listed(author.get("name") for author in authors if isinstance(author, dict))


def _in_xml(address: str, text: str) -> tuple[str | None, list[_Said], list[Failure]]:
    """What feedparser finds, without what stands before the root: a document type could define entities that explode.

    Embedded HTML stays as it is: it is never shown, and to mend it takes feedparser four times as long, or for ever.
    """
    root = _ROOT.match(text)
    if root is None:
        raise _no_feed(address)
    import feedparser  # slow to import, and needed for feeds only

    try:
        parsed = feedparser.parse(
            io.BytesIO(text[root.start("root") :].encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": address},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:
        raise _no_feed(address) from error
    if parsed["version"] in ("", "atom") and not parsed["entries"]:  # "atom" is any <feed> of no known kind
        raise _no_feed(address)
    found, failures = list(parsed["entries"]), []
    if parsed["bozo"]:
        tags = _ENTRY_TAG.findall(text)
        found = found[:-1] if tags and tags[-1] == "" else found  # the last one is cut in the middle
        reason = f"the feed is broken or cut off; {len(found)} of its entries could be read"
        failures.append(Failure(address, reason, "Try again later; name an article that is missing by its address."))
    # Dublin Core's date, which RSS has as the day of publication, is given out as a change.
    one_date = parsed["version"].startswith("rss") and _CHANGE_TAG.search(text) is None
    inherited = _authors(parsed["feed"]) if parsed["version"].startswith("atom") else None
    return _plain(parsed["feed"], "title"), [_said_in_xml(entry, one_date, inherited) for entry in found], failures


def _said_in_xml(entry: Mapping[str, Any], one_date: bool, inherited: str | None) -> _Said:
    # A plain dict: feedparser's own gives the day of publication for a change that is not stated.
    said = dict(entry)
    published, updated = _words(said.get("published")), _words(said.get("updated"))
    if one_date and published is None:
        published, updated = updated, None
    content = next(filter(None, map(_html, said.get("content", ()))), None)
    summary = _html(said.get("summary_detail") or {})  # without it, feedparser has copied the content there
    return _Said(
        link=_words(said.get("link")),
        key=_words(said.get("id")),
        title=_plain(said, "title"),
        author=_authors(said) or (None if "source" in said else inherited),
        published=published,
        updated=updated,
        summary=summary,
        content=content,
    )


def _authors(said: Mapping[str, Any]) -> str | None:
    """Their names; what the feed writes in their place, often an address, where it names none."""
    named = _listed(author.get("name") for author in said.get("authors", ()))
    return named or _words(said.get("author"))


def _html(detail: Mapping[str, Any]) -> str | None:
    """A text construct as HTML; None where it is empty or something else, such as a picture."""
    kind, value = detail.get("type") or "", detail.get("value")
    if not isinstance(value, str) or not value.strip():
        return None
    if kind in _HTML:
        return value
    return _as_html(value) if kind.startswith("text/") else None


def _as_html(plain: str) -> str | None:
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", plain.replace("\r\n", "\n"))]
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in paragraphs if part) or None


def _plain(said: Mapping[str, Any], name: str) -> str | None:
    """The words of a title, which may be written as HTML."""
    detail = said.get(f"{name}_detail") or {}
    value = said.get(name)
    if isinstance(value, str) and detail.get("type") in _HTML:
        value = html.unescape(_TAG.sub("", value))
    return _words(value)


def _listed(names: Iterable[object]) -> str | None:
    return ", ".join(dict.fromkeys(name for name in map(_words, names) if name)) or None


def _words(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _no_feed(address: str) -> Unreadable:
    return Unreadable(f"{address} is not a feed that can be read.", "Name the feed's own address, or a single page.")
