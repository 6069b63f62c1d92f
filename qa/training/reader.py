"""Trains the reader that `qa.answering.span_model` loads, from the encoder of all-MiniLM-L6-v2, in two stages.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.reader [FOLDER]

It first learns to find: cross-entropy of the answer's first and last token, the first token of all standing for "no
answer here" (Devlin et al. 2019, arXiv 1810.04805, section 4.3), plus the binary cross-entropy of a second head that
says whether the answer is here; short examples, then whole passages. Then it learns to refuse, on groups of examples
that differ in little (`qa.training.contrasts`, `qa.training.own`): the same losses, the second one counting more, plus
a margin by which an answerable example must beat the others of its group. That is done twice, without and with our own
questions, and the two are averaged (Wortsman et al. 2022, arXiv 2203.05482). In each run the last weights are
averaged too (exponentially, in the spirit of Izmailov et al. 2018). The word embeddings stay as they are.

Checkpoints go to the folder; where it holds `found.safetensors`, the first stage is not run again. About two
and a half hours on two cores.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.span_model import FILE, LONGEST
from qa.indexing.embeddings import DEFAULT_MODEL, model_folder
from qa.training import own
from qa.training.contrasts import Contrasts
from qa.training.examples import SEED, Example, examples, passages

TOKENS = 3840  # of one batch, padding counted
TITLED = 0.6  # share of the examples with a known title that are read with it, as chunks are with their header
DECAY = 0.98  # of the average, every tenth step
_LONG = 450  # characters from which on a passage is long
_POOL = 1200  # examples that are sorted by length together, so that batches hold little padding
_CHECKPOINT = 500  # steps from one to the next
_MARGIN = 1.0  # in logits of each of the three: start, end, here


@dataclass(frozen=True, slots=True)
class Stage:
    """How a stage trains: its highest learning rate, the share of steps to reach it, the weight of the second head's
    loss and of the margin within groups, and the share of the steps whose weights are averaged.
    """

    rate: float
    warm_up: float
    here: float
    margin: float
    averaged: float


FIND = Stage(rate=1.2e-4, warm_up=0.06, here=0.3, margin=0.0, averaged=0.4)
REFUSE = Stage(rate=6e-5, warm_up=0.08, here=1.0, margin=0.5, averaged=0.5)
OWN_SHARE = 0.7  # of the weights taught with our own questions
# Examples of the second stage by the way they are made, beside every question that people wrote to be unanswerable;
# where every one of our own is added, half as many.
CUT, SWAP, FAR, SENTENCES, PLAIN = 3000, 1000, 2000, 5000, 6000


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example in tokens; `passage` is where the second segment begins, `start` and `end` the answer's first and last
    token, both 0 without an answer. Those with the same `group`, where it is not 0, differ in little.
    """

    ids: NDArray[np.int32]
    passage: int
    start: int
    end: int
    group: int = 0


def main(data: Path, folder: Path) -> None:
    """Trains both stages; checkpoints go to the folder, the weights to qa/models at the end."""
    import torch

    torch.manual_seed(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    network = _network()
    found = folder / "found.safetensors"
    if not found.is_file():
        _save(_train(network, _finding(data), FIND, folder), found)
    taught = []
    for with_own in (False, True):
        _resume(network, found)  # from the file in any case: an interrupted run ends in the same weights
        taught.append(_train(network, _refusing(data, with_own=with_own), REFUSE, folder))
    plain, own_too = taught
    _save({name: (1 - OWN_SHARE) * plain[name] + OWN_SHARE * own_too[name] for name in plain}, FILE)
    _log(f"{FILE.name}: SHA-256 {hashlib.sha256(FILE.read_bytes()).hexdigest()}")


def _finding(data: Path) -> list[list[Encoded]]:
    """The batches of the first stage."""
    rng = random.Random(SEED)  # noqa: S311 (a reproducible order, no secret)
    tokenizer = load_tokenizer()
    found = examples(data, rng)
    short = [example for example in found if len(example.passage) < _LONG]
    long = [example for example in found if len(example.passage) >= _LONG]
    batches = [batch for part in (short, long) for batch in _batches(part, tokenizer, rng)]
    _log(f"{len(found)} examples to find in, {len(short)} of them short; {len(batches)} batches")
    return batches


def _refusing(data: Path, *, with_own: bool) -> list[list[Encoded]]:
    """The batches of the second stage: groups stay together."""
    rng = random.Random(SEED + 1)  # noqa: S311
    tokenizer = load_tokenizer()
    contrasts = Contrasts([example for example in passages(data) if example.origin == "passage"], rng)
    fewer = 2 if with_own else 1
    made = {
        "written": contrasts.real(),
        "own": own.groups(data, rng) if with_own else [],
        "cut": contrasts.cut(CUT // fewer),
        "swap": contrasts.swap(SWAP // fewer),
        "far": contrasts.far(FAR // fewer),
        "sentences": contrasts.sentences(SENTENCES // fewer),
        "plain": contrasts.plain(PLAIN // fewer),
    }
    _log(", ".join(f"{name} {sum(map(len, groups))}" for name, groups in made.items()))
    groups: list[list[Encoded]] = []
    for number, group in enumerate((group for part in made.values() for group in part), 1):
        encoded = [encode(example, tokenizer, rng) for example in group]
        groups.append([replace(entry, group=number) for entry in encoded if entry is not None])
    rng.shuffle(groups)
    batches = []
    for begin in range(0, len(groups), _POOL // 3):
        pool = sorted((g for g in groups[begin : begin + _POOL // 3] if g), key=lambda g: max(len(e.ids) for e in g))
        batches += list(together(pool))
    rng.shuffle(batches)
    _log(f"{sum(map(len, groups))} examples to refuse from; {len(batches)} batches")
    return batches


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


def together(pool: Sequence[Sequence[Encoded]]) -> Iterator[list[Encoded]]:
    """Batches of at most `TOKENS` tokens, of groups in order of length; a group is never divided."""
    batch: list[Encoded] = []
    for group in pool:
        longest = max(len(entry.ids) for entry in (*batch, *group))
        if batch and (len(batch) + len(group)) * longest > TOKENS:
            yield batch
            batch = []
        batch = [*batch, *group]
    if batch:
        yield batch


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


def _train(network: Any, batches: Sequence[Sequence[Encoded]], stage: Stage, folder: Path) -> dict[str, Any]:  # noqa: ANN401
    """One pass over the batches; returns the averaged weights."""
    import torch

    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=stage.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, stage.rate, total_steps=len(batches) + 2, pct_start=stage.warm_up, anneal_strategy="linear"
    )
    average: dict[str, Any] = {}
    losses, began = [], time.monotonic()
    for step, batch in enumerate(batches, 1):
        loss = _loss(network, batch, stage)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if step > (1 - stage.averaged) * len(batches) and (step % 10 == 0 or step == len(batches)):
            now = {name: value.detach().float() for name, value in network.state_dict().items() if _shipped(name)}
            average = {n: average[n] * DECAY + now[n] * (1 - DECAY) if average else now[n].clone() for n in now}
        if step % 100 == 0:
            left = (time.monotonic() - began) / step * (len(batches) - step) / 60
            _log(f"{step} of {len(batches)}: loss {np.mean(losses[-100:]):.3f}, {left:.0f} minutes left")
        if step % _CHECKPOINT == 0:
            _save(network.state_dict(), folder / f"step{step}.safetensors")
    return average


def _loss(network: Any, batch: Sequence[Encoded], stage: Stage) -> Any:  # noqa: ANN401 (tensors)
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, softplus

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
    here = here.float()[:, 0]
    where = (cross_entropy(spans[:, :, 0], start) + cross_entropy(spans[:, :, 1], end)) / 2
    loss = where + stage.here * binary_cross_entropy_with_logits(here, (start > 0).float())
    better, worse = pairs(batch) if stage.margin else ([], [])
    if better:
        over_none = (torch.logsumexp(spans[:, 1:], 1) - spans[:, 0]).mean(1)
        for scores in (over_none, here):
            loss = loss + stage.margin * softplus(_MARGIN - (scores[better] - scores[worse])).mean()
    return loss


def pairs(batch: Sequence[Encoded]) -> tuple[list[int], list[int]]:
    """Places of an answerable example and of an unanswerable one of the same group, side by side."""
    both = [
        (i, j)
        for i, one in enumerate(batch)
        for j, other in enumerate(batch)
        if one.group and one.group == other.group and one.start > 0 and other.start == 0
    ]
    return [i for i, _ in both], [j for _, j in both]


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


def _resume(network: Any, path: Path) -> None:  # noqa: ANN401 (torch's)
    """Goes on from shipped weights; the word embeddings are not among them and stay."""
    from safetensors.torch import load_file

    state = {name: value.float() for name, value in load_file(str(path)).items()}
    unexpected = network.load_state_dict(state, strict=False)[1]
    if unexpected:
        raise ValueError(f"These weights are of another network: {unexpected[0]}")


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
