from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import evidence

from qa.answering.disagreement import Given, differ, differing, same_thing, value_words
from qa.answering.extract import short_of, text_of
from qa.answering.questions import understand
from qa.schema import Evidence


def says(text: str, value: str | None, name: str = "a", relevance: float = 5.0) -> Evidence:
    """A sentence that is an article of its own, with its short answer."""
    return evidence(text, text, relevance, name, value)


def story(found: Evidence) -> str:
    return found.hit.chunk.article_id


def undated(_: Evidence) -> None:
    return None


MILL = "How many workers will the mill of Talvik dismiss?"
HARVEST = "How large was the wheat harvest of Varnland in 2020?"


@pytest.mark.parametrize(
    ("question", "one", "other", "expected"),
    [
        (MILL, "240", "140", True),
        (MILL, "240", "two hundred and forty", False),
        (MILL, "1,200", "twelve hundred", False),
        (MILL, "4.2 million", "4,200,000", False),
        (MILL, "about 900", "904", False),
        (MILL, "nearly 40,000", "39,650", False),
        (MILL, "60,000", "65,000", True),
        (MILL, "200", "240", True),
        (MILL, "more than 10,000", "12,300", False),
        (MILL, "more than 10,000", "9,300", True),
        (MILL, "at least 12", "19", True),
        (MILL, "up to 20", "18", False),
        (MILL, "20 per cent", "20%", False),
        (MILL, "20 percent", "35%", True),
        (MILL, "20 percent", "35", False),
        ("How much did it cost?", "$5 million", "5 million euros", True),
        ("How much did it cost?", "$5 million", "4.3 million euros", False),
        ("How much did it cost?", "US$5 million", "HK$5 million", True),
        ("How much did it cost?", "$5 million", "$5.0 million", False),
        ("When did it burn?", "20 March 2021", "March 20", False),
        ("When did it burn?", "20 March 2021", "March 2021", False),
        ("When did it burn?", "20 March 2021", "2021", False),
        ("When did it burn?", "20 March 2021", "March 21", True),
        ("When did it burn?", "2019", "2021", True),
        ("When did it burn?", "Monday", "Tuesday", False),
        ("How long did it burn?", "three days", "72 hours", False),
        ("How long did it burn?", "two years", "24 months", False),
        ("How long did it burn?", "three days", "two years", False),
        ("How long did it burn?", "three days", "five days", True),
    ],
)  # fmt: skip
def test_two_values_differ_only_if_both_cannot_be_right(question, one, other, expected):
    pair = says(f"It was {one}.", one), says(f"It was {other}.", other)
    assert differ(understand(question), *pair) is expected
    assert differ(understand(question), *reversed(pair)) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It was 7 percent of adults.", "It was 53 percent of millennials."),
        ("It cost 300 crowns.", "It cost 20 crowns per seat."),
        ("At least 12 died.", "15 people died."),
        ("About 100 died.", "It was 92 who died."),
        ("It was 328 feet tall.", "It was 100 metres tall."),
        ("It was 3 feet tall.", "It was 36 inches tall."),
        ("It was 104 degrees Fahrenheit.", "It was 40 degrees Celsius."),
    ],
    ids=[
        "shares of other things",
        "a sum and a rate",
        "a bound before it",
        "about before it",
        "feet and metres",
        "feet and inches",
        "degrees",
    ],
)
def test_numbers_of_other_things_do_not_differ(one, other):
    found = [re.search(r"\d+(?: percent)?", text) for text in (one, other)]
    pair = [says(match.string, match.group()) for match in found if match]
    assert differ(understand("How many was it?"), *pair) is False


@pytest.mark.parametrize(
    ("question", "one", "other", "expected"),
    [
        (HARVEST, "The wheat harvest of Varnland was 4.2 million tonnes in 2020.",
         "Traders put the wheat harvest of Varnland in 2020 at 4.6 million tonnes.", True),
        (HARVEST, "The wheat harvest of Varnland was 4.2 million tonnes in 2020.",
         "The wheat harvest of Varnland was 5.1 million tonnes in 2019.", False),
        (HARVEST, "The wheat harvest of Varnland was 4.2 million tonnes in 2020.",
         "The barley harvest of Varnland was 1.1 million tonnes in 2020.", False),
        ("How large is the harvest of Varnland?", "The harvest of Varnland was 4.2 million tonnes in 2020.",
         "The harvest of Varnland was 5.1 million tonnes in 2019.", False),
        ("How many cranes does the north dock have?", "The north dock has 12 cranes.", "The south dock has 8 cranes.",
         False),
        ("How many books does the library of Brenna own?", "The library of Brenna owns 60,000 books.",
         "Brenna opened it. Librarian Ana Prim said the library owns 65,000 books.", True),
        ("How many books does the library of Brenna own?", "The library of Brenna owns 60,000 books.",
         "Brenna opened it. The library of Talvik owns 65,000 books.", False),
        ("What share of pupils were absent?", "30 percent of pupils were absent.",
         "98 percent of pupils were not absent.", False),
    ],
    ids=["the same", "another year", "another crop", "two years, none asked", "another dock", "the name stands before",
         "another town", "what is denied"],
)  # fmt: skip
def test_two_sentences_speak_of_one_thing(question, one, other, expected):
    last = other.rpartition(". ")[2] if ". " in other else other
    assert same_thing(understand(question), says(one, None), evidence(other, last)) is expected


def test_values_are_shown_oldest_first_and_undated_ones_last():
    question = understand("How much did the Sorholm tunnel cost?")
    found = [
        says("The Sorholm tunnel cost 850 million crowns.", "850 million", "late", 5.0),
        says("The Sorholm tunnel cost 920 million crowns.", "920 million", "undated", 4.5),
        says("The Sorholm tunnel cost 700 million crowns.", "700 million", "early", 4.4),
    ]
    dates = {"late": "2020-06", "early": "2019"}
    assert differing(question, found, story, lambda e: dates.get(story(e))) == (
        Given("700 million crowns", found[2]),
        Given("850 million crowns", found[0]),
        Given("920 million crowns", found[1]),
    )


@pytest.mark.parametrize(
    ("text", "value", "name", "relevance"),
    [
        ("The mill of Talvik will dismiss 140 workers.", "140", "a", 4.9),
        ("The mill of Talvik will dismiss 140 workers.", "140", "b", -5.0),
        ("The mill of Talvik will dismiss 140 workers.", None, "b", 4.9),
        ("The mill of Talvik will dismiss 140 to 160 workers.", "140 to 160", "b", 4.9),
        ("The mill of Brenna will dismiss 140 workers.", "140", "b", 4.9),
        ("The mill of Talvik will dismiss 240 workers in May.", "240", "b", 4.9),
    ],
    ids=["the same story", "far less relevant", "no value", "a range", "another mill", "the same value"],
)
def test_what_is_no_disagreement(text, value, name, relevance):
    best = says("The mill of Talvik will dismiss 240 workers.", "240")
    assert differing(understand(MILL), [best, says(text, value, name, relevance)], story, undated) == ()


def test_only_measured_things_are_held_against_each_other():
    found = [says("Ana Prim opened it.", "Ana Prim"), says("Jon Brekke opened it.", "Jon Brekke", "b")]
    assert differing(understand("Who opened it?"), found, story, undated) == ()
    assert differing(understand(MILL), [], story, undated) == ()


@pytest.mark.parametrize(
    ("text", "value"), [("It cost 240 crowns in May.", "240 crowns"), ("It cost 850 million in May.", "850 million")]
)
def test_what_is_shown_of_an_amount_ends_with_its_currency(text, value):
    assert value_words(understand("What did the tunnel cost?"), says(text, value)) == value


def test_what_is_shown_is_cut_from_the_sentence():
    found = says("The tunnel cost 850 million crowns.", "850 million")
    assert (text_of(found), short_of(found)) == ("The tunnel cost 850 million crowns.", "850 million")
    assert value_words(understand("What did the tunnel cost?"), found) == "850 million crowns"
    assert value_words(understand("How many workers were there?"), found) == "850 million"


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_any_text_is_compared_and_a_value_never_differs_from_itself(one, other):
    for question in map(understand, ("How many?", "When was it?", "How long did it last?", "What did it cost?")):
        pair = says(one, one), says(other, other, "b")
        assert differ(question, *pair) == differ(question, *reversed(pair))
        assert not differ(question, pair[0], pair[0])
