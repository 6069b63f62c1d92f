"""Where running text stands on a page."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from qa.articles.lines import Line, is_prose

LONG = 150
"""Characters of running text that make an article rather than a line between two."""


class Prose:
    """The places of running text, for many questions about one page."""

    def __init__(self, lines: list[Line]) -> None:
        self._long = [at for at, line in enumerate(lines) if is_prose(line, LONG)]
        self._any = [at for at, line in enumerate(lines) if is_prose(line, 1)]
        self._until = [0, *accumulate(len(line.text) if is_prose(line) else 0 for line in lines)]

    def between(self, start: int, end: int, any_length: bool = False) -> bool:
        """Whether a paragraph of running text, long unless `any_length`, stands in `lines[start:end]`."""
        places = self._any if any_length else self._long
        at = bisect_left(places, start)
        return at < len(places) and places[at] < end

    def amount(self, start: int, end: int) -> int:
        """How many characters of running text stand in `lines[start:end]`."""
        return self._until[max(min(end, len(self._until) - 1), start)] - self._until[start]

    def first(self) -> int:
        """The place of the first long paragraph; past the end where there is none."""
        return self._long[0] if self._long else len(self._until)
