from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import article

from qa.indexing.chunks import HEADER_TOKENS, chunk_article, chunk_header
from qa.schema import About, Chunk

PIECES = ["One two. ", "three", " ", "\n\n", "- four\n", "五六。", ". ", "a" * 30]
ANY = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(PIECES), max_size=80).map("".join),
)


def words(text: str) -> int:
    return len(text.split())


def characters(text: str) -> int:
    """A tokenizer in which even one word can be too long."""
    return len(text.strip())


@given(ANY, st.integers(1, 12), st.sampled_from([words, characters]))
def test_any_text_is_cut_into_exact_chunks_within_the_limit(text, limit, count):
    chunks = chunk_article(article(text), count, limit)
    cursor = 0
    for position, chunk in enumerate(chunks):
        assert chunk.text == text[chunk.start : chunk.end]
        assert chunk.text.strip()
        assert (chunk.position, chunk.id) == (position, f"a1:v1:{position}")
        assert cursor <= chunk.start < chunk.end
        assert not text[cursor : chunk.start].strip(), "only white space lies between chunks"
        assert count(chunk.text) <= limit or count is characters
        cursor = chunk.end
    assert not text[cursor:].strip()


@given(st.text(alphabet="ab .\n", max_size=200), st.integers(2, 9))
def test_one_long_word_is_cut_to_the_limit(text, limit):
    # With white space inside a chunk counted too, a chunk may only be longer by the spaces between its sentences.
    for chunk in chunk_article(article(text), characters, limit):
        assert len("".join(chunk.text.split())) <= limit


def test_sentences_stay_whole_and_are_packed_in_order():
    text = "One two three. Four five. Six seven eight nine. Ten."
    chunks = chunk_article(article(text, title="T"), words, 5)
    assert chunks == [
        Chunk("a1:v1:0", "a1", "v1", 0, 0, 25, "One two three. Four five.", "T"),
        Chunk("a1:v1:1", "a1", "v1", 1, 26, 52, "Six seven eight nine. Ten.", "T"),
    ]


def test_a_sentence_beyond_the_limit_is_cut_at_white_space():
    chunks = chunk_article(article("one two three four five six seven"), words, 4)
    assert [chunk.text for chunk in chunks] == ["one two three four", "five six seven"]


def test_an_empty_text_has_no_chunks():
    assert chunk_article(article(" \n "), words, 5) == []


@pytest.mark.parametrize(
    ("known", "header"),
    [
        ({"title": "Bridge", "publisher": "Courier", "published": "2020-11-02"}, "Bridge · Courier · 2 November 2020"),
        ({"title": "Bridge", "publisher": "Desk", "about": About(publisher="Wire")}, "Bridge · Wire"),
        ({"title": "Bridge", "publisher": "Desk", "about": About(title="x")}, "Bridge · Desk"),
        ({"title": "A  very\nold bridge"}, "A very old bridge"),
        ({"title": "w " * 60, "publisher": "Courier"}, " ".join(["w"] * HEADER_TOKENS)),
    ],
)
def test_headers(known, header):
    assert chunk_header(article(**known), words) == header


@given(st.text(max_size=300))
def test_a_header_is_within_its_limit(title):
    assert words(chunk_header(article(title=title, publisher="Courier"), words)) <= HEADER_TOKENS


def test_a_header_of_one_endless_word_is_cut():
    assert len(chunk_header(article(title="x" * 1000), characters)) <= 2 * HEADER_TOKENS
