"""Splits a scraped text page into its articles: each whole, alone, and without the site's furniture.

Every paragraph of an article stands on the page, character for character; only paragraphs are left out or set apart.
Title, author, publisher and date are what the page states beside the article. What it does not state stays None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qa.articles import dates, furniture, stamps
from qa.articles.items import Item
from qa.articles.lines import Kind, Line, is_prose, read, title_of
from qa.articles.openings import Evidence, end_of_source, first_title, is_full_source, openings
from qa.schema import About

_LONGEST_TITLE = 200
_LONGEST_OPENING = 16  # lines between a headline and the running text
_LONGEST_STANDFIRST = 500
_LONGEST_ABOUT = 3  # paragraphs about an author
_STAMPS = (Kind.BYLINE, Kind.DATE, Kind.PUBLISHED)
_NEVER_TEXT = (
    Kind.FURNITURE,
    Kind.PUBLISHED,
    Kind.AGO,
    Kind.BAR,
    Kind.ORIGIN,
    Kind.COPYRIGHT,
    Kind.END,
    Kind.LIST,
    Kind.COMMENTS,
)
_LISTED = (Kind.HEAD, Kind.TEASER, Kind.AGO, Kind.FURNITURE, Kind.ADDRESS, Kind.LIST, Kind.END, Kind.DATE)


@dataclass(slots=True)
class _Draft:
    """An article while it is put together; of two statements the first that is noted wins."""

    title: str = ""
    kept: list[Line] = field(default_factory=list)
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    dated_by: str = "unknown"
    about: About | None = None

    def note_date(self, date: str | None, dated_by: str) -> None:
        if date and not self.published:
            self.published, self.dated_by = date, dated_by


def split(text: str) -> list[Item]:
    """The articles on a page of plain text, in reading order; none where it holds only furniture and teasers.

    Never raises: a page without evidence of several articles is one article.
    """
    lines = read(text)
    begins = openings(lines)
    if not begins:
        return _single(lines)
    year = _year_of_page(lines)
    head = lines[: begins[0].start]
    items = []
    for begin, end in zip(begins, [*(b.start for b in begins[1:]), len(lines)], strict=True):
        draft = _draft(lines[begin.start : end], begin.title - begin.start, year, footer=end == len(lines))
        if begin.evidence is Evidence.AFTER_BAR:
            _note_masthead(draft, head)
        if any(is_prose(line, 1) for line in draft.kept):
            items.append(_item(draft))
    return items


def _single(lines: list[Line]) -> list[Item]:
    begin = first_title(lines)
    draft = _draft(lines[begin.title :] if begin else lines, 0 if begin else -1, _year_of_page(lines), footer=True)
    if begin:  # what stands above the title, unless it is a label, is text
        above = [line for line in lines[: begin.title] if line.kind in (Kind.TEXT, Kind.CAPTION)]
        draft.kept = above + draft.kept
    for line in lines:
        if line.kind is Kind.COPYRIGHT and (stated := stamps.copyright_of(line.text.strip())):
            draft.publisher = draft.publisher or stated[0]
    if not draft.kept:
        if any(line.kind in (Kind.AGO, Kind.LIST, Kind.TEASER) for line in lines):
            return []
        draft.kept = [line for line in lines if line.kind not in _NEVER_TEXT]
    return [_item(draft)] if draft.kept else []


def _item(draft: _Draft) -> Item:
    title = draft.title or _shortened(draft.kept[0].text.strip())
    return Item(title, _joined(draft.kept), draft.publisher, draft.author, draft.published, draft.dated_by, draft.about)


def _shortened(line: str) -> str:
    line = title_of(line) or line
    return line if len(line) <= _LONGEST_TITLE else line[: line.rfind(" ", 80, _LONGEST_TITLE)] + "…"


def _joined(kept: list[Line]) -> str:
    """Paragraphs with a blank line between; a paragraph out of which a line was taken falls into two."""
    text = ""
    for at, line in enumerate(kept):
        joined = at and line.number == kept[at - 1].number + 1 and not line.first
        text += ("\n" if joined else "\n\n" if at else "") + line.text
    return text.strip()


def _draft(lines: list[Line], title: int, year: int | None, footer: bool) -> _Draft:
    """Puts one article together from its lines; `title` is the place of its headline, -1 for none."""
    draft = _Draft(title_of(lines[title].text) if title >= 0 else "")
    body = lines[title + 1 :]
    body = body[_read_opening(draft, body, year) :]
    end = _end(body)
    _read_notices(draft, body, end)
    draft.kept = [*draft.kept, *_without_lists(body[:end])]
    _read_source(draft)
    draft.kept = [line for line in draft.kept if line.kind not in _NEVER_TEXT]
    _read_closing(draft, year)
    for line in draft.kept:
        if line.kind is Kind.FIELD:
            draft.note_date(stamps.field_date(line.text.strip()), "dateline")
    corrections = sorted(
        filter(None, (stamps.correction_date(line.text.strip()) for line in draft.kept if line.kind is Kind.CORRECTION))
    )
    if corrections and not corrections[0][4:].startswith(
        "-01"
    ):  # a correction in January may be of last year's article
        draft.note_date(corrections[0][:4], "correction line")
    _note_copyright(draft, body, end, footer)
    return draft


def _read_opening(draft: _Draft, body: list[Line], year: int | None) -> int:
    """Reads the stamps between headline and running text and returns how many lines they take.

    Subtitles, standfirst, captions and header fields among them are text.
    """
    stamped = _stamps_end(body)
    for line in body[:stamped]:
        if line.kind is Kind.DATE:
            draft.note_date(dates.parse_plainly(line.text), "dateline")
        elif line.kind is Kind.BYLINE:
            _note_byline(draft, line, year)
        elif line.kind not in (Kind.PUBLISHED, Kind.UNDERLINE):
            draft.kept.append(line)
    return stamped or int(bool(body) and body[0].kind is Kind.UNDERLINE)


def _stamps_end(body: list[Line]) -> int:
    """The place after the last stamp above the running text; a standfirst may stand before a byline or "Published"."""
    end = running = 0
    for at, line in enumerate(body[:_LONGEST_OPENING]):
        if line.kind in _STAMPS:
            if line.kind is Kind.DATE and running and body[at - 1].kind not in _STAMPS:
                break  # a date between paragraphs belongs to the text
            end, running = at + 1, 0 if line.kind is Kind.PUBLISHED else running
        elif line.kind in (Kind.TEXT, Kind.CAPTION, Kind.TEASER) and is_prose(line):
            running += 1
            if running > 1 or len(line.text) > _LONGEST_STANDFIRST:
                break
        elif line.kind in (Kind.SOURCE, Kind.LIST, Kind.AGO, Kind.COMMENTS, Kind.END, Kind.COPYRIGHT):
            break
    return end


def _note_byline(draft: _Draft, line: Line, year: int | None) -> None:
    stated = stamps.byline(line.text)
    if stated is None:  # the name alone, below a "By"
        draft.author = draft.author or line.text.strip()
        return
    draft.author = draft.author or stated.author
    draft.note_date(stated.published, "byline" if stated.author else "dateline")
    if stated.day and year:
        draft.note_date(dates.iso(year, *stated.day), "byline")


def _end(body: list[Line]) -> int:
    """Where the article is over: at the readers' comments, or at a "Continue Reading" with no running text after it."""
    begun = next((at for at, line in enumerate(body) if is_prose(line)), 0)
    end = next((at for at in range(begun, len(body)) if _closes(body, at)), len(body))
    running = end - 1
    while running >= 0 and not (is_prose(body[running], 120) and not _is_self_description(body[running], None)):
        running -= 1
    return next((at for at in range(running + 1, end) if body[at].kind is Kind.END), end)


def _closes(body: list[Line], at: int) -> bool:
    return body[at].kind is Kind.COMMENTS or (body[at].kind is Kind.ABOUT and _is_about_author(body, at))


def _is_about_author(body: list[Line], at: int) -> bool:
    following = body[at + 1 : at + 5]
    named = re.match(r"(?i)about (?:the )?author", body[at].text.strip()) is not None
    prose = sum(is_prose(other) for other in body[at + 1 :][:200])
    return (
        prose <= _LONGEST_ABOUT if named else any(other.kind in (Kind.FURNITURE, Kind.COMMENTS) for other in following)
    )


def _without_lists(body: list[Line]) -> list[Line]:
    """The lines without "Latest" and "10 mins ago" boxes and the headlines and teasers in them."""
    kept: list[Line] = []
    listed = False
    for at, line in enumerate(body):
        if line.kind in (Kind.LIST, Kind.AGO):
            listed = True
        elif listed and line.kind not in _LISTED:
            listed = False
        if not listed and not _is_teaser_of_list(body, at):
            kept.append(line)
    return kept


def _is_teaser_of_list(body: list[Line], at: int) -> bool:
    """One of three or more headlines in a row, each with a text that breaks off."""
    start = at - (body[at].kind is Kind.TEASER)
    if start < 0 or body[start].kind is not Kind.HEAD:
        return False
    kinds = [line.kind for line in body[max(start - 4, 0) : start + 6]]
    pairs = sum(kinds[n : n + 2] == [Kind.HEAD, Kind.TEASER] for n in range(len(kinds)))
    return pairs > 2 and start + 1 < len(body) and body[start + 1].kind is Kind.TEASER


def _read_notices(draft: _Draft, body: list[Line], end: int) -> None:
    """Whose text it is, by the lines that say so; those just after the end count too."""
    for line in body[: end + 2]:
        if line.kind is Kind.ORIGIN:
            draft.publisher = draft.publisher or stamps.origin(line.text.strip())


def _note_copyright(draft: _Draft, body: list[Line], end: int, footer: bool) -> None:
    """The copyright line of an article dates it; that of a whole site, at the foot of the page, does not."""
    for at, line in enumerate(body[:end]):
        stated = stamps.copyright_of(line.text.strip()) if line.kind is Kind.COPYRIGHT else None
        if stated:
            draft.publisher = draft.publisher or stated[0]
            if not footer or (at + 1 < len(body) and body[at + 1].kind is Kind.END):
                draft.note_date(stated[1], "copyright line")


def _read_source(draft: _Draft) -> None:
    """Reads and removes the source lines that close an article."""
    at = next((n for n in range(len(draft.kept) - 1, -1, -1) if draft.kept[n].kind is Kind.SOURCE), None)
    if at is None:
        return
    end = end_of_source(draft.kept, at)
    group = draft.kept[at:end]
    if any(line.kind not in _NEVER_TEXT for line in draft.kept[end:]) or not is_full_source(group):
        return
    named = [stamps.source(line.text.strip(), continued=True) for line in group if line.kind is not Kind.ADDRESS]
    first = next((source for source in named if source and source.publisher), None)
    address = next((line.text.strip() for line in group if line.kind is Kind.ADDRESS), None)
    published = first.published if first else None
    draft.about = About(publisher=first.publisher if first else None, published=published, url=address)
    draft.note_date(published, "source line")
    draft.kept = draft.kept[:at]


def _read_closing(draft: _Draft, year: int | None) -> None:
    """Takes closing byline, references, and what author and publisher say of themselves out of the text."""
    _drop_references(draft)
    for line in draft.kept[-4:]:
        text = line.text.strip()
        if line.kind is Kind.BYLINE and (stated := stamps.byline(text)):
            draft.author = draft.author or stated.author
            draft.note_date(stated.published, "byline")
        elif _is_self_description(line, draft.publisher):
            match = furniture.ITSELF.match(text[: stamps.LOOKED_AT])
            draft.publisher = draft.publisher or (match["name"] if match else None)
        elif name := _biography(draft, line):
            draft.author = draft.author or name
        else:
            continue
        draft.kept.remove(line)
    _drop_references(draft)


def _is_self_description(line: Line, publisher: str | None) -> bool:
    text = line.text.strip()
    match = furniture.ITSELF.match(text[: stamps.LOOKED_AT]) if line.kind is Kind.TEXT else None
    if match is None:
        return False
    named = publisher is not None and match["name"].casefold() == publisher.casefold()
    return named or furniture.OF_PUBLISHERS.search(text[:2000]) is not None


def _biography(draft: _Draft, line: Line) -> str | None:
    """The name, where a closing paragraph tells who the author is: a name not met in the article before."""
    text = line.text.strip()
    match = furniture.BIOGRAPHY.match(text[: stamps.LOOKED_AT]) if line.kind is Kind.TEXT and len(text) < 2000 else None
    if match is None or len(set(map(str.lower, furniture.OF_AUTHORS.findall(text)))) < 2:
        return None
    elsewhere = any(match["name"] in other.text for other in draft.kept if other is not line)
    return None if elsewhere and match["name"] != draft.author else match["name"]


def _drop_references(draft: _Draft) -> None:
    """Takes a closing list of references, from its heading on, out of the text; a biography below it stays."""
    biographies: list[Line] = []
    heading = None
    for at in range(len(draft.kept) - 1, -1, -1):
        line = draft.kept[at]
        if line.kind is Kind.HEAD and furniture.REFERENCES.fullmatch(line.text.strip()):
            heading = at
        elif line.kind in (Kind.HEAD, Kind.ADDRESS) or furniture.REFERENCE.search(line.text[:1000]):
            continue
        elif len(biographies) < 2 and _biography(draft, line):
            biographies.insert(0, line)
        else:
            break
    if heading is not None and any(furniture.REFERENCE.search(line.text[:1000]) for line in draft.kept[heading + 1 :]):
        draft.kept = draft.kept[:heading] + biographies


def _note_masthead(draft: _Draft, head: list[Line]) -> None:
    """A newsletter's name and date, from the lines above its first bar."""
    for line in head:
        if stated := dates.find(line.text[: stamps.LOOKED_AT]):
            draft.note_date(stated.iso, "dateline")
        elif line.kind is Kind.HEAD:
            draft.publisher = draft.publisher or title_of(line.text)


def _year_of_page(lines: list[Line]) -> int | None:
    """The year on which all dated stamps of the page agree, else None."""
    years = set()
    for line in lines:
        text = line.text.strip()
        stated: str | None = None
        if line.kind is Kind.CORRECTION:
            stated = stamps.correction_date(text)
        elif line.kind is Kind.SOURCE and (source := stamps.source(text)):
            stated = source.published
        elif line.kind is Kind.BYLINE and (byline := stamps.byline(text)):
            stated = byline.published
        elif line.kind is Kind.FIELD:
            stated = stamps.field_date(text)
        if stated:
            years.add(int(stated[:4]))
    return years.pop() if len(years) == 1 else None
