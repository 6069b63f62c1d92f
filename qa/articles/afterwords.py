"""What stands below an article's text and is none of it: source lines, signatures, references, and what author and
publisher say of themselves, which is kept apart as notes.
"""

from __future__ import annotations

from qa.articles import furniture, stamps
from qa.articles.closings import end_of_source, is_full_source, is_signature
from qa.articles.draft import Draft
from qa.articles.lines import Kind, Line, is_prose, title_of
from qa.schema import About

_LAST = 5  # lines at the end that can be about author or publisher
_LONGEST_BIOGRAPHY = 2000


def read_source(draft: Draft, never_text: tuple[Kind, ...]) -> None:
    """Reads and removes the source lines that close an article."""
    at = next((n for n in range(len(draft.kept) - 1, -1, -1) if draft.kept[n].kind is Kind.SOURCE), None)
    if at is None:
        return
    end = end_of_source(draft.kept, at)
    group = draft.kept[at:end]
    if any(line.kind not in (*never_text, Kind.SIGNED) for line in draft.kept[end:]) or not is_full_source(group):
        return
    named = [stamps.source(line.bare, continued=True) for line in group if line.kind is not Kind.ADDRESS]
    first = next((source for source in named if source and source.publisher), None)
    address = next((line.text.strip() for line in group if line.kind is Kind.ADDRESS), None)
    published = first.published if first else None
    draft.about = About(
        publisher=first.publisher if first else None, published=published, url=address or (first.url if first else None)
    )
    draft.note_date(published, "source line")
    draft.kept = draft.kept[:at]


def read_closing_line(draft: Draft, neighbours: tuple[str, ...]) -> None:
    """Reads and removes the lines by whose shape articles of the page close: who and when, or a paper in brackets."""
    for line in [line for line in draft.kept if line.kind is Kind.CLOSING]:
        stated = stamps.stated(line.bare)
        paper = stamps.paper_in_brackets(line.bare, neighbours)
        if paper:
            draft.about = draft.about or About(publisher=paper.publisher, published=paper.published, url=paper.url)
            draft.note_date(paper.published, "source line")
        elif stated.published or stated.day or line.bare[0] not in "([":
            draft.note_byline(stated, None)
        draft.kept.remove(line)


def read_closing(draft: Draft, framed: bool) -> None:
    """Takes closing byline, signature and references out of the text, and sets apart what author and publisher say of
    themselves. `framed`: lines of the site or another article follow, so that headlines at the end are theirs.
    """
    _drop_references(draft)
    for line in draft.kept[-_LAST:]:
        at = draft.kept.index(line)
        if not _read_signature(draft, at) and not _read_self_description(draft, line):
            continue
        draft.kept.remove(line)
    _drop_references(draft)
    if framed:
        _drop_bare_headings(draft)


def is_self_description(line: Line, publisher: str | None) -> bool:
    """Whether a paragraph tells of the publisher: "The Quay is … We publish …"."""
    text = line.text.strip()
    match = furniture.ITSELF.match(text[: stamps.LOOKED_AT]) if line.kind is Kind.TEXT else None
    if match is None:
        return False
    named = publisher is not None and match["name"].casefold() == publisher.casefold()
    return named or furniture.OF_PUBLISHERS.search(text[:2000]) is not None


def _read_signature(draft: Draft, at: int) -> bool:
    line = draft.kept[at]
    if line.kind is Kind.BYLINE and (stated := stamps.byline(line.bare)):
        draft.note_byline(stated, None)
        return True
    below = draft.kept[at + 1 :]
    several = sum(other.kind is Kind.SIGNED for other in draft.kept) > 1  # the parts of a report are signed, not it
    if (
        several
        or not is_signature(draft.kept, at)
        or any(is_prose(other) and not _biography(draft, other) for other in below)
    ):
        return False
    signed = stamps.signature(line.bare)
    if signed and signed.author:
        draft.author = draft.author or signed.author
    if signed and signed.agency and draft.about is None:
        draft.about = About(publisher=signed.agency)
    return True


def _read_self_description(draft: Draft, line: Line) -> bool:
    if is_self_description(line, draft.publisher):
        match = furniture.ITSELF.match(line.text.strip()[: stamps.LOOKED_AT])
        draft.publisher = draft.publisher or (match["name"] if match else None)
    elif name := _biography(draft, line):
        draft.author = draft.author or name
    else:
        return False
    draft.notes.append(line)
    return True


def _biography(draft: Draft, line: Line) -> str | None:
    """The name, where a closing paragraph tells who the author is: a name not met in the article before."""
    text = line.bare
    if line.kind is not Kind.TEXT or len(text) > _LONGEST_BIOGRAPHY:
        return None
    match = furniture.BIOGRAPHY.match(text[: stamps.LOOKED_AT])
    if match is None:
        return None
    of_authors = len(set(map(str.lower, furniture.OF_AUTHORS.findall(text))))
    known = draft.author is not None and match["name"] in draft.author
    if of_authors < (1 if known else 2):
        return None
    elsewhere = any(match["name"] in other.text for other in draft.kept if other is not line)
    return None if elsewhere and not known else match["name"]


def _drop_references(draft: Draft) -> None:
    """Takes a closing list of references, from its heading on, out of the text; a biography below it stays."""
    biographies: list[Line] = []
    heading = None
    for at in range(len(draft.kept) - 1, -1, -1):
        line = draft.kept[at]
        if line.kind is Kind.HEAD and furniture.REFERENCES.fullmatch(title_of(line.text)):
            heading = at
        elif line.kind in (Kind.HEAD, Kind.ADDRESS) or furniture.REFERENCE.search(line.text[:1000]):
            continue
        elif len(biographies) < 2 and _biography(draft, line):
            biographies.insert(0, line)
        else:
            break
    if heading is not None and any(furniture.REFERENCE.search(line.text[:1000]) for line in draft.kept[heading + 1 :]):
        draft.kept = draft.kept[:heading] + biographies


def _drop_bare_headings(draft: Draft) -> None:
    """Headline-like lines with nothing below are none of the article's: labels and links of what comes next."""
    end = len(draft.kept)
    kinds = [line.kind for line in draft.kept]
    while end and (kinds[end - 1] in (Kind.HEAD, Kind.BAR) or kinds[max(end - 2, 0) : end] == [Kind.HEAD, Kind.TEASER]):
        end -= 1
    if end and not draft.kept[end - 1].text.endswith(":"):
        draft.kept = draft.kept[:end]
