"""The trained reader: question and passage read together. Is the answer here, and where does it start and end?

The encoder of all-MiniLM-L6-v2 with two heads, tuned by `qa.training.reader` (see qa/models/README.md). Its word
embeddings were left as they are, so they come from the package that carries that model, and only the rest is shipped.
The passages of a question go through it side by side without padding: each is read as it would be alone.
The only importer of torch for our own weights.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.weights import fitted
from qa.errors import ModelError
from qa.indexing.embeddings import DEFAULT_MODEL, arithmetic, model_folder
from qa.shipped import PACKAGE

if TYPE_CHECKING:
    import torch

FILE = PACKAGE / "models" / "reader.safetensors"
LONGEST = 288
"""Tokens of question, header and passage together; a chunk of Footnote's own fits with room to spare."""
_QUESTION = 64
_TOGETHER = 16  # passages: the more at once, the better the processor is used; beyond this only memory grows
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
        self._parts: tuple[Any, _Network] | None = None

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[PassageReading]:
        """One reading for each passage (header, text), in their order. What does not fit `LONGEST` is not read."""
        with self._lock:
            tokenizer, network = self._loaded()
            asked = self._cut(tokenizer, question)
            encoded = [tokenizer.encode(asked, f"{header}\n{text}" if header else text) for header, text in passages]
        batches = (encoded[begin : begin + _TOGETHER] for begin in range(0, len(encoded), _TOGETHER))
        seen = [one for batch in batches for one in network.read(batch)]
        shifts = [len(header) + 1 if header else 0 for header, _ in passages]
        return [_reading(entry, *one, shift) for entry, one, shift in zip(encoded, seen, shifts, strict=True)]

    def _cut(self, tokenizer: Any, question: str) -> str:  # noqa: ANN401 (tokenizers')
        """The question without what would leave the passage no room."""
        offsets = tokenizer.encode("", question, add_special_tokens=False).offsets  # only the second may be truncated
        return question if len(offsets) <= _QUESTION else question[: offsets[_QUESTION - 1][1]]

    def _loaded(self) -> tuple[Any, _Network]:
        if self._parts is None:
            self._parts = self._load()
        return self._parts

    def _load(self) -> tuple[Any, _Network]:
        from safetensors.torch import load, load_file
        from tokenizers import Tokenizer

        try:
            data = self._file.read_bytes()
        except OSError as error:
            raise _broken() from error
        if hashlib.sha256(data).hexdigest() != (self._sha256 or fitted().get("reader", {}).get("sha256")):
            raise _broken()
        folder = Path(str(model_folder(DEFAULT_MODEL)))
        words = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
        state = {**load(data), "encoder.embeddings.word_embeddings.weight": words}
        number = arithmetic(self._precision, self._device)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        network = _Network({name: value.to(self._device, number) for name, value in state.items()}, config)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST, strategy="only_second")
        tokenizer.no_padding()
        return tokenizer, network


class _Network:
    """The encoder of BERT (Devlin et al. 2018, arXiv 1810.04805) and our two heads on it.

    The tokens of several passages stand below one another as the rows of one matrix, so that none is padding; only
    attention looks beyond its own row, and it is kept within the passage.
    """

    def __init__(self, weights: Mapping[str, torch.Tensor], config: Mapping[str, Any]) -> None:
        import torch

        self._weights = dict(weights)
        self._layers = [f"encoder.encoder.layer.{number}" for number in range(config["num_hidden_layers"])]
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        for layer in self._layers:  # three products with the same rows are quicker as one
            for kind in ("weight", "bias"):
                parts = [
                    self._weights.pop(f"{layer}.attention.self.{part}.{kind}") for part in ("query", "key", "value")
                ]
                self._weights[f"{layer}.attention.self.{kind}"] = torch.cat(parts)

    def read(self, batch: Sequence[Any]) -> list[tuple[NDArray[np.float32], float]]:
        """For each tokenized passage its logits, shape (tokens, 2), and the logit that the answer is here."""
        import torch

        lengths = [len(entry.ids) for entry in batch]
        with torch.inference_mode():
            rows = self._encoded(batch, lengths)
            logits = self._linear("spans", rows).float().cpu().split_with_sizes(lengths)
            firsts = list(accumulate(lengths[:-1], initial=0))
            here = self._linear("here", rows[firsts])[:, 0].float().tolist()
        return [(part.numpy(), value) for part, value in zip(logits, here, strict=True)]

    def _encoded(self, batch: Sequence[Any], lengths: Sequence[int]) -> torch.Tensor:
        """The passages' tokens after the last layer, one row each."""
        from torch.nn.functional import gelu

        ids = self._embedded("word", [number for entry in batch for number in entry.ids])
        types = self._embedded("token_type", [number for entry in batch for number in entry.type_ids])
        places = self._embedded("position", [number for length in lengths for number in range(length)])
        rows = self._norm("encoder.embeddings", ids + types + places)
        for layer in self._layers:
            seen = self._linear(f"{layer}.attention.output.dense", self._attention(layer, rows, lengths))
            rows = self._norm(f"{layer}.attention.output", seen + rows)
            wide = gelu(self._linear(f"{layer}.intermediate.dense", rows))
            rows = self._norm(f"{layer}.output", self._linear(f"{layer}.output.dense", wide) + rows)
        return rows

    def _attention(self, layer: str, rows: torch.Tensor, lengths: Sequence[int]) -> torch.Tensor:
        """What each token takes from the others of its passage."""
        import torch
        from torch.nn.functional import scaled_dot_product_attention

        # Of each passage the query, key and value, each of shape (1, heads, tokens, size of a head).
        mixed = self._linear(f"{layer}.attention.self", rows).view(len(rows), 3, self._heads, -1)
        parts = [part.permute(1, 2, 0, 3)[:, None].unbind(0) for part in mixed.split_with_sizes(lengths)]
        seen = [scaled_dot_product_attention(query, key, value)[0].transpose(0, 1) for query, key, value in parts]
        return torch.cat(seen).reshape(rows.shape)

    def _embedded(self, kind: str, numbers: Sequence[int]) -> torch.Tensor:
        import torch

        table = self._weights[f"encoder.embeddings.{kind}_embeddings.weight"]
        return table[torch.tensor(numbers, device=table.device)]

    def _linear(self, name: str, rows: torch.Tensor) -> torch.Tensor:
        from torch.nn.functional import linear

        return linear(rows, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, name: str, rows: torch.Tensor) -> torch.Tensor:
        from torch.nn.functional import layer_norm

        weight, bias = self._weights[f"{name}.LayerNorm.weight"], self._weights[f"{name}.LayerNorm.bias"]
        return layer_norm(rows, weight.shape, weight, bias, self._epsilon)


def _reading(entry: Any, logits: NDArray[np.float32], here: float, shift: int) -> PassageReading:  # noqa: ANN401
    """What the logits say of the passage, which begins `shift` characters after its header."""
    offsets = np.array(entry.offsets, dtype=np.int64)
    start, end = offsets[:, 0], offsets[:, 1]
    tokens = np.flatnonzero((np.array(entry.type_ids) == 1) & (end > start) & (start >= shift))
    return PassageReading(offsets[tokens] - shift, logits[tokens, 0], logits[tokens, 1], float(logits[0].sum()), here)


def best_span(reading: PassageReading, start: int, end: int) -> tuple[float, int, int] | None:
    """The likeliest answer within characters `start:end` of the passage: its logit and place; None without a token."""
    inside = np.flatnonzero((reading.offsets[:, 0] >= start) & (reading.offsets[:, 1] <= end))
    if not len(inside):
        return None
    scores = reading.start[inside][:, None] + reading.end[inside][None, :]
    first, last = np.unravel_index(int(np.argmax(np.where(_allowed(len(inside)), scores, -np.inf))), scores.shape)
    place = reading.offsets[inside[first], 0], reading.offsets[inside[last], 1]
    return float(scores[first, last]), int(place[0]), int(place[1])


@lru_cache(maxsize=LONGEST)
def _allowed(tokens: int) -> NDArray[np.bool_]:
    """From which token (row) to which (column) an answer may reach."""
    ones = np.ones((tokens, tokens), dtype=bool)
    return np.triu(ones) & ~np.triu(ones, LONGEST_ANSWER)


def _broken() -> ModelError:
    return ModelError(
        f"The reader's weights {FILE.name} are missing or not those of this release.",
        "Install footnote-qa again: pip install --force-reinstall footnote-qa",
    )
