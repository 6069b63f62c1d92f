from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.indexing import keywords as keywords_module
from qa.indexing.keywords import Keywords, terms_of
from qa.schema import Article, Chunk
from qa.store import Entry, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, create=True) as made:
        yield made


def put(store: Store, texts: dict[str, str], header: str = "") -> None:
    """One chunk per article, by its name."""
    entries = []
    for name, text in texts.items():
        article = Article(name, "v1", name, text, None, None, None, "unknown", None, None, "en", f"/{name}", name)
        chunk = Chunk(f"{name}:v1:0", name, "v1", 0, 0, len(text), text, header)
        entries.append(Entry(article, name, [chunk], np.ones((1, 2), dtype=np.float32)))
    with store.transaction() as connection:
        store.put(connection, entries)
        store.raise_generation(connection)


def names(store: Store, question: str, k: int = 10, articles: list[str] | None = None) -> list[str]:
    return [chunk_id.split(":")[0] for chunk_id, _ in Keywords(store).search(question, k, articles)]


NEWS = {
    "harbour": "The harbour was closed after the storm, said Li Wei.",
    "wheat": "The wheat harvest reached 4.2 million tonnes in the U.S. market.",
    "talks": "Ministers talked about harbours and wheat for eleven hours.",
    "zh": "新华社报道，中国经济增长放缓。",
    "ja": "政府は港を閉鎖した。",
    "ko": "정부는 항구를 폐쇄했다.",
}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was the harbour closed?", ["harbour", "talks"]),
        ("closing HARBOURS", ["harbour", "talks"]),
        ("the U.S. market", ["wheat"]),
        ("4.2 million", ["wheat"]),
        ("4.3 billion", []),
        ("经济", ["zh"]),
        ("中国的经济怎么样?", ["zh"]),
        ("港を閉鎖", ["ja"]),
        ("항구", ["ko"]),
        ("Wei新华社", ["zh", "harbour"]),
        ("?!", []),
        ("", []),
    ],
)
def test_questions_find_their_articles(store, question, expected):
    put(store, NEWS)
    assert names(store, question) == expected


def test_scores_are_those_of_bm25(store):
    """Worked by hand: k1 = 1.2, b = 0.75; "wheat" is in 1 of 4 chunks, once among 2 words, the mean length is 2."""
    put(store, {"a": "wheat grows", "b": "rain fell", "c": "wind blew", "d": "snow lay"})
    idf = np.log((4 - 1 + 0.5) / (1 + 0.5))
    ((chunk_id, score),) = Keywords(store).search("wheat", 5)
    assert chunk_id == "a:v1:0"
    assert score == pytest.approx(idf * 1 * 2.2 / (1 + 1.2), abs=1e-6)


def test_ties_go_by_id_and_k_is_kept(store):
    put(store, {name: "Rain fell." for name in "dcba"} | {name: "Snow lay." for name in "efghi"})
    assert names(store, "rain", k=3) == ["a", "b", "c"]


@pytest.mark.parametrize("named", [0, 2000], ids=["filtered", "named"])
def test_restricted_to_articles(store, monkeypatch, named):
    monkeypatch.setattr(keywords_module, "_MOST_NAMED", named)
    put(store, NEWS)
    assert names(store, "harbour", articles=["talks", "nobody"]) == ["talks"]
    assert names(store, "harbour", articles=[]) == []


def test_titles_are_searched_too(store):
    put(store, {"a": "It was closed."}, header="Bergen harbour · Gazette")
    put(store, {"b": "It was open."}, header="Oslo")
    assert names(store, "bergen") == ["a"]


def test_words_that_most_chunks_hold_are_left_out(store):
    put(store, {f"c{number}": "China says" for number in range(8)} | {"x": "China exports tea"})
    assert names(store, "China tea exports") == ["x"]
    assert len(names(store, "China")) == 9  # unless nothing else is asked


def test_common_words_are_counted_anew_after_a_change(store):
    put(store, {"a": "China exports tea", "b": "tea"})
    keywords = Keywords(store)
    assert [hit[0] for hit in keywords.search("China tea", 5)] == ["a:v1:0"]
    put(store, {f"c{number}": "rain" for number in range(6)})
    assert sorted(hit[0] for hit in keywords.search("China tea", 5)) == ["a:v1:0", "b:v1:0"]


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What did the U.S. say in 2021?", ['"u.s."', '"2021"']),
        ("Who is who?", ['"who"', '"is"']),
        ("China's vice-president", ['"china"', '"vice"', '"president"']),
        ("iPhone手机 经济学", ['"iphone"', 'pairs: "手机"', 'pairs: "经济"', 'pairs: "济学"']),
        ('" OR NEAR(tea*) AND -text:', ['"near"', '"tea"', '"text"']),
    ],
)
def test_terms_of_a_question(question, terms):
    assert terms_of(question) == terms


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_is_read_as_syntax(store, question):
    Keywords(store).search(question, 5)
