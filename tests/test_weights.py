from __future__ import annotations

import json

import numpy as np
import pytest

from qa.answering import weights
from qa.answering.decide import DECISION_FEATURES, SIGNS
from qa.answering.reader import SENTENCE_FEATURES
from qa.answering.short_answers import SPAN_FEATURES
from qa.answering.weights import Linear, linear
from qa.errors import ModelError

ROW = {"features": ["a", "b"], "mean": [1, 0], "scale": [2, 0.5], "weight": [3, -1], "bias": 0.25}


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A weights file of this test's own."""
    path = tmp_path / "decision.json"
    monkeypatch.setattr(weights, "FILE", path)
    weights.fitted.cache_clear()
    yield path
    weights.fitted.cache_clear()


def test_a_score_worked_by_hand(file):
    file.write_text(json.dumps({"mine": ROW}))
    made = linear("mine", ("a", "b"))
    assert made == Linear(("a", "b"), (1, 0), (2, 0.5), (3, -1), 0.25)
    assert made.score(np.array([5.0, 2.0])) == 0.25 + 3 * (5 - 1) / 2 - 1 * (2 - 0) / 0.5


def test_other_features_are_refused(file):
    file.write_text(json.dumps({"mine": ROW}))
    for features in (("b", "a"), ("a",), ("a", "b", "c")):
        with pytest.raises(ModelError, match="'mine' belong to other features") as caught:
            linear("mine", features)
        assert caught.value.hint


@pytest.mark.parametrize("data", [None, b"", b"{", b"\xff\xfe"])
def test_a_missing_or_broken_file_is_refused(file, data):
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(ModelError, match=r"decision\.json cannot be read") as caught:
        linear("mine", ("a",))
    assert caught.value.hint == "Install footnote-qa again: pip install --force-reinstall footnote-qa"


def test_the_shipped_weights_fit_what_is_computed():
    for name, features in (
        ("sentence", SENTENCE_FEATURES),
        ("span", SPAN_FEATURES),
        ("decision", DECISION_FEATURES),
    ):
        made = linear(name, features)
        assert len(made.mean) == len(made.scale) == len(made.weight) == len(features)
        assert min(made.scale) > 0
        assert np.isfinite([*made.mean, *made.scale, *made.weight, made.bias]).all()


def test_no_shipped_weight_of_the_decision_has_the_wrong_sign():
    made = linear("decision", DECISION_FEATURES)
    assert all(weight * SIGNS[name] >= 0 for name, weight in zip(made.features, made.weight, strict=True))
