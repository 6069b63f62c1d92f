"""The one door to chat models: writes prose from a closed set of evidence, and rewrites follow-up questions.

What holds, whatever the model replies:
- Each sentence comes with the evidence it cites and the verdict of grounding.py; what has none is struck.
- An article cannot close the data block, forge an id or start a line of its own in the prompt.
- A call ends within `chat_timeout` seconds in all, even when the server drips; then, and at every other failure, a
  `ChatModelError` says in one sentence what happened. No key is ever in it, nor in the trace behind it.
- Only the configured model is called: LangSmith's tracing is switched off for the call, whatever LANGSMITH_TRACING
  says, and its gateway (LANGSMITH_GATEWAY) is refused.

LangChain is imported at the first call, not before.
"""

from __future__ import annotations

import os
import queue
import re
import threading
import time
import unicodedata
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa import prompts
from qa.answering import tokens
from qa.answering.chat_errors import EXTRAS, cut_off, gateway_refused, translated, without_key
from qa.answering.drafts import Draft, DraftReader
from qa.answering.grounding import check
from qa.errors import ChatModelError
from qa.schema import Evidence, Message, Verdict
from qa.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# A rewritten question longer than this, or on several lines, is not one; the question itself is used instead.
LONGEST_QUESTION = 400
_RETRIES = 1
_KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
# What could be taken for an id, a chat template's mark or the end of the data block.
_ID_LIKE = re.compile(r"[\[【](\s*(?:s\s*)?\d[^\]】\n]*|\s*/?\s*inst\s*)[\]】]", re.IGNORECASE)
_FINISHES = ("finish_reason", "stop_reason", "done_reason")


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """One sentence of a chat model, the evidence it cites, and its verdict: supported, partly, or unsupported (struck:
    count it, do not show it).
    """

    text: str
    cited: tuple[Evidence, ...]
    verdict: Verdict
    score: float
    reasons: tuple[str, ...] = ()


class Writer:
    """Asks the chat model that the settings name. Safe to share between threads.

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

    def condense(self, question: str, history: Sequence[Message]) -> str:
        """The question rewritten so that it stands alone; the question itself when there is no history or the reply is
        not one short line.
        """
        turns = self._recent(history, self._settings.chat_tokens - self._count(question))
        if not turns:
            return question
        names = {"user": "Reader", "assistant": "Footnote"}
        conversation = "\n".join(f"{names[turn.role]}: {neutral(turn.content)}" for turn in turns)
        system, user = prompts.load("condense").fill(conversation=conversation, question=neutral(question))
        reply = "".join(self._reply([("system", system), ("user", user)], [])).strip()
        reply = re.sub(r"\A<think>.*?</think>\s*", "", reply, flags=re.DOTALL).strip('"“” ')
        if not reply or len(reply) > max(LONGEST_QUESTION, 2 * len(question)) or len(reply.splitlines()) > 1:
            return question
        return reply

    def sentences(
        self, question: str, evidence: Sequence[Evidence], history: Sequence[Message] = ()
    ) -> Iterator[WrittenSentence]:
        """The judged sentences of an answer, each as soon as the model has finished it; none when it refuses.

        Evidence that does not fit `chat_tokens` is left out, least relevant first, then history, oldest first.
        """
        fitting, turns = self._fitting(question, evidence, history)
        if not fitting:
            return
        known = {f"s{number}": item for number, item in enumerate(fitting, start=1)}
        lines = "\n".join(_line(name, item) for name, item in known.items())
        system, user = prompts.load("answer").fill(refusal=prompts.REFUSAL, evidence=lines, question=neutral(question))
        messages: list[tuple[str, str]] = [
            ("system", system),
            *((turn.role, neutral(turn.content)) for turn in turns),
            ("user", user),
        ]
        reader, finishes = DraftReader(known), list[str]()
        with closing(self._reply(messages, finishes)) as pieces:
            for piece in pieces:
                for draft in reader.feed(piece):
                    yield judge(draft, known, question)
                if reader.refused or reader.full:
                    return
        for draft in reader.close(complete=finishes != ["length"] and finishes != ["max_tokens"]):
            yield judge(draft, known, question)

    def _fitting(
        self, question: str, evidence: Sequence[Evidence], history: Sequence[Message]
    ) -> tuple[list[Evidence], list[Message]]:
        room = self._settings.chat_tokens - self._count(question)
        kept = set()
        for index in sorted(range(len(evidence)), key=lambda index: -evidence[index].relevance):
            cost = self._count(_line(f"s{len(evidence)}", evidence[index])) + 1
            if cost <= room:
                kept.add(index)
                room -= cost
        return [item for index, item in enumerate(evidence) if index in kept], self._recent(history, room)

    def _recent(self, history: Sequence[Message], room: int) -> list[Message]:
        """The last turns that fit, oldest first. Only readers and answers speak here, never the system."""
        kept: list[Message] = []
        for turn in reversed([turn for turn in history if turn.role != "system"]):
            room -= self._count(neutral(turn.content)) + 4  # a chat format spends about four tokens on a turn
            if room < 0:
                break
            kept.insert(0, turn)
        return kept

    def _count(self, text: str) -> int:
        return tokens.count(text, self.name)

    def _reply(self, messages: list[tuple[str, str]], finishes: list[str]) -> Generator[str, None, None]:
        """The pieces of a reply; why it ended goes into `finishes`. Every failure is a `ChatModelError`."""
        self._ready()  # loading LangChain is not the model's time
        deadline = time.monotonic() + self._settings.chat_timeout
        started = False
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
                raise translated(error, self._settings) from without_key(error)
        if not finishes and (self._settings.chat_url or self.name.partition(":")[0] in EXTRAS):
            raise cut_off(self._settings)

    def _ready(self) -> BaseChatModel:
        with self._lock:
            if self._model is None:
                self._model = _build(self._settings, self._tempered)
            return self._model


def judge(draft: Draft, known: dict[str, Evidence], question: str = "") -> WrittenSentence:
    """The draft with the evidence it cites and its verdict; without any id that exists it is unsupported."""
    cited = tuple(known[name] for name in draft.ids)
    if not cited:
        reason = (
            f"it cites {', '.join(draft.unknown)}, which does not exist" if draft.unknown else "it cites no evidence"
        )
        return WrittenSentence(draft.text, (), "unsupported", 0.0, (reason,))
    headers = [item.hit.chunk.header for item in cited]
    judgement = check(draft.text, [_text(item) for item in cited], question, headers)
    return WrittenSentence(draft.text, cited, judgement.verdict, judgement.score, judgement.reasons)


def neutral(text: str) -> str:
    """Text of an article or a reader as harmless data for a prompt: one line, no angle brackets, no id-like brackets,
    no invisible characters.
    """
    text = "".join(" " if char.isspace() else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs"))
    text = _ID_LIKE.sub(r"(\1)", text.translate(_BRACKETS))
    return re.sub(r" {2,}", " ", text).strip()


_BRACKETS = str.maketrans({"<": "‹", ">": "›", "＜": "‹", "＞": "›", "［": "[", "］": "]"})


def _text(item: Evidence) -> str:
    chunk = item.hit.chunk
    return chunk.text[item.start - chunk.start : item.end - chunk.start]


def _line(name: str, item: Evidence) -> str:
    return f"[{name}] ({neutral(item.hit.chunk.header)}) {neutral(_text(item))}"


def _pieces(
    model: BaseChatModel, messages: list[tuple[str, str]], deadline: float, finishes: list[str]
) -> Iterator[str]:
    """The text of a streamed reply until the deadline, wherever the server hangs.

    A thread of its own reads the stream, because a server that drips single bytes can hold a read for ever; it is a
    daemon, and ends with its next piece or its own time-out once nobody listens.
    """
    box: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    unheard = threading.Event()

    def read() -> None:
        try:
            from langsmith import tracing_context

            with tracing_context(enabled=False):
                for chunk in model.stream(messages):
                    if unheard.is_set():
                        return
                    about: dict[str, Any] = chunk.response_metadata
                    finishes.extend(str(about[name]) for name in _FINISHES if about.get(name))
                    box.put(str(chunk.text))
            box.put(None)
        except Exception as error:  # any provider's own: translated by the caller
            box.put(error)

    threading.Thread(target=read, name="footnote-chat-model", daemon=True).start()
    try:
        while True:
            try:
                item = box.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError from None
            if isinstance(item, Exception):
                raise item
            if item is None:
                return
            yield item
    finally:
        unheard.set()


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
        options["client_kwargs"] = {"timeout": settings.chat_timeout}
    else:
        options |= {"timeout": settings.chat_timeout, "max_retries": _RETRIES}
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
            raise _no_key(provider, key) from without_key(error)
        raise translated(error, settings) from without_key(error)
    if lacking:
        raise _no_key(provider, key)
    return made


def _no_key(provider: str, key: str) -> ChatModelError:
    return ChatModelError(f"There is no key for {provider}: {key} is not set.", f"Type: export {key}=YOUR-KEY")
