import json
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles import feeds
from qa.articles.feeds import Entry, Feed
from qa.errors import Unreadable
from qa.schema import Failure

AT = "https://gazette.example/news/feed.xml"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
  <title>Harbour &amp; Market Gazette</title>
  <link>https://gazette.example/</link>
  <description>What the harbour says</description>
  <lastBuildDate>Thu, 03 Feb 2022 08:00:00 GMT</lastBuildDate>
  <item>
    <title>Eels return &lt;em&gt;early&lt;/em&gt; &amp;amp; fat</title>
    <link>../2022/eels</link>
    <guid isPermaLink="false">eels-1</guid>
    <dc:creator>Ada Quill</dc:creator>
    <pubDate>Tue, 01 Feb 2022 23:30:00 -0500</pubDate>
    <description>The eels are &lt;b&gt;back&lt;/b&gt;.</description>
    <content:encoded><![CDATA[<p>The eels are back, “and fat”, said B.</p><script>x()</script>]]></content:encoded>
  </item>
  <item>
    <title>Ferry late</title>
    <guid>https://gazette.example/ferry</guid>
    <description>Late again.</description>
  </item>
</channel></rss>
"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://weekly.example/base/">
  <title type="html">Grain &amp;lt;Weekly&amp;gt;</title>
  <id>urn:grain</id>
  <updated>2021-05-04T00:00:00Z</updated>
  <author><name>The desk</name></author>
  <entry>
    <title type="text">Rye at 4 &lt; 5</title>
    <link rel="enclosure" href="a.mp3" type="audio/mpeg"/>
    <link href="rye"/>
    <id>urn:rye</id>
    <published>2021-05-03T01:00:00+09:00</published>
    <updated>2021-05-04T23:00:00-08:00</updated>
    <author><name>C. Farrow</name><email>c@weekly.example</email></author>
    <author><name>D. Till</name></author>
    <summary>Rye costs 4 &lt; 5 crowns.</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Rye <em>costs</em> four.</p></div></content>
  </entry>
  <entry>
    <title>Oats</title>
    <id>urn:oats</id>
    <link href="https://weekly.example/oats"/>
    <updated>2021-05-02</updated>
    <content type="text">First.

Second &amp; last.</content>
  </entry>
</feed>
"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://old.example/"><title>Old Post</title><link>https://old.example/</link>
<items><rdf:Seq><rdf:li rdf:resource="https://old.example/1"/></rdf:Seq></items></channel>
<item rdf:about="https://old.example/1"><title>Mill burns</title><link>https://old.example/1</link>
<description>It burned.</description><dc:creator>E. Ash</dc:creator><dc:date>2003-11-02T10:00+01:00</dc:date></item>
</rdf:RDF>
"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Tide Notes",
    "authors": [{"name": "The keeper"}],
    "items": [
        {
            "id": 7,
            "url": "/tides/7",
            "title": "Spring tide",
            "content_html": "<p>High.</p>",
            "summary": "High & dry",
            "date_published": "2020-03-09T23:00:00-11:00",
            "date_modified": "2020-03-12",
            "authors": [{"name": "F. Ebb"}, {"name": "G. Flow"}],
        },
        {"id": "note 8", "content_text": "Low.\n\nVery low."},
    ],
}


def unstamped(feed: Feed) -> Feed:
    return replace(feed, entries=tuple(replace(entry, stamp="") for entry in feed.entries))


def read(text: str, at: str = AT) -> Feed:
    return unstamped(feeds.entries(at, text.encode()))


def rss(items: str) -> str:
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def item(number: int, more: str = "") -> str:
    return f"<item><title>No. {number}</title><link>https://gazette.example/{number}</link>{more}</item>"


def listed(number: int) -> Entry:
    return Entry(f"https://gazette.example/{number}", f"No. {number}", None, None, None, None, None, "")


def broken(kept: int) -> Failure:
    return Failure(
        AT,
        f"the feed is broken or cut off; {kept} of its entries could be read",
        "Try again later; name an article that is missing by its address.",
    )


# The formats


def test_rss_is_read():
    eels = Entry(
        address="https://gazette.example/2022/eels",
        title="Eels return early & fat",
        author="Ada Quill",
        published="2022-02-01",
        updated=None,
        summary="The eels are <b>back</b>.",
        content="<p>The eels are back, “and fat”, said B.</p><script>x()</script>",
        stamp="",
    )
    ferry = Entry("https://gazette.example/ferry", "Ferry late", None, None, None, "Late again.", None, "")
    assert read(RSS) == Feed("Harbour & Market Gazette", (eels, ferry))


def test_atom_is_read():
    rye = Entry(
        address="https://weekly.example/base/rye",
        title="Rye at 4 < 5",
        author="C. Farrow, D. Till",
        published="2021-05-03",
        updated="2021-05-04",
        summary="<p>Rye costs 4 &lt; 5 crowns.</p>",
        content="<p>Rye <em>costs</em> four.</p>",
        stamp="",
    )
    oats = Entry(
        address="https://weekly.example/oats",
        title="Oats",
        author="The desk",
        published=None,
        updated="2021-05-02",
        summary=None,
        content="<p>First.</p><p>Second &amp; last.</p>",
        stamp="",
    )
    assert read(ATOM) == Feed("Grain <Weekly>", (rye, oats))


def test_rdf_is_read_and_its_one_date_is_that_of_publication():
    mill = Entry("https://old.example/1", "Mill burns", "E. Ash", "2003-11-02", None, "It burned.", None, "")
    assert read(RDF) == Feed("Old Post", (mill,))


def test_json_feed_is_read():
    spring = Entry(
        address="https://gazette.example/tides/7",
        title="Spring tide",
        author="F. Ebb, G. Flow",
        published="2020-03-09",
        updated="2020-03-12",
        summary="<p>High &amp; dry</p>",
        content="<p>High.</p>",
        stamp="",
    )
    note = Entry(f"{AT}#note%208", None, "The keeper", None, None, None, "<p>Low.</p><p>Very low.</p>", "")
    assert read(json.dumps(JSON)) == Feed("Tide Notes", (spring, note))


def test_half_a_character_spelled_in_json_is_replaced():
    items = [{"url": "/1", "title": "\ud83d eel", "content_html": "\udc1f"}]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    assert feed.entries == (Entry("https://gazette.example/1", "? eel", None, None, None, None, "?", ""),)


def test_links_are_relative_to_the_bases_that_the_feed_names():
    entry = '<entry xml:base="2022/"><link href="1"/></entry>'
    feed = read(f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="../base/">{entry}</feed>')
    assert [entry.address for entry in feed.entries] == ["https://gazette.example/base/2022/1"]


def test_the_order_of_text_and_summary_does_not_matter():
    text = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">&lt;p&gt;All.&lt;/p&gt;</content:encoded>'
    for more in (f"{text}<description>Some.</description>", f"<description>Some.</description>{text}"):
        (entry,) = read(rss(item(1, more))).entries
        assert entry == replace(listed(1), summary="Some.", content="<p>All.</p>")


def test_a_change_is_not_taken_for_the_publication():
    atom = '<a:updated xmlns:a="http://www.w3.org/2005/Atom">2022-03-04T10:00:00Z</a:updated>'
    (entry,) = read(rss(item(1, atom))).entries
    assert (entry.published, entry.updated) == (None, "2022-03-04")


def test_an_entry_taken_over_from_another_feed_does_not_get_this_ones_author():
    taken_over = ATOM.replace("<id>urn:oats</id>", "<id>urn:oats</id><source><title>Oat Post</title></source>")
    assert read(taken_over).entries[1].author is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Tue, 01 Feb 2022 23:30:00 -0500", "2022-02-01"),
        ("Tue, 01 Feb 22 23:30:00 EST", "2022-02-01"),
        ("1 Feb 2022 00:10 America/Kralendijk", "2022-02-01"),
        ("2022-02-01T23:30:00.123-05:00", "2022-02-01"),
        ("2022-02-01T00:30:00+0900", "2022-02-01"),
        ("2022-02", "2022-02"),
        ("2022", "2022"),
        ("1 février 2022", "2022-02-01"),
        ("Thu, 31 Feb 2022 10:00:00 GMT", None),
        ("Mon, 01 Jan 2990 10:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_taken_as_it_is_written(words, day):
    (entry,) = read(rss(item(1, f"<pubDate>{words}</pubDate>"))).entries
    assert entry == replace(listed(1), published=day)


# Links


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "http://[::1", ""])
def test_an_entry_without_a_link_to_a_page_is_named(link):
    feed = read(rss(f"{item(1)}<item><title>Lost</title><link>{link}</link></item><item><guid>x:1</guid></item>"))
    hint = "Name the article's own address, if it has one."
    assert feed.entries == (listed(1),)
    assert feed.failures == (
        Failure(AT, 'the entry "Lost" has no link to an article', hint),
        Failure(AT, "an entry without a title has no link to an article", hint),
    )


def test_an_entry_that_holds_its_article_needs_no_link():
    entry = '<id>tag:1 2</id><title>Whole</title><content type="html">&lt;p&gt;All of it.&lt;/p&gt;</content>'
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry>{entry}</entry></feed>'
    feed = read(text, at=f"{AT}#top")
    assert feed == Feed("T", (Entry(f"{AT}#tag%3A1%202", "Whole", None, None, None, None, "<p>All of it.</p>", ""),))


def test_pictures_and_empty_content_are_no_articles():
    entry = '<entry><link href="/1"/><content type="image/png">iVBORw0KGgo=</content></entry>'
    (found,) = read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>').entries
    assert found == Entry("https://gazette.example/1", None, None, None, None, None, None, "")


# Stamps


def test_a_stamp_changes_with_anything_that_is_said_and_with_nothing_else():
    def stamps(text: str) -> list[str]:
        return [entry.stamp for entry in feeds.entries(AT, text.encode()).entries]

    before = stamps(RSS)
    assert stamps(RSS.replace("08:00:00 GMT", "09:00:00 GMT").replace("<channel>", "<channel>\n\n")) == before
    for old, new in (
        ("back,", "back;"),
        ("23:30", "23:31"),
        ("Quill", "Quills"),
        ("early", "late"),
        ("2022/eels", "2022/e"),
    ):
        changed = stamps(RSS.replace(old, new))
        assert changed[0] != before[0]
        assert changed[1] == before[1]
    assert len(set(before)) == 2


def test_an_entry_that_is_listed_twice_is_read_once():
    assert read(rss(item(1) + item(2) + item(1))).entries == (listed(1), listed(2))


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_feed_is_read_in_its_encoding(encoding):
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>{rss(item(1).replace("No.", "Nº é"))}'
    feed = feeds.entries(AT, text.encode(encoding))
    assert unstamped(feed) == Feed("T", (replace(listed(1), title="Nº é 1"),))


def test_a_header_may_declare_the_encoding():
    text = rss(item(1).replace("No.", "Žár"))
    assert feeds.entries(AT, text.encode("iso-8859-2"), charset="iso-8859-2").entries[0].title == "Žár 1"


# Feeds that are broken, hostile or none


@pytest.mark.parametrize("end", range(0, len(item(3)), 7))
def test_a_feed_that_breaks_off_gives_the_entries_before(end):
    whole = rss(item(1) + item(2) + item(3))
    cut = whole[: whole.index("<item><title>No. 3") + end]
    assert read(cut) == Feed("T", (listed(1), listed(2)), (broken(2),))


def test_an_article_that_breaks_off_is_not_taken_for_a_whole_one():
    text = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/1"/><content type="html">All of'
    assert read(text) == Feed(None, (), (broken(0),))


def test_a_feed_with_a_slip_is_read_and_the_slip_is_told():
    feed = read(rss(item(1, "<description>Salt & pepper</description>") + item(2)))
    assert feed == Feed("T", (replace(listed(1), summary="Salt & pepper"), listed(2)), (broken(2),))


def test_a_feed_that_begins_and_breaks_off_has_nothing():
    assert read('<?xml version="1.0"?><rss version="2.0"><chan') == Feed(None, (), (broken(0),))


BOMB = "".join(f'\n<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
LONG = f'\n<!ENTITY l11 "{"x" * 100_000}">'


@pytest.mark.parametrize("entities", [f'<!ENTITY l0 "lol">{BOMB}', LONG, '<!ENTITY l11 SYSTEM "file:///etc/hostname">'])
@pytest.mark.parametrize("slip", ["", "&"])
def test_entities_are_never_made_out(entities, slip):
    text = f"<!DOCTYPE rss [{entities}]>" + rss(item(1, f"<description>{'&l11;' * 1000}{slip}</description>"))
    feed = feeds.entries(AT, text.encode())
    assert feed.failures == (broken(1),)
    assert len(feed.entries[0].summary) < 10_000


def test_nothing_is_opened_while_a_feed_is_read():
    opened, on = [], []

    def hook(event, arguments):
        if on and event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request"):
            opened.append((event, arguments[0]))

    text = RSS.replace("<!-- made by hand -->", '<!DOCTYPE rss PUBLIC "x" "https://elsewhere.example/rss.dtd">')
    feeds.entries(AT, RSS.encode())
    sys.addaudithook(hook)
    on.append(True)
    feed = feeds.entries(AT, text.encode())
    on.clear()
    assert opened == []
    assert len(feed.entries) == 2


def test_more_entries_than_anyone_reads_are_left_and_told(monkeypatch):
    monkeypatch.setattr(feeds, "MOST_ENTRIES", 3)
    hint = "Name the pages that are missing one by one."
    said = Failure(AT, "the feed lists 5 entries; the first 3 were read", hint)
    feed = read(rss("".join(map(item, range(5)))))
    assert feed == Feed("T", (listed(0), listed(1), listed(2)), (said,))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Eels",
        b"<html><body><rss></rss></body></html>",
        b"<feed><name>Not a feed of articles</name></feed>",
        b"{}",
        b'{"version": "https://jsonfeed.org/version/1"}',
        b'{"version": "https://jsonfeed.org/version/1", "items": [',
        b'{"version": 1.1, "items": []}',
        b'{"items": ' + b"[" * 100_000,
        b"\0\0\0\1" * 200,
    ],
)
def test_what_is_no_feed_is_refused(data):
    with pytest.raises(Unreadable) as caught:
        feeds.entries(AT, data)
    assert str(caught.value).startswith(AT)
    assert caught.value.hint


# Feeds and pages


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("application/rss+xml", RSS),
        ("application/xml", RSS),
        ("text/html", f"\n\n{RSS}"),
        ("text/plain", ATOM),
        ("", RDF),
        (
            "text/xml",
            f"<?xml version='1.0'?><?xml-stylesheet href='a.xsl'?><!DOCTYPE rss [<!ENTITY a '<html>'>]>{rss('')}",
        ),
        ("application/xml", "<atom:feed xmlns:atom='http://www.w3.org/2005/Atom'></atom:feed>"),
        ("application/feed+json", json.dumps(JSON)),
        ("application/json", json.dumps(JSON)),
        ("application/json", json.dumps(JSON, indent=1).replace("/", "\\/")),
        ("application/atom+xml", ""),
    ],
)
def test_a_feed_is_told_by_its_type_or_its_beginning(kind, text):
    assert feeds.is_feed(kind, text.encode())
    assert not text or feeds.is_feed(kind, text.encode("utf-16"))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text/html", "<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml'></head></html>"),
        ("text/html", f"<!-- {RSS.replace('-->', '')} --><p>About feeds</p>"),
        ("text/plain", "<rss> is a tag\n" + "rss feed RDF"[4:]),
        ("application/xml", "<rssx></rssx>"),
        ("application/xml", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'></rdf:RDF>"),
        ("application/json", '{"title": "https://jsonfeed.org/version/1"}'),
        ("application/json", '[{"version": "https://jsonfeed.org/version/1"}]'),
        ("application/pdf", "%PDF-1.7"),
        ("", ""),
    ],
)
def test_a_page_is_not_taken_for_a_feed(kind, text):
    assert feeds.is_feed(kind, text.encode()) is ("<rss>" in text[:5])


# Anything at all

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


@settings(deadline=None)  # the first example loads feedparser
@given(st.lists(st.tuples(WORDS, st.integers(1, 99), st.dates()), max_size=5, unique_by=lambda said: said[1]), WORDS)
def test_what_a_json_feed_says_comes_out(said, title):
    items = [
        {"id": n, "url": f"https://tide.example/{n}", "title": words, "date_published": f"{day}T23:59:00-12:00"}
        for words, n, day in said
    ]
    feed = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": title, "items": items}))
    assert feed.failures == ()
    assert feed.title == (" ".join(title.split()) or None)
    assert [(entry.address, entry.title or "") for entry in feed.entries] == [
        (f"https://tide.example/{n}", " ".join(words.split())) for words, n, _ in said
    ]
    assert all(entry.published in (str(day), None) for entry, (_, _, day) in zip(feed.entries, said, strict=True))


PIECES = st.sampled_from(
    [
        *(
            f"{start}{name}>"
            for name in "rss channel item title link entry content author source id".split()
            for start in ("<", "</")
        ),
        *(
            "<a&b>",
            "&",
            "&amp;",
            "&#0;",
            "]]>",
            "<![CDATA[",
            "<!--",
            "-->",
            "<x:y>",
            "<![x",
            "<?",
            "<pubDate>",
            "2022 Feb",
        ),
        *('<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>", '<content type="xhtml">', '<link href="x"/>'),
        *('<content type="html" mode="base64">', '<rss version="2.0">'),
    ]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(PIECES, max_size=25), st.sampled_from(["", '<rss version="2.0"><channel>', "<feed>", "<rdf:RDF>"]))
def test_any_markup_is_a_feed_or_no_feed(pieces, start):
    data = f"{start}{' '.join(pieces)}".encode()
    feeds.is_feed("", data)
    try:
        feed = feeds.entries(AT, data)
    except Unreadable as error:
        assert str(error).startswith(AT)
    else:
        assert all(entry.address.startswith(("http://", "https://")) for entry in feed.entries)


KEYS = "id url title authors author name content_html content_text summary date_published".split()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(VALUES)
def test_any_json_is_a_feed_or_no_feed(value):
    whole = {"version": "https://jsonfeed.org/version/1", "items": [value], "authors": value, "title": value}
    feed = feeds.entries(AT, json.dumps(whole).encode())
    assert len(feed.entries) + len(feed.failures) == isinstance(value, dict)
