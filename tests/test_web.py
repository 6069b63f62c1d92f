"""Pages and feeds from a small site on loopback, through the real door to the web, into a real index."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from word_model import found, word_library

from qa.articles.fetch import Web
from qa.articles.items import Found
from qa.articles.web import Memory, Visit, Visitor, canonical
from qa.errors import Unreadable
from qa.indexing.library import Library
from qa.schema import Failure, SyncReport
from qa.sync import remove, sync

TIDE = "The harbour master said the tide had reached four metres at noon. Nobody had seen the like since the war. "
FAIR = "The cattle fair drew nine hundred visitors to the lower meadow. A heifer from Orrin won the first prize. "


def page(title: str, text: str, date: str = "") -> str:
    stated = f'<meta property="article:published_time" content="{date}">' if date else ""
    body = "".join(f"<p>{text * 2}</p>" for _ in range(3))
    head = f"<html lang=en><head><title>{title}</title>{stated}</head>"
    return f"{head}<body><article><h1>{title}</h1>{body}</article></body></html>"


def feed(*entries: tuple[str, str, str]) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate></item>"
        for title, link, date in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Quay Post</title>{items}</channel></rss>'


class Site:
    """A site whose pages a test writes; answers a conditional request with 304 and keeps what it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = site.pages.get(self.path)
                tag = f'"{hashlib.sha256((content or "").encode()).hexdigest()[:8]}"'
                same = content is not None and self.headers.get("If-None-Match") == tag
                site.asked.append(f"{self.path} unchanged" if same else self.path)
                self.send_response(404 if content is None else 304 if same else 200)
                self.send_header("ETag", tag)
                data = b"" if same else (content or "").encode()
                self.send_header("Content-Length", str(len(data)))
                kind = "xml" if self.path.endswith(".xml") else "plain" if self.path == "/robots.txt" else "html"
                self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def since(self) -> list[str]:
        """What was asked for since the last time, robots.txt apart."""
        asked, self.asked = self.asked, []
        return [path for path in asked if path != "/robots.txt"]


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = word_library(tmp_path / "index", private_addresses=True)
    yield made
    made.close()


def did(report: SyncReport) -> dict[str, int]:
    names = ("added", "changed", "unchanged", "removed", "renamed")
    counts = {name: getattr(report, name) for name in names} | {"failed": len(report.failed)}
    return {name: count for name, count in counts.items() if count}


def test_a_page_is_read_once_and_then_asked_whether_it_has_changed(site, library):
    address = f"{site.root}/tide.html"
    site.pages["/tide.html"] = page("High tide", TIDE, "2021-05-03")
    assert did(sync(library, [address])) == {"added": 1}
    (article,) = library.store.articles()
    assert (article.title, article.origin, article.url) == ("High tide", address, address)
    assert (article.published, article.dated_by) == ("2021-05-03", "page metadata")
    assert site.since() == ["/tide.html"]
    assert did(sync(library)) == {"unchanged": 1}
    assert site.since() == ["/tide.html unchanged"]
    site.pages["/tide.html"] = page("High tide", FAIR, "2021-05-03")
    assert did(sync(library)) == {"changed": 1}
    assert found(library, "heifer prize") == ["High tide"]
    assert len(library.store.versions(article.id)) == 2


def test_a_page_that_is_gone_is_reported_and_goes_on_answering(site, library):
    address = f"{site.root}/tide.html"
    site.pages["/tide.html"] = page("High tide", TIDE)
    sync(library, [address])
    del site.pages["/tide.html"]
    report = sync(library)
    assert did(report) == {"unchanged": 1, "failed": 1}
    assert report.failed[0].origin == address
    assert "is not there" in report.failed[0].reason
    assert found(library, "tide noon") == ["High tide"]
    assert did(remove(library, address)) == {"removed": 1}
    assert (library.store.sources(), library.store.failures(), list(library.store.articles())) == ([], [], [])


def test_behind_each_entry_of_a_feed_the_article_is_opened_once(site, library):
    site.pages["/feed.xml"] = feed(
        ("High tide", f"{site.root}/a.html", "Mon, 03 May 2021 23:30:00 -0500"),
        ("Fair", "/b.html", "Tue, 04 May 2021 10:00:00 GMT"),
    )
    site.pages |= {
        "/a.html": page("High tide in the old harbour", TIDE),
        "/b.html": page("Cattle fair", FAIR, "2021-05-05"),
    }
    assert did(sync(library, [f"{site.root}/feed.xml"])) == {"added": 2}
    fair, tide = library.store.articles()
    assert (tide.title, tide.publisher, tide.published, tide.dated_by) == (
        "High tide in the old harbour", "Quay Post", "2021-05-03", "feed",
    )  # fmt: skip
    assert (fair.published, fair.dated_by) == ("2021-05-05", "page metadata")
    assert sorted(site.since()) == ["/a.html", "/b.html", "/feed.xml"]
    assert did(sync(library)) == {"unchanged": 2}
    assert site.since() == ["/feed.xml unchanged"]


def test_what_a_feed_no_longer_lists_goes_on_answering(site, library):
    site.pages |= {"/a.html": page("High tide", TIDE), "/b.html": page("Cattle fair", FAIR)}
    site.pages["/feed.xml"] = feed(("High tide", "/a.html", ""))
    sync(library, [f"{site.root}/feed.xml"])
    site.pages["/feed.xml"] = feed(("Cattle fair", "/b.html", ""))
    site.since()
    assert did(sync(library)) == {"added": 1, "unchanged": 1}
    assert site.since() == ["/feed.xml", "/b.html"]
    assert [article.title for article in library.store.articles()] == ["Cattle fair", "High tide"]


def test_an_entry_that_could_not_be_opened_is_tried_again_even_after_the_feed_has_dropped_it(site, library):
    site.pages["/feed.xml"] = feed(("High tide", "/a.html", "Mon, 03 May 2021 10:00:00 GMT"), ("Fair", "/b.html", ""))
    site.pages["/b.html"] = page("Cattle fair", FAIR)
    report = sync(library, [f"{site.root}/feed.xml"])
    assert did(report) == {"added": 1, "failed": 1}
    assert report.failed[0].origin == f"{site.root}/a.html"
    site.pages["/feed.xml"] = feed(("Fair", "/b.html", ""))
    site.pages["/a.html"] = page("High tide", TIDE)
    assert did(sync(library)) == {"added": 1, "unchanged": 1}
    assert [(a.title, a.published) for a in library.store.articles()] == [
        ("Cattle fair", None), ("High tide", "2021-05-03"),
    ]  # fmt: skip
    assert library.store.failures() == []


def test_a_feed_that_is_down_loses_nothing_and_is_asked_again(site, library):
    site.pages |= {"/feed.xml": feed(("High tide", "/a.html", "")), "/a.html": page("High tide", TIDE)}
    sync(library, [f"{site.root}/feed.xml"])
    listed = site.pages.pop("/feed.xml")
    assert did(sync(library)) == {"unchanged": 1, "failed": 1}
    site.pages["/feed.xml"] = listed
    assert did(sync(library)) == {"unchanged": 1}


def test_an_entry_whose_feed_says_it_is_new_is_opened_again(site, library):
    site.pages |= {"/feed.xml": feed(("High tide", "/a.html", "")), "/a.html": page("High tide", TIDE)}
    sync(library, [f"{site.root}/feed.xml"])
    site.pages |= {"/feed.xml": feed(("Higher tide", "/a.html", "")), "/a.html": page("Higher tide", TIDE + FAIR)}
    assert did(sync(library)) == {"changed": 1}
    assert [article.title for article in library.store.articles()] == ["Higher tide"]


def test_robots_are_honoured_for_feeds_and_their_entries_but_a_page_that_was_named_is_read(site, library):
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /closed/\nDisallow: /shut.xml"
    site.pages["/closed/a.html"] = page("High tide", TIDE)
    site.pages["/feed.xml"] = feed(("High tide", "/closed/a.html", ""))
    site.pages["/shut.xml"] = feed(("High tide", "/closed/a.html", ""))
    report = sync(library, [f"{site.root}/feed.xml", f"{site.root}/shut.xml"])
    assert did(report) == {"failed": 2}
    assert [failure.origin for failure in report.failed] == [f"{site.root}/closed/a.html", f"{site.root}/shut.xml"]
    assert all("robots.txt" in failure.reason for failure in report.failed)
    assert "/closed/a.html" not in site.since()
    assert did(sync(library, [f"{site.root}/closed/a.html"])) == {"added": 1}


def test_a_feed_that_breaks_off_gives_what_it_has_and_is_asked_as_a_whole_again(site, library):
    whole = feed(("High tide", "/a.html", ""), ("Fair", "/b.html", ""))
    site.pages |= {"/a.html": page("High tide", TIDE), "/feed.xml": whole[: whole.index("<title>Fair")]}
    report = sync(library, [f"{site.root}/feed.xml"])
    assert report.added == 1
    assert len(report.failed) == 1
    site.since()
    sync(library)
    assert site.since()[0] == "/feed.xml"


def test_private_addresses_are_refused_unless_a_setting_allows_them(site, tmp_path):
    site.pages["/a.html"] = page("High tide", TIDE)
    library = word_library(tmp_path / "index")
    report = sync(library, [f"{site.root}/a.html"])
    library.close()
    assert did(report) == {"failed": 1}
    assert "QA_PRIVATE_ADDRESSES=true" in report.failed[0].hint
    assert site.asked == []


def test_what_is_remembered_makes_the_next_request_conditional(site):
    site.pages["/feed.xml"] = feed(("High tide", "/a.html", ""))
    address, memory = canonical(f"{site.root}/feed.xml"), Memory()
    for asked in ("/feed.xml", "/feed.xml unchanged"):
        with Web(private_addresses=True) as web:
            (entry,) = Visitor(web, memory).find(address)
        assert isinstance(entry, Found)
        assert entry.origin == f"{site.root}/a.html"
        assert site.since() == [asked]
    assert memory.visits == {address: Visit(True, memory.visits[address].etag, None, "Quay Post")}
    assert list(memory.entries[address]) == [f"{site.root}/a.html"]


def test_an_entry_that_cannot_be_opened_gives_way_to_what_the_feed_holds_of_it(site):
    text = "".join(f"<p>{TIDE}</p>" for _ in range(8))
    site.pages["/feed.xml"] = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Quay Post</title>'
        f"<item><title>High tide</title><link>{site.root}/gone.html</link>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item></channel></rss>"
    )
    with Web(private_addresses=True) as web:
        (entry,) = Visitor(web).find(f"{site.root}/feed.xml")
        assert isinstance(entry, Found)
        opened = entry.read()
    assert (opened.origin, opened.kind, opened.stated.title) == (f"{site.root}/gone.html", "text/html", "High tide")
    assert opened.data.decode().count("four metres") == 8


def test_an_entry_without_a_page_of_its_own_is_read_from_the_feed(site, library):
    site.pages["/feed.xml"] = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Quay Post</title>'
        "<item><title>High tide</title><guid isPermaLink='false'>7</guid>"
        "<pubDate>Mon, 03 May 2021 10:00:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[<p>{TIDE}</p><p>{TIDE}</p><p>{TIDE}</p>]]></content:encoded></item></channel></rss>"
    )
    assert did(sync(library, [f"{site.root}/feed.xml"])) == {"added": 1}
    (article,) = library.store.articles()
    assert (article.title, article.published, article.publisher) == ("High tide", "2021-05-03", "Quay Post")
    assert did(sync(library)) == {"unchanged": 1}
    assert site.since() == ["/feed.xml", "/feed.xml unchanged"]


def test_a_page_that_could_not_be_had_is_asked_for_again_though_the_feed_had_its_text(site, library):
    text = "".join(f"<p>{TIDE}</p>" for _ in range(8))
    site.pages["/feed.xml"] = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Quay Post</title>'
        "<item><title>High tide</title><link>/a.html</link>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item></channel></rss>"
    )
    assert did(sync(library, [f"{site.root}/feed.xml"])) == {"added": 1}
    site.pages["/a.html"] = page("High tide in the harbour", TIDE + FAIR)
    assert did(sync(library)) == {"changed": 1}
    assert [article.title for article in library.store.articles()] == ["High tide in the harbour"]
    assert did(sync(library)) == {"unchanged": 1}


def test_a_feed_that_answers_with_a_page_is_a_failure_and_no_article(site, library):
    site.pages |= {"/feed.xml": feed(("High tide", "/a.html", "")), "/a.html": page("High tide", TIDE)}
    sync(library, [f"{site.root}/feed.xml"])
    site.pages["/feed.xml"] = page("Down for maintenance", FAIR)
    assert did(sync(library)) == {"unchanged": 1, "failed": 1}
    assert [article.title for article in library.store.articles()] == ["High tide"]


def test_an_entry_of_two_feeds_stays_when_one_is_removed(site, library):
    site.pages |= {"/1.xml": feed(("High tide", "/a.html", "")), "/2.xml": feed(("High tide", "/a.html", ""))}
    site.pages["/a.html"] = page("High tide", TIDE)
    sync(library, [f"{site.root}/1.xml", f"{site.root}/2.xml"])
    remove(library, f"{site.root}/1.xml")
    assert [article.title for article in library.store.articles()] == ["High tide"]
    assert did(remove(library, f"{site.root}/2.xml")) == {"removed": 1}


def test_a_run_that_is_cut_off_before_it_has_read_a_changed_page_reads_it_next_time(site, library, monkeypatch):
    address = f"{site.root}/tide.html"
    site.pages["/tide.html"] = page("High tide", TIDE)
    sync(library, [address])
    site.pages["/tide.html"] = page("High tide", FAIR)
    with monkeypatch.context() as patched:
        patched.setattr("qa.sync.formats.read", lambda page: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sync(library)
    assert did(sync(library)) == {"changed": 1}


def test_a_page_that_was_not_read_the_first_time_is_asked_without_condition(site):
    site.pages["/a.html"] = page("High tide", TIDE)
    memory = Memory()
    for _ in range(2):
        with Web(private_addresses=True) as web:
            (entry,) = Visitor(web, memory).find(f"{site.root}/a.html")
            assert isinstance(entry, Found)
            assert b"four metres" in entry.read().data
    assert site.since() == ["/a.html", "/a.html"]


def test_an_address_that_does_not_answer_is_a_failure():
    with Web(private_addresses=True) as web:
        (failure,) = Visitor(web).find("http://127.0.0.1:9/")
    assert isinstance(failure, Failure)
    assert failure.hint
    with pytest.raises(Unreadable), Web() as web:
        web.fetch("http://127.0.0.1:9/")
