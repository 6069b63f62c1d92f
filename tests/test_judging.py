from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering import judging, verdict_model, weights
from qa.answering.grounding import ruled
from qa.answering.judging import FEATURES, Calibration, Judge, calibration, doubted
from qa.answering.verdict_model import PairReading, VerdictModel
from qa.answering.weights import Linear
from qa.errors import ModelError

EVIDENCE = [
    "The Kestrel Bridge in Talvik was closed to lorries on 3 May 2021 after inspectors found cracks in seven pillars."
    " Mayor Ines Holm said the repair would cost 4.2 million euros. The city has not yet found the money.",
    "Ferries have carried the lorries across the bay since then, and the hauliers complain about the delays.",
]
FLAT = Linear(FEATURES, (0.0,) * len(FEATURES), (1.0,) * len(FEATURES), (0.0,) * len(FEATURES))


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(VerdictModel("float32"))


def calibrated(alarms: float, responses: float) -> Calibration:
    return Calibration(FLAT, tuple(float(step) for step in range(101)), alarms, responses, 99.0)


def test_the_threshold_of_a_response_worked_by_hand():
    found = calibrated(0.05, 0.19)
    # 1 - 0.81 ** (1 / 2) = 0.1 and 1 - 0.81 ** (1 / 4) = 0.0513: more than the 0.05 of one claim alone.
    assert [found.threshold(claims) for claims in (0, 1, 2, 4)] == [95.0] * 4
    # 1 - 0.81 ** (1 / 8) = 0.02600: each of eight claims may alarm in 2.6 of a hundred.
    assert found.threshold(8) == pytest.approx(100 - 2.600, abs=0.001)


@given(st.floats(0.001, 0.5), st.floats(0.001, 0.9), st.integers(1, 300))
def test_the_longer_a_response_the_more_doubt_each_claim_may_raise(alarms, responses, claims):
    found = calibrated(alarms, responses)
    assert found.threshold(claims) <= found.threshold(claims + 1) <= 100.0


def reading(claim: str, *faults: float) -> PairReading:
    """A reading of the claim with a chance for each of its words."""
    offsets, cursor = [], 0
    for word in claim.split(" "):
        offsets.append((cursor, cursor + len(word)))
        cursor += len(word) + 1
    return PairReading(0.2, 0.1, 0.7, np.array(offsets, dtype=np.int64), np.array(faults, dtype=np.float64))


def test_the_doubted_words_are_the_run_that_is_doubted_most():
    claim = "two bridges were built in spring"
    assert doubted(claim, reading(claim, 0.9, 0.1, 0.6, 0.7, 0.2, 0.1)) == (12, 22)  # were built
    assert doubted(claim, reading(claim, 0.9, 0.1, 0.1, 0.7, 0.2, 0.1)) == (0, 3)
    assert doubted(claim, reading(claim, 0.6, 0.1, 0.1, 0.6, 0.2, 0.1)) == (0, 3)
    assert doubted(claim, reading(claim, 0.4, 0.1, 0.1, 0.2, 0.2, 0.1)) is None
    assert doubted("", PairReading(0.2, 0.1, 0.7, np.zeros((0, 2), np.int64), np.zeros(0))) is None


def test_doubted_pieces_of_a_word_name_the_whole_word():
    parts = PairReading(0.2, 0.1, 0.7, np.array([(0, 3), (4, 8), (8, 12)]), np.array([0.1, 0.1, 0.9]))
    assert doubted("the beekeeper slept", parts) == (4, 13)


def test_what_the_rules_strike_is_struck_with_their_reason_and_no_model_asked():
    by = Judge(VerdictModel("float32", sha256="0"))  # weights that it would refuse
    found = by.judge("The repair would cost 4.9 million euros, Mayor Ines Holm said.", EVIDENCE)
    assert (found.verdict, found.score) == ("unsupported", 0.0)
    assert found.reasons == ("the amount 4.9 million euros is not in the cited evidence",)
    assert by.judge("Anything.", []).reasons == ("it cites no evidence",)
    with pytest.raises(ModelError):
        by.judge("The bridge was shut to lorries.", EVIDENCE)


def test_the_evidences_own_sentence_is_supported_beyond_doubt(judge):
    assert judge.judge("The city has not yet found the money.", EVIDENCE) == judging.Judgement("supported", 1.0)


@pytest.mark.parametrize(
    "claim",
    [
        "The Kestrel Bridge has been closed to lorries since May 2021.",
        "Seven pillars of the bridge were found to be cracked.",
        "According to Ines Holm, repairing the bridge would cost 4.2 million euros.",
        "Ferries carry the lorries across the bay.",
    ],
)
def test_a_true_claim_in_other_words_is_supported(judge, claim):
    found = judge.judge(claim, EVIDENCE)
    assert (found.verdict, found.reasons) == ("supported", ()) and 0.5 < found.score < 1


@pytest.mark.parametrize(
    "claim",
    [
        "The city has found the money for the repair.",
        "Inspectors found no cracks in the pillars.",
        "The hauliers welcome the ferries and praise how quick they are.",
    ],
)
def test_a_claim_that_turns_the_evidence_round_does_not_pass(judge, claim):
    found = judge.judge(claim, EVIDENCE)
    assert found.verdict in ("partly", "contradicted", "unsupported") and found.reasons


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_whatever_the_texts_there_is_a_verdict(claim, evidence):
    found = BY.judge(claim, evidence)
    assert found.verdict in ("supported", "partly", "contradicted", "unsupported") and 0 <= found.score <= 1
    assert bool(found.reasons) == (found.verdict != "supported")


BY = Judge(VerdictModel("float32"))


def test_a_doubt_that_the_model_shares_is_a_contradiction_however_many_claims_there_are(judge):
    found = judge.judge("Inspectors found no cracks in the pillars.", EVIDENCE, claims=500)
    doubt = "it denies something that the cited evidence does not deny"
    assert (found.verdict, found.reasons[0]) == ("contradicted", doubt)


def test_what_somebody_says_is_at_most_partly_supported_as_a_fact(judge):
    found = judge.judge("The repair would cost 4.2 million euros.", EVIDENCE, claims=500)
    assert found.verdict == "partly"
    assert found.reasons[0] == "says it as fact; the source attributes it to Mayor Ines Holm"


def test_the_shipped_numbers_belong_to_the_shipped_weights():
    import hashlib

    found = calibration()
    assert found.doubt.features == FEATURES and FEATURES[0] == "not_supported"
    assert list(found.true) == sorted(found.true) and len(found.true) == 501
    assert min(found.doubt.weight) >= 0 and 0 < found.alarms <= found.responses < 1
    sha256 = hashlib.sha256(verdict_model.FILE.read_bytes()).hexdigest()
    assert weights.read(weights.VERDICT)["judge"] == {"sha256": sha256}


def test_numbers_of_other_features_are_refused(tmp_path):
    values = json.loads(weights.VERDICT.read_text(encoding="utf-8"))
    values["doubt"]["features"] = values["doubt"]["features"][1:]
    (tmp_path / "verdict.json").write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ModelError, match="'doubt' belong to other features"):
        calibration(tmp_path / "verdict.json")


def test_the_same_number_in_another_notation_is_no_fault(judge):
    for claim, evidence in (
        ("About €9 billion was paid to the farmers.", "Roughly €9bn was paid to the farmers."),
        ("The country has about 1,600,000 cows.", "The country has about 1.6m cows."),
    ):
        assert judge.judge(claim, [evidence]).verdict == "supported"


class DoubtsWhatIsNotThere(VerdictModel):
    """Doubts the words that the evidence lacks."""

    def read(self, pairs):
        found = []
        for claim, evidence in pairs:
            places = [match.span() for match in re.finditer(r"\S+", claim)]
            faults = [0.1 if claim[start:end] in evidence.split() else 0.9 for start, end in places]
            found.append(PairReading(0.1, 0.0, 0.9, np.array(places), np.array(faults)))
        return found


def test_the_doubted_words_are_the_claims_own_where_a_number_was_restated():
    by = Judge(DoubtsWhatIsNotThere(), calibrated(0.05, 0.15))
    evidence = ["The mayor burnt three million copies of it"]
    claim = "The mayor sold 3 million copies of it"
    ruling = ruled(claim, evidence)
    reading, _ = by.read(claim, evidence, (), ruling)
    assert doubted(claim, reading) == (10, 14)  # sold, not the number, which stands there in words
    assert [claim[slice(*place)] for place in reading.offsets] == [
        "The", "mayor", "sold", "3 million", "3 million", "copies", "of", "it",
    ]  # fmt: skip
