"""Groups of examples that differ in little and in whether the passage answers: what the reader learns to refuse from.

A group stays together in one batch, where the answerable ones are held against the others (`qa.training.reader`). Each
way below keeps single clues from giving the label away: in `cut` and `swap` the same question and the same passage
occur both answerable and not, so neither the words of the question nor a disturbed passage tell which is which.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from qa.answering.questions import stems
from qa.training.examples import SENTENCE_END, Example, Nearest, capitalised, other_names, other_numbers

Group = list[Example]
_T = TypeVar("_T")

_MONTHS = re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
_OPPOSITES = """first/last increase/decrease increased/decreased increases/decreases before/after largest/smallest
    larger/smaller large/small highest/lowest higher/lower high/low most/least more/less early/late earlier/later
    earliest/latest won/lost wins/loses began/ended begin/end started/stopped open/closed opened/closed opening/closing
    built/destroyed created/destroyed accepted/rejected accept/reject support/oppose supported/opposed supports/opposes
    allowed/forbidden allows/prevents north/south northern/southern east/west eastern/western oldest/youngest old/new
    older/newer modern/ancient longest/shortest longer/shorter long/short rich/poor male/female men/women father/mother
    son/daughter brother/sister husband/wife buy/sell bought/sold gain/lose gained/lost joined/left join/leave
    public/private positive/negative strong/weak stronger/weaker internal/external domestic/foreign import/export
    imports/exports rise/fall rose/fell arrived/departed above/below inside/outside faster/slower best/worst
    better/worse good/bad major/minor majority/minority maximum/minimum common/rare popular/unpopular legal/illegal
    possible/impossible successful/unsuccessful attack/defend attacked/defended victory/defeat same/different
    added/removed included/excluded includes/excludes appointed/dismissed elected/defeated enemy/ally urban/rural
    winter/summer spring/autumn upper/lower inner/outer primary/secondary former/current previous/next raised/lowered
    approved/rejected granted/denied agreed/refused encouraged/discouraged benefit/harm caused/prevented
    causes/prevents expanded/reduced strengthened/weakened always/never with/without""".split()
_OPPOSITE = {one: other for pair in _OPPOSITES for one, other in (pair.split("/"), pair.split("/")[::-1])}
_TURNED = re.compile(r"\b(?:" + "|".join(sorted(_OPPOSITE, key=len, reverse=True)) + r")\b")
_VAGUE = {
    "number": ("several", "many", "some", "a number of", "a few"),
    "date": ("the past", "that period", "those years", "an earlier time"),
    "person": ("someone", "another person", "an official", "one of them", "somebody else"),
    "place": ("the region", "another place", "elsewhere in the area", "the area"),
    "body": ("a group", "another organization", "one of the groups", "a company"),
    "thing": ("something", "something else", "other things", "certain ones"),
}
_BEFORE_DETAIL = (
    r"(?:in|on|at|by|for|from|with|during|after|before|since|until|near|because of|due to|between|around|about|through"
    r"|under|over|within|into|against|among|as|of|to|known as|called|named|such as|including)"
)
_AFTER_DETAIL = (
    r"(?=\s*(?:[,.;:)\]]|$)|\s+(?:and|in|on|at|by|for|who|which|that|when|where|while|but|from|with|during|after|before"
    r"|as|to|was|were|is|are|had|has)\b)"
)
_FEWEST_WORDS = 5  # of a sentence whose detail is gone
_LONGEST_DETAIL = 6


class Contrasts:
    """Makes groups from questions on passages; `rng` decides every draw."""

    def __init__(self, examples: Sequence[Example], rng: random.Random) -> None:
        self._rng = rng
        self._refused = [example for example in examples if example.answer is None]
        self._answered = [example for example in examples if example.answer is not None]
        self._by_passage: dict[str, list[Example]] = defaultdict(list)
        for example in self._answered:
            self._by_passage[example.passage].append(example)

    def real(self) -> list[Group]:
        """Every question that people wrote to be unanswerable, with an answerable one on the same passage if any."""
        rest: dict[str, list[Example]] = {}
        groups = []
        for example in self._shuffled(self._refused):
            if not rest.get(example.passage):
                rest[example.passage] = self._shuffled(self._by_passage.get(example.passage, []))
            mates = rest[example.passage]
            groups.append([*([mates.pop()] if mates else []), example])
        return groups

    def cut(self, most: int) -> list[Group]:
        """Two questions on a passage, and the passage without the detail that answers the one, then the other: four
        examples, at most `most` in all.
        """
        groups: list[Group] = []
        for passage in self._shuffled(list(self._by_passage)):
            if 4 * len(groups) >= most:
                break
            groups += self._cuts_of(passage)
        return groups[: most // 4]

    def _cuts_of(self, passage: str) -> Iterator[Group]:
        left = self._shuffled(self._by_passage[passage])
        while left:
            one = left.pop()
            for other in left:
                group = self._cut_apart(passage, one, other)
                if group:
                    left.remove(other)
                    yield group
                    break

    def _cut_apart(self, passage: str, one: Example, other: Example) -> Group | None:
        first, second = str(one.answer), str(other.answer)
        if first in second or second in first:
            return None
        seen = window(passage, (first, second), self._rng) if self._rng.random() < 0.6 else passage
        without_one, without_other = without(seen, one, self._rng), without(seen, other, self._rng)
        if not without_one or not without_other or second not in without_one or first not in without_other:
            return None
        return [
            replace(one, passage=without_other, origin="kept"),
            replace(one, passage=without_one, answer=None, origin="cut"),
            replace(other, passage=without_one, origin="kept"),
            replace(other, passage=without_other, answer=None, origin="cut"),
        ]

    def swap(self, most: int) -> list[Group]:
        """A question with one name, number or word exchanged, and where it can be the same exchange in the passage, so
        that the new question is answered there and the old one no more.
        """
        groups: list[Group] = []
        made = 0
        for example in self._shuffled(self._answered):
            if made >= most:
                break
            group = self._swapped(example)
            if group:
                groups.append(group)
                made += len(group)
        return groups

    def _swapped(self, example: Example) -> Group | None:
        answer = str(example.answer)
        passage = window(example.passage, (answer,), self._rng) if self._rng.random() < 0.6 else example.passage
        seen = replace(example, passage=passage, origin="kept")
        exchanged = self._exchange(seen, answer)
        if exchanged is None:
            return None
        place, new, turned = exchanged
        old = place.group()
        question = example.question[: place.start()] + new + example.question[place.end() :]
        group = [seen, replace(seen, question=question, answer=None, origin="swap")]
        renamed = None if turned else _exchanged(passage, old, new, answer)
        if renamed:
            title = "" if old in example.title or new in example.title else example.title
            group += [
                replace(seen, question=question, title=title, passage=renamed),
                replace(seen, title=title, passage=renamed, answer=None, origin="swap"),
            ]
        return group

    def _exchange(self, example: Example, answer: str) -> tuple[re.Match[str], str, bool] | None:
        """What of the question is exchanged for what, and whether that turns its sense into the opposite."""
        question, passage = example.question, example.passage
        names = [m for m in capitalised(question) if m.group() not in answer and answer not in m.group() and m.start()]
        numbers = [m for m in re.finditer(r"\b\d[\d,.]*\b", question) if m.group() not in answer]
        turned = list(_TURNED.finditer(question))
        ways = [way for way in (names, names, numbers, numbers, turned, turned) if way]
        if not ways:
            return None
        way = self._rng.choice(ways)
        place = self._rng.choice(way)
        old = place.group()
        if way is turned:
            others = [_OPPOSITE[old]]
        elif way is numbers:
            others = other_numbers(old, passage, answer, self._rng)
        else:
            others = [name for name in other_names(old, example, answer) if old not in name and name not in old]
            if not others or self._rng.random() < 0.35:
                far = self._rng.choice(self._answered).passage
                others = [m.group() for m in capitalised(far) if m.group() not in passage]
        others = [other for other in others if other not in question]
        return (place, self._rng.choice(others), way is turned) if others else None

    def far(self, most: int) -> list[Group]:
        """A question on its passage, and on the passage most like it that does not hold the answer."""
        nearest = Nearest(list(self._by_passage))
        groups: list[Group] = []
        for example in self._shuffled(self._answered):
            if 2 * len(groups) >= most:
                break
            other = nearest.other(example)
            if other is None:
                continue
            if self._rng.random() < 0.5:
                likest = likest_sentences(other.passage, other.question)[:1]
                other = replace(other, passage=window(other.passage, likest, self._rng))
                example = replace(example, passage=window(example.passage, (str(example.answer),), self._rng))
            groups.append([example, other])
        return groups

    def sentences(self, most: int) -> list[Group]:
        """Single sentences: the one that answers against the likest other one of the passage; for a question that
        people wrote to be unanswerable its likest sentence, with a question that this sentence answers.
        """
        groups: list[Group] = []
        made = 0
        for example in self._shuffled([*self._answered, *self._refused, *self._refused]):
            if made >= most:
                break
            group = self._single(example)
            groups.append(group)
            made += len(group)
        return [group for group in groups if group]

    def _single(self, example: Example) -> Group:
        likest = likest_sentences(example.passage, example.question)
        if len(likest) < 2:
            return []
        if example.answer is None:
            refused = replace(example, passage=likest[0], origin="sentence")
            mates = [mate for mate in self._by_passage.get(example.passage, []) if str(mate.answer) in likest[0]]
            mate = [replace(self._rng.choice(mates), passage=likest[0], origin="sentence")] if mates else []
            return [*mate, refused]
        answer = example.answer
        right = [sentence for sentence in likest if answer in sentence]
        others = [sentence for sentence in likest if answer.lower() not in sentence.lower()]
        if len(right) != 1 or not others:
            return []
        return [
            replace(example, passage=right[0], origin="sentence"),
            replace(example, passage=others[0], answer=None, origin="sentence"),
        ]

    def plain(self, most: int) -> list[Group]:
        """Answerable questions as they are, each a group of its own."""
        return [[example] for example in self._shuffled(self._answered)[:most]]

    def _shuffled(self, items: Sequence[_T]) -> list[_T]:
        return self._rng.sample(items, len(items))


def without(passage: str, example: Example, rng: random.Random) -> str | None:
    """The passage without what answers the question: its sentence left out, its detail cut off, or put vaguely; None if
    none of that leaves a passage that reads well and no longer holds the answer.
    """
    answer = str(example.answer)
    sentences = SENTENCE_END.split(passage)
    holding = [place for place, sentence in enumerate(sentences) if answer in sentence]
    if not 1 <= len(holding) <= 2 or len(sentences) < 2:
        return None
    for way in rng.sample((_dropped, _trimmed, _blurred), 3):
        left = way(sentences, holding, example, rng)
        if left is not None and answer.lower() not in (text := " ".join(left)).lower():
            return text
    return None


Way = Callable[[list[str], list[int], Example, random.Random], list[str] | None]


def _dropped(sentences: list[str], holding: list[int], example: Example, _: random.Random) -> list[str] | None:
    left = [sentence for place, sentence in enumerate(sentences) if place not in holding]
    asked = set(stems(example.question))
    # What is left must still be about the matter, or the example is too easy.
    near = len(left) > 1 and max(len(asked & set(stems(sentence))) for sentence in left) > 1
    return left if near else None


def _trimmed(sentences: list[str], holding: list[int], example: Example, _: random.Random) -> list[str] | None:
    answer, left = re.escape(str(example.answer)), list(sentences)
    detail = re.compile(
        rf"(?:,\s*)?(?:\s|^){_BEFORE_DETAIL}\s+(?:the |a |an |its |his |their |about |approximately )?"
        rf"(?:[\w’'-]+ ){{0,2}}?{answer}(?:[ -][\w’'-]+){{0,2}}?{_AFTER_DETAIL}"
        rf"|\s*\(\s*[^()]{{0,30}}{answer}[^()]{{0,30}}\)|,\s*{answer}\s*(?=,)|,?\s(?:and|or)\s{answer}{_AFTER_DETAIL}"
    )
    for place in holding:
        match = detail.search(sentences[place])
        if not match or match.start() < 8:
            return None
        text = sentences[place][: match.start()] + sentences[place][match.end() :]
        if len(text.split()) < _FEWEST_WORDS:
            return None
        left[place] = text if text[-1] in '.!?"”)' else text + "."
    return left


def _blurred(sentences: list[str], holding: list[int], example: Example, rng: random.Random) -> list[str] | None:
    answer, left = str(example.answer), list(sentences)
    if len(answer.split()) > _LONGEST_DETAIL:
        return None
    kind = _kind(answer, example.question)
    for place in holding:
        sentence, vague = sentences[place], rng.choice(_VAGUE[kind])
        start = sentence.find(answer)
        article = re.search(r"\b(?:the|a|an)\s$", sentence[:start], re.IGNORECASE)
        begin = article.start() if article and kind != "number" else start
        shown = vague if begin else vague[0].upper() + vague[1:]
        left[place] = sentence[:begin] + shown + sentence[start + len(answer) :]
    return left


def _kind(answer: str, question: str) -> str:
    asked = question.lower()
    if re.fullmatch(r"(?:1\d|20)\d\d", answer.strip()) or _MONTHS.search(answer):
        return "date"
    if re.match(r"^(?:about |around |over |more than |\$|£|€)?\d", answer):
        return "number"
    if re.search(r"\bwho(?:m|se)?\b", asked):
        return "person"
    if asked.startswith("where") or re.search(r"\b(?:city|country|state|place|town|region|continent)\b", asked):
        return "place"
    if re.search(r"\b(?:company|organi[sz]ation|group|team|party|agency|university|school)\b", asked):
        return "body"
    return "thing"


def _exchanged(passage: str, old: str, new: str, answer: str) -> str | None:
    """The passage with the two exchanged for each other; None where that would touch the answer."""
    first, second = (re.compile(rf"(?<!\w){re.escape(words)}(?!\w)") for words in (old, new))
    if not first.search(passage) or first.search(answer) or second.search(answer):
        return None
    text = second.sub(lambda _: old, first.sub("\0", passage)).replace("\0", new)
    return text if answer in text else None


def likest_sentences(passage: str, question: str) -> list[str]:
    """The passage's sentences of more than three words, those first that share most words with the question."""
    asked = set(stems(question))
    sentences = [sentence for sentence in SENTENCE_END.split(passage) if len(sentence.split()) > 3]
    return sorted(sentences, key=lambda sentence: -len(asked & set(stems(sentence))))


def window(passage: str, held: Sequence[str], rng: random.Random, low: int = 350, high: int = 750) -> str:
    """Whole sentences round what is to be held, of `low` characters or more where the passage has more than `high`; the
    whole passage where nothing is to be held, or no sentence holds it.
    """
    if len(passage) <= high or not held:
        return passage
    sentences = SENTENCE_END.split(passage)
    places = [next((i for i, sentence in enumerate(sentences) if words in sentence), -1) for words in held]
    if min(places) < 0:
        return passage
    first, last = min(places), max(places)
    goal = rng.randint(low, high)
    while sum(len(sentence) + 1 for sentence in sentences[first : last + 1]) < goal:
        if first and (last == len(sentences) - 1 or rng.random() < 0.5):
            first -= 1
        elif last < len(sentences) - 1:
            last += 1
        else:
            break
    return " ".join(sentences[first : last + 1])
