from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import article

from qa.citations import cite, is_exact
from qa.schema import About, Citation

ARTICLE = article(
    "It rained. The bridge, however, held.", title="Bridge", publisher="Courier", author="L. Ost",
    published="2021-05-03", dated_by="byline", about=About(publisher="Wire"), url="https://a.example",
)  # fmt: skip


def test_a_citation_is_cut_from_the_article_with_who_and_when():
    assert cite(2, ARTICLE, 11, 37) == Citation(
        number=2, article_id="a1", version="v1", start=11, end=37, quote="The bridge, however, held.", title="Bridge",
        publisher="Courier", author="L. Ost", published="2021-05-03", dated_by="byline", about=About(publisher="Wire"),
        url="https://a.example", locator=None,
    )  # fmt: skip


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (0, 38), (38, 40)])
def test_a_place_outside_the_text_is_refused(start, end):
    with pytest.raises(ValueError, match=f"{start}:{end} is no place in an article of 37 characters"):
        cite(1, ARTICLE, start, end)


@given(st.data())
def test_every_citation_is_exact(data):
    text = data.draw(st.text(min_size=1))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert is_exact(cite(1, article(text), start, end), article(text))


def test_another_version_another_article_or_altered_words_are_not_exact():
    made = cite(1, ARTICLE, 0, 10)
    assert is_exact(made, ARTICLE)
    assert not is_exact(made, replace(ARTICLE, version="v2"))
    assert not is_exact(made, replace(ARTICLE, id="a2"))
    assert not is_exact(replace(made, quote="It poured."), ARTICLE)
    assert not is_exact(replace(made, start=1, end=11), ARTICLE)


def test_a_quote_names_its_page_and_where_else_it_stands():
    text, pages = "One.\n\nTwo.\n\nThree.", (0, 6, 6, 12)
    paged = replace(ARTICLE, text=text, pages=pages, publisher="Harbour Gazette", author=None, about=None)
    places = {"One.": "page 1", "Two.": "page 3", "Three.": "page 4"}  # the second page is empty
    for words, page in places.items():
        start = paged.text.index(words)
        assert cite(1, paged, start, start + len(words)).locator == page
    citation = cite(1, paged, 0, 4)
    assert citation.attribution == "Harbour Gazette, 3 May 2021, page 1"
    assert replace(citation, also=("Star, undated",)).attribution == (
        "Harbour Gazette, 3 May 2021, page 1 (also in Star, undated)"
    )
    assert replace(citation, locator=None, also=tuple("ABCDE")).attribution == (
        "Harbour Gazette, 3 May 2021 (also in A; B; C and 2 more)"
    )
