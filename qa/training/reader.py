"""Trains the reader that `qa.answering.span_model` loads, from the encoder of all-MiniLM-L6-v2, in two stages.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.reader [FOLDER]

It first learns to find: cross-entropy of the answer's first and last token, the first token of all standing for "no
answer here" (Devlin et al. 2019, arXiv 1810.04805, section 4.3), plus the binary cross-entropy of a second head that
says whether the answer is here; short examples, then whole passages. Then it learns to refuse, on groups of examples
that differ in little (`qa.training.contrasts`, `qa.training.own`, `qa.training.mined`): the same losses, the second
one counting more, plus a margin by which an answerable example must beat the others of its group. That is done twice,
without and with our own questions, and the two are averaged (Wortsman et al. 2022, arXiv 2203.05482). In each run the
last weights are averaged too (exponentially, in the spirit of Izmailov et al. 2018). The word embeddings stay as they
are.

Checkpoints go to the folder; where it holds `found.safetensors`, the first stage is not run again. About two
and a half hours on two cores.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.span_model import FILE, LONGEST
from qa.training import mined, own
from qa.training.contrasts import Contrasts, Group
from qa.training.examples import SEED, Example, examples, passages
from qa.training.tuning import Schedule, load_tokenizer, log, network, resume, save, together, train

TITLED = 0.6  # share of the examples with a known title that are read with it, as chunks are with their header
_LONG = 450  # characters from which on a passage is long
_POOL = 1200  # examples that are sorted by length together, so that batches hold little padding
_MARGIN = 1.0  # in logits of each of the three: start, end, here


@dataclass(frozen=True, slots=True)
class Stage(Schedule):
    """How a stage trains, with the weight of the second head's loss and of the margin within groups."""

    here: float
    margin: float


FIND = Stage(rate=1.2e-4, warm_up=0.06, here=0.3, margin=0.0, averaged=0.4)
REFUSE = Stage(rate=6e-5, warm_up=0.08, here=1.0, margin=0.5, averaged=0.5)
HEADS = {"spans": 2, "here": 1}
OWN_SHARE = 0.7  # of the weights taught with our own questions
# Examples of the second stage by the way they are made, beside every question that people wrote to be unanswerable;
# where every one of our own is added, half as many.
CUT, SWAP, FAR, SENTENCES, PLAIN = 3000, 1000, 2000, 5000, 6000
MINED = 4000  # questions whose passages are searched for


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
    encoder = network(HEADS)
    found = folder / "found.safetensors"
    if not found.is_file():
        save(_train(encoder, _finding(data), FIND, folder), found)
    taught = []
    for with_own in (False, True):
        resume(encoder, found)  # from the file in any case: an interrupted run ends in the same weights
        taught.append(_train(encoder, _refusing(data, with_own=with_own), REFUSE, folder))
    plain, own_too = taught
    save({name: (1 - OWN_SHARE) * plain[name] + OWN_SHARE * own_too[name] for name in plain}, FILE)
    log(f"{FILE.name}: SHA-256 {hashlib.sha256(FILE.read_bytes()).hexdigest()}")


def _finding(data: Path) -> list[list[Encoded]]:
    """The batches of the first stage."""
    rng = random.Random(SEED)  # noqa: S311 (a reproducible order, no secret)
    tokenizer = load_tokenizer(LONGEST)
    found = examples(data, rng)
    short = [example for example in found if len(example.passage) < _LONG]
    long = [example for example in found if len(example.passage) >= _LONG]
    batches = [batch for part in (short, long) for batch in _batches(part, tokenizer, rng)]
    log(f"{len(found)} examples to find in, {len(short)} of them short; {len(batches)} batches")
    return batches


def _refusing(data: Path, *, with_own: bool) -> list[list[Encoded]]:
    """The batches of the second stage: groups stay together."""
    rng = random.Random(SEED + 1)  # noqa: S311
    tokenizer = load_tokenizer(LONGEST)
    contrasts = Contrasts([example for example in passages(data) if example.origin == "passage"], rng)
    fewer = 2 if with_own else 1
    made = {
        "written": contrasts.real(),
        "own": own.groups(data, rng) if with_own else [],
        "mined": searched(data, rng) if with_own else [],
        "cut": contrasts.cut(CUT // fewer),
        "swap": contrasts.swap(SWAP // fewer),
        "far": contrasts.far(FAR // fewer),
        "sentences": contrasts.sentences(SENTENCES // fewer),
        "plain": contrasts.plain(PLAIN // fewer),
    }
    log(", ".join(f"{name} {sum(map(len, groups))}" for name, groups in made.items()))
    groups: list[list[Encoded]] = []
    for number, group in enumerate((group for part in made.values() for group in part), 1):
        encoded = [encode(example, tokenizer, rng) for example in group]
        groups.append([replace(entry, group=number) for entry in encoded if entry is not None])
    rng.shuffle(groups)
    batches = []
    for begin in range(0, len(groups), _POOL // 3):
        pool = sorted((g for g in groups[begin : begin + _POOL // 3] if g), key=lambda g: max(len(e.ids) for e in g))
        batches += list(together(pool, _length))
    rng.shuffle(batches)
    log(f"{sum(map(len, groups))} examples to refuse from; {len(batches)} batches")
    return batches


def searched(data: Path, rng: random.Random) -> list[Group]:
    """Questions, half of them our own, with what a search over the articles of all finds and that does not answer."""
    on_passages = [example for example in passages(data) if example.origin == "passage" and example.answer]
    titles = {example.passage: example.title for example in on_passages}
    rows = [{"title": title, "text": text, "published": None} for text, title in titles.items()]
    asked = [example for found in (own.answered(data), on_passages) for example in rng.sample(found, MINED // 2)]
    return mined.groups(asked, [*own.articles(data).values(), *rows], rng)


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
        batches += list(together([[e] for e in sorted(pool, key=_length)], _length))
    rng.shuffle(batches)
    return batches


def _train(encoder: Any, batches: Sequence[Sequence[Encoded]], stage: Stage, folder: Path) -> dict[str, Any]:  # noqa: ANN401
    return train(encoder, batches, stage, lambda made, batch: _loss(made, batch, stage), folder)


def _length(entry: Encoded) -> int:
    return len(entry.ids)


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


if __name__ == "__main__":
    main(Path(os.environ["FOOTNOTE_BENCH_DATA"]), Path(sys.argv[1] if len(sys.argv) > 1 else "training"))
