from __future__ import annotations

import random

from qa.training.examples import Example, articles_aside, removed, swapped

BRIDGE = (
    "The Kestrel Bridge opened in Talvik in 1907. Inspectors closed it in 2019. "
    "They found cracks in seven pillars. Mayor Idris Vale ordered a repair."
)


def example(question: str, answer: str | None = "seven", passage: str = BRIDGE, title: str = "") -> Example:
    return Example(question, title, passage, answer, "passage")


def test_articles_set_aside_are_the_same_each_time_and_never_both():
    rows = [{"title": f"T{number}", "source": "v2.0"} for number in range(20)] * 3
    reported, development = articles_aside(rows)
    assert (len(reported), len(development)) == (8, 3)
    assert not reported & development
    assert articles_aside(rows[::-1]) == (reported, development)
    assert articles_aside([*rows, {"title": "older", "source": "v1.1"}]) == (reported, development)


def test_without_the_sentence_that_answers_there_is_no_answer():
    made = removed(example("How many pillars had cracks?"))
    assert made == Example(
        "How many pillars had cracks?", "",
        "The Kestrel Bridge opened in Talvik in 1907. Inspectors closed it in 2019. Mayor Idris Vale ordered a repair.",
        None, "removed",
    )  # fmt: skip
    assert removed(example("How many?", passage="There were seven. Nobody knew.")) is None, "one sentence is left"


def test_another_number_or_name_takes_the_place_of_one_in_the_question():
    question = "What did inspectors of the Kestrel Bridge find in 2019?"
    made = [swapped(example(question), ["Ana Prim came from Sorholm."], random.Random(seed)) for seed in range(200)]
    assert {(found.passage, found.answer, found.origin) for found in made if found} == {(BRIDGE, None, "swapped")}
    assert {found and found.question for found in made} == {
        "What did inspectors of the Kestrel Bridge find in 1907?",
        "What did inspectors of the Mayor Idris Vale find in 2019?",
        "What did inspectors of the Talvik find in 2019?",
        "What did inspectors of the Inspectors find in 2019?",
        "What did inspectors of the They find in 2019?",
        "What did inspectors of the Ana Prim find in 2019?",
        "What did inspectors of the Sorholm find in 2019?",
    }


def test_a_year_alone_becomes_another_year():
    passage = "It opened in 1907, with seven pillars and 212 lamps."
    made = {
        found and found.question
        for seed in range(50)
        for found in [swapped(example("How many were there in 1907?", passage=passage), [passage], random.Random(seed))]
    }
    assert made == {f"How many were there in {year}?" for year in (1900, 1904, 1905, 1909, 1910, 1912, 1917)}


def test_the_answer_itself_is_never_swapped_in():
    passage = "Ana Prim and Idris Vale met in Talvik."
    made = {
        swapped(example("Who met Ana Prim?", "Idris Vale", passage), [passage], random.Random(seed))
        for seed in range(50)
    }
    assert made == {None, Example("Who met Talvik?", "", passage, None, "swapped")}, "None: it drew its own passage"


def test_a_question_without_a_name_or_number_is_left_alone():
    assert swapped(example("What was found?"), [BRIDGE], random.Random(1)) is None
