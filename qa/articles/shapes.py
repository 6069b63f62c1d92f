"""Stamps and closing lines by their shape and by repetition, whatever words a site uses.

A short line made of names, dates, numbers and marks says who, when or where from. Lines of one shape that stand between
headlines and running text again and again are stamps; those between running text and headlines close articles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa.articles import dates
from qa.articles.lines import Kind, Line, is_prose

_LONGEST = 140
_LONGEST_STANDFIRST = 500
_LONG = 150  # characters of running text
_MOST_WORDS = 6
_NEAR = 6  # lines
_NUMERIC = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b")
_TOKEN = re.compile(r"https?://\S+|[^\W\d_][\w.'’-]*|\d[\w.,:%/-]*|[^\w\s]")
_MARKS = frozenset("|·•/—–~»>@[]{}")
_LABEL = re.compile(r"\W{0,2}(?P<label>[^\W\d][^:.!?]{1,24}):\s")
_ENDS_SENTENCE = re.compile(r"[a-z)”\"’]{2}[.!?]$")
_JOINS = frozenset("and of the for in at de la le der von van & y et und e i".split())
_SHAPED = (Kind.HEAD, Kind.TEXT, Kind.BYLINE, Kind.DATE, Kind.FURNITURE)
_STAMPS = (Kind.BYLINE, Kind.DATE, Kind.PUBLISHED, Kind.UPDATED, Kind.FIELD, Kind.STAMP)
_PASSED = (*_STAMPS, Kind.FURNITURE, Kind.CAPTION, Kind.AGO, Kind.UNDERLINE)
_BREAKS = (Kind.HEAD, Kind.BAR, Kind.COPYRIGHT, Kind.COMMENTS, Kind.LIST, Kind.END, Kind.FURNITURE, Kind.TAIL)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a line is made of: a date, the words in small letters, the marks between its parts, a label before a colon."""

    dated: bool
    words: tuple[str, ...]
    marks: frozenset[str]
    bracketed: bool
    named: bool
    label: str


def shape_of(line: str) -> Shape | None:
    """The shape of a line that could be a stamp; None for sentences and for names or words alone."""
    if not 3 < len(line) <= _LONGEST or _ENDS_SENTENCE.search(line) or line.endswith((",", ";", ":", "?")):
        return None
    left, dated = _without_dates(line)
    labelled = _LABEL.match(left)
    tokens = _TOKEN.findall(left)
    words = tuple(token for token in tokens if token[0].islower() and token not in _JOINS)
    marks = frozenset(token for token in tokens if token in _MARKS)
    counted = any(token[0].isdigit() for token in tokens)
    if len(words) > _MOST_WORDS or not (dated or marks or labelled or (words and words[0] == "by") or counted):
        return None
    bracketed = line[0] + line[-1] in ("()", "[]")
    label = labelled["label"].casefold() if labelled else ""
    return Shape(dated, words, frozenset() if dated else marks, bracketed, any(token[0].isupper() for token in tokens), label)


def settle(lines: list[Line]) -> None:
    """Gives repeated stamps and closing lines their kind."""
    shapes = {at: shape_of(line.bare) for at, line in enumerate(lines) if line.kind in _SHAPED}
    dated: dict[object, list[int]] = defaultdict(list)
    others: dict[object, list[int]] = defaultdict(list)
    for at, shape in shapes.items():
        if shape is not None:
            (dated if shape.dated else others)[shape].append(at)
        if shape is None or not shape.dated:
            others[lines[at].text.split()[0] if shape else lines[at].text].append(at)
    for group in (*dated.values(), *others.values()):
        opening = [at for at in group if _opens(lines, at)]
        if _are_most(opening, group) and _is_telling(shapes[opening[0]]):
            _become(lines, opening, Kind.STAMP, (Kind.HEAD, Kind.TEXT))
    _settle_closings(lines, list(dated.values()))
    for group in others.values():
        closing = [at for at in group if _closes(lines, at) and not _opens(lines, at)]
        if _are_most(closing, group) and _is_last(lines, closing):
            _become(lines, closing, Kind.TAIL, (Kind.HEAD, Kind.TEXT))


def _settle_closings(lines: list[Line], groups: list[list[int]]) -> None:
    """Where dated lines of one shape close articles, those of other shapes that stand there do, too."""
    first = next((at for at, line in enumerate(lines) if is_prose(line, _LONG)), len(lines))
    formerly = (*_STAMPS, Kind.HEAD, Kind.TEXT)
    found = False
    for group in groups:
        closing = [at for at in group if _closes(lines, at) and not _opens(lines, at)]
        full = len(closing) > 2 and _is_full(lines[closing[0]])
        if _are_most(closing, group) and group[0] > first and (full or _is_last(lines, closing)):
            _become(lines, closing, Kind.CLOSING, formerly)
            found = found or _is_full(lines[closing[0]])
    for group in groups if found else []:
        closing = [at for at in group if at > first and _closes(lines, at) and not _opens(lines, at)]
        _become(lines, closing, Kind.CLOSING, formerly)


def _is_full(line: Line) -> bool:
    """Whether a line states more than a date."""
    shape = shape_of(line.bare)
    return shape is not None and shape.dated and shape.named


def _without_dates(line: str) -> tuple[str, bool]:
    spans = [(found.start, found.end) for found in dates.find_all(line)]
    if not spans and (found := dates.find_without_year(line)):
        spans = [(found[2], found[3])]
    spans = spans or [match.span() for match in _NUMERIC.finditer(line)]
    for start, end in reversed(spans):
        line = f"{line[:start]} {line[end:]}"
    return (dates.without_times(line) if spans else line).strip(), bool(spans)


def _become(lines: list[Line], places: list[int], kind: Kind, formerly: tuple[Kind, ...]) -> None:
    for at in places:
        if lines[at].kind in formerly:
            lines[at].kind = kind


def _opens(lines: list[Line], at: int) -> bool:
    """Whether a headline, and at most a standfirst, stands above a line and running text below."""
    above = next(_others(lines, range(at - 1, max(at - _NEAR, -1), -1)), None)
    if above is not None and is_prose(lines[above]) and len(lines[above].text) <= _LONGEST_STANDFIRST:
        above = above - 1 if above else None
    below = next(_others(lines, range(at + 1, min(at + _NEAR, len(lines)))), None)
    headed = above is not None and lines[above].kind is Kind.HEAD and len(lines[above].text.split()) > 2
    return headed and below is not None and is_prose(lines[below])


def _closes(lines: list[Line], at: int) -> bool:
    """Whether running text, and at most a signature and other such lines, stands above a line and none below."""
    above = at - 1
    while above > max(at - _NEAR, 0) and not is_prose(lines[above], 1) and _is_closing_like(lines[above]):
        above -= 1
    if above < 0 or not is_prose(lines[above], 1):
        return False
    below = lines[at + 1] if at + 1 < len(lines) else None
    return below is None or below.kind in (*_BREAKS, *_STAMPS) or (not is_prose(below) and len(below.text) < _LONGEST)


def _is_closing_like(line: Line) -> bool:
    """Whether a line could stand between the end of a text and its closing line: a name, or another closing line."""
    if line.kind in (Kind.CLOSING, Kind.TAIL, Kind.SIGNED, Kind.FURNITURE, Kind.SOURCE):
        return True
    return line.kind is Kind.HEAD and (len(line.text.split()) <= 3 or shape_of(line.bare) is not None)


def _is_last(lines: list[Line], closing: list[int]) -> bool:
    """Whether no headline with text below it follows: then these lines do not stand above, or within, sections."""
    rest = lines[closing[-1] + 1 :]
    return not any(line.kind is Kind.HEAD and is_prose(after) for line, after in pairwise(rest))


def _are_most(places: list[int], every: list[int]) -> bool:
    return len(places) > 1 and 4 * len(places) >= 3 * len(every)


def _is_telling(shape: Shape | None) -> bool:
    """Whether a line between headline and text is a stamp rather than a subtitle."""
    return shape is not None and (shape.dated or bool(shape.words) or not shape.marks.isdisjoint("|·•"))


def _others(lines: list[Line], places: range) -> Iterator[int]:
    return (at for at in places if lines[at].kind not in _PASSED)
