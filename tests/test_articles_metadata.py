import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import dates, metadata
from qa.articles.metadata import Opening, Stated

PAGES = Path(__file__).parent / "data" / "dates"
GOLD = json.loads((PAGES / "gold.json").read_text(encoding="utf-8"))
# What is left unknown today, page by page; nothing may be wrong.
UNKNOWN = {
    "de-09-meta-date.html": "updated",
    "de-50-seit.html": "published",
    "de-51-ausgabe.html": "published",
    "de-70-dpa.html": "published",
    "de-71-vom.html": "published",
    "en-23-month-only.html": "published",
    "ja-50-morning.html": "published",
    "pl-09-roman.html": "published",
    "pl-70-dzis.html": "published",
    "th-01-buddhist.html": "published",
    "th-02-buddhist-bare.html": "published",
    "zh-09-hanzi.html": "published",
    "zh-70-time.html": "published",
}


def read(name):
    text = (PAGES / name).read_text(encoding="utf-8")
    if name.endswith(".txt"):
        opening = metadata.opening(text.split("\n")[1:], name[:2])
        return {"published": opening.published, "updated": opening.updated}
    stated = metadata.stated(text)
    return {"published": stated.published or dates.from_address(stated.url or ""), "updated": stated.updated}


def page(head="", body="", lang="en", title="Ferry gets a second boat"):
    return (
        f'<html lang="{lang}"><head><title>{title} | The Ledger</title>{head}</head>'
        f"<body><article><h1>{title}</h1>{body}<p>The board said that the boat would sail before summer.</p></article>"
    )


def data(*objects):
    return "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in objects)


def article(**fields):
    return {"@type": "NewsArticle", "headline": "Ferry gets a second boat", **fields}


def dated(html):
    stated = metadata.stated(html)
    return stated.published, stated.updated, stated.dated_by


@pytest.mark.parametrize("name", sorted(GOLD))
def test_the_dates_of_a_composed_page_are_read_or_left_unknown_never_wrong(name):
    gold = {"published": GOLD[name]["published"], "updated": GOLD[name]["updated"]}
    if name in UNKNOWN:
        gold[UNKNOWN[name]] = None
    assert read(name) == gold


def test_every_composed_page_has_its_gold():
    assert sorted(GOLD) == sorted(path.name for path in PAGES.iterdir() if path.suffix in (".html", ".txt"))


def test_the_page_s_own_data_gives_the_whole_statement():
    head = data(
        {"@type": "WebSite", "name": "Ledger Online"},
        {
            "@graph": [
                {"@id": "#org", "@type": "Organization", "name": "The Ledger"},
                {"@id": "#ada", "@type": "Person", "name": "Ada Penrose"},
                article(
                    headline="Ferry gets a &quot;second&quot; boat",
                    mainEntityOfPage="https://ledger.example/ferry",
                    author=[{"@id": "#ada"}, {"name": "Tom Quay"}, "Ada Penrose"],
                    publisher={"@id": "#org"},
                    datePublished="2021-03-12T23:30:00-05:00",
                    dateModified="2021-03-14",
                ),
            ]
        },
    )
    html = page(head + '<link rel="canonical" href="https://ledger.example/ferry">', lang="en-US")
    assert metadata.stated(html) == Stated(
        title='Ferry gets a "second" boat',
        publisher="The Ledger",
        author="Ada Penrose, Tom Quay",
        published="2021-03-12",
        dated_by="page metadata",
        updated="2021-03-14",
        url="https://ledger.example/ferry",
        language="en",
    )


def test_meta_elements_give_the_whole_statement():
    head = """<meta property="og:title" content="Ferry gets a second boat | The Ledger">
    <meta property="og:site_name" content="The Ledger"><meta property="og:url" content="https://ledger.example/ferry">
    <meta property="article:author" content="https://social.example/ada"><meta name="author" content="By Ada Penrose">
    <meta property="article:published_time" content="2021-03-12T06:00:00+01:00">
    <meta property="article:modified_time" content="2021-03-13T06:00:00+01:00">"""
    assert metadata.stated(page(head, lang="de-AT")) == Stated(
        title="Ferry gets a second boat",
        publisher="The Ledger",
        author="Ada Penrose",
        published="2021-03-12",
        dated_by="page metadata",
        updated="2021-03-13",
        url="https://ledger.example/ferry",
        language="de",
    )


def test_a_page_without_statements_gives_its_title_and_no_more():
    assert metadata.stated(page()) == Stated(title="Ferry gets a second boat", language="en")
    assert metadata.stated("") == metadata.stated("<!-- only a comment -->") == Stated()


def test_words_beside_the_headline_are_a_dateline():
    html = page(body='<p class="byline"><a rel="author">Ada Penrose</a> | 3 May 2021</p>', lang="en-GB")
    stated = metadata.stated(html)
    assert (stated.published, stated.dated_by, stated.author) == ("2021-05-03", "dateline", "Ada Penrose")


def test_an_article_told_twice_has_its_earlier_date():
    head = data(article(datePublished="2021-03-13"), {**article(datePublished="2021-03-12"), "@type": "Article"})
    assert dated(page(head)) == ("2021-03-12", None, "page metadata")


def test_of_several_articles_that_of_the_headline_counts_and_without_one_none():
    other = {"@type": "NewsArticle", "headline": "Fog", "datePublished": "2019-01-02", "author": "Tom Quay"}
    third = {"@type": "NewsArticle", "headline": "Lamp", "datePublished": "2018-01-02"}
    assert dated(page(data(other, article(datePublished="2021-03-12")))) == ("2021-03-12", None, "page metadata")
    assert metadata.stated(page(data([other, third]))) == Stated(title="Ferry gets a second boat", language="en")


def test_a_lone_article_in_the_page_s_data_that_is_about_something_else_is_not_the_page_s():
    other = {"@type": "NewsArticle", "headline": "Lighthouse painted", "datePublished": "2019-01-02"}
    reworded = {"@type": "NewsArticle", "headline": "A second ship for the ferry", "datePublished": "2021-03-12"}
    assert dated(page(data(other))) == (None, None, "unknown")
    assert dated(page(data(reworded))) == ("2021-03-12", None, "page metadata")


def test_a_system_s_own_name_is_nobody_s():
    stated = metadata.stated(page(data(article(author="admin", publisher={"name": "Blogger"}))))
    assert (stated.author, stated.publisher) == (None, None)


@pytest.mark.parametrize(
    "value", ["1970-01-01T00:00:00Z", "0000-00-00", "2999-01-01", "soon", "", "1615554300", None, 5, {}]
)
def test_a_declared_value_that_is_no_day_of_publishing_is_none(value):
    assert dated(page(data(article(datePublished=value)))) == (None, None, "unknown")


def test_a_day_after_tomorrow_is_no_date_and_today_is_one():
    today = datetime.datetime.now(tz=datetime.UTC).date()
    ahead = (today + datetime.timedelta(days=3)).isoformat()
    assert dated(page(data(article(datePublished=ahead)))) == (None, None, "unknown")
    assert dated(page(data(article(datePublished=today.isoformat())))) == (today.isoformat(), None, "page metadata")


@pytest.mark.parametrize(
    ("declared", "shown", "published"),
    [
        ("2021-03-13T02:10:00Z", "March 12, 2021", "2021-03-12"),
        ("2021-03-12T16:10:00+00:00", "March 13, 2021", "2021-03-13"),
        ("2021-03-13T14:10:00Z", "March 12, 2021", "2021-03-13"),
        ("2021-03-13T02:10:00+01:00", "March 12, 2021", "2021-03-13"),
        ("2021-03-13T02:10:00Z", "March 2, 2021", "2021-03-13"),
    ],
)
def test_a_time_in_utc_gives_way_to_the_day_that_the_page_shows(declared, shown, published):
    html = page(data(article(datePublished=declared)), body=f'<p class="date">{shown}</p>')
    assert dated(html) == (published, None, "page metadata")


@pytest.mark.parametrize(
    ("modified", "updated"),
    [("2021-03-11", None), ("2021-03-12T23:00:00Z", None), ("2021-03-13", "2021-03-13"), ("2999-03-13", None)],
)
def test_an_update_comes_after_the_publishing(modified, updated):
    html = page(data(article(datePublished="2021-03-12", dateModified=modified)))
    assert dated(html) == ("2021-03-12", updated, "page metadata")


def test_dates_of_comments_teasers_and_footers_are_not_the_article_s():
    body = (
        '<aside><time class="published" datetime="2019-01-02">2 January 2019</time></aside>'
        '<div class="related-news"><span itemprop="datePublished">2019-01-03</span></div>'
        '<div id="comments"><p class="date">4 January 2019</p></div><footer>5 January 2019</footer>'
    )
    assert dated(page(body=body)) == (None, None, "unknown")


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        ("12 March 2021", Opening("2021-03-12")),
        ("By Ada Penrose on 12 March 2021", Opening("2021-03-12")),
        ("Written by Ada Penrose, MS, RD on November 14, 2019", Opening("2019-11-14")),
        ("Updated 12 March 2021", Opening(None, "2021-03-12")),
        ("6 лютого 2019, 10:15 (оновлено 7 лютого 2019)", Opening("2019-02-06", "2019-02-07")),
        ("HALE, 12 March 2021 (MNS) - The board said that the boat would sail.", Opening("2021-03-12")),
        ("By 12 March 2021", Opening()),
        ("12 March 2021 to 14 March 2021", Opening()),
        ("Public meeting: 21 May 2021, town hall", Opening()),
        ("Born 4 May 1921, died 7 March 2019", Opening()),
        ("The line was closed on 4 November 2016 after a storm broke the pier.", Opening()),
        ("© 2021 The Ledger", Opening()),
        ("3 hours ago", Opening()),
    ],
)
def test_a_line_that_dates_the_article_is_told_from_one_that_speaks_of_a_day(line, opening):
    assert metadata.opening([line]) == opening


def test_two_lines_that_differ_date_nothing():
    assert metadata.opening(["12 March 2021", "14 March 2021"]) == Opening()
    assert metadata.opening(["12 March 2021", "Published 14 March 2021"]) == Opening("2021-03-14")


@given(st.text(max_size=300))
def test_no_text_makes_reading_fail(text):
    assert isinstance(metadata.stated(text), Stated)


PIECES = st.sampled_from(
    ["<html lang=", '"en-US">', "<h1>", "Ferry gets a second boat", "</h1>", "<article>", "</article",
     "<time datetime='", "2021-03-12", "'>", '<script type="application/ld+json">',
     '{"@type":"NewsArticle","headline":[', '{"@graph":[{"@type":{},"author":', "]}",
     '"datePublished":', "</script>", "<meta property='article:published_time' content='",
     "<link rel=canonical href='http://[x'>",
     "By Ada", "12 March 2021", "<!--", "<![CDATA[", "&#0;", "\0", "\ud800", "<p itemprop=author>",
     "<?xml version='1.0' encoding='x'?>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_no_broken_markup_makes_reading_fail(pieces):
    stated = metadata.stated("".join(pieces))
    assert stated.published in (None, "2021-03-12")


def test_deep_and_endless_markup_is_read_as_far_as_it_goes():
    assert metadata.stated("<div>" * 5000 + page()).published is None
    deep = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    assert metadata.stated(page(deep)) == Stated(title="Ferry gets a second boat", language="en")
    nested = data(article()).replace("}", ', "author": ' + "[" * 900 + "]" * 900 + "}")
    assert metadata.stated(page(nested)).author is None
