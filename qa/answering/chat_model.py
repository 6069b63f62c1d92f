"""The one door to chat models: a reply, piece by piece, or one sentence that says what happened.

What holds, whatever the model or its server does:
- A reply ends by its deadline, even when the server drips; then, and at every other failure, a `ChatModelError` says in
  one sentence what happened. No key is ever in it, nor in the trace behind it.
- Who stops reading closes the request: the server sees the connection end, also while it is silent. Who waits for the
  server is stopped by another thread through `stoppable`.
- Only the configured model is called: LangSmith's tracing is switched off for the call (`untraced`), whatever
  LANGSMITH_TRACING says, and its gateway (LANGSMITH_GATEWAY) is refused.

LangChain is imported at the first call, not before.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import aclosing, contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from qa.answering.chat_errors import (
    EXTRAS,
    cut_off,
    gateway_refused,
    no_key,
    pause_before_retry,
    translated,
    without_key,
)
from qa.errors import ChatModelError
from qa.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

_KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
# No connection outlives its answer: nothing is left open to a model's server while nobody asks.
_ONE_REQUEST = {"Connection": "close"}
_FINISHES = ("finish_reason", "stop_reason", "done_reason")
_CLOSING = 1.0  # seconds that a closed connection may take to end, at most
_LOOK = 0.2  # seconds between two looks whether the reply is still wanted
_NEVER = threading.Event()
_stop: ContextVar[threading.Event] = ContextVar("stop", default=_NEVER)

Turns = list[tuple[str, str]]
"""A conversation as chat models have it: who speaks (system, user, assistant), and the words."""
_Item = str | Exception | None  # a piece, why there is none, the end


class Stopped(BaseException):
    """A reply is no longer wanted. It is no failure: like a keyboard interrupt, it passes whatever handles those."""


@contextmanager
def stoppable(stop: threading.Event) -> Iterator[None]:
    """Within it, who waits for a reply gets `Stopped` soon after `stop` is set, even while the server is silent."""
    token = _stop.set(stop)
    try:
        yield
    finally:
        _stop.reset(token)


@contextmanager
def untraced() -> Iterator[None]:
    """Within it, LangChain tells LangSmith nothing, whatever LANGSMITH_TRACING says. Never round a `yield`: it would
    hold for what the caller does meanwhile, too.
    """
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        yield


class ChatModel:
    """The chat model that the settings name. Safe to share between threads.

    Raises `ChatModelError` at the first call, not before, when the model cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._model: BaseChatModel | None = None
        self._tempered = True

    @property
    def name(self) -> str:
        """The chat model as configured, such as openai:gpt-5-mini."""
        return self._settings.chat_model

    def deadline(self) -> float:
        """When an answer that begins now must have ended, by the monotonic clock: after `chat_timeout` seconds."""
        self._ready()  # loading LangChain is not the model's time
        return time.monotonic() + self._settings.chat_timeout

    def reply(self, messages: Turns, finishes: list[str], deadline: float) -> Generator[str, None, None]:
        """The pieces of a reply; why it ended goes into `finishes`. Every failure is a `ChatModelError`.

        A server that stumbles before the first piece is asked once more.
        """
        started = retried = False
        while True:
            model = self._ready()
            try:
                for piece in _pieces(model, messages, deadline, finishes):
                    started = True
                    yield piece
                break
            except Exception as error:
                if not started and self._tempered and "temperature" in str(error).casefold():
                    with self._lock:  # some models take no temperature: ask again without one
                        self._model, self._tempered = None, False
                    continue
                pause = None if started or retried else pause_before_retry(error)
                if pause is None or time.monotonic() + pause >= deadline:
                    raise translated(error, self._settings) from without_key(error)
                retried = True
            _stop.get().wait(pause)
        if not finishes and (self._settings.chat_url or self.name.partition(":")[0] in EXTRAS):
            raise cut_off(self._settings)

    def _ready(self) -> BaseChatModel:
        with self._lock:
            if self._model is None:
                self._model = _build(self._settings, self._tempered)
            return self._model


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Where all requests of this process run. One for ever: clients are kept, and belong to the loop they first met."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="footnote-chat-models", daemon=True).start()
    return loop


def _pieces(model: BaseChatModel, messages: Turns, deadline: float, finishes: list[str]) -> Iterator[str]:
    """The text of a streamed reply until the deadline, wherever the server hangs.

    The reply is read by a task of its own, since a task can be cancelled while it waits for the server, which closes
    the connection; a blocked read of a thread cannot. It is cancelled by a scope: `Task.cancel` would also strike the
    clients while they close a connection, which then stays open.
    """
    from anyio import CancelScope

    if _stop.get().is_set():
        raise Stopped
    box: queue.SimpleQueue[_Item] = queue.SimpleQueue()
    scopes: list[CancelScope] = []

    async def read() -> None:
        try:
            with CancelScope() as scope, untraced():
                scopes.append(scope)
                if unheard.is_set():
                    return
                chunks = cast("AsyncGenerator[AIMessageChunk, None]", model.astream(messages))
                async with aclosing(chunks):
                    async for chunk in chunks:
                        if unheard.is_set():  # a cancellation can be lost in a client, where a piece came with it
                            return
                        about: dict[str, Any] = chunk.response_metadata
                        finishes.extend(str(about[name]) for name in _FINISHES if about.get(name))
                        box.put(str(chunk.text))
            box.put(None)
        except Exception as error:  # any provider's own: translated by the caller
            box.put(error)
        finally:
            ended.set()

    def hang_up() -> None:
        for scope in scopes:
            scope.cancel()

    unheard, ended = threading.Event(), threading.Event()
    asyncio.run_coroutine_threadsafe(read(), _loop())
    try:
        while True:
            item = _taken(box, deadline)
            if isinstance(item, Exception):
                raise item
            if item is None:
                return
            yield item
    finally:
        unheard.set()
        _loop().call_soon_threadsafe(hang_up)
        ended.wait(_CLOSING)


def _taken(box: queue.SimpleQueue[_Item], deadline: float) -> _Item:
    while not _stop.get().is_set():
        try:
            return box.get(timeout=max(0.0, min(_LOOK, deadline - time.monotonic())))
        except queue.Empty:
            if time.monotonic() >= deadline:
                raise TimeoutError from None
    raise Stopped


def _build(settings: Settings, tempered: bool) -> BaseChatModel:
    provider, _, model = settings.chat_model.partition(":")
    options: dict[str, Any] = {"temperature": 0} if tempered else {}
    if settings.chat_url:
        model = model if provider in EXTRAS and model else settings.chat_model
        provider = "openai"
        options["base_url"] = settings.chat_url
        options["api_key"] = os.environ.get("OPENAI_API_KEY") or "not-needed"
        options["use_responses_api"] = False
    elif os.environ.get("LANGSMITH_GATEWAY", "").lower() not in ("", "0", "no", "false") and provider != "ollama":
        raise gateway_refused()
    if provider == "ollama":
        options["client_kwargs"] = {"timeout": settings.chat_timeout, "headers": _ONE_REQUEST}
    else:
        options |= {"timeout": settings.chat_timeout, "max_retries": 0}
        options |= {"default_headers": _ONE_REQUEST} if provider in EXTRAS else {}
    if not provider or not model:
        raise ChatModelError(
            f"The setting chat_model is '{settings.chat_model}', which does not name a provider and a model.",
            "Set chat_model to provider:name, such as ollama:llama3.2 or openai:gpt-5-mini.",
        )
    return _made(settings, provider, model, options)


def _made(settings: Settings, provider: str, model: str, options: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    key = _KEYS.get(provider, "")
    lacking = bool(key) and not settings.chat_url and not os.environ.get(key)
    try:
        made: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except Exception as error:
        if not isinstance(error, ImportError) and lacking:
            raise no_key(provider, key) from without_key(error)
        raise translated(error, settings) from without_key(error)
    if lacking:
        raise no_key(provider, key)
    return made
