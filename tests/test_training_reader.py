from __future__ import annotations

import random

import numpy as np
import pytest
from parts import span_model

from qa.training.examples import Example
from qa.training.reader import TOKENS, Encoded, encode, load_tokenizer, packed

BRIDGE = (
    "The Kestrel Bridge opened in Talvik in 1907. Inspectors closed it in 2019. "
    "They found cracks in seven pillars. Mayor Idris Vale ordered a repair."
)


def example(question: str, answer: str | None = "seven", passage: str = BRIDGE, title: str = "") -> Example:
    return Example(question, title, passage, answer, "passage")


def words(encoded: Encoded) -> str:
    return load_tokenizer().decode(encoded.ids[encoded.start : encoded.end + 1].tolist())


@pytest.mark.parametrize("seed", range(4))
def test_the_answers_tokens_are_marked_with_and_without_a_title(seed):
    found = encode(example("How many?", title="Kestrel Bridge"), load_tokenizer(), random.Random(seed))
    assert found is not None and words(found) == "seven"
    none = encode(example("Who sang?", None), load_tokenizer(), random.Random(seed))
    assert none is not None and (none.start, none.end) == (0, 0)


def test_a_long_passage_is_cut_to_a_window_round_its_answer():
    passage = "Sheep graze on the hills. " * 100 + BRIDGE
    found = encode(example("How many?", passage=passage), load_tokenizer(), random.Random(3))
    assert found is not None and words(found) == "seven"


def test_a_batch_holds_no_more_tokens_than_it_may():
    pool = [Encoded(np.zeros(length, np.int32), 0, 0, 0) for length in sorted([5, 900, 1700, 1900, 2000, 288, 12] * 3)]
    batches = list(packed(pool))
    assert [entry for batch in batches for entry in batch] == pool
    assert all(len(batch) * max(len(entry.ids) for entry in batch) <= TOKENS for batch in batches)


def test_what_ships_is_read_by_the_same_tokens_as_it_was_trained_on():
    encoded = encode(example("How many?"), load_tokenizer(), random.Random(1))
    (reading,) = span_model().read("How many?", [("", BRIDGE)])
    assert encoded is not None
    assert len(reading.offsets) == len(encoded.ids) - encoded.passage - 1, "all but the closing token"
