import re
from decimal import Decimal

import pytest

from qa.answering.contexts import Way, half_of_day, said, ways
from qa.answering.numerals import NUMBER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ranked 2nd", [{("place", Decimal(2), "rank")}]),
        ("number two", [{("place", Decimal(2), "rank")}]),
        ("season 4", [{("place", Decimal(4), "season")}]),
        ("the fourth season", [{("place", Decimal(4), "season")}]),
        ("a fourth man", [set()]),
        ("aged 66", [{("age", Decimal(66), "")}]),
        ("at the age of sixty-six", [{("age", Decimal(66), "")}]),
        ("she was 66 when it sank", [{("age", Decimal(66), "")}]),
        ("he died at 66.", [{("age", Decimal(66), "")}]),
        ("sold at 66 dollars", [set()]),
        ("there were 66 mills", [set()]),
        ("three times", [{("times", Decimal(3), "")}]),
        ("a million and a half", [{("number", Decimal(1500000), "")}]),
        (
            "one and a half million",
            [
                {("number", Decimal("1.5"), ""), ("number", Decimal(1500000), "")},
                {("number", Decimal(1500000), "")},
            ],
        ),
        ("three out of four", [{("percent", Decimal(75), "")}] * 2),
        ("2011-13", [set(), {("number", Decimal(2013), "")}]),
        ("2011-10", [set(), set()]),
        ("the '90s", [{("decade", Decimal(1990), "")}]),
        ("8 p.m.", [{("time", "8:00 pm", "")}]),
        ("8 per cent", [set()]),
    ],
)
def test_the_words_around_a_number_make_more_of_it(text: str, expected: list[set[Way]]) -> None:
    assert ways(list(NUMBER.finditer(text))) == expected


def test_what_is_said_without_a_numeral_is_found_where_it_stands() -> None:
    text = "twice a couple of sheep in the early nineties and a score of goats, tripled"
    expected: list[tuple[str, set[Way]]] = [
        ("twice", {("times", Decimal(2), "")}),
        ("a couple", {("number", Decimal(2), "")}),
        ("the early nineties", {("decade", Decimal(90), ""), ("decade", Decimal(1990), "")}),
        ("a score", {("number", Decimal(20), "")}),
        ("tripled", {("times", Decimal(3), "")}),
    ]
    assert [(text[start:end], set(values)) for start, end, values in said(text)] == expected


@pytest.mark.parametrize(
    ("text", "hour", "expected"),
    [
        ("20:30", 20, {("time", "8:30 pm", "")}),
        ("00:30", 0, {("time", "12:30 am", "")}),
        ("8:30", 8, set()),
        ("8:30 a.m.", 8, {("time", "8:30 am", "")}),
        ("12:30 pm", 12, {("time", "12:30 pm", "")}),
    ],
)
def test_the_half_of_the_day_is_known_by_words_or_by_figures(text: str, hour: int, expected: set[Way]) -> None:
    match = re.match(r"\d+:\d+", text)
    assert match is not None
    assert half_of_day(hour, "30", match) == expected
