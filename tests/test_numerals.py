from decimal import Decimal

import pytest

from qa.answering.numerals import NUMBER, decade_of, is_plain, is_scale, last_scale, rank_of, readings_of, units_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,000", [[{12000}]]),
        ("1.5 billion", [[{1500000000}]]),
        ("5m", [[{5, 5000000}]]),
        ("two three", [[{2}, {3}]]),
        ("two hundred and five", [[{205}]]),
        ("half a million", [[{500000}]]),
        ("a quarter of a million", [[{250000}]]),
        ("half a dozen", [[{6}]]),
        ("2.5 lakh and 3 crores", [[{250000}], [{30000000}]]),
        ("five crore", [[{50000000}]]),
        ("12,50,000 of 1,250,000", [[{1250000}], [{1250000}]]),
        ("two and a half million", [[{2}], [{1000000}]]),
    ],
)
def test_a_numeral_has_these_readings(text: str, expected: list[list[set[int]]]) -> None:
    assert [readings_of(match) for match in NUMBER.finditer(text)] == expected


def test_kinds_of_numerals_are_told_apart() -> None:
    found = list(NUMBER.finditer("5% of 3rd, third 1990s, dozen, twelve thousand, \u00a57"))
    assert [match.group() for match in found] == ["5%", "3rd", "third", "1990s", "dozen", "twelve thousand", "\u00a57"]
    assert [units_of(match) for match in found[-2:]] == [{("number", "")}, {("money", "CNY"), ("money", "JPY")}]
    assert [is_plain(match) for match in found] == [False, False, False, False, True, True, False]
    assert [rank_of(match) for match in found] == [None, Decimal(3), Decimal(3), None, None, None, None]
    assert [decade_of(match) for match in found] == [None, None, None, Decimal(1990), None, None, None]
    assert [is_scale(match) for match in found] == [False, False, False, False, True, False, False]
    assert [last_scale(match) for match in found[-2:]] == [1000, 1]
