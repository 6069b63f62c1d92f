"""The headlines of a page that could open an article, each with what stands round it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from qa.articles import dates, furniture, stamps
from qa.articles.lines import Kind, Line, is_title_field, level_of, number_of, title_of


class Mark(Enum):
    """What stands beside a headline."""

    PUBLISHED = auto()
    DATED_BYLINE = auto()
    BYLINE = auto()
    DATE = auto()
    BYLINE_BELOW = auto()  # a byline after a standfirst
    CAPTION = auto()
    DATELINE = auto()
    DATE_ABOVE = auto()
    STAMP = auto()  # above a stamp of a shape that the page repeats
    LABELLED = auto()  # below a section's label in capitals
    AFTER_BAR = auto()
    AFTER_END = auto()
    CLOSED_BEFORE = auto()  # after a closing line of the form in which the page's articles close


STAMPED = frozenset(
    (
        Mark.PUBLISHED,
        Mark.DATED_BYLINE,
        Mark.BYLINE,
        Mark.DATE,
        Mark.BYLINE_BELOW,
        Mark.DATELINE,
        Mark.DATE_ABOVE,
        Mark.STAMP,
    )
)
"""The marks that are an article's own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`start` is the first line of an article (its label or date, if one stands above), `title` the line of its
    headline, `stack` all headline-like lines there.
    """

    start: int
    title: int
    stack: tuple[int, ...]
    marks: frozenset[Mark]


_SKIPPED = (Kind.FURNITURE, Kind.TAIL, Kind.UNDERLINE)
_STAMPS = (Kind.BYLINE, Kind.DATE, Kind.FIELD, Kind.PUBLISHED, Kind.UPDATED, Kind.STAMP)
_ENDS = (Kind.END, Kind.CLOSING, Kind.COPYRIGHT, Kind.ORIGIN, Kind.SOURCE, Kind.ADDRESS)
_LONGEST_STANDFIRST = 500
_FAR = 12


def candidates(lines: list[Line]) -> list[Candidate]:
    """Every headline that could open an article, in reading order."""
    found = []
    at = 0
    while at < len(lines):
        if lines[at].kind is not Kind.HEAD:
            at += 1
            continue
        stack = _stack(lines, at)
        title = _title(lines, stack)
        above, start = _above(lines, at)
        labelled = title > at and lines[title - 1].kind is Kind.HEAD and is_label(lines[title - 1])
        if start == at:
            start = title - 1 if labelled else title
        timed = at > 0 and lines[at - 1].kind is Kind.TIME
        marks = frozenset() if timed else above | _below(lines, at, stack[-1])
        if not timed and labelled and lines[title - 1].text.isupper() and not lines[title].text.isupper():
            marks |= {Mark.LABELLED}
        found.append(Candidate(start, title, tuple(stack), marks))
        at = stack[-1] + 1
    return found


def is_label(line: Line) -> bool:
    """Whether a headline-like line is short enough for a label above another: "East Asia"."""
    return len(line.text) <= 30 and len(line.text.split()) <= 3 and not level_of(line)


def is_long_enough(line: Line) -> bool:
    """Subheadings and names of commenters are short, headlines of pages with several articles seldom."""
    title = title_of(line.text)
    wide = sum(character > "\u2e7f" for character in title)
    return len(title.split()) >= 4 or len(title) + 2 * wide > 25


def _stack(lines: list[Line], at: int) -> list[int]:
    """Headline-like lines that follow each other: label, headline, subtitle."""
    stack = [at]
    following = at + 1
    while following < len(lines) and lines[following].kind in (Kind.HEAD, *_SKIPPED):
        if lines[following].kind is Kind.HEAD:
            stack.append(following)
        following += 1
    return stack


def _title(lines: list[Line], stack: list[int]) -> int:
    """The Markdown heading; the line with its stamps in the same paragraph; the line after the last label; the first.

    Lines of several parts and lines that name a date ("Press review · May 2021") are the site's where others follow.
    """
    named = next((at for at in stack if is_title_field(lines[at])), None)
    if named is not None:
        return named
    counted = [at for at in stack if number_of(lines[at].text)]
    if len(counted) == 1:
        return counted[0]
    levels = [level for at in stack if (level := level_of(lines[at]))]
    if levels:
        return next(at for at in stack if level_of(lines[at]) == min(levels))
    if not lines[stack[-1]].last and lines[stack[-1]].first:
        return stack[-1]
    for place in range(len(stack) - 2, -1, -1):
        below = is_label(lines[stack[place + 1]]) and any(is_long_enough(lines[at]) for at in stack[: place + 1])
        if not below and (is_label(lines[stack[place]]) or is_of_site(lines[stack[place]])):
            return stack[place + 1]
    return stack[0]


def is_of_site(line: Line) -> bool:
    """Whether a headline-like line has several parts or names a date, as a menu or an issue does."""
    parts = sum(mark in line.text for mark in (" | ", " · ", " • ", " > ", " / ", "  "))
    return parts > 0 or (len(line.text) <= 60 and dates.find(line.text) is not None)


def _above(lines: list[Line], first: int) -> tuple[frozenset[Mark], int]:
    """What stands above a headline, and where the article begins: at the date above it, if one stands there."""
    marks = set()
    start = first
    at = first - 1
    while at >= 0 and first - at <= _FAR:
        kind = lines[at].kind
        if kind is Kind.DATE and start == first and not _is_stamp_of_another(lines, at):
            marks.add(Mark.DATE_ABOVE)
            start = at
        elif kind in (Kind.FIELD, Kind.BYLINE) and not lines[at + 1].first:
            start = at
            marks.add(Mark.BYLINE if kind is Kind.BYLINE else Mark.DATE_ABOVE)
        elif kind is Kind.BAR:
            marks.add(Mark.AFTER_BAR)
        elif kind in _ENDS and at == first - 1 and not furniture.MIDWAY.match(lines[at].bare):
            marks.add(Mark.AFTER_END)
        elif kind not in (Kind.FURNITURE, Kind.TAIL):
            break
        at -= 1
    return frozenset(marks), start


def _is_stamp_of_another(lines: list[Line], at: int) -> bool:
    """Whether a date belongs to the headline or byline above it."""
    above = lines[at - 1] if at else None
    if above is None or above.number + 2 < lines[at].number:
        return False
    return above.kind in _STAMPS or (above.kind is Kind.HEAD and not is_of_site(above))


def _below(lines: list[Line], first: int, last: int) -> frozenset[Mark]:
    at = last + 1
    while at < len(lines) and at < last + 5 and lines[at].kind in _SKIPPED:
        at += 1
    if at >= len(lines):
        return frozenset()
    if _standfirst_then_published(lines, first, at):
        return frozenset((Mark.PUBLISHED,))
    following = lines[at]
    if following.kind in _STAMPS:
        repeated = {Mark.STAMP} if any(line.kind is Kind.STAMP for line in lines[at : at + 3]) else set()
        return frozenset((_stamped(lines, at), *repeated))
    if following.kind is Kind.CAPTION:
        return frozenset((Mark.CAPTION,))
    if _is_standfirst(lines, at):
        return frozenset((Mark.BYLINE_BELOW,))
    return frozenset((Mark.DATELINE,)) if is_dateline(following) else frozenset()


def is_dateline(line: Line) -> bool:
    """Whether running text begins with the place it was written in: "LONDON, March 3 (Reuters) —"."""
    return line.kind is Kind.TEXT and stamps.dateline(line.text) is not None


def _is_standfirst(lines: list[Line], at: int) -> bool:
    """Whether a byline follows a short text."""
    kinds = [line.kind for line in lines[at : at + 2]]
    return kinds == [Kind.TEXT, Kind.BYLINE] and len(lines[at].text) <= _LONGEST_STANDFIRST


def _standfirst_then_published(lines: list[Line], first: int, at: int) -> bool:
    if lines[at].kind is Kind.PUBLISHED:
        return True
    standfirst = lines[at].kind is Kind.TEXT and len(lines[at].text) <= _LONGEST_STANDFIRST
    return standfirst and at + 1 < len(lines) and lines[at + 1].kind is Kind.PUBLISHED and at - first <= 4


def _stamped(lines: list[Line], at: int) -> Mark:
    byline = date = stamp = False
    last = at + _FAR
    while at < min(last, len(lines)) and lines[at].kind in (*_STAMPS, Kind.FURNITURE):
        if lines[at].kind is Kind.PUBLISHED:
            return Mark.PUBLISHED
        if lines[at].kind is Kind.BYLINE:
            stated = stamps.byline(lines[at].bare)
            byline = byline or stated is None or bool(stated.author or stated.publisher)
            date = date or (stated is not None and bool(stated.published or stated.day))
        elif lines[at].kind is Kind.STAMP:
            stamp = True
        elif lines[at].kind is not Kind.FURNITURE:
            date = True
        at += 1
    if byline and date:
        return Mark.DATED_BYLINE
    if stamp and not byline and not date:
        return Mark.STAMP
    return Mark.DATE if date else Mark.BYLINE
