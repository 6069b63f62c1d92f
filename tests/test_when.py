from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.retrieval.when import MOST, TimeFrame, agreement, anchored, frame, weigh
from qa.schema import Chunk, Hit

NOW = date(2021, 6, 15)  # a Tuesday
NOTHING = TimeFrame()
ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "when.jsonl").read_text(encoding="utf-8").splitlines()
]


def held_out() -> set[int]:
    """The sixty rows that were looked at once, when the rules were written: places in the file, drawn by hash."""
    drawn = [hashlib.sha256(f"when 7 {row['question']} {row['now']}".encode()).hexdigest() for row in ROWS]
    return set(sorted(range(len(ROWS)), key=drawn.__getitem__)[:60])


def hit(place: int, score: float, text: str = "", published: str | None = None) -> Hit:
    return Hit(Chunk(f"c{place}", f"a{place}", "v", 0, 0, len(text), text, published or ""), score, 0.5, 1.0, place)


def published_of(chunk: Chunk) -> str | None:
    """The tests keep it in the header."""
    return chunk.header or None


def order(hits: list[Hit]) -> list[str]:
    return [each.chunk.id for each in hits]


def test_the_set_of_questions_is_what_it_says():
    assert (len(ROWS), len(held_out())) == (200, 60)
    assert sum(row.keys() == {"question", "now"} for row in ROWS) >= 50
    assert len({(row["question"], row["now"]) for row in ROWS}) == 200


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["question"])
def test_a_question_has_the_time_that_people_read_in_it(row):
    found = frame(row["question"], date.fromisoformat(row["now"]) if row["now"] else None)
    assert found == TimeFrame(
        row.get("since"),
        row.get("until"),
        row.get("newest", False),
        row.get("oldest", False),
        row.get("event"),
        row.get("relation"),
        found.words,
    )


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is the latest on the 2021 budget?", ["latest", "2021"]),
        ("Who led the council from March 2003 to June 2012?", ["March 2003 to June 2012"]),
        ("Which mines closed after the 1953 flood?", ["after the 1953 flood", "1953"]),
        ("When was the leak first reported?", ["first reported"]),
        ("What is the bridge made of?", []),
    ],
)
def test_the_words_that_say_the_time_are_shown(question, words):
    assert [question[start:end] for start, end in frame(question, NOW).words] == words


@pytest.mark.parametrize(
    ("now", "question", "since", "until"),
    [
        (date(2024, 2, 29), "What was said a year ago?", "2023", "2023"),
        (date(2024, 2, 29), "What was said in the past year?", "2023-02-28", "2024-02-29"),
        (date(2021, 1, 1), "What was said yesterday?", "2020-12-31", "2020-12-31"),
        (date(2021, 1, 31), "What was said two months ago?", "2020-11", "2020-11"),
        (date(2021, 6, 13), "What was said last week?", "2021-05-31", "2021-06-06"),
        (date(2021, 6, 13), "What was said on Sunday?", "2021-06-13", "2021-06-13"),
        (date(2021, 6, 13), "What will be said on Sunday?", "2021-06-20", "2021-06-20"),
        (date(2021, 1, 5), "What was said last winter?", "2019-12", "2020-02"),
        (date(2021, 6, 15), "What was said this past summer?", "2020-06", "2020-08"),
        (date(2021, 6, 15), "What was said a century ago?", "1921", "1921"),
        (date(2021, 6, 15), "What was said two centuries ago?", "1821", "1821"),
        (date(2021, 6, 15), "What was said a decade ago?", "2011", "2011"),
        (date(2021, 2, 3), "What was said last quarter?", "2020-10", "2020-12"),
        (date(2021, 3, 3), "What was said on 29 February?", None, None),
        (date(1, 1, 1), "What was said yesterday, and three centuries ago?", None, None),
        (date(9999, 12, 31), "What will be said tomorrow, and next century?", None, None),
        (date(9999, 12, 31), "What was said this century, and after this year?", "9999", None),
        (date(1, 1, 1), "What was said before this year?", None, "0001"),
    ],
)
def test_the_calendar_is_kept_at_its_borders(now, question, since, until):
    found = frame(question, now)
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("The mill burned down in March 2015.", None, 1.0),
        ("She was mayor from 2010 to 2019.", None, 0.8),
        ("It has been closed since 2012.", None, 0.5),
        ("The mill burned down.", "2015-04-02", 0.5),
        ("The mill burned down.", "2016-02", 0.25),
        ("The mill burned down.", "2019", 0.0),
        ("The mill burned down.", None, 0.0),
        ("The mill will be built.", "2013", -0.5),
        ("The mill burned down in 1987.", None, -0.5),
        ("The mill burned down in 1987.", "2015", 0.5),
        ("The mill burned down last year.", "2016-02-01", 1.0),
    ],
)
def test_a_passage_fits_a_year_by_what_it_says_and_then_by_when_it_was_published(text, published, expected):
    assert agreement(frame("What happened in 2015?", None), text, published) == expected


def test_no_time_asked_for_is_no_measure():
    assert agreement(frame("What is the latest news?", NOW), "It burned in 2015.", "2015") == 0.0


def test_the_passage_of_the_year_asked_about_leads_those_about_as_good():
    hits = [
        hit(1, 0.62, "The fair of 2019 drew 40,000."),
        hit(2, 0.60, "The fair drew a crowd."),
        hit(3, 0.58, "The fair of 2015 drew 25,000."),
        hit(4, 0.30, "In 2015 the mill burned down."),
    ]
    weighed = weigh(hits, frame("How many people came to the fair in 2015?", NOW), published_of)
    assert [(each.chunk.id, each.score, each.rank) for each in weighed] == [
        ("c3", 0.68, 1), ("c2", 0.6, 2), ("c1", 0.57, 3), ("c4", 0.4, 4),
    ]  # fmt: skip


def test_a_range_that_no_passage_fits_moves_nothing():
    hits = [hit(1, 0.5, "The fair of 2019."), hit(2, 0.49, "The fair."), hit(3, 0.48, "The fair of 2017.")]
    assert weigh(hits, frame("How many came to the fair in 2015?", NOW), published_of) == hits


def test_the_newest_leads_only_those_about_as_good():
    hits = [
        hit(1, 0.80, "The lake has 400 eels.", "2018"),
        hit(2, 0.78, "The lake has 300 eels.", "2019-05"),
        hit(3, 0.77, "The lake has eels."),
        hit(4, 0.75, "The lake has 200 eels.", "2021-02-03"),
        hit(5, 0.40, "The tram is late.", "2021-06-14"),
    ]
    weighed = weigh(hits, frame("What is the latest count of eels?", NOW), published_of)
    assert [(each.chunk.id, each.score, each.rank) for each in weighed] == [
        ("c4", 0.8, 1), ("c2", 0.78, 2), ("c1", 0.77, 3), ("c3", 0.75, 4), ("c5", 0.4, 5),
    ]  # fmt: skip
    assert order(weigh(hits, frame("When were the eels first counted?", NOW), published_of)) == order(hits)


def test_a_date_known_too_loosely_is_not_called_newer():
    hits = [hit(1, 0.8, "Eels.", "2021"), hit(2, 0.79, "Eels.", "2021-05")]
    assert weigh(hits, frame("What is the latest count of eels?", NOW), published_of) == hits


INVASION = [
    hit(1, 0.9, "Varnland prepared for years. The invasion of Osmere began on 24 May 2019.", "2020"),
    hit(2, 0.8, "Since Varnland invaded Osmere in 2019, the mill has stood still.", "2021"),
    hit(3, 0.7, "An invasion of Osmere by eels was feared in 1950.", "1950"),
    hit(4, 0.6, "The harbour was dug in 1901.", "2020"),
]


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("How many boats were there before the invasion of Osmere?", None, "2019-05-24"),
        ("What has changed since Varnland invaded Osmere?", "2019-05-24", None),
        ("What was eaten during the invasion of Osmere?", "2019-05-24", "2019-05-24"),
        ("What was eaten before the flood in Brenna?", None, None),
        ("What was eaten before the harbour strike?", None, None),
        ("What was eaten in 1999, before the invasion of Osmere?", "1999", "1999"),
        ("What was eaten?", None, None),
    ],
)
def test_an_event_is_dated_by_the_sentences_that_name_it(question, since, until):
    asked = frame(question, NOW)
    found = anchored(asked, INVASION, published_of)
    assert found == replace(asked, since=since, until=until)


def test_an_event_that_no_passage_dates_moves_nothing():
    asked = anchored(frame("What was eaten before the flood in Brenna?", NOW), INVASION, published_of)
    assert weigh(INVASION, asked, published_of) == INVASION


TIMES = st.sampled_from(
    (
        "in|since|before|after|between|and|to|-|early|the end of|last|next|past|two|ago|year|month|week|March|may|3"
        "|29 February|31|2021|1999|2015-16|1990s|’90s|19th century|0th century|Q3|Tuesday|summer|winter|latest|now"
        "|first|When|invasion|the war|,|“1984”|2021年3月|9999|999|yesterday|by|until|first half of|onwards|mid-"
    ).split("|")
)
QUESTIONS = st.lists(TIMES | st.text(max_size=5), max_size=12).map(" ".join)
DAYS = st.none() | st.dates()
PUBLISHED = st.none() | st.sampled_from(["2021", "2021-03", "2021-03-20", "0001-01-01", "9999-12-31", "2021-13", "x"])


def first_day(iso: str | None) -> date:
    return date(*[*map(int, iso.split("-")), 1, 1][:3]) if iso else date.min


def last_day(iso: str | None) -> date:
    parts = [*map(int, iso.split("-"))] if iso else [9999, 12, 31]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    return date(year, month, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)


@given(QUESTIONS, DAYS)
def test_any_question_has_a_frame_in_order(question, now):
    found = frame(question, now)
    assert found == frame(question, now)
    assert first_day(found.since) <= last_day(found.until)
    assert all(0 <= start < end <= len(question) for start, end in found.words)
    assert (found.event is None) == (found.relation is None)
    assert found.event is None or found.event in question
    assert bool(found.words) == (found != NOTHING)


@given(QUESTIONS, DAYS, st.lists(st.tuples(st.floats(0, 1), QUESTIONS, PUBLISHED), max_size=6))
def test_weighing_reorders_and_drops_nothing(question, now, drawn):
    drawn = sorted(drawn, key=lambda each: -each[0])
    hits = [hit(place, *each) for place, each in enumerate(drawn, 1)]
    asked = anchored(frame(question, now), hits, published_of)
    weighed = weigh(hits, asked, published_of)
    assert weighed == weigh(hits, asked, published_of)
    assert sorted(order(weighed)) == sorted(order(hits))
    assert [each.rank for each in weighed] == list(range(1, len(hits) + 1))
    assert all(0 <= each.score <= 1 for each in weighed)
    assert all(one.score >= other.score for one, other in pairwise(weighed)) or weighed == hits
    before = {each.chunk.id: each.score for each in hits}
    for place, one in enumerate(weighed):
        assert all(before[other.chunk.id] - before[one.chunk.id] <= MOST + 1e-5 for other in weighed[place:])
    if asked == NOTHING:
        assert weighed == hits


@given(QUESTIONS, QUESTIONS, PUBLISHED, DAYS)
def test_agreement_stays_within_its_scale(question, text, published, now):
    assert -1 <= agreement(frame(question, now), text, published) <= 1
