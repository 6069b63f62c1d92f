import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.facts import Fact, canonical
from qa.answering.ground import Ground, capitals, ground_of, owner, spaced


def test_evidence_is_laid_out_in_the_forms_that_rules_compare_with() -> None:
    ground = ground_of(("The mayor’s ferry left.\nIt sank on 2021-03-20.", "Why?"), ("Harbour Gazette",))
    assert ground == Ground(
        texts=("The mayor’s ferry left.\nIt sank on 2021-03-20.", "Why?"),
        headers=("Harbour Gazette",),
        whole="the mayor's ferry left. it sank on 2021-03-20. \n why? \n harbour gazette",
        words=frozenset("the mayor ferry left it sank on 2021 03 20 why harbour gazette march mar".split()),
        months=frozenset({"march", "mar"}),
        facts=(Fact("2021-03-20", "date", frozenset({("date", (2021, 3, 20), "")})),),
        values=frozenset({("date", (2021, 3, 20), ""), ("decade", Decimal(2020), "")}),
        by_text=(("the mayor's ferry left.", "it sank on 2021-03-20."), ("why?",)),
    )
    assert ground.raw == ("The mayor’s ferry left.\nIt sank on 2021-03-20.", "Why?", "Harbour Gazette")
    assert ground.sentences == ("the mayor's ferry left.", "it sank on 2021-03-20.", "why?")


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        pytest.param("Norholm's mayor met Ada O'Neill of AT&T.", ["Norholm's", "Ada", "O'Neill", "AT&T"], id="names"),
        pytest.param("Farmers met in Norholm.", ["Norholm"], id="a word that often begins a sentence"),
        pytest.param("Shipping to Norholm stopped.", ["Norholm"], id="the form of a common word"),
        pytest.param("Estby and Farmers Bank agreed.", ["Estby", "Farmers", "Bank"], id="the same words inside it"),
        pytest.param("He said “The Old Port” and I left for The Hague.", ["Hague"], id="quotations, articles and I"),
        pytest.param("2021 was hard for IT and for US firms.", ["IT", "US"], id="all capitals are no stop words"),
        pytest.param("It paid US$5 and NZ$6 to CDs.", ["CDs"], id="signs of money"),
        pytest.param("Hier un élève de Norholm a ri.", ["Hier", "Norholm"], id="accents"),
        pytest.param("农业部在北京。", [], id="no capitals"),
    ],
)
def test_capitalised_words_are_names_unless_they_begin_the_sentence_as_common_words_do(
    sentence: str, found: list[str]
) -> None:
    assert [match.group() for match in capitals(sentence)] == found


def test_a_possessive_gives_its_owner() -> None:
    assert [owner(word) for word in ("ministry's", "owners'", "owners", "o'neill", "'s", "")] == [
        "ministry", "owners", "owners", "o'neill", "", "",
    ]  # fmt: skip


def test_marks_and_white_space_are_all_that_is_made_the_same() -> None:
    assert spaced(" He said\n“yes”,  she ‘No’ to José ") == "He said \"yes\", she 'No' to José"


@given(st.lists(st.text(max_size=60), max_size=3), st.lists(st.text(max_size=20), max_size=2))
def test_any_texts_make_a_ground_that_loses_none_of_their_characters(texts: list[str], headers: list[str]) -> None:
    ground = ground_of(tuple(texts), tuple(headers))
    assert ground.raw == (*texts, *headers)
    assert len(ground.by_text) <= len(texts)
    assert ground.whole == " \n ".join(canonical(text) for text in (*texts, *headers))


@given(st.text(max_size=80))
def test_capitalised_words_stand_in_the_sentence_where_they_are_said_to(sentence: str) -> None:
    for match in capitals(sentence):
        assert match.string[match.start() : match.end()] == match.group()
        assert match.group() in spaced(sentence)
        assert not re.search(r"\s", match.group())
