"""An article while it is put together from the lines of a page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from qa.articles import dates, stamps
from qa.articles.items import Item
from qa.articles.lines import Line, title_of
from qa.schema import About

_LONGEST_TITLE = 200


@dataclass(slots=True)
class Draft:
    """What is known of an article so far; of two statements the first that is noted wins."""

    title: str = ""
    kept: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    dated_by: str = "unknown"
    updated: str | None = None
    about: About | None = None

    def note_date(self, date: str | None, dated_by: str) -> None:
        """Notes when it was published, if that is not known yet."""
        if date and not self.published:
            self.published, self.dated_by = date, dated_by

    def note_byline(self, stated: stamps.Byline, year: int | None) -> None:
        """Notes what a byline states; a date without its year is of `year`, where that is known."""
        self.author = self.author or stated.author
        self.publisher = self.publisher or stated.publisher
        self.updated = self.updated or stated.updated
        named = stated.author or stated.publisher
        self.note_date(stated.published, "byline" if named else "dateline")
        if stated.day and year:
            self.note_date(dates.iso(year, *stated.day), "byline")

    def item(self) -> Item:
        """The article."""
        item = Item(self.title or _shortened(self.kept[0].text.strip()), joined(self.kept), about=self.about)
        return replace(
            item,
            publisher=self.publisher,
            author=self.author,
            published=self.published,
            dated_by=self.dated_by,
            updated=self.updated,
            notes=tuple(line.text.strip() for line in self.notes),
        )


def joined(kept: list[Line]) -> str:
    """Paragraphs with a blank line between; a paragraph out of which a line was taken falls into two."""
    parts: list[str] = []
    before: Line | None = None
    for line in kept:
        together = before and not line.first and line.number == before.number + before.text.count("\n") + 1
        parts += ["\n" if together else "\n\n" if before else "", line.text]
        before = line
    return "".join(parts).strip()


def _shortened(line: str) -> str:
    line = title_of(line) or line
    return line if len(line) <= _LONGEST_TITLE else line[: line.rfind(" ", 80, _LONGEST_TITLE)] + "…"
