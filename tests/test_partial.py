import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.training.pairs import Pair
from qa.training.partial import groups

PASSAGE = (
    "Oda Lind rebuilt the mill from her own savings. She lives nearby. Nobody was hurt. The council looked on."
    " It rained all spring. Trams have run past the site since June."
)


def true(claim: str, passage: str = PASSAGE) -> Pair:
    return Pair(claim, passage, "supported", "true", "own", None, "n1")


def test_a_joined_claim_lacks_one_part_where_its_sentences_are_gone():
    rebuilt, trams = true("Lind paid for a new mill with her savings."), true("The trams pass the site since June.")
    found = [group for seed in range(9) for group in groups([rebuilt, trams], random.Random(seed))]
    assert found and {len(group) for group in found} == {4}
    for whole, part, first, second in found:
        assert [pair.label for pair in (whole, part, first, second)] == [
            "supported", "unsupported", "supported", "unsupported",
        ]  # fmt: skip
        assert whole.claim == part.claim and whole.evidence == PASSAGE
        assert part.evidence == first.evidence == second.evidence != PASSAGE
        assert {first.claim, second.claim} == {rebuilt.claim, trams.claim}
        start, end = part.words
        assert part.claim[start:end].casefold() == second.claim.casefold(), "the second part is what is lacking"
        assert whole.claim.startswith(first.claim.rstrip("."))


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param(["Lind paid for a new mill with her savings."], id="one claim only"),
        pytest.param(
            ["Lind rebuilt the mill from savings.", "Oda Lind rebuilt it from her own savings."], id="on one sentence"
        ),
        pytest.param(["Ships sail.", "Whales sing."], id="not of the passage"),
    ],
)
def test_what_cannot_be_parted_is_not_joined(claims):
    assert [list(groups(map(true, claims), random.Random(seed))) for seed in range(5)] == [[]] * 5


SENTENCE = st.lists(st.sampled_from("the mill Oda burned trams site June savings".split()), min_size=1, max_size=5)


@given(st.lists(SENTENCE, min_size=2, max_size=4), st.lists(SENTENCE, max_size=6))
def test_every_group_has_two_true_claims_and_two_that_lack_something(claims, passage):
    text = " ".join(" ".join(words).capitalize() + "." for words in passage)
    told = [true(" ".join(words).capitalize() + ".", text) for words in claims]
    for group in groups(told, random.Random(1)):
        assert [pair.label for pair in group] == ["supported", "unsupported", "supported", "unsupported"]
        start, end = group[1].words
        assert 0 < start < end == len(group[1].claim)
        assert len(group[1].evidence) < len(group[0].evidence)
