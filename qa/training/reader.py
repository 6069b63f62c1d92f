"""Trains the reader that `qa.answering.span_model` loads, from the encoder of all-MiniLM-L6-v2.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.reader [FOLDER]

Loss: cross-entropy of the answer's first and last token, the first token of all standing for "no answer here" (Devlin
et al. 2019, arXiv 1810.04805, section 4.3), plus 0.3 times the binary cross-entropy of a second head that says whether
the answer is here. Short examples first, then whole passages; the weights of the last 40 % of the steps are averaged
(exponentially, as in Izmailov et al. 2018's spirit). The word embeddings stay as they are. About an hour on two cores.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.span_model import FILE, LONGEST
from qa.indexing.embeddings import DEFAULT_MODEL, model_folder
from qa.training.examples import SEED, Example, examples

TOKENS = 3840  # of one batch, padding counted
RATE = 1.2e-4
WARM_UP = 0.06
HERE_WEIGHT = 0.3
TITLED = 0.6  # share of the examples with a known title that are read with it, as chunks are with their header
AVERAGED = 0.4
DECAY = 0.98  # of the average, every tenth step
_LONG = 450  # characters from which on a passage is long
_POOL = 1200  # examples that are sorted by length together, so that batches hold little padding


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example in tokens; `passage` is where the second segment begins, `start` and `end` the answer's first and last
    token, both 0 without an answer.
    """

    ids: NDArray[np.int32]
    passage: int
    start: int
    end: int


def main(data: Path, folder: Path) -> None:
    """Trains, writing a checkpoint to the folder every 500 steps and the weights to qa/models at the end."""
    import torch

    rng = random.Random(SEED)  # noqa: S311 (a reproducible order, no secret)
    torch.manual_seed(SEED)
    tokenizer = load_tokenizer()
    found = examples(data, rng)
    short = [example for example in found if len(example.passage) < _LONG]
    long = [example for example in found if len(example.passage) >= _LONG]
    batches = [batch for part in (short, long) for batch in _batches(part, tokenizer, rng)]
    _log(f"{len(found)} examples, {len(short)} of them short; {len(batches)} batches")
    network = _network()
    averaged = _train(network, batches, folder)
    _save(averaged, FILE)
    _log(f"{FILE.name}: SHA-256 {hashlib.sha256(FILE.read_bytes()).hexdigest()}")


def encode(example: Example, tokenizer: Any, rng: random.Random) -> Encoded | None:  # noqa: ANN401 (tokenizers')
    """The example in tokens, a long passage cut to a window round its answer; None if the answer did not fit."""
    header = f"{example.title}\n" if example.title and rng.random() < TITLED else ""
    passage, place = example.passage, example.passage.find(example.answer) if example.answer else 0
    if example.answer and place > 900 and len(passage) > 1100:
        cut = passage.find(" ", max(0, place - rng.randrange(100, 800))) + 1
        passage, place = passage[cut:], place - cut
    entry = tokenizer.encode(example.question, header + passage)
    second = entry.type_ids.index(1)
    start = end = 0
    if example.answer:
        first, last = place + len(header), place + len(header) + len(example.answer)
        inside = [
            i for i in range(second, len(entry.ids)) if entry.offsets[i][1] > first and entry.offsets[i][0] < last
        ]
        if not inside or entry.offsets[inside[-1]][1] < last:
            return None
        start, end = inside[0], inside[-1]
    return Encoded(np.array(entry.ids, np.int32), second, start, end)


def _batches(found: list[Example], tokenizer: Any, rng: random.Random) -> list[list[Encoded]]:  # noqa: ANN401
    rng.shuffle(found)
    batches = []
    for begin in range(0, len(found), _POOL):
        pool = [e for example in found[begin : begin + _POOL] if (e := encode(example, tokenizer, rng)) is not None]
        batches += list(packed(sorted(pool, key=lambda e: len(e.ids))))
    rng.shuffle(batches)
    return batches


def packed(pool: Sequence[Encoded]) -> Iterator[list[Encoded]]:
    """Batches of at most `TOKENS` tokens, of examples in order of length."""
    batch: list[Encoded] = []
    for entry in pool:
        if batch and (len(batch) + 1) * len(entry.ids) > TOKENS:
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch


def _train(network: Any, batches: Sequence[Sequence[Encoded]], folder: Path) -> dict[str, Any]:  # noqa: ANN401
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=len(batches) + 2, pct_start=WARM_UP, anneal_strategy="linear"
    )
    average: dict[str, Any] = {}
    losses, began = [], time.monotonic()
    for step, batch in enumerate(batches, 1):
        loss = _loss(network, batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        schedule.step()
        losses.append(float(loss))
        if step > (1 - AVERAGED) * len(batches) and step % 10 == 0:
            now = {name: value.detach().float() for name, value in network.state_dict().items() if _shipped(name)}
            average = {n: average[n] * DECAY + now[n] * (1 - DECAY) if average else now[n].clone() for n in now}
        if step % 100 == 0:
            left = (time.monotonic() - began) / step * (len(batches) - step) / 60
            _log(f"{step} of {len(batches)}: loss {np.mean(losses[-100:]):.3f}, {left:.0f} minutes left")
        if step % 500 == 0:
            _save(network.state_dict(), folder / f"step{step}.safetensors")
    return average


def _loss(network: Any, batch: Sequence[Encoded]) -> Any:  # noqa: ANN401 (tensors)
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

    longest = max(len(entry.ids) for entry in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, entry in enumerate(batch):
        ids[row, : len(entry.ids)] = torch.from_numpy(entry.ids.astype(np.int64))
        types[row, entry.passage : len(entry.ids)] = 1
        mask[row, : len(entry.ids)] = 1
    start, end = (torch.tensor([getattr(entry, side) for entry in batch]) for side in ("start", "end"))
    allowed = mask.bool() & (types.bool() | (torch.arange(longest) == 0))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = network["encoder"](input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        spans, here = network["spans"](hidden), network["here"](hidden[:, 0])
    spans = spans.float().masked_fill(~allowed[:, :, None], -1e4)
    where = (cross_entropy(spans[:, :, 0], start) + cross_entropy(spans[:, :, 1], end)) / 2
    return where + HERE_WEIGHT * binary_cross_entropy_with_logits(here.float()[:, 0], (start > 0).float())


def _network() -> Any:  # noqa: ANN401 (torch's)
    import torch
    from transformers import BertConfig, BertModel

    folder = str(model_folder(DEFAULT_MODEL))
    config = BertConfig.from_pretrained(folder)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0  # one pass over the data: nothing to overfit
    encoder = BertModel.from_pretrained(folder, config=config, add_pooling_layer=False)
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    heads = {"spans": torch.nn.Linear(config.hidden_size, 2), "here": torch.nn.Linear(config.hidden_size, 1)}
    return torch.nn.ModuleDict({"encoder": encoder, **heads}).train()


def load_tokenizer() -> Any:  # noqa: ANN401 (tokenizers')
    """The tokenizer as `qa.answering.span_model` uses it, without padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(str(model_folder(DEFAULT_MODEL))) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST, strategy="only_second")
    return tokenizer


def _save(state: dict[str, Any], path: Path) -> None:
    from safetensors.torch import save_file

    kept = {name: value.detach().half().contiguous() for name, value in state.items() if _shipped(name)}
    save_file(kept, str(path), metadata={"format": "pt"})


def _shipped(name: str) -> bool:
    return "word_embeddings" not in name and "position_ids" not in name


def _log(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(Path(os.environ["FOOTNOTE_BENCH_DATA"]), Path(sys.argv[1] if len(sys.argv) > 1 else "training"))
