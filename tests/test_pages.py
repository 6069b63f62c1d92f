import dataclasses
import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import formats, furniture, stamps
from qa.articles.items import Item, Page
from qa.articles.pages import split

DATA = Path(__file__).parent / "data"
COMPOSED = sorted(path.with_suffix("") for path in (DATA / "pages").glob("*.json"))
SINGLE = [path for path in COMPOSED if len(json.loads(Path(f"{path}.json").read_text("utf-8"))) == 1]

# Lines from which pages are drawn: what articles and what sites are made of.
LINES = [
    "Old Ferry Leaves the Long Quay",
    "East Asia",
    "Published",
    "on",
    "3 months ago",
    "May 12, 2021",
    "By",
    "By Ada Quill",
    "By Ben Okoro | 20 April 2021",
    "By Ben Okoro April 20",
    "Author: Ada Quill, Orrinford",
    "Continue Reading",
    "Latest",
    "Harbour10 mins ago",
    "The board said on Monday that the ferry would leave for good, after...",
    "=====",
    "References",
    "Source: Harbour Gazette, May 12, 2021",
    "https://gazette.example/2021/05/ferry",
    "Source:",
    "1. Radio, 3 May 2021",
    "Correction: April 22, 2021",
    "©2021 Gazette. All rights reserved.",
    "From our partner Grain Weekly",
    "Leave a Reply",
    "This article is republished from Grain Weekly.",
    "Read the rest of this article on Grain Weekly",
    "About Ada Quill",
    "(Mara Lind/Quay Pictures)",
    "The Sable at the quay. (Mara Lind/Quay Pictures)",
    "image credit: kremlin.ru",
    "",
    "ORRINFORD — " + "Wheat growers in the valley brought in less. " * 5,
    "The union blames a dry spring. " * 7,
    "Dr. Ada Quill is a lecturer at Orrin College and can be reached by e-mail.",
    "# Heading",
    "• a list item",
    " ",
    "Grain Weekly is written and produced by Orrin & Associates. Follow us.",
    "Facebook",
    "Home | News | Sport",
]
PAGES = st.lists(st.sampled_from(LINES) | st.text(max_size=40), max_size=40).flatmap(
    lambda lines: st.sampled_from(["\n", "\n\n"]).map(lambda gap: gap.join(lines))
)


def rows(path):
    return json.loads(Path(f"{path}.json").read_text("utf-8"))


def stated(item):
    """What an item says, without the fields that say nothing."""
    row = dataclasses.asdict(item)
    return {key: list(value) if isinstance(value, tuple) else value for key, value in row.items() if value}


@pytest.mark.parametrize("path", COMPOSED, ids=lambda path: path.name)
def test_a_composed_page_gives_exactly_its_articles(path):
    items = [stated(item) for item in split(path.read_text("utf-8"))]
    assert items == [{key: value for key, value in row.items() if value is not None} for row in rows(path)]


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.name)
def test_a_single_article_is_never_cut_whatever_site_it_is_pasted_from(path):
    text = path.read_text("utf-8")
    expected = [item.text for item in split(text)]
    gap = "\n\n" if "\n\n" in text else "\n"
    framed = gap.join(["Connect with us", text.strip(), "Continue Reading", "Leave a Reply", "Privacy Policy"])
    assert [item.text for item in split(framed)] == expected


@given(PAGES)
def test_no_page_makes_splitting_fail_and_every_paragraph_is_the_pages_own(text):
    page = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    items = split(text)
    assert items == split(text)
    for item in items:
        assert item.title
        assert item.text == item.text.strip()
        assert all(paragraph in page for paragraph in item.text.split("\n\n"))


@given(st.text())
def test_no_text_at_all_makes_splitting_fail(text):
    assert all(item.text and item.title for item in split(text))


def test_an_empty_page_has_no_articles():
    assert split("") == split(" \n\n \n") == []


def test_a_text_of_one_line_is_title_and_text():
    assert split("The ferry leaves at nine") == [Item("The ferry leaves at nine", "The ferry leaves at nine")]


@pytest.mark.parametrize(
    "text",
    ["a " * 2_500_000, " " * 5_000_000 + "x", "(" * 3_000_000, "Dr. " * 1_000_000, "Jan 1 " * 500_000,
     "Read more\n" * 5_000,
     "Foo Bar Baz\n\nPublished\n\non\n\n" * 2_000, "References\n\nDr. A B is a writer, twitter.\n\n" * 2_000],
    ids=["words", "spaces", "brackets", "titles", "dates", "ends", "stamps", "references"],
)  # fmt: skip
def test_a_monstrous_page_does_not_hang(text):
    start = time.perf_counter()
    split(text)
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    ("line", "byline"),
    [("By Ada Quill", ("Ada Quill", None, None)), ("By Ada Quill (@ada)", ("Ada Quill", None, None)),
     ("By ADA QUILL and Ben van der Meer, 3 May 2021", ("ADA QUILL and Ben van der Meer", "2021-05-03", None)),
     ("By Ada Quill, Staff Writer", ("Ada Quill", None, None)),
     ("Author: Ada Quill, Orrinford", ("Ada Quill", None, None)),
     ("By Ada Quill September 20", ("Ada Quill", None, (9, 20))),
     ("Posted on May 3, 2021 by Ada Quill", ("Ada Quill", "2021-05-03", None)),
     ("Published: 3 May 2021", (None, "2021-05-03", None)),
     ("June 21, 2024 by Ada Quill", ("Ada Quill", "2024-06-21", None)),
     ("A. Quill, 3 May 2021", ("A. Quill", "2021-05-03", None)),
     ("Harbour Gazette, 3 May 2021", (None, "2021-05-03", None, "Harbour Gazette")),
     ("Ada Quill | Harbour Gazette | 3 May 2021", ("Ada Quill", "2021-05-03", None, "Harbour Gazette")),
     ("Ada Quill – Harbour Gazette, May 3", ("Ada Quill", None, (5, 3), "Harbour Gazette")),
     ("June 14, 2024 (updated June 16) by Ada Quill", ("Ada Quill", "2024-06-14", None, None, "2024-06-16")),
     ("Words: Ada Quill", ("Ada Quill", None, None)), ("by the Notebook desk", ("the Notebook desk", None, None))],
)  # fmt: skip
def test_bylines_name_author_and_date(line, byline):
    assert stamps.byline(line) == stamps.Byline(*byline)


@pytest.mark.parametrize(
    "line",
    [
        "By the end of the day the ferry had left",
        "BY diversifying its suppliers",
        "Updated May 3, 2021",
        "By 2021",
        "Byline",
        "Berlin, 3 May 1945",
        "New York, 3 May 2021",
        "What happened in Orrin, 3 May 2021?",
    ],
)
def test_sentences_that_begin_with_by_are_no_bylines(line):
    assert stamps.byline(line) is None


@pytest.mark.parametrize(
    ("line", "signed"),
    [("— Ada Quill", stamps.Signature(author="Ada Quill")),
     ("— Interview: Ada Quill", stamps.Signature(author="Ada Quill")),
     ("— the editors", stamps.Signature(author="the editors")),
     ("(Ada Quill)", stamps.Signature(author="Ada Quill")),
     ("(QUAY NEWS AGENCY)", stamps.Signature(agency="QUAY NEWS AGENCY")),
     ("/QNA/ lk", stamps.Signature()),
     ("— Nobody will cut a single linden, he said.", None), ("(This report is now closed.)", None), ("(2021)", None)],
)  # fmt: skip
def test_signatures_name_who_signs(line, signed):
    assert stamps.signature(line) == signed


@pytest.mark.parametrize(
    ("line", "dateline"),
    [("ORRINFORD — Wheat growers brought in less.", stamps.Dateline("ORRINFORD")),
     ("VELIKA, July 6 (QNA) - The house sat.", stamps.Dateline("VELIKA", "QNA", None, (7, 6))),
     ("VUKOV, 7 November 2021 – The team lost.", stamps.Dateline("VUKOV", None, "2021-11-07")),
     ("Wheat growers — all of them — brought in less.", None), ("USA won the match - at last.", None)],
)  # fmt: skip
def test_datelines_name_place_agency_and_day(line, dateline):
    assert stamps.dateline(line) == dateline


@pytest.mark.parametrize(
    ("line", "date"),
    [("Geneva, 3 May 2021", "2021-05-03"), ("Commentary | 3 May 2021", "2021-05-03"),
     ("Sunday 16 February 2020, 18:40", "2020-02-16"), ("May 3, 2021 • 5 min read", "2021-05-03"),
     ("The board met on 3 May 2021 and rose", None), ("640", None), ("Page 12 of 2021", None)],
)  # fmt: skip
def test_a_line_that_is_a_date_beside_a_label_is_a_stamp(line, date):
    assert stamps.stamped_date(line) == date


@pytest.mark.parametrize(
    ("line", "asks"),
    [("Support the Record. If you read it every week, please donate the price of a pint.", True),
     ("Forwarded by a friend? Subscribe here. It is free.", True),
     ("Help came from members of the crew, who had donated their boats.", False),
     ("“We are fighting for our members,” she said.", False),
     ("Sponsored by the mayor, the bill passed with nine votes.", False),
     ("If you live in the valley, you can sign up for the launch at the town hall.", False)],
)  # fmt: skip
def test_only_what_the_site_asks_of_its_readers_is_an_appeal(line, asks):
    assert furniture.is_appeal(line) == asks


def test_a_list_at_the_end_of_a_page_without_a_site_is_the_articles():
    lines = ["Old Ferry Leaves", "The Sable leaves the quay in June. " * 6, "The stops of the launch", "12 Harbour Row"]
    (item,) = split("\n\n".join(lines))
    assert item.text.endswith("The stops of the launch\n\n12 Harbour Row")


@pytest.mark.parametrize(
    ("line", "who"),
    [("From our partner Grain Weekly", "Grain Weekly"),
     ("Read the rest of this article on The Quay Review", "The Quay Review"),
     ("This article is republished from The Quay under a Creative Commons licence.", "The Quay"),
     ("This story originally appeared in Grain Weekly.", "Grain Weekly"),
     ("Read the rest of this article here >>> Old Ferry Leaves", None), ("The article was published in May.", None)],
)  # fmt: skip
def test_republication_lines_name_whose_text_it_is(line, who):
    assert stamps.origin(line) == who


def test_a_footers_copyright_year_never_dates_the_one_article_above_it():
    (item,) = split("Old Ferry Leaves\n\n" + "The Sable leaves the quay in June. " * 6 + "\n\n© 2024 Harbour Gazette")
    assert (item.publisher, item.published) == ("Harbour Gazette", None)


def raw_pages() -> Path:
    folder = os.environ.get("FOOTNOTE_RAW_PAGES")
    if not folder:
        pytest.skip("FOOTNOTE_RAW_PAGES does not name the folder of the five scraped pages")
    return Path(folder)


def test_the_raw_pages_give_their_23_articles():
    got = {}
    for path in sorted(raw_pages().glob("*.txt")):
        articles = formats.read(Page(path.name, path.read_bytes())).articles
        got[path.name] = [
            {
                "title": article.title,
                "publisher": article.publisher,
                "author": article.author,
                "published": article.published,
                "dated_by": article.dated_by,
                "about": (about := article.about) and [about.publisher, about.published, (about.url or "")[:40]],
                "first": " ".join(article.text.split()[:3]),
                "last": " ".join(article.text.split()[-3:]),
                "paragraphs": article.text.count("\n\n") + 1,
                "words": len(article.text.split()),
            }
            for article in articles
        ]
    assert got == json.loads((DATA / "raw_pages_gold.json").read_text("utf-8"))
    assert sum(map(len, got.values())) == 23


FURNITURE = [
    "Connect with us",
    "Continue Reading",
    "Click to comment",
    "Leave a Reply",
    "Your email address",
    "HTML tags",
    "Spotted a mistake",
    "©",
    "mins ago",
    "hours ago",
    "Skip to content",
    "About Jerry Frey",
    "Read the rest",
    "republished from",
    "Dezan Shira",
    "From our partner",
    "image credit",
    "image source",
    "adsbygoogle",
    "Advertisement",
    "Bookmark the permalink",
    "Source: ",
    "By Manya Koetse",
    "Blogged by",
    "Author: ",
    "We publish fact-checks",
]


def test_no_furniture_is_left_in_the_raw_pages_articles():
    for path in sorted(raw_pages().glob("*.txt")):
        for article in formats.read(Page(path.name, path.read_bytes())).articles:
            assert [words for words in FURNITURE if words in article.text] == []
            assert not {"Published", "on", "East Asia", "China", "Featured", "Trending"} & set(article.text.split("\n"))


def test_a_page_on_which_only_one_headline_is_taken_for_an_opening_is_read_all_the_same():
    above = (
        "Home | News | Spo Sable ferry will leave the long quay for good on the last day of June, the board said. " * 2
    )
    below = (
        "The harvest in the valley was a third smaller than last year, and bakers expect that bread will cost more. "
        * 2
    )
    items = split(f"{above}\nHarvest poor\nBy Ben Okoro\n4 May 2021\n{below}")
    assert [paragraph for item in items for paragraph in item.text.split("\n")][-1] == below.strip()
