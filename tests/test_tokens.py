import base64
import hashlib
import os
import socket
from pathlib import Path

import pytest
import tiktoken
import tiktoken_ext.openai_public
from hypothesis import given
from hypothesis import strategies as st

from qa.answering import tokens

# 256 single bytes and three merges: "th", "the", " the".
RANKS = {bytes([byte]): byte for byte in range(256)} | {b"th": 256, b"the": 257, b" the": 258}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("counting tokens must not open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """tiktoken's cache folder with a small true vocabulary in the place of o200k_base."""
    known = tokens.VOCABULARIES["o200k_base"]
    lines = b"".join(base64.b64encode(word) + b" %d\n" % rank for word, rank in RANKS.items())
    small = tokens._Vocabulary(known.url, hashlib.sha256(lines).hexdigest(), known.pattern)
    monkeypatch.setitem(tokens.VOCABULARIES, "o200k_base", small)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    path = tmp_path / hashlib.sha1(known.url.encode()).hexdigest()
    path.write_bytes(lines)
    return path


def test_a_cached_vocabulary_counts_exactly(cached: Path) -> None:
    assert tokens.exact("openai:gpt-5-mini")
    assert tokens.count("the theme", "openai:gpt-5-mini") == 4  # the| the|m|e
    assert tokens.count("中", "gpt-5-mini") == 3
    assert tokens.count("<|endoftext|>", "gpt-5-mini") == 13
    assert tokens.vocabulary("openai:gpt-5-mini") == "exact, by the vocabulary o200k_base"


def test_the_count_is_that_of_tiktoken_itself(cached: Path) -> None:
    known = tokens.VOCABULARIES["o200k_base"]
    encoding = tiktoken.Encoding("small", pat_str=known.pattern, mergeable_ranks=RANKS, special_tokens={})
    for text in ("", "the other the", "Prices rose 12.5%\n\n今天", "naïve — 🌾"):
        assert tokens.count(text, "gpt-5-mini") == len(encoding.encode(text))
        assert tokens.estimate(text) >= len(text.encode()) // 3


def test_a_damaged_vocabulary_is_not_used_and_not_fetched_again(cached: Path) -> None:
    cached.write_bytes(b"dGhl 0\n")
    assert not tokens.exact("openai:gpt-5-mini")
    assert cached.read_bytes() == b"dGhl 0\n"


def test_without_a_vocabulary_the_count_is_an_over_estimate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert not tokens.exact("openai:gpt-4")
    assert tokens.count("the harvest fell", "openai:gpt-4") == 6  # 16 letters and spaces
    assert tokens.count("AUG. 12", "openai:gpt-4") == 7  # one space; every other byte for itself
    assert tokens.count("今天", "openai:gpt-4") == 6
    assert tokens.vocabulary("openai:gpt-4") == (
        f"over-estimated from the length: the vocabulary cl100k_base is not in tiktoken's cache ({tmp_path})"
    )


@pytest.mark.parametrize("model", ["ollama:llama3.2", "anthropic:claude-x", "my-own-model", ""])
def test_models_that_tiktoken_does_not_know_are_estimated(model: str, cached: Path) -> None:
    assert not tokens.exact(model)
    assert tokens.count("the", model) == 1
    assert tokens.vocabulary(model) == (
        f"over-estimated from the length: tiktoken has no vocabulary for {model or 'no chat model'}"
    )


@given(st.text())
def test_any_text_can_be_counted(text: str) -> None:
    assert 0 <= tokens.estimate(text) <= len(text.encode("utf-8", "surrogatepass"))


def test_very_long_unbroken_text_is_estimated_at_once(cached: Path) -> None:
    assert tokens.count("a" * 300_000, "gpt-5-mini") == 100_000


@pytest.mark.parametrize("name", sorted(tokens.VOCABULARIES))
def test_our_table_is_what_the_installed_tiktoken_would_fetch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def record(url: str, expected_hash: str) -> dict[bytes, int]:
        asked.append((url, expected_hash))
        return {}

    monkeypatch.setattr(tiktoken_ext.openai_public, "load_tiktoken_bpe", record)
    parts = tiktoken_ext.openai_public.ENCODING_CONSTRUCTORS[name]()
    known = tokens.VOCABULARIES[name]
    assert (asked, parts["pat_str"]) == ([(known.url, known.sha256)], known.pattern)


@pytest.mark.parametrize("model", ["gpt-4", "gpt-5-mini"])
def test_with_the_real_vocabulary_where_it_is_cached(model: str) -> None:
    if not tokens.exact(model):
        pytest.skip(f"{tokens.vocabulary(model)}; set TIKTOKEN_CACHE_DIR to a folder that holds it")
    text = "The ministry said on 20 March 2021 that the harvest reached 4.2 million tonnes. 收成创新低。"
    encoding = tiktoken.encoding_for_model(model)
    assert tokens.count(text, model) == len(encoding.encode(text)) <= tokens.estimate(text)
    assert os.environ.get("TIKTOKEN_CACHE_DIR") or tokens._folder().is_dir()
