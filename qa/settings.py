"""Every knob, once. Later wins: the defaults below, `qa.toml`, `QA_*` environment variables, arguments.

An unknown key is refused with the nearest known one, so that a spelling mistake is never silently ignored.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, Self, get_args

from qa.errors import SettingsError

Caution = Literal["cautious", "balanced", "bold"]

CONFIG_NAME = "qa.toml"
PREFIX = "QA_"
# Settings that change what an index holds: a different value needs a different index.
INDEX_SETTINGS = ("embedding_model", "chunk_tokens")
# Settings that say where or how fast, never what is answered: left out of the hash that an answer carries.
PLACE_SETTINGS = ("home", "index", "host", "port", "device", "private_addresses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values Footnote runs with. Every field is described in docs/settings.md.

    Raises `SettingsError` for a value that cannot be.
    """

    home: str = ""
    """Folder for a user's own indexes; empty: the system's data folder for the user."""
    index: str = ""
    """Folder of the index, or `starter`, or `archive`; empty: the archive once it has a source, else the starter's."""
    embedding_model: str = "all-MiniLM-L6-v2"
    """The model that travels with Footnote, or any sentence-transformers name or folder."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Arithmetic of the embedding model and the reader; auto: bfloat16 where the processor has it."""
    device: str = "cpu"
    """Where the embedding model and the reader run: cpu, cuda, mps."""
    chunk_tokens: int = 200
    """Most tokens of one chunk, in the embedding model's own tokens (40 to 220)."""
    chroma_url: str = ""
    """Address of a Chroma server, such as http://127.0.0.1:8000; empty: the embedded one."""
    private_addresses: bool = False
    """Whether web addresses of this machine and the local network may be read (true or false)."""
    candidates: int = 40
    """Chunks fetched by meaning, and as many by keywords, before they are fused."""
    passages: int = 6
    """Fused chunks that are read for an answer."""
    per_article: int = 3
    """Most chunks of one article among them."""
    sentences: int = 4
    """Most sentences of an answer without a chat model; a list question may have twice as many."""
    caution: Caution = "balanced"
    """How readily to answer: cautious, balanced or bold."""
    chat_model: str = ""
    """A chat model as provider:name, such as ollama:llama3.2 or openai:gpt-5-mini; empty: none."""
    chat_url: str = ""
    """Address of an OpenAI-compatible server, such as http://127.0.0.1:8080/v1; empty: the provider's own."""
    chat_tokens: int = 6000
    """Most tokens of evidence and conversation sent to the chat model."""
    chat_timeout: float = 60.0
    """Seconds the chat model may take in all: rewriting the question, writing and mending; then it is done without."""
    host: str = "127.0.0.1"
    """Address the chat page listens on."""
    port: int = 7860
    """Port the chat page listens on."""

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, _checked(field.name, field.type, getattr(self, field.name)))
        for name, (low, high) in _RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise SettingsError(
                    f"The setting {name} is {getattr(self, name)}, but must lie between {low} and {high}.",
                    f"Set {name} to a value from {low} to {high}.",
                )
        if not self.host.strip():  # the system takes no address for every address of the machine
            raise SettingsError("The setting host is empty.", "Set host to 127.0.0.1, or leave it out.")

    @classmethod
    def load(cls, folder: Path | None = None, environment: Mapping[str, str] | None = None, **arguments: Any) -> Self:  # noqa: ANN401 (values are checked by field)
        """The settings of `folder`'s qa.toml (default: the working folder), the environment and the arguments.

        Arguments that are None are taken as not given. Raises `SettingsError` for an unknown key or a bad value.
        """
        environment = os.environ if environment is None else environment
        values = _from_file((folder or Path.cwd()) / CONFIG_NAME)
        known = {field.name for field in fields(cls)}
        for name, value in environment.items():
            if name.startswith(PREFIX) and name != PREFIX:
                values[_known(name.removeprefix(PREFIX).lower(), known, f"the variable {name}")] = value
        for name, value in arguments.items():
            if value is not None:
                values[_known(name, known, f"the argument {name}")] = value
        return cls(**values)

    @property
    def hash(self) -> str:
        """Twelve hex digits over every setting that can change an answer."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in PLACE_SETTINGS}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_RANGES: dict[str, tuple[float, float]] = {
    "chunk_tokens": (40, 220),
    "candidates": (1, 500),
    "passages": (1, 50),
    "per_article": (1, 50),
    "sentences": (1, 20),
    "chat_tokens": (500, 1_000_000),
    "chat_timeout": (0.1, 3600),
    "port": (0, 65535),
}


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} could not be read: {error}.", f"Correct {path} or remove it.") from error
    known = {field.name for field in fields(Settings)}
    return {_known(name, known, str(path)): value for name, value in values.items()}


def _known(name: str, known: set[str], where: str) -> str:
    if name in known:
        return name
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]
    raise SettingsError(
        f"There is no setting '{name}' (from {where}).", f"Did you mean '{near}'? All are listed in docs/settings.md."
    )


def _checked(name: str, annotation: Any, value: Any) -> Any:  # noqa: ANN401 (any type in, the field's type out)
    """The value in the field's own type; text from the environment is converted."""
    kind = str(annotation)
    choices = get_args(
        {"Caution": Caution, "precision": Literal["auto", "float32", "bfloat16"]}.get(
            "Caution" if kind == "Caution" else name
        )
    )
    try:
        if choices:
            if value not in choices:
                raise ValueError(f"it must be one of {', '.join(choices)}")
            return value
        if kind == "bool":
            if str(value).lower() not in _TRUTH:
                raise ValueError("it must be true or false")
            return _TRUTH[str(value).lower()]
        if kind == "int":
            if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
                raise ValueError("it must be a whole number")
            return int(value)
        if kind == "float":
            return float(value)
        if not isinstance(value, str | os.PathLike):
            raise ValueError("it must be text")
        return os.fspath(value)
    except (ValueError, TypeError) as error:
        raise SettingsError(
            f"The setting {name} cannot be {value!r}: {error}.", f"See {name} in docs/settings.md."
        ) from error
