"""Examines an installation and an index: what `qa doctor` reports."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from ipaddress import ip_address

from qa.answering import tokens
from qa.answering.decide import decision_of
from qa.assistant import Assistant
from qa.errors import QAError

# No article answers it, so no chat model is asked: the time is that of this machine.
_TRIAL = "Which comet was discovered by the astronomers of Brenna?"
_CLAIM = "The astronomers of Brenna discovered a comet."
_LIBRARIES = (
    "chromadb",
    "gradio",
    "langchain",
    "langchain-core",
    "sentence-transformers",
    "tiktoken",
    "torch",
    "trafilatura",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `fine` is False where something needs a person."""

    what: str
    value: str
    fine: bool = True


def examine(assistant: Assistant) -> Iterator[Finding]:
    """The findings, one by one; the last ask a trial question, check a trial claim, and time both."""
    settings = assistant.settings
    yield Finding("footnote-qa", metadata.version("footnote-qa"))
    yield Finding(
        "system",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    )
    yield Finding("libraries", ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES))
    yield Finding("sqlite", sqlite3.sqlite_version)
    yield Finding("settings", settings.hash)
    yield from _index(assistant)
    library = assistant.library()
    yield Finding("embedding model", library.embedder.identity)
    rates = decision_of(assistant.folder).rates.get(settings.caution)
    yield Finding("decision", f"{settings.caution}: {rates.text if rates else 'not calibrated'}")
    yield Finding("chat model", settings.chat_model or "none: answers are the articles' own sentences")
    counted = tokens.vocabulary(settings.chat_model) if settings.chat_model else "not needed without a chat model"
    yield Finding("token counts", counted)
    yield Finding("leaves this machine", _remote(assistant))
    started = time.perf_counter()
    try:
        assistant.ask(_TRIAL)
        first = time.perf_counter() - started
        started = time.perf_counter()
        assistant.ask(_TRIAL)
        yield Finding(
            "trial question", f"{first:.2f} s the first time, {time.perf_counter() - started:.2f} s after that"
        )
        assistant.check(_CLAIM)  # loads the judge
        started = time.perf_counter()
        assistant.check(_CLAIM)
        yield Finding("trial claim", f"checked in {time.perf_counter() - started:.2f} s")
    except QAError as error:
        yield Finding("trial question", f"{error} {error.hint}", fine=False)


def _index(assistant: Assistant) -> Iterator[Finding]:
    counts = assistant.counts()
    span = f", {counts.first} to {counts.last}" if counts.first else ""
    yield Finding("index", f"{counts.articles:,} articles, {counts.chunks:,} chunks{span}, in {assistant.folder}")
    problems = assistant.problems()
    yield Finding("index health", " ".join(problems) if problems else "no problems", fine=not problems)
    failures = assistant.failures()
    if failures:
        yield Finding("not read", f"{len(failures):,} files; list them: qa articles --failed")


def _remote(assistant: Assistant) -> str:
    """What goes to other machines, and to which."""
    settings = assistant.settings
    provider = settings.chat_model.partition(":")[0]
    variables = (os.environ.get(name) for name in _ADDRESSES.get(provider, ()))
    address = settings.chat_url or next(filter(None, variables), "")
    leaving = []
    chat = _elsewhere(address) if address else None if provider == "ollama" else settings.chat_model
    if settings.chat_model and chat:
        leaving.append(f"questions and evidence go to {chat}")
    if settings.chroma_url and (chroma := _elsewhere(settings.chroma_url)):
        leaving.append(f"chunks go to {chroma}")
    return "; ".join(leaving) or "nothing"


# Variables by which the clients of these providers are sent elsewhere, in the order in which they look.
_ADDRESSES = {
    "ollama": ("OLLAMA_HOST",),
    "openai": ("OPENAI_API_BASE", "OPENAI_BASE_URL"),
    "anthropic": ("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
}
# Scheme, login, host, port, path: a report must show an address that no client could use, too.
_ADDRESS = re.compile(r"(?:(\w[\w+.-]*)://)?(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)(:\d+)?(/[^?#]*)?")


def _elsewhere(address: str) -> str | None:
    """The address without the login in it, or a key in its query; None for this machine."""
    scheme, host, port, path = _ADDRESS.findall(address.strip())[0]
    name = host.strip("[]").lower()
    try:
        here = ip_address(name).is_loopback or ip_address(name).is_unspecified
    except ValueError:
        here = name in ("", "localhost")
    return None if here else f"{scheme or 'http'}://{host}{port}{path}"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
