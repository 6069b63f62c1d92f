from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qa.errors import IndexDamaged, IndexUnusable
from qa.indexing import vectors as gateway
from qa.indexing.vectors import Vectors
from qa.schema import About, Article, Chunk
from qa.store import Entry, Store

AXES = np.eye(8, dtype=np.float32)


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[Vectors]:
    with Vectors(tmp_path) as made:
        yield made


def article(name: str, **other: object) -> Article:
    values = {
        "version": "v1", "title": f"Title {name}", "text": "One two.", "publisher": None, "author": None,
        "published": None, "dated_by": "unknown", "about": None, "url": None, "language": "en", "origin": f"/{name}.md",
        "content_hash": "h",
    }  # fmt: skip
    return Article(id=name, **{**values, **other})


def chunk(name: str, position: int = 0) -> Chunk:
    return Chunk(f"{name}:v1:{position}", name, "v1", position, 0, 8, "One two.", f"Title {name}")


def add(vectors: Vectors, rows: np.ndarray, *names: str) -> None:
    vectors.add([chunk(name) for name in names], rows, {name: article(name) for name in names})


def test_similarity_is_the_cosine_and_ties_go_by_id(vectors):
    slanted = (AXES[0] + AXES[1]) / np.sqrt(2)
    add(vectors, np.stack([AXES[1], AXES[0], slanted, AXES[1], -AXES[0]]), "d", "a", "b", "c", "e")
    hits = [("a:v1:0", 1.0), ("b:v1:0", 0.707107), ("c:v1:0", 0.0), ("d:v1:0", 0.0), ("e:v1:0", -1.0)]
    assert vectors.search(AXES[0], 5) == hits
    assert vectors.search(AXES[0], 2) == hits[:2]
    assert vectors.search(AXES[0], 50) == hits
    assert vectors.count() == 5


def test_empty_index_finds_nothing(vectors):
    assert vectors.search(AXES[0], 5) == []
    assert vectors.count() == 0


def test_restricted_to_articles(vectors):
    add(vectors, AXES[:4], "a", "b", "c", "d")
    assert vectors.search(AXES[0], 5, articles={"c", "a"}) == [("a:v1:0", 1.0), ("c:v1:0", 0.0)]
    assert vectors.search(AXES[0], 5, articles=()) == []
    assert vectors.search(AXES[0], 5, articles={"nobody"}) == []


@pytest.mark.parametrize(("few", "many"), [(9, 9), (0, 9), (0, 0)], ids=["one by one", "named", "filtered"])
def test_current_chunks_of_articles_are_found_each_way(tmp_path, monkeypatch, few, many):
    monkeypatch.setattr(gateway, "_FEW_ARTICLES", few)
    monkeypatch.setattr(gateway, "_MANY_ARTICLES", many)
    names = [f"{number:02}" for number in range(15)]
    rows = np.stack([AXES[0]] * 14 + [AXES[1]])
    with Store(tmp_path, create=True) as store, Vectors(tmp_path, store=store) as vectors:
        add(vectors, rows, *names)
        with store.transaction() as connection:  # 00 and 01 are on their way in
            entries = [Entry(article(n), n, [chunk(n)], row[None]) for n, row in zip(names, rows, strict=True)]
            store.put(connection, entries[2:])
        assert vectors.search(AXES[0], 2) == [("02:v1:0", 1.0), ("03:v1:0", 1.0)]
        assert vectors.search(AXES[1], 2) == [("14:v1:0", 1.0), ("02:v1:0", 0.0)]
        assert vectors.search(AXES[0], 2, articles={"00", "14", "05"}) == [("05:v1:0", 1.0), ("14:v1:0", 0.0)]
        assert vectors.search(AXES[0], 2, articles={"00", "nobody"}) == []


def test_same_id_is_replaced_and_deleted_ones_are_gone(vectors):
    add(vectors, AXES[:2], "a", "b")
    add(vectors, AXES[2:3], "a")
    vectors.delete(["b:v1:0", "never there"])
    assert vectors.search(AXES[2], 5) == [("a:v1:0", 1.0)]


def test_chroma_holds_exact_text_and_flat_metadata(vectors, tmp_path):
    import chromadb

    about = About(publisher="Xinhua", published="2021-03-20")
    full = article("a", publisher="Gazette", published="2022", url="https://example.org/a", about=about)
    vectors.add([chunk("a"), chunk("b")], AXES[:2], {"a": full, "b": article("b")})
    vectors.close()
    client = chromadb.PersistentClient(str(tmp_path / "chroma"))
    try:
        found = client.get_collection("chunks", embedding_function=None).get(ids=["a:v1:0", "b:v1:0"])
    finally:
        client.close()
    common = {"version": "v1", "position": 0, "start": 0, "end": 8}
    assert found["documents"] == ["One two.", "One two."]
    assert found["metadatas"] == [
        common | {
            "article_id": "a", "title": "Title a", "publisher": "Gazette", "published": "2021-03-20",
            "published_day": 18706, "url": "https://example.org/a", "origin": "/a.md",
        },
        common | {"article_id": "b", "title": "Title b", "origin": "/b.md"},
    ]  # fmt: skip


def test_several_in_one_process_do_not_disturb_each_other(vectors, tmp_path):
    add(vectors, AXES[:1], "a")
    with Vectors(tmp_path) as reader, Vectors(tmp_path / "other") as other:
        (tmp_path / "other").mkdir()
        add(other, AXES[:1], "z")
        reader.follow(1)
        assert reader.search(AXES[0], 5) == [("a:v1:0", 1.0)]
        add(vectors, AXES[1:2], "b")
        reader.follow(1)
        assert reader.count() == 2 and len(reader.search(AXES[0], 5)) == 1  # its graph is of before
        reader.follow(2)
        assert reader.search(AXES[1], 1) == [("b:v1:0", 1.0)]
        assert other.search(AXES[0], 5) == [("z:v1:0", 1.0)]
        add(vectors, AXES[2:3], "c")
        # Naming what an old graph does not know makes it open anew, not fail.
        assert reader._query(AXES[2], 5, ["c:v1:0"]) == [("c:v1:0", 1.0)]


def test_searches_go_on_while_another_thread_opens_anew(vectors):
    add(vectors, AXES, *"abcdefgh")
    wrong: list[object] = []

    def look() -> None:
        for _ in range(40):
            hits = vectors.search(AXES[0], 1)
            if hits != [("a:v1:0", 1.0)]:
                wrong.append(hits)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        vectors.refresh()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_remade_index_takes_the_old_ones_place_only_when_it_is_full(vectors, tmp_path):
    add(vectors, AXES[:2], "a", "b")
    with pytest.raises(ZeroDivisionError), vectors.remade() as made:
        add(made, AXES[2:3], "c")
        raise ZeroDivisionError
    assert vectors.search(AXES[0], 1) == [("a:v1:0", 1.0)]
    with vectors.remade() as made:
        add(made, AXES[2:3], "c")
        assert vectors.count() == 2
    assert vectors.search(AXES[0], 5) == [("c:v1:0", 0.0)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chroma", "chroma.lock"]


def test_damaged_index_names_the_repair(tmp_path):
    with Vectors(tmp_path) as vectors:
        add(vectors, AXES[:2], "a", "b")
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"no database at all" * 100)
    with Vectors(tmp_path) as vectors, pytest.raises(IndexDamaged) as refused:
        vectors.search(AXES[0], 1)
    assert "qa doctor --repair" in refused.value.hint


def test_server_that_is_not_there_is_one_clear_error(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Vectors(tmp_path, url) as vectors, pytest.raises(IndexUnusable, match=url) as refused:
        vectors.search(AXES[0], 1)
    assert "chroma run" in refused.value.hint
