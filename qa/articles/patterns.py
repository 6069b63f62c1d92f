"""Stamps and closing lines by repetition, whatever words a site uses.

Short lines of one shape that stand between headlines and running text again and again are stamps; those between running
text and headlines close articles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from qa.articles.lines import Kind, Line, is_prose, number_of
from qa.articles.shapes import Shape, shape_of

_LONGEST = 140
_LONGEST_STANDFIRST = 500
_LONG = 150  # characters of running text
_NEAR = 6  # lines
_SHAPED = (Kind.HEAD, Kind.TEXT, Kind.BYLINE, Kind.DATE, Kind.FURNITURE, Kind.SOURCE)
_STAMPS = (Kind.BYLINE, Kind.DATE, Kind.PUBLISHED, Kind.UPDATED, Kind.FIELD, Kind.STAMP)
_PASSED = (*_STAMPS, Kind.FURNITURE, Kind.CAPTION, Kind.AGO, Kind.UNDERLINE)
_BREAKS = (Kind.HEAD, Kind.BAR, Kind.COPYRIGHT, Kind.COMMENTS, Kind.LIST, Kind.END, Kind.FURNITURE, Kind.TAIL)


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
            _become(lines, [at for at in group if _is_headed(lines, at)], Kind.STAMP, (Kind.HEAD, Kind.TEXT))
    _settle_closings(lines, list(dated.values()))
    for group in others.values():
        closing = [at for at in group if _closes(lines, at) and not _opens(lines, at) and not _is_stamped(lines, at)]
        if _are_most(closing, group) and _is_last(lines, closing) and not _is_within(lines, closing[0]):
            _become(lines, closing, Kind.TAIL, (Kind.HEAD, Kind.TEXT))


def _settle_closings(lines: list[Line], groups: list[list[int]]) -> None:
    """Where dated lines of one shape close articles, those of other shapes that stand there do, too."""
    first = next((at for at, line in enumerate(lines) if is_prose(line, _LONG)), len(lines))
    formerly = (*_STAMPS, Kind.HEAD, Kind.TEXT)
    found = False
    for group in groups:
        closing = [at for at in group if _closes(lines, at) and not _opens(lines, at)]
        if not closing or _is_within(lines, closing[0]):
            continue
        full = len(closing) > 2 and _is_full(lines[closing[0]])
        if _are_most(closing, group) and group[0] > first and (full or _is_last(lines, closing)):
            _become(lines, closing, Kind.CLOSING, formerly)
            found = found or _is_full(lines[closing[0]])
    for group in groups if found else []:
        closing = [at for at in group if at > first and _closes(lines, at) and not _opens(lines, at)]
        closing = [at for at in closing if lines[at - 1].kind is not Kind.SOURCE]  # the numbered lines below "Source:"
        _become(lines, closing, Kind.CLOSING, formerly)


def _is_within(lines: list[Line], at: int) -> bool:
    """Whether running text stands above the headline nearest above a line: then it is of a section, not an article."""
    headline = next((n for n in range(at - 1, -1, -1) if lines[n].kind is Kind.HEAD and is_prose(lines[n + 1])), at)
    return any(is_prose(line, _LONG) for line in lines[:headline] if headline < at)


def _is_full(line: Line) -> bool:
    """Whether a line states more than a date."""
    shape = shape_of(line.bare)
    return shape is not None and shape.dated and shape.named


def _become(lines: list[Line], places: list[int], kind: Kind, formerly: tuple[Kind, ...]) -> None:
    for at in places:
        if lines[at].kind in formerly:
            lines[at].kind = kind


def _opens(lines: list[Line], at: int) -> bool:
    """Whether a headline, and at most a standfirst, stands above a line and running text below."""
    below = next(
        (n for n in _others(lines, range(at + 1, min(at + _NEAR, len(lines)))) if not _is_name(lines[n])), None
    )
    return _is_headed(lines, at) and below is not None and is_prose(lines[below])


def _is_headed(lines: list[Line], at: int) -> bool:
    above = next(_others(lines, range(at - 1, max(at - _NEAR, -1), -1)), None)
    if above is not None and is_prose(lines[above]) and len(lines[above].text) <= _LONGEST_STANDFIRST:
        above = above - 1 if above else None
    return above is not None and lines[above].kind is Kind.HEAD and len(lines[above].text.split()) > 2


def _is_name(line: Line) -> bool:
    """Whether a line is a few words, as names and posts in a byline are."""
    return line.kind is Kind.HEAD and len(line.text.split()) <= 3


def _is_stamped(lines: list[Line], at: int) -> bool:
    """Whether a line is a headline rather than a tail: it has a number of its own, or a stamp stands below."""
    return number_of(lines[at].text) is not None or (at + 1 < len(lines) and lines[at + 1].kind in _STAMPS)


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
    return line.kind is Kind.HEAD and (len(line.text.split()) <= 5 or shape_of(line.bare) is not None)


def _is_last(lines: list[Line], closing: list[int]) -> bool:
    """Whether no headline with text below it follows: then these lines do not stand above, or within, sections."""
    rest = lines[closing[-1] + 1 :]
    return not any(line.kind is Kind.HEAD and is_prose(after) for line, after in pairwise(rest))


def _are_most(places: list[int], every: list[int]) -> bool:
    return len(places) > 1 and 3 * len(places) >= 2 * len(every)


def _is_telling(shape: Shape | None) -> bool:
    """Whether a line between headline and text is a stamp rather than a subtitle."""
    return shape is not None and (shape.dated or bool(shape.words) or not shape.marks.isdisjoint("|·•"))


def _others(lines: list[Line], places: range) -> Iterator[int]:
    return (at for at in places if lines[at].kind not in _PASSED)
