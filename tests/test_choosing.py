from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import evidence

from qa.answering.choosing import (
    Cover,
    alike,
    is_survey,
    matter_of_survey,
    of_each_side,
    one_of_each,
    sentences,
    sides,
)
from qa.answering.extract import text_of
from qa.answering.questions import stems, understand
from qa.answering.reader import Readout
from qa.schema import Evidence


def says(text: str, relevance: float = 5.0, name: str = "a") -> Evidence:
    return evidence(text, text, relevance, name)


def cover(question: str) -> Cover:
    return Cover(understand(question), {})


def texts(found: list[Evidence]) -> list[str]:
    return [text_of(item) for item in found]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Which ferry is faster to Talvik, Blue Fjord or Red Star?", "Blue Fjord", "Red Star"),
        ("How do Idris Vale and Lena Ost differ on schools?", "Idris Vale", "Lena Ost"),
        ("How do the elites and the public of Varnland differ?", "elites", "public Varnland"),
        ("Is Blue Fjord cheaper than Red Star?", "Blue Fjord cheaper", "Red Star"),
        ("Which tunnel is longer, the Sorholm tunnel or the Brenna tunnel?", "Sorholm", "Brenna"),
        ("Compare the cost of the library of Brenna with the cost of the library of Talvik.", "Brenna", "Talvik"),
        ("Which harvest was larger, that of 2019 or that of 2020?", "2019", "2020"),
        ("What did the council and Ana Prim each say?", "council", "Ana Prim"),
    ],
)
def test_the_two_sides_of_a_question(question, one, other):
    assert sides(question) == (frozenset(stems(one)), frozenset(stems(other)))


@pytest.mark.parametrize("question", ["Who opened the library?", "And?", "", "How much more than that?"])
def test_a_question_about_one_thing_has_no_sides(question):
    assert sides(question) == ()


def test_a_sentence_for_each_side_and_none_where_one_holds_both():
    blue, red = says("Blue Fjord needs nine hours."), says("Red Star needs six hours.", 1.0)
    both = says("Blue Fjord needs nine hours, Red Star six.", 6.0)
    question = understand("Which ferry is faster, Blue Fjord or Red Star?")
    assert of_each_side(question, [blue, says("Blue Fjord is old.", 4.0), red]) == [blue, red]
    assert of_each_side(question, [both, blue, red]) == [both]
    assert of_each_side(question, [blue, says("Red Star is old.", -9.0)]) == [blue]
    assert of_each_side(understand("Why are Blue Fjord and Red Star slow?"), [blue, red]) == [blue]


def test_a_second_sentence_must_be_nearly_as_good_and_bring_something_new():
    found = [
        says("Ships left Osmere."),
        says("Osmere left ships.", 4.9),
        says("Wolves howled.", 4.8),
        says("Why.", 3.0),
    ]
    asked = cover("What happened?")
    assert texts(alike(asked, found, 4, 1.0)) == ["Ships left Osmere.", "Wolves howled."]
    assert texts(alike(asked, found, 1, 1.0)) == ["Ships left Osmere."]
    assert texts(alike(asked, found, 4, 2.5)) == ["Ships left Osmere.", "Wolves howled.", "Why."]


def test_a_value_of_another_year_is_not_shown_with_the_one_asked_for():
    found = [says("The harvest reached 4 million tonnes in 2020."), says("Farmers brought in 5 million in 2019.", 4.9)]
    assert alike(cover("How large was the harvest in 2020?"), found, 4, 1.0) == found[:1]
    assert alike(cover("How large was the harvest from 2019 to 2020?"), found, 4, 1.0) == found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What do the articles say about the crane?", True),
        ("What have the newspapers written about the crane?", True),
        ("What is said about the crane?", True),
        ("How do the sources describe the crane?", True),
        ("What is the latest on the crane?", True),
        ("What do the articles from 2021 say about the crane?", True),
        ("Summarise what the articles say about the crane.", True),
        ("Tell me what the papers in Talvik wrote about the crane.", True),
        ("What does the report of the council say about the crane?", False),
        ("How did the paper industry change?", False),
        ("How do papers get published?", False),
        ("When must the crane be gone at the latest?", False),
        ("What does the harbour master say about the crane?", False),
        ("Who was the last harbour master?", False),
    ],
)
def test_a_question_for_what_the_sources_say(question, expected):
    assert is_survey(understand(question)) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What do the articles from May 2021 say about the steam crane?", "steam crane"),
        ("How do the sources describe the steam crane?", "steam crane"),
        ("What do the articles say about the fire of 2021?", "fire 2021"),
        ("What do the articles from 2021 say?", ""),
    ],
)
def test_what_names_the_sources_is_not_what_they_are_asked_about(question, expected):
    assert matter_of_survey(understand(question)) == frozenset(stems(expected))
    assert matter_of_survey(understand("What does the harbour master say about the crane?")) is None


def test_one_sentence_of_each_story_in_the_order_of_date():
    found = [
        says("The crane will stay.", 5.0, "2019-06"),
        says("The crane is loved.", 4.0, "2019-03"),
        says("The crane is red.", 3.9, "copy"),
        says("The crane must go.", 3.0, "2019-02"),
        says("The crane is old.", 2.5, "undated"),
        says("It rained.", 2.0, "2018"),
        says("A crane flew by.", -9.0, "2017"),
    ]

    def story(item: Evidence) -> str:
        return item.hit.chunk.article_id.replace("copy", "2019-03")

    def day(item: Evidence) -> str | None:
        return story(item) if story(item) != "undated" else None

    asked = cover("What do the articles say about the crane?")
    oldest = ["The crane must go.", "The crane is loved.", "The crane will stay."]
    assert texts(one_of_each(asked, found, 8, story, day)) == [*oldest, "The crane is old."]
    assert texts(one_of_each(asked, found, 2, story, day)) == oldest[1:]
    latest = cover("What is the latest on the crane?")
    assert texts(one_of_each(latest, found, 3, story, day)) == oldest[::-1]


def test_how_much_of_the_question_a_sentence_covers():
    asked = Cover(understand("What do the articles say about the steam crane of Osmere?"), {"crane": 3.9, "steam": 0.9})
    crane = says("The crane of Osmere.")
    assert asked.topic == {"steam", "crane", "osmer"}
    assert asked.share(crane, ["crane", "steam"]) == 0.8
    assert asked.share(crane, []) == 0.0
    assert asked.names(crane) == {"osmer"}
    assert cover("Which towns won in 2018 or 2020?").times == {"2018", "2020"}


def test_a_readout_without_sentences_has_none():
    assert sentences(Readout((), (), {})) == []


@given(st.text())
def test_any_question_is_taken(question):
    found = [says("Blue Fjord needs nine hours."), says("Red Star needs six.", 4.5)]
    assert of_each_side(understand(question), found)[0] == found[0]
    assert set(one_of_each(cover(question), found, 2, text_of, text_of)) <= set(found)
