"""Cuts the stream of a chat model into sentences with the evidence ids each one cites.

A sentence is handed on as soon as the next one begins; one that cites nothing waits for the next that does. Ids count
only in square brackets and only from the closed set; they belong to the sentence they follow. What is not prose
(bullets, emphasis, invisible characters) is taken off; links and HTML are left in, for grounding.py to strike.

A model's thought is dropped. It stands between <think> and </think>, or ends at a </think> that nothing opened (some
servers put the opening into the prompt): then what waits is part of it.

Ids look like k7f2: letter, digit, letter, digit, worked out from the question and the place of the evidence. They have
no order and no neighbours, so a model that makes up an id (it counts on: s1, s2, 3) or copies one from an article does
not hit evidence by chance; and the same question over the same articles always gives the same ids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256

from qa.prompts import REFUSAL
from qa.sentences import sentence_spans

# A reply longer than this is a model running away: the rest is not read.
LONGEST_REPLY = 20_000
LONGEST_THOUGHT = 200_000
"""Characters of a model's thought, which count for nothing else; and of a reply that cites nothing: it may be one."""

# What stands for an id in a reply: ours, and those that models make up (s1, 2); a year in brackets is no id.
_ID = r"(?:[a-z]\d[a-z0-9]{0,4}|\d{1,3})"
_MARK = re.compile(rf"[ \t]*[\[【]\s*{_ID}(?:\s*(?:,|;|and|&|\s)\s*{_ID})*\s*[\]】]", re.IGNORECASE)
_IDS = re.compile(rf"\b{_ID}\b", re.IGNORECASE)
# No vowels, and nothing that is easily taken for another: no id is a word, and none is like s1.
_LETTERS, _DIGITS = "bcdfghjkmnpqrtvwxz", "23456789"
_OPEN_MARK = re.compile(r"[ \t]*[\[【][^\]】\n]{0,40}\Z")
_THINKING = re.compile(r"\A\s*<think(?:ing)?>", re.IGNORECASE)
_THOUGHT = re.compile(r".*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_LONGEST_END = len("</thinking>")
_MAYBE_THINKING = re.compile(r"\A\s*(?:<[a-z]{0,8})?\Z", re.IGNORECASE)
_OPENING = re.compile(r"\s+([\"'“‘«「『(]+)\Z")
_LIST_MARK = re.compile(r"\A(?:[-*•#>]+|\d{1,2}[.)])\s+")


def without_thought(reply: str) -> str:
    """A whole reply without the thought before it; nothing is left of one that ended within its thought."""
    rest = _THOUGHT.sub("", reply, count=1)
    return "" if _THINKING.match(rest) else rest


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model wrote it, without id marks; `ids` are those it cites, `unknown` ones do not exist."""

    text: str
    ids: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def opaque_ids(question: str, places: Iterable[str]) -> list[str]:
    """An id for each place of evidence, all different, the same for the same question and places."""
    names: dict[str, None] = {}
    for place in places:
        attempt = 0
        while (name := _opaque(f"{question}\0{place}\0{attempt}")) in names:
            attempt += 1
        names[name] = None
    return list(names)


def _opaque(seed: str) -> str:
    one, two, three, four, *_ = sha256(seed.encode("utf-8", "replace")).digest()
    letters = (_LETTERS[byte % len(_LETTERS)] for byte in (one, three))
    digits = (_DIGITS[byte % len(_DIGITS)] for byte in (two, four))
    return "".join(letter + digit for letter, digit in zip(letters, digits, strict=True))


class DraftReader:
    """Reads one reply piece by piece. `refused` turns true at the refusal phrase, and nothing is read after it."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)
        self._buffer = ""
        self._held: list[Draft] = []
        self._length = 0
        self._answer: int | None = None  # where the answer begins in the reply, once that is certain
        self._thinking: bool | None = None  # None: too little has come to say
        self.refused = False

    @property
    def full(self) -> bool:
        """Whether the reply has grown too long to go on reading."""
        answer = 0 if self._answer is None else self._length - self._answer
        return max(answer, len(self._buffer)) > LONGEST_REPLY or self._length - answer > LONGEST_THOUGHT

    def feed(self, piece: str) -> list[Draft]:
        """The sentences that this piece of the reply completes."""
        self._buffer += piece
        self._length += len(piece)
        if self._thinking is None and not _MAYBE_THINKING.match(self._buffer):
            self._thinking = _THINKING.match(self._buffer) is not None
        if thought := _THOUGHT.match(self._buffer):
            self._buffer, self._held, self._thinking = self._buffer[thought.end() :], [], False
            self._answer = self._length - len(self._buffer)
        if self._thinking is not False:
            self._buffer = self._buffer[-_LONGEST_END:] if self._thinking else self._buffer
            return []
        held = _OPEN_MARK.search(self._buffer)
        ready = self._buffer[: held.start()] if held else self._buffer
        drafts, rest = self._cut(ready, keep_last=True)
        self._buffer = rest + self._buffer[len(ready) :]
        self._held += drafts
        cited = max((place for place, draft in enumerate(self._held, 1) if draft.ids), default=0)
        released, self._held = self._held[:cited], self._held[cited:]
        if released and self._answer is None:
            self._answer = self._length - len(piece)
        return self._until_refusal(released)

    def close(self, complete: bool = True) -> list[Draft]:
        """The sentences left at the end of the reply; `complete=False` (the model ran out of room) leaves out one that
        does not end like a sentence.
        """
        drafts, _ = self._cut("" if self._thinking else self._buffer, keep_last=False)
        self._buffer = ""
        if not complete and drafts and not re.search(r"[.!?。！？…][\"”’')]*\Z", drafts[-1].text):
            drafts.pop()
        return self._until_refusal(self._held + drafts)

    def _until_refusal(self, drafts: list[Draft]) -> list[Draft]:
        for position, draft in enumerate(drafts):
            if not self.refused and _letters(REFUSAL) in _letters(draft.text):
                self.refused = True
                return drafts[:position]
        return [] if self.refused else drafts

    def _cut(self, text: str, keep_last: bool) -> tuple[list[Draft], str]:
        """The sentences of `text` as drafts, and what is left of it when the last one may still be growing."""
        bare, marks = _without_marks(text)
        spans = _worded(bare, sentence_spans(bare))
        # The next sentence must show a whole word, so that a mark or an abbreviation is not mistaken for one.
        if keep_last and spans and not re.search(r"\S\s", bare[spans[-1][0] :]):
            spans = spans[:-1]
        done = spans[:-1] if keep_last else spans
        if not done:
            return [], text
        end = spans[len(done)][0] if len(done) < len(spans) else len(bare)
        drafts = []
        for index, (start, _) in enumerate(done):
            following = spans[index + 1][0] if index + 1 < len(spans) else len(bare) + 1
            own = [mark for at, mark in marks if (start < at or index == 0) and at <= following]
            drafts.append(self._draft(bare[start : done[index][1]], own))
        cut = _place(end, marks)
        return [draft for draft in drafts if draft.text], text[cut:] if keep_last else ""

    def _draft(self, text: str, marks: list[str]) -> Draft:
        ids = dict.fromkeys(name.lower() for mark in marks for name in _IDS.findall(mark))
        return Draft(
            _prose(text),
            tuple(name for name in ids if name in self._known),
            tuple(name for name in ids if name not in self._known),
        )


def _without_marks(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text without id marks, and each mark with its place in that text."""
    bare, marks, cursor = "", [], 0
    for match in _MARK.finditer(text):
        bare += text[cursor : match.start()]
        marks.append((len(bare), match.group()))
        cursor = match.end()
    return bare + text[cursor:], marks


def _worded(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans, those without a letter or digit (marks of emphasis, a lone "!") joined to the one before or after."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and not all(re.search(r"\w", text[one:two]) for one, two in (joined[-1], (start, end))):
            joined[-1] = (joined[-1][0], end)
        else:
            opening = _OPENING.search(text, joined[-1][0], joined[-1][1]) if joined else None
            if opening and joined[-1][1] == start:  # seen while its closing mark has not come yet
                joined[-1] = (joined[-1][0], opening.start())
                start = opening.start(1)
            joined.append((start, end))
    return joined


def _place(end: int, marks: list[tuple[int, str]]) -> int:
    """Where the place `end` of the bare text lies in the full text; marks at that very place lie before it."""
    return end + sum(len(mark) for at, mark in marks if at <= end)


def _prose(text: str) -> str:
    """One line of plain prose."""
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Co"))
    text = re.sub(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)", "", text)
    return _LIST_MARK.sub("", re.sub(r"\s+", " ", text).strip())


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
