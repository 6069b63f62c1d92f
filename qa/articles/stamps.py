"""Lines that say who and when: bylines, header fields, source lines, corrections, copyright and republication lines.

Each reader takes one line and returns what it states, or None where the line is no such line. Only the first 300
characters of a line are looked at, so that no line, however long, can be slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.articles import dates

LOOKED_AT = 300

_BYLINE = re.compile(r"(?i)(by|(?:written|posted|blogged|reported|text|words|story) by|authors?)(?:\s*:\s*|\s+)(?=\S)")
_POSTED = re.compile(r"(?i)(?:posted|published|first published)(?: on)?:?\s+(?=\w)")
_HANDLE = re.compile(r"\s*\(?@\w+\)?|\s*[<(][^<>()\s]{1,60}@[^<>()\s]{1,60}[>)]")
_AFTER_NAMES = re.compile(r"\s*(?:[|·•/]|\s[–—-]\s|\bfor\b|\bin\b|\bat\b|\bon\b|\()")
_BETWEEN_NAMES = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|&)\s+")
_PARTICLE = {
    "van",
    "von",
    "de",
    "der",
    "den",
    "del",
    "della",
    "di",
    "da",
    "dos",
    "du",
    "la",
    "le",
    "al",
    "el",
    "bin",
    "ibn",
    "ter",
    "af",
}
_FIELD = re.compile(r"(?i)date(?:\s?(?:&|and)\s?(?:place|time|venue))?\s*:\s*(?=\S)")
_SOURCE = re.compile(r"(?i)sources?\s*:\s*")
_NUMBER = re.compile(r"(?:\(?\d{1,2}[.)]|[-*•])\s*")
_CORRECTION = re.compile(r"(?i)(?:correction|clarification|corrected)s?\s*[:,(–—-]?\s*")
_COPYRIGHT = re.compile(
    r"(?i)(?:copyright\s*)?(?:©|\(c\)|(?<=copyright)|(?<=copyright\s))\s*(?P<year>\d{4})"
    r"(?P<range>\s?[-–—]\s?\d{4})?\s*(?:by\s+)?(?P<who>[^.|,;]{2,60})?"
)
_RESERVED = re.compile(r"(?i)\W*(?:all rights reserved|inc|ltd).*")
_PARTNER = re.compile(
    r"(?:[Ff]rom|[Vv]ia|[Cc]ourtesy of) our (?:media |content )?partners?(?: at)?:? (?P<who>\S.{0,60})"
)
_REPUBLISHED = re.compile(
    r"(?i)(?:this|the) (?:article|post|story|piece|essay|text|commentary)\b.{0,60}?\b"
    r"(?:republished|reprinted|reproduced|(?:originally |first )(?:published|appeared|ran|posted))\b.{0,40}?"
    r"\b(?:from|in|on|by|at|with permission of) (?-i:(?P<who>(?:the )?[A-Z0-9][^.;()\n]{1,60}))"
)
_REST_ELSEWHERE = re.compile(
    r"(?i)(?:continue reading|read (?:the (?:rest|full|whole|original)|more|on|it))\b.{0,40}?"
    r"\b(?:on|at|in) (?-i:(?P<who>(?:the )?[A-Z][^.;()>»\n]{1,60}))$"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote, and the date beside the name: ISO, or month and day where the year is left out."""

    author: str | None
    published: str | None = None
    day: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The reported source that a closing line names."""

    publisher: str | None
    published: str | None


def byline(line: str) -> Byline | None:
    """What "By Ada Quill, 3 May 2021", "Author: …" or "Posted on 3 May 2021 by Ada Quill" states."""
    line = line[:LOOKED_AT].strip()
    posted = _POSTED.match(line)
    if posted:
        stated = dates.find(line)
        if stated is None or stated.start > posted.end() + 12:
            return None
        rest = line[stated.end :].strip(" ,|·•-")
        inner = byline(rest) if rest else None
        return Byline(inner.author if inner else None, stated.iso) if inner or len(rest) < 30 else None
    opening = _BYLINE.match(line)
    if opening is None or len(line) > 160:
        return None
    rest = _HANDLE.sub("", line[opening.end() :]).strip()
    stated, day = dates.find(rest), None
    if stated:
        rest = rest[: stated.start]
    elif found := dates.find_without_year(rest):
        day, rest = (found[0], found[1]), rest[: found[2]]
    author = _names(rest)
    return Byline(author, stated.iso if stated else None, day) if author else None


def field_date(line: str) -> str | None:
    """The date of a header field such as "Date & Place: Nov. 25, 2014, Long Quay"."""
    match = _FIELD.match(line)
    stated = dates.find(line[:LOOKED_AT]) if match else None
    return stated.iso if match and stated and stated.start <= match.end() + 15 else None


def source(line: str, continued: bool = False) -> Source | None:
    """What "Source: Harbour Gazette, May 3, 2021" names; `continued` reads the numbered lines below "Source:"."""
    match = _SOURCE.match(line)
    if (match is None and not continued) or len(line) > LOOKED_AT:
        return None
    rest = _NUMBER.sub("", line[match.end() if match else 0 :].strip(), count=1)
    stated = dates.find(rest)
    name = (rest[: stated.start] if stated else rest).strip(" ,;:–—-|(.")
    return Source(name or None, stated.iso if stated else None)


def correction_date(line: str) -> str | None:
    """The date of a line such as "Correction: September 16, 2015"."""
    match = _CORRECTION.match(line)
    stated = dates.find(line[:LOOKED_AT]) if match else None
    return stated.iso if match and stated and stated.start <= match.end() + 3 else None


def copyright_of(line: str) -> tuple[str | None, str | None] | None:
    """(who, year) of a line that begins with a copyright sign; a range of years states no year of an article."""
    match = _COPYRIGHT.match(line[:LOOKED_AT])
    if match is None:
        return None
    who = _RESERVED.sub("", match["who"] or "").strip()
    return who or None, None if match["range"] else dates.iso(int(match["year"]))


def origin(line: str) -> str | None:
    """Whose text it is, by "From our partner X", "This article is republished from X", "Read the rest on X"."""
    head = line[:LOOKED_AT].strip()
    match = _PARTNER.fullmatch(head) or _REPUBLISHED.match(head) or _REST_ELSEWHERE.match(head)
    if match is None:
        return None
    who = re.split(r"\s+(?:under|on|in|with|and is|by)\s", match["who"])[0]
    return who.strip(" .,:–—-") or None


def _names(words: str) -> str | None:
    """The names at the start of a byline, without post, place or paper after a comma; None where these are no names."""
    cut = _AFTER_NAMES.search(words)
    words = (words[: cut.start()] if cut else words).strip(" ,.;:")
    parts = [part for part in _BETWEEN_NAMES.split(words) if part]
    if not parts or not all(map(_is_name, parts)):
        first = parts[0] if parts else ""
        return first if "," in words and _is_name(first) else None
    several = re.search(r"\s(?:and|&)\s", words) is not None
    return words if several and all(" " in part or "." in part for part in parts) else parts[0]


def _is_name(words: str) -> bool:
    parts = words.split()
    return 0 < len(parts) <= 5 and all(
        (part[0].isupper() or not part[0].isascii() or part.lower() in _PARTICLE) and not any(c.isdigit() for c in part)
        for part in parts
    )
