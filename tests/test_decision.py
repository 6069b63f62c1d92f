from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the extra `train` is not installed")

from qa.training.decision import softmax_fit, sure_from


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


def test_from_which_score_on_the_first_best_is_sure_worked_by_hand():
    # One in a hundred may be wrong: after 99 right ones the first wrong one is allowed, a second is not.
    right, wrong = [(200.0 - number, True) for number in range(99)], [(50.0, False), (40.0, False)]
    assert sure_from([*wrong, *right]) == 50.0
    assert sure_from([*wrong, *right[:98]]) == right[97][0]
    assert sure_from(wrong) == sure_from([]) == float("inf")
