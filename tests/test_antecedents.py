from __future__ import annotations

import pytest

from qa.answering.antecedents import Talk
from qa.answering.followups import Resolved, resolve
from qa.schema import Message


def turns(*said: str) -> list[Message]:
    """A conversation: a question, its answer, a question, ..."""
    return [Message("assistant" if number % 2 else "user", text) for number, text in enumerate(said)]


def heard(question: str, answer: str) -> Talk:
    """A conversation of one turn."""
    talk = Talk()
    talk.turn += 1
    talk.ask(question)
    talk.turn += 1
    talk.reply(answer)
    return talk


@pytest.mark.parametrize(
    ("question", "answer", "stands", "expected"),
    [
        ("Who founded the Lantern Institute?", "Tova Brandt", "she", ["Tova Brandt"]),
        ("Who founded the Lantern Institute?", "Tova Brandt", "it", ["the Lantern Institute", "Tova Brandt"]),
        ("What did Idris Vale say about Japan?", "He praised Japan.", "he", ["Idris Vale"]),
        ("What did Idris Vale say about Japan?", "He praised Japan.", "it", ["Japan", "Idris Vale"]),
        ("Who met Mr Horn?", "Mrs Oster", "she", ["Mrs Oster"]),
        ("Who met Mr Horn?", "Mrs Oster", "he", ["Mr Horn"]),
        ("Who signed the Brenna Accord?", "Idris Vale and Tova Brandt signed it.", "he", []),
        ("Who signed the Brenna Accord?", "Idris Vale and Tova Brandt signed it.", "it", ["the Brenna Accord"]),
        ("Which countries banned Petrel?", "Italy, Japan and Peru", "it", ["Petrel"]),
        ("Who is it?", "It was shut.", "it", []),
    ],
)
def test_what_agrees_in_number_gender_and_kind_is_ranked(question, answer, stands, expected):
    assert [choice.thing.shown for choice in heard(question, answer).choices(stands)] == expected


def test_what_the_question_names_and_what_is_taken_cannot_be_meant():
    talk = heard("Who founded the Lantern Institute?", "Tova Brandt")
    institute = talk.known("Lantern Institute")
    assert institute is not None
    assert [choice.thing.shown for choice in talk.choices("it", "Did Tova Brandt own it?")] == ["the Lantern Institute"]
    assert [choice.thing.shown for choice in talk.choices("it", "", [institute])] == ["Tova Brandt"]


def test_the_shares_of_all_choices_add_up_to_one():
    found = heard("What did Idris Vale say about Japan?", "He praised Japan.").choices("topic")
    assert sum(choice.share for choice in found) == pytest.approx(1)


def test_one_thing_is_kept_under_its_fullest_name():
    talk = heard("What did Horn close?", "Pavel Horn closed the mine.")
    assert [(thing.text, thing.heard) for thing in talk.things] == [("Pavel Horn", [1, 2])]


def test_who_and_when_and_the_scope_of_an_answer_are_no_antecedents():
    answer = (
        "Tova Brandt [1]\n\n“Tova Brandt founded it in 1987.” — Greta Lind, Harbour Gazette, 3 May 2021 [1]\n\n"
        "Searched 2 articles, January 2019 to June 2021; 1 is relevant\\."
    )
    asked = turns("Who founded the Lantern Institute?", answer)
    assert resolve("When was she born?", asked) == Resolved("When was Tova Brandt born?", True)


def test_a_refusal_names_nothing():
    refusal = (
        "I don’t know: nothing in the 2 articles searched answers this\\.\n\n"
        "Nearest: “Pavel Horn resigned.” — Harbour Gazette, 3 May 2021\n\nSearched 2 articles; none are relevant\\."
    )
    assert resolve("Is he alive?", turns("Who is Idris Vale?", refusal)).text == "Is Idris Vale alive?"


def test_the_subject_of_the_opening_question_outlives_many_turns():
    said = ["Who is Idris Vale?", "the mayor of Osmere"] + ["And why was he there?", "He was asked to."] * 15
    assert resolve("Is he married?", turns(*said)).text == "Is Idris Vale married?"
