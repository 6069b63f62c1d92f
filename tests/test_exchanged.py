import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.training.exchanged import exchange, groups
from qa.training.pairs import Pair

TOLD = "Ana Brandt sued Tom Keller over the mill. Keller had sold the mill in 2019, and the court ruled in 2021."


def true(claim: str, evidence: str = TOLD) -> Pair:
    return Pair(claim, evidence, "supported", "true", "own", None, "n1")


def made(claim: str, evidence: str = TOLD) -> list[tuple[str, str, str, str]]:
    """(claim, evidence, label, kind) of what is made of a claim, whatever the draw of its evidence."""
    found = [
        pair for seed in range(20) for group in groups([true(claim, evidence)], random.Random(seed)) for pair in group
    ]
    return list(dict.fromkeys((pair.claim, pair.evidence, pair.label, pair.kind) for pair in found))


def test_two_names_change_places_in_the_evidence_in_the_claim_and_in_both():
    evidence = "Ana Brandt sued Tom Keller over a mill. Keller had sold it."
    turned = "Tom Keller sued Ana Brandt over a mill. Brandt had sold it."
    right, wrong = "Brandt took Keller to court.", "Keller took Brandt to court."
    group = [(right, evidence, "supported", "true"), (right, turned, "contradicted", "roles")]
    group += [(wrong, evidence, "contradicted", "roles"), (wrong, turned, "supported", "true")]
    assert set(group) <= set(made(right, evidence))


def test_a_year_changes_places_with_another_of_the_evidence_that_the_claim_does_not_name():
    wrong = ("The mill changed hands in 2021.", TOLD, "contradicted", "date")
    assert wrong in made("The mill changed hands in 2019.")


def test_two_nouns_change_places():
    assert exchange("The court fined the mill, not the courtyard.", {"court": "mill", "mill": "court"}) == (
        "The mill fined the court, not the courtyard."
    )
    evidence = "In the end the council overruled the inspectors."
    assert ("It was the inspectors that lost to the council.", evidence, "supported", "true") in made(
        "It was the inspectors that lost to the council.", evidence
    )


def test_what_is_at_fault_reaches_from_the_first_exchanged_word_to_the_last():
    (group,) = groups([true("A judge heard Brandt sue Keller.", "Ana Brandt sued Tom Keller.")], random.Random(1))
    assert [pair.words and pair.claim[slice(*pair.words)] for pair in group] == [
        None,
        "Brandt sue Keller",
        "Keller sue Brandt",
        None,
    ]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Brandt and Keller sold the mill.", "Ana Brandt and Tom Keller sold the mill."),
        ("Brandt met Keller.", "Ana Brandt met Tom Keller in Talvik."),
        ("Brandt sold the mill.", "Ana Brandt, Tom Keller and Ida Voss sold the mill."),
        ("Brandt sold the mill.", "Ana Brandt sold the mill."),
        ("She sold the mill.", "Ana Brandt sued Tom Keller."),
        ("Ana Brandt outlived her.", "Ana Brandt outlived Ida Brandt."),
    ],
)
def test_where_an_exchange_may_change_nothing_none_is_made(claim, evidence):
    assert made(claim, evidence) == []


NAMES = st.lists(
    st.sampled_from("Ana Brandt|Tom Keller|Ida Voss|the mill|the court|in 2019|sued|left".split("|")), max_size=9
)


@given(NAMES, NAMES)
def test_an_exchange_undoes_itself_and_every_text_is_true_as_often_as_false(claim, evidence):
    for group in groups([true(" ".join(claim) + ".", " ".join(evidence) + ".")], random.Random(2)):
        one, two, three, four = group
        assert [pair.label for pair in group] == ["supported", "contradicted", "contradicted", "supported"]
        assert (one.claim, one.evidence) == (two.claim, three.evidence)
        assert (four.claim, four.evidence) == (three.claim, two.evidence)
        assert one.claim != four.claim and one.evidence != four.evidence
