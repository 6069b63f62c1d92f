"""What each line of a scraped page is, by its shape: headline, stamp, source line, furniture, text.

Words that could also be a subheading ("Facebook") count as furniture only beside other furniture. Long lines are
judged by their first and last characters alone, so that no line, however long, is slow. On a page whose rows break
because they are full (72 columns), the rows of a paragraph are one line, their breaks kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from qa.articles import furniture, stamps
from qa.articles.markdown import is_only_links, plain
from qa.articles.shapes import shape_of


class Kind(Enum):
    """The kinds of lines; everything that is nothing else is TEXT."""

    TEXT = auto()
    HEAD = auto()  # may be a headline, a subheading or a label
    PUBLISHED = auto()  # "Published", "on", "3 months ago"
    BYLINE = auto()
    DATE = auto()
    UPDATED = auto()
    TIME = auto()  # "18:40", before an entry of a live report
    STAMP = auto()  # a stamp by its shape, where the page repeats it
    CLOSING = auto()  # a line that closes articles, by its shape
    TAIL = auto()  # a line without a date below texts again and again: the site's, where a page has several articles
    FIELD = auto()  # "Date & Place: …"
    CAPTION = auto()  # a caption that ends with its credit
    SOURCE = auto()
    SIGNED = auto()  # "— Ada Quill", "(QUAY NEWS AGENCY)", "/QNA/ lk": closes an article
    ADDRESS = auto()  # a web address alone
    CORRECTION = auto()
    BAR = auto()  # =====, * * *, ---
    UNDERLINE = auto()  # ===== under a title
    FURNITURE = auto()
    BESIDE = auto()  # furniture if other furniture stands beside it
    AGO = auto()  # "Harbour 10 mins ago": heads a teaser
    TEASER = auto()  # breaks off with "..."
    END = auto()  # "Continue Reading"
    LIST = auto()  # "Latest", "Related Articles": teasers follow
    COMMENTS = auto()  # readers' comments follow
    COMMENTER = auto()  # "Rosa Lindt says:", "Rosa · 2 hours ago"
    ABOUT = auto()  # "About the author"
    COPYRIGHT = auto()
    ORIGIN = auto()  # "From our partner X"


@dataclass(slots=True, eq=False)
class Line:
    """One line that is not blank; `first` and `last` tell its place in its paragraph, `number` on the page."""

    text: str
    kind: Kind
    number: int
    first: bool
    last: bool

    @property
    def bare(self) -> str:
        """The line in one row and without Markdown's marks, as stamps are read."""
        return plain(" ".join(self.text.split("\n")))


_LONGEST_HEADLINE = 180
_LONGEST_OF_TWO = 110  # characters of a headline of two sentences
_LONGEST_ROLE = 60
_LONGEST_ADVERTISEMENT = 4  # lines
_LONGEST_WITH_LINKS = 2000
_SHORTEST_WRAPPED = 50
_ENTRIES = 3
_LONGEST_BLOCK = 5  # lines
_STAMPS = (Kind.BYLINE, Kind.DATE, Kind.UPDATED, Kind.PUBLISHED, Kind.FIELD)
_OF_BLOCKS = (Kind.HEAD, Kind.FURNITURE, *_STAMPS)
_SEVERAL = 3  # rows that touch
_HEAD_OF_PAGE = 25  # lines
_LONGEST_COOKIES = 400
_WIDEST = 100
_LONGER_THAN_WRAPPED = 160
_LONG_TEXT = 150
_SHORTEST_HEADLINE = 4  # words
_BAR = re.compile(r"={5,}|(?:[*_~=—–-] ?){3,}|(?:# ?){3,}")
_WHOLE_LINES = (
    (Kind.BAR, _BAR),
    (Kind.TIME, furniture.TIME),
    (Kind.COMMENTS, furniture.COMMENTS),
    (Kind.LIST, furniture.LIST),
    (Kind.AGO, furniture.AGO),
    (Kind.ABOUT, furniture.ABOUT_AUTHOR),
    (Kind.FURNITURE, furniture.ALWAYS),
    (Kind.FURNITURE, furniture.CREDIT),
    (Kind.BESIDE, furniture.BESIDE_OTHERS),
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$")
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "”", '"', ")", "’", "。", "！", "？", "…")
_BULLET = re.compile(r"[-*•·>|–—+]|\(?\d{1,2}\)|\d{1,3}\.\d")
_LIST_ITEM = re.compile(r"\s*(?:[-*•·–+]|\(?\d{1,3}[.)])\s")
_TWO_SENTENCES = re.compile(r"[a-z]{3}[.!?][\"”’)]?\s+[\"“(]?[A-Z]|[。！？]\S")
_ABBREVIATION = re.compile(r"(?:\b[A-Z]\.){2,}$|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|No)\.$")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_TITLE_FIELD = re.compile(r"(?i)(?:title|headline|subject)\s?:\s+(?=\S)")
_COUNTING_WORDS = re.compile(r"\d{1,2} (?:[a-z]+ ){0,2}[a-z]+:\s+(?=\S)")
_NUMBERED = re.compile(r"(?:#|[Nn]o\. ?|\()?(\d{1,2})\s?[.):|/–—-]\s+(?=\S)|(\d{1,2}) (?:[a-z]+ ){0,2}[a-z]+:\s+(?=\S)")
_REPLY = re.compile(r"(?i)(?:(?:re|fwd?|aw|sv|wg)\s?:\s*|\[[^\[\]]{2,30}\]\s*)+(?=\S)")
_SERIAL = re.compile(r"(?P<words>[^\W\d][^\d]{2,40}?)(?P<number>\d{1,6})(?:[/-]\d{2,4})?")
_MENU = re.compile(r"\S {2,}\S|\s[|·•/>]\s")


def title_of(line: str) -> str:
    """A headline on one line and without Markdown's marks."""
    flat = " ".join(line.split()) if len(line) < _LONGEST_WITH_LINKS else line.strip()
    words, fields = _TITLE_FIELD.subn("", _MARKDOWN_HEADING.sub("", flat, count=1), count=1)
    words = _REPLY.sub("", words) if fields else words
    return plain(words).strip(" #") or flat


def is_title_field(line: Line) -> bool:
    """Whether a line names its headline so: "Subject: …"."""
    return _TITLE_FIELD.match(line.text) is not None


def number_of(title: str) -> int | None:
    """The number that a headline begins with: "1. The wheat", "No. 2: The price of eggs", "1 big thing: The goose"."""
    match = _NUMBERED.match(title_of(title))
    return int(match[1] or match[2]) if match else None


def without_number(title: str) -> str:
    """A headline without the number that it begins with."""
    return _COUNTING_WORDS.sub("", _NUMBERED.sub("", title, count=1).strip(), count=1)


def level_of(line: Line) -> int:
    """How deep a Markdown heading is, 1 to 6; 0 for a line without number signs."""
    match = _MARKDOWN_HEADING.match(line.text.lstrip()) if line.kind is Kind.HEAD else None
    return len(match[1]) if match else 0


def read(text: str) -> list[Line]:
    """The lines of a page that are not blank, each with its kind.

    A blank line ends a paragraph; on a page where paragraphs follow each other without one, every line is a paragraph.
    """
    rows = [row.rstrip() for row in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")]
    width = _width(rows)
    every = width is None and _is_row_by_row(rows)
    lines: list[Line] = []
    for number, together, fresh in _together(rows, every, width):
        if fresh and lines:
            lines[-1].last = True
        lines.append(Line("\n".join(together), Kind.TEXT, number, fresh, False))
    if lines:
        lines[-1].last = True
    for line in lines:
        line.kind = _kind(line.text.strip())
    _join_corrections(lines)
    _settle(lines)
    return lines


def _join_corrections(lines: list[Line]) -> None:
    """The text of a correction belongs to its heading, where it stands right below."""
    for line, after in pairwise(lines):
        if line.kind is Kind.CORRECTION and after.number == line.number + 1:
            line.last = after.first = False


def is_prose(line: Line, length: int = 60) -> bool:
    """Whether a line is running text of at least that length: whole sentences, no teaser, no appeal to readers."""
    text = line.text.strip()
    if line.kind not in (Kind.TEXT, Kind.CAPTION):
        return False
    wide = sum(character > "\u2e7f" for character in text[:length])  # a Chinese character says as much as two or three
    return len(text) + 2 * wide >= length and not (len(text) < 250 and furniture.APPEAL.search(text))


def is_live(lines: list[Line]) -> bool:
    """Whether entries with the time of day are what the page consists of: a live report is one article."""
    timed = (line.kind is Kind.TIME or (line.kind is Kind.HEAD and furniture.TIMED.match(line.text)) for line in lines)
    return sum(map(bool, timed)) >= _ENTRIES


def _together(rows: list[str], every: bool, width: int | None) -> Iterator[tuple[int, list[str], bool]]:
    """The rows of each line: the number of its first row, its rows, and whether a paragraph begins with it."""
    fresh = True
    start = 0
    together: list[str] = []
    for number, row in enumerate(rows):
        if together and row and width and _is_full(together[-1], row, width):
            together.append(row)
            continue
        if together:
            yield start, together, fresh
            fresh = every
        if not row:
            fresh = True
        start, together = number, [row] if row else []
    if together:
        yield start, together, fresh


def _is_row_by_row(rows: list[str]) -> bool:
    """Whether paragraphs stand below each other without a blank line: long rows that touch."""
    if "" not in rows:
        return any(len(row) > _LONGER_THAN_WRAPPED for row in rows)
    touching = sum(
        bool(row and below) and max(len(row), len(below)) > _LONGER_THAN_WRAPPED for row, below in pairwise(rows)
    )
    return touching >= _SEVERAL


def _width(rows: list[str]) -> int | None:
    """The column at which the page breaks its lines, where nearly every row of a paragraph is full; else None."""
    inner = [(row, below) for row, below in pairwise(rows) if len(row) >= _SHORTEST_WRAPPED and below]
    lengths = [len(row) for row, _ in inner if len(row) <= _WIDEST]
    if len(lengths) < 3 or len(lengths) < 0.97 * len(inner):
        return None
    full = sum(_is_full(row, below, max(lengths)) for row, below in inner)
    return max(lengths) if full >= 0.7 * len(inner) else None


def _is_full(row: str, below: str, width: int) -> bool:
    """Whether the first word of the row below would not have fitted on a row."""
    if len(row) > _WIDEST or _LIST_ITEM.match(below) or _BAR.fullmatch(row) or _BAR.fullmatch(below):
        return False
    return len(row) >= _SHORTEST_WRAPPED and len(row) + 1 + len(below.lstrip().split(" ", 1)[0]) > width


def _kind(line: str) -> Kind:
    line = " ".join(line.split("\n"))
    if len(line) > stamps.LOOKED_AT:
        short = plain(line) if "](" in line else line
        if len(short) > stamps.LOOKED_AT:
            return _kind_of_long(line)
    if is_only_links(line):
        return Kind.FURNITURE
    heading = _MARKDOWN_HEADING.match(line)
    bare = title_of(line) if heading else plain(line)
    for kind, form in _WHOLE_LINES:
        if form.fullmatch(bare):
            return kind
    if furniture.SCRIPT.match(line):
        return Kind.FURNITURE
    kind = _stamp(bare) or _plain(bare)
    return Kind.HEAD if heading and kind in (Kind.TEXT, Kind.TEASER, Kind.CAPTION) else kind


def _kind_of_long(line: str) -> Kind:
    head = line[: stamps.LOOKED_AT]
    if furniture.SCRIPT.match(head) or furniture.LONG.match(head) or furniture.is_appeal(line):
        return Kind.FURNITURE
    if _ADDRESS.match(head) and " " not in line:
        return Kind.ADDRESS
    return Kind.TEASER if line.endswith(("...", "…")) and len(line) < 600 else Kind.TEXT


def _stamp(line: str) -> Kind | None:
    stated = (
        (Kind.COPYRIGHT, stamps.copyright_of),
        (Kind.ORIGIN, stamps.origin),
        (Kind.END, furniture.END.fullmatch),
        (Kind.SOURCE, stamps.source),
        (Kind.SOURCE, stamps.paper_in_brackets),
        (Kind.CORRECTION, stamps.correction_date),
        (Kind.FURNITURE, furniture.is_appeal),
        (Kind.UPDATED, stamps.is_updated),
        (Kind.BYLINE, stamps.byline),
        (Kind.FIELD, stamps.field_date),
        (Kind.DATE, stamps.stamped_date),
        (Kind.COMMENTER, furniture.COMMENTER.fullmatch),
        (Kind.SIGNED, stamps.signature),
    )
    return next((kind for kind, reader in stated if reader(line)), None)


def _plain(line: str) -> Kind:
    if _ADDRESS.match(line):
        return Kind.ADDRESS
    if furniture.CAPTION.search(line[-140:]):
        return Kind.CAPTION
    if len(line) >= 40 and line.endswith(("...", "…")):
        return Kind.TEASER
    return Kind.HEAD if _like_a_headline(line) else Kind.TEXT


def _like_a_headline(line: str) -> bool:
    if not 2 < len(line) <= _LONGEST_HEADLINE or len(line.split()) > 28 or _BULLET.match(line):
        return False
    if not any(c.isalpha() for c in line) or line[0].islower() or "://" in line:
        return False
    if len(line) > _LONGEST_OF_TWO and _TWO_SENTENCES.search(line):
        return False
    bare = line.rstrip("\"'”’」』)]»*_ ")
    return not bare.endswith((".", ",", ";", ":", "…", "。", "，", "；", "：", "、")) or bool(
        _ABBREVIATION.search(bare)
    )


def _settle(lines: list[Line]) -> None:
    """What a line is can depend on the lines beside it."""
    _settle_published(lines)
    stamped = set(_stamped_blocks(lines))
    for at, line in enumerate(lines):
        before = None if line.first else lines[at - 1]
        after = None if line.last else lines[at + 1]
        if before and before.kind is Kind.TEXT and line.kind is not Kind.ADDRESS and _goes_on(before.text):
            line.kind = Kind.TEXT  # the sentence goes on: a wrapped line
        elif line.kind is Kind.BAR and before and before.kind is Kind.HEAD:
            line.kind = Kind.UNDERLINE
        elif line.kind is Kind.HEAD and not level_of(line) and at not in stamped:
            line.kind = _beside(line, before, after)
    for line in lines[:_HEAD_OF_PAGE]:
        if line.kind is Kind.TEXT and len(line.text) <= _LONGEST_COOKIES and furniture.COOKIES.match(line.text):
            line.kind = Kind.FURNITURE
    _settle_sentences(lines)
    _settle_names(lines)
    _settle_menus(lines)
    _settle_advertisements(lines)
    others = (Kind.FURNITURE, Kind.AGO, Kind.END, Kind.COMMENTS, Kind.COPYRIGHT, Kind.LIST, Kind.BESIDE)
    for at, line in enumerate(lines):
        if line.kind is Kind.BESIDE:
            beside = lines[max(at - 1, 0) : at] + lines[at + 1 : at + 2]
            line.kind = Kind.FURNITURE if any(other.kind in others for other in beside) else Kind.HEAD


def _stamped_blocks(lines: list[Line]) -> Iterator[int]:
    """The places of the lines of paragraphs that are headline and stamp, one below the other."""
    begin = 0
    for at, line in enumerate(lines):
        begin = at if line.first else begin
        block = lines[begin : at + 1]
        if not line.last or not 1 < len(block) <= _LONGEST_BLOCK or block[0].kind is not Kind.HEAD:
            continue
        if all(other.kind in _OF_BLOCKS for other in block) and any(map(_is_stamp, block[1:])):
            yield from range(begin, at + 1)


def _is_stamp(line: Line) -> bool:
    shape = shape_of(line.bare) if line.kind is Kind.HEAD else None
    return line.kind in _STAMPS or (shape is not None and (shape.dated or "by" in shape.words))


def _beside(line: Line, before: Line | None, after: Line | None) -> Kind:
    """What a headline-like line is, by the lines of its paragraph."""
    stops = (Kind.TEXT, Kind.HEAD, Kind.TEASER, Kind.CAPTION)
    if before and before.kind is Kind.BYLINE and furniture.ROLE.search(line.text) and len(line.text) <= _LONGEST_ROLE:
        return Kind.FURNITURE
    posted = before is None and after and after.last and after.kind is Kind.HEAD and furniture.ROLE.search(after.text)
    if posted and stamps.people(line.bare):
        return Kind.BYLINE
    if before is None and after and after.kind is Kind.TEXT and len(after.text) >= _LONG_TEXT:
        return Kind.TEXT if after.text[0].islower() or "\n" in after.text else Kind.HEAD
    if (before and before.kind in stops) or (after and after.kind in (*stops, Kind.ADDRESS)):
        return Kind.TEXT
    return Kind.HEAD


def _goes_on(text: str) -> bool:
    """Whether a line of running text breaks off inside a sentence, as wrapped lines do."""
    return len(text) >= _SHORTEST_WRAPPED and not text.endswith(_SENTENCE_ENDS)


def _settle_sentences(lines: list[Line]) -> None:
    """A headline can be a sentence with its full stop: where a stamp stands below it, and text below that."""
    stamped = (Kind.BYLINE, Kind.DATE, Kind.PUBLISHED, Kind.UPDATED)
    heads = (Kind.HEAD, *stamped)
    for at, line in enumerate(lines[:-2]):
        short = line.kind is Kind.TEXT and line.first and line.last and len(line.text) <= _LONGEST_OF_TWO
        if not short or lines[at + 1].kind not in stamped or (at and lines[at - 1].kind in heads):
            continue
        below = next((other for other in lines[at + 2 : at + 6] if other.kind not in stamped), None)
        if below and is_prose(below, _LONG_TEXT) and line.text[0].isupper() and not _TWO_SENTENCES.search(line.text):
            line.kind = Kind.HEAD


def _settle_names(lines: list[Line]) -> None:
    """A line of names between headline and text is a byline: where it names several, where a date stands below, or
    where nearly all headlines of the page have one.
    """
    found: list[Line] = []
    sure = False
    headlines = 0
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        headlines += line.kind is Kind.HEAD and after.kind is Kind.TEXT and len(after.text) >= _LONG_TEXT
        named = stamps.people(line.bare) if line.kind is Kind.HEAD and before.kind in (Kind.HEAD, Kind.TEXT) else None
        if not named or after.kind not in (Kind.TEXT, Kind.CAPTION, Kind.DATE, Kind.UPDATED, Kind.FURNITURE):
            continue
        if before.kind is Kind.TEXT and (line.first or not before.first):
            continue
        if len(before.text.split()) < _SHORTEST_HEADLINE or any(map(str.isdigit, before.text)):
            continue
        found.append(line)
        sure = sure or stamps.is_several(named) or after.kind is Kind.DATE
        if stamps.is_posted(line.bare):
            line.kind = Kind.BYLINE
    if (sure and len(found) >= 0.5 * headlines) or (len(found) > 1 and len(found) >= 0.75 * headlines):
        for line in found:
            line.kind = Kind.BYLINE


def _settle_menus(lines: list[Line]) -> None:
    """A short line of several parts ("Share · Print") that the page repeats is the site's; so is a label that it
    counts on ("Press release 12") above a date or headline.
    """
    shown = Counter(line.text for line in lines if len(line.text) <= _WIDEST)
    counted = _counted(lines)
    for line, after in zip(lines, [*lines[1:], None], strict=False):
        if line.kind in (Kind.HEAD, Kind.TEXT) and shown[line.text] > 1 and _MENU.search(line.text.strip()):
            line.kind = Kind.FURNITURE
        elif line.text in counted and after and after.kind in (Kind.HEAD, Kind.DATE, Kind.FIELD, Kind.BYLINE):
            line.kind = Kind.FURNITURE


def _counted(lines: list[Line]) -> set[str]:
    """The labels by which a page counts: words and numbers that follow one another."""
    numbers: dict[str, list[tuple[int, str]]] = {}
    for line in lines:
        match = _SERIAL.fullmatch(line.text.strip()) if line.kind is Kind.HEAD else None
        if match:
            numbers.setdefault(match["words"], []).append((int(match["number"]), line.text))
    return {
        text
        for found in numbers.values()
        if len(found) > 1 and all(abs(a - b) == 1 for (a, _), (b, _) in pairwise(found))
        for _, text in found
    }


def _settle_advertisements(lines: list[Line]) -> None:
    """What stands between "Advertisement" and "Article continues below" is the advertiser's."""
    begins = None
    for at, line in enumerate(lines):
        if begins is not None and at - begins > _LONGEST_ADVERTISEMENT:
            begins = None
        if line.kind is Kind.FURNITURE and furniture.ADVERTISEMENT.fullmatch(line.bare):
            begins = at
        elif begins is not None and furniture.CONTINUES.fullmatch(line.bare):
            for other in lines[begins + 1 : at]:
                other.kind = Kind.FURNITURE


def _settle_published(lines: list[Line]) -> None:
    """One stamp can stand on several lines: "Published", "3 months ago", "on", a date, "By", a name."""
    at = 0
    while at < len(lines):
        if lines[at].text.strip().casefold() not in ("published", "posted"):
            at += 1
            continue
        end = at + 1
        while end < len(lines) and end < at + 7:
            words = lines[end].text.strip().casefold()
            if words in ("on", "by") or lines[end].kind is Kind.AGO:
                lines[end].kind = Kind.PUBLISHED
            elif lines[end - 1].text.strip().casefold() == "by" and len(words) < 60:
                lines[end].kind = Kind.BYLINE
                lines[end].text = lines[end].text.strip()
            elif lines[end].kind is not Kind.DATE:
                break
            end += 1
        if end > at + 1:
            lines[at].kind = Kind.PUBLISHED
        at = end
