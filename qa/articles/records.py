"""Articles kept as records: JSON, JSON lines, and tables (CSV, TSV), read by the names of their fields.

Names are compared without case, spaces, underscores and hyphens. A record is one article, its text word for word; text
written as HTML is reduced to its paragraphs.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import islice, zip_longest
from pathlib import PurePosixPath
from typing import Any

from qa.articles import dates
from qa.articles.decoding import decoded, tidy
from qa.articles.items import Contents, Item
from qa.errors import Unreadable
from qa.schema import Failure

# What each part of an article is called in records: the first of these names that holds a value counts.
NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "articlebody", "maintext", "fulltext"),
    "summary": ("summary", "description"),  # read as the text only where there is no text field
    "publisher": ("publisher", "source", "sourcename", "outlet", "site", "newspaper", "publication"),
    "author": ("author", "authors", "byline", "creator"),
    "published": (
        "published", "datepublished", "publishdate", "publisheddate", "publicationdate", "publishedat", "pubdate",
        "date",
    ),
    "updated": ("updated", "modified", "datemodified", "updatedat"),
    "url": ("url", "link", "address", "canonical"),
    "language": ("language", "lang", "inlanguage"),
    "key": ("id", "key", "guid"),
}  # fmt: skip
_ABSENT = frozenset(("", "nat", "nan", "null", "none", "<na>"))
_LONGEST_FIELD = 10_000_000
_TITLE = 200
_DELIMITERS = ",;\t|"
_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_UNSUITABLE = re.compile("[\x00\ud800-\udfff]")
_LISTED = re.compile(r"\[\s*(['\"])(.*)['\"]\s*\]", re.DOTALL)  # how Python writes a list of names into a table
_BETWEEN_LISTED = re.compile(r"['\"]\s*,\s*['\"]")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_TIMESTAMP = re.compile(r"(\d{10})(\d{3})?(?:\.\d{1,9})?")
_BLOCKS = (
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
)  # fmt: skip
_SILENT = ("script", "style", "noscript", "template")
_MARKUP = re.compile(rf"</(?:{'|'.join(_BLOCKS)})\s*>|<br\s*/?>|\A\s*<(?:p|div|h[1-6])\b[^<>]*>", re.IGNORECASE)
# No part runs past the next "<", so that broken markup costs no more time than whole.
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*)(?=[\s/>])(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*>|[^<>]*>)""")
_BREAK = "\0"


def read(origin: str, data: bytes) -> Contents:
    """The articles of a file of records, told by its ending; a record that cannot be read is a `Failure`.

    Raises `Unreadable` where none can be read: no record, no known text field, JSON that is broken or nested too deep.
    """
    suffix = PurePosixPath(origin).suffix.lower()
    if suffix in _TABLES:
        records = _rows(origin, data)
    elif suffix in _LINES or _is_lines(data):
        records = _lines(origin, data)
    else:
        records = enumerate(_objects(origin, data), 1)
    items: list[Item] = []
    written: list[str] = []  # the date of each, as it is written
    failures: list[Failure] = []
    for number, record in records:
        name = f"{origin}: record {number}"
        try:
            fields = _fields(name, record)
            items.append(_item(name, fields))
            written.append(fields.first("published"))
        except Unreadable as error:
            failures.append(Failure(name, str(error), error.hint))
    if items:
        return Contents(_settled(items, written), tuple(failures))
    if failures:
        raise Unreadable(
            f"{origin} holds no record that can be read. The first: {failures[0].reason}", failures[0].hint
        )
    raise Unreadable(f"{origin} holds no records.", "Save at least one article in it, or take it out of the folder.")


def _fields(name: str, record: object) -> _Fields:
    """The fields of a record. Raises `Unreadable` for what has none, or what stands in the place of a broken one."""
    if isinstance(record, Unreadable):
        raise record
    if not isinstance(record, dict):
        raise Unreadable(f"{name} is not an object with named fields.", _name_the_text())
    return _Fields(record)


def _item(name: str, fields: _Fields) -> Item:
    """One article. Raises `Unreadable` for a record without a text."""
    about_text = "text" if fields.has("text") else "summary"
    text = _text(fields.first(about_text))
    if not text:
        lacking = "an empty text" if fields.has(about_text) else "no text field"
        raise Unreadable(f"{name} has {lacking}.", _name_the_text())
    return Item(
        title=_words(fields.first("title")) or text.split("\n", 1)[0][:_TITLE],
        text=text,
        publisher=_person(fields.first("publisher")),
        author=_person(fields.first("author")),
        url=_matching(_ADDRESS, fields.first("url")),
        updated=dates.parse(_words(fields.first("updated")), fields.first("language")),
        language=(_matching(_LANGUAGE, fields.first("language")) or "").replace("_", "-").split("-")[0].lower() or None,
        key=_words(fields.first("key")) or None,
    ).dated(_published(fields), "page metadata")


class _Fields:
    """The fields of one record by what they mean."""

    def __init__(self, record: Mapping[Any, Any]) -> None:
        self._said: dict[str, str] = {}
        for name, value in record.items():
            plain = _plain(str(name))
            between = "\n\n" if plain in NAMES["text"] else ", "
            self._said[plain] = self._said.get(plain) or _said(value, between)

    def has(self, part: str) -> bool:
        return any(name in self._said for name in NAMES[part])

    def named(self, part: str) -> tuple[str, str]:
        """(name, value) of the first field of that meaning that holds something; both empty where none does."""
        return next(((name, self._said[name]) for name in NAMES[part] if self._said.get(name)), ("", ""))

    def first(self, part: str) -> str:
        return self.named(part)[1]


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold().lstrip("@\ufeff")


def _said(value: object, between: str) -> str:
    """The words of a value: a string as it is, the name of a person or publisher, those of a list joined; else empty.

    No deeper, however deep it is nested.
    """
    named = [
        one.get("name") if isinstance(one, dict) else one for one in (value if isinstance(value, list) else [value])
    ]
    words = [_UNSUITABLE.sub(_suitable, one) for one in named if isinstance(one, str)]
    return between.join(one for one in words if one.strip()[:_TITLE].casefold() not in _ABSENT)


def _suitable(unsuitable: re.Match[str]) -> str:
    return "" if unsuitable[0] == "\0" else "\ufffd"


def _words(value: str) -> str:
    return " ".join(value.split())


def _person(value: str) -> str | None:
    """A name, or names with commas between them; a number is none."""
    words = _words(value)
    if listed := _LISTED.fullmatch(words):
        words = ", ".join(_BETWEEN_LISTED.split(listed[2]))
    return words if re.search(r"[^\W\d_]", words) else None


def _matching(form: re.Pattern[str], value: str) -> str | None:
    return value.strip() if form.fullmatch(value.strip()) else None


def _published(fields: _Fields) -> str | None:
    """The date as it is written; a count of seconds or milliseconds only where the name speaks of publication."""
    name, value = fields.named("published")
    timestamp = _TIMESTAMP.fullmatch(value.strip())
    if timestamp is None:
        return dates.parse(_words(value), fields.first("language"))
    if name == "date":
        return None
    day = datetime.datetime.fromtimestamp(int(timestamp[1]), tz=datetime.UTC).date()
    return dates.iso(day.year, day.month, day.day)


def _settled(items: list[Item], written: list[str]) -> tuple[Item, ...]:
    """The items, where dates such as 03/04/2021 are told by another of the same file that can be read one way only."""
    if dates.day_first(None, written) is None:
        return tuple(items)
    telling = next(words for words in written if dates.day_first(None, [words]) is not None)
    return tuple(
        item.dated(dates.parse(_words(words), item.language, [telling]), "page metadata")
        for item, words in zip(items, written, strict=True)
    )


def _text(value: str) -> str:
    text = _paragraphs(value) if "<" in value and _MARKUP.search(value) else value
    return re.sub(r"\n{3,}", "\n\n", tidy(text)) if text.strip() else ""


def _paragraphs(html: str) -> str:
    """The words of HTML in paragraphs. Takes time in proportion to its length, however broken it is."""
    html = _without_comments(html)
    pieces: list[str] = []
    place, silent = 0, ""
    for tag in _TAG.finditer(html):
        closes, name = bool(tag[1]), tag[2].lower()
        if silent and not (closes and name == silent):
            continue
        if not silent:
            pieces.append(_inline(html[place : tag.start()]))
        place = tag.end()
        silent = name if name in _SILENT and not closes else ""
        pieces.append("\n" if name == "br" else _BREAK if name in _BLOCKS else "")
    if not silent:
        pieces.append(_inline(html[place:]))
    paragraphs = "".join(pieces).split(_BREAK)
    lines = ("\n".join(line.strip(" ") for line in paragraph.split("\n")).strip("\n") for paragraph in paragraphs)
    return "\n\n".join(filter(None, lines))


def _without_comments(html: str) -> str:
    kept: list[str] = []
    place = 0
    while (start := html.find("<!--", place)) >= 0 and (end := html.find("-->", start)) >= 0:
        kept.append(html[place:start])
        place = end + len("-->")
    return "".join(kept) + html[place:]


def _inline(html: str) -> str:
    words = re.sub(r"[ \t\r\n\f]+", " ", html)
    try:
        words = unescape(words)
    except ValueError:  # a character reference of thousands of digits
        return words
    return words.replace(_BREAK, "")


def _objects(origin: str, data: bytes) -> list[Any]:
    """The records of a JSON file: an object, a list of objects, or the one list of objects inside an object."""
    text = decoded(origin, data)
    try:
        value = _json(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{origin} is broken or incomplete JSON at line {error.lineno}, column {error.colno}.",
            "Export it again; a file with one record on each line should end in .jsonl.",
        ) from error
    except RecursionError as error:
        raise Unreadable(f"{origin} is nested too deeply.", "Export the articles as a plain list.") from error
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise Unreadable(f"{origin} holds no records.", "Save its articles as a list of objects with named fields.")
    lists = [one for one in value.values() if isinstance(one, list) and any(isinstance(item, dict) for item in one)]
    return [value] if _Fields(value).has("text") or len(lists) != 1 else lists[0]


def _json(text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Numbers stay as they are written: nothing is gained from reading them, and huge ones cannot be."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)


def _is_lines(data: bytes) -> bool:
    """Whether a JSON file has more than one line, and a whole object on its first."""
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if start != b"{" or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    lines = list(islice((line for line in io.BytesIO(data) if line.strip(b" \t\r\n" + codecs.BOM_UTF8)), 2))
    if len(lines) < 2:
        return False
    try:
        return isinstance(_json(lines[0].decode("utf-8-sig", "replace")), dict)
    except (ValueError, RecursionError):
        return False


def _lines(origin: str, data: bytes) -> Iterator[tuple[int, object]]:
    """Each line's number among the records and its value, or the reason why it has none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = decoded(origin, data).encode("utf-8", "replace")
    number = 0
    for place, line in enumerate(io.BytesIO(data), 1):
        if not line.strip():
            continue
        number += 1
        yield number, _line(f"{origin}: record {number}", place, line)


def _line(name: str, place: int, line: bytes) -> object:
    hint = "Mend that line, or export the file again."
    try:
        return _json(_text_of_line(name, line.rstrip(b"\r\n")))
    except json.JSONDecodeError as error:
        return Unreadable(f"{name} is broken or incomplete JSON at line {place}, column {error.colno}.", hint)
    except RecursionError:
        return Unreadable(f"{name} is nested too deeply.", hint)
    except Unreadable as error:
        return error


def _text_of_line(name: str, line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")  # as JSON should be: no need to examine its letters
    except UnicodeDecodeError:
        return decoded(name, line)


def _rows(origin: str, data: bytes) -> Iterator[tuple[int, object]]:
    """Each row's number among the records and its fields by the names in the header, or why they cannot be told."""
    text = decoded(origin, data).removeprefix("\ufeff")
    # For the whole process; never lowered, so that nothing which works elsewhere stops.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    table = _table(text, _delimiter(text))
    header = _header(origin, table)
    number = 0
    while True:
        try:
            row = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield number, _broken_row(f"{origin}: record {number}", table.line_num, error)
            continue
        if any(cell.strip() for cell in row):
            number += 1
            yield number, _record(f"{origin}: record {number}", header, row)


def _table(text: str, delimiter: str) -> Any:  # noqa: ANN401 - the csv module does not name the class of its readers
    """Strict, so that a quotation mark left open is an error and never swallows the rows below it."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=False)


def _delimiter(text: str) -> str:
    """The delimiter by which the header has most of the names we know, else most columns."""

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            names = _first_row(_table(text, delimiter))
        except csv.Error:
            return 0, 0
        known = sum(_plain(name) in names_of_part for name in names for names_of_part in NAMES.values())
        return known, len(names)

    return max(_DELIMITERS, key=fit)


def _first_row(table: Any) -> list[str]:  # noqa: ANN401 - see _table
    return next((row for row in table if any(cell.strip() for cell in row)), [])


def _header(origin: str, table: Any) -> list[str]:  # noqa: ANN401 - see _table
    try:
        header = _first_row(table)
    except csv.Error as error:
        raise Unreadable(f"{origin} has no header that can be read: {error}.", _name_the_text()) from error
    if not header:
        raise Unreadable(f"{origin} is empty.", "Save at least one article in it, or take it out of the folder.")
    if not any(_plain(name) in NAMES["text"] + NAMES["summary"] for name in header):
        found = ", ".join(_words(name)[:40] or "(no name)" for name in header[:12])
        raise Unreadable(f"{origin} has no text column; its columns are: {found}.", _name_the_text())
    return header


def _record(name: str, header: list[str], row: list[str]) -> object:
    if any(cell.strip() for cell in row[len(header) :]):
        return Unreadable(
            f"{name} has {len(row)} columns where the header has {len(header)}.",
            "Put texts that hold the delimiter into quotation marks; most programs do so when they export.",
        )
    fields: dict[str, str] = {}
    for column, cell in zip_longest(header, row[: len(header)], fillvalue=""):
        fields[column] = fields.get(column) or cell
    return fields


def _broken_row(name: str, line: int, error: csv.Error) -> Unreadable:
    if "limit" in str(error):
        return Unreadable(
            f"{name} has a field of more than 10 MB up to line {line}.", "Close the quotation mark, or shorten it."
        )
    return Unreadable(
        f"{name} has a stray or open quotation mark at line {line}.",
        "Double each quotation mark inside a field; most programs do so when they export.",
    )


def _name_the_text() -> str:
    known = ", ".join(NAMES["text"] + NAMES["summary"])
    return f"Give the field that holds the text one of these names: {known}."
