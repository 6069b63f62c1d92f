"""What the lines round a text say of it: who wrote it, when, and after which source."""

from __future__ import annotations

import re
from dataclasses import replace

from qa.articles import dates, metadata, stamps
from qa.articles.blocks import AFTER_NAME, BUTTONS, BY, DIGIT, LONGEST_STAMP, PARTS, Block, dates_in, name_in, says_who

_STANDFIRST_CLASS = re.compile(
    r"(?:^|[\s_-])(?:deck|dek|standfirst|sell|lede|lead|intro|subtitle|sottotitolo|chapo)(?:$|[\s_-])", re.I
)
_PARTS_AND_DASHES = re.compile(rf"{PARTS.pattern}|\s+[–—-]\s+")
_NUMERIC_DATE = re.compile(r"(?<![\d/.-])\d{1,2}([./-])\d{1,2}\1\d{4}(?!\d)")
_NUMERIC_END = re.compile(r"[,\s]+[\d./-]+$")
_LONGEST_LINE_OF_SOURCE = 200


def lines_beside(found: list[Block], at: int, end: int) -> list[Block]:
    """The lines below a heading in which stamps may stand: to the second paragraph of running text."""
    beside = found[at + 1 : min(end, at + 7)]
    proses = [number for number, block in enumerate(beside) if block.is_prose and not block.is_stamp]
    return beside[: proses[1]] if len(proses) > 1 else beside


def says_who_or_when(line: str, *, dates_too: bool) -> bool:
    """Whether a line of words alone is a byline, says when the text was changed, or (`dates_too`) is a date."""
    opened = dates_in([line])
    return bool((opened.published and dates_too) or opened.updated) or says_who(line)


def author_beside(found: list[Block], title: str | None) -> str | None:
    """Who wrote the article, by the lines below its headline."""
    at = _headline(found, title)
    beside = lines_beside(found, at, len(found)) if at is not None else []
    return next((name for block in beside if block.is_stamp and (name := author_in(block))), None)


def standfirst(found: list[Block], title: str | None) -> str | None:
    """The paragraph between headline and text that is set apart as what sums the article up."""
    at = _headline(found, title)
    beside = lines_beside(found, at, len(found)) if at is not None else []
    return next((block.text for block in beside if block.is_prose and _STANDFIRST_CLASS.search(block.classes)), None)


def _headline(found: list[Block], title: str | None) -> int | None:
    wanted = " ".join((title or "").casefold().split())
    return next(
        (at for at, block in enumerate(found) if block.kind and " ".join(block.text.casefold().split()) == wanted), None
    )


def dateline(block: Block) -> str | None:
    """The day that running text begins with, as in "HALE, 12 March 2021 (MNS) - The board ..."."""
    return dates_in([block.text[:LONGEST_STAMP]]).published if block.is_prose else None


def is_source(block: Block) -> bool:
    """Whether it is a closing line such as "Source: Harbour Gazette, 3 May 2021"."""
    return not block.kind and source_of(block) is not None


def source_of(block: Block) -> stamps.Source | None:
    """What a closing source line names; also one in brackets, "(Harbour Gazette, 3 May 2021, page 5)"."""
    text = block.text
    if len(text) <= _LONGEST_LINE_OF_SOURCE and text[:1] in "([" and text[-1:] in ")]" and "," in text:
        named = stamps.source(f"Source: {text[1:-1]}")
        return named if named and named.published else None
    named = stamps.source(text)
    number = _NUMERIC_DATE.search(text) if named else None
    stated = dates.find(number[0]) if number else None
    if named is None or stated is None or named.published == stated.iso:
        return named
    publisher = _NUMERIC_END.sub("", named.publisher or "") or None
    return replace(named, publisher=publisher, published=stated.iso)


def author_in(block: Block) -> str | None:
    """Who the block says wrote the text: by its markup, by its words, or by its class."""
    for element in block.element.xpath(".//*[@rel='author' or @itemprop='author']")[:1]:
        if words := " ".join(element.xpath("string()").split()):
            return words if len(words) <= 80 else None
    for part in PARTS.split(block.text):
        if BY.match(part) and (name := name_in(part)):
            linked = next((words for words, _ in block.links if len(words) > 1 and name.startswith(words)), None)
            return linked or name
    if re.search(r"(?:^|[\s_-])(?:byline|author|by)(?:$|[\s_-])", block.classes) and not re.search(r"\d", block.text):
        name = AFTER_NAME.split(block.text)[0].strip()
        return name if 0 < len(name.split()) <= 6 else None
    return None


def name_beside_date(block: Block) -> str | None:
    """The name before a date, as in "Ada Quill | Gazette | 3 May 2021"."""
    parts = [part for part in _PARTS_AND_DASHES.split(BUTTONS.sub("", block.text)) if part]
    if len(parts) > 1 and any(dates_in([part]) != metadata.Opening() for part in parts):
        return stamps.people(parts[0]) or (stamps.people(parts[1]) if DIGIT.search(parts[0]) else None)
    stated = stamps.byline(BUTTONS.sub("", block.text))
    return stated.author if stated else None
