import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import properties
from qa.articles.properties import Stamped


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Harbour  opens", "Harbour opens"),
        ("Untitled", None),
        ("untitled-1", None),
        ("Microsoft Word - quay.docx", None),
        ("quay final.indd", None),
        ("my_quay_2", None),
        ("A-stem", None),
        ("12", None),
        ("", None),
        (None, None),
    ],
)
def test_a_property_is_a_title_only_if_a_person_wrote_it(words, title):
    assert properties.title(words, "a-stem") == title


@pytest.mark.parametrize(
    ("words", "author"),
    [
        ("Ada Quill", "Ada Quill"),
        ("Harbour Board of Long Quay", "Harbour Board of Long Quay"),
        ("王小明", "王小明"),
        ("python-docx", None),
        ("Microsoft Office User", None),
        ("aquill", None),
        ("ada@example.org", None),
        ("User 12", None),
        ("Administrator", None),
        (None, None),
    ],
)
def test_a_property_is_an_author_only_if_it_is_a_name(words, author):
    assert properties.author(words) == author


@pytest.mark.parametrize(
    ("lines", "stamped"),
    [
        (["By Ada Quill, 3 May 2021", "Updated: 4 May 2021"], Stamped("2021-05-03", "2021-05-04", "Ada Quill")),
        (["3 May 2021", "LONG QUAY, May 3, 2021 (Wire) — The port opened."], Stamped("2021-05-03", None, None)),
        (["3 May 2021", "4 May 2021", "By Ada Quill", "By Bo Binder"], Stamped(None, None, None)),
        (["The port opened on 3 May 2021.", "03/04/2021", "2021", ""], Stamped(None, None, None)),
    ],
)
def test_only_lines_that_say_when_and_who_are_listened_to(lines, stamped):
    assert properties.stamped(lines) == stamped


@given(st.text(max_size=300))
def test_no_words_are_too_strange(words):
    assert properties.title(words, "") is None or words.strip()
    assert properties.author(words) is None or words.strip()
    assert isinstance(properties.stamped([words]), Stamped)
