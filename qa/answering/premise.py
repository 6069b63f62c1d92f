"""Whether a sentence contradicts what a question takes for granted ("Why did X open Y?" where X closed it).

Exact rules, English: the sentence denies what the question states, or states what it denies; says the opposite; has two
names the other way round; has another number or year for the same thing; names another person with the same title. Each
needs the rest of the question to stand in the sentence. What they cannot be certain of they leave alone: silence means
nothing. Questions that take nothing for granted (yes or no, this or that) are never contradicted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile

from qa.answering.lexicon import CONTRARY, HEDGES, IRREGULAR, SOFT_NEGATIONS, TITLES
from qa.answering.questions import WORD, Question, is_content, stem

_ASKING = re.compile(r"\b(?:who(?:m|se)?|what|when|where|why|which|how)\b", re.IGNORECASE)
_AUXILIARY = frozenset(
    "is are was were am be been being do does did has have had can could will would shall should may might must".split()
)
_OPENS_YES_NO = re.compile(
    rf"\s*(?:(?:and|but|so|or)\s+)?(?:{'|'.join(sorted(_AUXILIARY))})(?:n[’']t)?\b", re.IGNORECASE
)
_BREAK = re.compile(r"[,;:.!?()“”\"—–]")
_NEGATORS = frozenset("not never cannot no nor".split())
_DECLINES = frozenset("refus declin fail unabl reject".split())  # roots; "refused to sign"
# After these words a negation does not deny what follows: "not only", "no longer", "not until 1990".
_NOT_DENIED = frozenset(
    "only just merely simply until till because so always all every everyone necessarily long longer far enough more"
    " less least surprisingly surprising clear doubt matter alone later yet unlike entirely completely fully quite very"
    " much exactly mere solely".split()
)
_ENDS = frozenset("and or but which who whom when where because than that as if".split())
_PASSED_OVER = frozenset("even ever one single yet further".split())
_TURNED_BACK = re.compile(
    r"\b(?:until|till|unless|before|if|except|without|otherwise|whether|but|rather|instead|though)\b"
)
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_SMALL = {
    word: str(number)
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)
}
_UNPROVED = re.compile(r"\bno (?:\w+ )?(?:evidence|proof|indications?|signs?|suggestion)\b(?: (?:that|of|for)\b)?")
_PROOF = frozenset(stem(word) for word in "evidence proof indication sign suggestion suggest prove".split())
_RANKS = frozenset("first second third fourth fifth sixth seventh eighth ninth tenth".split())
# What two do with each other: the order of the names says nothing.
_MUTUAL = frozenset(
    "meet marri join sign share border fight ally discuss agre talk negoti differ compet cooper merg play face debat"
    " trade clash includ resembl neighbour neighbor separ divorc date befriend tie draw unit".split()
)
# What is ended had begun: "When was the ban imposed?" takes nothing for granted that "lifted" denies.
_ENDED = frozenset(
    "imposed/lifted joined/left opened/closed opened/shut began/ended started/stopped appointed/dismissed".split()
)
_BE = frozenset("is are was were be been being".split())
_NO_SUBJECT = frozenset("of with by from in for to on at against and or between than like".split())
_DETERMINERS = frozenset("the a an its his her their this that of in to from".split())
_OFFICES = TITLES - frozenset("mr mrs ms dr prof professor sir lady lord saint analyst economist spokesman".split())
_ENOUGH = 0.5  # share of the question's other words that the sentence must hold
_ALL_BUT = 0.8  # the same where nothing else has to fit
_SHORTEST = 6  # letters of a root that may have a prefix
_NEAR = 4  # words between a negation and what it denies


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    root: str
    start: int
    end: int
    content: bool

    @property
    def named(self) -> bool:
        return self.text[0].isupper() or self.text[0].isdigit()


class _Said:
    """A text as words, with the places of those that it denies."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = [
            _Word(m.group(), root(m.group()), m.start(), m.end(), is_content(m.group())) for m in WORD.finditer(text)
        ]

    @cached_property
    def roots(self) -> frozenset[str]:
        return frozenset(word.root for word in self.words)

    @cached_property
    def denied(self) -> dict[int, int]:
        """Places of the words that are denied, each with the place of the negation."""
        return {
            target: place for place in range(len(self.words)) if self._negates(place) for target in self._targets(place)
        }

    @cached_property
    def denies(self) -> bool:
        """Whether there is any word that denies, however softly."""
        return any(
            word.text.lower().replace("’", "'") in SOFT_NEGATIONS
            or _is_not(word)
            or word.root in _DECLINES
            or word.text.lower() == "without"
            for word in self.words
        )

    def negated_near(self, place: int) -> bool:
        """Whether a plain negation stands shortly before a word or right after it."""
        near = range(max(place - 1 - _NEAR, 0), min(place + 2, len(self.words)))
        return any(self.words[p].text.lower() in _NEGATORS or _is_not(self.words[p]) for p in near)

    def unbroken(self, first: int, last: int) -> bool:
        """Whether no punctuation stands between two words."""
        return not _BREAK.search(self.text, self.words[first].end, self.words[last].start)

    @cached_property
    def titled(self) -> list[tuple[str, list[_Word]]]:
        """Persons with their titles: ("prime minister", the words of the name)."""
        found = []
        for match in re.finditer(r"(?:[^\W\d_][\w’'-]*\s?)+", self.text):
            run = [word for word in self.words if match.start() <= word.start < match.end()]
            for place, word in enumerate(run[:-1]):
                if word.text.lower() in _OFFICES and word.text[0].isupper() and run[place + 1].text[0].isupper():
                    name = list(takewhile(lambda word: word.text[0].isupper(), run[place + 1 :]))
                    found.append((self._title(word), name))
        return found

    def roles(self, verb: int) -> tuple[str, str] | None:
        """Who does what the verb says, and to whom: the last words of the names on either side, close to it."""
        left = next((p for p in range(verb - 1, max(verb - 4, -1), -1) if self.words[p].content), None)
        right = next((p for p in range(verb + 1, min(verb + 6, len(self.words))) if self.is_name(p)), None)
        if left is None or right is None or not self.is_name(left) or not self.unbroken(left, right):
            return None
        first = left
        while first and self.is_name(first - 1) and self.unbroken(first - 1, first):
            first -= 1
        while right + 1 < len(self.words) and self.is_name(right + 1) and self.unbroken(right, right + 1):
            right += 1
        owned = self.words[left].text.endswith(("'s", "’s")) or self.words[right].text.endswith(("'s", "’s"))
        if owned or (first and self.words[first - 1].text.lower() in _NO_SUBJECT):
            return None
        between = {word.text.lower() for word in self.words[verb:right]}
        earlier = {word.text.lower() for word in self.words[:verb]}
        passive = "by" in between and bool(earlier & _BE)
        roles = (self.words[left].root, self.words[right].root)
        return roles[::-1] if passive else roles

    def around(self, verb: int) -> str:
        """The verb with the names on either side of it."""
        left = max(place for place in range(verb) if self.is_name(place))
        right = min(place for place in range(verb + 1, len(self.words)) if self.is_name(place))
        return self.quote(left, right)

    def next_content(self, place: int) -> int:
        """The place of the next word of content before any punctuation; the same place where there is none near."""
        near = range(place + 1, min(place + 1 + _NEAR, len(self.words)))
        return next((p for p in near if self.words[p].content and self.unbroken(place, p)), place)

    def quote(self, first: int, last: int) -> str:
        return self.text[self.words[first].start : self.words[last].end]

    def is_name(self, place: int) -> bool:
        return self.words[place].content and self.words[place].text[0].isupper()

    def _title(self, word: _Word) -> str:
        """The title with the words before it that belong to it: "foreign minister"."""
        place = next(p for p, other in enumerate(self.words) if other.start == word.start)
        first = place
        while first and self.is_name(first - 1) and self.unbroken(first - 1, first):
            first -= 1
        return self.quote(first, place).lower()

    def _negates(self, place: int) -> bool:
        word = self.words[place]
        if word.root in _DECLINES:
            return place + 1 < len(self.words) and self.words[place + 1].text.lower() == "to"
        nobody = place + 1 < len(self.words) and self.words[place + 1].text.lower() == "one"  # "no one should ..."
        return (word.text.lower() in _NEGATORS and not nobody) or _is_not(word)

    def _targets(self, place: int) -> Iterator[int]:
        """The one or two words of content that a negation stands before."""
        found = 0
        for later in range(place + 1, min(place + 2 + _NEAR, len(self.words))):
            lowered = self.words[later].text.lower()
            if found == 2 or lowered in _NOT_DENIED or (found and lowered in _ENDS) or not self.unbroken(place, later):
                return
            if self.words[later].content and not lowered.endswith("ly") and lowered not in _PASSED_OVER:
                found += 1
                yield later


def contradiction(question: Question, sentence: str, before: str = "") -> str | None:
    """What the sentence says against what the question takes for granted, in plain words; None where nothing certain is
    found. `before`: what stands before the sentence, which may name whom it speaks of ("He refused ...").
    """
    if question.wants == "yes_no" or _OPENS_YES_NO.match(question.text) or not _ASKING.search(question.text):
        return None
    asked, said = _Said(question.text), _Said(sentence)
    if not said.words:
        return None
    # Whom the question names, the sentence must speak of.
    around = said.roots | _Said(before).roots
    rules: tuple[Callable[[_Said, _Said], str | None], ...] = (_other_person,)
    if not _unknown(asked, around):
        rules += (_denied, _stated, _opposite, _turned_round, _other_number)
    return next((found for rule in rules if (found := rule(asked, said))), None)


@lru_cache(maxsize=65536)
def root(word: str) -> str:
    """The stem of a word's base form."""
    return stem(IRREGULAR.get(word.lower(), word))


def _is_not(word: _Word) -> bool:
    return word.text.lower().replace("’", "'").endswith("n't")


def _unknown(asked: _Said, around: frozenset[str], without: Iterable[int] = ()) -> bool:
    """Whether the question names someone of whom no word is known, names at some places apart."""
    skipped = {0, *without}
    known = True
    for place in range(1, len(asked.words)):
        if not asked.is_name(place) or place in skipped:
            continue
        goes_on = place - 1 not in skipped and asked.is_name(place - 1) and asked.unbroken(place - 1, place)
        if not goes_on:
            if not known:
                return True
            known = False
        known = known or asked.words[place].root in around
    return not known


def _rest(asked: _Said, without: Iterable[int]) -> set[str]:
    """The roots of what the question is about, its names apart, without the words at some places."""
    skipped = set(without)
    return {
        word.root
        for place, word in enumerate(asked.words)
        if place not in skipped and word.content and not (place and word.text[0].isupper())
    }


def _holds(said: _Said, rest: set[str], share: float = _ENOUGH) -> bool:
    return not rest or len(rest & said.roots) >= share * len(rest)


def _before_and_after(asked: _Said, place: int) -> tuple[list[str], list[str]]:
    """The roots of the content words on either side of a word."""
    left = [word.root for word in asked.words[:place] if word.content]
    right = [word.root for word in asked.words[place + 1 :] if word.content]
    return left, right


def _same_subject(asked: _Said, said: _Said, mine: int, its: int) -> bool:
    """Whether what stands before the word in the question also stands before its counterpart in the sentence; where
    nothing stands before it, whether the same word follows both.
    """
    left, right = _before_and_after(asked, mine)
    if its and said.is_name(its - 1) and said.words[its - 1].root not in asked.roots:  # "..., which Talvik backs"
        return False
    if left:
        return bool({word.root for word in said.words[:its]} & set(left[-2:]))
    following = [word.root for word in said.words[its + 1 :] if word.content]
    return bool(right) and right[0] in following[: 1 if _is_adjective(asked, mine) else 3]


def _is_adjective(asked: _Said, place: int) -> bool:
    """Whether a word stands between an article or preposition and what it describes: "the first mayor"."""
    return place > 0 and asked.words[place - 1].text.lower() in _DETERMINERS


def _denied(asked: _Said, said: _Said) -> str | None:
    """The sentence denies a word that the question states."""
    if asked.denies:
        return None
    unproved = _UNPROVED.search(said.text)
    if unproved and not asked.roots & _PROOF and _holds(said, _rest(asked, ()), _ALL_BUT):
        return f"the sentence says “{unproved.group()}”"
    roots = {word.root: place for place, word in enumerate(asked.words) if word.content}
    for target, negation in said.denied.items():
        word = said.words[target]
        places = [place for place, other in enumerate(said.words) if other.root == word.root]
        if word.root not in roots or any(place not in said.denied for place in places):
            continue
        if _TURNED_BACK.search(said.text, word.end) or HEDGES & {w.text.lower() for w in said.words}:
            continue
        left, _ = _before_and_after(asked, roots[word.root])
        rest = _rest(asked, [roots[word.root]])
        if (rest or left) and _holds(said, rest):
            return f"the sentence says “{said.quote(negation, said.next_content(target))}”"
    return None


def _stated(asked: _Said, said: _Said) -> str | None:
    """The sentence states what the question ("Why didn't ...?") denies."""
    why = asked.words[0].text.lower() == "why"
    if not why or not asked.denies or said.denies or _TURNED_BACK.search(said.text):
        return None
    if {word.text.lower() for word in said.words} & (HEDGES | {"would", "could", "should", "only", "few", "little"}):
        return None
    softly = [
        p for p, w in enumerate(asked.words) if w.root in _DECLINES or w.text.lower() in SOFT_NEGATIONS or _is_not(w)
    ]
    rest = _rest(asked, softly)
    if len(rest) < 2 or not rest <= said.roots:
        return None
    shared = [place for place, word in enumerate(said.words) if word.content and word.root in asked.roots]
    return f"the sentence says “{said.quote(shared[0], shared[-1])}”, without a negation"


@lru_cache(maxsize=1)
def _contrary() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in CONTRARY:
        one, other = (root(word) for word in pair.split("/"))
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1024)
def _ends_of(beginning: str) -> frozenset[str]:
    pairs = (tuple(root(word) for word in pair.split("/")) for pair in _ENDED)
    return frozenset(end for begun, end in pairs if begun == beginning)


def _opposite(asked: _Said, said: _Said) -> str | None:
    """The sentence says the opposite of one of the question's words of the same thing."""
    contrary = _contrary()
    for mine, word in enumerate(asked.words):
        others = contrary.get(word.root, frozenset()) | _prefixed(word)
        if asked.words[0].text.lower() == "when":
            others -= _ends_of(word.root)
        alike = {word.root}.union(*(contrary.get(other, ()) for other in others))
        if not others or alike & said.roots or others & asked.roots or asked.negated_near(mine):
            continue
        its = [place for place, other in enumerate(said.words) if other.root in others]
        if (
            len(its) == 1
            and not said.negated_near(its[0])
            and _same_subject(asked, said, mine, its[0])
            and _holds(said, _rest(asked, [mine]))
        ):
            return f"the sentence says “{said.words[its[0]].text}”, the question “{word.text}”"
    return None


def _prefixed(word: _Word) -> frozenset[str]:
    """constitutional, unconstitutional"""
    if not word.content or word.named or len(word.root) < _SHORTEST:
        return frozenset()
    return frozenset({word.root[2:] if word.root.startswith("un") else f"un{word.root}"})


def _turned_round(asked: _Said, said: _Said) -> str | None:
    """The same verb between the same two names, the other way round."""
    for place, word in enumerate(asked.words):
        its = [other for other, found in enumerate(said.words) if found.root == word.root]
        if len(its) != 1 or not word.content or word.named or word.root in _MUTUAL:
            continue
        mine, theirs = asked.roles(place), said.roles(its[0])
        if mine and theirs and mine[0] != mine[1] and mine == theirs[::-1] and _holds(said, _rest(asked, [place])):
            return f"the sentence has it the other way round: “{said.around(its[0])}”"
    return None


def _other_number(asked: _Said, said: _Said) -> str | None:
    """The sentence has another year, rank or number of the same thing."""
    for place, word in enumerate(asked.words[1:-1], start=1):
        mine = _value(word)
        thing = asked.words[place + 1]
        hyphened = asked.text[word.start - 1] == "-"  # "COVID-19 cases"
        if (
            mine is None
            or hyphened
            or (mine[0] == "count" and _of_a_whole(asked, place))
            or not thing.content
            or _value(thing)
            or _ASKING.fullmatch(asked.words[place - 1].text)
        ):
            continue
        its = [other for other, found in enumerate(said.words) if found.root == thing.root]
        theirs = _value(said.words[its[0] - 1]) if len(its) == 1 and its[0] else None
        if theirs is None or theirs[0] != mine[0] or mine in {_value(other) for other in said.words}:
            continue
        if _holds(said, _rest(asked, [place])):
            return (
                f"the sentence says “{said.quote(its[0] - 1, its[0])}”, the question “{asked.quote(place, place + 1)}”"
            )
    return None


def _of_a_whole(asked: _Said, place: int) -> bool:
    """Whether the number is that of a whole of which a part is asked for: "how many of the three bridges"."""
    return "of" in (word.text.lower() for word in asked.words[max(place - 2, 0) : place])


def _value(word: _Word) -> tuple[str, str] | None:
    """What kind of number a word is, and its value."""
    lowered = word.text.lower()
    if _YEAR.fullmatch(lowered):
        return "year", lowered
    if lowered in _RANKS:
        return "rank", lowered
    if lowered in _SMALL:
        return "count", _SMALL[lowered]
    return ("count", lowered.replace(",", "")) if re.fullmatch(r"\d[\d,]*", lowered) else None


def _other_person(asked: _Said, said: _Said) -> str | None:
    """The sentence names another person with the same title."""
    titles = [title for title, _ in asked.titled]
    for title, name in asked.titled:
        if titles.count(title) > 1:
            continue
        others = [other for its, other in said.titled if its == title]
        if len(others) != 1 or others[0][-1].root == name[-1].root or name[-1].root in said.roots:
            continue
        skipped = {word.start for word in name}
        places = [place for place, word in enumerate(asked.words) if word.start in skipped]
        if not _unknown(asked, said.roots, places) and _holds(said, _rest(asked, places)):
            shown, meant = (" ".join(word.text for word in words) for words in (others[0], name))
            return f"the sentence says {shown}, the question {meant}"
    return None
