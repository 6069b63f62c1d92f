"""Where articles begin on a scraped page.

A headline-like line opens an article only on evidence. A "Published" stamp, or a byline with its date, is evidence by
itself. Everything else counts where the page repeats it, each time with enough running text before the next: stamps
below or above headlines, datelines, rules between a newsletter's items (`repetition`), or closing lines of one form
(`closings`). Weak evidence (a credited photograph, the end of an article before it) counts only on a page that has been
shown to hold several articles. Without evidence a page is one article, so that subheadings never cut one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from qa.articles import closings, repetition
from qa.articles.candidates import Candidate, Mark, candidates, is_label, is_long_enough, is_of_site
from qa.articles.lines import Kind, Line, is_prose, level_of, number_of
from qa.articles.mastheads import is_masthead, is_of_review
from qa.articles.prose import LONG, Prose

_STAMPS = (Kind.BYLINE, Kind.DATE, Kind.FIELD, Kind.PUBLISHED, Kind.UPDATED, Kind.STAMP)
_CERTAIN = frozenset((Mark.PUBLISHED, Mark.DATED_BYLINE))
_BYLINES = frozenset((Mark.BYLINE, Mark.DATED_BYLINE, Mark.BYLINE_BELOW, Mark.PUBLISHED))
_NEVER_ALONE = frozenset((Mark.LABELLED, Mark.AFTER_BAR, Mark.AFTER_END, Mark.BYLINE_BELOW))
_ABOVE = frozenset((Mark.DATE_ABOVE, Mark.AFTER_BAR, Mark.CLOSED_BEFORE))
_SOON = 25  # lines after a headline within which running text begins
_PREAMBLE = 600  # running text without a headline above the first article, up to this length, is the site's


def openings(lines: list[Line]) -> list[Candidate]:
    """The beginnings of the articles in reading order; empty where the page is one article (or none)."""
    prose = Prose(lines)
    found = _of_one_level(lines, closings.marked(lines, candidates(lines), prose))
    told = repetition.repeated(lines, found, prose) | _counted_through(lines, found, prose)
    below = [*(c.start for c in found[1:]), len(lines)]
    strong = {c.title for c, end in zip(found, below, strict=False) if c.title in told or _is_certain(c, end, prose)}
    if not any(c.title in strong and prose.between(0, c.start) for c in found) and len(told) < 2:
        return []
    in_comments = _inside_comments(lines, strong)
    ended = any(Mark.AFTER_END in c.marks for c in found if c.title in strong)
    accepted: list[Candidate] = []
    for candidate in found:
        weak = candidate.title not in in_comments and _weak_is_enough(candidate, lines, ended)
        if candidate.title not in strong and not weak:
            continue
        if not accepted or prose.between(_body(lines, accepted[-1]), candidate.start, any_length=True):
            accepted.append(candidate)
        elif candidate.title in strong and accepted[-1].title not in strong:
            accepted[-1] = candidate
    whole = _counted(lines, found, _with_head(lines, found, accepted, prose))
    return _titled_alike(lines, _without_preamble(lines, whole, prose))


def first_title(lines: list[Line]) -> Candidate | None:
    """The headline of a page that is one article: the first that is stamped, else the first headline-like line if no
    running text stands before it.
    """
    found = candidates(lines)
    stamped = _first_stamped(lines, found)
    if stamped is not None:
        return stamped
    for at, line in enumerate(lines):
        if line.kind is Kind.HEAD:
            stacked = next(c for c in found if at in c.stack)
            furnished = any(other.kind is Kind.FURNITURE for other in lines[:at])
            if furnished and not is_long_enough(lines[stacked.title]):
                stacked = _first_long(lines, found, at) or stacked
            return stacked if furnished else replace(stacked, start=at, title=at, marks=frozenset())
        if line.kind in (Kind.TEXT, Kind.CAPTION, Kind.TEASER, Kind.LIST, Kind.AGO):
            return None
    return None


def begins_thread(lines: list[Line], at: int) -> bool:
    """Whether a commenter's line begins readers' comments: one alone may be quoted in an article."""
    below = [line.kind for line in lines[at + 1 : at + 12] if line.kind is not Kind.DATE]
    return below[:1] == [Kind.TEXT] and Kind.COMMENTER in below


def _first_long(lines: list[Line], found: list[Candidate], at: int) -> Candidate | None:
    """The first headline of the usual length below the site's own lines, if no running text stands before it."""
    prose = Prose(lines)
    above = (c for c in found if c.start >= at and not prose.amount(0, c.start))
    return next((c for c in above if is_long_enough(lines[c.title])), None)


def _first_stamped(lines: list[Line], found: list[Candidate]) -> Candidate | None:
    prose = Prose(lines)
    in_comments = _inside_comments(lines, set())
    for candidate in found:
        above = prose.amount(0, candidate.start)
        if prose.between(0, candidate.start) or above > _PREAMBLE // 2 or candidate.title in in_comments:
            return None
        dated = Mark.DATE in candidate.marks and is_long_enough(lines[candidate.title])
        soon = prose.between(candidate.title, candidate.title + _SOON, any_length=True)
        if soon and (dated or candidate.marks & _BYLINES):
            return candidate
    return None


def _of_one_level(lines: list[Line], found: list[Candidate]) -> list[Candidate]:
    """Where headlines of articles are Markdown headings, lines that are none, or deeper ones, are no headlines."""
    stamped = [level_of(lines[c.title]) for c in found if c.marks & (_BYLINES | {Mark.DATE, Mark.DATE_ABOVE})]
    levels = [level for level in stamped if level]
    if len(levels) < 2:
        return found
    return [c for c in found if 0 < level_of(lines[c.title]) <= max(levels)]


def _is_certain(candidate: Candidate, end: int, prose: Prose) -> bool:
    """Whether its marks are evidence by themselves; `end`: where the next headline stands."""
    if candidate.marks & _CERTAIN:
        return prose.between(candidate.title, candidate.title + _SOON, any_length=True)
    return Mark.CLOSED_BEFORE in candidate.marks and prose.amount(candidate.title, end) >= LONG


def _body(lines: list[Line], opening: Candidate) -> int:
    """The place after the "Published" stamp of an opening, or after its title where it has none."""
    if Mark.PUBLISHED not in opening.marks:
        return opening.title + 1
    at = next(n for n in range(opening.title, len(lines)) if lines[n].kind is Kind.PUBLISHED)
    while at < len(lines) and lines[at].kind in _STAMPS:
        at += 1
    return at


def _weak_is_enough(candidate: Candidate, lines: list[Line], ended: bool) -> bool:
    """`ended`: other articles of the page begin after the end of one, too."""
    if not is_long_enough(lines[candidate.title]):
        return False
    if candidate.marks - _NEVER_ALONE:
        return True
    following = lines[candidate.title + 1 : candidate.title + 3]
    return ended and Mark.AFTER_END in candidate.marks and any(is_prose(line, LONG) for line in following)


def _inside_comments(lines: list[Line], strong: set[int]) -> set[int]:
    """The places after "Leave a Reply", or from the first of several comments on, up to the next certain beginning."""
    inside, places = False, set()
    for at, line in enumerate(lines):
        begins = line.kind is Kind.COMMENTS or (line.kind is Kind.COMMENTER and begins_thread(lines, at))
        inside = (inside or begins) and at not in strong
        if inside:
            places.add(at)
    return places


def _titled_alike(lines: list[Line], accepted: list[Candidate]) -> list[Candidate]:
    """Headlines stand where nearly all articles of the page have them, counted from below: above the first one the
    site's own name can stand, above another what the article before it ends with.
    """
    alike = []
    for number, candidate in enumerate(accepted):
        others = [c for c in accepted[:number] + accepted[number + 1 :] if c.title in c.stack]
        places = Counter(len(c.stack) - c.stack.index(c.title) for c in others)
        place, count = places.most_common(1)[0] if places else (len(candidate.stack), 0)
        sure = number == 0 or (count > 1 and 3 * count >= 2 * len(others))
        bounded = bool(candidate.marks & _ABOVE)  # nothing of another article stands in its stack
        bounded = bounded or (_is_labelled(lines, candidate) and all(_is_labelled(lines, c) for c in others))
        alike.append(_titled_at(lines, candidate, place) if sure and not bounded else candidate)
    return alike


def _is_labelled(lines: list[Line], candidate: Candidate) -> bool:
    at = candidate.stack.index(candidate.title) if candidate.title in candidate.stack else 0
    return at > 0 and is_label(lines[candidate.stack[at - 1]])


def _titled_at(lines: list[Line], candidate: Candidate, place: int) -> Candidate:
    """The candidate with the headline at this place of its stack, counted from below, if it has more above."""
    if candidate.title not in candidate.stack or len(candidate.stack) - candidate.stack.index(candidate.title) <= place:
        return candidate
    title, above = candidate.stack[-place], candidate.stack[-place - 1]
    label = above if is_label(lines[above]) else title
    start = candidate.start if candidate.start < candidate.stack[0] else label
    return replace(candidate, start=start, title=title)


def _counted_through(lines: list[Line], found: list[Candidate], prose: Prose) -> set[int]:
    """The headlines that a page with the name of a site above counts through: 1, 2, 3, each with its text."""
    numbers = [(c, number) for c in found if (number := number_of(lines[c.title].text))]
    whole = len(numbers) > 2 and [number for _, number in numbers] == list(range(1, len(numbers) + 1))
    if not whole or prose.between(0, numbers[0][0].title):
        return set()
    above = lines[: numbers[0][0].title]
    ends = [*(c.start for c, _ in numbers[1:]), len(lines)]
    sized = all(prose.amount(c.title, end) >= LONG for (c, _), end in zip(numbers, ends, strict=True))
    named = any(is_of_review(line) for line in above)
    return {c.title for c, _ in numbers} if sized and named else set()


def _counted(lines: list[Line], found: list[Candidate], accepted: list[Candidate]) -> list[Candidate]:
    """Where most of the articles are counted through, so are those that had no other mark, and what stands above
    number one is the page's own.
    """
    numbers = {c.title: number for c in found if c.title >= 0 and (number := number_of(lines[c.title].text))}
    known = {c.title for c in accepted}
    counted = [numbers[title] for title in sorted(known) if title in numbers]
    rising = len(counted) > 1 and all(a < b for a, b in pairwise(counted))
    if not rising or 3 * len(counted) < 2 * len(accepted):
        return accepted
    missing = set(range(1, max(counted) + 1)) - set(counted)
    every = [c for c in found if c.title in known or numbers.get(c.title) in missing]
    first = next((n for n, c in enumerate(every) if numbers.get(c.title) == 1), 0)
    return every[first:] or accepted


def _without_preamble(lines: list[Line], accepted: list[Candidate], prose: Prose) -> list[Candidate]:
    if len(accepted) > 2 and accepted[0].title >= 0 and _is_preamble(lines, accepted[0], accepted[1].start, prose):
        return accepted[1:]
    return accepted


def _is_preamble(lines: list[Line], candidate: Candidate, end: int, prose: Prose) -> bool:
    """Whether a headline near the top is the page's own: its name, menu or issue, with no more than a line of text."""
    own = (lines[candidate.title], lines[candidate.stack[-1]] if candidate.stack else lines[candidate.title])
    return (
        any(is_of_review(line) or is_of_site(line) for line in own)
        and prose.amount(candidate.title, end) <= _PREAMBLE // 2
    )


def _with_head(lines: list[Line], found: list[Candidate], accepted: list[Candidate], prose: Prose) -> list[Candidate]:
    """Adds the article above the first accepted beginning: it has a headline at its top but no stamp."""
    first = accepted[0]
    if not prose.between(0, first.start):
        return accepted
    above = [c for c in found if c.start < first.start and prose.amount(0, c.start) <= _PREAMBLE // 2]
    ends = [*(c.start for c in above[1:]), first.start][: len(above)]
    titled = [
        c
        for c, end in zip(above, ends, strict=True)
        if not is_masthead(lines[c.title : end][:3]) and not _is_preamble(lines, c, end, prose)
    ]
    if titled:
        return [titled[0], *accepted]
    short = prose.amount(0, first.start) <= _PREAMBLE
    return accepted if above or short else [Candidate(0, -1, (), frozenset()), *accepted]
