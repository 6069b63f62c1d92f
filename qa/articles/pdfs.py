"""PDF files: their text with paragraphs and pages, what they state of themselves. The one door to PDFium; no network.

Words are kept as they are set on the page, but for hyphens that only a line end called for (see `layout`). A date in
the file's properties is that of the file, so an article is dated only by a line near its title that says when.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath, PureWindowsPath
from threading import Lock
from typing import Any

from qa.articles import layout, properties
from qa.articles.items import Contents, Item
from qa.articles.layout import Letter, Line, Sheet
from qa.errors import Unreadable
from qa.schema import Failure

MOST_PAGES = 5_000
MOST_CHARACTERS = 20_000_000
MOST_ON_A_PAGE = 500_000  # a densely set page of a newspaper has some twenty thousand

_OCR = "Recognise its text first, for instance with: ocrmypdf scan.pdf text.pdf - then index text.pdf"
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY in fpdfview.h
_NEAR_THE_TITLE = 12
_LONGEST_TITLE = 200
_WORD = re.compile("[^\\W\\d_]{2}|[\u3040-\u9fff]")
_HOUR = re.compile(r"\d{1,2}[:.]\d{2}(?!\d)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

# PDFium keeps its state in globals: one thread at a time, for all documents together.
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page holds: its pieces of text, whether anything else is drawn on it, whether it could be read."""

    pieces: list[Line]
    drawn: bool = False
    broken: bool = False


def read(origin: str, data: bytes) -> Contents:
    """The article of a PDF file, with the places where its pages begin, and a `Failure` for pages without text.

    Raises `Unreadable` for files that need a password, are damaged or too large, or hold no text (scans).
    """
    with _LOCK:
        pages, stated = _extracted(origin, data)
    if not any(page.pieces for page in pages):
        if pages and all(page.broken for page in pages):
            raise _damaged(origin)
        raise Unreadable(f"{origin} has no text, needs OCR: its pages are pictures or empty.", _OCR)
    sheets = [layout.columns(parts) for parts in layout.without_furniture([page.pieces for page in pages])]
    return Contents((_item(origin, sheets, stated),), _failures(origin, pages))


def _extracted(origin: str, data: bytes) -> tuple[list[_Page], dict[str, str]]:
    import pypdfium2  # loads a library of several megabytes, and is needed for PDF files only

    try:
        document = pypdfium2.PdfDocument(data)
    except Exception as error:
        if getattr(error, "err_code", None) in (_PASSWORD, _SECURITY):
            raise Unreadable(
                f"{origin} needs a password.", "Open it with its password, save it without one, and index that file."
            ) from error
        raise _damaged(origin) from error
    try:
        if len(document) > MOST_PAGES:
            raise Unreadable(f"{origin} has more than {MOST_PAGES:,} pages.", "Split it into smaller files.")
        pages, left = [], MOST_CHARACTERS
        for number in range(len(document)):
            page, size = _page(document, number, left)
            left -= size
            if left < 0:
                raise Unreadable(f"{origin} has more than {MOST_CHARACTERS:,} letters.", "Split it into smaller files.")
            pages.append(page)
        return pages, document.get_metadata_dict()
    except Unreadable:
        raise
    except Exception as error:
        raise _damaged(origin) from error
    finally:
        document.close()


def _page(document: Any, number: int, most: int) -> tuple[_Page, int]:  # noqa: ANN401 - a class of an untyped library
    """A page and the number of its letters; a page with more than `most` is not read."""
    import pypdfium2.raw as pdfium

    try:
        page = document[number]
    except Exception:
        return _Page([], broken=True), 0
    try:
        text = page.get_textpage()
        try:
            size = text.count_chars()
            if size > MOST_ON_A_PAGE:
                return _Page([], broken=True), size
            parts = _pieces(text, size) if size <= most else []
        finally:
            text.close()
        return _Page(parts, drawn=pdfium.FPDFPage_CountObjects(page) > 0), size
    except Exception:
        return _Page([], broken=True), 0
    finally:
        page.close()


def _pieces(text: Any, size: int) -> list[Line]:  # noqa: ANN401 - a class of an untyped library
    """The pieces of a page by the places of its letters, or line by line where the letters do not run left to right.

    Letters that stand at an angle to the rest (a stamp in the margin) are left out. A page whose font does not say
    which letters it draws has no text.
    """
    turned, unknown = _letters(text, size)
    total = sum(map(len, turned))
    if unknown > 0.3 * (total + unknown):
        return []
    most = max(turned, key=len)
    leftward = layout.leftward_share(most)
    if leftward > 0.5:
        return layout.leftward_pieces(most)
    parts = layout.pieces(most)
    if total and (
        leftward > 0.05 or len(most) < 0.8 * total or (total > 20 and sum(len(p.text) for p in parts) < 3 * len(parts))
    ):
        return _pieces_in_order(_clean(text.get_text_range()))
    return parts


def _letters(text: Any, size: int) -> tuple[list[list[Letter]], int]:  # noqa: ANN401 - a class of an untyped library
    """The letters by the quarter turn at which they stand, as if they stood upright; how many have no known meaning."""
    import pypdfium2.raw as pdfium

    turned: list[list[Letter]] = [[], [], [], []]
    box, unknown, quarter = pdfium.FS_RECTF(), 0, 0
    reference = ctypes.byref(box)
    for at in range(size):
        code = pdfium.FPDFText_GetUnicode(text, at)
        character = "-" if code == 2 else chr(code) if code < 0x110000 else "\ufffd"  # 2: a hyphen at a line end
        if character in "\r\n":
            continue
        unknown += code == 0 or character == "\ufffd" or "\ue000" <= character <= "\uf8ff"
        if _CONTROL.match(character) or not pdfium.FPDFText_GetLooseCharBox(text, at, reference):
            continue
        if character.strip():
            quarter = round(pdfium.FPDFText_GetCharAngle(text, at) / (math.pi / 2)) % 4
        turned[quarter].append(_upright(character, quarter, box.left, box.bottom, box.right, box.top))
    return turned, unknown


def _upright(character: str, quarter: int, left: float, bottom: float, right: float, top: float) -> Letter:
    """The letter as if its line ran from left to right; `quarter` counts quarter turns clockwise."""
    if quarter == 1:
        left, bottom, right, top = -top, left, -bottom, right
    elif quarter == 2:
        left, bottom, right, top = -right, -top, -left, -bottom
    elif quarter == 3:
        left, bottom, right, top = bottom, -right, top, -left
    return Letter(character, left, bottom, right, max(top, bottom + 1))


def _pieces_in_order(text: str) -> list[Line]:
    """Lines of text that has no usable places, as if set one below the other in letters half as wide as high."""
    found = []
    for at, line in enumerate(text.splitlines()):
        if words := " ".join(line.split()):
            found.append(Line(words, left=0, right=len(words) / 2, bottom=-at - 1, top=-at))
    return found


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\ufffe", "-\n"))


def _item(origin: str, sheets: list[Sheet], stated: dict[str, str]) -> Item:
    stem = PurePosixPath(PureWindowsPath(origin).name).stem
    title = properties.title(stated.get("Title"), stem)
    large = _large_lines(sheets)
    largest = _title_of(large)
    if largest and (title is None or _same(largest, title)):
        title, body = largest, _without(sheets, large)
    else:
        body = sheets
    text = layout.composed(body)
    stamped = properties.stamped(_near_the_title(_front(sheets), large))
    item = Item(
        title=title or text.text.split("\n", 1)[0][:_LONGEST_TITLE].strip(),
        text=text.text,
        author=stamped.author or properties.author(stated.get("Author")),
        updated=stamped.updated,
        pages=text.pages,
    )
    return item.dated(stamped.published, "dateline")


def _front(sheets: list[Sheet]) -> list[Line]:
    """The lines of the first page that has any."""
    return [line for block in next(filter(None, sheets), []) for line in block]


def _large_lines(sheets: list[Sheet]) -> list[Line]:
    """The lines near the top of the first page in its largest letters, if these are larger than those of the text."""
    front = _front(sheets)
    largest = max((line.size for line in front if _WORD.search(line.text)), default=0.0)
    start = next((at for at, line in enumerate(front) if line.size >= 0.95 * largest), 0)
    if largest < 1.15 * layout.body_size(sheets) or start >= _NEAR_THE_TITLE:
        return []
    return list(takewhile(lambda line: line.size >= 0.95 * largest, front[start:]))


def _near_the_title(lines: list[Line], large: list[Line]) -> list[str]:
    """The first lines, but for what a browser prints above a page: the date and hour of printing."""
    first = lines.index(large[0]) if large else 1
    shown = [line for at, line in enumerate(lines) if at >= first or not _HOUR.search(line.text)]
    return [line.text for line in shown if line not in large][:_NEAR_THE_TITLE]


def _title_of(large: list[Line]) -> str | None:
    words = layout.composed([[large]]).text.replace("\n\n", " ") if large else ""
    return words if 0 < len(words) <= _LONGEST_TITLE else None


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _without(sheets: list[Sheet], large: list[Line]) -> list[Sheet]:
    """The pages without the title, unless nothing else stands on them."""
    gone = set(map(id, large))
    rest = [[kept for block in sheet if (kept := [line for line in block if id(line) not in gone])] for sheet in sheets]
    return rest if any(rest) else sheets


def _failures(origin: str, pages: Sequence[_Page]) -> tuple[Failure, ...]:
    """One `Failure` for the pages that are pictures, one for those that are damaged; blank pages are none."""
    pictures = [at for at, page in enumerate(pages, 1) if not page.pieces and page.drawn]
    broken = [at for at, page in enumerate(pages, 1) if page.broken]
    failures = []
    if pictures:
        failures.append(Failure(origin, f"{_numbered(pictures)} no text, needs OCR", _OCR))
    if broken:
        hint = "Open the file in a PDF reader and save it again; what stands on the other pages was read."
        failures.append(Failure(origin, f"{_numbered(broken)} damage", hint))
    return tuple(failures)


def _numbered(pages: list[int]) -> str:
    """The pages in words with their verb: page 2 has; pages 2, 4-6 have."""
    ranges: list[list[int]] = []
    for page in pages:
        if ranges and page == ranges[-1][-1] + 1:
            ranges[-1].append(page)
        else:
            ranges.append([page])
    words = ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in ranges)
    return f"page {words} has" if len(pages) == 1 else f"pages {words} have"


def _damaged(origin: str) -> Unreadable:
    return Unreadable(
        f"{origin} is damaged or no PDF file.", "Open it in a PDF reader and save or print it to a new PDF."
    )
