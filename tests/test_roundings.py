from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.roundings import Hedge, hedge_before, near, rounds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 5", "about"),
        ("just over 5", "above"),
        ("nearly a 5", "below"),
        ("more than 5", "above"),
        ("no more than 5", "below"),
        ("not less than 5", "above"),
        ("moreover 5", ""),
        ("overall 5", ""),
        ("5", ""),
        ("about the 5", ""),
    ],
)
def test_the_words_right_before_a_number_make_it_rough(text: str, expected: Hedge) -> None:
    assert hedge_before(text, text.index("5")) == expected


@pytest.mark.parametrize(
    ("hedge", "said", "true", "expected"),
    [
        ("below", "80000", "79394", True),
        ("below", "80000", "76000", True),
        ("below", "80000", "75999", False),
        ("below", "80000", "80001", False),
        ("above", "840", "840.35", True),
        ("above", "1900", "1960", True),
        ("above", "90000", "94600", False),
        ("about", "7000000", "7100000", True),
        ("about", "1900", "1960", False),
        ("about", "25", "24", False),
        ("", "80000", "79394", False),
        ("about", "0", "0.01", False),
    ],
)
def test_a_number_rounds_a_value_in_its_own_leading_digits(hedge: Hedge, said: str, true: str, expected: bool) -> None:
    assert rounds(hedge, Decimal(said), Decimal(true)) is expected


@given(st.sampled_from(["", "about", "below", "above"]), st.decimals(0, 10**12), st.decimals(0, 10**12))
def test_what_rounds_is_near_and_without_a_word_nothing_is_but_the_number(
    hedge: Hedge, said: Decimal, true: Decimal
) -> None:
    assert near(hedge, said, true) or not rounds(hedge, said, true)
    assert not near("", said, true) or said == true
