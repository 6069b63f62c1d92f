"""The shape of a short line: what kinds of words and marks it is made of, whatever the words are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.articles import dates

_LONGEST = 140
_MOST_WORDS = 6
_NUMERIC = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b")
_TOKEN = re.compile(r"https?://\S+|[^\W\d_][\w.'’-]*|\d[\w.,:%/-]*|[^\w\s]")
_MARKS = frozenset("|·•/—–~»>@[]{}")
_LABEL = re.compile(r"\W{0,2}(?P<label>[^\W\d][^:.!?]{1,24}):\s")
_ENDS_SENTENCE = re.compile(r"[a-z)”\"’]{2}[.!?]$")
_JOINS = frozenset("and of the for in at de la le der von van & y et und e i".split())


@dataclass(frozen=True, slots=True)
class Shape:
    """What a line is made of: a date, the words in small letters, the marks between its parts, a label with a colon."""

    dated: bool
    words: tuple[str, ...]
    marks: frozenset[str]
    bracketed: bool
    named: bool
    label: str


def shape_of(line: str) -> Shape | None:
    """The shape of a line that could be a stamp; None for sentences and for names or words alone."""
    if not 3 < len(line) <= _LONGEST or _ENDS_SENTENCE.search(line) or line.endswith((",", ";", ":", "?")):
        return None
    left, dated = _without_dates(line)
    labelled = _LABEL.match(left)
    tokens = _TOKEN.findall(left)
    words = tuple(token for token in tokens if token[0].islower() and token not in _JOINS)
    marks = frozenset(token for token in tokens if token in _MARKS)
    counted = any(token[0].isdigit() for token in tokens)
    if len(words) > _MOST_WORDS or not (dated or marks or labelled or (words and words[0] == "by") or counted):
        return None
    bracketed = line[0] + line[-1] in ("()", "[]")
    label = labelled["label"].casefold() if labelled else ""
    return Shape(
        dated, words, frozenset() if dated else marks, bracketed, any(token[0].isupper() for token in tokens), label
    )


def _without_dates(line: str) -> tuple[str, bool]:
    line = line.replace(" / ", " | ")  # a slash beside a date could be part of it
    spans = [(found.start, found.end) for found in dates.find_all(line)]
    if not spans and (found := dates.find_without_year(line)):
        spans = [(found[2], found[3])]
    spans = spans or [match.span() for match in _NUMERIC.finditer(line)]
    for start, end in reversed(spans):
        line = f"{line[:start]} {line[end:]}"
    return (dates.without_times(line) if spans else line).strip(), bool(spans)
