from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the extra `train` is not installed")

from qa.training.decision import signed_fit, softmax_fit, thresholds


def groups(count: int = 40) -> list[tuple[np.ndarray, np.ndarray]]:
    """In each group the right row has the largest first feature; the second is noise, the third is fixed."""
    rng = np.random.default_rng(7)
    made = []
    for size in rng.integers(2, 6, count):
        rows = np.column_stack([rng.permutation(size), rng.normal(size=size), np.full(size, 3.0)])
        made.append((rows, rows[:, 0] == size - 1))
    return made


def test_the_softmax_regression_finds_the_feature_that_tells():
    fitted = softmax_fit(groups(), ("tells", "noise", "fixed"))
    assert fitted.features == ("tells", "noise", "fixed")
    tells, noise, fixed = fitted.weight
    assert tells > 5 * abs(noise) and abs(fixed) < 1e-6
    everything = np.concatenate([rows for rows, _ in groups()])
    assert fitted.mean == pytest.approx(everything.mean(axis=0))
    assert fitted.scale[:2] == pytest.approx(everything.std(axis=0)[:2])
    for rows, right in groups():
        assert right[int(np.argmax([fitted.score(row) for row in rows]))]


def test_the_same_data_give_the_same_weights():
    one, two = (softmax_fit(groups(10), ("a", "b", "c")) for _ in range(2))
    assert one == two


def test_a_group_may_have_several_right_rows():
    rows = np.array([[1.0], [1.0], [0.0]])
    fitted = softmax_fit([(rows, np.array([True, True, False]))], ("tells",))
    assert fitted.weight[0] > 0


TABLE = np.array([[0.0, 1.0, 5.0], [0.2, 0.7, 5.0], [0.8, 0.3, 5.0], [1.0, 0.0, 5.0]])
LABELS = np.array([False, False, True, True])
EVEN = np.full(4, 0.25)


def test_the_logistic_regression_parts_the_two_kinds():
    fitted = signed_fit(TABLE, LABELS, EVEN, {"for": 1, "against": -1, "fixed": 1})
    scores = [fitted.score(row) for row in TABLE]
    assert scores == sorted(scores) and scores[1] < 0 < scores[2]
    assert fitted.weight[0] > 0 > fitted.weight[1] and abs(fitted.weight[2]) < 1e-6


def test_a_weight_never_takes_the_wrong_sign():
    fitted = signed_fit(TABLE, LABELS, EVEN, {"for": -1, "against": 1, "fixed": -1})
    assert fitted.features == ("for", "against", "fixed")
    assert fitted.weight == pytest.approx((0, 0, 0), abs=1e-9)
    assert fitted.bias == pytest.approx(0, abs=1e-4), "as many of the one kind as of the other"


def test_rows_count_by_their_weight():
    labels = np.array([True, False])
    fitted = signed_fit(np.zeros((2, 1)), labels, np.array([3.0, 1.0]), {"nothing": 1})
    assert fitted.bias == pytest.approx(np.log(3), abs=1e-3), "odds of 3 to 1"


# Twenty answerable questions and twenty unanswerable ones, each with its chance.
RIGHT = [True] * 20 + [False] * 20
CHANCES = [0.1, 0.2, 0.3, 0.4, 0.5, *[0.9] * 15, *[0.05] * 12, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85]


def test_thresholds_worked_by_hand():
    # Cautious: at most 3 of 20 unanswerable ones answered: .65 .75 .85 at .65, but .55 too at .55 (the next lower).
    # Balanced: at most 4 of 20 answerable ones refused: .1 .2 .3 .4 at .5, but .5 too at .55 (the next higher).
    # Bold: at most 1 of 20 refused: .1 at .2, but .2 too at .25.
    assert thresholds(CHANCES, RIGHT) == {"cautious": 0.65, "balanced": 0.5, "bold": 0.2}


def test_each_threshold_is_the_nearest_to_balance_that_keeps_its_promise():
    # Share of the unanswerable (.7 .2 .1) answered, and of the answerable (.9 .8 .3) refused, at each cut:
    # 0 and .1: 1, 0 · .2: 2/3, 0 · .3: 1/3, 0 · .7: 1/3, 1/3 · .8: 0, 1/3 · .9: 0, 2/3
    chances, right = [0.9, 0.8, 0.3, 0.7, 0.2, 0.1], [True, True, True, False, False, False]
    assert thresholds(chances, right) == {"cautious": 0.8, "balanced": 0.3, "bold": 0.3}


def test_a_threshold_keeps_its_promise_rounded_too():
    # To four digits .33338 is .3334, at which it would itself be refused: one of two, and no threshold allows that.
    assert thresholds([0.33338, 0.9, 0.1], [True, True, False]) == {"cautious": 0.3334, "balanced": 0.1, "bold": 0.1}


def test_where_no_threshold_is_cautious_enough_nothing_is_answered():
    assert thresholds([0.9, 0.99999, 0.99998], [True, True, False])["cautious"] == 1.0
