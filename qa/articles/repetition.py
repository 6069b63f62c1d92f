"""What a page repeats above or below its headlines: the strongest sign that it holds several articles.

The same stamp, dateline or rule at two or more headlines, each with enough running text before the next. Subheadings
carry none of these. Entries of a chronicle carry dates, but those run forward; those of a live report carry times.
"""

from __future__ import annotations

import re
from itertools import pairwise

from qa.articles import stamps
from qa.articles.candidates import Candidate, Mark, is_long_enough
from qa.articles.lines import Kind, Line, is_live, level_of
from qa.articles.mastheads import head_of, is_masthead
from qa.articles.prose import Prose

_REPEATED = (
    Mark.BYLINE,
    Mark.BYLINE_BELOW,
    Mark.DATE,
    Mark.DATE_ABOVE,
    Mark.DATELINE,
    Mark.AFTER_BAR,
    Mark.LABELLED,
    Mark.STAMP,
)
_DATES = (Mark.DATE, Mark.DATE_ABOVE, Mark.STAMP)
_OWN = frozenset(_REPEATED) - {Mark.AFTER_BAR, Mark.LABELLED} | {Mark.DATED_BYLINE, Mark.PUBLISHED, Mark.CLOSED_BEFORE}
_WIDE = 10  # characters of a rule that a site draws
_ENOUGH = 200  # characters of running text
_TIME = re.compile(r"(?<![.\d])\d{1,2}[:.h]\d{2}(?![.\d])")


def repeated(lines: list[Line], found: list[Candidate], prose: Prose) -> set[int]:
    """The headlines of articles, by their places, as far as repetition shows them; empty where it shows nothing."""
    if is_live(lines):
        return set()
    titles: set[int] = set()
    for mark in _REPEATED:
        members = [c for c in found if mark in c.marks and (mark not in _DATES or is_long_enough(lines[c.title]))]
        members = _of_article_size(members, prose, len(lines))
        if len(members) > 1 and _is_telling(mark, members, found, lines, prose):
            titles |= {c.title for c in members}
    return titles


def date_of(lines: list[Line], candidate: Candidate) -> str | None:
    """The date in the stamp above or below a headline."""
    for line in lines[candidate.start : candidate.stack[-1] + 6]:
        if line.kind is Kind.DATE:
            return stamps.stamped_date(line.bare)
        if line.kind is Kind.STAMP:
            return stamps.stated(line.bare).published
    return None


def _of_article_size(members: list[Candidate], prose: Prose, end: int) -> list[Candidate]:
    ends = [*(c.start for c in members[1:]), end][: len(members)]
    return [c for c, stop in zip(members, ends, strict=True) if prose.amount(c.title, stop) >= _ENOUGH]


def _is_telling(mark: Mark, members: list[Candidate], found: list[Candidate], lines: list[Line], prose: Prose) -> bool:
    first = members[0].start
    if mark is Mark.DATELINE:  # parts of a long report can have one, too
        sized = _of_article_size(found, prose, len(lines))
        above = min((c.title for c in found), default=first)
        differing = len({_dateline(lines, c) for c in members}) > 1
        return not prose.between(above, first, any_length=True) and len(members) * 2 > len(sized) and differing
    if mark in _DATES:
        return not prose.between(0, first) and not _is_chronicle(lines, members)
    if mark is Mark.LABELLED:
        if prose.between(0, first):
            return False
        return len(members) > 2 or 2 * len(members) >= len(_of_article_size(found, prose, len(lines)))
    if mark is Mark.AFTER_BAR:
        own = sum(bool(c.marks & _OWN) for c in members)
        levels = {level_of(lines[c.title]) for c in members}
        return len(levels) == 1 and (own > 1 or is_masthead(head_of(lines, found, prose)) or _is_double_ruled(lines))
    return True


def _dateline(lines: list[Line], candidate: Candidate) -> stamps.Dateline | None:
    text = next((line.text for line in lines[candidate.title + 1 :] if line.kind is Kind.TEXT), "")
    return stamps.dateline(text)


def _is_double_ruled(lines: list[Line]) -> bool:
    """Whether the rules are of "=====", or wide, which stands between texts rather than within one."""
    return (
        sum(
            line.kind is Kind.BAR and (line.text.strip().startswith("==") or len(line.text.strip()) >= _WIDE)
            for line in lines
        )
        > 1
    )


def _is_chronicle(lines: list[Line], members: list[Candidate]) -> bool:
    """Whether dates run forward, or entries of one day differ by the time alone."""
    stated = [date_of(lines, c) or "" for c in members]
    timed = [
        date_of(lines, c)
        for c in members
        if any(line.kind is Kind.DATE and _TIME.search(line.text) for line in lines[c.start : c.stack[-1] + 6])
    ]
    if any(a == b for a, b in pairwise(timed)):
        return True
    return any(a < b for a, b in pairwise(stated)) and not any(a > b for a, b in pairwise(stated))
