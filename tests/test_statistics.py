from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from qa.evaluation.statistics import Interval, paired_difference, wilson


def test_wilsons_interval_worked_by_hand():
    # 8 of 10 with z = 1.959964: centre (0.8 + z²/20) / (1 + z²/10) = 0.716740,
    # half width z · sqrt(0.8 · 0.2 / 10 + z² / 400) / (1 + z²/10) = 0.226578.
    assert wilson(8, 10) == Interval(0.8, 0.490162, 0.943318)


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(right, count, low, high):
    found = wilson(right, count)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_an_empty_count_has_no_interval():
    with pytest.raises(ValueError, match="n"):
        wilson(0, 0)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_lies_within_0_and_1_and_holds_the_share(pair):
    right, count = pair
    found = wilson(right, count)
    assert found.value == right / count
    assert 0 <= found.low <= found.value + 1e-6 and found.value - 1e-6 <= found.high <= 1
    # What is right and what is wrong are mirrored.
    other = wilson(count - right, count)
    assert other.low == pytest.approx(1 - found.high, abs=2e-6)


def test_equal_runs_differ_by_nothing_at_all():
    marks = [0.0, 1.0, 0.4, 1.0]
    assert paired_difference(marks, marks, ["a", "a", "b", "c"]) == Interval(0.0, 0.0, 0.0)


def test_two_groups_worked_by_hand():
    # a: one question, +1; b: three questions, 0. Two groups are drawn out of two with replacement: aa (1/4) has the
    # mean 1, ab or ba (1/2) 1/4, bb (1/4) 0. The 2.5 % and 97.5 % points are the ends.
    found = paired_difference([0, 1, 1, 1], [1, 1, 1, 1], ["a", "b", "b", "b"])
    assert found == Interval(0.25, 0.0, 1.0)


def test_a_whole_group_weighs_as_many_questions_as_it_has():
    # a: 2 questions, -1 each; b: 1 question, +1. Drawn: aa -1, ab (-2 + 1) / 3, bb +1. The mean of group means were 0.
    found = paired_difference([1, 1, 0], [0, 0, 1], ["a", "a", "b"])
    assert found == Interval(pytest.approx(-1 / 3, abs=1e-6), -1.0, 1.0)


def test_one_group_alone_has_no_width():
    assert paired_difference([0, 0], [1, 0], ["a", "a"]) == Interval(0.5, 0.5, 0.5)


def test_questions_that_stand_and_fall_together_make_the_interval_wider():
    # Eight groups of ten: in four groups every question gains, in four every one loses.
    after = [float(group % 2) for group in range(8) for _ in range(10)]
    before = [0.5] * 80
    together = paired_difference(before, after, [f"g{n // 10}" for n in range(80)])
    alone = paired_difference(before, after, [f"q{n:02}" for n in range(80)])
    assert together.value == alone.value == 0.0
    # The standard error grows by sqrt(10) where ten questions are one: 1.96 · 0.5 / sqrt(8) against / sqrt(80).
    assert alone.high == pytest.approx(1.96 * 0.5 / math.sqrt(80), abs=0.015)
    assert together.high == pytest.approx(1.96 * 0.5 / math.sqrt(8), abs=0.05)


def test_the_same_input_gives_the_same_interval():
    before, after = [0.1, 0.9, 0.4, 0.2, 0.7], [0.3, 0.8, 0.9, 0.1, 0.7]
    groups = ["a", "b", "b", "c", "d"]
    assert paired_difference(before, after, groups) == paired_difference(before, after, groups)


@pytest.mark.parametrize(("before", "after", "groups"), [([], [], []), ([1.0], [], []), ([1.0], [1.0], ["a", "b"])])
def test_nothing_and_unequal_lengths_are_refused(before, after, groups):
    with pytest.raises(ValueError, match=r"no questions|shorter|longer"):
        paired_difference(before, after, groups)


MARKS = st.integers(0, 8).map(lambda n: n / 8)  # eighths: their sums are exact in any order
QUESTIONS = st.lists(st.tuples(MARKS, MARKS, st.sampled_from("abcde")), min_size=1, max_size=30)


@hypothesis_settings(max_examples=60, deadline=None)
@given(QUESTIONS, st.randoms(use_true_random=False))
def test_whatever_the_marks_the_interval_is_sound_and_the_order_does_not_matter(questions, random):
    def difference(rows):
        return paired_difference([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows], resamples=200)

    found = difference(questions)
    changes = [new - old for old, new, _ in questions]
    assert found.value == pytest.approx(sum(changes) / len(changes), abs=1e-6)
    assert min(changes) - 1e-6 <= found.low <= found.high <= max(changes) + 1e-6
    shuffled = list(questions)
    random.shuffle(shuffled)
    assert difference(shuffled) == found
    # Turned round, the change changes its sign; names of groups that keep their order mean nothing.
    turned = difference([(new, old, group) for old, new, group in questions])
    assert turned.value == pytest.approx(-found.value, abs=1e-6)
    assert difference([(old, new, f"group {group}") for old, new, group in questions]) == found
