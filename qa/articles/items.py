"""What the readers of formats hand on: one article with what its page says of it, before it has an identity."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qa.schema import About


@dataclass(frozen=True, slots=True)
class Item:
    """One article as its page gives it; what the page does not state is None."""

    title: str
    text: str
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    dated_by: str = "unknown"
    about: About | None = None
    url: str | None = None

    def dated(self, date: str | None, dated_by: str) -> Item:
        """The same item with this date, where it has none that is known better."""
        return self if self.published or not date else replace(self, published=date, dated_by=dated_by)
