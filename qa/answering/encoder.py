"""The encoder under our own weights: all-MiniLM-L6-v2's, tuned, read from a file of `qa/models/` that is checked first.

Its word embeddings were left as they are, so they come from the package that carries that model, and only the rest is
shipped. The pairs of texts that it is given go through it side by side without padding: each is read as it would be
alone. The only importer of torch for our own weights.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.indexing.embeddings import DEFAULT_MODEL, arithmetic, model_folder

if TYPE_CHECKING:
    import torch

Logits = NDArray[np.float32]
_TOGETHER = 16  # pairs: the more at once, the better the processor is used; beyond this only memory grows


class Encoder:
    """An encoder with its heads, loaded when it is first needed. Safe to share between threads.

    `longest` tokens of a pair are read, the second text cut; of the first, `first` at most. Raises `ModelError` if the
    weights in the file are not those of that SHA-256.
    """

    def __init__(self, file: Path, sha256: str | None, longest: int, first: int, precision: str, device: str) -> None:
        self._file = file
        self._sha256 = sha256
        self._longest = longest
        self._first = first
        self._precision = precision
        self._device = device
        self._lock = threading.Lock()
        self._parts: tuple[Any, _Network] | None = None

    def read(self, pairs: Sequence[tuple[str, str]], heads: Sequence[str]) -> Iterator[tuple[Any, list[Logits]]]:
        """For each pair its tokens (the tokenizer's own record) and, for each head, its logits: (tokens, outputs)."""
        with self._lock:
            tokenizer, network = self._loaded()
            encoded = [tokenizer.encode(self._cut(tokenizer, first), second) for first, second in pairs]
        for begin in range(0, len(encoded), _TOGETHER):
            batch = encoded[begin : begin + _TOGETHER]
            yield from zip(batch, network.read(batch, heads), strict=True)

    def _cut(self, tokenizer: Any, text: str) -> str:  # noqa: ANN401 (tokenizers')
        """The first text without what would leave the second no room."""
        offsets = tokenizer.encode("", text, add_special_tokens=False).offsets  # only the second may be truncated
        return text if len(offsets) <= self._first else text[: offsets[self._first - 1][1]]

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
            raise _broken(self._file) from error
        if hashlib.sha256(data).hexdigest() != self._sha256:
            raise _broken(self._file)
        folder = Path(str(model_folder(DEFAULT_MODEL)))
        words = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
        state = {**load(data), "encoder.embeddings.word_embeddings.weight": words}
        number = arithmetic(self._precision, self._device)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        network = _Network({name: value.to(self._device, number) for name, value in state.items()}, config)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(self._longest, strategy="only_second")
        tokenizer.no_padding()
        return tokenizer, network


class _Network:
    """The encoder of BERT (Devlin et al. 2018, arXiv 1810.04805) and our heads on it.

    The tokens of several pairs stand below one another as the rows of one matrix, so that none is padding; only
    attention looks beyond its own row, and it is kept within the pair.
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

    def read(self, batch: Sequence[Any], heads: Sequence[str]) -> list[list[Logits]]:
        """For each tokenized pair the logits of each head, of shape (tokens, outputs)."""
        import torch

        lengths = [len(entry.ids) for entry in batch]
        with torch.inference_mode():
            rows = self._encoded(batch, lengths)
            logits = [self._linear(head, rows).float().cpu().split_with_sizes(lengths) for head in heads]
        return [[part.numpy() for part in each] for each in zip(*logits, strict=True)]

    def _encoded(self, batch: Sequence[Any], lengths: Sequence[int]) -> torch.Tensor:
        """The pairs' tokens after the last layer, one row each."""
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
        """What each token takes from the others of its pair."""
        import torch

        mixed = self._linear(f"{layer}.attention.self", rows).view(len(rows), 3, self._heads, -1)
        seen = []
        for pair in mixed.split_with_sizes(lengths):
            query, key, value = pair.permute(1, 2, 0, 3).contiguous()  # each of shape (heads, tokens, size of a head)
            # In plain products: on processors quicker than torch's fused form (docs/speed.md).
            shares = torch.softmax(torch.bmm(query, key.transpose(1, 2)) * query.shape[-1] ** -0.5, dim=-1)
            seen.append(torch.bmm(shares, value).transpose(0, 1))
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


def _broken(file: Path) -> ModelError:
    return ModelError(
        f"The weights {file.name} are missing or not those of this release.",
        "Install footnote-qa again: pip install --force-reinstall footnote-qa",
    )
