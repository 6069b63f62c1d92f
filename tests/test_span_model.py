from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import span_model

from qa.answering.span_model import FILE, LONGEST, LONGEST_ANSWER, PassageReading, SpanModel, best_span
from qa.errors import ModelError
from qa.indexing.embeddings import DEFAULT_MODEL, model_folder
from qa.training.tuning import load_tokenizer

BRIDGE = "The Kestrel Bridge was closed in May. Inspectors had found cracks in seven pillars. Nobody was hurt."


def test_the_answer_is_found_in_its_passage():
    reading, other = span_model().read(
        "How many pillars had cracks?", [("Kestrel Bridge", BRIDGE), ("Wool", "Sheep graze on the hills of Talvik.")]
    )
    score, start, end = best_span(reading, 0, len(BRIDGE)) or (0.0, 0, 0)
    assert "seven" in BRIDGE[start:end]
    assert score > reading.null and reading.here > other.here
    elsewhere = best_span(other, 0, 40) or (0.0, 0, 0)
    assert elsewhere[0] - other.null < score - reading.null


def test_every_token_has_its_place_in_the_passage_and_the_header_none():
    (reading,) = span_model().read("Who closed it?", [("The Kestrel Bridge", BRIDGE)])
    pieces = [BRIDGE[start:end] for start, end in reading.offsets]
    assert "".join(pieces) == BRIDGE.replace(" ", "")
    assert len(reading.start) == len(reading.end) == len(pieces)


@cache
def exact_model() -> SpanModel:
    """The reader in float32, so that rounding does not hide a difference."""
    return SpanModel("float32")


def values(reading: PassageReading) -> list[float]:
    return [*reading.start, *reading.end, reading.null, reading.here]


@pytest.mark.parametrize("count", [3, 18])
def test_passages_read_together_are_read_as_alone(count):
    passages = [("", BRIDGE), ("Wool", "Wool was dear."), ("", ""), ("Wool", f"{BRIDGE} " * 9)] * 5
    together = exact_model().read("Who was hurt?", passages[:count])
    assert len(together) == count
    for passage, seen in zip(passages[:count], together, strict=True):
        (alone,) = exact_model().read("Who was hurt?", [passage])
        assert alone.offsets.tolist() == seen.offsets.tolist()
        assert np.allclose(values(alone), values(seen), rtol=0, atol=1e-4)


def test_nothing_to_read_gives_nothing():
    assert span_model().read("Who was hurt?", []) == []


def test_the_network_is_bert_with_two_heads_on_it():
    import torch
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel

    folder = Path(str(model_folder(DEFAULT_MODEL)))
    weights = {name: value.float() for name, value in load_file(FILE).items()}
    own = {name.removeprefix("encoder."): value for name, value in weights.items() if name.startswith("encoder.")}
    words = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    bert = BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False).eval()
    bert.load_state_dict({**own, "embeddings.word_embeddings.weight": words})
    entry = load_tokenizer(LONGEST).encode("Who closed the bridge?", BRIDGE)
    with torch.inference_mode():
        rows = bert(torch.tensor([entry.ids]), token_type_ids=torch.tensor([entry.type_ids])).last_hidden_state[0]
        logits = rows @ weights["spans.weight"].T + weights["spans.bias"]
        here = rows[0] @ weights["here.weight"][0] + weights["here.bias"][0]
    passage = slice(entry.type_ids.index(1), -1)  # without the mark that ends it
    expected = [*logits[passage, 0], *logits[passage, 1], logits[0].sum(), here]
    (seen,) = exact_model().read("Who closed the bridge?", [("", BRIDGE)])
    assert np.allclose(values(seen), expected, rtol=0, atol=1e-4)


def test_an_endless_question_leaves_room_for_the_passage():
    (reading,) = span_model().read("why " * 3000 + "?", [("Header", "word " * 3000)])
    assert LONGEST - 64 - 8 < len(reading.offsets) < LONGEST


def test_other_weights_are_refused(tmp_path):
    copy = tmp_path / "reader.safetensors"
    shutil.copy(FILE, copy)
    with copy.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    for broken in (SpanModel(file=copy), SpanModel(file=tmp_path / "none" / "reader.safetensors")):
        with pytest.raises(
            ModelError, match=r"weights reader\.safetensors are missing or not those of this release"
        ) as e:
            broken.read("Who?", [("", "Nobody.")])
        assert e.value.hint == "Install footnote-qa again: pip install --force-reinstall footnote-qa"


def reading(start: list[float], end: list[float]) -> PassageReading:
    """Tokens of one character each, a space after each."""
    offsets = np.array([(2 * i, 2 * i + 1) for i in range(len(start))], dtype=np.int64).reshape(-1, 2)
    return PassageReading(offsets, np.array(start, np.float32), np.array(end, np.float32), 0.0, 0.0)


def test_the_best_span_worked_by_hand():
    # Starts 1 3 0 2, ends 5 0 4 1: the best pair is 3 + 4, from the second token to the third; 3 + 5 runs backwards.
    seen = reading([1, 3, 0, 2], [5, 0, 4, 1])
    assert best_span(seen, 0, 8) == (7.0, 2, 5)
    assert best_span(seen, 0, 2) == (6.0, 0, 1)
    assert best_span(seen, 4, 8) == (4.0, 4, 5)
    assert best_span(seen, 1, 2) is None


def test_a_span_is_not_endless():
    far = LONGEST_ANSWER
    seen = reading([9, *[0] * far], [*[0] * far, 9])
    assert best_span(seen, 0, 2 * far + 1) == (9.0, 0, 1), "both ends together would be one token too long"


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=30), st.data())
def test_the_best_span_is_the_best_of_all(logits, data):
    start, end = [float(a) for a, _ in logits], [float(b) for _, b in logits]
    first = data.draw(st.integers(0, len(logits) - 1))
    last = data.draw(st.integers(first, len(logits) - 1))
    found = best_span(reading(start, end), 2 * first, 2 * last + 1)
    best = max(start[i] + end[j] for i in range(first, last + 1) for j in range(i, min(i + LONGEST_ANSWER, last + 1)))
    assert found is not None and found[0] == best
    assert 2 * first <= found[1] < found[2] <= 2 * last + 1
