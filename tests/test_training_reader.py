from __future__ import annotations

import hashlib
import random
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from parts import span_model

from qa.answering.span_model import LONGEST, SpanModel
from qa.training import own, reader, tuning
from qa.training.examples import SEED, Example
from qa.training.reader import FIND, HEADS, REFUSE, Encoded, Stage, encode, pairs

TOKENIZER = tuning.load_tokenizer(LONGEST)
BRIDGE = (
    "The Kestrel Bridge opened in Talvik in 1907. Inspectors closed it in 2019. "
    "They found cracks in seven pillars. Mayor Idris Vale ordered a repair."
)


def example(question: str, answer: str | None = "seven", passage: str = BRIDGE, title: str = "") -> Example:
    return Example(question, title, passage, answer, "passage")


def words(encoded: Encoded) -> str:
    return TOKENIZER.decode(encoded.ids[encoded.start : encoded.end + 1].tolist())


@pytest.mark.parametrize("seed", range(4))
def test_the_answers_tokens_are_marked_with_and_without_a_title(seed):
    found = encode(example("How many?", title="Kestrel Bridge"), TOKENIZER, random.Random(seed))
    assert found is not None and words(found) == "seven"
    none = encode(example("Who sang?", None), TOKENIZER, random.Random(seed))
    assert none is not None and (none.start, none.end) == (0, 0)


def test_a_long_passage_is_cut_to_a_window_round_its_answer():
    passage = "Sheep graze on the hills. " * 100 + BRIDGE
    found = encode(example("How many?", passage=passage), TOKENIZER, random.Random(3))
    assert found is not None and words(found) == "seven"


def test_what_ships_is_read_by_the_same_tokens_as_it_was_trained_on():
    encoded = encode(example("How many?"), TOKENIZER, random.Random(1))
    (reading,) = span_model().read("How many?", [("", BRIDGE)])
    assert encoded is not None
    assert len(reading.offsets) == len(encoded.ids) - encoded.passage - 1, "all but the closing token"


def test_an_answer_that_does_not_fit_makes_no_example():
    passage = "Sheep graze on the hills. " * 40 + "Seven " + "old " * 400 + "pillars stood there."
    assert (
        encode(
            example("What stood?", "Seven " + "old " * 400 + "pillars", passage),
            TOKENIZER,
            random.Random(1),
        )
        is None
    )


def test_a_title_is_read_before_some_of_the_passages():
    tokenizer = TOKENIZER
    made = [encode(example("How many?", title="Kestrel Bridge"), tokenizer, random.Random(seed)) for seed in range(40)]
    texts = {tokenizer.decode(each.ids[each.passage :].tolist())[:30] for each in made if each}
    assert texts == {"kestrel bridge the kestrel bri", "the kestrel bridge opened in t"}


def entry(length: int, group: int = 0, start: int = 0) -> Encoded:
    return Encoded(np.zeros(length, np.int32), 0, start, start, group)


def test_only_the_answered_and_the_unanswered_of_one_group_are_held_against_each_other():
    batch = [entry(9, 1, 3), entry(9, 1), entry(9, 2, 4), entry(9, 1), entry(9, 0, 5), entry(9, 0), entry(9, 3)]
    assert pairs(batch) == ([0, 0], [1, 3])
    assert pairs([]) == ([], [])


VILLAGES = "Aven Bram Corl Dorn Elsk Farn Gorm Holt Isen Jarl Korn Lund".split()
THINGS = "mills bridges cows boats towers wells".split()


def village(number: int) -> list[Example]:
    """An answered question on a village and an unanswerable one; what it has, another has too."""
    name, thing = VILLAGES[number], THINGS[number // 2]
    passage = f"{name} has {number + 3} {thing}. The mayor of {name} counted."
    return [
        Example(f"How many {thing} has {name}?", "", passage, str(number + 3), "passage"),
        Example(f"Who sold the {thing}?", "", passage, None, "passage"),
    ]


EXAMPLES = [each for number in range(len(VILLAGES)) for each in village(number)]


@dataclass(frozen=True)
class Run:
    """A run of the training: the folder of its checkpoints, the weights at its end, the stage of every step."""

    folder: Path
    weights: Path
    steps: list[Stage] = field(default_factory=list)


def trained(place: Path, found: Path | None = None, *, refuse: bool = True) -> Run:
    """A short run on a dozen villages, from the first stage's weights if given; the second stage may be left empty."""
    run = Run(place / "training", place / "reader.safetensors")
    if found:
        run.folder.mkdir()
        shutil.copy(found, run.folder)
    loss_of = reader._loss

    def counted(network: object, batch: list[Encoded], stage: Stage) -> object:
        run.steps.append(stage)
        return loss_of(network, batch, stage)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "examples", lambda data, rng: list(EXAMPLES))
        patch.setattr(reader, "passages", lambda data: list(EXAMPLES))
        patch.setattr(own, "groups", lambda data, rng: [village(0)])
        patch.setattr(reader, "searched", lambda data, rng: [village(1)])
        patch.setattr(reader, "FILE", run.weights)
        patch.setattr(reader, "FIND", FAST)
        patch.setattr(tuning, "TOKENS", 90)
        patch.setattr(tuning, "_CHECKPOINT", 2)
        patch.setattr(reader, "_loss", counted)
        for name in ("CUT", "SWAP", "FAR", "SENTENCES", "PLAIN"):
            patch.setattr(reader, name, 2)
        if not refuse:
            patch.setattr(reader, "_refusing", lambda data, with_own: [])
        reader.main(place / "data", run.folder)
    return run


FAST = replace(FIND, rate=4e-4)
"""The first stage in a few steps."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return trained(tmp_path_factory.mktemp("run"))


def loss_with(weights: Path | None, stage: Stage) -> float:
    """The loss over some of the villages with these weights, or before any training."""
    import torch

    torch.manual_seed(SEED)
    network = tuning.network(HEADS)
    if weights:
        tuning.resume(network, weights)
    batch = [encode(each, TOKENIZER, random.Random(1)) for number in (0, 5) for each in village(number)]
    with torch.no_grad():
        return float(reader._loss(network, [replace(each, group=1) for each in batch if each], stage))


def test_the_loss_falls_in_both_stages(run):
    assert run.steps == [FAST] * run.steps.count(FAST) + [REFUSE] * run.steps.count(REFUSE)
    found = run.folder / "found.safetensors"
    assert loss_with(found, FIND) < 0.9 * loss_with(None, FIND)
    assert loss_with(run.weights, REFUSE) < 0.9 * loss_with(found, REFUSE)


def test_checkpoints_and_weights_are_read_by_the_reader(run):
    files = [*run.folder.iterdir(), run.weights]
    assert {file.name for file in files} >= {"found.safetensors", "step2.safetensors", "reader.safetensors"}
    for file in (run.folder / "found.safetensors", run.folder / "step2.safetensors", run.weights):
        model = SpanModel("float32", file=file, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
        (reading,) = model.read(EXAMPLES[0].question, [("", EXAMPLES[0].passage)])
        assert np.isfinite([reading.null, reading.here, *reading.start, *reading.end]).all()


def test_a_run_that_has_learnt_to_find_goes_on_from_there_to_the_same_weights(run, tmp_path):
    again = trained(tmp_path, run.folder / "found.safetensors")
    assert again.steps == [REFUSE] * run.steps.count(REFUSE)
    assert again.weights.read_bytes() == run.weights.read_bytes()


def test_the_same_seed_learns_to_find_by_the_same_weights(run, tmp_path):
    again = trained(tmp_path, refuse=False)
    assert (again.folder / "found.safetensors").read_bytes() == (run.folder / "found.safetensors").read_bytes()


def test_weights_of_another_network_are_refused(tmp_path):
    import torch
    from safetensors.torch import save_file

    save_file({"other": torch.zeros(1)}, str(tmp_path / "found.safetensors"))
    with pytest.raises(ValueError, match="These weights are of another network: other"):
        reader.main(tmp_path, tmp_path)
