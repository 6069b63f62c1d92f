from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.judging import FEATURES, Judge, calibration
from qa.answering.verdict_model import VerdictModel
from qa.training import verdict
from qa.training.verdict import Case, Rows, calibrate, even, even_quantiles, fit, in_fold, rows, written

EVIDENCE = ("The Kestrel Bridge was closed to lorries in May 2021.", "The city has not found the money for the repair.")


def test_each_label_counts_as_much_as_the_other():
    assert even(np.array([True, False, False, False])).tolist() == [0.5, 1 / 6, 1 / 6, 1 / 6]


def test_the_shares_of_true_claims_worked_by_hand_each_source_counting_alike():
    # Each of the four counts an eighth, the one of the other source a half: half of the shares lie at 9.
    assert even_quantiles([np.array([1.0, 2.0, 3.0, 4.0]), np.array([9.0])], 8) == [
        1.0, 1.0, 2.0, 3.0, 4.0, 9.0, 9.0, 9.0, 9.0
    ]  # fmt: skip


@given(st.lists(st.lists(st.floats(-9, 9), min_size=1, max_size=9), min_size=1, max_size=4), st.integers(1, 30))
def test_shares_are_in_order_and_of_the_values_themselves(parts, steps):
    found = even_quantiles([np.array(part) for part in parts], steps)
    assert found == sorted(found) and len(found) == steps + 1
    assert {round(value, 4) for part in parts for value in part} >= set(found)


def test_a_sign_that_speaks_against_its_own_meaning_is_given_no_weight():
    rng = np.random.default_rng(4)
    faulty = np.arange(400) % 2 == 0
    helps, hurts = rng.normal(faulty * 2.0, 1.0), rng.normal(faulty * -2.0, 1.0)
    weights, _ = fit(np.column_stack([helps, hurts]), faulty, even(faulty), 0.01)
    assert weights[0] > 0.5 and weights[1] == 0.0


def test_a_fit_worked_by_hand():
    # Two claims at 1 and -1 without a ridge to speak of: the loss log(1 + exp(-w)) + 0.5 w² is least where
    # w (1 + exp(w)) = 1, at w = 0.4010.
    weights, bias = fit(np.array([[1.0], [-1.0]]), np.array([True, False]), np.array([0.5, 0.5]), 1.0)
    assert weights[0] == pytest.approx(0.4010, abs=1e-3) and bias == pytest.approx(0.0, abs=1e-6)


def test_a_group_is_in_one_fold_wherever_it_occurs():
    assert {in_fold(f"article {number}", 5) for number in range(60)} == set(range(5))
    assert in_fold("one", 5) == in_fold("one", 5)


def test_words_that_were_cut_apart_are_joined():
    cut = "He 's `` sure '' , she said ( in 1958 ) ; it cost $ 5 ."
    assert verdict.joined(cut) == 'He\'s "sure", she said (in 1958); it cost $5.'


def made(name: str, size: int, apart: float) -> Rows:
    rng = np.random.default_rng(len(name))
    faulty = np.arange(size) % 2 == 0
    values = rng.normal(faulty[:, None] * apart, 1.0, (size, len(FEATURES)))
    return Rows(values, faulty, np.zeros(size, bool), np.array([f"{name} {number // 4}" for number in range(size)]))


def test_what_is_calibrated_is_what_is_read_again(tmp_path):
    fitted_on = {name: made(name, 200, 1.5) for name in ("own", "wice", "summedits")}
    true = made("clapnq", 40, 0.0)
    found = calibrate(fitted_on, {"clapnq": [true]})
    assert min(found.doubt.weight) > 0 and found.struck < float("inf")
    own_true = fitted_on["own"].values[~fitted_on["own"].faulty]
    doubts = [found.doubt.score(row) for row in own_true]
    assert 0.5 < float(np.mean([doubt < found.threshold(1) for doubt in doubts])) <= 1.0
    assert found.threshold(1) <= found.threshold(5) <= found.threshold(50)
    (tmp_path / "verdict.json").write_text(json.dumps(written(found, "abc")), encoding="utf-8")
    again = calibration(tmp_path / "verdict.json")
    assert (again.true, again.alarms, again.responses, again.struck) == (
        found.true, found.alarms, found.responses, found.struck
    )  # fmt: skip
    assert again.doubt.score(own_true[0]) == pytest.approx(doubts[0], abs=1e-4)


def test_a_summary_has_the_mean_of_its_sentences_and_is_struck_with_any_of_them():
    judge = Judge(VerdictModel("float32"))
    one = ("The bridge is closed to lorries.",)
    two = ("The city has found 3 million.",)
    found = rows(judge, [Case("a", said, EVIDENCE, faulty=said == two) for said in (one, two, one + two)])
    assert found.values[2] == pytest.approx((found.values[0] + found.values[1]) / 2)
    assert (found.struck.tolist(), found.faulty.tolist()) == ([False, True, True], [False, True, False])
    assert found.values[1][FEATURES.index("strikes")] == pytest.approx(np.log(2))
