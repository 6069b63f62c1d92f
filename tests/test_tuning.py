from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.training.tuning import TOKENS, together


def long(entry: tuple[int, int]) -> int:
    """Entries here are (number of the group, length)."""
    return entry[1]


@given(st.lists(st.lists(st.integers(1, 288), min_size=1, max_size=9), max_size=20))
def test_a_group_stays_in_one_batch_and_a_batch_within_its_tokens(lengths):
    pool = [[(number, length) for length in group] for number, group in enumerate(sorted(lengths, key=max), 1)]
    batches = list(together(pool, long))
    assert [entry for batch in batches for entry in batch] == [entry for group in pool for entry in group]
    numbers = [{number for number, _ in batch} for batch in batches]
    assert sum(map(len, numbers)) == len(pool), "a group in two batches"
    assert all(len(batch) * max(map(long, batch)) <= TOKENS for batch in batches)


def test_a_group_too_large_for_a_batch_has_one_of_its_own():
    pool = [[(1, 5)], [(2, 288)] * 20, [(3, 288)]]
    assert [[number for number, _ in batch] for batch in together(pool, long)] == [[1], [2] * 20, [3]]
