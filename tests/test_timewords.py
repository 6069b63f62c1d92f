from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.retrieval.days import (
    NO_CLOCK,
    Clock,
    beside,
    clock_of,
    cut,
    first_day,
    last_day,
    month_of,
    ordinals,
    overlap,
    season_away,
    share_of,
    unit_away,
    until_now,
)
from qa.retrieval.timewords import bounded, dates_in, moments
from qa.retrieval.years import is_year

NOW = Clock(date(2021, 6, 15), 3)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("The harvest of 2009 was lower.", None, [("2009", "2009", "2009")]),
        ("She led the choir from 2004 to May 2010.", None, [("2004 to May 2010", "2004", "2010-05")]),
        ("It has run since March 2016.", None, [("March 2016", "2016-03", None)]),
        ("The fire broke out on Tuesday.", "2021-03-20", [("Tuesday", "2021-03-16", "2021-03-16")]),
        ("Last year 40 boats sank; this month, two.", "2021-03",
         [("Last year", "2020", "2020"), ("this month", "2021-03", "2021-03")]),
        ("Last year 40 boats sank; this month, two.", "2021", [("Last year", "2020", "2020")]),
        ("The vote is planned for March 24.", "2021-02-11", [("March 24", "2021-03-24", "2021-03-24")]),
        ("Emissions are to halve by 2030.", None, [("2030", "2030", "2030")]),
        ("Last year and on Tuesday.", None, []),
        ("Last year and on Tuesday.", "no date", []),
        ("Some 2000 people, 1500 sheep and $1900 were lost in room 2012.", "2021-03-20", []),
        ("二零二一年之后，2021年3月20日，学校重新开放。", None, [("2021年3月20日", "2021-03-20", "2021-03-20")]),
        ("Am 20. März 2021 wurde die Schule geöffnet.", None, [("20. März 2021", "2021-03-20", "2021-03-20")]),
        ("At the end\nof 2019, the day before\nyesterday, a\nfew days ago, H3 2020", "2021-03-20",
         [("end\nof 2019", "2019-09", "2019-12"), ("the day before\nyesterday", "2021-03-18", "2021-03-18"),
          ("a\nfew days ago", "2021-03-17", "2021-03-17")]),
        ("In 1٩٨٤ and 1984.", None, [("1٩٨٤", "1984", "1984"), ("1984", "1984", "1984")]),
        ("", "2021", []),
    ],
)  # fmt: skip
def test_a_passage_speaks_of_these_times(text, published, expected):
    found = dates_in(text, published)
    assert [(text[each.start : each.end], each.since, each.until) for each in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was lost in 1066.", True),
        ("The 2015 budget was cut.", True),
        ("Its 2015 budget was cut.", True),
        ("The budget (2015) was cut.", True),
        ("It drew 2015 visitors.", False),
        ("It cost $1900 then.", False),
        ("He lives in room 2012.", False),
        ("At least 2000 came.", False),
        ("The Vellmark 2000 was sold.", False),
        ("In the film 2012 a flood comes.", False),
        ("There were 1066 of them.", False),
        ("Some 2015% of it.", False),
    ],
)
def test_four_digits_are_a_year_where_the_words_around_them_let_them(text, expected):
    start = next(place for place, sign in enumerate(text) if sign.isdigit())
    assert is_year(text, start, start + 4) is expected


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("In 2019.", "2019", "2019"),
        ("Since 2019.", "2019", None),
        ("From 2019 onwards.", "2019", None),
        ("In 2019 or later.", "2019", None),
        ("In 2019 or before.", None, "2019"),
        ("Until about 2019.", None, "2019"),
        ("In 2019 and after.", "2019", None),
        ("From 2019 until now.", "2019", None),
        ("From 2019 to the present day.", "2019", None),
        ("It was open 2019–present.", "2019", None),
        ("After 2019 and before the flood.", "2020", None),
        ("In 2019 and after the flood.", "2019", "2019"),
        ("After 2019.", "2020", None),
        ("Prior to 3 May 2019.", None, "2019-05-02"),
        ("After the 2019 plan.", "2019", None),
        ("Before the end of 2019.", None, "2019-12"),
        ("Thereafter 2019.", "2019", "2019"),
    ],
)
def test_the_words_around_a_time_open_one_of_its_sides(text, since, until):
    (moment,) = moments(text, NO_CLOCK)
    assert bounded(text, moment) == (since, until)


def test_two_times_that_are_joined_are_one():
    text = "Between 2003 and 2005, from March 2010 to May 2011, 1990s to 2001, and in 2015 and 2016; 2020 to 2018."
    assert [(text[each.start : each.end], each.since, each.until) for each in moments(text, NO_CLOCK)] == [
        ("2003 and 2005", "2003", "2005"),
        ("March 2010 to May 2011", "2010-03", "2011-05"),
        ("1990s to 2001", "1990", "2001"),
        ("2015", "2015", "2015"),
        ("2016", "2016", "2016"),
        ("2020", "2020", "2020"),
        ("2018", "2018", "2018"),
    ]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (0, ["2019"]),
        (1, ["2019", "last year"]),
        (2, ["2019", "last year", "last month"]),
        (3, ["2019", "last year", "last month", "yesterday"]),
    ],
)
def test_words_are_counted_only_from_what_is_known_of_the_clock(parts, expected):
    text = "2019, last year, last month, yesterday."
    found = moments(text, Clock(NOW.day, parts))
    assert [text[each.start : each.end] for each in found] == expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2021-06-15", NOW),
        ("2021-06", Clock(date(2021, 6, 1), 2)),
        ("2021", Clock(date(2021, 1, 1), 1)),
        ("2021-13", NO_CLOCK),
        ("soon", NO_CLOCK),
        ("", NO_CLOCK),
        (None, NO_CLOCK),
    ],
)
def test_a_date_of_publication_is_a_clock_as_far_as_it_is_one(published, expected):
    assert clock_of(published) == expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (month_of(2021, 0), "2020-12"),
        (month_of(2021, 14), "2022-02"),
        (beside("2021", 1), "2022"),
        (beside("2021-01", -1), "2020-12"),
        (beside("2020-02-28", 1), "2020-02-29"),
        (beside("9999", 1), "9999"),
        (beside("0001-01", -1), "0001-01"),
        (share_of("2021-02", "2021-02", 2, 3), ("2021-02-21", "2021-02-28")),
        (share_of("2021", "2021", 3, 4), ("2021-10", "2021-12")),
        (share_of("1990", "1999", 0, 2), ("1990", "1994")),
        (season_away(NOW, -1, "winter"), ("2020-12", "2021-02")),
        (season_away(NOW, 0, "winter"), ("2021-12", "2022-02")),
        (season_away(Clock(date(2021, 2, 28), 3), 0, "winter"), ("2020-12", "2021-02")),
        (season_away(Clock(date(2021, 2, 28), 3), 0, "autumn"), ("2021-09", "2021-11")),
        (season_away(NOW, 1, "spring"), ("2022-03", "2022-05")),
        (season_away(Clock(NOW.day, 1), 1, "spring"), None),
        (unit_away(NOW, -1, "weekend"), ("2021-06-12", "2021-06-13")),
        (unit_away(NOW, -2, "quarter"), ("2020-10", "2020-12")),
        (unit_away(NOW, 0, "century"), ("2001", "2100")),
        (unit_away(Clock(NOW.day, 1), 0, "month"), None),
        (until_now(NOW, 2, "week"), ("2021-06-01", "2021-06-15")),
        (until_now(Clock(NOW.day, 1), 1, "decade"), ("2011", "2021")),
        (until_now(Clock(NOW.day, 2), 1, "week"), None),
    ],
)
def test_times_are_counted_as_the_calendar_has_it(made, expected):
    assert made == expected


@given(st.dates(), st.integers(1, 3))
def test_a_day_lies_within_its_year_its_month_and_itself(day, parts):
    iso = cut(day, parts)
    assert first_day(iso) <= day <= last_day(iso)
    assert cut(first_day(iso), parts) == cut(last_day(iso), parts) == iso
    assert iso in (beside(beside(iso, 1), -1), beside(iso, 1))
    assert last_day(iso) == date.max or first_day(beside(iso, 1)) == last_day(iso) + timedelta(days=1)


@given(st.tuples(st.dates(), st.dates()).map(sorted), st.tuples(st.dates(), st.dates()).map(sorted))
def test_two_times_overlap_where_they_have_a_day_in_common(one, other):
    first, second = (ordinals(*(day.isoformat() for day in pair)) for pair in (one, other))
    assert overlap(first, second) == overlap(second, first) == (max(one[0], other[0]) <= min(one[1], other[1]))
    assert overlap(ordinals(None, None), first)


WORDS = st.sampled_from(
    (
        "in|since|before|after|between|and|to|-|early|the end of|last|next|past|this|two|ago|year|month|week|March|may"
        "|29 February|31|2021|1999|2015-16|1990s|’90s|19th century|0th century|Q3|Tuesday|summer|winter|century|,"
        "|2021年3月|9999|999|yesterday|tomorrow|by|until|first half of|onwards|mid-"
    ).split("|")
)
TEXTS = st.lists(WORDS | st.text(max_size=5), max_size=12).map(" ".join)
PUBLISHED = st.none() | st.sampled_from(["2021", "2021-03", "2021-03-20", "0001-01-01", "9999-12-31", "2021-13", "x"])


@given(TEXTS, PUBLISHED)
def test_any_text_has_times_in_order(text, published):
    found = dates_in(text, published)
    assert all(ordinals(each.since, each.until)[0] <= ordinals(each.since, each.until)[1] for each in found)
    assert [(each.start, each.end) for each in found] == sorted((each.start, each.end) for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= each.start < each.end <= len(text) for each in found)
