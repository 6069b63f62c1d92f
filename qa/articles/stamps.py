"""Lines that say who and when: bylines, header fields, source lines, corrections, copyright and republication lines.

Each reader takes one line and returns what it states, or None where the line is no such line. Only the first 300
characters of a line are looked at, so that no line, however long, can be slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qa.articles import dates
from qa.articles.furniture import ROLE

LOOKED_AT = 300

_BY = r"(?:by|(?:written|posted|blogged|reported|edited and written|text|words|story|interview) by|authors?)"
_BYLINE = re.compile(
    rf"(?i)({_BY})(?:\s*:\s*|\s+)(?=\S)|from\s*:\s*(?=[^\s@]+ .*(?:@| at ))"
    r"|(?:text|words|story|interview|report|reporting|von|por|par)\s?:\s*(?=\S)"
)
_OTHER_BY = re.compile(r"(?i)(?:von|por|par|door|di|av|af)\s+(?=[A-Z])")
_ANY_BY = re.compile(r"(?i)\bby\s+(?=[A-Z\"“])")
_POSTED = re.compile(r"(?i)(?:posted|published|first published)(?: on)?:?\s+(?=\w)")
_BY_AFTER_DATE = re.compile(r"(?i)[\s,|·•–—-]*\bby\s+(?=\S)")
_UPDATED = re.compile(
    r"(?i)\(?\s?(?:last )?(?:updated|modified|revised|update)(?: on| at)?\s?:?\s+(?P<when>[^()]{4,60})\)?"
)
_HANDLE = re.compile(r"\s*\(?@\w+\)?|\s*[<(][^<>()\s]{1,60}(?:@| at )[^<>()\s]{1,60}[>)]")
_AFTER_NAMES = re.compile(r"\s*(?:[|·•/]|\s[–—-]\s|\bfor\b|\bin\b|\bat\b|\bon\b|\()")
_BETWEEN_NAMES = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|&)\s+")
_PARTICLE = frozenset("van von de der den del della di da dos du la le al el bin ibn ter af".split())
_OF_PAPERS = re.compile(
    r"(?i)\b(?:gazette|news|times|post|weekly|daily|journal|herald|tribune|agency|radio|tv|television|today|review|press"
    r"|magazine|institute|ministry|office|wire|courier|chronicle|observer|mail|echo|star|standard|bulletin|record|monitor"
    r"|quarterly|university|council|service|online|media)\b"
)
_PLACES = frozenset(
    "new los san santa saint st. port fort north south east west the rio buenos hong cape las el la".split()
)
_NO_NAME = re.compile(r"[:;!?\"“”«»()]|[a-z]\.$")
_DESK = re.compile(r"[Tt]he (?:\w+ ){0,2}(?:desk|editors?|team|staff|newsroom|editorial board|board)")
_PARTS = re.compile(r"\s*[|·•]\s*|\s+[–—-]\s+|,\s+(?=[A-Z])|\s{2,}")
_MINUTES = re.compile(r"(?i)\d{1,3}[ -]min(?:ute)?s?(?: read)?")
_APART = re.compile(r"(?:[,|·•:]|\s[–—-]|\s{2})\s*(?:on )?(?:\w{3,9},? )?$")
_SIGNATURE = re.compile(
    r"(?:[—–]|--)\s?(?P<name>\S.{1,60})|\((?P<agency>[^()/:]{2,40})\)|/(?P<initials>[A-Z]{2,10})/?(?:\s?[\w./-]{1,12})?"
)
_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Z .,'’-]{2,40}(?:, [A-Z][a-z.]{2,12}(?: [A-Z][a-z]+)?)?)"
    r"(?P<date>,? (?:[A-Z][a-z]{2,9}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,9}\.?)(?:,? \d{4})?)?"
    r"(?: \((?P<agency>[^()]{2,40})\))? ?(?:—|–|--|-) ?[“\"„«]?\w"
)
_FIELD = re.compile(r"(?i)date(?:\s?(?:&|and)\s?(?:place|time|venue))?\s*:\s*(?=\S)")
_SOURCE = re.compile(r"(?i)sources?\s*:\s*")
_URL = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"\A(?:\(?\d{1,2}[.)]|[-*•])\s*")
_CORRECTION = re.compile(r"(?i)(?:correction|clarification|corrected)s?\s*[:,(–—-]?\s*")
_COPYRIGHT = re.compile(
    r"(?i)(?:copyright\s*)?(?:©|\(c\)|(?<=copyright)|(?<=copyright\s))\s*(?P<year>\d{4})"
    r"(?P<range>\s?[-–—]\s?\d{4})?\s*(?:by\s+)?(?P<who>[^.|·,;]{2,60})?"
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
    publisher: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a text begins with, "LONDON, March 3 (Quay News) —": the agency, the date, or its month and day."""

    place: str
    agency: str | None = None
    published: str | None = None
    day: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs the end of a text: a person or an agency."""

    author: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The reported source that a closing line names."""

    publisher: str | None
    published: str | None
    url: str | None = None


def byline(line: str) -> Byline | None:
    """What "By Ada Quill, 3 May 2021", "Author: …", "Posted on 3 May 2021 by Ada Quill", "3 May 2021 by Ada Quill" or
    "Ada Quill, 3 May 2021" states.
    """
    line = line[:LOOKED_AT].strip()
    changed = _UPDATED.search(line)
    if changed and changed.start():
        stated = byline((line[: changed.start()] + line[changed.end() :]).strip(" ,|·•"))
        return stated and replace(stated, updated=_later(changed["when"], stated.published))
    return _posted(line) or _by(line) or _other_by(line) or _after_date(line) or _before_date(line)


def stated(line: str) -> Byline:
    """What the parts of a stamp of whatever form state: "8 November 2024 · Ada Quill · 11 min read"."""
    line = line.replace(" / ", " | ")  # a slash beside a date could be part of it
    exact = byline(line)
    if exact:
        return exact
    found = dates.find(line)
    left = f"{line[: found.start]} | {line[found.end :]}" if found else line
    by = _ANY_BY.search(left)
    parts = [part.strip(" ,.:()[]") for part in _PARTS.split(left[by.end() :] if by else left)]
    names = [_names(part) for part in parts if part and dates.without_beside(_MINUTES.sub("", part))]
    apart = re.search(r"[|·•/(]|\s{2,}", line) is not None  # "Port Sable, 3 May" is a place as well as a person
    author = next((name for name in names if name and (by or (apart and _is_person(name)))), None)
    paper = next((name for name in names if name and name != author and _OF_PAPERS.search(name)), None)
    return Byline(author, found.iso if found else None, publisher=paper)


def _posted(line: str) -> Byline | None:
    posted = _POSTED.match(line)
    stated = dates.find(line) if posted else None
    if posted is None or stated is None or stated.start > posted.end() + 12:
        return None
    rest = line[stated.end :].strip(" ,|·•-")
    inner = byline(rest) if rest else None
    return Byline(inner.author if inner else None, stated.iso) if inner or len(rest) < 30 else None


def _by(line: str) -> Byline | None:
    opening = _BYLINE.match(line)
    if opening is None or len(line) > 160:
        return None
    rest = _HANDLE.sub("", line[opening.end() :]).strip(' "')
    stated, day = dates.find(rest), None
    if stated:
        rest = rest[: stated.start]
    elif found := dates.find_without_year(rest):
        day, rest = (found[0], found[1]), rest[: found[2]]
    author = _names(rest)
    return Byline(author, stated.iso if stated else None, day) if author else None


def _other_by(line: str) -> Byline | None:
    """Reads "Von Ada Quill, Orrin" and the like, in other languages."""
    opening = _OTHER_BY.match(line) if len(line) <= 80 and "," in line else None
    parts = line[opening.end() :].split(",") if opening else []
    named = len(parts) == 2 and _is_person(parts[0].strip()) and len(parts[1].split()) <= 4
    return (
        Byline(parts[0].strip(), publisher=parts[1].strip() if _OF_PAPERS.search(parts[1]) else None) if named else None
    )


def _after_date(line: str) -> Byline | None:
    """Reads "3 May 2021 by Ada Quill"."""
    stated = dates.find(line) if len(line) <= 120 else None
    by = _BY_AFTER_DATE.match(line, stated.end) if stated else None
    if stated is None or by is None or dates.without_beside(line[: stated.start]):
        return None
    author = _names(line[by.end() :])
    return Byline(author, stated.iso) if author else None


def _before_date(line: str) -> Byline | None:
    """Reads "Ada Quill, 3 May 2021", "Ada Quill | Harbour Gazette | May 3", "Harbour Gazette, 3 May 2021"."""
    if len(line) > 100 or not line[:1].isalpha() or line.endswith((":", "?", "!")):
        return None
    stated = dates.find(line)
    found = None if stated else dates.find_without_year(line)
    if stated is None and found is None:
        return None
    day = (found[0], found[1]) if found else None
    start, end = (found[2], found[3]) if found else (stated.start, stated.end) if stated else (0, 0)
    if not _APART.search(line[:start]) or dates.without_beside(_MINUTES.sub("", line[end:])):
        return None
    parts = [part for part in _PARTS.split(line[:start].strip(" ,|·•–—-")) if dates.without_beside(part)]
    if not 0 < len(parts) <= 2 or (day and len(parts) < 2):
        return None
    author = _names(parts[0]) if _is_person(parts[0]) else None
    papers = [part for part in parts[bool(author) :] if _is_name(part) and not ROLE.search(part)]
    paper = next((part for part in papers if author or _OF_PAPERS.search(part)), None)
    if author is None and (paper is None or len(parts) > 1):
        return None
    return Byline(author, stated.iso if stated else None, day, paper)


def _is_person(words: str) -> bool:
    parts = words.split()
    return (
        len(parts) > 1
        and parts[0].lower() not in _PLACES
        and not _OF_PAPERS.search(words)
        and all(map(_is_name, _BETWEEN_NAMES.split(words)))
    )


def people(line: str) -> str | None:
    """The names of a line that is nothing but names of people, also after "Von", "Por" or "Par", also with what they
    are: "Ada Quill, harbour correspondent".
    """
    words = _OTHER_BY.sub("", line.strip(), count=1)
    words = words.rpartition(",")[0] if is_posted(words) else words
    if (
        len(words) > 80
        or re.search(r"\s{2}|[|·•/]", words)
        or not all(1 < len(name.split()) < 4 for name in _BETWEEN_NAMES.split(words))
    ):
        return None
    return words if _is_person(words) and not words.isupper() else None


def is_posted(line: str) -> bool:
    """Whether a line ends with a post or a paper: "Ada Quill, harbour correspondent", "Ada Quill, ORRIN POST"."""
    post = line.rpartition(",")[2].strip()
    return "," in line and len(post) > 2 and bool(post.isupper() or ROLE.search(post) or _OF_PAPERS.search(post))


def is_several(names: str) -> bool:
    """Whether these are the names of several people: "Ada Quill and Ben Okoro"."""
    return " and " in names


def is_updated(line: str) -> bool:
    """Whether a line says when something was changed: "Updated 3 May 2021", "Last updated 18:40"."""
    match = _UPDATED.match(line) if len(line) <= 80 else None
    return match is not None and any(c.isdigit() for c in match["when"]) and match.end() >= len(line) - 2


def updated(line: str, published: str | None) -> str | None:
    """The date of such a line; one without its year is of the year in which the article was published."""
    match = _UPDATED.match(line)
    return _later(match["when"], published) if match else None


def _later(words: str, published: str | None) -> str | None:
    if stated := dates.find(words):
        return stated.iso
    found = dates.find_without_year(words)
    return dates.iso(int(published[:4]), found[0], found[1]) if found and published else None


def stamped_date(line: str) -> str | None:
    """The date of a line that is nothing but a date, or a date beside a place or a label: "Geneva, 3 May 2021"."""
    if len(line) > 80 or not any(c.isdigit() for c in line) or line.isdigit():
        return None
    if len(line) <= 45 and (plainly := dates.parse_plainly(line)):
        return plainly
    stated = dates.find(line)
    if stated is None or len(stated.iso) < 10:
        return None
    above, below = line[: stated.start], line[stated.end :]
    if above.strip() and not _APART.search(above):
        return None
    if not re.match(r"\W*$|\s*(?:[,|·•]|[–—-]\s|\s{2}|at\b)", below):
        return None
    labels = [
        part for half in (above, below) for part in _PARTS.split(half.strip(" ,|·•–—-")) if dates.without_beside(part)
    ]
    return stated.iso if len(labels) <= 2 and all(map(_is_label, labels)) else None


def _is_label(words: str) -> bool:
    short = len(words) <= 30 and len(words.split()) <= 4
    return short and (words[0].isupper() or re.match(r"\d+ min", words) is not None)


def dateline(line: str) -> Dateline | None:
    """What "LONDON, March 3 (Quay News) — The ferry …" begins with; None where a text does not begin with a place."""
    match = _DATELINE.match(line[:160])
    if match is None:
        return None
    words = match["date"] or ""
    stated = dates.find(words)
    found = None if stated else dates.find_without_year(words)
    place = match["place"].strip(" ,-")
    day = (found[0], found[1]) if found else None
    return Dateline(place, match["agency"], stated.iso if stated else None, day)


def signature(line: str) -> Signature | None:
    """Who signs: "— Ada Quill", "— Interview: Ada Quill", "(QUAY NEWS AGENCY)", "(Ada Quill)", "/QNA/ lk"."""
    match = _SIGNATURE.fullmatch(line) if len(line) <= 80 else None
    if match is None:
        return None
    if words := match["agency"]:
        capital = all(word[0].isupper() or word.lower() in ("of", "the", "and", *_PARTICLE) for word in words.split())
        if not capital or any(c.isdigit() for c in words):
            return None
        return Signature(author=words) if _is_person(words) and not words.isupper() else Signature(agency=words)
    if words := match["name"]:
        inner = byline(words)
        if inner and inner.author:
            return Signature(author=inner.author)
        named = all(map(_is_name, _BETWEEN_NAMES.split(words))) and len(words.split()) <= 5
        return Signature(author=words) if named or _DESK.fullmatch(words) else None
    return Signature()


def paper_in_brackets(line: str, neighbours: tuple[str, ...] = ()) -> Source | None:
    """What a closing "(Harbour Gazette, May 3, 2021)" names: a paper and a date, or a paper and its address.

    `neighbours`: other dates of the page, which can settle whether 03/04/2021 begins with the day.
    """
    if len(line) > 160 or line[:1] + line[-1:] not in ("()", "[]"):
        return None
    named = source(line[1:-1], continued=True, neighbours=neighbours)
    whole = named is not None and named.publisher is not None and len(named.publisher.split()) <= 6
    return named if named and whole and (named.url or len(named.published or "") > 4) else None


def field_date(line: str) -> str | None:
    """The date of a header field such as "Date & Place: Nov. 25, 2014, Long Quay"."""
    match = _FIELD.match(line)
    stated = dates.find(line[:LOOKED_AT]) if match else None
    return stated.iso if match and stated and stated.start <= match.end() + 15 else None


def source(line: str, continued: bool = False, neighbours: tuple[str, ...] = ()) -> Source | None:
    """What "Source: Harbour Gazette, May 3, 2021" names; `continued` reads the numbered lines below "Source:"."""
    line = line[1:-1].strip() if line[:1] + line[-1:] in ("()", "[]") else line
    match = _SOURCE.match(line)
    if (match is None and not continued) or len(line) > LOOKED_AT:
        return None
    rest = _NUMBER.sub("", line[match.end() if match else 0 :].strip(), count=1)
    address = _URL.search(rest)
    rest = rest[: address.start()] if address else rest
    stated = dates.find(rest, neighbours=neighbours)
    name = (rest[: stated.start] if stated else rest).strip(" ,;:–—-|(.")
    return Source(name or None, stated.iso if stated else None, address[0].rstrip(".,;)") if address else None)


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
    if _DESK.fullmatch(words):
        return words
    parts = [part for part in _BETWEEN_NAMES.split(words) if part]
    if not parts or not all(map(_is_name, parts)):
        first = parts[0] if parts else ""
        return first if "," in words and _is_name(first) else None
    several = re.search(r"\s(?:and|&)\s", words) is not None
    return words if several and all(" " in part or "." in part for part in parts) else parts[0]


def _is_name(words: str) -> bool:
    parts = words.split()
    return (
        0 < len(parts) <= 5
        and not _NO_NAME.search(words)
        and all(
            (part[0].isupper() or not part[0].isascii() or part.lower() in _PARTICLE)
            and not any(c.isdigit() for c in part)
            for part in parts
        )
    )
