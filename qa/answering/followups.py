"""Turns a follow-up into a question that stands alone, without a chat model: rules, English.

A first question is never changed. A follow-up that leans on the conversation gets what it leans on in brackets, so that
the reader sees what was searched for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.questions import is_content, understand
from qa.answering.spans import spans
from qa.schema import Message

_LEANING = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then|"
    r"the (?:former|latter|two|same|other|second|first))\b",
    re.IGNORECASE,
)
_ELLIPTIC = re.compile(
    r"^\s*(?:and|but|so|or|what about|how about|why|who else|what else|where else|since when)\b", re.IGNORECASE
)
_ASKS = r"(?:who|whom|whose|what|when|where|which|why|how)\b"
_SECOND = re.compile(rf",?\s+and\s+(?=(?:(?:in|on|at|to|from|by|for|of|with|since)\s+)?{_ASKS})", re.IGNORECASE)
_QUESTION_WORD = re.compile(rf"\b{_ASKS}", re.IGNORECASE)
_SHORTEST_PART = 4
"""Words."""
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")


def standalone(question: str, history: Sequence[Message]) -> str:
    """The question with what it leans on; the question itself if it leans on nothing or opens the conversation."""
    asked = [message.content for message in history if message.role == "user"]
    if not asked:
        return question
    content = [word for word in _WORD.findall(question) if is_content(word)]
    elliptic = bool(_ELLIPTIC.match(question)) and len(content) <= 3
    if not elliptic and not _LEANING.search(question):
        return question
    if elliptic or len(content) == 0:
        return f"{question.strip()} ({asked[-1].strip()})"
    subject = _subject(asked)
    return f"{question.strip()} ({subject})" if subject and subject.lower() not in question.lower() else question


def parts(question: str) -> tuple[str, ...]:
    """A question that asks two things ("How long is the one, and how long is the other?") as two that each stand alone;
    any other as itself.
    """
    match = _SECOND.search(question)
    first, second = (question[: match.start()], question[match.end() :]) if match else (question, "")
    if not _QUESTION_WORD.search(first) or min(len(first.split()), len(second.split())) < _SHORTEST_PART:
        return (question,)
    whole = standalone(second, [Message("user", first)])
    if whole == second and not understand(second).names:  # "how long is the paid one?"
        whole = f"{second} ({first})"
    return f"{first}?", whole


def _subject(asked: Sequence[str]) -> str:
    """The names in the latest earlier question that has any, else that question's content words."""
    for text in reversed(asked):
        found = [text[span.start : span.end] for span in spans(text) if span.kind in ("name", "term")]
        named = [name for name in dict.fromkeys(found) if any(is_content(word) for word in _WORD.findall(name))]
        opening = _WORD.match(text)
        named = [name for name in named if not (opening and name == opening.group() and not is_content(name))]
        if named:
            return ", ".join(named)
    return ", ".join(understand(asked[-1]).words)
