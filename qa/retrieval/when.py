"""What time a question asks about, and how well passages agree with it.

It never filters. A frame moves the hits that fit it before those about as good that do not; a passage of which no time
is known is moved neither up nor down, and where no hit fits, all stay as they are. The clock is an argument: without
it, "last year" is no year. Years in quotation marks are no dates. English; see `qa.retrieval.timewords`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from qa.retrieval.days import NO_CLOCK, OPEN, Bounds, Clock, Closed, Ordinals, clock_of, ordinals, overlap
from qa.retrieval.timewords import Moment, bounded, dates_in, moments
from qa.schema import Chunk, Hit
from qa.sentences import sentence_spans

Relation = Literal["before", "after", "since", "during", "until"]
PublishedOf = Callable[[Chunk], str | None]
"""The date an article is from, as an ISO string of the precision that is known; None where it is not."""

_RANGE = 0.1
"""What a hit gains that fits the range, on the scale of fused scores; one that speaks of other times loses half."""
_NEAR = 0.1
"""Hits this near in score are about equally good: the newest of them goes first, where the newest is asked for."""
MOST = 1.5 * _RANGE + _NEAR
"""The most by which a hit may be better and yet be overtaken."""
# How well a time that the text states fits, by how the two ranges lie; then what the date of publication alone says.
_WITHIN, _AROUND, _PARTLY = 1.0, 0.8, 0.5
_PUBLISHED_THEN, _PUBLISHED_SOON, _ELSEWHERE = 0.5, 0.25, -0.5
_SOON = 120  # days: an article of the months after may still report on the range
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class TimeFrame:
    """The time a question asks about: ISO dates, inclusive, of any precision; None where that side is open.

    `newest`, `oldest`: which reports are preferred. `event` is what the time is counted from where the question names
    it in words ("before the invasion"), `relation` how. `words` are the places in the question that say all this.
    """

    since: str | None = None
    until: str | None = None
    newest: bool = False
    oldest: bool = False
    event: str | None = None
    relation: Relation | None = None
    words: tuple[tuple[int, int], ...] = ()

    @property
    def ranged(self) -> bool:
        """Whether the time asked about has a known side."""
        return bool(self.since or self.until)


def frame(question: str, now: date | None) -> TimeFrame:
    """The time that a question asks about; an empty frame where it names none. `now` is the day it is asked on; without
    it, words such as "yesterday" name no day.
    """
    plain = _QUOTED.sub(lambda match: "_" * len(match.group()), question)
    found = list(moments(plain, Clock(now, 3) if now else NO_CLOCK))
    event = _event(plain, found)
    since, until = _joined(_asked(plain, moment, event) for moment in found)
    newest = [match.span() for match in _NEWEST.finditer(plain)]
    oldest = [match.span("x") for form in (_OLDEST, _WHEN_FIRST) for match in form.finditer(plain)]
    words = {*newest, *oldest, *((moment.start, moment.end) for moment in found)}
    if event:
        words.add((event.lead, event.end))
    return TimeFrame(
        since,
        until,
        bool(newest),
        bool(oldest),
        question[event.start : event.end] if event else None,
        event.relation if event else None,
        tuple(sorted(words)),
    )


def agreement(asked: TimeFrame, text: str, published: str | None) -> float:
    """How well a passage fits the range asked about, from -1 to 1; 0 where nothing is known or no range is asked for.

    What the text says comes first: 1 for a time inside the range, less for one that only reaches into it. Then when its
    article was published: inside the range, or soon after it. Below 0 are passages that speak of other times alone, and
    those published before the range begins.
    """
    if not asked.ranged:
        return 0.0
    first, last = ordinals(asked.since, asked.until)
    stated = [ordinals(each.since, each.until) for each in dates_in(text, published)]
    fit = max((_fit(days, (first, last)) for days in stated), default=0.0)
    if fit or not clock_of(published).parts:
        return fit or (_ELSEWHERE if stated else 0.0)
    opened, closed = ordinals(published, published)
    if first <= closed and opened <= last:
        return _PUBLISHED_THEN
    if last < opened <= last + _SOON:
        return _PUBLISHED_SOON
    return _ELSEWHERE if stated or closed < first else 0.0


def weigh(hits: Sequence[Hit], asked: TimeFrame, published_of: PublishedOf) -> list[Hit]:
    """The same hits in the order that the frame asks for, scores adjusted, ranks counted anew; none is dropped.

    A hit whose score is better by more than `MOST` is never overtaken. An empty frame changes nothing, and neither does
    a range that no hit fits. What leads by age takes the score of the place it takes.
    """
    if not (asked.ranged or asked.newest or asked.oldest):
        return list(hits)
    dated = [published_of(hit.chunk) for hit in hits]
    fits = [agreement(asked, hit.chunk.text, day) for hit, day in zip(hits, dated, strict=True)]
    if not any(fit > 0 for fit in fits):
        fits = [0.0] * len(fits)
    scores = [round(hit.score + _RANGE * fit, _DIGITS) for hit, fit in zip(hits, fits, strict=True)]
    order = sorted(range(len(hits)), key=lambda place: (-scores[place], hits[place].rank, place))
    falling = [scores[place] for place in order]
    if asked.newest != asked.oldest:
        order = _by_age(order, scores, dated, newest=asked.newest)
    if order == list(range(len(hits))) and not any(fits):
        return list(hits)
    return [
        replace(hits[place], score=min(1.0, max(0.0, score)), rank=rank)
        for rank, (place, score) in enumerate(zip(order, falling, strict=True), 1)
    ]


def _by_age(order: Sequence[int], scores: Sequence[float], dated: Sequence[str | None], *, newest: bool) -> list[int]:
    """The places, best first, each stretch of about equal ones led by the newest (or oldest) that is surely so."""
    days = [ordinals(day, day) if clock_of(day).parts else None for day in dated]
    left, done = list(order), []
    while left:
        chosen = left[0]
        for place in left:
            one, other = days[chosen], days[place]
            if scores[left[0]] - scores[place] > _NEAR or one is None:
                break
            if other and (other[0] > one[1] if newest else other[1] < one[0]):
                chosen = place
        left.remove(chosen)
        done.append(chosen)
    return done


def anchored(asked: TimeFrame, hits: Sequence[Hit], published_of: PublishedOf) -> TimeFrame:
    """The frame with its event turned into a range, by the sentences of the hits that name the event and a date.

    In each the date nearest to the event's words counts, and of all the one that most give. Without such a sentence, or
    without an event, the frame is what it was; so it is where the question itself names the date.
    """
    if not asked.event or not asked.relation or asked.ranged:
        return asked
    wanted = [word for word in _words(asked.event) if word not in _SMALL]
    heads = [word for words in _HAPPENS.findall(asked.event) for word in _words(words) if word in wanted] or wanted
    given: Counter[Closed] = Counter()
    for hit in hits if wanted else ():
        for start, end in sentence_spans(hit.chunk.text):
            if bounds := _date_of(wanted, heads, hit.chunk.text[start:end], published_of(hit.chunk)):
                given[bounds] += 1
    if not given:
        return asked
    # "24 May 2019" and "2019" are one date told twice: both count for either, and the more exact is taken.
    votes = {one: sum(given[other] for other in given if overlap(ordinals(*one), ordinals(*other))) for one in given}
    since, until = _related(asked.relation, min(votes, key=lambda one: (-votes[one], -len(one[0]), one)))
    return replace(asked, since=since, until=until)


def _date_of(wanted: Sequence[str], heads: Sequence[str], sentence: str, published: str | None) -> Closed | None:
    """The date that a sentence gives nearest to the words of an event; None where it does not name both.

    Most of the words must be there, and one of the heads: those that say what happened.
    """
    words = [(match.start(), match.group().lower()) for match in _WORD.finditer(sentence)]
    places = [next((at for at, word in words if _akin(word, one)), None) for one in wanted]
    named = [place for place in places if place is not None]
    happened = any(place is not None and one in heads for one, place in zip(wanted, places, strict=True))
    if not happened or 3 * len(named) < 2 * len(wanted):
        return None
    middle = sum(named) / len(named)
    near: list[tuple[float, str, str]] = []
    for each in dates_in(sentence, published):
        if each.since and each.until:
            first, last = ordinals(each.since, each.until)
            if last - first <= 366:  # a decade places no event
                near.append((abs(each.start - middle), each.since, each.until))
    return min(near)[1:] if near else None


def _akin(word: str, other: str) -> bool:
    """Whether two words share their stem, roughly: "invaded" and "invasion" do, "war" and "ware" do not."""
    shorter = min(len(word), len(other))
    same = next((place for place in range(shorter) if word[place] != other[place]), shorter)
    return word == other or same >= max(4, shorter - 3)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _fit(stated: Ordinals, wanted: Ordinals) -> float:
    if not overlap(stated, wanted):
        return 0.0
    if wanted[0] <= stated[0] and stated[1] <= wanted[1]:
        return _WITHIN
    around = stated[0] <= wanted[0] and wanted[1] <= stated[1]
    return _AROUND if around and OPEN.isdisjoint(stated) else _PARTLY


# --- the question


def _asked(text: str, moment: Moment, event: _Event | None) -> Bounds:
    """The range that a time of the question sets, by the words before it or the event that it belongs to."""
    if event and event.start <= moment.start and moment.end <= event.end:
        return _related(event.relation, (moment.since, moment.until))
    return bounded(text, moment)


def _related(relation: Relation, bounds: Closed) -> Bounds:
    """The range on that side of an event, what is as near as the date can tell included."""
    return None if relation in ("before", "until") else bounds[0], None if relation in ("after", "since") else bounds[1]


def _joined(ranges: Iterable[Bounds]) -> Bounds:
    """What all of the ranges have in common, or, where that is nothing, what holds them all."""
    whole: Bounds | None = None
    for bounds in ranges:
        if whole is None:
            whole = bounds
            continue
        later, earlier = (max, min) if overlap(ordinals(*whole), ordinals(*bounds)) else (min, max)
        whole = later(whole[0], bounds[0], key=_opening), earlier(whole[1], bounds[1], key=_closing)
    return whole or (None, None)


def _opening(since: str | None) -> int:
    return ordinals(since, None)[0]


def _closing(until: str | None) -> int:
    return ordinals(None, until)[1]


@dataclass(frozen=True, slots=True)
class _Event:
    """An event in the question, `start:end`; `lead` is where "before" or "since" begins."""

    relation: Relation
    lead: int
    start: int
    end: int


def _event(text: str, moments: Sequence[Moment]) -> _Event | None:
    """The first event that a question counts time from, if any."""
    for match in _EVENT.finditer(text):
        start, end = match.start("event"), match.start("event") + len(match["event"].rstrip(" ."))
        bare = text[start:end]
        for moment in moments:
            if start <= moment.start and moment.end <= end:
                bare = bare.replace(text[moment.start : moment.end], " ")
        said = [word for word in _words(bare) if word not in _SMALL]
        lead = match["lead"].lower()
        if not said or (lead == "after" and _LOOKS.search(text, max(0, match.start() - 20), match.start())):
            continue
        plainly = lead in _PLAINLY and _DETERMINER.match(text, start) and said[0] not in _TIMES_OF_DAY
        if plainly or (not said[0].endswith("ing") and _HAPPENS.search(bare)):
            return _Event(_RELATIONS[lead], match.start(), start, end)
    return None


# --- words

_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    "a an the this that these those it its he his she her they their them him we our you your i of in on at by to from "
    "for with and or as is are was were be been being had has have did do does not year years end start beginning "
    "fiscal all first late early mid".split()
)
_QUOTED = re.compile(r"\"[^\"]{1,300}\"|“[^”]{1,300}”|‘[^’]{1,300}’(?!\w)|«[^»]{1,300}»")
_NEWEST = re.compile(
    r"(?<!at the )\blatest\b|\bnewest\b|\bmost recent(?:ly)?\b|(?<!most )\brecent(?:ly)?\b|\blately\b|\bup-to-date\b"
    r"|\bas of (?:now|today)\b|\bright now\b|\bat (?:the moment|present)\b|\bcurrently\b|\bnowadays\b|\bthese days\b"
    r"|(?<!as of )\btoday\b"
    r"|(?<!right )(?<!from )(?<!as of )\b(?-i:[Nn]ow)\b"
    r"(?![- ](?:known|called|named|defunct|discontinued|former|famous|closed|that|and then))"
    r"|(?:(?<=\bthe )|(?<=\bits )|(?<=\bhis )|(?<=\bher )|(?<=\btheir )|(?<=[’']s ))current\b(?=\s\w)"
    r"(?!\s(?:affairs|account|of|in|through|flows?|is|was)\b)",
    re.IGNORECASE,
)
_OLDEST = re.compile(
    r"(?P<x>\b(?:earliest|oldest) (?:known )?(?:reports?|reported|articles?|accounts?|mentions?|news|stor(?:y|ies)"
    r"|sources?|records?)\b|\bfirst (?:reported|announced|published|mentioned|noticed|confirmed|detected|seen|heard"
    r"|appeared|documented|recorded)\b)",
    re.IGNORECASE,
)
_WHEN_FIRST = re.compile(
    r"^\W*(?:since )?when\b.{0,80}?(?<!\bthe )(?<!\bits )(?<!\bhis )(?<!\bher )(?P<x>\bfirst\b)(?=\s[a-z])"
    r"(?!\s(?:reported|announced|published|mentioned|noticed|confirmed|detected|seen|heard|appeared|documented"
    r"|recorded))",
    re.IGNORECASE,
)

_RELATIONS: dict[str, Relation] = {
    "before": "before", "prior to": "before", "ahead of": "before", "on the eve of": "before",
    "in the run-up to": "before", "after": "after", "following": "after", "in the wake of": "after",
    "since": "since", "during": "during", "amid": "during", "until": "until", "till": "until",
}  # fmt: skip
_PLAINLY = frozenset(_RELATIONS) - {"before", "after", "since", "until", "till"}
_EVENT = re.compile(
    rf"\b(?P<lead>{'|'.join(_RELATIONS)})\s"
    r"(?!(?:what|which|whose?|when|how|then)\b)(?P<event>(?:(?!\s(?:who|whom|what|which|when|where|why|how|before|after|since|until)\b)[^,;:?!\n]){3,120})",
    re.IGNORECASE,
)
_LOOKS = re.compile(r"\b(?:look(?:s|ed|ing)?|nam(?:e|ed|es)|tak(?:e|es|en)|modell?ed|sought|car(?:e|es|ed))\s$")
_DETERMINER = re.compile(r"(?:the|a|an|its|his|her|their|this|that|[A-Z]\w+(?:[’']s)?|\w+[’']s)\s", re.ASCII)
_TIMES_OF_DAY = frozenset(
    "day days night nights week weekend month summer winter spring autumn morning time times period hours".split()
)
_HAPPENS = re.compile(
    r"\b(?:invasion|wars?|merger|takeover|acquisition|buyout|embargo|sanctions|elections?|referendum|pandemic|outbreak"
    r"|epidemic|lockdown|earthquake|quake|floods?|flooding|fire|hurricane|typhoon|cyclone|storm|tsunami|eruption"
    r"|drought|famine|attacks?|bombing|shooting|massacre|siege|coup|uprising|revolution|revolt|protests|riots|strike"
    r"|summit|crash|crisis|collapse|downfall|fall of|death|murder|assassination|funeral|resignation|appointment"
    r"|inauguration|impeachment|arrest|trial|verdict|launch|opening|closure|reopening|independence|unification"
    r"|reunification|annexation|partition|occupation|withdrawal|retreat|ceasefire|armistice|treaty|handover|Brexit"
    r"|Olympics|World Cup|scandal|explosion|blast|spill|leak|accident|disaster|bankruptcy|default|bailout|flotation"
    r"|defection|deportation|exile|release|birth|wedding|coronation|abdication"
    r"|was|were|had|\w{3,}ed|took|fell|broke|began|left|won|lost|came|went|became|quit|met|shot|sank|struck|rose|gave"
    r"|found|bought|sold)\b",
    re.IGNORECASE,
)
