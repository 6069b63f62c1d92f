from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.errors import IndexMismatch
from qa.indexing.manifest import Manifest, check, manifest, record
from qa.settings import Settings
from qa.store import Store


@pytest.fixture
def store(tmp_path: Path):
    with Store(tmp_path, create=True) as made:
        yield made


def made(store: Store) -> None:
    with store.transaction() as connection:
        record(store, connection, Settings(embedding_model="words", chunk_tokens=100), "words@1", 64)


def test_new_index_fits_everything(store):
    assert manifest(store) is None
    check(store, Settings(), "any")


def test_manifest_says_what_made_the_index(store):
    made(store)
    assert manifest(store) == Manifest(qa.__version__, "words", "words@1", 64, 100)
    check(store, Settings(chunk_tokens=100), "words@1")


def test_another_embedding_model_is_refused_with_both_cures(store):
    made(store)
    with pytest.raises(IndexMismatch) as refused:
        check(store, Settings(chunk_tokens=100), "words@2")
    assert str(refused.value) == (
        "The index was made with another setting: the embedding model was words@1 and is now words@2."
    )
    assert refused.value.hint == (
        "Set embedding_model to words again, or index everything anew with the present settings: qa index --rebuild"
    )


def test_another_chunk_length_is_refused(store):
    made(store)
    with pytest.raises(IndexMismatch, match="chunk_tokens was 100 and is now 200"):
        check(store, Settings(), "words@1")
