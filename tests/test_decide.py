from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from parts import WordReader, evidence, hit

from qa.answering import decide, weights
from qa.answering.questions import understand
from qa.answering.reader import SENTENCE_FEATURES, Readout, Scored, candidates

NOTHING = Readout((), (), {})


@pytest.fixture
def by_hand(tmp_path, monkeypatch):
    """Weights of 2 for the first signal and 0 for the others, and a bias of -1."""
    count = len(decide.DECISION_FEATURES)
    row = {"features": decide.DECISION_FEATURES, "mean": [0] * count, "scale": [1] * count, "bias": -1}
    path = tmp_path / "decision.json"
    path.write_text(json.dumps({"decision": {**row, "weight": [2, *[0] * (count - 1)]}}))
    monkeypatch.setattr(weights, "FILE", path)
    weights.fitted.cache_clear()
    yield
    weights.fitted.cache_clear()


def readout(*texts: str, short: str | None = None, rarity: dict[str, float] | None = None) -> Readout:
    """What reading one-sentence hits might show: features of 0.1, 0.2 and so on, and each score half of the last."""
    scored = []
    for place, text in enumerate(texts):
        candidate = candidates([hit(text, f"a{place}", place + 1)])[0]
        features = np.arange(1, len(SENTENCE_FEATURES) + 1) / 10
        scored.append(Scored(candidate, WordReader().read([text])[0], features, 2.0 / 2**place))
    found = tuple(evidence(text, text, 2.0, short=short if place == 0 else None) for place, text in enumerate(texts))
    return Readout(tuple(scored), found, rarity or {})


def signals(question: str, found: Readout) -> dict[str, float]:
    return dict(zip(decide.DECISION_FEATURES, decide.signals(understand(question), found), strict=True))


def test_the_signals_worked_by_hand():
    question = "How high is the lighthouse of Talvik?"
    shown = signals(question, readout("The lighthouse is 30 high.", "Sheep graze.", short="30"))
    features = dict(zip(SENTENCE_FEATURES, np.arange(1, len(SENTENCE_FEATURES) + 1) / 10, strict=True))
    assert {name: shown[name] for name in ("near", "weakest", "names", "alike", "passage")} == {
        name: features[name] for name in ("near", "weakest", "names", "alike", "passage")
    }
    assert (shown["margin"], shown["short answer"]) == (1.0, 1.0)
    assert (shown["names missing"], shown["names far"]) == (1.0, 1.0), "Talvik is nowhere"
    assert (shown["no measure"], shown["no name"]) == (0.0, 0.0)


def test_what_is_wanted_and_missing_speaks_against_an_answer():
    found = readout("The lighthouse of Talvik shines.")
    assert signals("How high is the lighthouse of Talvik?", found)["no measure"] == 1.0
    assert signals("Who keeps the lighthouse of Talvik?", found)["no name"] == 1.0
    why = signals("Why does the lighthouse of Talvik shine?", found)
    assert (why["no measure"], why["no name"], why["names missing"]) == (0.0, 0.0, 0.0)


def test_answerability_worked_by_hand(by_hand):
    question = understand("Why is it high?")
    found = readout("It is.")
    first = float(decide.signals(question, found)[0])
    assert decide.answerability(question, found) == round(1 / (1 + math.exp(-(2 * first - 1))), 6)
    assert decide.answerability(question, NOTHING) == 0.0


def test_more_caution_means_a_higher_threshold():
    cautious, balanced, bold = (decide.threshold(caution) for caution in ("cautious", "balanced", "bold"))
    assert 1 > cautious >= balanced >= bold > 0
    assert cautious > bold


def test_what_the_nearest_passage_lacks_the_rarest_first():
    question = understand("Which Norwegian skipper bought the red lighthouse lamp?")
    rarity = {"norwegian": 2.0, "skipper": 5.0, "bought": 1.0, "red": 2.0, "lighthous": 1.0, "lamp": 4.0}
    found = readout("The lighthouse was bought.", rarity=rarity)
    assert decide.uncovered(question, found) == ["skipper", "lamp", "Norwegian"]
    assert decide.uncovered(question, found, most=9) == ["skipper", "lamp", "Norwegian", "red"]
    assert decide.uncovered(question, NOTHING) == ["Norwegian", "skipper", "bought"]
    assert decide.uncovered(understand("Who bought the lighthouse?"), found) == []


def test_the_header_is_part_of_the_passage():
    found = readout("It shines.")
    bare = found.scored[0].candidate.hit
    headed = candidates([replace(bare, chunk=replace(bare.chunk, header="The lighthouse of Talvik"))])[0]
    found = replace(found, scored=(replace(found.scored[0], candidate=headed),))
    assert decide.uncovered(understand("Does the lighthouse of Talvik shine?"), found) == []


def test_a_question_for_a_measure_is_not_answered_without_one():
    without = readout("The brigade was sent to Varnland.", "Nobody knows why.")
    assert decide.veto(understand("How many soldiers were in the brigade?"), without) == "it gives no number"
    assert decide.veto(understand("How much money did the brigade cost?"), without) == "it gives no amount of money"
    assert decide.veto(understand("Why was the brigade sent?"), without) is None
    assert decide.veto(understand("How many soldiers were in the brigade?"), NOTHING) == "nothing was found"
    given = readout("The brigade has 700 soldiers.", short="700")
    assert decide.veto(understand("How many soldiers were in the brigade?"), given) is None


@pytest.mark.parametrize(
    ("text", "short", "counted"),
    [
        ("The brigade has 700 soldiers.", "700", 0.0),
        ("The soldiers of the brigade had 700 mules.", "700", 1.0),
        ("Some 700 young soldiers came.", "700", 0.0),
    ],
)
def test_a_number_of_something_else_speaks_against_an_answer(text, short, counted):
    shown = signals("How many soldiers were in the brigade?", readout(text, short=short))
    assert shown["other thing counted"] == counted
