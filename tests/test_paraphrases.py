from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.training.paraphrases import REWORDINGS, respelled, reworded, shapes, surnamed


def test_a_sentence_is_said_in_other_shapes():
    assert shapes("In May 2019, inspectors closed the bridge over the Aven.") == [
        ("trimmed", "Inspectors closed the bridge over the Aven."),
        ("reordered", "Inspectors closed the bridge over the Aven in May 2019."),
    ]
    assert ("voice", "Ana Prim designed the bridge in 1907.") in shapes("The bridge was designed by Ana Prim in 1907.")
    assert shapes("The town closed the old bridge after the storm had passed.") == [
        ("reordered", "After the storm had passed, the town closed the old bridge.")
    ]
    assert shapes("The bridge (a toll bridge) has seven stone pillars.") == [
        ("trimmed", "The bridge has seven stone pillars.")
    ]


def test_what_somebody_only_said_is_not_trimmed():
    assert shapes("The bridge over the Aven was closed, which the mayor said was wrong.") == []


def test_two_short_sentences_are_joined():
    assert shapes("Oda Lind rebuilt the mill herself.", "The fire had destroyed it whole.") == [
        ("joined", "Oda Lind rebuilt the mill herself and the fire had destroyed it whole.")
    ]


@pytest.mark.parametrize(
    ("claim", "spelled"),
    [
        ("It closed on 20 March 2021.", "It closed on March 20, 2021."),
        ("It closed on March 20, 2021.", "It closed on 20 March 2021."),
        ("It lost 18 percent.", "It lost 18%."),
        ("It lost 18% of it.", "It lost 18 percent of it."),
        ("They saw 7 pillars.", "They saw seven pillars."),
        ("They saw seven pillars.", "They saw 7 pillars."),
    ],
)
def test_numbers_and_dates_are_written_in_another_way(claim, spelled):
    assert respelled(claim, "", random.Random(0)) == spelled


def test_thousands_are_spelled_in_words():
    found = {respelled("It cost 12,000 crowns.", "", random.Random(seed)) for seed in range(9)}
    assert found == {"It cost 12 thousand crowns.", "It cost twelve thousand crowns."}


def test_a_person_is_called_by_the_surname_only_where_the_text_does_so():
    claim = "Idris Vale opened the fair."
    assert (
        surnamed(claim, f"{claim} At noon, as agreed, Vale said he was glad.", random.Random(0))
        == "Vale opened the fair."
    )
    assert surnamed(claim, claim, random.Random(0)) == claim


def test_words_within_quotation_marks_stay_as_they_are():
    claim = 'He said "the film began" when the film began.'
    found = {reworded(claim, "", random.Random(seed)) for seed in range(20)}
    assert 'He said "the film began" when the movie started.' in found
    assert all('"the film began"' in each for each in found)


def test_a_long_sentence_or_a_quotation_is_not_joined():
    long = "The fire of March 2015 had destroyed it whole with all that the family owned there."
    assert shapes("Oda Lind rebuilt the mill herself.", long) == []
    assert shapes("Oda Lind rebuilt the mill herself.", 'The fire had "destroyed it whole".') == []


def test_a_list_of_places_is_no_lead_in():
    assert shapes("In Talvik, Brenna and Sorholm, traders closed their shops.") == []


@pytest.mark.parametrize(
    "claim", ["Silta suljettiin toukokuussa, sanoi pormestari.", "橋は五月に閉鎖された。", "أُغلق الجسر في أيار", ""]
)
def test_other_languages_pass_unharmed(claim):
    assert [reword(claim, claim, random.Random(0)) for _, reword in REWORDINGS] == [claim] * 3
    assert shapes(claim) == []


@given(st.text(max_size=60))
def test_a_shape_is_never_the_sentence_itself_in_any_text(sentence):
    assert sentence not in [claim for _, claim in shapes(sentence)]
