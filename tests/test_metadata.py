from __future__ import annotations

import pytest

from qa.indexing.metadata import chunk_metadata
from qa.schema import About, Article, Chunk

CHUNK = Chunk("a:v1:2", "a", "v1", 2, 10, 18, "One two.", "Title a")
PLAIN = {
    "article_id": "a", "version": "v1", "position": 2, "start": 10, "end": 18, "title": "Title a", "origin": "/a.md",
}  # fmt: skip


def article(published: str | None, about: About | None = None, publisher: str | None = None) -> Article:
    return Article(
        "a", "v1", "Title a", "text", publisher, None, published, "unknown", about, None, "en", "/a.md", "hash"
    )


def test_what_is_not_known_is_left_out():
    assert chunk_metadata(CHUNK, article(None)) == PLAIN


@pytest.mark.parametrize(("published", "day"), [("2021-03-20", 18706), ("2021-03", 18687), ("2021", 18628)])
def test_date_is_also_the_first_day_it_can_be(published, day):
    assert chunk_metadata(CHUNK, article(published)) == PLAIN | {"published": published, "published_day": day}


def test_date_of_a_report_is_that_of_its_source():
    about = About(publisher="Xinhua", published="2021-03-20")
    assert chunk_metadata(CHUNK, article("2022", about, "Briefs")) == PLAIN | {
        "publisher": "Briefs", "published": "2021-03-20", "published_day": 18706,
    }  # fmt: skip
