"""Where articles begin on a scraped page.

A headline-like line opens an article only on evidence. Strong evidence: a "Published" stamp or a byline with its date
after it, a line of ===== before it, or the source line that closes each item of a page before it. Weak evidence (a
bare byline, a credited photograph, a dateline such as "LONDON —", the end of an article before it) counts only on
a page where strong evidence has shown that there are several articles. Without evidence a page is one article, so
that subheadings and captions never cut one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from enum import Enum, auto

from qa.articles import stamps
from qa.articles.lines import Kind, Line, is_prose, title_of


class Evidence(Enum):
    """What stands beside a headline."""

    NONE = auto()
    PUBLISHED = auto()
    DATED_BYLINE = auto()
    BYLINE = auto()
    DATE = auto()
    CAPTION = auto()
    DATELINE = auto()
    BYLINE_BELOW = auto()  # a byline after a standfirst
    AFTER_SOURCE = auto()
    AFTER_BAR = auto()
    AFTER_END = auto()


@dataclass(frozen=True, slots=True)
class Opening:
    """`start` is the first line of an article (its label, if it has one), `title` the line of its headline."""

    start: int
    title: int
    evidence: Evidence


_STRONG = (Evidence.PUBLISHED, Evidence.DATED_BYLINE, Evidence.AFTER_SOURCE, Evidence.AFTER_BAR)
_STRONG_IF_ALIKE = (Evidence.BYLINE, Evidence.DATE, Evidence.BYLINE_BELOW)  # where the page's first article has it too
_DATELINE = re.compile(
    r"[A-Z][A-Z .,'’-]{2,40}(?:, [A-Z][a-z.]{2,12}(?: [A-Z][a-z]+)?)?(?:, [A-Z][a-z]{2,9}\.? \d{1,2}(?:, \d{4})?)?"
    r"(?: \([^()]{2,40}\))? ?(?:—|–|--|-) ?[“\"]?\w"
)
_SKIPPED = (Kind.FURNITURE, Kind.UNDERLINE)
_STAMPS = (Kind.BYLINE, Kind.DATE, Kind.FIELD, Kind.PUBLISHED)
_LONGEST_STANDFIRST = 500
_SOON = 25  # lines after a headline within which running text begins
_PROSE = 150  # characters of running text that make an article rather than a line between two
_PREAMBLE = 600  # running text without a headline above the first article, up to this length, is the site's


def openings(lines: list[Line]) -> list[Opening]:
    """The beginnings of the articles in reading order; empty where the page is one article (or none)."""
    candidates = _candidates(lines)
    prose = _Prose(lines)
    strong = {c.title for c in candidates if _is_strong(c, candidates[0], lines, prose)}
    if not any(c.title in strong and prose.between(0, c.start) for c in candidates):
        return []
    accepted: list[Opening] = []
    in_comments = _inside_comments(lines, strong)
    for candidate in candidates:
        if candidate.title not in strong and (candidate.title in in_comments or not _weak_is_enough(candidate, lines)):
            continue
        if not accepted or prose.between(_body(lines, accepted[-1]), candidate.start, any_length=True):
            accepted.append(candidate)
    return _with_head(lines, candidates, accepted, prose)


def first_title(lines: list[Line]) -> Opening | None:
    """The headline of a page that is one article: the first headline-like line, if no running text stands before."""
    for at, line in enumerate(lines):
        if line.kind is Kind.HEAD:
            stack = _stack(lines, at)
            evidence = _evidence(lines, at, stack[-1])
            furnished = evidence is Evidence.PUBLISHED or any(_is_furniture(other) for other in lines[:at])
            title = _title(lines, stack) if furnished else at
            return Opening(at, title, evidence)
        if line.kind in (Kind.TEXT, Kind.CAPTION, Kind.TEASER, Kind.LIST, Kind.AGO):
            return None
    return None


def is_dateline(line: Line) -> bool:
    """Whether running text begins with the place it was written in: "LONDON, March 3 (Reuters) —"."""
    return line.kind is Kind.TEXT and _DATELINE.match(line.text[:160]) is not None


def _is_furniture(line: Line) -> bool:
    return line.kind is Kind.FURNITURE


def _candidates(lines: list[Line]) -> list[Opening]:
    found = []
    sourced = _closed_by_sources(lines)
    barred = sum(line.kind is Kind.BAR for line in lines) > 1
    at = 0
    while at < len(lines):
        if lines[at].kind is not Kind.HEAD:
            at += 1
            continue
        stack = _stack(lines, at)
        title = _title(lines, stack)
        evidence = _evidence(lines, at, stack[-1])
        before = lines[at - 1].kind if at else Kind.TEXT
        if evidence is not Evidence.PUBLISHED:
            if sourced and at in sourced:
                evidence = Evidence.AFTER_SOURCE
            elif barred and before is Kind.BAR:
                evidence = Evidence.AFTER_BAR
            elif evidence is Evidence.NONE and before in (
                Kind.END,
                Kind.COPYRIGHT,
                Kind.ORIGIN,
                Kind.SOURCE,
                Kind.ADDRESS,
            ):
                evidence = Evidence.AFTER_END
        label = (
            title - 1 if title > at and lines[title - 1].kind is Kind.HEAD and _is_label(lines[title - 1]) else title
        )
        found.append(Opening(label, title, evidence))
        at = stack[-1] + 1
    return found


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
    """The line with its stamps in the same paragraph, else the line after the last label, else the first.

    A label is a short line above another: "East Asia".
    """
    if not lines[stack[-1]].last and lines[stack[-1]].first:
        return stack[-1]
    for place in range(len(stack) - 2, -1, -1):
        if _is_label(lines[stack[place]]):
            return stack[place + 1]
    return stack[0]


def _is_label(line: Line) -> bool:
    return len(line.text) <= 30 and len(line.text.split()) <= 3 and not line.text.startswith("#")


def _evidence(lines: list[Line], first: int, last: int) -> Evidence:
    at = last + 1
    while at < len(lines) and at < last + 5 and lines[at].kind in _SKIPPED:
        at += 1
    if at >= len(lines):
        return Evidence.NONE
    if _standfirst_then_stamp(lines, first, at):
        return Evidence.PUBLISHED
    following = lines[at]
    if following.kind in _STAMPS:
        return _stamped(lines, at)
    if following.kind is Kind.CAPTION:
        return Evidence.CAPTION
    if len(following.text) <= _LONGEST_STANDFIRST and [line.kind for line in lines[at : at + 2]] == [
        Kind.TEXT,
        Kind.BYLINE,
    ]:
        return Evidence.BYLINE_BELOW
    return Evidence.DATELINE if is_dateline(following) else Evidence.NONE


def _body(lines: list[Line], opening: Opening) -> int:
    """The place after the "Published" stamp of an opening, or after its title where it has none."""
    if opening.evidence is not Evidence.PUBLISHED:
        return opening.title + 1
    at = next(n for n in range(opening.title, len(lines)) if lines[n].kind is Kind.PUBLISHED)
    while at < len(lines) and lines[at].kind in _STAMPS:
        at += 1
    return at


def _standfirst_then_stamp(lines: list[Line], first: int, at: int) -> bool:
    if lines[at].kind is Kind.PUBLISHED:
        return True
    standfirst = lines[at].kind is Kind.TEXT and len(lines[at].text) <= _LONGEST_STANDFIRST
    return standfirst and at + 1 < len(lines) and lines[at + 1].kind is Kind.PUBLISHED and at - first <= 4


def _stamped(lines: list[Line], at: int) -> Evidence:
    byline = date = False
    while at < len(lines) and lines[at].kind in _STAMPS:
        if lines[at].kind is Kind.PUBLISHED:
            return Evidence.PUBLISHED
        if lines[at].kind is Kind.BYLINE:
            stated = stamps.byline(lines[at].text)
            byline = byline or stated is None or stated.author is not None
            date = date or (stated is not None and bool(stated.published or stated.day))
        else:
            date = True
        at += 1
    if byline and date:
        return Evidence.DATED_BYLINE
    return Evidence.BYLINE if byline else Evidence.DATE


def _is_strong(candidate: Opening, first: Opening, lines: list[Line], prose: _Prose) -> bool:
    if candidate.evidence in _STRONG:
        return prose.between(candidate.title, candidate.title + _SOON, any_length=True)
    alike = candidate.evidence is first.evidence and candidate.evidence in _STRONG_IF_ALIKE
    return alike and _is_long_enough(lines[candidate.title]) and not prose.between(0, first.start)


def _weak_is_enough(candidate: Opening, lines: list[Line]) -> bool:
    if candidate.evidence in (Evidence.NONE, Evidence.BYLINE_BELOW) or not _is_long_enough(lines[candidate.title]):
        return False
    if candidate.evidence is not Evidence.AFTER_END:
        return True
    return any(is_prose(line, _PROSE) for line in lines[candidate.title + 1 : candidate.title + 3])


def _is_long_enough(line: Line) -> bool:
    """Subheadings and names of commenters are short, headlines of pages with several articles seldom."""
    title = title_of(line.text)
    wide = sum(character > "\u2e7f" for character in title)
    return len(title.split()) >= 4 or len(title) + 2 * wide > 25


class _Prose:
    """The places of running text, for many questions about one page."""

    def __init__(self, lines: list[Line]) -> None:
        self._long = [at for at, line in enumerate(lines) if is_prose(line, _PROSE)]
        self._any = [at for at, line in enumerate(lines) if is_prose(line, 1)]

    def between(self, start: int, end: int, any_length: bool = False) -> bool:
        """Whether a paragraph of running text, long unless `any_length`, stands in `lines[start:end]`."""
        places = self._any if any_length else self._long
        at = bisect_left(places, start)
        return at < len(places) and places[at] < end


def _inside_comments(lines: list[Line], strong: set[int]) -> set[int]:
    """The places after "Leave a Reply" up to the next certain beginning."""
    inside, places = False, set()
    for at, line in enumerate(lines):
        inside = (inside or line.kind is Kind.COMMENTS) and at not in strong
        if inside:
            places.add(at)
    return places


def _closed_by_sources(lines: list[Line]) -> set[int]:
    """The places after the source lines of a page whose items all close with one; empty for any other page."""
    after = set()
    at = 0
    while at < len(lines):
        if lines[at].kind is not Kind.SOURCE:
            at += 1
            continue
        end = end_of_source(lines, at)
        if is_full_source(lines[at:end]) and (end == len(lines) or lines[end].kind is Kind.HEAD):
            after.add(end)
        at = end
    last = len(lines)
    while last and lines[last - 1].kind in (Kind.FURNITURE, Kind.COPYRIGHT, Kind.END, Kind.COMMENTS):
        last -= 1
    return after if len(after) > 1 and any(end >= last for end in after) else set()


def end_of_source(lines: list[Line], at: int) -> int:
    """The place after a source line, the numbered lines of its paragraph and the addresses below."""
    end = at + 1
    while end < len(lines) and (
        lines[end].kind is Kind.ADDRESS or (not lines[end].first and lines[end].number == lines[end - 1].number + 1)
    ):
        end += 1
    return end


def is_full_source(group: list[Line]) -> bool:
    """Whether a source line closes an item: it has an address, or a date with its month (a chart's has not)."""
    if any(line.kind is Kind.ADDRESS for line in group):
        return True
    stated = [stamps.source(line.text, continued=True) for line in group]
    return any(source and source.published and len(source.published) > 4 for source in stated)


def _with_head(lines: list[Line], candidates: list[Opening], accepted: list[Opening], prose: _Prose) -> list[Opening]:
    """Adds the article above the first accepted beginning: it has a headline at its top but no stamp."""
    first = accepted[0]
    if not prose.between(0, first.start):
        return accepted
    above = next((c for c in candidates if c.start < first.start and not prose.between(0, c.start)), None)
    if above is not None:
        return [above, *accepted]
    running = sum(len(line.text) for line in lines[: first.start])
    return accepted if running <= _PREAMBLE and len(accepted) > 1 else [Opening(0, -1, Evidence.NONE), *accepted]
