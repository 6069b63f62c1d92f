import socket
import threading
import time
import traceback
from collections.abc import Iterator

import langsmith.utils
import pytest
from chat_server import ChatServer, Reply, chat_server
from langchain_core.tracers.langchain import wait_for_all_tracers

from qa.answering.chat_model import ChatModel, Stopped, stoppable
from qa.errors import ChatModelError
from qa.settings import Settings

KEY = "sk-secret-0123456789abcdef"
LONG = "The ministry said the harvest reached 4.2 million tonnes."


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "LANGSMITH_GATEWAY", "LANGSMITH_TRACING"):
        monkeypatch.delenv(name, raising=False)
    yield
    langsmith.utils.get_env_var.cache_clear()


def settings(server: ChatServer | str, **values: object) -> Settings:
    url = server if isinstance(server, str) else server.url
    return Settings(**{"chat_model": "openai:scripted", "chat_url": url, "chat_timeout": 10.0} | values)  # type: ignore[arg-type]


def said(model: ChatModel) -> str:
    """What the model replies."""
    return "".join(model.reply([("system", "Be brief."), ("user", "How was it?")], [], model.deadline()))


def failure(model: ChatModel) -> ChatModelError:
    with pytest.raises(ChatModelError) as caught:
        said(model)
    return caught.value


def test_a_reply_comes_piece_by_piece_before_it_ends_and_says_why_it_did() -> None:
    gate, finishes = threading.Event(), list[str]()
    with chat_server(Reply(["It ", "rained."], finish="length", gate=gate, gate_at=1)) as server:
        model = ChatModel(settings(server))
        pieces = model.reply([("system", "Be brief."), ("user", "How was it?")], finishes, model.deadline())
        first = next(piece for piece in pieces if piece)
        assert (first, finishes) == ("It ", [])
        gate.set()
        assert "".join(pieces) == "rained."
    ((path, key, body),) = server.requests
    assert (path, key, body["model"]) == ("/v1/chat/completions", "Bearer not-needed", "scripted")
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "How was it?"},
    ]
    assert (model.name, finishes) == ("openai:scripted", ["length"])


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        pytest.param(Reply(["It rained."], cut=True), "was cut off.", id="connection lost"),
        pytest.param(Reply(["It rained."], finish=None), "was cut off.", id="ends without an end"),
        pytest.param(Reply(status=401), "refused the key (status 401).", id="401"),
        pytest.param(Reply(status=404), "does not know the chat model openai:scripted (status 404).", id="404"),
        pytest.param(Reply(status=400), "did not accept the request (status 400).", id="400"),
    ],
)
def test_failures_become_one_sentence_and_the_key_is_nowhere(
    reply: Reply, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with chat_server(reply) as server:
        error = failure(ChatModel(settings(server)))
    assert str(error).endswith(message)
    assert error.hint
    assert server.requests[0][1] == f"Bearer {KEY}"
    assert KEY not in str(error) + error.hint + "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(["x"], gate=threading.Event()), id="silent"),
        pytest.param(Reply([LONG], drip=0.05), id="dripping"),
    ],
)
def test_a_reply_is_bounded_however_the_server_drips(reply: Reply) -> None:
    with chat_server(reply) as server:
        model = ChatModel(settings(server, chat_timeout=0.5))
        model.deadline()  # LangChain is loaded now
        begin = time.monotonic()
        error = failure(model)
        assert time.monotonic() - begin < 2
    assert str(error) == "The chat model openai:scripted did not finish within 0.5 seconds."
    assert error.hint == "Set chat_timeout to more than 0.5, or choose a smaller model."


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = failure(ChatModel(settings(f"http://user:password@127.0.0.1:{port}/v1")))
    assert str(error) == "The chat model openai:scripted could not be reached."
    assert error.hint == f"Check that a server answers at http://127.0.0.1:{port}"
    assert "password" not in "".join(traceback.format_exception(error))


def test_a_missing_package_names_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:  # LangChain remembers a package that it has found once
        raise ImportError("Please install it with `pip install langchain-anthropic`")

    monkeypatch.setattr("langchain.chat_models.init_chat_model", missing)
    error = failure(ChatModel(Settings(chat_model="anthropic:claude")))
    assert str(error) == "The package for chat models of anthropic is not installed."
    assert error.hint == 'Type: pip install "footnote-qa[anthropic]"'


@pytest.mark.parametrize(
    ("model", "message", "hint"),
    [
        (
            "openai:gpt-x",
            "There is no key for openai: OPENAI_API_KEY is not set.",
            "Type: export OPENAI_API_KEY=YOUR-KEY",
        ),
        (
            "opanai:gpt-x",
            "'opanai' is not a provider of chat models that Footnote knows.",
            "Set chat_model to provider:name, such as ollama:llama3.2 or openai:gpt-5-mini.",
        ),
        (
            "gpt-x",
            "The setting chat_model is 'gpt-x', which does not name a provider and a model.",
            "Set chat_model to provider:name, such as ollama:llama3.2 or openai:gpt-5-mini.",
        ),
    ],
)
def test_a_model_that_cannot_be_used(model: str, message: str, hint: str) -> None:
    error = failure(ChatModel(Settings(chat_model=model)))
    assert (str(error), error.hint) == (message, hint)


def test_a_model_that_takes_no_temperature_is_asked_without() -> None:
    refused = Reply(status=400, error="Unsupported value: 'temperature' does not support 0 with this model.")
    with chat_server(refused, Reply(["It rained."]), Reply(["It snowed."])) as server:
        model = ChatModel(settings(server))
        assert [said(model), said(model)] == ["It rained.", "It snowed."]
    assert ["temperature" in body for _, _, body in server.requests] == [True, False, False]


def test_another_thread_stops_who_waits_for_a_silent_server_and_the_next_reply_comes() -> None:
    stop = threading.Event()

    def stop_it() -> None:
        while not server.requests:
            time.sleep(0.01)
        stop.set()

    with chat_server(Reply(["It rained."], gate=threading.Event()), Reply(["It snowed."])) as server:
        model = ChatModel(settings(server, chat_timeout=600.0))
        threading.Thread(target=stop_it).start()
        with stoppable(stop), pytest.raises(Stopped):
            said(model)
        assert server.hung_up.wait(30)
        assert said(model) == "It snowed."


def test_a_reply_that_was_stopped_before_is_not_asked_for() -> None:
    stop = threading.Event()
    stop.set()
    with chat_server(Reply(["It rained."])) as server, stoppable(stop), pytest.raises(Stopped):
        said(ChatModel(settings(server)))
    assert server.requests == []


def test_nothing_is_sent_to_langsmith(monkeypatch: pytest.MonkeyPatch) -> None:
    with chat_server(Reply(["It rained."])) as server:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2-not-a-key")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
        langsmith.utils.get_env_var.cache_clear()
        assert langsmith.utils.tracing_is_enabled()
        assert said(ChatModel(settings(server))) == "It rained."
        wait_for_all_tracers()  # a tracer would send from a thread of its own
    assert [path for path, _, _ in server.requests] == ["/v1/chat/completions"]


def test_the_langsmith_gateway_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert "would pass through LangSmith" in str(failure(ChatModel(Settings(chat_model="openai:gpt-x"))))
