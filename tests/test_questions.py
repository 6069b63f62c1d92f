from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.questions import Question, answer_type, is_content, stem, stems, understand

TYPES = {
    "number": ["How many islands does Varnland have?", "How large was the crowd?",
               "What was the population of Osmere in 2020?", "How long is the bridge?"],
    "percent": ["What percentage of the votes did she win?", "What was the unemployment rate in Osmere?"],
    "ordinal": ["How does Osmere rank among the ports?", "In what place did the crew finish?"],
    "money": ["How much did the bridge cost?", "How much money was lost?", "What was the price of a ticket?"],
    "date": ["When did the harbour open?", "In which year was the mill built?", "On what date did the strike begin?"],
    "duration": ["How long did the repair take?", "How old is the lighthouse?", "How many years did she rule?"],
    "reason": ["Why was the bridge closed?", "What was the reason for the strike?", "What led to the closure?",
               "How come the ferry stopped?"],
    "place": ["Where was the treaty signed?", "In which city did they meet?", "Which country closed its border?"],
    "person": ["Who opened the festival?", "Which minister blamed the drought?", "Whom did the museum hire?",
               "Whose poster was it?"],
    "term": ["Which word did the curator use?", "What is the ferry called?", "What was the title of the book?"],
    "list": ["Which three towns were flooded?", "What are the stages of the festival?", "Who were the winners?",
             "Name the stages of the festival."],
    "organisation": ["Which company will start the night line?", "For which newspaper did she write?",
                     "Which of the ministries paid?"],
    "name": ["Which ferry sank?", "What nationality was the captain?"],
    "yes_no": ["Did the ministry publish a figure?", "Is the bridge open?", "And was anyone hurt?",
               "In 2012, did the mayor resign?", "According to the mayor, is the bridge open?",
               "The mayor resigned, didn’t he?", "Didn't the mayor resign?"],
    "definition": ["What is a snap election?", "What is the Lantern Institute?", "What does the slogan mean?"],
    "statement": ["Does Osmere have more ferries or more mills?",
                  "What did the curator say?", "What happened at the harbour?", "Tell me about the drought.",
                  "the drought", "", "?!", "灯塔什么时候开放？"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in TYPES.items() for text in texts])
def test_what_kind_of_answer_a_question_wants(text, kind):
    assert answer_type(text) == kind
    assert answer_type(f"  {text.upper()}\n") == kind, "neither case nor spaces decide"


WRITTEN = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "types.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_the_types_of_questions_written_beforehand():
    """Written before the rules; one in three was held out and looked at once, all of them right."""
    wrong = {
        row["question"]: answer_type(row["question"]) for row in WRITTEN if answer_type(row["question"]) != row["type"]
    }
    assert wrong == {"Who owns the port of Osmere, i.e. which company?": "person"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who is Idris Vale?", "definition"),
        ("Who was Dr. Ana Prim?", "definition"),
        ("Who is the mayor of Osmere?", "person"),
        ("Who was arrested?", "person"),
        ("who is idris vale?", "person"),
        ("WHO WAS ARRESTED?", "person"),
    ],
)
def test_who_someone_is_asks_for_more_than_a_name(text, kind):
    assert answer_type(text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Why, according to the mayor, did the talks fail?", "reason"),
        ("When the mayor left, who took over?", "person"),
        ("Do we know when the bridge will open?", "date"),
        ("Who led the council when the bridge fell?", "person"),
        ("The bridge was closed in which year?", "date"),
        ("Is it known whether the mayor resigned?", "yes_no"),
    ],
)
def test_what_stands_before_or_within_a_question_does_not_decide(text, kind):
    assert answer_type(text) == kind


def test_a_question_word_far_inside_does_not_decide():
    assert answer_type("What did the curator of the museum of Talvik say about the day when the poster came?") == (
        "statement"
    )


@pytest.mark.parametrize(
    ("text", "words", "names"),
    [
        ("Who opened the Lantern Festival of Osmere?", ("opened", "Lantern", "Festival", "Osmere"),
         ("lantern", "festiv", "osmer")),
        ("How many tonnes were harvested in 2020?", ("tonnes", "harvested", "2020"), ("2020",)),
        ("Bridges are closed?", ("Bridges", "closed"), ()),
        ("NATO met when?", ("NATO", "met"), ("nato",)),
        ("What did Bøckman's friends tell Ana Prim’s museum?", ("Bøckman's", "friends", "Ana", "Prim’s", "museum"),
         ("bøckman", "ana", "prim")),
        ("Closed or closes, a closing?", ("Closed",), ()),
        ("What was it?", (), ()),
        ("4.2 or 1,000?", ("4.2", "1,000"), ("4.2", "1000")),
    ],
)  # fmt: skip
def test_the_words_and_names_of_a_question(text, words, names):
    found = understand(text)
    assert (found.words, found.names) == (words, names)
    assert found.terms == tuple(stem(word) for word in words)


def test_one_question_taken_apart_whole():
    text = "Which wheat farmers did not get loans in Varnland?"
    assert understand(text) == Question(
        text=text,
        wants="list",
        terms=("wheat", "farmer", "loan", "varnland"),
        words=("wheat", "farmers", "loans", "Varnland"),
        names=("varnland",),
        heads=("wheat", "farmer"),
        negated=True,
    )


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("How many wooden bridges were closed?", ("wooden", "bridg")),
        ("Which company will start the line?", ("compani",)),
        ("Why was it closed?", ()),
    ],
)
def test_the_nouns_that_are_asked_for(text, heads):
    assert understand(text).heads == heads


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Who did not come?", True), ("Why can’t they come?", True), ("Who never came?", True),
        ("Who came without a ticket?", True), ("Who came?", False), ("Who tied the knot?", False),
        ("Where is Norway?", False),
    ],
)  # fmt: skip
def test_negations_are_seen(text, negated):
    assert understand(text).negated is negated


@pytest.mark.parametrize(
    ("word", "root"),
    [("Cafés", "cafe"), ("cafes", "cafe"), ("Müller's", "muller"), ("Prim’s", "prim"), ("harvested", "harvest"),
     ("1,000", "1000"), ("relational", "relat"), ("caresses", "caress"), ("ponies", "poni")],
)  # fmt: skip
def test_stems_are_porters_without_accents_and_possessives(word, root):
    assert stem(word) == root


def test_stems_of_a_text_and_words_of_content():
    assert stems("The café’s 4.2 million guests") == ["the", "cafe", "4.2", "million", "guest"]
    assert [is_content(word) for word in ("the", "The", "b", "7", "wheat", "who's", "灯")] == [
        False, False, False, True, True, False, True
    ]  # fmt: skip


@given(st.text())
def test_any_text_is_understood(text):
    found = understand(text)
    assert found == understand(text)
    assert len(found.terms) == len(found.words) == len(set(found.terms))
    assert all(word in text for word in found.words)


def test_a_follow_up_wants_what_it_asks_itself():
    assert answer_type("And in Norway, why? (When was the classroom closed?)") == "reason"
    assert answer_type("And in Norway? (When was the classroom closed?)") == "date"
    assert answer_type("And in Norway? (Did the classroom close?)") == "yes_no"
    assert answer_type("When will it open? (Kestrel Bridge)") == "date"
