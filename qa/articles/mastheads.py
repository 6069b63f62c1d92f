"""What the site round the articles says of itself: its name, and the day of a newsletter's issue.

A name counts where head and foot of the page agree on it; a date at the head, where the head names an issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.articles import dates, stamps
from qa.articles.candidates import Candidate
from qa.articles.lines import Kind, Line, is_prose
from qa.articles.prose import Prose

_HEAD = 40
_FOOT = 25
_LONGEST = 120
_PARTS = re.compile(r"\s+[|·•>–—-]\s+|\s{2,}|\s*[|•]\s*")
_OF_LETTERS = re.compile(
    r"(?i)\b(?:issue|no\.|number|vol(?:ume)?\b|edition|newsletter|letter|bulletin|digest|round-?up|briefing|daily|weekly"
    r"|fortnightly|monthly|in your browser|in this issue|dispatch|news in brief)"
)
_OF_REVIEWS = re.compile(r"(?i)\b(?:press|news|media) (?:review|digest|summary|releases?|cuttings|clippings)\b")
_OF_SITES = (Kind.HEAD, Kind.TEXT, Kind.DATE)


@dataclass(frozen=True, slots=True)
class Masthead:
    """Who publishes the page, and when its issue appeared."""

    publisher: str | None = None
    issued: str | None = None


def masthead(lines: list[Line], first: int) -> Masthead:
    """The masthead of a page on which the first article begins at `lines[first]`."""
    head = lines[: min(first, _HEAD)]
    foot = lines[max(len(lines) - _FOOT, first + 1) :]
    return Masthead(_publisher(head, foot), _issued(head) if is_masthead(head) else None)


def head_of(lines: list[Line], found: list[Candidate], prose: Prose) -> list[Line]:
    """The lines above the headline below which the page's first running text stands."""
    first = prose.first()
    titles = [c.title for c in found if c.title < first]
    return lines[: titles[-1] if titles else first]


def is_masthead(head: list[Line]) -> bool:
    """Whether the lines above the first item are a newsletter's: they name its issue."""
    return any(_OF_LETTERS.search(line.text) for line in head if len(line.text) <= _LONGEST and not is_prose(line))


def is_of_review(line: Line) -> bool:
    """Whether a headline-like line is that of a letter, a press review or a list of releases."""
    return _OF_REVIEWS.search(line.text) is not None or is_masthead([line])


def _publisher(head: list[Line], foot: list[Line]) -> str | None:
    below = " ".join(line.bare for line in foot if len(line.text) < 1000)
    above = " ".join(line.text for line in head if len(line.text) < 1000).casefold()
    names = [name for line in head if line.kind in _OF_SITES and len(line.text) <= 160 for name in _names(line)]
    agreed = [spelled for name in names if (spelled := _stated_below(name, below))]
    best = next((name for name in agreed if " " in name), None)
    for line in foot:
        stated = stamps.copyright_of(line.bare) if line.kind is Kind.COPYRIGHT else None
        if stated and stated[0] and stated[0].casefold() in above:
            best = best or stated[0]
    return best or (_first_line_of_letter(head) if is_masthead(head) else None)


def _stated_below(name: str, below: str) -> str | None:
    """A name of the head as the foot spells it, where it stands there, with or without its article."""
    whole = re.search(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", below)
    if whole:
        return whole[0]
    short = name.removeprefix("The ")
    return name if short != name and " " in short and short in below else None


def _names(line: Line) -> Iterator[str]:
    for part in _PARTS.split(line.bare):
        words = part.strip(" .,:")
        if 4 <= len(words) <= 60 and words[0].isupper() and not dates.find(words):
            yield words


def _first_line_of_letter(head: list[Line]) -> str | None:
    named = (line for line in head if line.kind in (Kind.HEAD, Kind.TEXT) and not re.search(r"[.?!]$|[@:/]", line.text))
    return next((name for line in named for name in _names(line)), None)


def _issued(head: list[Line]) -> str | None:
    stated = [found.iso for line in head if (found := dates.find(line.text[: stamps.LOOKED_AT]))]
    return max(stated, key=len, default=None)
