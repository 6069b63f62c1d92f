"""Splits a scraped text page into its articles: each whole, alone, and without the site's furniture.

Every paragraph of an article stands on the page, character for character; only paragraphs are left out or set apart.
Title, author, publisher and dates are what the page states beside the article. What it does not state stays None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from qa.articles import dates, furniture, patterns, stamps
from qa.articles.afterwords import is_self_description, read_closing, read_closing_line, read_source
from qa.articles.candidates import STAMPED, Candidate, Mark
from qa.articles.closings import end_of_source, is_full_source, is_signature
from qa.articles.draft import Draft
from qa.articles.items import Item
from qa.articles.lines import Kind, Line, is_live, is_prose, number_of, read, title_of, without_number
from qa.articles.mastheads import Masthead, masthead
from qa.articles.openings import begins_thread, first_title, openings
from qa.articles.prose import LONG

_LONGEST_OPENING = 16  # lines between a headline and the running text
_LONGEST_STANDFIRST = 500
_LONGEST_ABOUT = 3  # paragraphs about an author
_ENTRIES = 3  # dates that make a chronicle
_IN_NUMBERS = re.compile(r"\b\d{1,2}[./]\d{1,2}[./]\d{4}\b")
_STAMPS = (Kind.BYLINE, Kind.DATE, Kind.PUBLISHED, Kind.UPDATED, Kind.STAMP)
_NEVER_TEXT = (
    Kind.FURNITURE,
    Kind.TAIL,
    Kind.PUBLISHED,
    Kind.UPDATED,
    Kind.AGO,
    Kind.ORIGIN,
    Kind.COPYRIGHT,
    Kind.END,
    Kind.LIST,
    Kind.COMMENTS,
)
_LISTED = (Kind.HEAD, Kind.TEASER, Kind.AGO, Kind.FURNITURE, Kind.ADDRESS, Kind.LIST, Kind.END, Kind.DATE)


@dataclass(frozen=True, slots=True)
class _Page:
    """What the whole page tells of the dates of each article: the year, and dates in numbers as they are written."""

    year: int | None
    written: tuple[str, ...]


def split(text: str) -> list[Item]:
    """The articles on a page of plain text, in reading order; none where it holds only furniture and teasers.

    Never raises: a page without evidence of several articles is one article.
    """
    lines = read(text)
    patterns.settle(lines)
    begins = openings(lines)
    if not begins:
        return _single([line for line in lines if line.kind is not Kind.TIME] if is_live(lines) else lines)
    site = masthead(lines, max(begins[0].title, begins[0].start))
    page = _Page(int(site.issued[:4]) if site.issued else _year_of_page(lines), _written_dates(lines))
    blocks = [lines[a.start : b.start] for a, b in pairwise(begins)] + [lines[begins[-1].start :]]
    if _is_foot(begins, blocks):
        blocks[-1] = []
    drafts = []
    for number, (begin, block) in enumerate(zip(begins, _closed(begins, blocks), strict=True), 1):
        if not block:
            continue
        draft = _draft(block, begin.title - begin.start, page, footer=number == len(begins))
        if any(is_prose(line, 1) for line in draft.kept):
            _note_site(draft, site)
            drafts.append(draft)
    _without_numbers(drafts)
    return [draft.item() for draft in drafts]


def _single(lines: list[Line]) -> list[Item]:
    for line in lines:
        if line.kind is Kind.TAIL:
            line.kind = Kind.TEXT
    begin = first_title(lines)
    page = _Page(_year_of_page(lines), _written_dates(lines))
    if begin is None:
        draft = _draft(lines, -1, page, footer=True)
    else:
        draft = _draft(lines[begin.start :], begin.title - begin.start, page, footer=True)
        if not begin.marks:  # what stands above the title, unless it is a label, is text
            draft.kept = [line for line in lines[: begin.title] if line.kind in (Kind.TEXT, Kind.CAPTION)] + draft.kept
    _note_site(draft, masthead(lines, begin.start if begin else 0))
    for line in lines:
        if line.kind is Kind.COPYRIGHT and (stated := stamps.copyright_of(line.bare)):
            draft.publisher = draft.publisher or stated[0]
    if not draft.kept:
        if any(line.kind in (Kind.AGO, Kind.LIST, Kind.TEASER) for line in lines):
            return []
        draft.kept = [line for line in lines if line.kind not in _NEVER_TEXT]
    return [draft.item()] if draft.kept else []


def _closed(begins: list[Candidate], blocks: list[list[Line]]) -> list[list[Line]]:
    """The articles without what stands below their ends, where the page's articles end with a rule, a signature or a
    source line.
    """
    if sum(Mark.AFTER_BAR in begin.marks for begin in begins) * 2 > len(begins):
        blocks = [_until(block, [n for n, line in enumerate(block) if line.kind is Kind.BAR]) for block in blocks]
    signed = [[n + 1 for n in range(len(block)) if is_signature(block, n)] for block in blocks]
    sourced = [_source_ends(block) for block in blocks]
    closed = [[n for n in range(1, len(block) + 1) if block[n - 1].kind is Kind.CLOSING] for block in blocks]
    for ends in (signed, sourced, closed):
        if sum(map(bool, ends)) > 1:
            blocks = [_until(block, places) for block, places in zip(blocks, ends, strict=True)]
    return blocks


def _is_foot(begins: list[Candidate], blocks: list[list[Line]]) -> bool:
    """Whether the last of three blocks or more is the site's: it has no stamp, unlike the articles, and little text."""
    if len(blocks) < 3:
        return False
    amounts = [sum(len(line.text) for line in block if is_prose(line)) for block in blocks]
    usual = sorted(amounts[:-1])[(len(amounts) - 1) // 2]
    return 4 * amounts[-1] < usual and not begins[-1].marks & STAMPED


def _until(block: list[Line], places: list[int]) -> list[Line]:
    """The lines up to the first of the places that has running text before it."""
    begun = next((n for n, line in enumerate(block) if is_prose(line, LONG)), len(block))
    return block[: next((place for place in places if place > begun), len(block))]


def _source_ends(block: list[Line]) -> list[int]:
    ends = [(n, end_of_source(block, n)) for n, line in enumerate(block) if line.kind is Kind.SOURCE]
    return [end for start, end in ends if is_full_source(block[start:end])]


def _draft(lines: list[Line], title: int, page: _Page, footer: bool) -> Draft:
    """Puts one article together from its lines; `title` is the place of its headline, -1 for none."""
    year = page.year
    draft = Draft(title_of(lines[title].text) if title >= 0 else "")
    body = lines[title + 1 :]
    body = body[_read_opening(draft, body, year) :]
    _read_above(draft, lines[: max(title, 0)], year)
    end = _end(body)
    _read_notices(draft, body, end)
    draft.kept = [*draft.kept, *_without_lists(body[:end])]
    read_closing_line(draft, page.written)
    read_source(draft, _NEVER_TEXT)
    draft.kept = [line for line in draft.kept if line.kind not in _NEVER_TEXT]
    read_closing(draft, framed=not footer or _is_framed(body))
    _read_dates(draft, year)
    _note_copyright(draft, body, end, footer)
    _read_about(draft, body, end)
    return draft


def _read_above(draft: Draft, above: list[Line], year: int | None) -> None:
    """Reads the stamps above a headline."""
    for line in above:
        if line.kind is Kind.DATE:
            draft.note_date(stamps.stamped_date(line.bare), "dateline")
        elif line.kind is Kind.FIELD:
            draft.note_date(stamps.field_date(line.bare), "dateline")
        elif line.kind is Kind.BYLINE:
            _note_byline(draft, line, year)


def _read_opening(draft: Draft, body: list[Line], year: int | None) -> int:
    """Reads the stamps between headline and running text and returns how many lines they take.

    Subtitles, standfirst, captions and header fields among them are text.
    """
    stamped = _stamps_end(body)
    for line in body[:stamped]:
        if line.kind is Kind.DATE:
            draft.note_date(stamps.stamped_date(line.bare), "dateline")
            draft.author = draft.author or stamps.stated(line.bare).author
        elif line.kind is Kind.BYLINE:
            _note_byline(draft, line, year)
        elif line.kind is Kind.STAMP:
            draft.note_byline(stamps.stated(line.bare), year)
        elif line.kind not in (Kind.PUBLISHED, Kind.UNDERLINE, Kind.UPDATED):
            draft.kept.append(line)
    for line in body[:stamped]:
        if line.kind is Kind.UPDATED:
            draft.updated = draft.updated or stamps.updated(line.bare, draft.published)
    return stamped or int(bool(body) and body[0].kind is Kind.UNDERLINE)


def _stamps_end(body: list[Line]) -> int:
    """The place after the last stamp above the running text; a standfirst may stand before a byline or "Published"."""
    end = running = 0
    dated = sum(line.kind is Kind.DATE and line.first for line in body[: _end(body)]) >= _ENTRIES
    for at, line in enumerate(body[:_LONGEST_OPENING]):
        if line.kind in _STAMPS:
            if line.kind is Kind.DATE and (dated or (running and body[at - 1].kind not in _STAMPS)):
                break  # a date between paragraphs, or above each entry, belongs to the text
            end, running = at + 1, 0 if line.kind is Kind.PUBLISHED else running
        elif line.kind in (Kind.TEXT, Kind.CAPTION, Kind.TEASER) and is_prose(line):
            running += 1
            if running > 1 or len(line.text) > _LONGEST_STANDFIRST:
                break
        elif line.kind in (Kind.SOURCE, Kind.LIST, Kind.AGO, Kind.COMMENTS, Kind.END, Kind.COPYRIGHT):
            break
    return end


def _note_byline(draft: Draft, line: Line, year: int | None) -> None:
    stated = stamps.byline(line.bare)
    if stated is None:  # the name alone, below a "By"
        draft.author = draft.author or stamps.people(line.bare) or line.text.strip()
    else:
        draft.note_byline(stated, year)


def _read_dates(draft: Draft, year: int | None) -> None:
    """The dates that stand in the text: of its dateline, its header fields, its corrections."""
    first = next((line for line in draft.kept if is_prose(line)), None)
    stated = stamps.dateline(first.text) if first and first.kind is Kind.TEXT else None
    if stated:
        draft.note_date(stated.published, "dateline")
        if stated.day and year:
            draft.note_date(dates.iso(year, *stated.day), "dateline")
    for line in draft.kept:
        if line.kind is Kind.FIELD:
            draft.note_date(stamps.field_date(line.bare), "dateline")
    corrections = sorted(
        filter(None, (stamps.correction_date(line.bare) for line in draft.kept if line.kind is Kind.CORRECTION))
    )
    # A correction in January may be of last year's article.
    if corrections and not corrections[0][4:].startswith("-01"):
        draft.note_date(corrections[0][:4], "correction line")


def _end(body: list[Line]) -> int:
    """Where the article is over: at the readers' comments, or at a "Continue Reading" with no running text after it."""
    begun = next((at for at, line in enumerate(body) if is_prose(line)), 0)
    end = next((at for at in range(begun, len(body)) if _closes(body, at)), len(body))
    running = end - 1
    while running >= 0 and not (is_prose(body[running], 120) and not is_self_description(body[running], None)):
        running -= 1
    return next((at for at in range(running + 1, end) if body[at].kind is Kind.END), end)


def _closes(body: list[Line], at: int) -> bool:
    kind = body[at].kind
    if kind is Kind.COMMENTER:
        return begins_thread(body, at)
    if furniture.ENDS.fullmatch(body[at].bare) if kind is Kind.FURNITURE else False:
        return True
    return kind is Kind.COMMENTS or (kind is Kind.ABOUT and _is_about_author(body, at))


def _is_about_author(body: list[Line], at: int) -> bool:
    following = body[at + 1 : at + 5]
    named = re.match(r"(?i)about (?:the )?author", title_of(body[at].text)) is not None
    prose = sum(is_prose(other) for other in body[at + 1 :][:200])
    return (
        prose <= _LONGEST_ABOUT if named else any(other.kind in (Kind.FURNITURE, Kind.COMMENTS) for other in following)
    )


def _is_framed(body: list[Line]) -> bool:
    """Whether lines of the site stand below the last running text."""
    last = max((at for at, line in enumerate(body) if is_prose(line)), default=0)
    return any(line.kind in _NEVER_TEXT for line in body[last:])


def _read_about(draft: Draft, body: list[Line], end: int) -> None:
    """The paragraphs below "About the author" are notes."""
    if end < len(body) and body[end].kind is Kind.ABOUT:
        for line in body[end + 1 : end + 1 + _LONGEST_ABOUT]:
            if not is_prose(line, 1):
                break
            draft.notes.append(line)


def _without_lists(body: list[Line]) -> list[Line]:
    """The lines without "Latest" and "10 mins ago" boxes and the headlines and teasers in them."""
    kept: list[Line] = []
    listed = False
    for at, line in enumerate(body):
        if line.kind in (Kind.LIST, Kind.AGO):
            listed = True
        elif listed and _is_off_list(line):
            listed = False
        if not listed and not _is_teaser_of_list(body, at):
            kept.append(line)
    return kept


def _is_off_list(line: Line) -> bool:
    """Whether a line is no longer of the list above it: text in a paragraph of its own."""
    worded = any(map(str.isalpha, line.text[: stamps.LOOKED_AT]))
    return line.kind not in _LISTED and worded and (line.first or is_prose(line, LONG))


def _is_teaser_of_list(body: list[Line], at: int) -> bool:
    """One of three or more headlines in a row, each with a text that breaks off."""
    start = at - (body[at].kind is Kind.TEASER)
    if start < 0 or body[start].kind is not Kind.HEAD:
        return False
    kinds = [line.kind for line in body[max(start - 4, 0) : start + 6]]
    pairs = sum(kinds[n : n + 2] == [Kind.HEAD, Kind.TEASER] for n in range(len(kinds)))
    return pairs > 2 and start + 1 < len(body) and body[start + 1].kind is Kind.TEASER


def _read_notices(draft: Draft, body: list[Line], end: int) -> None:
    """Whose text it is, by the lines that say so; those just after the end count too."""
    for line in body[: end + 2]:
        if line.kind is Kind.ORIGIN:
            draft.publisher = draft.publisher or stamps.origin(line.bare)


def _note_copyright(draft: Draft, body: list[Line], end: int, footer: bool) -> None:
    """The copyright line of an article dates it; that of a whole site, at the foot of the page, does not."""
    for at, line in enumerate(body[:end]):
        stated = stamps.copyright_of(line.bare) if line.kind is Kind.COPYRIGHT else None
        if stated:
            draft.publisher = draft.publisher or stated[0]
            if not footer or (at + 1 < len(body) and body[at + 1].kind is Kind.END):
                draft.note_date(stated[1], "copyright line")


def _note_site(draft: Draft, site: Masthead) -> None:
    draft.publisher = draft.publisher or site.publisher
    draft.note_date(site.issued, "dateline")


def _without_numbers(drafts: list[Draft]) -> None:
    """Takes the numbers off headlines that are counted through: "1. The wheat", "2. The price of eggs"."""
    numbers = [number_of(draft.title) for draft in drafts]
    counted = [number for number in numbers if number]
    if len(drafts) > 1 and len(counted) == len(drafts) and len({b - a for a, b in pairwise(counted)} | {1, -1}) == 2:
        for draft in drafts:
            draft.title = without_number(draft.title)


def _written_dates(lines: list[Line]) -> tuple[str, ...]:
    stamped = (line.bare for line in lines if line.kind in (Kind.SOURCE, Kind.CLOSING, Kind.DATE, Kind.STAMP))
    return tuple(found for words in stamped for found in _IN_NUMBERS.findall(words))


def _year_of_page(lines: list[Line]) -> int | None:
    """The year on which all dated stamps of the page agree, else None."""
    years = set()
    for line in lines:
        stated: str | None = None
        if line.kind is Kind.CORRECTION:
            stated = stamps.correction_date(line.bare)
        elif line.kind is Kind.SOURCE and (source := stamps.source(line.bare)):
            stated = source.published
        elif line.kind is Kind.BYLINE and (byline := stamps.byline(line.bare)):
            stated = byline.published
        elif line.kind is Kind.FIELD:
            stated = stamps.field_date(line.bare)
        if stated:
            years.add(int(stated[:4]))
    return years.pop() if len(years) == 1 else None
