"""Office files: Word documents through python-docx, sheets, slides, notebooks and Outlook mails through markitdown.

Each yields its text or is named as unreadable. Nothing is fetched, no other program is started, no picture or sound is
interpreted: of markitdown only the converters that need none of that are registered. Dates among a file's properties
are those of the file, so an article is dated only by a line near its title that says when.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePosixPath, PureWindowsPath
from threading import Lock
from typing import Any

from qa.articles import archives, properties
from qa.articles.decoding import tidy
from qa.articles.items import Contents, Item
from qa.errors import Unreadable

ENDINGS: tuple[str, ...] = (".docx", ".ipynb", ".msg", ".pptx", ".xls", ".xlsx")
MOST_CELLS = 2_000_000

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHARACTERS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}
# What was deleted or moved away, what is set in boxes of its own, and what is not text but its properties.
_NOT_WORDS = frozenset(
    [_FALLBACK, *(_W + name for name in ("del", "moveFrom", "txbxContent", "pPr", "rPr", "instrText", "delText"))]
)
_NEAR_THE_TITLE = 12
_LONGEST_TITLE = 200
_LIST_ITEM = "- "

_CELL = re.compile(rb"""<(?:\w+:)?(?:c|row)\s(?:[^<>]*?\s)?r=["']([A-Z]{0,3})(\d{1,7})["']""")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_ESCAPED = re.compile(r"\\([*_])")
_WHOLE_NUMBER = re.compile(r"-?\d+\.0")
_NO_CELL = re.compile(r"NaN|NaT|Unnamed: \d+")
_SLIDE_NUMBER = re.compile(r"<!-- Slide number: \d+ -->")
_PICTURE = re.compile(r"!\[[^\]]*\]\(\w*\.jpg\)")
_MAIL = re.compile(
    r"# Email Message\n\n(?:\*\*From:\*\* (?P<sender>.*)\n)?(?:\*\*To:\*\* .*\n)?"
    r"(?:\*\*Subject:\*\* (?P<subject>.*)\n)?\n## Content\n*"
)

# markitdown's libraries print and warn; silencing them is one for the whole process.
_LOCK = Lock()


def read(origin: str, data: bytes) -> Contents:
    """The article of an office file; its ending, one of `ENDINGS`, tells the kind, and without one (as from the web) it
    is a Word document. Footnotes of documents are left out.

    Raises `Unreadable` for files that need a password, are damaged, far too large, or hold no text.
    """
    name = PurePosixPath(PureWindowsPath(origin).name)
    ending = name.suffix.lower()
    if data.startswith(b"PK"):
        with archives.guarded(origin, data) as archive:
            if ending in _CONVERTED:
                _refuse_vast_sheets(origin, archive)
    elif ending in (".docx", ".pptx", ".xlsx"):
        archives.guarded(origin, data)
    converted = _CONVERTED.get(ending)
    try:
        item = converted(_markdown(data, ending), name.stem) if converted else _document(data, name.stem)
    except Exception as error:
        if "encrypted" in str(error).lower():
            raise archives.locked(origin) from error
        raise Unreadable(
            f"{origin} cannot be read as the kind of file that its name says.",
            "Open it with the program that made it and save it again, or save its text.",
        ) from error
    item = replace(item, text=tidy(item.text))
    if not item.text.strip():
        raise Unreadable(f"{origin} holds no text.", "Pictures are not read; save the text that belongs to them.")
    return Contents((item,))


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    style: str = ""
    listed: bool = False
    row: bool = False


def _document(data: bytes, stem: str) -> Item:
    """A Word document: paragraphs and tables in their order, items of lists after a dash, rows with bars."""
    import docx  # needed for Word documents only

    document: Any = docx.Document(io.BytesIO(data))
    styles = {style.style_id: str(style.name) for style in document.styles}
    paragraphs = [p for p in _paragraphs(document.element.body, styles) if p.text.strip()]
    stated = document.core_properties
    title = (
        _first(paragraphs, "Title")
        or properties.title(stated.title, stem)
        or _first(paragraphs, "Heading")
        or (paragraphs[0].text.split("\n", 1)[0][:_LONGEST_TITLE].strip() if paragraphs else stem)
    )
    if len(paragraphs) > 1 and _same(paragraphs[0].text, title):
        del paragraphs[0]
    stamped = properties.stamped(paragraph.text for paragraph in paragraphs[:_NEAR_THE_TITLE])
    item = Item(
        title=title,
        text=_text(paragraphs),
        author=stamped.author or properties.author(stated.author),
        updated=stamped.updated,
    )
    return item.dated(stamped.published, "dateline")


def _paragraphs(container: Any, styles: dict[str, str]) -> Iterator[_Paragraph]:  # noqa: ANN401 - untyped library
    for element in container:
        if element.tag == f"{_W}p":
            yield _paragraph(element, styles)
            for box in element.iter(f"{_W}txbxContent"):
                if not any(True for _ in box.iterancestors(_FALLBACK)):
                    yield from _paragraphs(box, styles)
        elif element.tag == f"{_W}tbl":
            yield from _rows(element, styles)
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml"):
            yield from _paragraphs(element, styles)


def _rows(table: Any, styles: dict[str, str]) -> Iterator[_Paragraph]:  # noqa: ANN401 - untyped library
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue  # a table in a cell is told with its cell
        cells = [cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is row]
        if len(cells) == 1:
            yield from _paragraphs(cells[0], styles)
        elif cells:
            texts = (" ".join(p.text for p in _paragraphs(cell, styles) if p.text.strip()) for cell in cells)
            yield _Paragraph(" | ".join(" ".join(text.split("\n")) for text in texts).rstrip("| "), row=True)


def _paragraph(element: Any, styles: dict[str, str]) -> _Paragraph:  # noqa: ANN401 - untyped library
    about = element.find(f"{_W}pPr")
    named = about.find(f"{_W}pStyle") if about is not None else None
    style = styles.get(str(named.get(f"{_W}val")), "") if named is not None else ""
    number = about.find(f"{_W}numPr/{_W}numId") if about is not None else None
    listed = (number is not None and number.get(f"{_W}val") != "0") or style.startswith("List")
    return _Paragraph("".join(_words(element)).strip(), style, listed and not style.startswith(("Heading", "Title")))


def _words(element: Any) -> Iterator[str]:  # noqa: ANN401 - untyped library
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag not in _NOT_WORDS:
            yield from _words(child)


def _first(paragraphs: list[_Paragraph], style: str) -> str | None:
    words = next((p.text for p in paragraphs if p.style.startswith(style)), "")
    return " ".join(words.split())[:_LONGEST_TITLE].strip() or None


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _text(paragraphs: list[_Paragraph]) -> str:
    """Paragraphs with a blank line between, items of a list and rows of a table without."""
    text = ""
    before: _Paragraph | None = None
    for paragraph in paragraphs:
        if before is not None:
            together = (before.listed and paragraph.listed) or (before.row and paragraph.row)
            text += "\n" if together else "\n\n"
        text += (_LIST_ITEM if paragraph.listed else "") + paragraph.text
        before = paragraph
    return text


class _Nowhere(io.TextIOBase):
    """Where the prints of libraries go. xlrd keeps the output that it finds when it is first imported."""

    def write(self, words: str) -> int:
        return len(words)


def _markdown(data: bytes, ending: str) -> str:
    """What markitdown makes of a file, with its libraries' warnings and prints kept off the screen."""
    with _LOCK, warnings.catch_warnings(), contextlib.redirect_stdout(_Nowhere()):
        warnings.simplefilter("ignore")
        from markitdown import StreamInfo  # slow to import (a second), and needed for sheets, slides and the like only

        result = _markitdown().convert_stream(io.BytesIO(data), stream_info=StreamInfo(extension=ending))
    return str(result.markdown)


@cache
def _markitdown() -> Any:  # noqa: ANN401 - untyped library
    import markitdown
    from markitdown import converters

    made = markitdown.MarkItDown(enable_builtins=False, enable_plugins=False)
    for converter in (
        converters.IpynbConverter,
        converters.OutlookMsgConverter,
        converters.PptxConverter,
        converters.XlsConverter,
        converters.XlsxConverter,
    ):
        made.register_converter(converter())
    return made


def _sheets(markdown: str, stem: str) -> Item:
    """Rows with bars between the cells, a blank line and its name before each sheet; empty cells stay empty."""
    lines = []
    for line in markdown.split("\n"):
        if line.startswith("## "):
            lines += ["", line.removeprefix("## "), ""]
        elif not _RULE.fullmatch(line) and (row := _row(line)):
            lines.append(row)
    return Item(title=stem, text=_spaced(lines))


def _slides(markdown: str, stem: str) -> Item:
    """The words of the slides in their order, a blank line between slides; titled by the first slide's title."""
    title = None
    lines = []
    for line in markdown.split("\n"):
        heading = line.startswith("# ")
        if heading and title is None:
            title = line.removeprefix("# ").strip()
            continue
        if _SLIDE_NUMBER.fullmatch(line):
            lines.append("")
        elif line.startswith("|"):
            lines += [] if _RULE.fullmatch(line) else [_row(line)]
        elif not _PICTURE.fullmatch(line):
            words = re.sub(r"^#{1,3} ", "", line).replace("\v", "\n")
            lines += ["", words, ""] if words != line else [words]
    return Item(title=title or stem, text=_spaced(lines))


def _notebook(markdown: str, stem: str) -> Item:
    """The notebook's own Markdown with its code; titled by its first heading."""
    heading = re.search(r"^# +(\S.*)$", markdown, re.MULTILINE)
    title = heading[1].strip()[:_LONGEST_TITLE] if heading else stem
    begins = heading is not None and not markdown[: heading.start()].strip()
    return Item(title=title, text=markdown[heading.end() :] if heading and begins else markdown)


def _mail(markdown: str, stem: str) -> Item:
    """The body of a mail; titled by its subject, written by its sender."""
    head = _MAIL.match(markdown)
    if head is None:
        return Item(title=stem, text=markdown)
    return Item(
        title=(head["subject"] or stem).strip()[:_LONGEST_TITLE],
        text=markdown[head.end() :],
        author=properties.author(head["sender"]),
    )


_CONVERTED: dict[str, Callable[[str, str], Item]] = {
    ".ipynb": _notebook,
    ".msg": _mail,
    ".pptx": _slides,
    ".xls": _sheets,
    ".xlsx": _sheets,
}


def _row(line: str) -> str:
    """The cells of a row of a Markdown table. Whole numbers lose the .0 that a gap in their column has given them."""
    cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split(" | ")]
    cells = ["" if _NO_CELL.fullmatch(cell) else _ESCAPED.sub(r"\1", cell) for cell in cells]
    return " | ".join(cell[:-2] if _WHOLE_NUMBER.fullmatch(cell) else cell for cell in cells).rstrip("| ")


def _spaced(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _refuse_vast_sheets(origin: str, archive: zipfile.ZipFile) -> None:
    """A single cell far out makes a table of everything before it, which would fill the memory."""
    for info in archive.infolist():
        rows = columns = 1
        for letters, row in _CELL.findall(archives.content(origin, archive, info)):
            rows = max(rows, int(row))
            columns = max(columns, _column(letters))
        if rows * columns > MOST_CELLS:
            hint = "Save the rows that matter as a smaller sheet or as CSV."
            raise Unreadable(f"{origin} has a sheet of more than {MOST_CELLS:,} cells.", hint)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
