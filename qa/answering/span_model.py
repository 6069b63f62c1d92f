"""The trained reader: question and passage read together. Is the answer here, and where does it start and end?

The encoder of all-MiniLM-L6-v2 with two heads, tuned by `qa.training.reader` (see qa/models/README.md). Its word
embeddings were left as they are, so they come from the package that carries that model, and only the rest is shipped.
The only importer of torch for our own weights.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.weights import fitted
from qa.errors import ModelError
from qa.indexing.embeddings import DEFAULT_MODEL, arithmetic, model_folder
from qa.shipped import PACKAGE

FILE = PACKAGE / "models" / "reader.safetensors"
LONGEST = 288
"""Tokens of question, header and passage together; a chunk of Footnote's own fits with room to spare."""
_QUESTION = 64
_BATCH = 4
LONGEST_ANSWER = 24
"""Tokens of a short answer at most."""


@dataclass(frozen=True, slots=True)
class PassageReading:
    """A passage as the reader sees it for one question.

    `offsets` (tokens, 2): each token's place in the passage; `start` and `end` (tokens,): how well an answer starts or
    ends there (logits); `null`: the same for "no answer here", start and end added; `here`: the logit that the answer
    is in the passage.
    """

    offsets: NDArray[np.int64]
    start: NDArray[np.float32]
    end: NDArray[np.float32]
    null: float
    here: float


class SpanModel:
    """The reader's weights, loaded when they are first needed.

    Raises `ModelError` if they are not those of the given SHA-256, by default the one that decision.json names: its
    numbers were fitted with these weights and mean nothing with others.
    """

    def __init__(
        self, precision: str = "auto", device: str = "cpu", file: Path = FILE, sha256: str | None = None
    ) -> None:
        self._precision = precision
        self._device = device
        self._file = file
        self._sha256 = sha256
        self._lock = threading.Lock()
        self._parts: tuple[Any, Any, Any, Any] | None = None

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[PassageReading]:
        """One reading for each passage (header, text), in their order. What does not fit `LONGEST` is not read."""
        with self._lock:
            tokenizer, *network = self._loaded()
            asked = self._cut(tokenizer, question)
            texts = [f"{header}\n{text}" if header else text for header, text in passages]
            encoded = [tokenizer.encode(asked, text) for text in texts]
        # Passages of like length together, so that little is spent on padding.
        order = sorted(range(len(passages)), key=lambda place: len(encoded[place].ids))
        readings: dict[int, PassageReading] = {}
        for begin in range(0, len(order), _BATCH):
            places = order[begin : begin + _BATCH]
            outputs = self._run(network, [encoded[place] for place in places])
            for place, (logits, here) in zip(places, outputs, strict=True):
                header = passages[place][0]
                readings[place] = _reading(encoded[place], logits, here, len(header) + 1 if header else 0)
        return [readings[place] for place in range(len(passages))]

    def _run(self, network: list[Any], batch: list[Any]) -> list[tuple[NDArray[np.float32], float]]:
        """For each entry its logits, shape (tokens, 2), and the logit that the answer is here."""
        import torch

        encoder, spans, here = network
        ids = torch.zeros(len(batch), len(batch[-1].ids), dtype=torch.long)
        types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, entry in enumerate(batch):
            length = len(entry.ids)
            ids[row, :length], types[row, :length] = torch.tensor(entry.ids), torch.tensor(entry.type_ids)
            mask[row, :length] = 1
        ids, types, mask = (tensor.to(self._device) for tensor in (ids, types, mask))
        with torch.inference_mode():
            hidden = encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
            logits = spans(hidden).float().cpu().numpy()
            answerable = here(hidden[:, 0]).float().cpu().numpy()[:, 0]
        return [(rows, float(value)) for rows, value in zip(logits, answerable, strict=True)]

    def _cut(self, tokenizer: Any, question: str) -> str:  # noqa: ANN401 (tokenizers')
        """The question without what would leave the passage no room."""
        offsets = tokenizer.encode("", question, add_special_tokens=False).offsets  # only the second may be truncated
        return question if len(offsets) <= _QUESTION else question[: offsets[_QUESTION - 1][1]]

    def _loaded(self) -> tuple[Any, Any, Any, Any]:
        if self._parts is None:
            self._parts = self._load()
        return self._parts

    def _load(self) -> tuple[Any, Any, Any, Any]:
        import torch
        from safetensors.torch import load, load_file
        from tokenizers import Tokenizer
        from transformers import BertConfig, BertModel

        try:
            data = self._file.read_bytes()
        except OSError as error:
            raise _broken() from error
        if hashlib.sha256(data).hexdigest() != (self._sha256 or fitted().get("reader", {}).get("sha256")):
            raise _broken()
        folder = Path(str(model_folder(DEFAULT_MODEL)))
        state = {name: value.float() for name, value in load(data).items()}
        words = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
        state["encoder.embeddings.word_embeddings.weight"] = words.float()
        config = BertConfig.from_pretrained(folder)
        encoder = BertModel(config, add_pooling_layer=False)
        spans, here = torch.nn.Linear(config.hidden_size, 2), torch.nn.Linear(config.hidden_size, 1)
        parts: dict[str, torch.nn.Module] = {"encoder": encoder, "spans": spans, "here": here}
        for name, module in parts.items():
            own = {key.removeprefix(f"{name}."): value for key, value in state.items() if key.startswith(f"{name}.")}
            module.load_state_dict(own, strict=True)
            module.to(self._device, arithmetic(self._precision, self._device)).eval()
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST, strategy="only_second")
        tokenizer.no_padding()
        return tokenizer, encoder, spans, here


def _reading(entry: Any, logits: NDArray[np.float32], here: float, shift: int) -> PassageReading:  # noqa: ANN401
    """What the logits say of the passage, which begins `shift` characters after its header."""
    tokens = [i for i, (a, b) in enumerate(entry.offsets) if entry.type_ids[i] and b > a and a >= shift]
    offsets = np.array([entry.offsets[i] for i in tokens], dtype=np.int64).reshape(-1, 2) - shift
    return PassageReading(offsets, logits[tokens, 0], logits[tokens, 1], float(logits[0].sum()), here)


def best_span(reading: PassageReading, start: int, end: int) -> tuple[float, int, int] | None:
    """The likeliest answer within characters `start:end` of the passage: its logit and place; None without a token."""
    inside = np.flatnonzero((reading.offsets[:, 0] >= start) & (reading.offsets[:, 1] <= end))
    if not len(inside):
        return None
    scores = reading.start[inside][:, None] + reading.end[inside][None, :]
    allowed = np.triu(np.ones_like(scores, dtype=bool)) & ~np.triu(np.ones_like(scores, dtype=bool), LONGEST_ANSWER)
    first, last = np.unravel_index(int(np.argmax(np.where(allowed, scores, -np.inf))), scores.shape)
    place = reading.offsets[inside[first], 0], reading.offsets[inside[last], 1]
    return float(scores[first, last]), int(place[0]), int(place[1])


def _broken() -> ModelError:
    return ModelError(
        f"The reader's weights {FILE.name} are missing or not those of this release.",
        "Install footnote-qa again: pip install --force-reinstall footnote-qa",
    )
