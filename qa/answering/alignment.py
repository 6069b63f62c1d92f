"""How a claim lies on its evidence, by words alone: which words, names and values are not there, and which are torn
apart.

No model and no threshold: numbers between 0 and 1 (counts on a logarithmic scale) that a fitted judge weighs. None of
them is the claim's own length, which would tell made-up claims by their size. Each word is looked for by its stem, each
number and date by its value. The cues (negations, hedges and so on) are English; in other languages they are not found,
and the rest counts words, or pairs of characters where words are not parted by spaces.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from itertools import pairwise

from qa.answering.facts import Fact, Value, canonical, carried, scan
from qa.answering.lexicon import ATTRIBUTION, CONTRARY, HEDGES, NEGATIONS, SOFT_NEGATIONS, STARTERS, STOPWORDS
from qa.answering.questions import CJK, STOP, WORD, stem

_NEAR = 4  # words on either side that a word of the claim is held to belong with
_REACH = 8  # and within which they stand in the evidence
_ROOT = 5  # letters by which two stems are kin: elect, electoral
_AGAIN = 0.4  # what a word is worth that a sentence already taken holds
_LONG = 7  # letters from which a word is taken to be rare
_EMPTY = STOP | STOPWORDS | HEDGES | NEGATIONS  # no content: what is a cue has a feature of its own
_DENIALS = ("un", "in", "im", "il", "ir", "dis", "non")
_HAS_VALUE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|\w+ty|hundred|thousand"
    r"|\w+illion|dozen|first|second|third|\w+th)\b"
)


@dataclass(frozen=True, slots=True)
class Features:
    """How a claim lies on its evidence. Each is 0 for a claim that stands there as it is, and grows with the doubt."""

    lacking: float
    """Share of the content words whose stem is nowhere in the evidence."""
    lacking_count: float
    """Their number, as log(1 + n)."""
    lacking_rare: float
    """The same share with long words counting twice: they are seldom replaced by chance."""
    lacking_kin: float
    """Share whose stem has not even its first letters in common with a word of the evidence."""
    names: float
    """Share of the capitalised words that are nowhere in the evidence."""
    names_count: float
    """Their number, as log(1 + n)."""
    values: float
    """Share of the numbers, amounts and dates that the evidence does not hold."""
    values_count: float
    """Their number, as log(1 + n)."""
    pairs: float
    """Share of neighbouring content words that stand nowhere near each other in one evidence sentence."""
    run: float
    """One less the longest run of words shared with one evidence sentence, as a share of the claim."""
    best: float
    """Share of the content words that the best single sentence lacks."""
    scattered: float
    """What the best sentence lacks and the others hold, as a share of the content words."""
    apart: float
    """Share of neighbouring content words that are both held, but never by the same sentence."""
    context: float
    """How much of what stands round a word in the claim is missing where the evidence has that word, on the mean."""
    context_worst: float
    """The same of the word for which most is missing."""
    names_context: float
    """The same of the name for which most is missing."""
    values_context: float
    """How much of what stands round a value in the claim the sentence with that value lacks, for the worst value."""
    order: float
    """Share of the pairs of shared words that stand the other way round in the best sentence."""
    names_order: float
    """The same of names only: who did it to whom."""
    links: float
    """Share of the small words before shared words (by, from, before, not) that differ at that place."""
    negation: float
    """1 where the place it lies on holds a negation and the claim none."""
    negation_added: float
    """1 where the claim holds a negation and the place it lies on none."""
    hedge: float
    """1 where the place it lies on holds a hedge (may, alleged, plans) that the claim lacks."""
    hedge_added: float
    """1 where the claim holds a hedge that no evidence sentence has."""
    quantifier: float
    """1 where the claim holds a quantifier (all, only, at least) that the place it lies on lacks."""
    comparison: float
    """1 where the claim compares (more, less, higher) by a word that the place it lies on lacks."""
    time: float
    """1 where the claim has an order of time (before, after, already) that the place it lies on lacks."""
    cause: float
    """1 where the claim gives a cause by words (because, led to) and the place it lies on gives none."""
    speaker: float
    """1 where the place it lies on is attributed to a speaker, and the claim is not."""
    opposite: float
    """1 where the nearest sentence has not a word of the claim, but its opposite."""

    def row(self) -> tuple[float, ...]:
        """The values in the order of NAMES."""
        return astuple(self)


NAMES = tuple(field.name for field in fields(Features))

_CUES: Mapping[str, frozenset[str]] = {
    "negation": SOFT_NEGATIONS | frozenset("n't unable refuse denial lack stop prevent barely hardly".split()),
    "hedge": HEDGES
    | frozenset(
        "would should can expected expects plans plan planned planning intends intend proposed considering considers"
        " aims hopes hoped hope wants potential potentially seems seem appears appear suggests suggest suggested"
        " believed thought if unless possible estimated predicted accused suspected claims claimed".split()
    ),
    "quantifier": frozenset(
        "all every each most some many few several only always never often sometimes usually entire entirely whole"
        " majority minority mostly mainly partly nearly almost about around approximately least any both none half"
        " everyone nobody exactly".split()
    ),
    "comparison": frozenset(
        "more less fewer higher lower greater smaller larger bigger better worse than most least best worst highest"
        " lowest largest smallest biggest over under above below exceed exceeded faster slower older younger earlier"
        " later stronger weaker longer shorter cheaper".split()
    ),
    "time": frozenset(
        "before after until since already yet still while during first last previously then later earlier following"
        " ago no-longer former formerly now next eventually initially finally prior".split()
    ),
    "cause": frozenset(
        "because due cause causes caused causing led lead leads leading result resulted results resulting therefore"
        " thus so since owing thanks prompted triggered sparked reason reasons why following blamed".split()
    ),
    "speaker": ATTRIBUTION
    | frozenset("say says according told announced reported wrote added noted explained described".split()),
}


def _contrary() -> Mapping[str, frozenset[str]]:
    """Each stem of the list with the stems of its opposites."""
    found: dict[str, set[str]] = {}
    for pair in CONTRARY:
        one, other = (stem(word) for word in pair.split("/"))
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


_OPPOSITES = _contrary()


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


def features(claim: str, evidence: Sequence[str]) -> Features:
    """How the claim lies on these sentences. The same input always gives the same numbers.

    A claim with no content words, or with no evidence, has each share at its worst.
    """
    said, texts = _read(claim), [_read(sentence) for sentence in evidence]
    return _Alignment(said, texts).features()


def response(sentences: Sequence[Features]) -> Features:
    """How a response of these sentences lies on its evidence: the mean of each, so that its length says nothing.

    Raises ValueError of no sentences.
    """
    if not sentences:
        raise ValueError("a response has at least one sentence")
    return Features(*(sum(column) / len(sentences) for column in zip(*(one.row() for one in sentences), strict=True)))


class _Alignment:
    """The words of one claim, each with its places in the evidence."""

    def __init__(self, said: _Read, texts: Sequence[_Read]) -> None:
        self.said, self.texts = said, texts
        self.terms = [said.stems[place] for place in said.content]
        self.holding = {
            term: frozenset(number for number, text in enumerate(texts) if term in text.places) for term in self.terms
        }
        self.nearest = self._nearest()

    def features(self) -> Features:
        terms, holding = self.terms, self.holding
        names = [self.said.stems[place] for place in self.said.content if place in self.said.names]
        missing = [term for term in terms if not holding[term]]
        roots = {one[:_ROOT] for text in self.texts for one in text.places if len(one) >= _ROOT}
        lost = [term for term in missing if term[:_ROOT] not in roots or len(term) < _ROOT]
        heavy = [2.0 if len(term) >= _LONG else 1.0 for term in terms]
        unheld = [fact for fact in self.said.facts if not any(carried(fact, text.known) for text in self.texts)]
        in_best = sum(self.nearest in holding[term] for term in terms)
        held = len(terms) - len(missing)
        contexts = {place: self._context(place) for place in self.said.content if holding[self.said.stems[place]]}
        cues = self._cues()
        return Features(
            lacking=_share(len(missing), len(terms), 1.0),
            lacking_count=math.log1p(len(missing)),
            lacking_rare=_share(sum(w for w, t in zip(heavy, terms, strict=True) if not holding[t]), sum(heavy), 1.0),
            lacking_kin=_share(len(lost), len(terms), 1.0),
            names=_share(sum(not holding[name] for name in names), len(names)),
            names_count=math.log1p(sum(not holding[name] for name in names)),
            values=_share(len(unheld), len(self.said.facts)),
            values_count=math.log1p(len(unheld)),
            pairs=self._pairs(),
            run=1 - _share(self._run(), len(self.said.words)),
            best=1 - _share(in_best, len(terms)),
            scattered=_share(held - in_best, len(terms)),
            apart=self._apart(),
            context=_share(sum(contexts.values()), len(contexts)),
            context_worst=max(contexts.values(), default=0.0),
            names_context=max((contexts[place] for place in contexts if place in self.said.names), default=0.0),
            values_context=self._values_context(),
            order=self._order(self.said.content),
            names_order=self._order([place for place in self.said.content if place in self.said.names]),
            links=self._links(),
            opposite=float(any(self._turned(term) for term in terms)),
            **cues,
        )

    def _nearest(self) -> int:
        """The sentence that holds most of the content words and values; the first of equals, -1 without evidence."""

        def worth(number: int) -> tuple[int, int]:
            shared = sum(number in self.holding[term] for term in self.terms)
            return shared + sum(carried(fact, self.texts[number].known) for fact in self.said.facts), -number

        return max(range(len(self.texts)), key=worth, default=-1)

    def _pairs(self) -> float:
        """The neighbours that no sentence has within a few words of each other."""
        pairs = list(pairwise(self.terms))
        kept = sum(
            any(
                _close(self.texts[n].places[a], self.texts[n].places[b], _NEAR)
                for n in self.holding[a] & self.holding[b]
            )
            for a, b in pairs
        )
        return 1 - _share(kept, len(pairs), 1.0 if self.terms and self.holding[self.terms[0]] else 0.0)

    def _apart(self) -> float:
        pairs = list(pairwise(self.terms))
        torn = sum(
            bool(self.holding[a] and self.holding[b] and not self.holding[a] & self.holding[b]) for a, b in pairs
        )
        return _share(torn, len(pairs))

    def _run(self) -> int:
        """Words of the longest run that one sentence has as it is."""
        longest = 0
        for text in self.texts:
            before: dict[int, int] = {}
            for word in self.said.stems:
                now = {place: before.get(place - 1, 0) + 1 for place in text.places.get(word, ())}
                longest = max(longest, *now.values()) if now else longest
                before = now
        return longest

    def _context(self, place: int) -> float:
        term = self.said.stems[place]
        round_it = [self.said.stems[p] for p in self.said.content if 0 < abs(p - place) <= _NEAR]
        round_it = [one for one in round_it if one != term]
        if not round_it:
            return 0.0
        best = 0
        for number in self.holding[term]:
            places = self.texts[number].places
            for at in places[term]:
                near = sum(any(abs(p - at) <= _REACH for p in places.get(one, ())) for one in round_it)
                best = max(best, near)
        return 1 - best / len(round_it)

    def _values_context(self) -> float:
        worst = 0.0
        for fact in self.said.facts:
            first = next((p for p, word in enumerate(self.said.words) if word in fact.words), -1)
            round_it = [self.said.stems[p] for p in self.said.content if first >= 0 and abs(p - first) <= _NEAR + 1]
            with_it = [text for text in self.texts if carried(fact, text.known)]
            if round_it and with_it:
                worst = max(
                    worst, 1 - max(sum(one in text.places for one in round_it) for text in with_it) / len(round_it)
                )
        return worst

    def _shared(self, places: Iterable[int]) -> list[int]:
        """Where the words stand in the nearest sentence, for those that stand there once."""
        if self.nearest < 0:
            return []
        text = self.texts[self.nearest].places
        found = [text.get(self.said.stems[place], ()) for place in places]
        return [one[0] for one in found if len(one) == 1]

    def _order(self, places: Iterable[int]) -> float:
        at = self._shared(places)
        pairs = [(a, b) for number, a in enumerate(at) for b in at[number + 1 :] if a != b]
        return _share(sum(a > b for a, b in pairs), len(pairs))

    def _links(self) -> float:
        """The small word before a shared word, where both the claim and the nearest sentence have one."""
        if self.nearest < 0:
            return 0.0
        text, differ, both = self.texts[self.nearest], 0, 0
        for place in self.said.content:
            mine = self._link(self.said, place)
            theirs = {self._link(text, at) for at in text.places.get(self.said.stems[place], ())} - {""}
            if mine and theirs:
                both += 1
                differ += mine not in theirs
        return _share(differ, both)

    @staticmethod
    def _link(text: _Read, place: int) -> str:
        for before in range(place - 1, max(-1, place - 3), -1):
            word = text.words[before]
            if word in _LINKS:
                return word
            if word not in STOP:
                return ""
        return ""

    def _turned(self, term: str) -> bool:
        """Whether the nearest sentence has not the word but its opposite: another word, or the same with un- or in-."""
        if self.nearest < 0 or self.nearest in self.holding[term]:
            return False
        there = self.texts[self.nearest].places
        denied = (denial + term for denial in _DENIALS if len(term) >= _ROOT - 1)
        bare = (term.removeprefix(denial) for denial in _DENIALS if term.startswith(denial))
        return any(one in there for one in (*_OPPOSITES.get(term, ()), *denied, *bare) if len(one) >= _ROOT - 2)

    def _cues(self) -> dict[str, float]:
        """What the claim's cues and those of the place it lies on have not in common."""
        mine = {kind: _cue(self.said.words, kind) for kind in _CUES}
        place = self._place()
        theirs = {kind: _cue(place, kind) for kind in _CUES}
        every = [word for text in self.texts for word in text.words]
        return {
            "negation": float(bool(theirs["negation"]) and not mine["negation"]),
            "negation_added": float(bool(mine["negation"]) and not theirs["negation"]),
            "hedge": float(bool(theirs["hedge"]) and not mine["hedge"]),
            "hedge_added": float(bool(mine["hedge"]) and not _cue(every, "hedge")),
            "quantifier": float(bool(mine["quantifier"] - theirs["quantifier"])),
            "comparison": float(bool(mine["comparison"] - theirs["comparison"])),
            "time": float(bool(mine["time"] - theirs["time"])),
            "cause": float(bool(mine["cause"]) and not theirs["cause"]),
            "speaker": float(bool(theirs["speaker"]) and not mine["speaker"]),
        }

    def _place(self) -> Sequence[str]:
        """The words of the nearest sentence from a little before the first shared word to a little after the last."""
        if self.nearest < 0:
            return ()
        text = self.texts[self.nearest]
        at = [place for term in self.terms for place in text.places.get(term, ())]
        return text.words[max(0, min(at) - _NEAR) : max(at) + _NEAR + 1] if at else ()


_LINKS = frozenset(
    "by from to for with without against before after until since between among over under in on at of into than about"
    " not no never because despite during through via as like who which and or but".split()
)


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


def _close(one: Sequence[int], other: Sequence[int], reach: int) -> bool:
    return any(0 < abs(a - b) <= reach for a in one for b in other)


def _cue(words: Iterable[str], kind: str) -> set[str]:
    """The cues of that kind; one negation is as good as another."""
    cues = _CUES[kind]
    return {word for word in words if word in cues or (kind == "negation" and word.endswith("n't"))}


def _share(part: float, whole: float, empty: float = 0.0) -> float:
    return part / whole if whole else empty
