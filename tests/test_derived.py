from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qa.answering.derived import derived
from qa.answering.facts import carried, facts, scan


def said(text: str) -> frozenset:
    return frozenset().union(*(fact.values for fact in scan(text.casefold())[0]))


def test_two_years_give_the_time_between_them_the_ages_and_their_decades():
    # 1903 to 1969: 66 years, or 65 before the birthday.
    assert derived(said("Born in 1903, she died on 4 May 1969.")) == {
        ("decade", Decimal(1900), ""),
        ("decade", Decimal(1960), ""),
        ("length", Decimal(66 * 12), "months"),
        ("age", Decimal(65), ""),
        ("age", Decimal(66), ""),
    }
    assert derived(said("It has 4 mills and 77 boats, since 20 March.")) == frozenset()


def test_a_writer_may_say_what_the_years_say():
    known = said("Born in 1903, she opened the mill in 1931 and died in May 1969.")
    known |= derived(known)
    for claim in ("She died at 66.", "aged sixty-five", "28 years later", "nearly four decades after", "in the 1960s"):
        assert all(carried(fact, known) for fact in facts(claim)), claim
    for claim in ("She died at 72.", "aged sixty-four", "27 years later", "in the 1970s", "66 mills"):
        assert not any(carried(fact, known) for fact in facts(claim)), claim


@given(st.lists(st.integers(1500, 2100), max_size=6))
def test_nothing_follows_from_one_year_but_its_decade(years: list[int]):
    found = derived(("number", Decimal(year), "") for year in years)
    kinds = {kind for kind, _, _ in found}
    assert kinds <= ({"decade"} if len(set(years)) < 2 else {"decade", "length", "age"})
    assert all(value > 0 for kind, value, _ in found if kind == "length")
