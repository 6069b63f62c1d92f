from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from qa.answering.span_model import PassageReading, SpanModel
from qa.training import answered
from qa.training.examples import Example
from qa.training.pairs import Pair

PASSAGE = "The bridge opened in 1907. Aven Holt drew it. The mayor cut the ribbon in May."


class PrefersNames(SpanModel):
    """Reads words for tokens; likes each word with a capital the better the later it stands."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[PassageReading]:
        return [_reading(text) for _, text in passages]


def _reading(text: str) -> PassageReading:
    offsets, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        offsets.append((at, at + len(word.rstrip("."))))
    likes = np.array([place if text[start].isupper() else -9.0 for place, (start, _) in enumerate(offsets)], np.float32)
    return PassageReading(np.array(offsets), likes, likes, 0.0, 0.0)


@pytest.fixture(autouse=True)
def _always_headed_never_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answered, "_HEADED", 1.0)
    monkeypatch.setattr(answered, "_TWO", 0.0)


def groups(*examples: Example) -> list[list[Pair]]:
    return list(answered.groups([list(examples)], PrefersNames(), random.Random(1)))


def test_a_question_is_true_with_its_answer_and_false_with_what_the_reader_likes_elsewhere():
    drew = Example("Who drew the bridge?", "Talvik", PASSAGE, "Aven Holt", "own")
    owns = Example("Who owns the bridge?", "Talvik", PASSAGE, None, "own")
    assert groups(drew, owns) == [
        [
            Pair("Who drew the bridge? Aven Holt", "Talvik Aven Holt drew it.", "supported", "true", "answered"),
            Pair(
                "Who drew the bridge? May",
                "Talvik The mayor cut the ribbon in May.",
                "unsupported",
                "answer",
                "answered",
            ),
            Pair(
                "Who owns the bridge? May",
                "Talvik The mayor cut the ribbon in May.",
                "unsupported",
                "answer",
                "answered",
            ),
        ]
    ]


def test_a_sentence_that_holds_the_answer_too_is_never_held_to_be_wrong():
    twice = Example("Who drew it?", "", "Holt drew it. Talvik thanked Holt.", "Holt", "own")
    once = Example("Who left?", "", "Holt drew it. Talvik thanked Holt.", None, "own")
    assert [(pair.claim, pair.evidence, pair.label) for pair in groups(twice, once)[0]] == [
        ("Who drew it? Holt", "Holt drew it.", "supported"),
        ("Who left? Holt", "Talvik thanked Holt.", "unsupported"),
    ]


def test_the_sentence_before_stands_with_it_where_the_group_shows_two(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answered, "_TWO", 1.0)
    drew = Example("Who drew the bridge?", "Talvik", PASSAGE, "Aven Holt", "own")
    owns = Example("Who owns the bridge?", "Talvik", PASSAGE, None, "own")
    assert [pair.evidence for pair in groups(drew, owns)[0]] == [
        "Talvik The bridge opened in 1907. Aven Holt drew it.",
        "Talvik The bridge opened in 1907.",
        "Talvik Aven Holt drew it. The mayor cut the ribbon in May.",
    ]


def test_a_group_without_a_true_and_a_false_claim_is_left_out():
    assert groups(Example("Who drew it?", "", "Holt drew it.", "Holt", "own")) == []
    assert groups(Example("Who left?", "", "Holt drew it.", None, "own")) == []
    over_the_end = Example("What?", "", "Holt drew it. Talvik paid.", "it. Talvik", "own")
    assert groups(over_the_end, Example("Who left?", "", "Holt drew it.", None, "own")) == []
