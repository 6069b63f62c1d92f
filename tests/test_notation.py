import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.notation import Restated, restated


@pytest.mark.parametrize(
    ("claim", "evidence", "text"),
    [
        ("They have about 1,600,000 cows.", "about 1.6m cows", "They have about 1.6m cows."),
        ("It sold three million copies and 12 hats.", "It sold 3m copies.", "It sold 3m copies and 12 hats."),
        ("About €9 billion was paid.", "roughly €9bn", "About €9bn was paid."),
        ("Of 40, 5% fell, and Twelve thousand rose.", "5 per cent; 12,000", "Of 40, 5 per cent fell, and 12,000 rose."),
        ("It cost US$1.5 billion.", "$1,500 million", "It cost $1,500 million."),
    ],
)
def test_a_number_is_written_as_the_evidence_writes_it(claim: str, evidence: str, text: str) -> None:
    assert restated(claim, [evidence]).text == text


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It fed 250,000 people.", "a quarter of a million people"),
        ("It fed 5,000,000 people.", "5 to 10 million people"),
        ("It fed 500,000 people.", "half a million people"),
        ("It fed 12,000 and 12,000 more.", "twelve thousand"),
        ("It fed 12 men.", "12 men, a dozen"),
        ("It fed 13 men.", "twelve men"),
        ("It fed one man.", "1 man"),
        ("It opened on March 20, 2020.", "20 March 2020"),
        ("It fed 12 men.", ""),
    ],
)
def test_what_is_no_other_way_to_write_it_is_left(claim: str, evidence: str) -> None:
    assert restated(claim, [evidence]) == Restated(claim)


def test_places_in_the_text_lead_back_to_the_claim() -> None:
    claim = "Of 40, 5% fell, and twelve thousand rose."
    said = restated(claim, ["5 per cent; 12,000"])
    words = ("Of", "40", "per", "fell", "12,000", "rose")
    places = [(said.text.index(word), said.text.index(word) + len(word)) for word in words]
    assert [claim[slice(*said.place(*place))] for place in places] == [
        "Of", "40", "5%", "fell", "twelve thousand", "rose",
    ]  # fmt: skip


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=3))
def test_every_place_leads_back_into_the_claim(claim: str, evidence: list[str]) -> None:
    said = restated(claim, evidence)
    assert said.place(0, len(said.text)) == (0, len(claim))
    for at in range(len(said.text)):
        start, end = said.place(at, at + 1)
        assert 0 <= start < end <= len(claim)
