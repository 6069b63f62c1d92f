"""How a claim lies on its evidence, on hand-worked examples: each fault raises the features that are named for it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.alignment import NAMES, Features, chosen, features, response

EVIDENCE = (
    "The Sable carried 40 cars to Norhaven on 3 May 2021.",
    "Minister Ada Brand said the ferry would not sail in winter.",
    "Tickets cost twelve crowns.",
)


def doubts(claim, evidence=EVIDENCE, leave=("run", "pairs", "context", "context_worst", "names_context")):
    """The features that are not 0, rounded, without those that only say how much is kept of the order of words."""
    found = dict(zip(NAMES, features(claim, evidence).row(), strict=True))
    return {name: round(value, 3) for name, value in found.items() if value and name not in leave}


LACKING_ONE_OF_THREE = {
    "lacking": 0.333, "lacking_count": 0.693, "lacking_rare": 0.333, "lacking_kin": 0.333, "best": 0.333
}  # fmt: skip


def test_a_sentence_of_the_evidence_raises_no_doubt():
    assert doubts(EVIDENCE[0], leave=()) == {}


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        ("The Sable carried forty cars to Norhaven on May 3.", EVIDENCE, {}),
        ("The Sable carried 50 cars to Norhaven.", EVIDENCE, {"values": 1.0, "values_count": 0.693}),
        ("The ferry would sail in winter.", EVIDENCE, {"negation": 1.0, "speaker": 1.0}),
        ("The Sable never carried cars.", EVIDENCE, {"negation_added": 1.0, "quantifier": 1.0}),
        ("The Sable took cars.", EVIDENCE, {}),
        ("Ada Brand carried cars.", EVIDENCE, {"best": 0.5, "scattered": 0.5, "apart": 0.333}),
        ("The Mill sold to the Crown.", ("The Crown sold to the Mill.",), {"order": 1.0, "names_order": 1.0}),
        ("Prices rose in May.", ("Prices fell in May.",), LACKING_ONE_OF_THREE | {"opposite": 1.0}),
        ("The port may close.", ("The port closed.",), {"hedge_added": 1.0}),
        ("The port closed.", ("The port may close.",), {"hedge": 1.0}),
        ("All ports closed.", ("Some ports closed.",), {"quantifier": 1.0}),
        ("The port closed after rain.", ("The port closed before rain.",), {"links": 1.0, "time": 1.0}),
        ("The port closed because of rain.", ("The port closed in rain.",), {"cause": 1.0, "links": 1.0}),
    ],
    ids=[
        "other spelling", "value", "negation lost", "negation added", "light verb", "merged", "roles", "opposite",
        "hedge added", "hedge lost", "quantifier", "time", "cause",
    ],
)  # fmt: skip
def test_each_fault_raises_its_features(claim, evidence, expected):
    assert doubts(claim, evidence) == expected


def test_a_word_with_a_denying_prefix_is_the_opposite():
    assert features("The act was legal.", ["The act was illegal."]).opposite == 1.0
    assert features("The act was legal.", ["The act was regal."]).opposite == 0.0


def test_a_missing_name_counts_as_a_missing_word_too():
    found = features("The Sable carried 40 cars to Westport.", EVIDENCE)
    assert (found.lacking, found.names, found.names_count) == (0.25, 0.5, math.log(2))


def test_the_month_of_may_is_no_hedge():
    assert features("The Sable sailed.", ["The Sable sailed in May."]).hedge == 0.0
    assert features("The Sable sailed.", ["The Sable may have sailed."]).hedge == 1.0


def test_more_words_that_are_held_do_not_raise_a_count():
    short = features("The Sable carried horses.", EVIDENCE)
    long = features("The Sable carried horses, and tickets cost twelve crowns.", EVIDENCE)
    assert (short.lacking_count, long.lacking_count) == (math.log(2), math.log(2))
    assert long.lacking < short.lacking


@pytest.mark.parametrize(("claim", "evidence"), [("", EVIDENCE), ("of the", EVIDENCE), ("Sable", ()), ("", ())])
def test_without_words_or_evidence_the_shares_are_at_their_worst(claim, evidence):
    found = features(claim, evidence)
    assert (found.lacking, found.lacking_rare, found.lacking_kin, found.pairs, found.best) == (1.0,) * 5


def test_other_scripts_are_compared_by_pairs_of_characters():
    assert doubts("渡轮五月离开码头", ("渡轮五月离开码头。",), leave=()) == {}
    assert features("渡轮五月离开码头", ["渡轮六月离开码头。"]).lacking == pytest.approx(2 / 7)


def test_a_response_has_the_mean_of_its_sentences():
    one, other = features("The Sable carried horses.", EVIDENCE), features(EVIDENCE[0], EVIDENCE)
    assert response([one, other]) == Features(*(value / 2 for value in one.row()))
    with pytest.raises(ValueError, match="at least one sentence"):
        response([])


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
    found = features(claim, evidence)
    assert found == features(claim, evidence)
    values = dict(zip(NAMES, found.row(), strict=True))
    assert all(value >= 0 for value in values.values())
    assert {name for name, value in values.items() if value > 1} <= {name for name in NAMES if name.endswith("_count")}
