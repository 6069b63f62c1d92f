"""A true claim and its evidence, and two things that change places in either: who goes with what tells true from false.

From one true pair come four: as it is (true); with two names, values or nouns exchanged in the evidence alone (false),
in the claim alone (false), and in both (true again). Every claim and every evidence is so true as often as false: no
wording, no knowledge of the world and no missing word gives the label away, as in PAWS (Zhang et al. 2019, arXiv
1904.01130), but under claims in quite other words.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise

from qa.answering.alignment import chosen
from qa.answering.lexicon import common_words
from qa.training.pairs import Pair, sentences_of
from qa.training.swaps import names_of, slot, values_of

Forms = Mapping[str, str]
"""What stands in the place of what."""

_SENTENCES = (1, 2, 3, 4)  # of the evidence, drawn anew for each claim
_PER_CLAIM = 2  # exchanges of one claim, at most
_LONGEST = 900  # characters of evidence
_NOUN = re.compile(r"\b(?:[Tt]he|an?|his|her|its|their) (?P<noun>[a-z]{4,})\b")
_NOT_A_NOUN = frozenset(
    """first last same other most more next only such following former latter previous early late whole very many few
    time year years month months week weeks number part best largest second third entire main several""".split()
)
# Two that are said to do the same may change places.
_ALIKE = re.compile(
    r"\b(?:between|both|each other|one another|together|jointly|met|meets?|meetings?|married|marry|versus|vs|tied|equal"
    r"|either|neither|respectively|same|like|alike|similar|partners?|allies|joint|share[sd]?)\b"
)
_LISTED = re.compile(  # "Brandt, [Keller and the] Voss"
    r"\W*(?:[A-Z][\w.]*\W+){0,6}?(?:\w+\W+)??(?:and|or|with|nor|as well as|,)(?:\W+[A-Z][\w.]*){0,6}?(?:\W+\w+)??\W*"
)
_ONE_WAY = re.compile(r"\b(?:from|by)\b")


def groups(true: Iterable[Pair], rng: random.Random) -> Iterator[list[Pair]]:
    """Groups of four pairs, the first and the last of them true, from those of the true pairs that allow an exchange;
    best are those of two things that the claim names both.
    """
    for pair in true:
        sentences = sentences_of(pair.evidence)
        evidence = " ".join(sentences[place] for place in chosen(pair.claim, sentences, rng.choice(_SENTENCES)))
        if len(evidence) > _LONGEST or _ALIKE.search(pair.claim):
            continue
        found = [each for each in _exchanges(pair.claim, evidence) if _tells(pair.claim, evidence, each[1])]
        rng.shuffle(found)
        found.sort(key=lambda each: -sum(bool(_any_of([old]).search(pair.claim)) for old in each[1]))
        for kind, forms in found[:_PER_CLAIM]:
            yield _four(pair, evidence, kind, forms)


def _four(pair: Pair, evidence: str, kind: str, forms: Forms) -> list[Pair]:
    claim, other = exchange(pair.claim, forms), exchange(evidence, forms)
    return [
        Pair(pair.claim, evidence, "supported", "true", "exchanged", None, pair.article),
        Pair(pair.claim, other, "contradicted", kind, "exchanged", _reach(pair.claim, forms), pair.article),
        Pair(claim, evidence, "contradicted", kind, "exchanged", _reach(claim, forms), pair.article),
        Pair(claim, other, "supported", "true", "exchanged", None, pair.article),
    ]


def exchange(text: str, forms: Forms) -> str:
    """The text with each of the forms in the place of its counterpart."""
    return _any_of(forms).sub(lambda match: forms[match.group()], text)


def _reach(claim: str, forms: Forms) -> tuple[int, int]:
    """The characters from the first to the last of what was exchanged; any of it may be called wrong."""
    found = list(_any_of(forms).finditer(claim))
    return found[0].start(), found[-1].end()


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<![\w$€£-])(?:" + "|".join(map(re.escape, ordered)) + r")(?![\w-]|[.,]\w)")


def _exchanges(claim: str, evidence: str) -> Iterator[tuple[str, Forms]]:
    """(kind, forms) of every two things of one sort that the evidence holds, and the claim at least one of them."""
    yield from _names(claim, evidence)
    yield from _values(claim, evidence)
    yield from _nouns(claim, evidence)


def _names(claim: str, evidence: str) -> Iterator[tuple[str, Forms]]:
    """By their last words, so that a surname goes with its whole name; names that share a word are left alone."""
    forms: dict[str, set[str]] = defaultdict(set)
    sorts: dict[str, tuple[str, bool, bool]] = {}
    for text in (evidence, claim):
        for start, end in names_of(text):
            name = text[start:end]
            last = name.rpartition(" ")[2]
            if name.lower() not in common_words():
                forms[last].add(name)
                sorts.setdefault(last, slot(text, start, end))
    whole = {last: max(each, key=len) for last, each in forms.items() if len(each - {last}) <= 1}
    words = [word for name in whole.values() for word in name.split()]
    held = [last for last, name in whole.items() if all(words.count(word) == 1 for word in name.split())]
    for one, two in combinations(sorted(held), 2):
        if sorts[one] == sorts[two] and _any_of([whole[one], one, whole[two], two]).search(claim):
            short = [_short(last, whole[last], (claim, evidence)) for last in (one, two)]
            yield "roles", {short[0]: short[1], short[1]: short[0], whole[one]: whole[two], whole[two]: whole[one]}


def _short(last: str, name: str, texts: Iterable[str]) -> str:
    """The last word of a name where it stands for the whole name somewhere; else the name."""
    return last if any(_any_of([last]).search(_any_of([name]).sub("", text)) for text in texts) else name


def _values(claim: str, evidence: str) -> Iterator[tuple[str, Forms]]:
    known: dict[str, set[str]] = defaultdict(set)
    for name, _, start, end in values_of(evidence):
        known[name].add(evidence[start:end])
    for name, kind, start, end in values_of(claim):
        own = claim[start:end]
        for other in sorted(known[name] - {own}) if own in known[name] else ():
            yield kind, {own: other, other: own}


def _nouns(claim: str, evidence: str) -> Iterator[tuple[str, Forms]]:
    mine, theirs = ({match["noun"] for match in _NOUN.finditer(text)} - _NOT_A_NOUN for text in (claim, evidence))
    for one, two in combinations(sorted(mine & theirs), 2):
        yield "roles", {one: two, two: one}


def _tells(claim: str, evidence: str, forms: Forms) -> bool:
    """Whether the exchange changes both texts, and the two are nowhere named side by side as equals."""
    return all(exchange(text, forms) != text and not _side_by_side(text, forms) for text in (claim, evidence))


def _side_by_side(text: str, forms: Forms) -> bool:
    for one, two in pairwise(_any_of(forms).finditer(text)):
        between = text[one.end() : two.start()]
        if one.group() != two.group() and _LISTED.fullmatch(between) and not _ONE_WAY.search(between):
            return True
    return False
