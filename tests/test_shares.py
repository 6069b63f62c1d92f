from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.shares import out_of, parts_of, percentages, said


def percents(*values: str) -> set[tuple[str, Decimal, str]]:
    return {("percent", Decimal(value), "") for value in values}


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 10, percents("10")),
        (1, 8, percents("12.5")),
        (3, 4, percents("75")),
        (2, 3, percents("67", "66.7", "66.67")),
        (1, 3, percents("33", "33.3", "33.33")),
        (1, 1000, percents("0.1")),
    ],
)
def test_a_share_is_its_percentage_or_the_roundings_of_it(
    part: int, whole: int, expected: set[tuple[str, Decimal, str]]
) -> None:
    assert percentages(Decimal(part), Decimal(whole)) == expected


@given(st.integers(1, 10**40), st.integers(1, 10**40))
def test_every_share_stays_within_the_whole(one: int, other: int) -> None:
    part, whole = sorted((one, other))
    assert all(0 <= value <= 100 for _, value, _ in percentages(Decimal(part), Decimal(whole)))


@pytest.mark.parametrize(
    ("number", "after", "expected"),
    [
        (2, " thirds of it", percents("67", "66.7", "66.67")),
        (4, "-fifths", percents("80")),
        (5, " quarters", set()),
        (3, " third-party tools", set()),
    ],
)
def test_parts_are_named_in_the_plural_and_fewer_than_the_whole(
    number: int, after: str, expected: set[tuple[str, Decimal, str]]
) -> None:
    assert parts_of(Decimal(number), f"{number}{after}", 1) == expected


@pytest.mark.parametrize(
    ("part", "between", "whole", "expected"),
    [
        (1, " in ", 5, percents("20")),
        (1, " in every ", 5, percents("20")),
        (3, " out of ", 4, percents("75")),
        (9, " out of ", 45, percents("20")),
        (1, "\u2044", 4, percents("25")),
        (1, " in ", 2018, set()),
        (5, " in ", 4, set()),
        (3, " of the ", 4, set()),
        (3, " and ", 4, set()),
    ],
)
def test_one_number_out_of_another_is_a_share(
    part: int, between: str, whole: int, expected: set[tuple[str, Decimal, str]]
) -> None:
    assert out_of(Decimal(part), between, Decimal(whole)) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("half of the ships", "half"),
        ("it fell by half.", "half"),
        ("prices were halved again", "halved"),
        ("a quarter of the crew", "a quarter"),
        ("one fifth were lost", "one fifth"),
        ("about a third voted", "about a third"),
    ],
)
def test_a_share_without_a_numeral_is_found_where_it_stands(text: str, words: str) -> None:
    assert [text[start:end] for start, end, _ in said(text)] == [words]


@pytest.mark.parametrize(
    "text",
    [
        "the second half of the game",
        "her half-brother",
        "half an hour",
        "half a million",
        "a year and a half",
        "a third man",
        "a quarter to eight",
        "nearly a quarter of a million",
        "the third quarter",
        "on behalf of all",
    ],
)
def test_what_only_sounds_like_a_share_is_none(text: str) -> None:
    assert list(said(text)) == []
