"""How a claim lies on its evidence, by words alone: which sentences hold most of it, and what they lack.

Each word is looked for by its stem, each number and date by its value. In other languages than English the rest counts
words, or pairs of characters where words are not parted by spaces. Thirty such figures were made and weighed once (the
order of words, neighbours torn apart, cues of negation and of time); beside the trained judge and the rules only the
share of lacking words still added anything (eval/decisions.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.answering.facts import ASIDE, Fact, Value, canonical, carried, scan
from qa.answering.lexicon import HEDGES, NEGATIONS, STARTERS, STOPWORDS
from qa.answering.questions import CJK, STOP, WORD, stem

_AGAIN = 0.4  # what a word is worth that a sentence already taken holds
_EMPTY = STOP | STOPWORDS | HEDGES | NEGATIONS  # no content of their own
_HAS_VALUE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|\w+ty|hundred|thousand"
    r"|\w+illion|dozen|first|second|third|\w+th)\b"
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """The shares of a claim's content words, names (capitalised words) and values that no evidence sentence holds."""

    words: float
    names: float
    values: float


def lacking(claim: str, evidence: Sequence[str]) -> Lacking:
    """What the evidence lacks of the claim. The same input always gives the same numbers.

    A claim with no content words lacks them all; one with no names or values lacks none.
    """
    said, texts = _read(claim), [_read(sentence) for sentence in evidence]
    missing = [place for place in said.content if not any(said.stems[place] in text.places for text in texts)]
    facts = [fact for fact in said.facts if fact.kind != ASIDE]
    unheld = [fact for fact in facts if not any(carried(fact, text.known) for text in texts)]
    names = [place for place in said.content if place in said.names]
    return Lacking(
        words=_share(len(missing), len(said.content), 1.0),
        names=_share(sum(place in missing for place in names), len(names)),
        values=_share(len(unheld), len(facts)),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence in the form that is compared: its words in order, and what they are."""

    words: tuple[str, ...]  # lower case, save the month of May
    stems: tuple[str, ...]
    content: tuple[int, ...]  # places of words with a meaning of their own that are no values
    names: frozenset[int]  # those of them that are capitalised
    facts: tuple[Fact, ...]
    places: Mapping[str, tuple[int, ...]]  # of each stem

    @property
    def known(self) -> frozenset[Value]:
        return frozenset[Value]().union(*(fact.values for fact in self.facts))


def chosen(claim: str, sentences: Sequence[str], most: int) -> list[int]:
    """The places of at most `most` sentences on which the claim should be judged, in their order.

    One after another the sentence is taken that adds most of what the claim says and the ones before it do not hold; a
    word that few sentences have counts for more. What holds no word of the claim comes last, nearest to the others.
    """
    if len(sentences) <= most:
        return list(range(len(sentences)))
    wanted = _wanted(_read(claim))
    held = [wanted.keys() & _terms(_read(sentence)) for sentence in sentences]
    weight = {
        term: wanted[term] * math.log(1 + len(sentences) / (1 + sum(term in one for one in held))) for term in wanted
    }
    size: list[float] = [(1 + len(_read(sentence).content)) ** 0.3 for sentence in sentences]
    taken: list[int] = []
    seen: dict[str, int] = {}
    left = set(range(len(sentences)))
    while left and len(taken) < most:

        def gain(place: int) -> float:
            worth: float = sum(weight[term] * _AGAIN ** seen.get(term, 0) for term in held[place])
            return round(worth / size[place], 9)

        best = max(left, key=lambda place: (gain(place), -_distance(place, taken), -place))
        taken.append(best)
        left.discard(best)
        for term in held[best]:
            seen[term] = seen.get(term, 0) + 1
    return sorted(taken)


@lru_cache(maxsize=4096)
def _read(sentence: str) -> _Read:
    """The sentence taken apart; kept, because the sentences of an answer are judged on the same evidence."""
    plain = canonical(sentence)
    found = tuple(scan(plain)[0]) if _HAS_VALUE.search(plain) or CJK.search(plain) else ()
    facts = tuple(fact for fact in found if fact.words != "one")
    valued = {word for fact in facts for word in WORD.findall(fact.words)}
    raw = [part for match in WORD.finditer(sentence) for part in _parts(match.group())]
    # The month keeps its capital, and so is no hedge.
    words = tuple(
        word if word == "May" and (place > 0 or "may" in valued) else word.lower().replace("’", "'")
        for place, word in enumerate(raw)
    )
    stems = tuple(stem(word) for word in raw)
    content = tuple(
        place
        for place, word in enumerate(words)
        if stems[place]
        and word.lower() not in valued
        and word.removesuffix("'s") not in _EMPTY
        and (len(word) > 1 or CJK.match(word))
    )
    names = frozenset(
        place
        for place in content
        if raw[place][0].isupper() and (place > 0 or (words[place] not in STARTERS and raw[place].isupper()))
    )
    places: dict[str, tuple[int, ...]] = {}
    for place, one in enumerate(stems):
        places[one] = (*places.get(one, ()), place)
    return _Read(words, stems, content, names, facts, places)


def _parts(word: str) -> Iterator[str]:
    """The word; of a run of CJK characters each pair of neighbours."""
    if len(word) > 2 and CJK.fullmatch(word):
        yield from (word[at : at + 2] for at in range(len(word) - 1))
    else:
        yield word


def _wanted(said: _Read) -> dict[str, float]:
    """What an evidence sentence may hold of the claim, with its weight: names and values count more."""
    wanted = {said.stems[place]: 1.5 if place in said.names else 1.0 for place in said.content}
    return wanted | {f"={value}": 1.5 for value in said.known}


def _terms(text: _Read) -> frozenset[str]:
    return frozenset(text.places) | {f"={value}" for value in text.known}


def _distance(place: int, taken: Sequence[int]) -> int:
    return min((abs(place - one) for one in taken), default=0)


def _share(part: float, whole: float, empty: float = 0.0) -> float:
    return part / whole if whole else empty
