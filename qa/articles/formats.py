"""From the bytes of one file to its articles: Markdown with front matter, plain text, saved web pages.

Characters are kept as they are on the page, because quotes must be exact: only line ends are unified and spaces at
line ends dropped. Dates are kept with how they are known; the time of reading is never one.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import yaml

from qa.articles import dates, pages, webpages
from qa.articles.items import Item
from qa.errors import Unreadable
from qa.schema import About, Article

_FENCE = re.compile(r"-{3}[ \t]*\n")
_FENCE_END = re.compile(r"^(?:-{3}|\.{3})[ \t]*(?:\n|\Z)", re.MULTILINE)
_KEY = re.compile(r"^[A-Za-z_][\w-]*[ \t]*:(?:\s|$)", re.MULTILINE)
_LONGEST_FRONT = 100_000
_TOO_LONG_FOR_A_TITLE = 200
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{3,40})""", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SCRIPTS = (  # language, its letters, the share of letters from which a text counts as written in it
    ("ja", re.compile("[\u3040-\u30ff]"), 0.05),
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff]"), 0.2),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]"), 0.2),
)


def articles_in(origin: str, data: bytes) -> list[Article]:
    """The articles that a file holds, in reading order; the kind of file is told by the suffix of its origin.

    Raises `Unreadable` for binary data, broken front matter, and files without an article's text.
    """
    suffix = PurePosixPath(origin).suffix.lower()
    stem = PurePosixPath(PureWindowsPath(origin).name).stem
    if suffix in (".html", ".htm", ".xhtml"):
        items, language = webpages.items_in(origin, _decoded(origin, data, markup=True))
    else:
        items, language = _items_in_text(origin, _tidy(_decoded(origin, data)), stem)
    items = [item for item in items if item.text.strip()]
    if not items:
        raise Unreadable(f"{origin} holds no article text.", "Save the whole article, not a list of links to articles.")
    by_name = dates.from_file_name(stem)
    return _articles(origin, [item.dated(by_name, "file name") for item in items], stem, language)


def _decoded(origin: str, data: bytes, markup: bool = False) -> str:
    """The text, by byte order mark, as UTF-8, as the page declares, by its letters, or as Western European."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise _binary(origin) from error
    if b"\0" in data or len(_CONTROL.findall(data[:65536])) > 8 + len(data[:65536]) // 100:
        raise _binary(origin)
    declared = _CHARSET.search(data[:2048]) if markup else None
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "", _by_letters(data), "cp1252"):
        try:
            return data.decode(encoding) if encoding else data.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    raise _binary(origin)


def _binary(origin: str) -> Unreadable:
    return Unreadable(f"{origin} looks like a binary file.", "Save it as text (UTF-8), Markdown or a web page.")


def _by_letters(data: bytes) -> str:
    """A guess for texts that are mostly not Latin letters; a few accents among Latin letters mean Western European."""
    sample = data[:65536]
    if len(data) > len(sample):
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    high = sum(byte >= 0x80 for byte in sample)
    if high * 5 < len(sample):
        return ""
    from charset_normalizer import from_bytes  # a dependency of trafilatura; slow to import, and seldom needed

    best = from_bytes(sample).best()
    return best.encoding if best else ""


def _tidy(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _items_in_text(origin: str, text: str, stem: str) -> tuple[list[Item], str | None]:
    front, body = _front_matter(origin, text)
    if front is None:
        return pages.split(text), None
    title = _words(front.get("title"))
    heading = _heading(body)
    if heading and (title is None or _plain(heading) == _plain(title)):
        title, body = title or heading, body.partition("\n")[2].strip("\n")
    elif title is None:
        title = _first_line(body)
    about = _about(front.get("about"))
    published, dated_by = _date(front.get("published")) or _date(front.get("date")), "front matter"
    if published is None and about is not None:
        published = about.published
    item = Item(
        title=title or stem,
        text=body,
        publisher=_words(front.get("publisher")),
        author=_author(front.get("author")),
        published=published,
        dated_by=dated_by if published else "unknown",
        about=about,
        url=_words(front.get("url")),
    )
    return [item], _words(front.get("language")) or _words(front.get("lang"))


def _front_matter(origin: str, text: str) -> tuple[Mapping[str, Any] | None, str]:
    """The mapping between the first two --- lines and the text below; None where the file has no such block."""
    opening = _FENCE.match(text)
    closing = _FENCE_END.search(text, opening.end(), opening.end() + _LONGEST_FRONT) if opening else None
    if opening is None or closing is None:
        return None, text
    block = text[opening.end() : closing.start()]
    if block.strip() and not _KEY.search(block):
        return None, text
    try:
        front = yaml.load(block, Loader=_StringLoader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 2}" if mark else ""
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise Unreadable(
            f"{origin} has broken front matter{line}: {problem}.",
            'Mend the lines between the two --- lines; a value with a colon needs quotes: title: "One: two"',
        ) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(f"{origin} has broken front matter.", "Mend the lines between the two --- lines.") from error
    if front is not None and not isinstance(front, dict):
        return None, text
    return front or {}, text[closing.end() :].strip("\n")


class _StringLoader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which values stay as written: dates keep their precision, and a title "No" or "007" is that title."""


_StringLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag.endswith((":null", ":merge"))]
    for first, resolvers in _StringLoader.yaml_implicit_resolvers.items()
}


def _words(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _author(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(name for name in map(_words, value) if name) or None
    return _words(value)


def _date(value: object) -> str | None:
    words = _words(value)
    return dates.parse(words) if words else None


def _about(value: object) -> About | None:
    if not isinstance(value, dict):
        return None
    about = About(
        title=_words(value.get("title")),
        publisher=_words(value.get("publisher")),
        author=_author(value.get("author")),
        published=_date(value.get("published")) or _date(value.get("date")),
        url=_words(value.get("url")),
    )
    return about if about != About() else None


def _first_line(body: str) -> str | None:
    line = body.lstrip().split("\n", 1)[0].strip()
    return line if line and len(line) <= _TOO_LONG_FOR_A_TITLE else None


def _heading(body: str) -> str | None:
    """The words of a Markdown heading in the first line."""
    line = body.partition("\n")[0]
    if len(line) > _TOO_LONG_FOR_A_TITLE or not line.startswith(("# ", "## ")):
        return None
    return line.strip("# \t") or None


def _plain(title: str) -> str:
    """A title as it is compared, never as it is shown."""
    return " ".join(title.casefold().split())


def _articles(origin: str, items: list[Item], stem: str, language: str | None) -> list[Article]:
    articles = []
    seen: dict[str, int] = {}
    for item in items:
        title = item.title or stem
        ordinal = seen[_plain(title)] = seen.get(_plain(title), 0) + 1
        identity = item.url or f"{origin}\n{_plain(title)}\n{ordinal}"
        spoken = language or _guessed_language(item.text)
        about = item.about and [
            item.about.title,
            item.about.publisher,
            item.about.author,
            item.about.published,
            item.about.url,
        ]
        shown = [item.text, title, item.publisher, item.author, item.published, item.dated_by, about, item.url, spoken]
        articles.append(
            Article(
                id=_hash(identity)[:16],
                version=_hash(json.dumps(shown, ensure_ascii=False))[:12],
                title=title,
                text=item.text,
                publisher=item.publisher,
                author=item.author,
                published=item.published,
                dated_by=item.dated_by,
                about=item.about,
                url=item.url,
                language=spoken,
                origin=origin,
                content_hash=_hash(" ".join(item.text.split())),
            )
        )
    return articles


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
