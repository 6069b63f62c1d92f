from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from parts import WordReader, evidence, hit

from qa.answering import decide, weights
from qa.answering.questions import understand
from qa.answering.reader import SENTENCE_FEATURES, Alone, Readout, Scored
from qa.answering.sentence_readings import candidates

NOTHING = Readout((), (), {})


@pytest.fixture
def by_hand(tmp_path, monkeypatch):
    """Weights of 2 for the span, 1 for the sentence alone, 4 for what is carried, -1 for the cover and 3 for the
    passage; a bias of -15.
    """
    row = {"features": list(decide.DECISION_FEATURES), "mean": [0] * 7, "scale": [1] * 7, "bias": -15}
    path = tmp_path / "decision.json"
    path.write_text(json.dumps({"decision": {**row, "weight": [2, 0, 1, 0, 4, -1, 3]}}))
    monkeypatch.setattr(weights, "FILE", path)
    weights.fitted.cache_clear()
    yield
    weights.fitted.cache_clear()


def readout(*texts: str, short: str | None = None, rarity: dict[str, float] | None = None) -> Readout:
    """What reading one-sentence hits might show: features of 0.1, 0.2 and so on, each hit's one more than the hit's
    before it, each score half of the last; read alone, a margin of 1.5 and a logit of 2.5, and judged, log odds of 3.5.
    """
    scored = []
    for place, text in enumerate(texts):
        found = hit(text, f"a{place}", place + 1)
        candidate = candidates([found], WordReader("high").read("?", [("", text)]))[0]
        features = np.arange(1, len(SENTENCE_FEATURES) + 1) / 10 + place
        scored.append(Scored(candidate, features, 2.0 / 2**place, Alone(1.5 + place, 2.5 + place, 3.5 + place)))
    found = tuple(evidence(text, text, 2.0, short=short if place == 0 else None) for place, text in enumerate(texts))
    return Readout(tuple(scored), found, rarity or {})


def test_the_signals_worked_by_hand():
    # The best sentence's features: cover 0.1, names 0.2, wanted 0.3, passage 0.4, fused 0.5, span 0.6, null 0.7, here
    # 0.8. The second sentence's count for nothing.
    assert SENTENCE_FEATURES == ("cover", "names", "wanted", "passage", "fused", "span", "null", "here")
    assert decide.DECISION_FEATURES == ("span", "here", "alone", "alone here", "carried", "cover", "passage")
    found = readout("The lighthouse is 30 high.", "Sheep graze.", short="30")
    assert decide.signals(found) == pytest.approx([0.6 - 0.7, 0.8, 1.5, 2.5, 3.5, 0.1, 0.4])


def test_a_sentence_that_was_read_once_only_has_no_signals():
    found = readout("It is.")
    once = replace(found, scored=(replace(found.scored[0], alone=None),))
    with pytest.raises(ValueError, match="the best sentence was not read a second time"):
        decide.signals(once)


def test_answerability_worked_by_hand(by_hand):
    score = 2 * (0.6 - 0.7) + 1.5 + 4 * 3.5 - 1 * 0.1 + 3 * 0.4 - 15
    assert (
        decide.shipped_decision().answerability(readout("It is.", "It was."))
        == round(1 / (1 + math.exp(-score)), 6)
        == 0.802184
    )
    assert decide.shipped_decision().answerability(NOTHING) == 0.0


@pytest.mark.parametrize(("feature", "better"), [("span", True), ("null", False), ("cover", False), ("here", True)])
def test_what_speaks_for_an_answer_and_what_against_it(feature, better):
    """With the shipped weights."""
    found = readout("It is.")
    more = found.scored[0].features.copy()
    more[SENTENCE_FEATURES.index(feature)] += 0.2
    changed = replace(found, scored=(replace(found.scored[0], features=more),))
    assert (decide.shipped_decision().answerability(changed) > decide.shipped_decision().answerability(found)) is better
    assert decide.shipped_decision().answerability(changed) != decide.shipped_decision().answerability(found)


def test_more_caution_means_a_higher_threshold():
    cautious, balanced, bold = (
        decide.shipped_decision().threshold(caution) for caution in ("cautious", "balanced", "bold")
    )
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
    headed = candidates(
        [replace(bare, chunk=replace(bare.chunk, header="The lighthouse of Talvik"))],
        [found.scored[0].candidate.seen],
    )[0]
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


@pytest.mark.parametrize(("relevance", "reason"), [(0.3, None), (0.1, "it gives no number")])
def test_a_measure_far_below_the_best_sentence_is_none(relevance, reason):
    best = evidence("The brigade was sent to Varnland.", "The brigade was sent to Varnland.", 2.0)
    other = evidence("The brigade has 700 soldiers.", "The brigade has 700 soldiers.", relevance, "a2", "700")
    assert decide.veto(understand("How many soldiers were in the brigade?"), Readout((), (best, other), {})) == reason
