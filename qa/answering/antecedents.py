"""What a conversation has talked of, and which of it a pronoun or "the company" can stand for.

Of the things talked of, those that agree in number, gender and kind are ranked by where, by whom and how often each was
named (`WEIGHTS`). Any text is accepted; the rules are for English.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.answering.mentions import (
    AUXILIARY,
    KIND,
    NO_PERSON,
    PREPOSITION,
    mentions,
    name_words,
    signs,
    takes_article,
)

WEIGHTS = {
    "recency": 2.0, "last_answer": 1.0, "last_question": 1.0, "short_answer": 1.5, "subject": 1.0, "frequency": 1.0,
    "topic": 1.5, "first": 1.5, "agrees": 1.5, "against": -1.0, "described": -0.5, "chain": 1.5, "oblique": -1.0,
}  # fmt: skip
GROUPS = frozenset(f"kind {number}" for number in range(7))
"""Kinds that are "they"."""
_NOUNS = frozenset(KIND)
_NEAR = 20
"""Characters before a name that tell whether a preposition stands there."""
LONGEST = 4000
"""Characters of a message that are read."""
_SHORT = 8
"""Words of a message that is a short answer as a whole."""

PARTED = re.compile(
    rf"(?:(?:and|but|so|or|then|ok|okay|well),? )?(?:(?P<wh>(?:{PREPOSITION} )?(?:who|whom|what|when|where|why"
    r"|how(?: (?:long|far|often|old|big|large|tall|high|much|many))?"
    r"|(?:which|what|whose|how many|how much)(?: [\w’'-]+){1,3}?)) )?"
    rf"(?P<aux>{AUXILIARY}) (?P<rest>.+)",
    re.IGNORECASE,
)
"""A question around its auxiliary: "How many visitors / did / the museum have"."""
_MARK = re.compile(r" \[\d+\]")
_ESCAPED = re.compile(r"\\([^\w\s])")
_ATTRIBUTED = re.compile(r"(?<=”)\s+—\s.*$", re.MULTILINE)
_ABOUT_ANSWER = re.compile(
    r"Nearest: |Searched [\d,]+ article|The nearest passage |The sources differ|I don[’']t know:|\[\d+\] “"
)
_NOTHING = re.compile(r"(?:I[’']m |I am )?sorry\b|I do(?:n[’']t| not) (?:know|have)\b|cannotanswer", re.IGNORECASE)
_OBLIQUE = re.compile(
    r"\b(?:in|on|at|to|from|for|of|with|about|into|near|over|under|between) (?:the )?$", re.IGNORECASE
)


@dataclass(slots=True, eq=False)
class Thing:
    """Something that was talked of, under its fullest name. `heard` are the numbers of the messages that name it,
    `first` its place in the last of them, `oblique` whether a preposition stood before it there, `answered` the number
    of the message whose short answer it was, `signs` what is known of it: "person", "he", "plural", "kind 3", ...
    """

    text: str
    words: frozenset[str]
    the: bool
    described: bool
    first: int = 0
    oblique: bool = False
    heard: list[int] = field(default_factory=list)
    answered: int = 0
    signs: set[str] = field(default_factory=set)

    @property
    def shown(self) -> str:
        """As it stands in a sentence."""
        return f"the {self.text}" if self.the else self.text

    @property
    def is_thing(self) -> bool:
        """Whether it is held to be no person."""
        return not self.signs & {"person", "he", "she"} and (
            self.described
            or self.the
            or bool(self.words & NO_PERSON)
            or any(sign.startswith(("kind", "place")) for sign in self.signs)
        )

    @property
    def is_person(self) -> bool:
        """Whether it is held to be one person; a name of two or three words is, unless something speaks against it."""
        if self.signs & {"person", "he", "she"}:
            return True
        return (
            not self.is_thing
            and not self.signs & {"plural", "they"}
            and len(self.words) in (2, 3)
            and "&" not in self.text
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A possible antecedent, its share of the softmax over all, and whether number, gender and kind speak for it."""

    thing: Thing
    share: float
    agrees: bool


class Talk:
    """A conversation so far: what was talked of, and its questions in the form in which each stands alone."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.things: list[Thing] = []
        self.short = ""
        self.answer = ""
        self.turn = 0
        self.meant: dict[str, Thing] = {}
        self._subject: Thing | None = None

    def ask(self, question: str) -> None:
        """Takes in a question, in the form in which it stands alone."""
        self.asked.append(question)
        self.short = self.answer = ""
        named = self._hear(question)
        self._subject = named[0] if named else None

    def reply(self, message: str) -> None:
        """Takes in the answer to the last question."""
        self.short, self.answer = _said(message)
        self._hear(self.answer)
        answer = self.known(self.short)
        if answer is not None:
            self._answered(answer)

    def known(self, text: str) -> Thing | None:
        """The thing of that name, with or without article and title."""
        words = name_words(text)
        return next((thing for thing in reversed(self.things) if words and thing.words == words), None)

    def choices(self, stands: str, question: str = "", taken: Sequence[Thing] = ()) -> list[Choice]:
        """What a word can stand for ("he", "she", "it", "they", "that", or "topic": what the talk is about), likeliest
        first; what the question itself names cannot be meant.
        """
        inside = name_words(question)
        things = [thing for thing in self.things if thing not in taken and not thing.words <= inside]
        fitting = [(thing, agrees) for thing in things if (agrees := agreement(thing, stands)) is not None]
        odds = [math.exp(self._score(thing, stands, agrees)) for thing, agrees in fitting]
        found = [Choice(thing, odd / sum(odds), agrees > 0) for (thing, agrees), odd in zip(fitting, odds, strict=True)]
        return sorted(found, key=lambda choice: (-choice.share, choice.thing.text))

    def _score(self, thing: Thing, stands: str, agrees: int) -> float:
        since = self.turn - thing.heard[-1]
        features = {
            "recency": 1 / (1 + since),
            "last_answer": since == 0,
            "last_question": since == 1 or thing.heard[-2:-1] == [self.turn - 1],
            "short_answer": thing.answered == self.turn,
            "subject": thing is self._subject,
            "frequency": math.log(len(thing.heard)),
            "topic": thing is self.things[0] and thing.heard[0] == 1,
            "first": thing.first == 0,
            "agrees": agrees > 0,
            "against": agrees < 0,
            "described": thing.described,
            "chain": self.meant.get(stands) is thing,
            "oblique": thing.oblique,
        }
        return sum(WEIGHTS[name] * value for name, value in features.items())

    def _hear(self, text: str) -> list[Thing]:
        """The things that the text names, in reading order."""
        return [self._meet(text, start, end, place) for place, (start, end) in enumerate(mentions(text))]

    def _answered(self, thing: Thing) -> None:
        """The short answer was talked of, and is of the kind that was asked for."""
        thing.answered = self.turn
        parted = PARTED.match(self.asked[-1])
        wh = (parted["wh"] or "").lower() if parted else ""
        if wh.startswith("who") and not thing.is_thing and "plural" not in thing.signs:
            thing.signs.add("person")
        thing.signs |= {f"kind {KIND[word]}" for word in wh.split() if word in KIND}

    def _meet(self, text: str, start: int, end: int, place: int) -> Thing:
        name = text[start:end]
        words = name_words(name) or frozenset([name.lower()])
        the = takes_article(text, start, end)
        described = name.split()[0].islower() or name.split()[-1].islower()
        thing = self.known(name) or self._other_name(name, words, described)
        if thing is None:
            thing = Thing(name, words, the, described)
            self.things.append(thing)
        elif words > thing.words:
            thing.text, thing.words, thing.the, thing.described = name, words, the, described
        if thing.heard[-1:] != [self.turn]:
            thing.heard.append(self.turn)
            thing.first, thing.oblique = place, bool(_OBLIQUE.search(text[max(0, start - _NEAR) : start]))
        thing.signs |= signs(text, start, end)
        return thing

    def _other_name(self, name: str, words: frozenset[str], described: bool) -> Thing | None:
        """Horn, met before as Pavel Horn, or the other way; the ferry Petrel, met before as Petrel."""
        for thing in reversed(self.things):
            less, more = sorted((words, thing.words), key=len)
            extra = more - less
            if not less < more or " and " in name or "list" in thing.signs or less <= _NOUNS:
                continue
            if extra <= _NOUNS if described or thing.described else not more & NO_PERSON:
                return thing
        return None


def agreement(thing: Thing, stands: str) -> int | None:
    """How far number, gender and kind speak for a thing: 1, 0, -1, or None where they rule it out."""
    person = bool(thing.signs & {"person", "he", "she"})
    if stands == "topic":
        return 0
    if stands in ("he", "she"):
        other = "she" if stands == "he" else "he"
        if "list" in thing.signs or thing.described or (other in thing.signs and stands not in thing.signs):
            return None
        if (thing.words & NO_PERSON or "place" in thing.signs) and not person:
            return None
        return -1 if thing.is_thing else int(thing.is_person)
    if stands == "they":
        return 1 if thing.signs & (GROUPS | {"they", "plural"}) else -int(person)
    if "list" in thing.signs or person or (stands == "it" and "plural" in thing.signs):
        return None
    return -1 if "plural" in thing.signs or thing.is_person else int(thing.is_thing)


def _said(answer: str) -> tuple[str, str]:
    """The short answer of a message ("" if it has none) and all that it says: of our own answers without the marks, who
    and when, and the scope.
    """
    text = answer[:LONGEST]
    ours = "\n\nSearched " in text
    plain = _MARK.sub("", _ATTRIBUTED.sub("", _ESCAPED.sub(r"\1", text)))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    lines = [line for line in lines if not (ours and _ABOUT_ANSWER.match(line))]
    if not lines or _NOTHING.match(lines[0]):
        return "", ""
    first = lines[0].rstrip(".,")
    is_short = not first.startswith("“") if ours else len(lines) == 1 and len(first.split()) <= _SHORT
    return (first if is_short else ""), " | ".join(line.strip("“”") for line in lines)
