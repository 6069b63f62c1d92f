"""Finds the stretches of a sentence that can be a short answer: numbers, money, dates, durations, names, terms.

Rules for English, with Chinese, Japanese and Korean words recognised as terms. Offsets are into the given text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

SpanKind = Literal["number", "money", "date", "duration", "name", "term"]


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is a possible short answer of that kind."""

    kind: SpanKind
    start: int
    end: int


_UNIT_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SCALE = "hundred|thousand|million|billion|trillion|dozen"
_PARTS = "half|a quarter|a third|two-thirds|three-quarters|dozens|hundreds|thousands|millions|billions"
_WORD_NUMBER = rf"(?:(?:{_TENS})(?:-(?:{_UNIT_WORDS}))?|(?:{_UNIT_WORDS})|(?:{_PARTS}))(?:[ -](?:and )?(?:{_SCALE}))*"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALED = rf"(?:{_DIGITS}|{_WORD_NUMBER})(?:[ -](?:{_SCALE})s?)*"
_ABOUT = (
    r"(?:(?:about|around|nearly|almost|over|under|roughly|approximately|some|at least|at most|up to|more than|less than"
    r"|fewer than|just over|just under|an estimated)\s+)?"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_TIME = r"\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s(?:local time|GMT(?:[+-]\d+)?|CST|UTC))?"
_CURRENCY = r"(?:US\$|HK\$|A\$|C\$|\$|€|£|¥|USD|EUR|RMB|CNY|GBP)"
_CURRENCY_WORD = (
    r"(?:US |U\.S\. |Hong Kong |Australian )?(?:dollars?|euros?|pounds?|yuan|renminbi|yen|won|rubles?|roubles?|cents?)"
)
_PERIOD = r"(?:years?|months?|weeks?|days?|hours?|minutes?|decades?|centur(?:y|ies))"

_PATTERNS: tuple[tuple[SpanKind, re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(rf"{_ABOUT}(?:{_CURRENCY}\s?{_SCALED}|\b{_SCALED}\s{_CURRENCY_WORD})\b", re.IGNORECASE),
    ),
    (
        "date",
        re.compile(
            rf"\b(?:{_DAY},?\s)?\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}(?:,?\s{_YEAR})?\b"
            rf"|\b(?:{_DAY},?\s)?{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s{_YEAR})?\b"
            rf"|\b(?:(?:early|late|mid)[- ])?{_MONTH}(?:\sof)?,?\s{_YEAR}\b"
            rf"|\b(?:early|late|mid|summer|spring|autumn|winter)[- ](?:of\s)?(?:{_YEAR}s?|{_MONTH})(?:\s{_YEAR})?\b"
            rf"|\b{_YEAR}\s?(?:-|–|to)\s?(?:{_YEAR}|\d\d)\b|\b{_YEAR}s?\b(?!,\d|\s(?:people|users|stores))"
            rf"|\b{_MONTH}(?=[\s,.;]|$)|\b{_DAY}\b|\b{_TIME}"
        ),
    ),
    (
        "duration",
        re.compile(rf"{_ABOUT}\b(?:{_SCALED}|a|an|several|many|a few)[ -]{_PERIOD}(?:\sold)?\b", re.IGNORECASE),
    ),
    (
        "number",
        re.compile(
            rf"{_ABOUT}(?<![\w$€£¥.,])(?:{_SCALED})(?:\s?%|\s(?:percent|per cent|percentage points)\b|(?![\w%]))"
            rf"(?:(?:\s|-)(?:to|and)\s(?:{_SCALED})(?![\w%]))?",
            re.IGNORECASE,
        ),
    ),
)
_CAPITAL = r"(?:[A-Z]\.){2,}|(?:Dr|Mr|Mrs|Ms|Prof|St)\.|[A-ZÀ-ÖØ-Þ](?:[\w’'&-]|\.(?=[A-Z]))*[\w’']|[A-Z](?:\.[A-Z])*"
_JOINERS = r"(?:\s(?:of|the|for|de|van|der|von|du|la|le|al|bin|&)){0,2}"
_NAME = re.compile(rf"(?:{_CAPITAL})(?:{_JOINERS}\s(?:{_CAPITAL}))*(?:,?\s(?:Inc|Ltd|Co|Corp)\.(?:,\s(?:Inc|Ltd)\.)?)?")
_DATELINE = re.compile(r"(?:,[^—–]{1,30})?\s+[—–]\s")  # "HONG KONG — The government ..." names no one in the sentence
_OWNED = re.compile(r"[’']s\s")
_AND = re.compile(r"\sand\s")
_QUOTED = re.compile(r"[“\"]([^”\"\n]{2,80})[”\"]|‘([^’\n]{2,60})’|(#[^\s#]+#?)")
_HAN = r"\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_CJK = re.compile(rf"#?[{_HAN}][{_HAN}·‧]*#?")
_TITLES = ("Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "St.")
_ABBREVIATED = re.compile(r"\b(?:Inc|Ltd|Co|Corp|[A-Z]\.[A-Z])\.$")
# Words that open a sentence with a capital and name nobody.
_OPENERS = frozenset(
    """a an the this that these those it its he she they we you i his her their our my in on at by for from to of with
    as and but or so if when while although though because since after before during under over however meanwhile
    moreover furthermore additionally also then there here both each every some many most several few all no not what
    which who how why where one another other such according instead besides despite among between since until only
    even still yet therefore thus hence indeed similarly specifically personally politically finally first firstly
    second secondly third lastly again nevertheless nonetheless overall generally currently recently earlier later
    reportedly today yesterday tomorrow mr mrs ms dr""".split()
)


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[Span, ...]:
    """Possible short answers in reading order; a name within a date or an amount is left out."""
    measured = list(_measured(text))
    names = [n for n in _names(text) if not any(m.start < n.end and n.start < m.end for m in measured)]
    return tuple(sorted({*measured, *names, *_terms(text)}, key=lambda span: (span.start, span.end, span.kind)))


def _measured(text: str) -> Iterator[Span]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            while start < end and text[start].isspace():
                start += 1
            if start < end and not any(start < b and a < end for a, b in taken):
                taken.append((start, end))
                yield Span(kind, start, end)


def _names(text: str) -> Iterator[Span]:
    runs = []
    for match in _NAME.finditer(text):
        start, end = _trimmed_name(text, *match.span())
        if end > start and not (text[start:end].isupper() and _DATELINE.match(text, end)):
            runs.append((start, end))
    for start, end in runs:
        yield Span("name", start, end)
        for owned in _OWNED.finditer(text, start, end):  # "China's Anhui" holds two names, "People's Daily" is one
            yield Span("name", start, owned.start())
            yield Span("name", owned.end(), end)
    for (start, left), (right, end) in pairwise(runs):  # "Ministry of Industry and Information Technology"
        if _AND.fullmatch(text, left, right):
            yield Span("name", start, end)


def _trimmed_name(text: str, start: int, end: int) -> tuple[int, int]:
    """Without opening words such as "The" and "In", a possessive ending and closing punctuation."""
    for word in re.finditer(r"[\w’'.&-]+\s*", text[start:end]):
        if word.group().strip(" .").lower() not in _OPENERS or word.group().startswith(_TITLES):
            start += word.start()
            break
    else:
        return start, start
    if text.endswith(("’s", "'s"), start, end):
        end -= 2
    while end > start and text[end - 1] in ".,'’-" and not _ABBREVIATED.search(text, start, end):
        end -= 1
    return start, end


def _terms(text: str) -> Iterator[Span]:
    for match in _QUOTED.finditer(text):
        group = next(number for number in (1, 2, 3) if match.group(number) is not None)
        start, end = match.span(group)
        while end > start and (text[end - 1] in ",.;" or text[end - 1].isspace()):
            end -= 1
        while start < end and text[start].isspace():
            start += 1
        if end > start:
            yield Span("term", start, end)
    for match in _CJK.finditer(text):
        yield Span("term", *match.span())
