from __future__ import annotations

import pytest
from parts import WordReader

from qa.answering.span_memory import SpanMemory
from qa.answering.span_model import SpanModel
from qa.errors import ModelError

WHO, WHY = "Who closed the bridge?", "Why was the bridge closed?"
BRIDGE, MILL = ("Bridge", "Inspectors closed the bridge."), ("Mill", "The mill burned down.")


@pytest.fixture
def asked(monkeypatch) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the model itself was asked to read."""
    wanted = []

    def read(self, question, passages):
        wanted.append((question, list(passages)))
        return WordReader("Inspectors").read(question, passages)

    monkeypatch.setattr(SpanModel, "read", read)
    return wanted


def test_what_was_read_once_is_not_read_again(asked):
    memory = SpanMemory()
    first = memory.read(WHO, [BRIDGE, MILL])
    assert [reading.here for reading in first] == [1.0, 0.0]
    assert memory.read(WHO, (BRIDGE, MILL)) is first
    assert asked == [(WHO, [BRIDGE, MILL])]


def test_another_question_or_other_passages_are_read(asked):
    memory = SpanMemory()
    wanted = [(WHO, [BRIDGE, MILL]), (WHY, [BRIDGE, MILL]), (WHO, [MILL, BRIDGE]), (WHO, [BRIDGE]), (WHO, [])]
    for question, passages in wanted:
        memory.read(question, passages)
    assert asked == wanted


def test_what_one_memory_read_another_has_not(asked):
    for _ in range(2):
        SpanMemory().read(WHO, [BRIDGE])
    assert asked == [(WHO, [BRIDGE])] * 2


def test_weights_that_were_not_meant_are_refused_and_not_remembered():
    memory = SpanMemory(sha256="0" * 64)
    for _ in range(2):
        with pytest.raises(ModelError):
            memory.read(WHO, [BRIDGE])
