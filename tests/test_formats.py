import dataclasses
import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import formats
from qa.articles.items import Page
from qa.errors import Unreadable
from qa.schema import About, Article

FRONT = """---
title: "Ferry: the end"
publisher: Harbour Gazette
author: [Ada Quill, Ben Okoro]
published: 2021-05-12
language: en
url: https://gazette.example/ferry
colour: blue
about:
  title: Board minutes
  publisher: Harbour Board
  published: 2021-05
---

The Sable leaves in June.

It is old.
"""


def articles_in(origin: str, data: bytes) -> tuple[Article, ...]:
    return formats.read(Page(origin, data)).articles


def only(origin: str, text: str) -> Article:
    (article,) = articles_in(origin, text.encode())
    return article


def test_front_matter_says_who_and_when():
    article = only("notes/ferry.md", FRONT)
    expected = Article(
        id=hashlib.sha256(b"https://gazette.example/ferry").hexdigest()[:16],
        version=article.version,
        title="Ferry: the end",
        text="The Sable leaves in June.\n\nIt is old.",
        publisher="Harbour Gazette",
        author="Ada Quill, Ben Okoro",
        published="2021-05-12",
        dated_by="front matter",
        about=About("Board minutes", "Harbour Board", None, "2021-05", None),
        url="https://gazette.example/ferry",
        language="en",
        origin="notes/ferry.md",
        content_hash=hashlib.sha256(b"The Sable leaves in June. It is old.").hexdigest(),
    )
    assert article == expected
    assert re.fullmatch("[0-9a-f]{12}", article.version)


@pytest.mark.parametrize(
    ("value", "iso"),
    [("2021", "2021"), ("2021-03", "2021-03"), ("2021-03-20", "2021-03-20"), ('"20 March 2021"', "2021-03-20"),
     ("2021-03-20T10:00:00Z", "2021-03-20"), ("2021-02-30", None), ("last summer", None), ("[1, 2]", None), ("", None)],
)  # fmt: skip
def test_front_matter_dates_keep_the_precision_that_is_given(value, iso):
    article = only("a.md", f"---\ntitle: A\ndate: {value}\n---\nText.")
    assert (article.published, article.dated_by) == (iso, "front matter" if iso else "unknown")


def test_the_date_of_the_reported_article_counts_where_the_text_has_none():
    article = only("a.md", "---\nabout: {published: 2021-03, publisher: Xinhua}\n---\n# A brief\n\nText.")
    assert (article.published, article.dated_by, article.publisher) == ("2021-03", "front matter", None)


def test_values_stay_as_they_are_written():
    article = only("a.md", "---\ntitle: No\nauthor: 007\npublisher: 1e3\n---\nText.")
    assert (article.title, article.author, article.publisher) == ("No", "007", "1e3")


def test_the_title_is_the_front_matters_else_the_headings_else_the_first_line():
    assert only("a.md", "---\ntitle: T\n---\n# H\n\nText.").text == "# H\n\nText."
    assert only("a.md", "---\ntitle: h\n---\n# H\n\nText.").text == "Text."
    heading = only("a.md", "---\nlanguage: en\n---\n# H #\n\nText.")
    assert (heading.title, heading.text) == ("H", "Text.")
    first = only("a.md", "---\nlanguage: en\n---\nText of one line.\n\nMore.")
    assert (first.title, first.text) == ("Text of one line.", "Text of one line.\n\nMore.")


@pytest.mark.parametrize(
    ("text", "line"),
    [("---\ntitle: One: two\n---\nText.", 2),
     ("---\na: 1\ntitle: 'open\n---\nText.", 4),
     ("---\na: [1\nb: 2\n---\nText.", 3)],
)  # fmt: skip
def test_broken_front_matter_is_refused_with_its_line(text, line):
    with pytest.raises(Unreadable, match=f"broken front matter at line {line}") as caught:
        articles_in("a.md", text.encode())
    assert "quotes" in caught.value.hint


@pytest.mark.parametrize("text", ["---\nA rule above.\n---\n\nText of the page.", "---\n\nNo second rule here."])
def test_a_line_between_paragraphs_is_no_front_matter(text):
    assert only("a.md", text).text == text


def test_words_are_kept_character_for_character():
    text = "“ﬁne” — 2\u00a0crowns, ½ the price…\tCafe\u0301.  \r\nNext line.\r\n\r\nLast."
    article = only("a.txt", "Title\n\n" + text)
    assert article.text == "“ﬁne” — 2\u00a0crowns, ½ the price…\tCafe\u0301.\nNext line.\n\nLast."


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [("Das Café öffnet früh.", "utf-8", "en"), ("Das Café öffnet früh.", "utf-8-sig", "en"),
     ("Das Café öffnet früh – “ja”.", "cp1252", "en"), ("Das Café öffnet früh.", "utf-16", "en"),
     ("港务局星期一表示，老渡轮将于六月离开长码头。", "gb18030", "zh"),
     ("港湾局は月曜日に、古いフェリーが離れると発表した。", "shift_jis", "ja"),
     ("Паромная компания сообщила в понедельник, что паром уйдёт.", "cp1251", "und"),
     ("항만국은 월요일에 배가 떠난다고 말했다.", "utf-8", "ko")],
)  # fmt: skip
def test_common_encodings_are_read_and_the_script_tells_the_language(text, encoding, language):
    (article,) = articles_in("a.txt", f"Title\n\n{text}".encode(encoding))
    assert (article.text, article.language) == (text, language)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x00\x00",
        b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f",
        b"\xff\xfe\x00\xd8a",
        b"A plain line \x81 of text",
    ],
)
def test_binary_data_is_refused(data):
    with pytest.raises(Unreadable, match="looks like a binary file"):
        articles_in("a.txt", data)


@pytest.mark.parametrize(
    ("origin", "data"),
    [("a.txt", b""), ("a.md", b" \n\n "), ("a.html", b""), ("a.html", b"<p></p>"), ("a.md", b"---\ntitle: T\n---\n")],
)
def test_a_file_without_text_is_refused(origin, data):
    with pytest.raises(Unreadable, match="holds no article text"):
        articles_in(origin, data)


def test_a_file_name_dates_what_nothing_else_dates():
    article = only("in/2021-03-20-ferry.txt", "Ferry\n\nThe Sable leaves.")
    assert (article.published, article.dated_by) == ("2021-03-20", "file name")
    article = only("2021-03-20.md", "---\npublished: 2020\n---\nThe Sable leaves.")
    assert (article.published, article.dated_by) == ("2020", "front matter")


def test_an_id_follows_origin_and_title_and_a_version_what_is_shown():
    one = only("a.txt", "Ferry\n\nThe Sable leaves.")
    assert one == only("a.txt", "Ferry\n\nThe Sable leaves.")
    assert one.id == only("a.txt", "FERRY \n\nShe left.").id
    assert one.id != only("b.txt", "Ferry\n\nThe Sable leaves.").id
    moved = only("b.txt", "Ferry\n\nThe Sable leaves.")
    assert (moved.version, moved.content_hash) == (one.version, one.content_hash)
    dated = only("a.txt", "Ferry\n\n12 May 2021\n\nThe Sable leaves.")
    assert dated.version != one.version
    assert dated.content_hash == one.content_hash


def test_equal_titles_in_one_file_are_told_apart():
    item = "Ferry Leaves the Long Quay\n\nBy Ada Quill\n\n3 May 2021\n\n" + "The Sable leaves the quay in June. " * 6
    articles = articles_in("a.txt", f"{item}\n\n{item}".encode())
    assert [article.title for article in articles] == ["Ferry Leaves the Long Quay"] * 2
    assert len({article.id for article in articles}) == 2


PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html><html lang="en-GB"><head><title>Old Ferry Leaves | Harbour Gazette</title>
<meta property="og:title" content="Old Ferry Leaves"><meta property="og:site_name" content="Harbour Gazette">
<meta name="author" content="Ada Quill"><link rel="canonical" href="https://gazette.example/ferry">
<meta property="article:published_time" content="2021-05-12T08:00:00+02:00"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>Old Ferry Leaves</h1>
<p>The harbour board said on Monday that the old ferry Sable would leave the Long Quay for good in June.</p>
<h2>Outlook</h2><p>Until then a hired launch with forty seats will make four crossings a day, weather permitting.</p>
<ul><li>One crossing at seven</li><li>One crossing at nine</li></ul><script>alert("no")</script></article>
<footer>© 2024 Harbour Gazette</footer></body></html>"""


def test_a_web_page_gives_its_article_and_what_it_says_of_itself():
    article = only("saved/ferry.html", PAGE)
    expected = dataclasses.replace(
        article,
        title="Old Ferry Leaves",
        text="The harbour board said on Monday that the old ferry Sable would leave the Long Quay for good in June.\n\n"
        "Outlook\n\nUntil then a hired launch with forty seats will make four crossings a day, weather permitting.\n\n"
        "One crossing at seven\n\nOne crossing at nine",
        publisher="Harbour Gazette",
        author="Ada Quill",
        published="2021-05-12",
        dated_by="page metadata",
        about=None,
        url="https://gazette.example/ferry",
        language="en",
    )
    assert article == expected


def test_the_foot_and_the_day_of_reading_never_date_a_web_page():
    undated = re.sub(r"<meta property=\"article:published_time\".*?>", "", PAGE)
    article = only("ferry.html", undated)
    assert (article.published, article.dated_by) == (None, "unknown")
    article = only("ferry.html", undated.replace("gazette.example/ferry", "gazette.example/2021/05/ferry"))
    assert article.published == "2021-05"
    assert article.dated_by in ("address", "page metadata")


def test_a_web_page_is_read_in_the_encoding_that_it_declares():
    page = PAGE.replace('encoding="utf-8"', 'encoding="iso-8859-2"').replace("Sable", "Żółw")
    (article,) = articles_in("a.html", page.encode("iso-8859-2", "replace"))
    assert "ferry Żółw would" in article.text


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "2021-03-20.text"]))
def test_any_bytes_give_articles_or_one_known_error(data, origin):
    try:
        articles = articles_in(origin, data)
    except Unreadable as error:
        assert error.hint
    else:
        assert articles == articles_in(origin, data)
        assert len({article.id for article in articles}) == len(articles)
        assert all(article.text.strip() and article.title for article in articles)


@given(st.text(st.sampled_from("---\n:[]{}'\"title #&*!|>%@`,?12"), max_size=80))
def test_any_front_matter_gives_articles_or_one_known_error(block):
    try:
        articles_in("a.md", f"---\ntitle: T\n{block}\n---\nText.".encode())
    except Unreadable as error:
        assert "front matter" in str(error) or "no article text" in str(error)
