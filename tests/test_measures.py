from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.measures import Measure, measure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2 km long", ("measure", Decimal(1200), "metre")),
        ("1200-metre wall", ("measure", Decimal(1200), "metre")),
        ("3 feet", ("measure", Decimal(36), "inch")),
        ("2 square kilometres", ("measure", Decimal(2000000), "square metre")),
        ("50 km/h", ("measure", Decimal(50), "km/h")),
        ("50 miles per hour", ("measure", Decimal(50), "mph")),
        ("4 lb", ("measure", Decimal(64), "ounce")),
        ("15°c", ("measure", Decimal(15), "celsius")),
        ("0.5 tonnes", ("measure", Decimal(500000), "gram")),
    ],
)
def test_a_number_and_its_unit_are_one_measure(text: str, expected: Measure) -> None:
    digits = text.split("-")[0].split(" ")[0].rstrip("°c")
    assert measure(Decimal(digits), text, len(digits)) == {expected}


@pytest.mark.parametrize("after", [" meters-long", " football pitches", " footprints", " milestones", " of them", ""])
def test_only_a_whole_unit_measures(after: str) -> None:
    assert measure(Decimal(3), "3" + after, 1) == ({("measure", Decimal(3), "metre")} if "meters" in after else set())


@given(st.text(max_size=30), st.integers(0, 30))
def test_any_text_can_follow(plain: str, end: int) -> None:
    assert len(measure(Decimal(1), plain, end)) <= 1
