"""A text as words: which of them it denies, who does what to whom in it, and which persons it names with their titles.

Exact rules, English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile

from qa.answering.lexicon import IRREGULAR, SOFT_NEGATIONS, TITLES
from qa.answering.questions import WORD, is_content, stem

_BREAK = re.compile(r"[,;:.!?()“”\"—–]")
_NEGATORS = frozenset("not never cannot no nor".split())
DECLINES = frozenset("refus declin fail unabl reject".split())  # roots; "refused to sign"
# After these words a negation does not deny what follows: "not only", "no longer", "not until 1990".
_NOT_DENIED = frozenset(
    "only just merely simply until till because so always all every everyone necessarily long longer far enough more"
    " less least surprisingly surprising clear doubt matter alone later yet unlike entirely completely fully quite very"
    " much exactly mere solely".split()
)
_ENDS = frozenset("and or but which who whom when where because than that as if".split())
_PASSED_OVER = frozenset("even ever one single yet further".split())
_BE = frozenset("is are was were be been being".split())
_NO_SUBJECT = frozenset("of with by from in for to on at against and or between than like".split())
_OFFICES = TITLES - frozenset("mr mrs ms dr prof professor sir lady lord saint analyst economist spokesman".split())
_NEAR = 4  # words between a negation and what it denies


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, the stem of its base form, its place, and whether it says something (is no "the" or "of")."""

    text: str
    root: str
    start: int
    end: int
    content: bool

    @property
    def named(self) -> bool:
        """Whether it is written like a name or a number."""
        return self.text[0].isupper() or self.text[0].isdigit()


class Said:
    """A text as words, with the places of those that it denies."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = [
            Word(m.group(), root(m.group()), m.start(), m.end(), is_content(m.group())) for m in WORD.finditer(text)
        ]

    @cached_property
    def roots(self) -> frozenset[str]:
        """The roots of all its words."""
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
            or is_not(word)
            or word.root in DECLINES
            or word.text.lower() == "without"
            for word in self.words
        )

    def negated_near(self, place: int) -> bool:
        """Whether a plain negation stands shortly before a word or right after it."""
        near = range(max(place - 1 - _NEAR, 0), min(place + 2, len(self.words)))
        return any(self.words[p].text.lower() in _NEGATORS or is_not(self.words[p]) for p in near)

    def unbroken(self, first: int, last: int) -> bool:
        """Whether no punctuation stands between two words."""
        return not _BREAK.search(self.text, self.words[first].end, self.words[last].start)

    @cached_property
    def titled(self) -> list[tuple[str, list[Word]]]:
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
        """The text from one word to another, both counted in."""
        return self.text[self.words[first].start : self.words[last].end]

    def is_name(self, place: int) -> bool:
        """Whether the word at that place has a capital."""
        return self.words[place].content and self.words[place].text[0].isupper()

    def _title(self, word: Word) -> str:
        """The title with the words before it that belong to it: "foreign minister"."""
        place = next(p for p, other in enumerate(self.words) if other.start == word.start)
        first = place
        while first and self.is_name(first - 1) and self.unbroken(first - 1, first):
            first -= 1
        return self.quote(first, place).lower()

    def _negates(self, place: int) -> bool:
        word = self.words[place]
        if word.root in DECLINES:
            return place + 1 < len(self.words) and self.words[place + 1].text.lower() == "to"
        nobody = place + 1 < len(self.words) and self.words[place + 1].text.lower() == "one"  # "no one should ..."
        return (word.text.lower() in _NEGATORS and not nobody) or is_not(word)

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


@lru_cache(maxsize=65536)
def root(word: str) -> str:
    """The stem of a word's base form."""
    return stem(IRREGULAR.get(word.lower(), word))


def is_not(word: Word) -> bool:
    """Whether a word ends in "n't"."""
    return word.text.lower().replace("’", "'").endswith("n't")
