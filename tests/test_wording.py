from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.wording import Said, root


def test_forms_of_a_verb_share_a_root():
    assert {root(word) for word in ("lend", "lent", "lends", "Lending")} == {"lend"}


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("The mayor did not open the bridge.", ["open", "bridge"]),
        ("The mayor refused to open it.", ["open"]),
        ("The bridge was not only old.", []),
        ("No longer does the ferry run.", []),
        ("The mayor opened the bridge.", []),
    ],
)
def test_which_words_are_denied(text, denied):
    said = Said(text)
    assert [said.words[place].text for place in said.denied] == denied


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Norland sued Talvik.", ("norland", "talvik")),
        ("Talvik was sued by Norland.", ("norland", "talvik")),
        ("The mayor sued Talvik.", None),
        ("Ministers of Norland sued Talvik.", None),
    ],
)
def test_who_does_it_to_whom(text, roles):
    said = Said(text)
    (verb,) = [place for place, word in enumerate(said.words) if word.text == "sued"]
    assert said.roles(verb) == roles


def test_persons_have_their_titles():
    (titled,) = Said("Then Foreign Minister Ana Prim spoke to the mayor.").titled
    assert (titled[0], [word.text for word in titled[1]]) == ("foreign minister", ["Ana", "Prim"])


@given(st.text(max_size=120))
def test_words_are_cut_from_the_text(text):
    said = Said(text)
    assert [said.quote(place, place) for place in range(len(said.words))] == [word.text for word in said.words]
    assert set(said.denied) <= set(range(len(said.words)))
