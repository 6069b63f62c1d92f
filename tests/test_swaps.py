from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.training.swaps import (
    clause_ends_exchanged,
    names_of,
    other_names,
    other_units,
    other_values,
    roles_turned,
    values_of,
)


def swapped(way, claim: str, evidence: str = "") -> set[tuple[str, str, str, str]]:
    """(claim, kind, label, words at fault) of every fault that some draw gives."""
    return {
        (fault.claim, fault.kind, fault.label, fault.claim[slice(*fault.words)])
        for seed in range(30)
        for fault in way(claim, f"{claim} {evidence}", random.Random(seed))
    }


def test_a_number_becomes_another_one_of_the_evidence():
    found = swapped(other_values, "The team rebuilt 12 of the towers.", "It had 40 towers.")
    assert ("The team rebuilt 40 of the towers.", "number", "contradicted", "40") in found


def test_a_number_below_a_bound_is_left_alone():
    assert swapped(other_values, "The fire destroyed at least 12 houses.", "It had 40 houses.") == set()


def test_a_number_of_another_size_is_not_taken():
    found = swapped(other_values, "The team rebuilt 12 of the towers.", "It had 40,000 stones.")
    assert found and "40,000" not in {words for *_, words in found}


def test_two_numbers_change_places_and_all_words_stay():
    found = swapped(other_values, "The storm hit 12 towns and cut off 40 farms.")
    assert (
        "The storm hit 40 towns and cut off 12 farms.",
        "number",
        "contradicted",
        "40 towns and cut off 12",
    ) in found


def test_the_ends_of_a_range_do_not_change_places():
    found = swapped(other_values, "The fair ran from 2012 to 2014.")
    assert found and "The fair ran from 2014 to 2012." not in {claim for claim, *_ in found}


def test_a_value_never_becomes_the_same_in_other_words():
    found = swapped(other_values, "It closed on 3 May.", "It closed on May 3 at noon.")
    assert found and "May 3" not in {words for *_, words in found}
    found = swapped(other_values, "It has 7 pillars.", "It has seven pillars and 9 arches.")
    assert ("It has 9 pillars.", "number", "contradicted", "9") in found
    assert "seven" not in {words for *_, words in found}


def test_a_day_becomes_another_day_of_the_evidence():
    found = swapped(other_values, "The court met on Monday.", "The judge left on Friday.")
    assert ("The court met on Friday.", "date", "contradicted", "Friday") in found


def test_values_are_of_the_class_that_they_stand_for():
    text = "On 3 May 2019 some 18% of 1,200 men in two towns got $5 million; in March 3.5 million came on Friday."
    assert [(name, kind, text[start:end]) for name, kind, start, end in values_of(text)] == [
        ("day", "date", "3 May"),
        ("year", "date", "2019"),
        ("percent", "number", "18"),
        ("count", "number", "1,200"),
        ("word", "number", "two"),
        ("money", "number", "$5 million"),
        ("month", "date", "March"),
        ("scaled", "number", "3.5"),
        ("weekday", "date", "Friday"),
    ]


def test_a_unit_becomes_another():
    assert swapped(other_units, "The town paid 12 million crowns.") == {
        ("The town paid 12 billion crowns.", "unit", "contradicted", "billion")
    }


def test_a_name_becomes_another_of_the_evidence_that_may_stand_there():
    assert swapped(other_names, "Last year Idris Vale opened the bridge.", "Today Ana Prim came to Talvik.") == {
        ("Last year Ana Prim opened the bridge.", "name", "contradicted", "Ana Prim")
    }


def test_a_place_becomes_another_place():
    assert swapped(other_names, "The bridge stands in Talvik.", "The mill stood in Brenna.") == {
        ("The bridge stands in Brenna.", "place", "contradicted", "Brenna")
    }


def test_who_said_it_becomes_somebody_else():
    assert swapped(other_names, "It will rain, Idris Vale said on Monday.", "But then Ana Prim left.") == {
        ("It will rain, Ana Prim said on Monday.", "speaker", "contradicted", "Ana Prim")
    }


def test_a_name_never_becomes_the_same_one_written_with_points():
    claim = "In May the TRB met."
    assert swapped(other_names, claim, "At noon the T.R.B. met.") == set()
    assert swapped(other_names, claim, "At noon the B.R.T. met.") == {
        ("In May the B.R.T met.", "name", "contradicted", "B.R.T")
    }


def test_a_word_that_opens_a_sentence_is_a_name_only_where_it_is_one_elsewhere():
    alone, twice = "Sheep graze in Talvik.", "Talvik slept. Sheep graze in Talvik."
    assert [alone[slice(*span)] for span in names_of(alone)] == ["Talvik"]
    assert [twice[slice(*span)] for span in names_of(twice)] == ["Talvik", "Talvik"]


def test_roles_turn_round_a_verb_and_all_words_stay():
    assert swapped(roles_turned, "In May Ana Prim praised Idris Vale.") == {
        ("In May Idris Vale praised Ana Prim.", "roles", "contradicted", "Idris Vale praised Ana Prim")
    }
    assert swapped(roles_turned, "The line runs from Talvik to Brenna.") == {
        ("The line runs from Brenna to Talvik.", "roles", "contradicted", "Brenna to Talvik")
    }


def test_roles_that_say_the_same_both_ways_are_left_alone():
    assert swapped(roles_turned, "In May Ana Prim married Idris Vale.") == set()


def test_the_end_of_a_clause_comes_from_another_sentence():
    assert swapped(clause_ends_exchanged, "The shop opened in Talvik.", "The mill burned in Brenna.") == {
        ("The shop opened in Brenna.", "merge", "unsupported", "Brenna")
    }


@pytest.mark.parametrize(
    "evidence", ["The mill burned in 2015.", "The mill burned in a storm.", "It burned near Brenna."]
)
def test_the_end_of_a_clause_stays_where_no_other_fits(evidence):
    assert swapped(clause_ends_exchanged, "The shop opened in Talvik.", evidence) == set()


WORDS = st.lists(
    st.sampled_from(
        "The Kestrel Ana Prim Talvik 12 40 12,000 3 May 2019 seven of in at said that , . Friday %".split()
    ),
    max_size=14,
).map(" ".join)


@given(st.text(max_size=80) | WORDS)
def test_names_and_values_are_found_in_order_and_apart_in_any_text(text):
    for spans in (names_of(text), [(start, end) for *_, start, end in values_of(text)]):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
