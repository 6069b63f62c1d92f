from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import (
    ArticleNotFound,
    IndexDamaged,
    IndexEmpty,
    IndexLocked,
    IndexMismatch,
    IndexUnusable,
    QuestionError,
)
from qa.schema import About, Article, Chunk, Failure, Filters
from qa.store import Counts, Entry, Store, day_range, pairs


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, create=True) as made:
        yield made


def article(name: str, text: str = "One. Two.", **other: object) -> Article:
    plain = Article(
        id=name, version="v1", title=f"Title {name}", text=text, publisher=None, author=None, published=None,
        dated_by="unknown", about=None, url=None, language="en", origin=f"/{name}.md", content_hash=f"hash of {text}",
    )  # fmt: skip
    return replace(plain, **other)


def entry(one: Article) -> Entry:
    """Two chunks, cut at the first space, with vectors along the axes."""
    cut = one.text.index(" ")
    spans = [(0, cut), (cut + 1, len(one.text))]
    chunks = [
        Chunk(f"{one.id}:{one.version}:{i}", one.id, one.version, i, start, end, one.text[start:end], one.title)
        for i, (start, end) in enumerate(spans)
    ]
    return Entry(one, f"kin of {one.id}", chunks, np.eye(2, 4, dtype=np.float32))


def put(store: Store, *articles: Article) -> list[str]:
    with store.writing(), store.transaction() as connection:
        store.raise_generation(connection)
        return store.put(connection, [entry(one) for one in articles])


def test_article_comes_back_as_it_went_in(store):
    full = article(
        "a", "第一。 “Second” —\nthird.", publisher="Gazette", author="A. B.", published="2021-03", dated_by="byline",
        about=About(title="T", publisher="Xinhua", published="2021-03-20"), url="https://example.org/a", language="zh",
    )  # fmt: skip
    assert put(store, full) == []
    assert store.article("a") == store.article("a", "v1") == full
    assert list(store.articles()) == [full]
    assert store.article_chunks("a") == entry(full).chunks
    assert [chunk.text for chunk in store.article_chunks("a")] == ["第一。", "“Second” —\nthird."]
    ((kept,),) = store.entries()
    assert (kept.article, kept.kin, list(kept.chunks)) == (full, "kin of a", entry(full).chunks)
    assert np.array_equal(kept.vectors, np.eye(2, 4, dtype=np.float32))


def test_only_chunks_of_the_current_version_are_found(store):
    put(store, article("a"), article("b"))
    assert put(store, article("a", "Three. Four.", version="v2")) == ["a:v1:0", "a:v1:1"]
    asked = ["a:v1:0", "a:v2:0", "b:v1:1", "nothing"]
    assert store.current(asked) == set(store.chunks(asked)) == {"a:v2:0", "b:v1:1"}
    assert (store.chunk("a:v1:0"), store.chunk("a:v2:0").text) == (None, "Three.")
    assert store.article("a", "v1").text == "One. Two."
    assert store.article("a").text == "Three. Four."


def test_same_version_put_again_replaces_itself(store):
    put(store, article("a"))
    assert put(store, article("a")) == []
    assert store.counts() == Counts(1, 2, None, None)


def test_taken_article_stays_readable_by_version_and_erased_does_not(store):
    put(store, article("a"), article("b"))
    with store.transaction() as connection:
        assert store.take(connection, ["a"]) == ["a:v1:0", "a:v1:1"]
        assert store.erase(connection, "b") == ["b:v1:0", "b:v1:1"]
    assert store.article("a", "v1").title == "Title a"
    for wanted in (("a", None), ("b", None), ("b", "v1"), ("c", None)):
        with pytest.raises(ArticleNotFound, match=wanted[0]):
            store.article(*wanted)
    assert store.counts() == Counts(0, 0, None, None)


def test_moved_article_has_another_origin(store):
    put(store, article("a"))
    with store.transaction() as connection:
        store.move(connection, {"a": "/elsewhere.md"})
    assert store.article("a") == article("a", origin="/elsewhere.md")


def test_index_id_changes_with_the_content_only(store, tmp_path):
    first = store.index_id()
    with store.writing():
        pass
    assert store.index_id() == first
    put(store, article("a"))
    assert store.index_id() != first
    with Store(tmp_path) as again:
        assert (again.index_id(), again.generation()) == (store.index_id(), 1)


DATED = {
    "day": article("day", published="2021-03-20"),
    "month": article("month", published="2021-03"),
    "year": article("year", published="2021"),
    "old": article("old", published="2015-09-16", publisher=" Harbour GAZETTE"),
    "none": article("none", publisher="Xinhua"),
    "brief": article("brief", publisher="Briefs", about=About(publisher="XINHUA", published="2019-12")),
}


@pytest.mark.parametrize(
    ("filters", "matching"),
    [
        (Filters(since="2021-03-21"), {"month", "year"}),
        (Filters(since="2021-03"), {"day", "month", "year"}),
        (Filters(until="2021-03-19"), {"month", "year", "old", "brief"}),
        (Filters(until="2020"), {"old", "brief"}),
        (Filters(since="2021-04-01", until="2021-05"), {"year"}),
        (Filters(since="2019-12-31", until="2019-12-31"), {"brief"}),
        (Filters(publishers=("harbour gazette",)), {"old"}),
        (Filters(publishers=("xinhua", "nobody")), {"none", "brief"}),
        (Filters(publishers=("Xinhua",), since="2000"), {"brief"}),
        (Filters(articles=("day", "none", "nothing")), {"day", "none"}),
        (Filters(), None),
    ],
)
def test_filters_keep_what_may_match(store, filters, matching):
    put(store, *DATED.values())
    assert store.matching(filters) == matching


def test_filter_date_that_is_none_is_refused(store):
    for bad in ("yesterday", "2021-13", "2021-02-30", "0000"):
        with pytest.raises(QuestionError, match=bad):
            store.matching(Filters(since=bad))


def test_counts_span_the_known_dates(store):
    put(store, *DATED.values())
    assert store.counts() == Counts(6, 12, "2015-09-16", "2021")


def test_very_long_lists_of_ids_are_no_trouble(store):
    put(store, article("a"))
    ids = [f"x{number}" for number in range(100_000)]
    assert store.current([*ids, "a:v1:0"]) == {"a:v1:0"}
    assert store.matching(Filters(articles=(*ids, "a"))) == {"a"}


def test_failed_transaction_changes_nothing(store):
    put(store, article("a"))
    before = store.index_id()
    with pytest.raises(ZeroDivisionError), store.transaction() as connection:
        store.take(connection, ["a"])
        store.raise_generation(connection)
        raise ZeroDivisionError
    assert (store.index_id(), store.counts().chunks) == (before, 2)


def test_threads_read_while_one_writes(store):
    put(store, article("a"))
    wrong: list[object] = []

    def look() -> None:
        for _ in range(200):
            texts = {chunk.text for chunk in store.article_chunks("a")}
            if texts not in ({"One.", "Two."}, {"Three.", "Four."}):
                wrong.append(texts)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        put(store, article("a", "Three. Four." if number % 2 else "One. Two.", version=f"v{number}"))
    for thread in threads:
        thread.join()
    assert wrong == []


def test_second_writer_is_told_who_writes(store, tmp_path):
    with Store(tmp_path) as other, store.writing():
        with pytest.raises(IndexLocked, match=r"process \(number \d+\) is writing") as refused, other.writing():
            pass
        assert refused.value.hint == "Wait until it has finished, then try again."
        assert other.counts().articles == 0  # readers are not held up


def test_missing_index_says_what_to_type(tmp_path):
    with pytest.raises(IndexEmpty) as refused:
        Store(tmp_path / "nowhere")
    assert "qa index" in refused.value.hint
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "chroma").mkdir()
    with pytest.raises(IndexDamaged, match="missing"):
        Store(tmp_path, create=True)


def test_damaged_file_is_one_clear_error(tmp_path):
    with Store(tmp_path, create=True) as store:
        put(store, *[article(f"a{number}", "Many words. " + "more " * 500) for number in range(50)])
        with store.transaction() as connection:
            connection.execute("DELETE FROM failures")
    path = tmp_path / "articles.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(IndexDamaged) as refused, Store(tmp_path) as store:
        list(store.articles())
    assert "qa index" in refused.value.hint
    path.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    with pytest.raises(IndexDamaged):
        Store(tmp_path)
    path.write_bytes(whole)
    with Store(tmp_path) as store:
        assert (store.problems(), store.counts().articles) == ([], 50)


def test_newer_layout_is_refused(tmp_path):
    with Store(tmp_path, create=True) as store, store.transaction() as connection:
        store.set_meta(connection, schema="3")
    with pytest.raises(IndexMismatch, match="layout 3"):
        Store(tmp_path)


def test_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexUnusable) as refused:
        Store(tmp_path / "file" / "index", create=True)
    assert "--index" in refused.value.hint


def test_failures_and_sources_are_listed(store):
    with store.transaction() as connection:
        connection.execute("INSERT INTO sources VALUES ('/z', 1), ('/a', 2)")
        connection.execute("INSERT INTO failures VALUES ('/z/b', '/z', 'because', 'do', NULL)")
        connection.execute("INSERT INTO failures VALUES ('/a/a', '/a', 'why', 'that', '/a')")
    assert store.sources() == ["/z", "/a"]
    assert store.failures() == [Failure("/a/a", "why", "that"), Failure("/z/b", "because", "do")]


def test_closed_store_has_no_open_connection(tmp_path):
    store = Store(tmp_path, create=True)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.generation()


@pytest.mark.parametrize(
    ("iso", "days"),
    [
        ("1970-01-01", (0, 0)),
        ("2015-09", (16679, 16708)),
        ("2020-02", (18293, 18321)),
        ("2021", (18628, 18992)),
        ("9999", (2932532, 2932896)),
        ("9999-12", (2932866, 2932896)),
        ("2021-3-1", None),
        ("20210301", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_span_days(iso, days):
    assert day_range(iso) == days


def test_pairs_of_a_mixed_text():
    assert pairs("新华社 says 好 about 経済と") == "新华 华社 好 経済 済と"


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_comes_back_exactly(text):
    one = article("a", f"{text} {text}", title=text)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), create=True) as store:
        put(store, one)
        assert store.article("a") == one
        assert store.article_chunks("a") == entry(one).chunks
        with store.transaction() as connection:  # the keyword rows are taken out as they were put in
            store.take(connection, ["a"])
            connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        assert store.rows("SELECT count(*) FROM words_docsize") == [(0,)]
