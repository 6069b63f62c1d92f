import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles.decoding import decoded, tidy
from qa.errors import Unreadable

GREEK = "Η Αθήνα είπε ότι το λιμάνι θα μείνει κλειστό. " * 3


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("naïve".encode(), "naïve"),
        ("naïve".encode("utf-8-sig"), "naïve"),
        ("naïve".encode("utf-16"), "naïve"),
        ("He was naïve, she said.".encode("cp1252"), "He was naïve, she said."),
        (b"", ""),
    ],
)
def test_the_encoding_is_told_by_mark_or_by_trial(data, text):
    assert decoded("a.txt", data) == text


def test_letters_that_are_not_latin_tell_an_encoding_of_one_byte():
    assert decoded("a.txt", GREEK.encode("iso-8859-7")) == GREEK


@pytest.mark.parametrize("encoding", ["iso-8859-2", "iso-2022-jp", "shift_jis", "utf-7"])
def test_a_header_or_the_page_may_declare_it(encoding):
    text = {"iso-8859-2": "Žluťoučký kůň", "utf-7": "Über & über"}.get(encoding, "東京の港は閉鎖された")
    assert decoded("a.html", text.encode(encoding), declared=encoding) == text
    page = f'<meta charset="{encoding}"><p>{text}'
    assert decoded("a.html", page.encode(encoding), markup=True) == page


def test_a_page_that_declares_wrongly_is_read_all_the_same():
    page = '<meta charset="no-such-thing"><p>naïve'
    assert decoded("a.html", page.encode(), markup=True) == page
    assert decoded("a.html", page.replace("no-such-thing", "ascii").encode("cp1252"), markup=True).endswith("naïve")


def test_a_few_bytes_of_another_encoding_do_not_spoil_a_text_in_utf_8():
    text = "“Überfahrt”, sagte er – “für Züge, Fähren und Wägen”."
    mixed = text.encode() + "\nDas Café blieb zu.".encode("cp1252")
    assert decoded("a.txt", mixed) == text + "\nDas Café blieb zu."
    western = "The café in Orléans was closed on Monday, the naïve mayor said"
    assert decoded("a.txt", western.encode("cp1252") + "…".encode()) == f"{western}â€¦"  # not mostly UTF-8


@pytest.mark.parametrize("data", [b"a\0b", bytes(range(1, 32)) * 20, b"\xff\xfe\x00\xd8\x00\xd8"])
def test_binary_data_is_refused(data):
    with pytest.raises(Unreadable, match="looks like a binary file"):
        decoded("a.txt", data)


@given(st.binary(max_size=500), st.booleans(), st.sampled_from([None, "utf-8", "hz", "idna", "base64", "x" * 30]))
def test_any_bytes_are_text_or_refused(data, markup, declared):
    try:
        assert isinstance(decoded("a", data, markup=markup, declared=declared), str)
    except Unreadable as error:
        assert error.hint


def test_line_ends_are_made_one_kind_and_nothing_else_is_touched():
    assert tidy("\r\n  One \t\r\rtwo\x0bthree  \nfour\n\n") == "  One\n\ntwo\x0bthree\nfour"


@given(st.text())
def test_tidying_again_changes_nothing(text):
    assert tidy(tidy(text)) == tidy(text)
