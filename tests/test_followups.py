from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.followups import parts, standalone
from qa.schema import Message


def talk(*questions: str) -> list[Message]:
    """A conversation of questions, each answered."""
    turns = []
    for question in questions:
        turns += [Message("user", question), Message("assistant", "Tova Brandt did, in Varnland.")]
    return turns


BRIDGE = "Why was the Kestrel Bridge closed?"


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([], "And when did it open?", "And when did it open?"),
        ([BRIDGE], "Who opened the Lantern Festival?", "Who opened the Lantern Festival?"),
        ([BRIDGE], "When will it open again?", "When will it open again? (Kestrel Bridge)"),
        ([BRIDGE], "What about the cost?", f"What about the cost? ({BRIDGE})"),
        ([BRIDGE], "Why?", f"Why? ({BRIDGE})"),
        ([BRIDGE], "Will the Kestrel Bridge stay closed until they repair it?",
         "Will the Kestrel Bridge stay closed until they repair it?"),
        (["Who is Idris Vale?", "how old is he?"], "Where does he live?", "Where does he live? (Idris Vale)"),
        (["Who is Idris Vale?", BRIDGE], "Who repairs it?", "Who repairs it? (Kestrel Bridge)"),
        (["how was the wheat harvest?"], "Was it lower than usual?", "Was it lower than usual? (wheat, harvest)"),
    ],
    ids=["a first question", "stands alone", "pronoun", "what about", "a bare why", "names it itself",
         "the latest question with a name", "the latest subject wins", "no names at all"],
)  # fmt: skip
def test_a_follow_up_gets_what_it_leans_on(history, question, expected):
    assert standalone(question, talk(*history)) == expected


def test_only_the_readers_words_are_leant_on():
    assert standalone("Who is she?", [Message("assistant", "Tova Brandt"), Message("system", "Idris Vale")]) == (
        "Who is she?"
    )


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_is_taken_and_the_question_is_never_lost(question, history):
    assert question.strip() in standalone(question, talk(*history))
    assert standalone(question, []) == question


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many countries back Osmere, and how many back Talvik?",
         ("How many countries back Osmere?", "how many back Talvik?")),
        ("How long is the free report, and how long is the paid one?",
         ("How long is the free report?", "how long is the paid one? (How long is the free report)")),
        ("What did Idris Vale claim and what did he do in Brenna?",
         ("What did Idris Vale claim?", "what did he do in Brenna? (Idris Vale)")),
        ("In which year and in which month did it close?", ("In which year and in which month did it close?",)),
        ("Who closed the institute in Talvik and Brenna?", ("Who closed the institute in Talvik and Brenna?",)),
        ("He came and what?", ("He came and what?",)),
        ("", ("",)),
    ],
)  # fmt: skip
def test_a_question_that_asks_two_things_is_taken_apart(question, expected):
    assert parts(question) == expected
