from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.training.faults import Fault, crossed, replaced

CLAIM = "Ana Prim praised Idris Vale in May."


def test_words_are_put_in_place_of_others():
    assert replaced(CLAIM, (31, 34), "June", "date", "contradicted") == Fault(
        "Ana Prim praised Idris Vale in June.", "date", "contradicted", (31, 35)
    )


def test_what_opens_the_claim_gets_a_capital():
    assert replaced("Some of it burned.", (0, 7), "all of", "quantifier", "unsupported") == Fault(
        "All of it burned.", "quantifier", "unsupported", (0, 6)
    )


def test_where_a_word_is_left_out_the_next_one_carries_the_fault():
    assert replaced("He allegedly sold, it.", (3, 12), "", "hedge", "unsupported") == Fault(
        "He sold, it.", "hedge", "unsupported", (3, 7)
    )
    assert replaced("Perhaps it burned.", (0, 7), "", "hedge", "unsupported") == Fault(
        "It burned.", "hedge", "unsupported", (0, 2)
    )


def test_two_places_are_crossed_and_all_words_stay():
    assert crossed(CLAIM, (0, 8), (17, 27), "roles") == Fault(
        "Idris Vale praised Ana Prim in May.", "roles", "contradicted", (0, 27)
    )


PARTS = st.lists(st.text(max_size=8), min_size=5, max_size=5)


@given(PARTS)
def test_crossing_two_places_leaves_all_between_them_in_any_text(parts):
    before, one, between, two, after = parts
    start, stop = len(before), len(before + one + between)
    fault = crossed("".join(parts), (start, start + len(one)), (stop, stop + len(two)), "roles")
    assert fault.claim == before + two + between + one + after
    assert fault.words == (start, len(fault.claim) - len(after))


@given(PARTS)
def test_what_stands_round_the_fault_stays_in_any_text(parts):
    before, old, after, new, _ = parts
    start = len(before)
    fault = replaced(before + old + after, (start, start + len(old)), new, "number", "contradicted")
    assert fault.words is not None and fault.words[0] == start
    assert fault.claim[:start] == before and after.endswith(fault.claim[fault.words[1] :])
