"""What evidence lacks of a claim, and which of its sentences a claim is judged on, on hand-worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.alignment import Lacking, chosen, lacking

EVIDENCE = (
    "The Sable carried 40 cars to Norhaven on 3 May 2021.",
    "Minister Ada Brand said the ferry would not sail in winter.",
    "Tickets cost twelve crowns.",
)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (EVIDENCE[0], Lacking(0.0, 0.0, 0.0)),
        ("The Sable carried forty cars to Norhaven on May 3.", Lacking(0.0, 0.0, 0.0)),
        ("The Sable carried 50 cars and 12 crowns to Norhaven.", Lacking(0.0, 0.0, 0.5)),
        # Of sable, carried, horses and Elsk two are missing; of the names Sable and Elsk one.
        ("On Sunday's eve the Sable carried horses to Elsk.", Lacking(4 / 6, 2 / 3, 0.0)),
        ("Tickets cost crowns in winter.", Lacking(0.0, 0.0, 0.0)),
    ],
    ids=["as it is", "other spelling", "a value", "words and names", "of two sentences"],
)
def test_what_a_claim_lacks_worked_by_hand(claim, expected):
    assert lacking(claim, EVIDENCE) == expected


@pytest.mark.parametrize(("claim", "evidence"), [("", EVIDENCE), ("of the", EVIDENCE), ("Sable", ()), ("", ())])
def test_without_words_or_evidence_all_words_are_lacking(claim, evidence):
    assert lacking(claim, evidence).words == 1.0


def test_other_scripts_are_compared_by_pairs_of_characters():
    assert lacking("粮食产量", ["去年粮食很多"]).words == pytest.approx(2 / 3)


def test_sentences_are_chosen_for_what_they_add():
    sentences = [
        "Nothing.",
        "The Sable sailed.",
        "Tickets cost twelve.",
        "It carried 40 cars.",
        "Rain fell.",
        "May was dry.",
    ]
    assert chosen("The ferry Sable carried forty cars in May.", sentences, 3) == [1, 3, 5]
    again = ["The Sable carried cars.", "The Sable carried cars.", "It reached Norhaven."]
    assert chosen("The Sable carried cars to Norhaven.", again, 2) == [0, 2]
    assert chosen("anything", ["One.", "Two."], 2) == [0, 1]


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=6), st.integers(0, 4))
def test_what_is_chosen_is_in_order_and_as_many_as_asked(claim, sentences, most):
    found = chosen(claim, sentences, most)
    assert found == sorted(set(found)) and set(found) <= set(range(len(sentences)))
    assert len(found) == min(most, len(sentences))


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=5))
def test_shares_lie_between_0_and_1_and_the_same_input_gives_the_same(claim, evidence):
    found = lacking(claim, evidence)
    assert found == lacking(claim, evidence)
    assert all(0.0 <= share <= 1.0 for share in (found.words, found.names, found.values))
