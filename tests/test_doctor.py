from __future__ import annotations

import re

import pytest
from parts import embedder, small_index, weights_by_hand

from qa import __version__, doctor
from qa import assistant as module
from qa.answering.decide import shipped_decision
from qa.assistant import Assistant
from qa.doctor import Finding, examine
from qa.errors import ChatModelError, QAError
from qa.settings import Settings


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(module, "Embedder", lambda settings: embedder())
    with weights_by_hand():
        yield


def findings(**settings: object) -> dict[str, Finding]:
    with Assistant(Settings(index=str(small_index()), **settings)) as assistant:
        return {finding.what: finding for finding in examine(assistant)}


def test_a_sound_installation():
    found = findings()
    assert list(found) == [
        "footnote-qa", "system", "libraries", "sqlite", "settings", "index", "index health", "embedding model",
        "decision", "chat model", "token counts", "leaves this machine", "trial question",
        "trial claim",
    ]  # fmt: skip
    assert all(finding.fine for finding in found.values())
    assert found["footnote-qa"].value == __version__
    assert found["index"].value == f"8 articles, 8 chunks, 2018 to 2021-05-03, in {small_index()}"
    assert found["index health"].value == "no problems"
    assert found["embedding model"].value == embedder().identity
    assert found["decision"].value == f"balanced: {shipped_decision().rates['balanced'].text}"
    assert found["chat model"].value == "none: answers are the articles' own sentences"
    assert found["leaves this machine"].value == "nothing"
    assert "not installed" not in found["libraries"].value
    assert re.fullmatch(r"\d+\.\d\d s the first time, \d+\.\d\d s after that", found["trial question"].value)
    assert re.fullmatch(r"checked in \d+\.\d\d s", found["trial claim"].value)


@pytest.mark.parametrize(
    ("settings", "leaving"),
    [
        ({"chat_model": "ollama:llama3.2"}, "nothing"),
        ({"chat_model": "openai:gpt-x"}, "questions and evidence go to openai:gpt-x"),
        (
            {"chat_model": "openai:gpt-x", "chat_url": "http://10.0.0.1:1/v1"},
            "questions and evidence go to http://10.0.0.1:1/v1",
        ),
        (
            {"chat_model": "ollama:llama3.2", "chat_url": "https://me:secret@10.0.0.1:1/v1"},
            "questions and evidence go to https://10.0.0.1:1/v1",
        ),
        ({"chat_model": "openai:gpt-x", "chat_url": "http://127.0.0.1:1/v1"}, "nothing"),
        ({"chat_model": "openai:gpt-x", "chat_url": "http://localhost:1/v1"}, "nothing"),
    ],
)
def test_what_leaves_this_machine_is_said(settings, leaving):
    assert findings(**settings)["leaves this machine"].value == leaving


def test_problems_failures_and_a_failed_trial_need_a_person(monkeypatch, tmp_path):
    (tmp_path / "good.md").write_text("The bridge was closed.\n")
    (tmp_path / "bad.md").write_bytes(b"\x00\xff" * 99)

    def broken(*_: object, **__: object) -> None:
        raise ChatModelError("The chat model is away.", "Wake it.")

    with Assistant(Settings(index=str(tmp_path / "index"))) as assistant:
        assistant.index([str(tmp_path / "good.md"), str(tmp_path / "bad.md")])
        monkeypatch.setattr(Assistant, "problems", lambda self: ["The vector index is gone.", "So is the rest."])
        monkeypatch.setattr(Assistant, "ask", broken)
        found = {finding.what: finding for finding in examine(assistant)}
    assert found["index health"] == Finding("index health", "The vector index is gone. So is the rest.", fine=False)
    assert found["not read"].value == "1 files; list them: qa articles --failed"
    assert found["trial question"] == Finding("trial question", "The chat model is away. Wake it.", fine=False)


def test_a_library_that_is_missing_is_said(monkeypatch):
    def nothing(name: str) -> str:
        raise doctor.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.metadata, "version", nothing)
    assert doctor._version("torch") == "not installed"
    assert issubclass(ChatModelError, QAError)


_TO_SIX = "questions and evidence go to https://[2001:db8::1]/v1"


@pytest.mark.parametrize(
    ("variable", "model", "address", "leaving"),
    [
        ("OLLAMA_HOST", "ollama:llama3.2", "10.0.0.1:11434", "questions and evidence go to http://10.0.0.1:11434"),
        ("OLLAMA_HOST", "ollama:llama3.2", "0.0.0.0", "nothing"),
        ("OLLAMA_HOST", "ollama:llama3.2", ":11435", "nothing"),
        ("OLLAMA_HOST", "ollama:llama3.2", "http://[::1]:1", "nothing"),
        ("OLLAMA_HOST", "ollama:llama3.2", "me:secret@brenna:1", "questions and evidence go to http://brenna:1"),
        ("OPENAI_API_BASE", "openai:gpt-x", "https://[2001:db8::1]/v1?key=secret", _TO_SIX),
        (
            "OPENAI_API_BASE",
            "openai:gpt-x",
            "https://me:secret@[2001:db8::1/v1",
            "questions and evidence go to https://[2001",
        ),
        ("OPENAI_API_BASE", "openai:gpt-x", "https://me:sec/ret@brenna/v1", "questions and evidence go to https://me"),
        ("ANTHROPIC_API_URL", "anthropic:x", "https://brenna/v1", "questions and evidence go to https://brenna/v1"),
        ("OPENAI_BASE_URL", "openai:gpt-x", "https://10.0.0.1/v1", "questions and evidence go to https://10.0.0.1/v1"),
        ("OPENAI_BASE_URL", "ollama:llama3.2", "https://10.0.0.1/v1", "nothing"),
    ],
)
def test_the_variable_that_sends_a_client_elsewhere_is_said(monkeypatch, variable, model, address, leaving):
    monkeypatch.setenv(variable, address)
    assert findings(chat_model=model)["leaves this machine"].value == leaving


@pytest.mark.parametrize(
    ("address", "leaving"),
    [
        ("http://127.0.0.1:8000", "nothing"),
        ("https://me:secret@10.0.0.1:8000", "chunks go to https://10.0.0.1:8000"),
    ],
)
def test_chunks_go_to_the_server_that_is_named_and_no_log_in_is_shown(address, leaving):
    assert doctor._remote(Assistant(Settings(chroma_url=address))) == leaving
