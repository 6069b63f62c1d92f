"""What can go wrong with a chat model, as one sentence and a hint: a table over status codes and the names of errors.

Providers' errors are told apart by name, so that no provider has to be installed. Their own words are not repeated:
some of them hold the key.
"""

from __future__ import annotations

import os
import re
import traceback
from urllib.parse import urlsplit

from qa.errors import ChatModelError
from qa.settings import Settings

# Providers that `pip install "footnote-qa[...]"` brings.
EXTRAS = ("openai", "anthropic", "ollama")

# An OpenAI or Anthropic key, masked or not, and a password in an address.
_KEY_LIKE = re.compile(r"\bsk-\w|://[^/\s]*:[^/\s]*@")
# Statuses of a server that is overloaded or stumbles; seconds before asking again, at most so many.
_PASSING = {429, 500, 502, 503, 504, 529}
_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
_TIMEOUTS = {"TimeoutError", "TimeoutException", "APITimeoutError"}
_CUTS = {"RemoteProtocolError", "ReadError", "IncompleteRead", "ChunkedEncodingError", "ConnectionResetError"}
_UNREACHED = {"ConnectError", "APIConnectionError", "ConnectionError"}


def translated(error: Exception, settings: Settings) -> ChatModelError:
    """The error of LangChain or a provider as one of ours."""
    if isinstance(error, ChatModelError):
        return error
    names = set(_names(error))
    status = getattr(error, "status_code", None)
    if isinstance(error, ImportError):
        return _not_installed(error, settings)
    if isinstance(status, int) and status > 0:
        return _by_status(status, settings)
    if names & _TIMEOUTS:
        return timed_out(settings)
    if names & _CUTS:
        return cut_off(settings)
    if names & _UNREACHED:
        return _unreached(settings)
    if "Unsupported" in str(error) or "infer model provider" in str(error):
        return ChatModelError(
            f"'{_provider(settings)}' is not a provider of chat models that Footnote knows.",
            "Set chat_model to provider:name, such as ollama:llama3.2 or openai:gpt-5-mini.",
        )
    return ChatModelError(
        f"The chat model {settings.chat_model} failed ({type(error).__name__}).",
        "Run again with --debug to see the trace, or unset chat_model to get the extractive answer.",
    )


def pause_before_retry(error: Exception) -> float | None:
    """Seconds after which the same request may succeed, as the server says or half of one; None where it will not."""
    if getattr(error, "status_code", None) not in _PASSING:
        return None
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        asked = float(headers.get("retry-after", _PAUSE))
    except ValueError:  # a date: how far away is not worth working out
        return None
    return asked if 0 <= asked <= _LONGEST_PAUSE else None


def no_key(provider: str, variable: str) -> ChatModelError:
    """The provider wants a key, and the environment holds none."""
    return ChatModelError(
        f"There is no key for {provider}: {variable} is not set.", f"Type: export {variable}=YOUR-KEY"
    )


def timed_out(settings: Settings) -> ChatModelError:
    """The model took longer than `chat_timeout` in all."""
    return ChatModelError(
        f"The chat model {settings.chat_model} did not finish within {settings.chat_timeout:g} seconds.",
        f"Set chat_timeout to more than {settings.chat_timeout:g}, or choose a smaller model.",
    )


def cut_off(settings: Settings) -> ChatModelError:
    """The reply ended before the model said that it was finished."""
    return ChatModelError(
        f"The reply of the chat model {settings.chat_model} was cut off.",
        "Ask again; if it happens again, look at the log of the model's server.",
    )


def gateway_refused() -> ChatModelError:
    """LANGSMITH_GATEWAY would send the articles through a third party that no setting of Footnote names."""
    return ChatModelError(
        "LANGSMITH_GATEWAY is set, so the question and the articles would pass through LangSmith.",
        "Type: unset LANGSMITH_GATEWAY (or name the gateway yourself in chat_url).",
    )


def without_key(error: BaseException) -> BaseException | None:
    """The error as a cause to keep, or only its type where its trace would show a key or password."""
    trace = "".join(traceback.format_exception(error))
    if any(secret in trace for secret in _secrets()) or _KEY_LIKE.search(trace):
        return RuntimeError(f"{type(error).__name__} (its text held a key and is left out)")
    return error


def _secrets() -> list[str]:
    wanted = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD)$")
    return [value for name, value in os.environ.items() if wanted.search(name) and len(value) >= 8]


def _names(error: BaseException | None) -> list[str]:
    """The class names of an error, its bases and its causes."""
    found: list[str] = []
    while error is not None and len(found) < 100:
        found += [kind.__name__ for kind in type(error).__mro__]
        error = error.__cause__ or error.__context__
    return found


def _provider(settings: Settings) -> str:
    return "openai" if settings.chat_url else settings.chat_model.partition(":")[0]


def _not_installed(error: ImportError, settings: Settings) -> ChatModelError:
    provider = _provider(settings)
    line = f'pip install "footnote-qa[{provider}]"'
    if provider not in EXTRAS:
        named = re.search(r"pip install [^`'\n]+", str(error))
        line = named.group() if named else f"pip install langchain-{provider}"
    return ChatModelError(f"The package for chat models of {provider} is not installed.", f"Type: {line}")


def _unreached(settings: Settings) -> ChatModelError:
    hint = "Check the connection to the network."
    if settings.chat_url:
        address = urlsplit(settings.chat_url)
        hint = f"Check that a server answers at {address.scheme}://{address.hostname}:{address.port or ''}".rstrip(":")
    elif _provider(settings) == "ollama":
        hint = "Type: ollama serve"
    return ChatModelError(f"The chat model {settings.chat_model} could not be reached.", hint)


def _by_status(status: int, settings: Settings) -> ChatModelError:
    name = settings.chat_model
    if status in (401, 403):
        variable = f"{_provider(settings).upper()}_API_KEY"
        return ChatModelError(f"The server of {name} refused the key (status {status}).", f"Check {variable}.")
    if status == 404:
        hint = f"Type: ollama pull {name.partition(':')[2]}" if _provider(settings) == "ollama" else "Check chat_model."
        return ChatModelError(f"The server does not know the chat model {name} (status 404).", hint)
    if status in (408, 504):
        return timed_out(settings)
    if status == 429:
        return ChatModelError(f"The server of {name} takes no more requests now (status 429).", "Wait, then ask again.")
    if status >= 500:
        return ChatModelError(f"The server of {name} failed (status {status}).", "Ask again later.")
    hint = "Check chat_model; if the model's context is small, lower chat_tokens."
    return ChatModelError(f"The server of {name} did not accept the request (status {status}).", hint)
