"""Tuning all-MiniLM-L6-v2's encoder under heads of our own: what the reader and the judge have in common.

One pass over batches of about equally many tokens, bfloat16, the learning rate falling in a line (AdamW; Loshchilov and
Hutter 2019). The last weights are averaged, exponentially (in the spirit of Izmailov et al. 2018). The word embeddings
stay as they are and are not saved.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from qa.indexing.embeddings import DEFAULT_MODEL, model_folder

TOKENS = 3840  # of one batch, padding counted
DECAY = 0.98  # of the average, every tenth step
_ATTENTION = "footnote"  # the name under which transformers knows `_attention`
_CHECKPOINT = 500  # steps from one to the next
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a stage trains: its highest learning rate, the share of steps to reach it, and the share of the steps whose
    weights are averaged.
    """

    rate: float
    warm_up: float
    averaged: float


def together(pool: Sequence[Sequence[_T]], length: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Batches of at most `TOKENS` tokens, of groups in order of length; a group is never divided."""
    batch: list[_T] = []
    for group in pool:
        longest = max(length(entry) for entry in (*batch, *group))
        if batch and (len(batch) + len(group)) * longest > TOKENS:
            yield batch
            batch = []
        batch = [*batch, *group]
    if batch:
        yield batch


def train(
    network: Any,  # noqa: ANN401 (torch's)
    batches: Sequence[Sequence[_T]],
    schedule: Schedule,
    loss_of: Callable[[Any, Sequence[_T]], Any],
    folder: Path,
) -> dict[str, Any]:
    """One pass over the batches; returns the averaged weights. Checkpoints go to the folder."""
    import torch

    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=schedule.rate, weight_decay=0.01, fused=True)
    rates = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, schedule.rate, total_steps=len(batches) + 2, pct_start=schedule.warm_up, anneal_strategy="linear"
    )
    average: dict[str, Any] = {}
    losses, began = [], time.monotonic()
    for step, batch in enumerate(batches, 1):
        loss = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        rates.step()
        losses.append(loss.item())
        if step > (1 - schedule.averaged) * len(batches) and (step % 10 == 0 or step == len(batches)):
            now = {name: value.detach().float() for name, value in network.state_dict().items() if _is_shipped(name)}
            average = {n: average[n] * DECAY + now[n] * (1 - DECAY) if average else now[n].clone() for n in now}
        if step % 100 == 0:
            left = (time.monotonic() - began) / step * (len(batches) - step) / 60
            log(f"{step} of {len(batches)}: loss {np.mean(losses[-100:]):.3f}, {left:.0f} minutes left")
        if step % _CHECKPOINT == 0:
            save(network.state_dict(), folder / f"step{step}.safetensors")
    return average


def network(heads: Mapping[str, int]) -> Any:  # noqa: ANN401 (torch's)
    """The encoder, as it was published, with linear heads of these names and numbers of outputs."""
    import torch
    from transformers import AttentionInterface, AttentionMaskInterface, BertConfig, BertModel
    from transformers.masking_utils import eager_mask

    folder = str(model_folder(DEFAULT_MODEL))
    config = BertConfig.from_pretrained(folder)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0  # one pass over the data: nothing to overfit
    encoder = BertModel.from_pretrained(folder, config=config, add_pooling_layer=False)
    AttentionInterface.register(_ATTENTION, _attention)
    AttentionMaskInterface.register(_ATTENTION, eager_mask)
    encoder.set_attn_implementation(_ATTENTION)
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    made = {name: torch.nn.Linear(config.hidden_size, outputs) for name, outputs in heads.items()}
    return torch.nn.ModuleDict({"encoder": encoder, **made}).train()


def _attention(
    module: Any,  # noqa: ANN401 (transformers')
    query: Any,  # noqa: ANN401
    key: Any,  # noqa: ANN401
    value: Any,  # noqa: ANN401
    attention_mask: Any,  # noqa: ANN401
    scaling: float,
    **_: Any,  # noqa: ANN401
) -> tuple[Any, None]:
    """Attention in plain batched products: on processors, the backward pass of torch's own fused form takes a third of
    a step's time, this a tenth. Shapes: (batch, heads, tokens, width); returns (batch, tokens, heads, width).
    """
    import torch

    shape = query.shape
    query, key, value = (part.flatten(0, 1) for part in (query, key, value))
    scores = torch.bmm(query * scaling, key.transpose(1, 2)).view(*shape[:3], -1)
    if attention_mask is not None:
        scores = scores + attention_mask.to(scores.dtype)
    shares = torch.softmax(scores, -1, dtype=scores.dtype).flatten(0, 1)
    return torch.bmm(shares, value).view(shape).transpose(1, 2).contiguous(), None


def resume(network: Any, path: Path, *, heads: bool = True) -> None:  # noqa: ANN401 (torch's)
    """Goes on from saved weights, of the encoder alone without `heads`; the word embeddings are not among them and
    stay. Raises `ValueError` where they are another network's.
    """
    from safetensors.torch import load_file

    state = {name: value.float() for name, value in load_file(str(path)).items()}
    kept = {name: value for name, value in state.items() if heads or name.startswith("encoder.")}
    unexpected = network.load_state_dict(kept, strict=False)[1]
    if unexpected:
        raise ValueError(f"These weights are of another network: {unexpected[0]}")


def load_tokenizer(longest: int) -> Any:  # noqa: ANN401 (tokenizers')
    """The tokenizer as `qa.answering.encoder` uses it, without padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(str(model_folder(DEFAULT_MODEL))) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest, strategy="only_second")
    return tokenizer


def save(state: dict[str, Any], path: Path) -> None:
    """Writes what is shipped of a state, in half precision."""
    from safetensors.torch import save_file

    kept = {name: value.detach().half().contiguous() for name, value in state.items() if _is_shipped(name)}
    save_file(kept, str(path), metadata={"format": "pt"})


def log(line: str) -> None:
    """One line to whoever watches."""
    sys.stderr.write(line + "\n")


def _is_shipped(name: str) -> bool:
    return "word_embeddings" not in name and "position_ids" not in name
