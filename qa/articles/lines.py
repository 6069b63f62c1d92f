"""What each line of a scraped page is, by its shape: headline, stamp, source line, furniture, text.

Words that could also be a subheading ("Facebook") count as furniture only beside other furniture. Long lines are
judged by their first and last characters alone, so that no line, however long, is slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from qa.articles import dates, furniture, stamps


class Kind(Enum):
    """The kinds of lines; everything that is nothing else is TEXT."""

    TEXT = auto()
    HEAD = auto()  # may be a headline, a subheading or a label
    PUBLISHED = auto()  # "Published", "on", "3 months ago"
    BYLINE = auto()
    DATE = auto()
    FIELD = auto()  # "Date & Place: …"
    CAPTION = auto()  # a caption that ends with its credit
    SOURCE = auto()
    ADDRESS = auto()  # a web address alone
    CORRECTION = auto()
    BAR = auto()  # ===== between articles
    UNDERLINE = auto()  # ===== under a title
    FURNITURE = auto()
    BESIDE = auto()  # furniture if other furniture stands beside it
    AGO = auto()  # "Harbour 10 mins ago": heads a teaser
    TEASER = auto()  # breaks off with "..."
    END = auto()  # "Continue Reading"
    LIST = auto()  # "Latest", "Related Articles": teasers follow
    COMMENTS = auto()  # readers' comments follow
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


_LONGEST_HEADLINE = 180
_SHORTEST_WRAPPED = 50
_LONGER_THAN_WRAPPED = 160
_BAR = re.compile(r"={5,}")
_WHOLE_LINES = (
    (Kind.BAR, _BAR),
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
_TWO_SENTENCES = re.compile(r"[a-z]{3}[.!?][\"”’)]?\s+[\"“(]?[A-Z]|[。！？]\S")
_ABBREVIATION = re.compile(r"(?:\b[A-Z]\.){2,}$|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|No)\.$")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+")


def title_of(line: str) -> str:
    """A headline without Markdown's number signs."""
    return _MARKDOWN_HEADING.sub("", line.strip(), count=1).strip()


def read(text: str) -> list[Line]:
    """The lines of a page that are not blank, each with its kind.

    A blank line ends a paragraph; on a page of long lines without any, every line is a paragraph.
    """
    lines: list[Line] = []
    rows = [row.rstrip() for row in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")]
    every = "" not in rows and any(len(row) > _LONGER_THAN_WRAPPED for row in rows)
    fresh = True
    for number, row in enumerate(rows):
        if fresh and lines:
            lines[-1].last = True
        if row:
            lines.append(Line(row, _kind(row.strip()), number, fresh, False))
        fresh = not row or every
    if lines:
        lines[-1].last = True
    _settle(lines)
    return lines


def is_prose(line: Line, length: int = 60) -> bool:
    """Whether a line is running text of at least that length: whole sentences, no teaser, no appeal to readers."""
    text = line.text.strip()
    if line.kind not in (Kind.TEXT, Kind.CAPTION):
        return False
    wide = sum(character > "\u2e7f" for character in text[:length])  # a Chinese character says as much as two or three
    return len(text) + 2 * wide >= length and not (len(text) < 250 and furniture.APPEAL.search(text))


def _kind(line: str) -> Kind:
    if len(line) > stamps.LOOKED_AT:
        return _kind_of_long(line)
    for kind, form in _WHOLE_LINES:
        if form.fullmatch(line):
            return kind
    if furniture.SCRIPT.match(line):
        return Kind.FURNITURE
    return _stamp(line) or _plain(line)


def _kind_of_long(line: str) -> Kind:
    head = line[: stamps.LOOKED_AT]
    if furniture.SCRIPT.match(head) or re.match(
        r"(?i)you may use these html tags|spotted an? (?:mistake|error|typo)\b", head
    ):
        return Kind.FURNITURE
    if _ADDRESS.match(head) and " " not in line:
        return Kind.ADDRESS
    return Kind.TEASER if line.endswith(("...", "…")) and len(line) < 600 else Kind.TEXT


def _stamp(line: str) -> Kind | None:
    if stamps.copyright_of(line):
        return Kind.COPYRIGHT
    if stamps.origin(line):
        return Kind.ORIGIN
    if furniture.END.fullmatch(line):
        return Kind.END
    if stamps.source(line):
        return Kind.SOURCE
    if stamps.correction_date(line):
        return Kind.CORRECTION
    if stamps.byline(line):
        return Kind.BYLINE
    if stamps.field_date(line):
        return Kind.FIELD
    if len(line) <= 45 and any(c.isdigit() for c in line) and not line.isdigit() and dates.parse_plainly(line):
        return Kind.DATE
    return None


def _plain(line: str) -> Kind:
    if _ADDRESS.match(line):
        return Kind.ADDRESS
    if furniture.CAPTION.search(line[-140:]):
        return Kind.CAPTION
    if len(line) >= 40 and line.endswith(("...", "…")):
        return Kind.TEASER
    return Kind.HEAD if _like_a_headline(line) else Kind.TEXT


def _like_a_headline(line: str) -> bool:
    line = title_of(line)
    if not 2 < len(line) <= _LONGEST_HEADLINE or len(line.split()) > 28 or _BULLET.match(line):
        return False
    if not any(c.isalpha() for c in line) or line[0].islower() or "://" in line or _TWO_SENTENCES.search(line):
        return False
    bare = line.rstrip("\"'”’」』)]»*_ ")
    return not bare.endswith((".", ",", ";", ":", "…", "。", "，", "；", "：", "、")) or bool(
        _ABBREVIATION.search(bare)
    )


def _settle(lines: list[Line]) -> None:
    """What a line is can depend on the lines beside it."""
    _settle_published(lines)
    stops = (Kind.TEXT, Kind.HEAD, Kind.TEASER, Kind.CAPTION)
    for at, line in enumerate(lines):
        before = None if line.first else lines[at - 1].kind
        after = None if line.last else lines[at + 1].kind
        if before is Kind.TEXT and line.kind is not Kind.ADDRESS and _goes_on(lines[at - 1].text):
            line.kind = Kind.TEXT  # the sentence goes on: a wrapped line
        elif line.kind is Kind.BAR and before is Kind.HEAD:
            line.kind = Kind.UNDERLINE
        elif line.kind is Kind.HEAD and (before in stops or after in stops or after is Kind.ADDRESS):
            line.kind = Kind.TEXT
    others = (Kind.FURNITURE, Kind.AGO, Kind.END, Kind.COMMENTS, Kind.COPYRIGHT, Kind.LIST, Kind.BESIDE)
    for at, line in enumerate(lines):
        if line.kind is Kind.BESIDE:
            beside = lines[max(at - 1, 0) : at] + lines[at + 1 : at + 2]
            line.kind = Kind.FURNITURE if any(other.kind in others for other in beside) else Kind.HEAD


def _goes_on(text: str) -> bool:
    """Whether a line of running text breaks off inside a sentence, as wrapped lines do."""
    return len(text) >= _SHORTEST_WRAPPED and not text.endswith(_SENTENCE_ENDS)


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
