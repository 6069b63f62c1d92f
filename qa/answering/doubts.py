"""Where a sentence made of the evidence's own words may still say something else.

It denies what the evidence states or states what it denies, says the opposite, turns an order round, speaks of all
where the evidence speaks of some, tells a guess or somebody's word as fact, gives the number of one thing to another,
or joins names that the evidence keeps apart. Most rules first make sure that both sides speak of the same thing, by the
words around; what they cannot be certain of they leave alone, so silence means little: a wrong relation between right
words mostly passes. The cues are English; other languages pass unharmed, but for plain negations in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import fsum

from qa.answering.facts import Fact, Value, canonical, scan
from qa.answering.ground import CJK, WORD, Ground, capitalised, capitals, owner
from qa.answering.lexicon import (
    ALL,
    ATTRIBUTION,
    CONTRARY,
    DENYING,
    HEDGES,
    MODALS,
    NEGATIONS,
    NEGATIVE,
    OPPOSITES,
    ORDER,
    PART,
    REPORTING,
    SOLE,
    STOPWORDS,
)
from qa.answering.wording import root

_REACH = 3  # words between a negation, hedge or number and what it is said of
_CONTEXT = 6  # words on either side that show whether two places speak of the same thing
_IDIOMS = re.compile(r"\bno\.? (?=\d)|\bnot only\b|\bno (?:fewer|less|more|later|earlier|doubt)\b|\bnot just\b")
# "unhurt", "dismissed"; but not "under", "until", "invest".
_SAME = 5  # letters at the beginning by which two forms of a word are told
_DENIED = re.compile(r"(?:(?:un|in|im|il|ir|dis|mis|non)-?(\w{4,})|(\w{3,})less)$")
_DENYING_FORM = re.compile(
    r"(?:un|in|im|dis|mis|non)(?!der|til|it|vest|clud|to|vol|form|stit|ter|port|pro)\w{4}|\w\w+less$"
)
_PLANS = frozenset(
    "plans planned planning intends intended expected expects proposed considering aims hopes supposed alleged due"
    " suspects seeks claims".split()
)
_MAY = re.compile(r"\d (?:of )?may\b|\bmay,? \d|\b(?:in|of|since|until|by|last|next|early|late|mid) may\b")  # the month
_SPEAKER = re.compile(
    r"according to (?P<after>(?:[^\s,;\"]+\s?){1,6})"
    r"|(?:^|[,;:\"(]|\b(?:and|but|as)\b)\s*(?P<before>(?:[^\s,;:\"()]+\s+){1,6}?)"
    rf"(?P<verb>{'|'.join(sorted(ATTRIBUTION))})\b(?:\s+(?P<behind>(?:[^\s,;.\"]+\s?){{1,4}}))?"
    r"|[,\"]\s*(?:said|says)\s(?P<last>(?:[^\s,;.\"]+\s?){1,5})"
    r"|(?:^|[.;:\"])\s*(?P<named>(?:[^\s,;:\"()]+\s?){1,5}),\s[^;:\"]{3,60},\s(?:said|says)\b"
)
_WHEN_SAID = re.compile(r"(?:on|in|at|last|earlier|\w*day)\b")  # said today, said on Monday
_NOT_A_SPEAKER = frozenset("is are was were be been being have has had it that which what who he she they".split())


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence in canonical words, each with its root; an empty root for words without content."""

    plain: str
    words: tuple[str, ...]
    roots: tuple[str, ...]

    @property
    def content(self) -> frozenset[str]:
        return self.between(0, len(self.roots))

    def between(self, start: int, end: int) -> frozenset[str]:
        """The roots of a stretch of words."""
        return frozenset(self.roots[max(start, 0) : end]) - {""}

    def around(self, place: int, reach: int) -> frozenset[str]:
        """The roots near a place, without its own."""
        return self.between(place - reach, place + reach + 1) - {self.roots[place]}

    def thing(self, place: int, reach: int = _REACH) -> str:
        """The first root after a word, which it is said of; empty where there is none within reach."""
        return next(filter(None, self.roots[place + 1 : place + 1 + reach]), "")

    def denied(self, place: int) -> bool:
        """Whether a negation stands shortly before a word."""
        return any(_negates(word) for word in self.words[max(place - _REACH, 0) : place])


def doubts(sentence: str, ground: Ground) -> tuple[str, ...]:
    """The reasons to doubt that a sentence says what the evidence says, in plain words; none where there are none.

    The same sentence and evidence always give the same reasons.
    """
    plain = canonical(sentence)
    claim, lines = _line(plain), [_line(text) for text in ground.sentences]
    near = _nearest(lines, claim)
    found = [*_denial_added(claim, near, lines), *_denial_lost(claim, lines), *_opposites(claim, lines)]
    found += [*_turned(plain, ground.whole), *_widened(claim, near), *_part_lost(claim, near), *_hedges(claim, near)]
    found += [*_counts(claim, lines), *_speakers(claim, near, ground), *_joined(sentence, ground)]
    return tuple(dict.fromkeys(found))


def firm(sentence: str, ground: Ground) -> tuple[str, ...]:
    """Those of the reasons that are seldom wrong: a speaker left out or exchanged, a negation left out, and, in a
    sentence that denies nothing, the opposite of a word that is no comparison.
    """
    claim, lines = _line(canonical(sentence)), [_line(text) for text in ground.sentences]
    found = [*_speakers(claim, _nearest(lines, claim), ground), *_denial_lost(claim, lines)]
    if not _denies(claim):
        compared = {word for pair in ORDER for word in pair.split("/")}
        found += [_said_otherwise(word, said) for word, said in _turned_words(claim, lines) if word not in compared]
    return tuple(found)


def miscounted(sentence: str, ground: Ground) -> tuple[str, ...]:
    """The counts of a sentence, each with the word after it, of things that the evidence counts otherwise."""
    claim, lines = _line(canonical(sentence)), [_line(text) for text in ground.sentences]
    return tuple(mine for mine, _ in _miscounts(claim, lines))


@lru_cache(maxsize=4096)
def _line(plain: str) -> _Line:
    words = tuple(owner(word) for word in WORD.findall(_IDIOMS.sub(" ", plain)))
    return _Line(plain, words, tuple("" if word in STOPWORDS else root(word) for word in words))


def _nearest(lines: Sequence[_Line], claim: _Line) -> _Line:
    """The sentence that holds most of the claim, rare words weighing more; the first of equals."""
    times = {word: sum(word in line.roots for line in lines) for word in claim.content}
    weights = {word: 1 / number for word, number in times.items() if number}
    # fsum: a plain sum depends on the order of a set, which changes from run to run.
    return max(lines, key=lambda line: fsum(weights.get(word, 0.0) for word in line.content), default=claim)


def _negates(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def _denies(line: _Line) -> bool:
    cjk = bool(CJK.search(line.plain)) and any(char in "不没沒未無无" for char in line.plain)
    return cjk or any(map(_negates, line.words))


def _softly(line: _Line) -> bool:
    """Whether a sentence holds anything that could answer for a negation on the other side."""
    return _denies(line) or not NEGATIVE.isdisjoint(line.words) or any(map(_DENYING_FORM.match, line.words))


def _answers(line: _Line, claim: _Line) -> bool:
    """Whether a sentence denies anything itself, or has a word of the claim in a denying form (illegal: not legal)."""
    if _denies(line) or not DENYING.isdisjoint(line.words):
        return True
    bare = (match[1] or match[2] for word in line.words if (match := _DENIED.match(word)))
    return any(word.startswith(root[:_SAME]) for word in bare for root in claim.content)


def _denial_added(claim: _Line, near: _Line, lines: Sequence[_Line]) -> list[str]:
    """A negation of the claim that nothing in the evidence answers, or that stands before a word of the evidence."""
    if not _denies(claim) or _answers(near, claim):
        return []
    shared = claim.content & near.content
    answered = any(_answers(line, claim) and len(shared & line.content) * 2 >= len(shared) for line in lines)
    denied = next((word for place, word in enumerate(claim.roots) if word and claim.denied(place)), "")
    if answered and denied not in near.content:
        return []
    return ["it denies something that the cited evidence does not deny"]


def _denial_lost(claim: _Line, lines: Sequence[_Line]) -> list[str]:
    """A word of the claim that the evidence has only behind a negation, wherever it speaks of the same thing."""
    if _softly(claim):
        return []
    for place, word in enumerate(claim.roots):
        places = _counterparts(claim, place, lines) if word else []
        if places and all(line.denied(other) for line, other in places):
            return ["the cited evidence has a negation that it leaves out"]
    return []


def _counterparts(claim: _Line, place: int, lines: Sequence[_Line]) -> list[tuple[_Line, int]]:
    """Where the evidence has a word of the claim and speaks of the same thing: at least half of the words near it, and
    two of them, stand near it there too.
    """
    context = claim.around(place, _CONTEXT)
    return [
        (line, other)
        for line in lines
        for other, word in enumerate(line.roots)
        if word == claim.roots[place] and len(context & line.around(other, 2 * _CONTEXT)) >= max(2, len(context) / 2)
    ]


def _opposites(claim: _Line, lines: Sequence[_Line]) -> list[str]:
    return [_said_otherwise(word, said) for word, said in _turned_words(claim, lines)]


def _said_otherwise(mine: str, theirs: str) -> str:
    return f"it says “{mine}”; the cited evidence says “{theirs}”"


def _turned_words(claim: _Line, lines: Sequence[_Line]) -> Iterator[tuple[str, str]]:
    """Words of the claim whose opposite the evidence says of the same thing, with that."""
    held = {word for line in lines for word in (*line.words, *line.content)}
    for place, word in enumerate(claim.words):
        others = _contrary().get(claim.roots[place] or word, frozenset()) | _contrary().get(word, frozenset())
        if not others or claim.roots[place] in held or claim.denied(place):
            continue
        said = [_instead(claim, place, others, line) for line in lines]
        if any(said):
            yield word, next(filter(None, said))


def _instead(claim: _Line, place: int, others: frozenset[str], line: _Line) -> str:
    """The opposite that an evidence sentence has in the place of a word of the claim: words that follow it there, and
    words before it or more that follow, stand around it here.
    """
    at = [p for p, word in enumerate(line.words) if word in others or line.roots[p] in others]
    if claim.words[place] in line.words or len(at) != 1 or line.denied(at[0]):
        return ""
    near = line.between(at[0] - _CONTEXT, at[0] + _CONTEXT + 1)
    ahead = claim.between(place + 1, place + 1 + _REACH) & near
    behind = claim.between(place - _REACH, place) & near
    return line.words[at[0]] if ahead and (behind or len(ahead) > 1) else ""


@lru_cache(maxsize=1)
def _contrary() -> dict[str, frozenset[str]]:
    """Each word's opposites: roots, but for words of order, whose roots are often empty."""
    pairs = [pair.split("/") for pair in ORDER]
    pairs += [[root(word) for word in pair.split("/")] for pair in (*CONTRARY, *OPPOSITES)]
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def _turned(plain: str, whole: str) -> list[str]:
    """From one place to the other, the other way round."""
    faults = []
    for one, two in re.findall(r"\bfrom ([^\W\d]\w+) to ([^\W\d]\w+)", plain):
        if re.search(rf"\bfrom {two} to {one}\b", whole) and not re.search(rf"\bfrom {one} to {two}\b", whole):
            faults.append(f"it says from {one} to {two}; the cited evidence says from {two} to {one}")
    return faults


def _widened(claim: _Line, near: _Line) -> list[str]:
    """All, every, only: words that the evidence must say too."""
    faults = []
    for cues in (ALL, SOLE):
        if not (cues | NEGATIONS).isdisjoint(near.words):
            continue
        for place, word in enumerate(claim.words):
            if word in cues and word != "whole" and claim.thing(place) in near.roots and not claim.denied(place):
                faults.append(f"it says “{word}”; the cited evidence does not")
    return faults


def _part_lost(claim: _Line, near: _Line) -> list[str]:
    """Some or most of the evidence where the claim speaks of all."""
    if not PART.isdisjoint(claim.words) or ALL.isdisjoint(claim.words):
        return []
    lost = [word for place, word in enumerate(near.words) if word in PART and near.thing(place) in claim.content]
    return [f"it leaves out the evidence's “{word}”" for word in lost]


def _hedges(claim: _Line, near: _Line) -> list[str]:
    """A guess or plan of the evidence that the claim tells as a fact: the hedge stands right before a shared word."""
    if not (MODALS | REPORTING).isdisjoint(claim.words):
        return []
    if len(near.content & claim.content) * 2 < len(claim.content):
        return []
    for place, word in enumerate(near.words):
        hedges = word in HEDGES | _PLANS and not (word == "may" and _MAY.search(near.plain))
        if hedges and near.thing(place, _REACH + 1) in claim.content:
            return [f"it leaves out the evidence's “{word}”"]
    return []


def _counts(claim: _Line, lines: Sequence[_Line]) -> list[str]:
    return [_said_otherwise(mine, theirs) for mine, theirs in _miscounts(claim, lines)]


def _miscounts(claim: _Line, lines: Sequence[_Line]) -> Iterator[tuple[str, str]]:
    """Another number of the same thing: "13 children" where the evidence counts 11; both in words."""
    for thing, (values, words) in _counted(claim.plain).items():
        theirs = [counted[thing] for line in lines if thing in (counted := _counted(line.plain))]
        together = any(thing in line.roots and values in [f.values for f in _facts(line.plain)] for line in lines)
        if theirs and not together and all(values.isdisjoint(other) for other, _ in theirs):
            yield words, theirs[0][1]


@lru_cache(maxsize=4096)
def _counted(plain: str) -> dict[str, tuple[frozenset[Value], str]]:
    """Each thing that stands right after a plain number of one word, with that number."""
    line = _line(plain)
    found = {}
    for place, (word, after) in enumerate(pairwise(line.words)):
        thing, facts = line.roots[place + 1], _facts(word)
        if thing and len(facts) == 1 and facts[0].kind == "number" and not _facts(after):
            if place == 0 or not _facts(line.words[place - 1]):
                found[thing] = (facts[0].values, f"{word} {after}")
    return found


@lru_cache(maxsize=65536)
def _facts(plain: str) -> tuple[Fact, ...]:
    return tuple(scan(plain)[0])


def _speakers(claim: _Line, near: _Line, ground: Ground) -> list[str]:
    """What the evidence lets somebody say must not become a fact, nor another's word."""
    speaker = _speaker(near.plain)
    if not speaker:
        return []
    if REPORTING.isdisjoint(claim.words):
        nearest = [_nearest([_line(text) for text in texts], claim) for texts in ground.by_text]
        told = [line for line in nearest if len(claim.content & line.content) * 2 >= len(claim.content)]
        if told and all(_speaker(line.plain) for line in told):
            return [f"says it as fact; the source attributes it to {_as_written(speaker, ground)}"]
        return []
    mine = _speaker(claim.plain)
    own, theirs = _line(mine).content, _line(speaker).content
    if not own or not theirs or own & near.content or theirs & claim.content:
        return []
    named, others = _names_in(mine, ground), _names_in(speaker, ground)
    if named and others and not named & others:
        who, whose = _as_written(mine, ground), _as_written(speaker, ground)
        return [f"{who} does not say it in the cited evidence; {whose} does"]
    return []


def _speaker(plain: str) -> str:
    """Who the text says it comes from ("the ministry"), or an empty text."""
    for match in _SPEAKER.finditer(plain):
        for name in ("after", "before", "behind", "last", "named"):
            words = (match[name] or "").split()
            if not words or _WHEN_SAID.match(words[0]) or words[-1] in _NOT_A_SPEAKER:
                continue
            if not all(word in STOPWORDS for word in words):
                return " ".join(words).rstrip(".")
    return ""


def _names_in(plain: str, ground: Ground) -> set[str]:
    return {match.group().casefold() for match in capitalised(_as_written(plain, ground))}


def _as_written(plain: str, ground: Ground) -> str:
    """Canonical words with the capitals of the evidence, where they stand there in this form."""
    for text in ground.raw:
        match = re.search(re.escape(plain), text, re.IGNORECASE)
        if match:
            return re.sub(r"\AThe\b", "the", match.group())
    return plain


def _joined(sentence: str, ground: Ground) -> list[str]:
    """Neighbouring capitalised words that the evidence holds, but never near each other."""
    faults = []
    for one, two in pairwise(capitals(sentence)):
        left, right = (owner(canonical(match.group())) for match in (one, two))
        # A word that the evidence lacks is another form of one that it holds, or a first name that it does not give.
        if one.string[one.end() : two.start()] != " " or not {left, right} <= ground.words:
            continue
        if not _near(left, right, ground.whole) and not _near(right, left, ground.whole):
            faults.append(f"the cited evidence does not join {one.group()} and {two.group()}")
    return faults


def _near(left: str, right: str, whole: str) -> bool:
    """Whether one word follows the other, at most four words between."""
    return bool(re.search(rf"(?<!\w){re.escape(left)}(?:\W+\w+){{0,4}}?\W+{re.escape(right)}(?!\w)", whole))
