from types import SimpleNamespace

import pytest

from qa.answering.chat_errors import pause_before_retry, translated, without_key
from qa.errors import ChatModelError
from qa.settings import Settings


class StatusError(Exception):
    def __init__(self, status_code: int, **headers: str) -> None:
        super().__init__("provider's words")
        self.status_code = status_code
        self.response = SimpleNamespace(headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("error", "model", "message", "hint"),
    [
        (
            StatusError(401),
            "anthropic:x",
            "The server of anthropic:x refused the key (status 401).",
            "Check ANTHROPIC_API_KEY.",
        ),
        (
            StatusError(404),
            "ollama:x:3b",
            "The server does not know the chat model ollama:x:3b (status 404).",
            "Type: ollama pull x:3b",
        ),
        (
            StatusError(429),
            "openai:x",
            "The server of openai:x takes no more requests now (status 429).",
            "Wait, then ask again.",
        ),
        (StatusError(503), "openai:x", "The server of openai:x failed (status 503).", "Ask again later."),
        (ConnectionRefusedError(), "ollama:x", "The chat model ollama:x could not be reached.", "Type: ollama serve"),
        (
            ImportError("Please install it with `pip install langchain-groq`"),
            "groq:x",
            "The package for chat models of groq is not installed.",
            "Type: pip install langchain-groq",
        ),
        (
            KeyError("odd"),
            "openai:x",
            "The chat model openai:x failed (KeyError).",
            "Run again with --debug to see the trace, or unset chat_model to get the extractive answer.",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_failure_has_a_sentence_and_the_next_step(error: Exception, model: str, message: str, hint: str) -> None:
    result = translated(error, Settings(chat_model=model))
    assert (str(result), result.hint) == (message, hint)


def test_the_deepest_known_cause_decides() -> None:
    error = RuntimeError("wrapped")
    error.__cause__ = TimeoutError()
    assert "did not finish within 60 seconds" in str(translated(error, Settings(chat_model="openai:x")))


def test_our_own_errors_pass_unchanged() -> None:
    error = ChatModelError("One.", "Two.")
    assert translated(error, Settings(chat_model="openai:x")) is error


def test_a_cause_that_shows_a_key_or_password_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "abcdefgh12345678")
    harmless = ValueError("model not found")
    assert without_key(harmless) is harmless
    for words in ("bad key abcdefgh12345678", "Incorrect API key: sk-ab***yz", "http://me:secret@host/v1"):
        assert str(without_key(ValueError(words))) == "ValueError (its text held a key and is left out)"


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        pytest.param(StatusError(429), 0.5, id="says nothing"),
        pytest.param(StatusError(503, retry_after="2"), 2.0, id="soon"),
        pytest.param(StatusError(429, retry_after="3600"), None, id="in an hour"),
        pytest.param(StatusError(429, retry_after="-1"), None, id="in the past"),
        pytest.param(StatusError(429, retry_after="nan"), None, id="no number"),
        pytest.param(StatusError(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"), None, id="a date"),
        pytest.param(StatusError(401), None, id="refused"),
        pytest.param(ConnectionRefusedError(), None, id="not there"),
    ],
)
def test_only_a_server_that_stumbles_is_asked_again_and_soon(error: Exception, pause: float | None) -> None:
    assert pause_before_retry(error) == pause
