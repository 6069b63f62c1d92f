"""Closing lines: what a page sets below each of its articles, a source, a signature, or the site's own line.

Where lines of one form stand below running text again and again, and a headline follows each, that headline opens an
article.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace

from qa.articles import furniture, stamps
from qa.articles.candidates import Candidate, Mark, is_label
from qa.articles.lines import Kind, Line, is_live
from qa.articles.mastheads import head_of, is_masthead
from qa.articles.prose import LONG, Prose

_PASSED = (
    Kind.FURNITURE,
    Kind.BAR,
    Kind.END,
    Kind.COPYRIGHT,
    Kind.ORIGIN,
    Kind.ADDRESS,
    Kind.DATE,
    Kind.UPDATED,
    Kind.SIGNED,
    Kind.CLOSING,
    Kind.TAIL,
    Kind.COMMENTS,
    Kind.TIME,
)
_TAILS = (Kind.FURNITURE, Kind.END, Kind.COMMENTS)
_LONGEST_TAIL = 80
_PARTS = re.compile(r"\s*[|·•]\s*|\s{2,}")
_SURE = 3
_LABEL = "label"
_PERSON = "person"


def marked(lines: list[Line], found: list[Candidate], prose: Prose) -> list[Candidate]:
    """The candidates, those after a closing line marked so."""
    if is_live(lines):
        return found  # entries of a live report close alike
    heads = {at: number for number, c in enumerate(found) for at in c.stack}
    opened: set[int] = set()
    ends = [*(c.start for c in found[1:]), len(lines)]
    sized = sum(prose.amount(c.title, end) >= LONG for c, end in zip(found, ends, strict=False))
    letter = is_masthead(head_of(lines, found, prose))
    for form, places in _forms(lines).items():
        if form != _PERSON or letter:  # reporters sign the parts of a long report, too
            opened |= _opened(form, places, lines, heads, prose, sized)
    return [replace(c, marks=c.marks | {Mark.CLOSED_BEFORE}) if n in opened else c for n, c in enumerate(found)]


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
    stated = [stamps.source(line.bare, continued=True) for line in group]
    return any(source and (source.url or (source.published and len(source.published) > 4)) for source in stated)


def is_signature(lines: list[Line], at: int) -> bool:
    """Whether a signed line closes a text, not a quotation."""
    if lines[at].kind is not Kind.SIGNED or not (lines[at].first and lines[at].last) or not at:
        return False
    before = lines[at - 1].text.strip()
    return not before.startswith((">", "“", '"', "«", "„")) or before.endswith(".")


def _forms(lines: list[Line]) -> dict[str, list[tuple[int, int]]]:
    """The closing lines of each form: (first line, place after the last)."""
    forms: dict[str, list[tuple[int, int]]] = defaultdict(list)
    shown = Counter(line.text for line in lines if len(line.text) <= _LONGEST_TAIL)
    for at, line in enumerate(lines):
        if line.kind is Kind.SOURCE:
            end = end_of_source(lines, at)
            if is_full_source(lines[at:end]):
                forms["source"].append((at, end))
        elif line.kind is Kind.TAIL:
            forms["source" if _is_menu(line) else f"{_LABEL} tail"].append((at, at + 1))
        elif line.kind is Kind.CLOSING:
            forms["source"].append((at, at + 1))
        elif is_signature(lines, at):
            signed = stamps.signature(line.bare)
            forms[_PERSON if signed and signed.author else "agency"].append((at, at + 1))
        elif line.kind in _TAILS and len(line.text) <= _LONGEST_TAIL and not furniture.MIDWAY.match(line.bare):
            forms[f"tail {_beginning(line)}"].append((at, at + 1))
        elif (
            line.kind is Kind.HEAD
            and shown[line.text] > 1
            and is_label(line)
            and line.first
            and line.last
            and not _follows_head(lines, at)
        ):
            forms[f"{_LABEL} {line.text}"].append((at, at + 1))
    return {form: places for form, places in forms.items() if len(places) > 1}


def _is_menu(line: Line) -> bool:
    """Whether a line has three or more parts: "Filed to: Harbour · 4 comments · Permalink"."""
    return len([part for part in _PARTS.split(line.bare) if part]) > 2


def _follows_head(lines: list[Line], at: int) -> bool:
    return at > 0 and lines[at - 1].kind is Kind.HEAD


def _beginning(line: Line) -> str:
    words = re.findall(r"\w+", line.bare[:_LONGEST_TAIL].casefold())
    return " ".join(words[:2] if len(words) > 1 and not words[0].isdigit() else words[1:])


def _opened(
    form: str, places: list[tuple[int, int]], lines: list[Line], heads: dict[int, int], prose: Prose, sized: int
) -> set[int]:
    """The candidates after closing lines of one form; empty where not every line of the form closes an article.

    `sized`: how many headlines have an article's worth of text below.
    """
    closing, last = [], 0
    for start, end in places:
        if prose.between(last, start):
            closing.append((start, end))
            last = end
    after = [heads.get(_next(lines, end, heads)) for _, end in closing]
    opened = {number for number in after if number is not None}
    if len(closing) < 2 or not opened:
        return set()
    if form.startswith(_LABEL):  # a subheading of a long report can come again: nearly all headlines have a label
        return opened if 4 * len(opened) >= 3 * sized and len(opened) > 1 else set()
    over = not prose.between(closing[-1][1], len(lines))  # the last one closes the page
    unopened = len(closing) - len(opened) - (after[-1] is None and over)
    if form == "source":
        return opened if not unopened and (over or len(opened) >= _SURE) else set()
    return opened if not unopened or (unopened == 1 and len(opened) > 1) else set()


def _next(lines: list[Line], at: int, heads: dict[int, int]) -> int:
    """The place of the next line that is no furniture; a repeated line that closes articles is passed as well."""
    while at < len(lines) and lines[at].kind in _PASSED:
        at += 1
    return at
