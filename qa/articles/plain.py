"""Text and Markdown files: with front matter, one article word for word; without it, whatever a scraped page holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import yaml

from qa.articles import dates, pages
from qa.articles.decoding import decoded, tidy
from qa.articles.items import Contents, Item
from qa.errors import Unreadable
from qa.schema import About

_FENCE = re.compile(r"-{3}[ \t]*\n")
_FENCE_END = re.compile(r"^(?:-{3}|\.{3})[ \t]*(?:\n|\Z)", re.MULTILINE)
_KEY = re.compile(r"^[A-Za-z_][\w-]*[ \t]*:(?:\s|$)", re.MULTILINE)
_LONGEST_FRONT = 100_000
_TOO_LONG_FOR_A_TITLE = 200


def read(origin: str, data: bytes) -> Contents:
    """The articles of a text or Markdown file. Raises `Unreadable` for binary data and broken front matter."""
    text = tidy(decoded(origin, data))
    front, body = _front_matter(origin, text)
    if front is None:
        return Contents(tuple(pages.split(text)))
    return Contents((_item(front, body, PurePosixPath(PureWindowsPath(origin).name).stem),))


def _item(front: Mapping[str, Any], body: str, stem: str) -> Item:
    title = _words(front.get("title"))
    heading = _heading(body)
    if heading and (title is None or heading.casefold() == title.casefold()):
        title, body = title or heading, body.partition("\n")[2].strip("\n")
    elif title is None:
        title = _first_line(body)
    about = _about(front.get("about"))
    published, dated_by = _date(front.get("published")) or _date(front.get("date")), "front matter"
    if published is None and about is not None:
        published = about.published
    return Item(
        title=title or stem,
        text=body,
        publisher=_words(front.get("publisher")),
        author=_author(front.get("author")),
        published=published,
        dated_by=dated_by if published else "unknown",
        about=about,
        url=_words(front.get("url")),
        updated=_date(front.get("updated")) or _date(front.get("modified")),
        language=_words(front.get("language")) or _words(front.get("lang")),
    )


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
