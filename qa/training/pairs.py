"""Claims with their evidence, true ones and twins with one fault, made by rule from articles.

A group holds claims on the same evidence, as many true as not. A twin is made from its true claim, so that both differ
from the article alike; what is exchanged is mostly taken from the evidence itself, or all words are kept and change
places. So neither the length of a claim nor words that the evidence lacks tell the two apart.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from qa.answering.facts import canonical
from qa.sentences import sentence_spans
from qa.training.faults import Fault
from qa.training.paraphrases import REWORDINGS, shapes
from qa.training.swaps import clause_ends_exchanged, other_names, other_units, other_values, roles_turned
from qa.training.turns import negated, order_for_cause, quoted_as_said, speaker_dropped, words_turned
from qa.training.vocabulary import QUOTED, long_words

Label = Literal["supported", "contradicted", "unsupported"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim to be judged on its evidence. `kind` says how it was made or what is wrong with it; `words` are the
    characters of the claim at fault, where they are known; pairs of one `article` belong on one side of a split.
    """

    claim: str
    evidence: str
    label: Label
    kind: str
    source: str
    words: tuple[int, int] | None = None
    article: str = ""


_ROUND = 6  # sentences beside the claim's own, at most
_SECOND_SOURCE = 0.25  # share of the groups whose evidence holds sentences of another article too
_ABSENT = 0.15  # share of the twins that are true but whose sentence is not in the evidence
_STATED = 0.6  # share of a claim's words in the rest of the evidence from which on it may be stated there
_VERBATIM = 0.1  # how often a true claim is its sentence, unchanged, without a try to say it otherwise
_UNCHANGED = 0.35  # share kept of those that could not be said otherwise: there would be too many
_NEW_WORDS = 0.1  # share kept of the faults that the evidence's lack of their words gives away
_FEWEST, _MOST = 6, 40  # words of a sentence to make claims of
# How much oftener than others a kind is drawn where a claim allows it.
_WEIGHTS = (
    {"negation": 0.3}
    | dict.fromkeys("number date place merge".split(), 2)
    | dict.fromkeys("roles speaker hedge cause condition quantifier quote comparison opposite time unit".split(), 3)
)


def pairs(articles: Iterable[Mapping[str, Any]], rng: random.Random) -> Iterator[list[Pair]]:
    """Groups of true and false claims of the articles (rows with `id` and `text`), one for each sentence that allows
    it; the first of a group is true, and half of it is.
    """
    told = [(str(row["id"]), sentences_of(str(row["text"]))) for row in articles]
    told = [(name, sentences) for name, sentences in told if sentences]
    for name, sentences in told:
        for place, sentence in enumerate(sentences):
            if usable(sentence):
                second = rng.choice(told) if rng.random() < _SECOND_SOURCE else None
                aside = _some(second[1], rng) if second and second[0] != name else []
                group = _group(name, sentences, place, aside, rng)
                if group:
                    yield group


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, each on one line."""
    return [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]


_VOICE = re.compile(r"\b(?:I|I'm|my|My|we|We|our|Our|you|You|your|me|us)\b")
_ADDRESS = re.compile(r"https?:|www\.|[\[\]{}|=<>]")


def usable(sentence: str) -> bool:
    """Whether claims can be made of it: a whole statement of some length, in nobody's own voice."""
    whole = sentence[:1].isalnum() and sentence[-1:] == "." and "?" not in sentence and "!" not in sentence
    quotes = sentence.count('"') % 2 == 0 and sentence.count("“") == sentence.count("”")
    brackets = sentence.count("(") == sentence.count(")")
    return (
        whole
        and quotes
        and brackets
        and sentence[0].isupper() | sentence[0].isdigit()
        and _FEWEST <= len(sentence.split()) <= _MOST
        and not _VOICE.search(QUOTED.sub("", sentence))
        and not _ADDRESS.search(sentence)
        and not re.match(r"(?:This|That|These|Those)\b", sentence)
    )


def _some(sentences: Sequence[str], rng: random.Random) -> list[str]:
    count = rng.randint(1, 3)
    start = rng.randrange(max(1, len(sentences) - count + 1))
    return list(sentences[start : start + count])


def _group(name: str, sentences: Sequence[str], place: int, aside: list[str], rng: random.Random) -> list[Pair]:
    """Two claims of the sentence, each with a twin, on one window of its article; fewer where they do not differ."""
    count = rng.randint(0, _ROUND)
    before = rng.randint(0, count)
    first, last = max(0, place - before), place + 1 + count - before
    after = sentences[place + 1 : last]
    around = [*sentences[first:place], *after]
    in_front = bool(aside) and rng.random() < 0.5
    evidence = " ".join([*(aside if in_front else []), *sentences[first:last], *([] if in_front else aside)])
    following = after[0] if after and usable(after[0]) else ""
    group: list[Pair] = []
    drawn: set[str] = set()
    for _ in range(2):
        claim, kind = _true(sentences[place], following, " ".join(sentences), rng)
        if any(claim == pair.claim for pair in group) or (kind == "same" and rng.random() > _UNCHANGED):
            continue
        faults = [fault for fault in changes(claim, evidence, rng) if fault.kind not in drawn]
        fault = _drawn([fault for fault in faults if _unseen(claim, fault.claim, evidence, rng)], rng)
        rest = " ".join([*aside, *around])
        absent = len(around) > 1 and kind != "joined" and rng.random() < _ABSENT and not _stated(claim, rest)
        if absent:
            group.append(Pair(claim, evidence, "supported", kind, "rule", None, name))
            group.append(Pair(claim, rest, "unsupported", "absent", "rule", None, name))
        elif fault:
            drawn.add(fault.kind)
            group.append(Pair(claim, evidence, "supported", kind, "rule", None, name))
            group.append(Pair(fault.claim, evidence, fault.label, fault.kind, "rule", fault.words, name))
    return group


def _drawn(faults: Sequence[Fault], rng: random.Random) -> Fault | None:
    """One of them: a kind first, so that what is found everywhere does not crowd out what is rare."""
    kinds: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        kinds[fault.kind].append(fault)
    if not kinds:
        return None
    kind = rng.choices(list(kinds), [_WEIGHTS.get(kind, 1) for kind in kinds])[0]
    return rng.choice(kinds[kind])


# The words that carry a fault of order, degree or denial; they are in any text, so that to miss them tells nothing.
_COMMON = frozenset(
    """not never no did will was were is are has had been all some any most many few none every always only more less
    than before after because of in the a an and later earlier first last from to by with""".split()
)


def _unseen(claim: str, changed: str, evidence: str, rng: random.Random) -> bool:
    """Whether words that the evidence lacks do not tell the changed claim from the true one."""
    own, new, known = (set(re.findall(r"\w+", text.lower())) for text in (claim, changed, evidence))
    return not (new - own - known - _COMMON) or rng.random() < _NEW_WORDS * (3 if own - known else 1)


def _stated(claim: str, text: str) -> bool:
    words, known = long_words(claim), long_words(text)
    return not words or len(words & known) >= _STATED * len(words)


def _true(sentence: str, following: str, text: str, rng: random.Random) -> tuple[str, str]:
    """A claim that the sentence carries, and how it was made."""
    if rng.random() < _VERBATIM:
        return sentence, "same"
    claim, kinds = sentence, []
    shaped = [(kind, new) for kind, new in shapes(sentence, following) if _FEWEST <= len(new.split()) <= _MOST]
    if shaped and rng.random() < 0.7:
        kind, claim = rng.choice(shaped)
        kinds.append(kind)
    for kind, reword in REWORDINGS:
        new = reword(claim, text, rng) if rng.random() < 0.7 else claim
        if new != claim:
            claim = new
            kinds.append(kind)
    return claim, kinds[0] if kinds else "same"


_WAYS: tuple[Callable[[str, str, random.Random], Iterator[Fault]], ...] = (
    other_values, other_names, roles_turned, other_units, words_turned, order_for_cause, negated, speaker_dropped,
    quoted_as_said, clause_ends_exchanged,
)  # fmt: skip


def changes(claim: str, evidence: str, rng: random.Random) -> list[Fault]:
    """Ways to make a claim false that the evidence supports; at most a few of each kind."""
    found = [fault for way in _WAYS for fault in way(claim, evidence, rng)]
    said, known = canonical(claim), canonical(evidence)
    return [fault for fault in found if canonical(fault.claim) != said and not _repeated(fault, known)]


def _repeated(fault: Fault, known: str) -> bool:
    """Whether the evidence has the changed claim word for word; what stands there as somebody's words may."""
    return fault.words is not None and canonical(fault.claim).rstrip(".") in known
