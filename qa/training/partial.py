"""Two true claims joined to one, on all that carries them and on what carries only the first.

A long claim is mostly right and lacks evidence for one of its parts, as most claims of an encyclopedia do that are not
supported (WiCE; Kamoi et al. 2023, arXiv 2303.01432). Made of claims in other words than their passage, so that words
which the evidence lacks do not tell the parts apart.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from qa.answering.alignment import chosen, lacking
from qa.answering.lexicon import common_words
from qa.training.pairs import Pair, sentences_of

_JOINTS = (", and ", ", while ", "; ")
_OF_A_CLAIM = 2  # sentences that carry a claim, at most
_LONGEST = 12  # sentences of a passage
_FEWEST = 4
_CARRIED, _LEFT = 0.6, 0.25  # share of a claim's words that all sentences lack at most, and the others at least


def groups(true: Iterable[Pair], rng: random.Random) -> Iterator[list[Pair]]:
    """Groups of four pairs: the joined claim on the passage (true) and without the sentences of its second part (not
    supported), and there the first part alone (true) and the second (not supported).
    """
    by_passage: dict[str, list[Pair]] = defaultdict(list)
    for pair in true:
        by_passage[pair.evidence].append(pair)
    for passage, claims in by_passage.items():
        sentences = sentences_of(passage)
        if _FEWEST <= len(sentences) <= _LONGEST:
            found = rng.sample(claims, len(claims))
            for first, second in zip(found[::2], found[1::2], strict=False):
                yield from _joined(first, second, sentences, rng)


def _joined(first: Pair, second: Pair, sentences: list[str], rng: random.Random) -> Iterator[list[Pair]]:
    needed = chosen(second.claim, sentences, _OF_A_CLAIM)
    rest = [sentence for place, sentence in enumerate(sentences) if place not in needed]
    told = set(chosen(first.claim, sentences, _OF_A_CLAIM)).isdisjoint(needed)
    carried = lacking(second.claim, sentences).words <= _CARRIED
    if not told or not carried or lacking(second.claim, rest).words < lacking(second.claim, sentences).words + _LEFT:
        return
    joint = rng.choice(_JOINTS)
    opening = second.claim.split(" ")[0].lower()
    begin = second.claim[:1].lower() if opening in common_words() else second.claim[:1]
    claim = first.claim.rstrip(".") + joint + begin + second.claim[1:]
    whole, without = " ".join(sentences), " ".join(rest)
    made = Pair(claim, whole, "supported", "joined", "partial", None, first.article)
    yield [
        made,
        replace(
            made, evidence=without, label="unsupported", kind="part", words=(len(claim) - len(second.claim), len(claim))
        ),
        replace(made, claim=first.claim, evidence=without),
        replace(made, claim=second.claim, evidence=without, label="unsupported", kind="absent"),
    ]
