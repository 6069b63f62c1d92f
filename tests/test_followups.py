from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.followups import Resolved, parts, resolve
from qa.schema import Message

CONVERSATIONS = {
    row["id"]: row
    for line in (Path(__file__).parent / "data" / "followups.jsonl").read_text(encoding="utf-8").splitlines()
    for row in [json.loads(line)]
}
KNOWN_MISSES: set[str] = set()
"""Conversations whose question does not come out in an accepted form."""
BRIDGE = "Why was the Kestrel Bridge closed?"


def talk(*turns: str) -> list[Message]:
    """A conversation: a question, its answer, a question, ..."""
    return [Message("assistant" if number % 2 else "user", text) for number, text in enumerate(turns)]


def test_the_conversations_come_out_as_written_down_but_for_the_known_misses():
    """Neither direction drifts unseen: a miss more or a miss less has to be written down here."""
    assert len(CONVERSATIONS) == 60
    missed = {
        name
        for name, row in CONVERSATIONS.items()
        if resolve(row["question"], talk(*row["history"])).text not in row["accepted"]
    }
    assert missed == KNOWN_MISSES


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_what_stands_alone_is_not_changed_again(name):
    history = talk(*CONVERSATIONS[name]["history"])
    once = resolve(CONVERSATIONS[name]["question"], history).text
    assert resolve(once, history).text == once


@given(st.text(), st.text())
def test_a_first_question_is_never_changed(question, said):
    before = [Message("assistant", said), Message("system", said)]
    assert resolve(question, before) == resolve(question, []) == Resolved(question, True)


WORDS = st.sampled_from(
    (
        "And But Why Who What else about it he she they that this the former latter deal company in 2012 Idris Vale ,"
        " Osmere Kestrel Bridge 's ? ! ( ) [1] “ ” — and or of was did is (Talvik) the year before her his not"
    ).split()
)
TALKS = st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join))


@given(TALKS, st.lists(TALKS, max_size=5))
def test_any_text_is_taken(question, turns):
    resolved = resolve(question, talk(*turns))
    assert bool(resolved.text.strip()) == bool(question.strip())


@pytest.mark.parametrize(
    "question",
    [
        "Wann wurde er gewählt?",
        "他为什么辞职？",
        "¿Y quién es el alcalde?",
        "Et qui est le maire ?",
        "なぜですか？",
        "?",
        "  ",
    ],
)
def test_a_question_in_another_language_is_left_as_it_is(question):
    assert resolve(question, talk("Who is Idris Vale?", "The mayor of Osmere.")) == Resolved(question, True)


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (["Who is Idris Vale?", "the mayor of Osmere"], "When did he resign?",
         Resolved("When did Idris Vale resign?", True)),
        ([BRIDGE, "Its cables had rusted."], "And what comes after that?",
         Resolved("And what comes after the Kestrel Bridge?", False)),
        ([BRIDGE, "Its cables had rusted."], "What about the cost?",
         Resolved("What about the cost of the Kestrel Bridge?", False)),
        ([BRIDGE, "Its cables had rusted."], "Who?", Resolved("Who? (Why was the Kestrel Bridge closed)", False)),
        (["how are you?", "fine"], "Why did they close it?", Resolved("Why did they close it?", False)),
    ],
    ids=["one person", "that", "a noun of its own", "a bare who", "nothing was named"],
)  # fmt: skip
def test_it_is_sure_only_where_little_speaks_against_it(turns, question, expected):
    assert resolve(question, talk(*turns)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What do the articles say about Talvik?",
        "Which of the reports mention Talvik?",
        "What did the newspapers write about Talvik?",
        "Did the family backgrounds of the members matter?",
        "Why was it thought that the Kestrel Bridge was safe?",
        "Why was it decided to close the Kestrel Bridge?",
        "Which minister resigned after his ferry sank?",
    ],
)
def test_what_the_question_says_in_full_is_not_filled_from_the_talk(question):
    asked = talk("Who is Idris Vale?", "the mayor of Osmere")
    assert resolve(question, asked) == Resolved(question, True)


def test_a_surname_gets_its_full_name_so_that_the_right_person_is_searched_for():
    asked = talk("Who succeeded Pavel Horn?", "Mila Oster")
    assert resolve("What did Horn say?", asked) == Resolved("What did Pavel Horn say?", True)


def test_a_word_without_end_is_read_at_once():
    endless = "A" * 8000
    assert resolve(endless, talk(endless, endless)) == Resolved(endless, True)


def test_a_very_long_question_stands_alone():
    question = "Did he say so? " + "and " * 60
    assert resolve(question, talk("Who is Idris Vale?", "the mayor")) == Resolved(question, True)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many countries back Osmere, and how many back Talvik?",
         ("How many countries back Osmere?", "how many back Talvik?")),
        ("How long is the free report, and how long is the paid one?",
         ("How long is the free report?", "how long is the paid report?")),
        ("How much did the first half of the bridge cost, and how much did the second one?",
         ("How much did the first half of the bridge cost?", "how much did the second half of the bridge cost?")),
        ("How did the mayor of Osmere and the Talvik Bank each answer the report?",
         ("How did the mayor of Osmere answer the report?", "How did the Talvik Bank answer the report?")),
        ("How much did Aven, Bram, and Corl each earn in 1907?",
         ("How much did Aven earn in 1907?", "How much did Bram earn in 1907?", "How much did Corl earn in 1907?")),
        ("How much did A, B, C, D and E each earn?", ("How much did A, B, C, D and E each earn?",)),
        ("How many mills are there in each village?", ("How many mills are there in each village?",)),
        ("What did Idris Vale claim and what did he do in Brenna?",
         ("What did Idris Vale claim?", "what did Idris Vale do in Brenna?")),
        ("Who wrote the Talvik report and when was it published?",
         ("Who wrote the Talvik report?", "when was the Talvik report published?")),
        ("In which year and in which month did it close?", ("In which year and in which month did it close?",)),
        ("Who closed the institute in Talvik and Brenna?", ("Who closed the institute in Talvik and Brenna?",)),
        ("Who is the mayor of Osmere and when was she elected?",
         ("Who is the mayor of Osmere?", "when was she elected? (Who is the mayor of Osmere)")),
        ("How long was Vale mayor of Osmere, and how did he rank there?",
         ("How long was Vale mayor of Osmere?", "how did Vale rank there?")),
        ("Who was the mayor when the bridge of Osmere closed, and who built the bridge of Osmere?",
         ("Who was the mayor when the bridge of Osmere closed?", "who built the bridge of Osmere?")),
        *((whole, (whole,)) for whole in (
            "How many people died and how many were injured in the Osmere fire?",
            "How many workers died, and how many were injured in the blast?",
            "Who decides what is shown in Osmere and what is hidden from view?",
            "Did Idris Vale say how the fire started and who was in the mill?",
        )),
        ("He came and what?", ("He came and what?",)),
        ("", ("",)),
    ],
)  # fmt: skip
def test_a_question_that_asks_two_things_is_taken_apart(question, expected):
    assert parts(question) == expected
