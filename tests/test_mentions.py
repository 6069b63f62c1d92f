from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.mentions import mentions, name_words, signs, takes_article


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Did Mr. Pavel Horn close the Osmere harbour plan?", ["Mr. Pavel Horn", "Osmere harbour plan"]),
        ("Idris Vale, Tova Brandt and Mila Oster met.", ["Idris Vale, Tova Brandt and Mila Oster"]),
        ("How many members left?", ["members"]),
        ("Spanish is spoken.", []),
        ("Talvik: Harbours", ["Talvik"]),
        ("Tell Horn so.", ["Horn"]),
        ("", []),
    ],
)
def test_lists_names_and_described_things_are_found(text, expected):
    assert [text[start:end] for start, end in mentions(text)] == expected


@given(st.text())
def test_what_any_text_names_is_in_reading_order_and_never_overlaps(text):
    ends = [place for mention in mentions(text) for place in mention]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Mrs. Oster won", "Mrs. Oster", {"she"}),
        ("Pedro Vale won", "Pedro Vale", {"he"}),
        ("Mila Oster, the mayor, won", "Mila Oster", {"person"}),
        ("Mayor Idris Vale", "Idris Vale", {"person"}),
        ("It lies in Brenna", "Brenna", {"place"}),
        ("Japan won", "Japan", {"place"}),
        ("the ferry Petrel sank", "Petrel", {"kind 22"}),
        ("Petrel, a ferry built there", "Petrel", {"kind 22"}),
        ("Tova Brandt and Mila Oster", "Tova Brandt and Mila Oster", {"list", "plural"}),
        ("Norrland Energy", "Norrland Energy", set()),
    ],
)
def test_a_text_tells_what_it_names(text, name, expected):
    start = text.index(name)
    assert signs(text, start, start + len(name)) == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("the Kestrel Bridge fell", "Kestrel Bridge", True),
        ("the Vale years", "Vale", False),
        ("Kestrel Bridge fell", "Kestrel Bridge", False),
        ("a harbour plan", "harbour plan", True),
    ],
)
def test_the_article_of_a_name_is_its_own_or_another_words(text, name, expected):
    start = text.index(name)
    assert takes_article(text, start, start + len(name)) is expected


def test_names_are_compared_without_case_accents_titles_and_endings():
    assert name_words("Mayor José Vale’s") == name_words("the JOSE VALE") == {"jose", "vale"}
