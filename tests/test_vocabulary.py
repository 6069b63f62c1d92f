from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.training.vocabulary import NUMBERS, both_ways, has_verb, long_words, matching, with_capital


def test_a_word_turns_both_ways_or_one_way_or_into_nothing():
    assert both_ways("won/lost; few>many\n    allegedly>") == {
        "won": "lost",
        "lost": "won",
        "few": "many",
        "allegedly": "",
    }


def test_the_longer_of_two_listed_words_is_found_first_and_only_where_it_stands_free():
    pattern = matching(["more", "more than", "old"])
    assert pattern.findall("more than gold, more-or-less, more’s, an old one, no more") == ["more than", "old", "more"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Inspectors closed the bridge", True),
        ("Rust was found in it", True),
        ("the bridge over the Aven", False),
        ("", False),
    ],
)
def test_a_sentence_has_a_verb(text, whole):
    assert has_verb(text) == whole


def test_short_words_mean_nothing_by_themselves_but_digits_do():
    assert long_words("The Mill of Brenna, 7 of 12 wheels") == {"mill", "brenna", "7", "12", "wheels"}


def test_each_number_stands_at_the_place_that_it_counts():
    assert [NUMBERS.index(word) for word in ("zero", "seven", "twelve", "twenty")] == [0, 7, 12, 20]
    assert len(NUMBERS) == 21


@pytest.mark.parametrize(
    ("text", "capital"),
    [("the mill of Brenna", "The mill of Brenna"), ("élan", "Élan"), ("12 men", "12 men"), ("", "")],
)
def test_the_first_letter_gets_a_capital_and_no_other(text, capital):
    assert with_capital(text) == capital


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}( [a-z]{1,8})?", fullmatch=True), st.just("x"), min_size=1))
def test_every_listed_word_is_found_as_it_is(listed):
    assert all(matching(listed).fullmatch(word) for word in listed)
