"""What a document states of itself: titles and authors among its properties, dates and bylines near its title.

Programs fill the properties with the name of the file, of themselves or of the account that was logged in; such values
are None here. The dates among them are those of the file, never of the article, so nothing here reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa.articles import dates, stamps

_LONGEST_TITLE = 200
_PROGRAM_TITLE = re.compile(
    r"(?i)(?:microsoft |libreoffice |openoffice|powerpoint|word document|word\b\s*[-–]|print |scan(?:ned)?\b)"
)
_NO_TITLE = re.compile(
    r"(?i)(?:untitled|no ?title|unbenannt|sans titre|title|document|doc|slide|presentation|pdf)\W*\d*"
)
_FILE = re.compile(
    r"(?i).*\.(?:docx?|dotx?|odt|rtf|pdf|pptx?|xlsx?|txt|html?|indd|qxp|qxd|pmd|tex|dvi|ps|eps|ai|cdr|pages|md|tmp|jpe?g|png|tiff?)"
)
_ACCOUNT = re.compile(
    r"(?i)(?:microsoft|windows|office|python|open(?:office|pyxl)|libreoffice|apple|adobe|admin\w*|default|unknown|user|"
    r"owner|author|anonymous|guest|scan\w*|xerox|canon|epson|ricoh|konica|hewlett|acer|asus|dell|lenovo|toshiba|un-?named)\b"
)
_LONGEST_STAMP = 80
_UPDATED = re.compile(r"(?i)(?:last )?(?:updated|modified|revised)(?: on)?:?\s+(?P<date>\S.{3,40})")
_PLACE = re.compile(r"[A-Z][A-Z .,'’(-]{2,40}")
_AFTER_A_DATELINE = re.compile(r"\)?,? ?(?:\([^)]{2,30}\) ?)?(?:[—–]|- )")


@dataclass(frozen=True, slots=True)
class Stamped:
    """When published, when updated and by whom, as lines near the title say."""

    published: str | None
    updated: str | None
    author: str | None


def title(words: str | None, stem: str) -> str | None:
    """The title that a property states; None for file names (`stem` is the file's own) and what programs write."""
    words = " ".join((words or "").split())
    if not re.search(r"[^\W\d_]{2}|[\u3040-\u9fff]", words) or len(words) > _LONGEST_TITLE or not words.isprintable():
        return None
    if words.casefold() == stem.casefold() or _FILE.fullmatch(words) or _NO_TITLE.fullmatch(words):
        return None
    looks_like_a_name_of_a_file = " " not in words and re.search(r"[_\d\\/]", words)
    return None if _PROGRAM_TITLE.match(words) or looks_like_a_name_of_a_file else words


def author(words: str | None) -> str | None:
    """The person or organisation that a property names; None for programs, machines and accounts.

    A single word in Latin letters is None too: it is an account more often than a name.
    """
    words = " ".join((words or "").split()).strip(" ,;")
    if not 2 <= len(words) <= 100 or not words.isprintable() or re.search(r"[@\\/<>_=\d]", words):
        return None
    if _ACCOUNT.match(words) or _FILE.fullmatch(words):
        return None
    if not words.isascii() and not re.search("[a-zA-Z]", words):
        return words
    return words if " " in words and any(part[0].isupper() for part in words.split()) else None


def stamped(lines: Iterable[str]) -> Stamped:
    """What the first lines or paragraphs of a document state; None for what they state in two ways.

    Only lines that are a date, a byline or a note of when, and paragraphs that begin with a dateline, are listened to.
    """
    days, updates, authors = set(), set(), set()
    for line in lines:
        days.add(_dateline(line[:160]))
        if len(line) > _LONGEST_STAMP:
            continue
        byline = stamps.byline(line)
        if update := _UPDATED.fullmatch(line):
            updates.add(dates.parse_plainly(update["date"]))
        elif byline is not None:
            days.add(byline.published)
            authors.add(byline.author)
        else:
            days.add(stamps.field_date(line) or (dates.parse_plainly(line) if not line.isdigit() else None))
    return Stamped(_only(days), _only(updates), _only(authors))


def _dateline(head: str) -> str | None:
    """The date of a paragraph that begins as in LONG QUAY, 3 May 2021 (Wire) —"""
    stated = dates.find(head)
    if stated and _PLACE.fullmatch(head[: stated.start]) and _AFTER_A_DATELINE.match(head[stated.end :]):
        return stated.iso
    return None


def _only(values: set[str | None]) -> str | None:
    known = [value for value in values if value]
    return known[0] if len(known) == 1 else None
