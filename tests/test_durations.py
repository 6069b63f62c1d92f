from decimal import Decimal

import pytest

from qa.answering.durations import Length, length, said


@pytest.mark.parametrize(
    ("number", "after", "expected"),
    [
        (48, " hours", ("length", Decimal(172800), "seconds")),
        (2, " days later", ("length", Decimal(172800), "seconds")),
        (90, " minutes", ("length", Decimal(5400), "seconds")),
        (1, " and a half hours", ("length", Decimal(5400), "seconds")),
        (2, " fortnights", ("length", Decimal(2419200), "seconds")),
        (18, "-month term", ("length", Decimal(18), "months")),
        (1, " year and a half", ("length", Decimal(18), "months")),
        (2, " centuries", ("length", Decimal(2400), "months")),
    ],
)
def test_a_number_and_its_unit_are_one_length(number: int, after: str, expected: Length) -> None:
    assert length(Decimal(number), f"for {number}{after}", 4, 4 + len(str(number))) == {expected}


@pytest.mark.parametrize("after", [" monthly visits", " yearlings", " second place", ", years", " of the days", ""])
def test_without_a_unit_there_is_no_length(after: str) -> None:
    assert length(Decimal(3), "3" + after, 0, 1) == frozenset()


def test_the_rest_of_a_longer_time_is_no_length_of_its_own() -> None:
    text = "59 minutes 40 seconds"
    assert length(Decimal(40), text, 11, 13) == frozenset()


def test_lengths_without_a_numeral_are_found_where_they_stand() -> None:
    text = "a year and a half, half an hour, half-century, a quarter of a century, this decade, a fortnight"
    assert [(text[start:end], *values) for start, end, values in said(text)] == [
        ("a year and a half", ("length", Decimal(18), "months")),
        ("half an hour", ("length", Decimal(1800), "seconds")),
        ("half-century", ("length", Decimal(600), "months")),
        ("quarter of a century", ("length", Decimal(300), "months")),
        ("decade", ("length", Decimal(120), "months")),
        ("a fortnight", ("length", Decimal(1209600), "seconds")),
    ]


def test_a_calendar_year_a_numbered_century_and_several_decades_are_left_alone() -> None:
    assert list(said("the year, the 20th century, two decades, a yearly fair, mid-decade")) == []
