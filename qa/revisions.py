"""What changed between two versions of an article, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from difflib import SequenceMatcher
from typing import Literal

from qa.schema import About, Article
from qa.sentences import sentence_spans

_NOT_SHOWN = {"id", "version", "text", "origin", "content_hash", "pages"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was taken out or put in: a sentence, or something shown beside the text ("title: Old words")."""

    kind: Literal["removed", "added"]
    words: str


def changes(old: Article, new: Article) -> list[Change]:
    """Everything that differs, in reading order, what was removed before what was added in its place.

    Empty for versions that differ in spaces and line ends alone.
    """
    return [*_beside(old, new), *_in_text(_sentences(old.text), _sentences(new.text))]


def _beside(old: Article, new: Article) -> Iterator[Change]:
    for field in fields(Article):
        before, after = _in_words(getattr(old, field.name)), _in_words(getattr(new, field.name))
        if field.name in _NOT_SHOWN or before == after:
            continue
        name = field.name.replace("_", " ")
        if before:
            yield Change("removed", f"{name}: {before}")
        if after:
            yield Change("added", f"{name}: {after}")


def _in_words(value: object) -> str | None:
    if isinstance(value, About):
        return ", ".join(part for part in astuple(value) if part)
    return " ".join(value) if isinstance(value, tuple) else str(value) if value else None


def _in_text(old: list[str], new: list[str]) -> Iterator[Change]:
    # autojunk would take sentences that a long article repeats for noise
    for _, old_start, old_end, new_start, new_end in (
        code for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if code[0] != "equal"
    ):
        yield from (Change("removed", sentence) for sentence in old[old_start:old_end])
        yield from (Change("added", sentence) for sentence in new[new_start:new_end])


def _sentences(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]
