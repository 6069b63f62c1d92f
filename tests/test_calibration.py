from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="scipy is not installed")

from parts import weights

from qa.answering.calibration import Judged, at_most, calibrate, even, fit, rates_at, thresholds
from qa.answering.decide import DECISION_FEATURES, SIGNS, Decision, Rates

START = replace(weights(DECISION_FEATURES), weight=tuple(0.5 * SIGNS[name] for name in DECISION_FEATURES))
COUNT = len(DECISION_FEATURES)


def judged(count: int, seed: int = 3) -> list[Judged]:
    """Questions in groups of four, whose first signal tells the answerable ones, not quite surely."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        answerable = bool(number % 2)
        signals = rng.normal(size=COUNT)
        signals[0] += 2.0 * SIGNS[DECISION_FEATURES[0]] * (1 if answerable else -1)
        made.append(Judged(signals, answerable, f"g{number // 4}"))
    return made


def test_the_bound_of_clopper_and_pearson_as_published():
    # None of n: 1 - 0.05 ** (1/n). Clopper & Pearson's own kind of table: 2 of 20 gives 0.283 (one-sided 95 %).
    assert at_most(0, 20) == round(1 - 0.05 ** (1 / 20), 4) == 0.1391
    assert at_most(2, 20) == pytest.approx(0.2826, abs=1e-4)
    assert at_most(20, 20) == 1.0


@given(st.integers(0, 60), st.integers(1, 60))
def test_the_bound_is_never_below_the_share(count, more):
    bound = at_most(count, count + more)
    assert count / (count + more) < bound < 1
    assert bound < at_most(count + 1, count + more)


def test_thresholds_worked_by_hand():
    # Ten unanswerable ones at 0.05, 0.10 ... 0.50, ten answerable ones at 0.40, 0.45 ... 0.85. At 0.45 two of the one
    # kind are answered and one of the other refused; at 0.5 one and two: the lower of the two equally good is taken.
    chances = [0.05 * step for step in range(1, 11)] + [0.05 * step for step in range(8, 18)]
    labels = [False] * 10 + [True] * 10
    assert thresholds(chances, labels) == {"cautious": 0.5, "balanced": 0.45, "bold": 0.4}
    assert rates_at(chances, labels, 0.45) == Rates(0.2, at_most(2, 10, 0.975), 10, 0.1, at_most(1, 10, 0.975), 10)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2).filter(lambda r: len({b for _, b in r}) == 2))
def test_caution_never_lowers_the_threshold(rows):
    found = thresholds([chance for chance, _ in rows], [label for _, label in rows])
    assert 1 >= found["cautious"] >= found["balanced"] >= found["bold"] >= 0


def test_few_questions_leave_the_numbers_near_the_start_and_many_move_them():
    few, many = (calibrate(judged(count), Decision(START)).score for count in (12, 1200))
    start, first = START.weight[0], DECISION_FEATURES[0]
    assert abs(few.weight[0] - start) < abs(many.weight[0] - start)
    assert abs(many.weight[0]) > 1.5 * abs(start) and np.sign(many.weight[0]) == SIGNS[first]
    assert few.features == many.features == DECISION_FEATURES and few.mean == START.mean


def test_the_same_questions_give_the_same_decision():
    assert calibrate(judged(80), Decision(START)) == calibrate(judged(80), Decision(START))


def test_the_bounds_hold_on_questions_never_seen_nineteen_times_in_twenty():
    fresh, held = judged(2000, seed=99), []
    for seed in range(20):
        decision = calibrate(judged(200, seed), Decision(START))
        chances = [1 / (1 + np.exp(-decision.score.score(item.signals))) for item in fresh]
        for name, rates in decision.rates.items():
            seen = rates_at(chances, [item.answerable for item in fresh], decision.thresholds[name])
            held.append(seen.wrong_answers <= rates.wrong_answers_at_most)
            held.append(seen.wrong_refusals <= rates.wrong_refusals_at_most)
            assert (rates.unanswerable, rates.answerable) == (100, 100)
    assert np.mean(held) >= 0.93


def test_a_weight_never_takes_the_wrong_sign():
    table = np.array([item.signals for item in judged(200)])
    labels = np.array([not item.answerable for item in judged(200)])
    fitted = fit(table, labels, START, prior=0.01)
    assert all(np.sign(value) in (0, SIGNS[name]) for name, value in zip(fitted.features, fitted.weight, strict=True))
    assert fitted.weight[0] == 0


@pytest.mark.parametrize("items", [judged(8)[1::2], judged(4)])
def test_one_kind_or_one_group_alone_is_refused(items):
    with pytest.raises(ValueError, match="questions of both kinds in at least two groups are needed"):
        calibrate(items, Decision(START))


def test_both_labels_count_alike_and_rows_by_their_weight():
    labels = np.array([True, False, False, False])
    assert even(labels, np.ones(4)).tolist() == [2.0, 2 / 3, 2 / 3, 2 / 3]
    assert even(labels, np.array([5.0, 2.0, 1.0, 1.0])).tolist() == [2.0, 1.0, 0.5, 0.5]
