from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from qa.answering import span_model
from qa.answering.verdict_model import LONGEST, VerdictModel
from qa.training import judge, tuning
from qa.training.judge import Encoded, batches, encode, twins
from qa.training.pairs import Pair

TOKENIZER = tuning.load_tokenizer(LONGEST)
EVIDENCE = "The Kestrel Bridge opened in Talvik in 1907. Inspectors found cracks in seven pillars."


def pair(claim: str, label: str = "supported", words: tuple[int, int] | None = None) -> Pair:
    return Pair(claim, EVIDENCE, label, "number", "own", words)


def test_the_words_at_fault_are_marked_token_by_token():
    true = encode(pair("Seven pillars had cracks."), TOKENIZER, 4)
    assert (true.label, true.group, true.faults[1 : true.evidence - 1].tolist()) == (0, 4, [0] * 5)
    false = encode(pair("Nine pillars had cracks.", "contradicted", (0, 4)), TOKENIZER, 4)
    marked = [TOKENIZER.id_to_token(int(false.ids[place])) for place in np.flatnonzero(false.faults == 1)]
    assert (false.label, marked) == (1, ["nine"])
    unknown = encode(pair("The bridge is red.", "unsupported"), TOKENIZER, 0)
    assert (unknown.label, set(unknown.faults.tolist())) == (2, {-1})


def test_of_the_evidence_no_token_is_marked():
    for each in (pair("Seven pillars had cracks."), pair("Nine pillars had cracks.", "contradicted", (0, 4))):
        encoded = encode(each, TOKENIZER, 1)
        assert set(encoded.faults[encoded.evidence - 1 :].tolist()) == {-1} and encoded.faults[0] == -1


def test_only_the_true_and_the_false_of_one_group_are_held_against_each_other():
    def entry(label: int, group: int) -> Encoded:
        return Encoded(np.zeros(4, np.int32), 2, label, np.zeros(4, np.int8), group)

    assert twins([entry(0, 1), entry(1, 1), entry(0, 2), entry(2, 1), entry(0, 0), entry(1, 0)]) == ([0, 0], [1, 3])
    assert twins([]) == ([], [])


NAMES = "Aven Bram Corl Dorn Elsk Farn Gorm Holt Isen Jarl Korn Lund".split()
GROUPS = [
    [
        Pair(f"{name} has {number + 3} mills.", f"{name} has {number + 3} mills.", "supported", "true", "own"),
        Pair(
            f"{name} has {number + 9} mills.",
            f"{name} has {number + 3} mills.",
            "contradicted",
            "number",
            "own",
            (9, 10),
        ),
    ]
    for number, name in enumerate(NAMES)
]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights of a short run on a dozen villages."""
    place = tmp_path_factory.mktemp("judge")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "groups", lambda data: (GROUPS * 6, GROUPS * 2))
        patch.setattr(judge, "FILE", place / "judge.safetensors")
        patch.setattr(tuning, "TOKENS", 400)
        judge.main(place / "data", place / "training")
    return place / "judge.safetensors"


def test_what_was_learnt_is_read_by_the_model_that_ships(weights: Path):
    model = VerdictModel("float32", file=weights, sha256=hashlib.sha256(weights.read_bytes()).hexdigest())
    readings = model.read([(each.claim, each.evidence) for group in GROUPS for each in group])
    assert all(abs(r.supported + r.contradicted + r.unsupported - 1) < 1e-6 for r in readings)
    better = [true.supported > false.supported for true, false in zip(readings[::2], readings[1::2], strict=True)]
    assert sum(better) > len(better) * 3 / 4
    (claim, _), reading = (GROUPS[0][0].claim, ""), readings[0]
    assert [claim[start:end] for start, end in reading.offsets] == ["Ave", "n", "has", "3", "mills", "."]
    assert len(reading.faults) == len(reading.offsets) and ((reading.faults > 0) & (reading.faults < 1)).all()


def test_training_begins_from_the_readers_encoder_under_new_heads():
    import torch

    torch.manual_seed(1)
    network = tuning.network({"verdict": 3, "words": 1})
    before = network["verdict"].weight.clone()
    tuning.resume(network, span_model.FILE, heads=False)
    assert torch.equal(network["verdict"].weight, before)
    with pytest.raises(ValueError, match="These weights are of another network"):
        tuning.resume(network, span_model.FILE)


def test_a_true_claim_counts_as_much_as_its_twins_together():
    wrong = [pair(f"{word} pillars had cracks.", "contradicted", (0, len(word))) for word in ("Nine", "Two", "Six")]
    (group,) = batches([[pair("Seven pillars had cracks."), *wrong]])
    assert [(entry.label, entry.counts) for entry in group] == [(0, 3.0), (1, 1.0), (1, 1.0), (1, 1.0)]
    (alone,) = batches([[pair("Seven pillars had cracks.")]])
    assert [entry.counts for entry in alone] == [1.0]


def test_batches_hold_whole_groups_in_a_reproducible_order():
    made = [batches(GROUPS) for _ in range(2)]
    assert [[entry.group for entry in batch] for batch in made[0]] == [
        [entry.group for entry in batch] for batch in made[1]
    ]
    assert sorted(entry.group for batch in made[0] for entry in batch) == sorted(list(range(1, 13)) * 2)
