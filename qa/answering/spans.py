"""Finds the stretches of a sentence that can be a short answer: numbers, money, dates, durations, names, terms.

A stretch may lie within another ("more than 59" and "59", "President Ana Prim" and "Ana Prim"): which of them is the
answer is decided elsewhere. Rules for English, with Chinese, Japanese and Korean words recognised as terms. Offsets are
into the given text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from qa.answering.lexicon import TITLES

SpanKind = Literal["number", "percent", "ordinal", "money", "date", "duration", "name", "term"]


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is a possible short answer of that kind."""

    kind: SpanKind
    start: int
    end: int


_UNIT_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SCALE = "hundred|thousand|million|billion|trillion|dozen|lakh|crore"
_PARTS = (
    r"half an? (?:million|billion|dozen)|half|(?:a|one|two|three|four|five|six|seven)[ -]"
    r"(?:thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)(?!\sof\s\d)"
    r"|(?:tens|dozens|scores|hundreds|thousands|millions|billions)(?: of (?:thousands|millions|billions))?"
    r"|an? (?:(?:few|couple of) )?(?:hundred|thousand|million|billion|trillion|dozen)"
    r"|(?:several|many) (?:hundred|thousand|million|billion|dozen)"
)
_WORD_NUMBER = (
    rf"(?:(?:{_UNIT_WORDS}) and a (?:half|quarter)(?: (?:{_SCALE}))?"
    rf"|{_PARTS}|(?:(?:{_TENS})(?:-(?:{_UNIT_WORDS}))?|(?:{_UNIT_WORDS}))(?:[ -](?:and )?(?:{_SCALE}|{_TENS}))*)\b"
)
# Groups with plain spaces are a number where they cannot be two: "1 250 000" and "12 000", not "Flight 370 239 people".
_DIGITS = r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d{1,3}(?:(?:[\xa0\u202f]\d{3})+|(?: \d{3}){2,}| 000)(?!\d)|\d+(?:\.\d+)?"
_SCALED = rf"(?:(?:{_DIGITS})(?:(?:[ -](?:{_SCALE})s?)+|\s?(?:bn|mn|mln|tn)\b|[mbk]\b)?|{_WORD_NUMBER})"
_TO = r"(?:\s?[-–—]\s?|\s--\s|\sto\s)"  # between the two ends of a range
_ABOUT = (
    r"(?:(?P<about>(?:about|around|nearly|almost|over|under|roughly|approximately|some|at least|at most|up to|more than"
    r"|less than|fewer than|just over|just under|no more than|no fewer than|well over|close to|an estimated|as many as"
    r"|as much as|only|circa|ca\.|c\.)\s+))?"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_NUMERAL = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2})"
_TIME = r"\d{1,2}(?:(?:[:.]\d{2})?\s?[ap]\.?m\b\.?|\so[’']clock|:\d{2})(?:\s(?:local time|GMT(?:[+-]\d+)?|CST|UTC))?"
_PART_OF = r"(?:(?:[Ee]arly|[Ll]ate|[Mm]id|[Ss]ummer|[Ss]pring|[Aa]utumn|[Ff]all|[Ww]inter)(?:[- ](?:of\s|in\s)?))"
_CENTURY = r"(?:\d{1,2}(?:st|nd|rd|th)|[a-z]{3,8}(?:th|st|nd|rd))"
_CURRENCY = (
    r"(?:(?:US|HK|NT|A|C|S|R)?\$|[€£¥₹₽₩]"
    r"|\b(?:USD|EUR|RMB|CNY|GBP|JPY|INR|CHF|HKD|AUD|CAD|Rs\.?)(?![A-Za-z]))"
)
_CURRENCY_WORD = (
    r"(?:(?:US|U\.S\.|Hong Kong|Australian|Canadian|Swiss|Danish|Swedish|Norwegian|Indian|Chinese|Japanese) )?"
    r"(?:dollars?|euros?|pounds?(?: sterling)?|yuan|renminbi|yen|won|rou?bles?|cents?|pence|rupees?|francs?|kron[eao]r?"
    r"|crowns?|pesos?|rand|ringgit|rupiah|baht|dong|liras?|shekels?|riyals?|dinars?|dirhams?|forints?|zlot(?:y|ys)|tenge"
    r"|hryvnias?|guilders?)"
)
_PERIOD = r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|decades?|centur(?:y|ies))"
_UNIT = (
    r"(?:(?:square|cubic|nautical) )?(?:ton(?:ne)?s?|(?:kilo|centi|milli)?met(?:er|re)s?|feet|foot|inch(?:es)?|miles?"
    r"|yards?|acres?|hectares?|km2?|k?m²|mi|ft|cm|mm|kg|(?:kilo)?grams?|kilos?|lbs?|barrels?|bushels?|lit(?:er|re)s?"
    r"|gallons?|(?:mega|giga)watts?|[kMGT]Wh?|degrees(?: Celsius| Fahrenheit)?|°\s?[CF]|knots|mph|km/h|people"
    r"|inhabitants|times|points|votes|seats)(?: per (?:second|hour|day|year|capita))?(?!\w)"
)
_PERCENT = r"(?:\s?%|\s(?:percent|per cent|percentage points?|pct)\b)"

_PATTERNS: tuple[tuple[SpanKind, re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(
            rf"{_ABOUT}(?P<core>{_CURRENCY}\s?{_SCALED}(?:\s?[-–—]\s?{_CURRENCY}?{_SCALED}|\sto\s{_CURRENCY}\s?{_SCALED})?"
            rf"|\b(?:{_SCALED}(?:{_TO}))?{_SCALED}\s(?:of\s)?{_CURRENCY_WORD}\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "date",
        re.compile(
            rf"\b(?:{_DAY},?\s)?{_NUMERAL}(?:{_TO}{_NUMERAL})?\s(?:of\s)?{_MONTH}(?:,?\s(?P<y1>{_YEAR}))?(?!\w)"
            rf"|\b(?:{_DAY},?\s)?{_MONTH}\s{_NUMERAL}(?:{_TO}{_NUMERAL})?(?![\d])(?:,?\s(?P<y2>{_YEAR}))?\b"
            rf"|\b{_PART_OF}?{_MONTH}(?:\sof)?,?\s(?P<y3>{_YEAR})\b"
            rf"|\b{_PART_OF}(?:the\s)?(?:(?P<y4>{_YEAR})(?:s|\b)|{_MONTH})"
            rf"|\b(?:(?:first|second|third|fourth|last)\s(?:quarter|half)\sof|Q[1-4])\s(?P<y5>{_YEAR})\b"
            rf"|\b(?:{_PART_OF}|(?:first|second)\shalf\sof\sthe\s)?{_CENTURY}(?:{_TO}{_CENTURY})?[ -]centur(?:y|ies)\b"
            rf"(?:\s(?:BC|AD|BCE|CE)\b)?"
            rf"|\b\d{{1,4}}\s(?:BC|AD|BCE|CE)\b|\bAD\s\d{{1,4}}(?:{_TO}\d{{3,4}})?\b"
            r"|\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)\b"
            rf"|\b{_YEAR}s(?![\w])|\b(?P<y6>{_YEAR})(?:\s?[-–/]\s?\d\d(?![\d,%])|(?:{_TO}|\sand\s)(?P<y7>{_YEAR})\b)"
            r"|(?<![\d,.$€£¥])(?<!at most )(?<!at least )(?<!(?:more|less) than )(?<!fewer than )(?<!some )(?<!nearly )"
            rf"\b{_YEAR}\b(?!,\d|\.\d|\s?%|[ -]{_UNIT}|\s(?:users|stores|guests|students|soldiers|men|women))"
            rf"|\b{_MONTH}(?=[\s,.;)]|$)|\b{_DAY}\b|\b(?:{_TIME})"
            r"|\b(?:[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight)\b"
            r"|\b(?:[Ll]ast|[Nn]ext|(?:[Ee]arlier\s|[Ll]ater\s)?[Tt]his)\s"
            rf"(?:year|month|week|weekend|summer|spring|autumn|winter|quarter|night|{_DAY})\b"
            r"|\b(?:Christmas|New Year[’']s|Boxing)\s(?:Day|Eve)\b"
        ),
    ),
    (
        "duration",
        re.compile(
            rf"{_ABOUT}(?P<core>\b(?:{_SCALED}{_TO})?(?:{_SCALED}(?:\sand\sa\shalf)?|an?|several|many|a few|half an?)"
            rf"[ -](?:and a half )?{_PERIOD}(?:[ -]old\b)?)(?!\w)"
            r"|(?:\b[Aa]ged|\bage of|\bat age|\bat the age of)\s(?P<age>\d{1,3})\b",
            re.IGNORECASE,
        ),
    ),
    (
        "percent",
        re.compile(
            rf"{_ABOUT}(?P<core>(?<![\w$€£¥.,])(?:(?:(?P<one>{_SCALED}{_PERCENT})|{_SCALED}){_TO})?(?P<two>{_SCALED}{_PERCENT}))(?!\w)",
            re.IGNORECASE,
        ),
    ),
    (
        "number",
        re.compile(
            rf"{_ABOUT}(?P<core>(?<![\w$€£¥.,])"
            rf"(?:(?P<one>{_SCALED})(?![\w%])(?!{_TO}(?:{_DIGITS})\s(?:{_SCALE})\b)|{_SCALED}(?![\w%]))(?:{_TO}(?P<two>{_SCALED})(?![\w%]))?)"
            rf"(?P<unit>[ -]?{_UNIT})?",
            re.IGNORECASE,
        ),
    ),
    (
        "ordinal",
        re.compile(
            r"\b(?:\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
            r"|thirteenth|twentieth)\b(?![ -](?:half|quarter))",
            re.IGNORECASE,
        ),
    ),
)
# A sentence without any of these is not searched for the kind: that takes most of the time.
_HINTS: dict[SpanKind, re.Pattern[str]] = {
    "money": re.compile(rf"{_CURRENCY}|{_CURRENCY_WORD}\b", re.IGNORECASE),
    "duration": re.compile(rf"{_PERIOD}|\bage\b|\baged\b", re.IGNORECASE),
    "percent": re.compile(r"%|per ?cent|pct", re.IGNORECASE),
}
# Parts of a match that are possible answers of their own: without "about" and unit, the ends of a range, the year.
_PARTS_OF_ANSWER = ("core", "one", "two", "age", *(f"y{number}" for number in range(1, 8)))
_UPPER = "A-ZÀ-ÖØ-Þ" + "".join(chr(code) for code in range(0x100, 0x250) if chr(code).isupper())
_CAPITAL = (
    rf"(?:[A-Z]\.){{2,}}|(?:Dr|Mr|Mrs|Ms|Prof|St|Gen|Sen|Rep|Gov|Lt|Col|Jr|Sr)\.|[A-Z]\.(?=\s[{_UPPER}])"
    rf"|[{_UPPER}](?:[\w’'&-]|[.–](?=[A-Z]))*[\w’']|[A-Z](?:\.[A-Z])*"
)
_JOINERS = r"(?:\s(?:of|the|for|de|van|der|von|du|la|le|les|et|y|del|della|di|da|dos|das|zu|al|bin|ibn|&)){0,2}"
_NAME = re.compile(
    rf"(?:{_CAPITAL})(?:{_JOINERS}\s(?:{_CAPITAL}))*(?P<tail>\s\d{{1,3}}(?![\w%:–-]|[.,]\d))?"
    r"(?:,?\s(?:Inc|Ltd|Co|Corp)\.(?:,\s(?:Inc|Ltd)\.)?|\s(?:plc|GmbH|LLC)\b)?"
)
_DATELINE = re.compile(r"(?:,[^—–]{1,30})?\s+[—–]\s")  # "HONG KONG — The government ..." names no one in the sentence
_OWNED = re.compile(r"[’']s\s")
_JOINED = re.compile(r"\s(?P<how>of|for)\s(?:the\s)?")
_AND = re.compile(r"\sand\s(?:the\s)?")
_WITHIN = re.compile(r",\s")  # "Eisleben, Saxony"
_PLACED = re.compile(r"\b(?:in|at|near|from|to|of)\s(?:the\s)?$")
_HYPHENED = re.compile(
    r"-(?:owned|based|led|born|backed|made|run|speaking|style|funded|occupied|controlled|held|built|era|wide|trained)\b"
)
_BARE_MONTH = re.compile(_MONTH)
_SURNAMED = re.compile(r"\b[A-Z][\w’'-]+\s$")
_QUOTED = re.compile(r"[“\"]([^”\"\n]{2,80})[”\"]|‘([^’\n]{2,60})’|(#[^\s#]+#?)")
_HAN = r"\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_CJK = re.compile(rf"#?[{_HAN}][{_HAN}·‧]*#?")
_TITLES = ("Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "St.")
_ABBREVIATED = re.compile(r"\b(?:Inc|Ltd|Co|Corp|Jr|Sr|[A-Z]\.[A-Z])\.$")
# Words that open a sentence with a capital and name nobody.
_OPENERS = frozenset(
    """a an the this that these those it its he she they we you i his her their our my in on at by for from to of with
    as and but or so if when while although though because since after before during under over however meanwhile
    moreover furthermore additionally also then there here both each every some many most several few all half no not
    what which who how why where one another other such according instead besides despite among between since until only
    even still yet therefore thus hence indeed similarly specifically personally politically finally first firstly
    second secondly third lastly again nevertheless nonetheless overall generally currently recently earlier later
    reportedly today yesterday tomorrow mr mrs ms dr""".split()
)


_MASKED = ("date", "money", "duration", "percent")


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[Span, ...]:
    """Possible short answers in reading order; a name within a date or an amount is left out."""
    measured = list(_measured(text))
    bare = text
    for span in measured:
        if span.kind in _MASKED:
            bare = bare[: span.start] + "\0" * (span.end - span.start) + bare[span.end :]
    names = [
        name for name in _names(bare) if not any(span.start <= name.start and name.end <= span.end for span in measured)
    ]
    measured = [span for span in measured if not _in_a_name(text, span, names)]
    return tuple(sorted({*measured, *names, *_terms(text)}, key=lambda span: (span.start, span.end, span.kind)))


def _measured(text: str) -> Iterator[Span]:
    left = text  # what is found is blanked, so that no later pattern finds a part of it
    for kind, pattern in _PATTERNS:
        if kind in _HINTS and not _HINTS[kind].search(left):
            continue
        for match in pattern.finditer(left):
            start, end = _stripped(left, *match.span())
            if start == end or (kind == "date" and _is_surname(text, start, end)):
                continue
            left = left[:start] + "\0" * (end - start) + left[end:]
            found = match.groupdict()
            if not found.get("age"):
                yield Span(kind, start, end)
            if kind == "duration" and text.startswith(" ago", end):
                yield Span("date", start, end + len(" ago"))
            for part in _PARTS_OF_ANSWER:
                if found.get(part):
                    yield Span(kind, *match.span(part))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_surname(text: str, start: int, end: int) -> bool:
    """Whether a month is someone's name: "Theresa May"."""
    if not _BARE_MONTH.fullmatch(text, start, end):
        return False
    before = _SURNAMED.search(text, 0, start)
    return before is not None and before.group().strip().lower() not in _OPENERS


def _in_a_name(text: str, span: Span, names: list[Span]) -> bool:
    """A number or rank that is part of a name: "Westwood One", "Second World War"."""
    return (
        span.kind in ("number", "ordinal")
        and text[span.start].isupper()
        and any(name.start <= span.start and span.end <= name.end and name != span for name in names)
    )


def _names(text: str) -> Iterator[Span]:
    runs = []
    for match in _NAME.finditer(text):
        start, end = _trimmed_name(text, *match.span())
        if match["tail"] and start < match.start("tail"):  # "Apollo 11"
            yield Span("name", start, match.start("tail"))
        if end > start and not (text[start:end].isupper() and _DATELINE.match(text, end)):
            runs.append((start, end))
    for start, end in runs:
        yield Span("name", start, end)
        yield from _within_name(text, start, end)
    for (start, left), (right, end) in pairwise(runs):  # "Ministry of Industry and Information Technology"
        if _AND.fullmatch(text, left, right) or (
            _WITHIN.fullmatch(text, left, right) and _PLACED.search(text, 0, start)
        ):
            yield Span("name", start, end)


def _within_name(text: str, start: int, end: int) -> Iterator[Span]:
    """The names that a longer one holds: who owns and what, who without a title, the body without its country."""
    for owned in _OWNED.finditer(text, start, end):  # "China's Anhui" holds two names, "People's Daily" is one
        yield Span("name", start, owned.start())
        yield Span("name", owned.end(), end)
    for joined in _JOINED.finditer(text, start, end):
        if joined["how"] == "for":  # "left Osmere for Talvik", but also "Center for Law"
            yield Span("name", start, joined.start())
        yield Span("name", joined.end(), end)
    untitled = _untitled(text, start, end)
    if untitled != start:
        yield Span("name", untitled, end)


def _untitled(text: str, start: int, end: int) -> int:
    """Where the name begins without the titles before it: "Prime Minister Ana Prim"."""
    words = list(re.finditer(r"\S+", text[start:end]))
    for word, following in reversed(list(pairwise(words))):
        if word.group().strip(".").lower() in TITLES and following.group()[0].isupper():
            return start + following.start()
    return start


def _trimmed_name(text: str, start: int, end: int) -> tuple[int, int]:
    """Without opening words such as "The" and "In", a possessive ending, "-owned" and closing punctuation."""
    for word in re.finditer(r"[\w’'.&-]+\s*", text[start:end]):
        opens = word.group().strip(" .").lower()
        ranked = opens in ("first", "second", "third") and start + word.start() > 0  # "the Second World War"
        if opens not in _OPENERS or ranked or word.group().startswith(_TITLES):
            start += word.start()
            break
    else:
        return start, start
    hyphened = _HYPHENED.search(text, start, end)
    if hyphened and hyphened.end() == end:
        end = hyphened.start()
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
