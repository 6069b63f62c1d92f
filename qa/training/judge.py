"""Trains the judge that `qa.answering.verdict_model` loads, from the reader's encoder.

    FOOTNOTE_BENCH_DATA=... python -m qa.training.judge [FOLDER]

First on public sets and on pairs made by rule (`qa.training.pairs`), then on our own statements, as they are, with two
things exchanged (`exchanged`), on changed passages (`mirrored`) and joined (`partial`), and on questions with their
answers (`answered`), with a third of the first again; the weights before and after the second stage are averaged.
Three losses: cross-entropy of supported, contradicted and unsupported (where only a fault is known, of either of the
last two); the binary cross-entropy of every word of the claim being at fault, where that is known; and a margin by
which the true claims of a group must beat the false ones. WiCE and SummEdits are left for `eval/public/verdicts.py` to
report on. Two hours on two cores, by estimate.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering import span_model
from qa.answering.alignment import chosen
from qa.answering.verdict_model import CLAIM, FILE, HEADS, LONGEST
from qa.training import answered, claims, exchanged, mirrored, own, partial
from qa.training.contrasts import Contrasts
from qa.training.examples import SEED, passages
from qa.training.pairs import Pair, pairs, sentences_of
from qa.training.reader import searched
from qa.training.tuning import Schedule, load_tokenizer, log, network, resume, save, together, train

STATEMENTS = Path(__file__).with_name("statements.jsonl")
GENERAL = Schedule(rate=8e-5, warm_up=0.06, averaged=0.4)
OWN = Schedule(rate=9e-5, warm_up=0.05, averaged=0.3)
ROUNDS = 2
"""Times that our own statements are read as they are, each time on evidence drawn anew: after one reading the judge
knew those it had read hardly better than others, so it had more to learn from them."""
AGAIN = 0.35
"""Share of the pairs of the first stage that the second reads again, so that it unlearns little."""
OWN_SHARE = 0.5
"""Of the weights after the second stage in the mean with those before it: the second stage alone knows our own
statements better and others' worse, their mean has nearly the best of both (Wortsman et al. 2022, arXiv 2109.01903)."""
ASIDE = frozenset({"wice", "summedits"})
"""Sources that no weight is trained on, so that the others' use for them can be told."""
BY_RULE = 9000  # groups made by rule at most
EXCHANGED = 6000  # groups of exchanges at most
ANSWERED = 14000  # groups of questions with their answers at most
_MARGIN = 1.0  # in logits
_MARGIN_COUNTS = 0.5
_WORDS_COUNT = 1.0
_EVIDENCE = (2, 3, 4, 6, 20)  # sentences chosen for a statement of our own, drawn anew for each
_POOL = 800  # groups that are sorted by length together, so that batches hold little padding
_LABELS = {"supported": 0, "contradicted": 1, "unsupported": 2, "not_supported": 3}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A pair in tokens; `evidence` is where the second segment begins; `label` 0 supported, 1 contradicted,
    2 unsupported, 3 one of these two; `faults` says of each token of the claim whether it is at fault (1), or not (0),
    or that nothing is known of it (-1). Those with the same `group`, where it is not 0, differ in little. `counts`: how
    many examples it counts for.
    """

    ids: NDArray[np.int32]
    evidence: int
    label: int
    faults: NDArray[np.int8]
    group: int = 0
    counts: float = 1.0


def main(data: Path, folder: Path) -> None:
    """Trains both stages; checkpoints go to the folder, the weights to qa/models at the end."""
    import torch

    torch.manual_seed(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    general, stated = groups(data)
    judge = network(HEADS)
    learnt = folder / "general.safetensors"
    if not learnt.is_file():
        resume(judge, span_model.FILE, heads=False)
        save(train(judge, batches(general), GENERAL, loss, folder), learnt)
    resume(judge, learnt)  # from the file in any case: an interrupted run ends in the same weights
    before = {name: value.detach().clone() for name, value in judge.state_dict().items()}
    again = random.Random(SEED + 5).sample(general, int(AGAIN * len(general)))  # noqa: S311
    taught = train(judge, batches([*stated, *again]), OWN, loss, folder)
    save({name: (1 - OWN_SHARE) * before[name] + OWN_SHARE * value for name, value in taught.items()}, FILE)
    log(f"{FILE.name}: SHA-256 {hashlib.sha256(FILE.read_bytes()).hexdigest()}")


def groups(data: Path) -> tuple[list[list[Pair]], list[list[Pair]]]:
    """The groups of pairs of the first stage, those of the public sets one by one; and of the second: our own
    statements, as they are, on changed passages, with exchanges and joined, and questions with their answers.
    """
    rng = random.Random(SEED + 3)  # noqa: S311 (a reproducible draw, no secret)
    public = {name: found for name, found in claims.read(data, rng).items() if name not in ASIDE}
    written = claims.own(data, STATEMENTS)
    stated = [list(_shortened(twins, rng)) for _ in range(ROUNDS) for twins in written]
    articles = [row for row in own.articles(data).values() if row["published"]]
    rng.shuffle(articles)
    made = list(islice(pairs(articles, rng), BY_RULE))
    true = [twins[0] for twins in rng.sample(written, len(written))]
    turned = {
        "mirrored": list(mirrored.mirrored(data)),
        "exchanged": list(islice(exchanged.groups(true, rng), EXCHANGED)),
        "partial": list(partial.groups(true, rng)),
        "answered": list(islice(_answered(data, rng), ANSWERED)),
    }
    for name, found in public.items():
        log(f"{name} {len(found)}")
    for name, group in {"own": stated, "by rule": made, **turned}.items():
        log(f"{name} {sum(map(len, group))}")
    return [*([pair] for found in public.values() for pair in found), *made], [*stated, *chain(*turned.values())]


def _answered(data: Path, rng: random.Random) -> Iterator[list[Pair]]:
    """Questions with their answers: those that people wrote, our own, and what a search brings for them."""
    reader = span_model.SpanModel(sha256=hashlib.sha256(span_model.FILE.read_bytes()).hexdigest())
    asked = [*Contrasts(passages(data), rng).real(), *own.groups(data, rng), *searched(data, rng)]
    return answered.groups(rng.sample(asked, len(asked)), reader, rng)


def _shortened(twins: list[Pair], rng: random.Random) -> Iterator[Pair]:
    """A true claim and its twins on the evidence sentences that are chosen for any of them, or on the whole passage."""
    most = rng.choice(_EVIDENCE)
    sentences = sentences_of(twins[0].evidence)
    kept = sorted({place for pair in twins for place in chosen(pair.claim, sentences, most)})
    for pair in twins:
        yield replace(pair, evidence=" ".join(sentences[place] for place in kept))


def batches(found: list[list[Pair]]) -> list[list[Encoded]]:
    """The groups in tokens, in batches of about equally many, in a reproducible order."""
    rng = random.Random(SEED + 4)  # noqa: S311
    tokenizer = load_tokenizer(LONGEST)
    encoded = []
    for number, group in enumerate(found, 1):
        encoded.append(_encoded(group, tokenizer, number if len(group) > 1 else 0))
    rng.shuffle(encoded)
    made = []
    for begin in range(0, len(encoded), _POOL):
        pool = sorted(encoded[begin : begin + _POOL], key=lambda group: max(map(_length, group)))
        made += list(together(pool, _length))
    rng.shuffle(made)
    log(f"{sum(map(len, encoded))} pairs; {len(made)} batches")
    return made


def _encoded(pairs: Sequence[Pair], tokenizer: Any, group: int) -> list[Encoded]:  # noqa: ANN401
    """The pairs of a group; its true claims count as much as the false ones, where those are more."""
    true = sum(pair.label == "supported" for pair in pairs)
    counts = max(1.0, (len(pairs) - true) / true) if true else 1.0
    return [
        replace(encode(pair, tokenizer, group), counts=counts if pair.label == "supported" else 1.0) for pair in pairs
    ]


def encode(pair: Pair, tokenizer: Any, group: int) -> Encoded:  # noqa: ANN401 (tokenizers')
    """The pair in tokens. The words at fault are known of a true claim (none) and of one that says them."""
    entry = tokenizer.encode(_cut(pair.claim, tokenizer), pair.evidence)
    evidence = entry.type_ids.index(1) if 1 in entry.type_ids else len(entry.ids)
    faults = np.full(len(entry.ids), -1, np.int8)
    if pair.label == "supported" or pair.words:
        start, end = pair.words or (0, 0)
        for place in range(1, evidence - 1):
            first, last = entry.offsets[place]
            faults[place] = pair.label != "supported" and first < end and last > start
    return Encoded(np.array(entry.ids, np.int32), evidence, _LABELS[pair.label], faults, group)


def _cut(claim: str, tokenizer: Any) -> str:  # noqa: ANN401
    offsets = tokenizer.encode("", claim, add_special_tokens=False).offsets
    return claim if len(offsets) <= CLAIM else claim[: offsets[CLAIM - 1][1]]


def _length(entry: Encoded) -> int:
    return len(entry.ids)


def loss(judge: Any, batch: Sequence[Encoded]) -> Any:  # noqa: ANN401 (tensors)
    """The three losses of a batch, added up."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax, softplus

    longest = max(map(_length, batch))
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    faults = torch.full((len(batch), longest), -1.0)
    for row, entry in enumerate(batch):
        ids[row, : len(entry.ids)] = torch.from_numpy(entry.ids.astype(np.int64))
        types[row, entry.evidence : len(entry.ids)] = 1
        mask[row, : len(entry.ids)] = 1
        faults[row, : len(entry.ids)] = torch.from_numpy(entry.faults.astype(np.float32))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = judge["encoder"](input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        verdicts, words = judge["verdict"](hidden[:, 0]), judge["words"](hidden)
    chances = log_softmax(verdicts.float(), 1)
    fault = torch.logsumexp(chances[:, 1:], 1)
    of_label = torch.cat([chances, fault[:, None]], 1)
    labels = torch.tensor([entry.label for entry in batch])
    counts = torch.tensor([entry.counts for entry in batch])
    total = -(of_label.gather(1, labels[:, None])[:, 0] * counts).sum() / counts.sum()
    known = faults >= 0
    if known.any():
        total = total + _WORDS_COUNT * binary_cross_entropy_with_logits(words.float()[:, :, 0][known], faults[known])
    better, worse = twins(batch)
    if better:
        margin = chances[:, 0] - fault
        total = total + _MARGIN_COUNTS * softplus(_MARGIN - (margin[better] - margin[worse])).mean()
    return total


def twins(batch: Sequence[Encoded]) -> tuple[list[int], list[int]]:
    """Places of a true claim and of a false one of the same group, side by side."""
    both = [
        (i, j)
        for i, one in enumerate(batch)
        for j, other in enumerate(batch)
        if one.group and one.group == other.group and one.label == 0 and other.label > 0
    ]
    return [i for i, _ in both], [j for _, j in both]


if __name__ == "__main__":
    main(Path(os.environ["FOOTNOTE_BENCH_DATA"]), Path(sys.argv[1] if len(sys.argv) > 1 else "training"))
