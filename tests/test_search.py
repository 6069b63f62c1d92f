from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts import search_of
from word_model import word_library

from qa.errors import QuestionError
from qa.retrieval.search import fuse
from qa.schema import Filters, Hit
from qa.sync import sync


def test_fusion_worked_by_hand():
    # By meaning a 0.9, b 0.7, c 0.5 are stretched to 1, 0.5, 0; by words b 6, d 2 to 1, 0. What is absent counts 0.
    assert fuse({"a": 0.9, "b": 0.7, "c": 0.5}, {"b": 6.0, "d": 2.0}) == {"a": 0.5, "b": 0.75, "c": 0.0, "d": 0.0}


@pytest.mark.parametrize(
    ("dense", "keyword", "fused"),
    [
        ({}, {}, {}),
        ({"a": 0.3}, {}, {"a": 0.5}),
        ({"a": 0.3, "b": 0.3}, {"b": 1.0}, {"a": 0.5, "b": 1.0}),
        ({"a": -0.5, "b": -1.0}, {"b": 0.0}, {"a": 0.5, "b": 0.5}),
    ],
    ids=["nothing", "one", "all alike", "below zero"],
)
def test_fusion_at_the_edges(dense, keyword, fused):
    assert fuse(dense, keyword) == fused


SCORES = st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e6, 1e6), max_size=6)


@given(SCORES, SCORES)
def test_fused_scores_lie_between_0_and_1(dense, keyword):
    fused = fuse(dense, keyword)
    assert list(fused) == sorted({*dense, *keyword})
    assert all(0 <= score <= 1 for score in fused.values())


@pytest.fixture
def index(tmp_path):
    """Writes articles and indexes them: index({name: text}, settings) -> Search."""
    libraries = []

    def made(articles: dict[str, str], **settings: object):
        for name, text in articles.items():
            (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
        libraries.append(word_library(tmp_path / "index", **settings))
        sync(libraries[-1], [str(tmp_path / f"{name}.md") for name in articles])
        return search_of(libraries[-1])

    yield made
    for library in libraries:
        library.close()


def page(title: str, text: str, **front: str) -> str:
    lines = [f"{key}: {value}" for key, value in {"title": title, **front}.items()]
    return "---\n" + "\n".join(lines) + f"\n---\n\n{text}\n"


def titles(hits: list[Hit]) -> list[str]:
    return [hit.chunk.header.split(" · ")[0] for hit in hits]


FOUR = {
    "harbour": page("Harbour", "The harbour was closed on Monday.", publisher="Gazette", published="2020-03-05"),
    "wheat": page("Wheat", "Wheat prices rose again.", publisher="Courier", published="2020-05"),
    "mill": page("Mill", "A mill burnt down.", published="2021"),
    "ship": page("Ship", "One ship left the harbour.", publisher="Courier"),
}


def test_what_is_asked_for_comes_first(index):
    hits = index(FOUR).hits("Which harbour was closed on Monday?", 10)
    assert titles(hits)[:2] == ["Harbour", "Ship"]
    first = hits[0]
    assert (first.score, first.rank, first.chunk.text) == (1.0, 1, "The harbour was closed on Monday.")
    assert first.dense == max(hit.dense for hit in hits) and first.keyword > 0
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_k_is_the_most_that_comes_back(index):
    search = index(FOUR, candidates=1)
    assert [len(search.hits("harbour", k)) for k in (1, 3)] == [1, 3]


def test_at_most_so_many_chunks_of_one_article(index):
    long = "\n\n".join(f"The harbour of town {n} was " + "very " * 30 + "quiet." for n in range(4))
    search = index({**FOUR, "long": page("Long", long)}, chunk_tokens=40, per_article=2)
    hits = search.hits("harbour town quiet", 10)
    assert titles(hits).count("Long") == 2
    assert "Harbour" in titles(hits)


def test_the_same_text_is_shown_once(index):
    search = index({**FOUR, "copy": page("Harbour shut", "The harbour was closed\non Monday.", publisher="Post")})
    hits = search.hits("Was the harbour closed on Monday?", 10)
    assert sum(" ".join(hit.chunk.text.split()) == "The harbour was closed on Monday." for hit in hits) == 1
    within = Filters(publishers=("Post",))
    assert titles(search.hits("harbour", 10, within)) == ["Harbour shut"], "asked for by name, the copy answers"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"Harbour", "Wheat", "Mill", "Ship"}),
        (Filters(since="2020-05-10"), {"Wheat", "Mill"}),
        (Filters(until="2020-04"), {"Harbour"}),
        (Filters(since="2020", until="2020"), {"Harbour", "Wheat"}),
        (Filters(publishers=("COURIER",)), {"Wheat", "Ship"}),
        (Filters(since="2020", publishers=("Courier",)), {"Wheat"}),
        (Filters(since="2030"), set()),
        (Filters(publishers=("Nobody",)), set()),
        (Filters(articles=("nobody",)), set()),
    ],
)
def test_filters(index, filters, found):
    assert set(titles(index(FOUR).hits("harbour", 10, filters))) == found


def test_one_article_only(index):
    search = index(FOUR)
    ship = next(hit.chunk.article_id for hit in search.hits("ship", 1))
    assert titles(search.hits("harbour closed", 10, Filters(articles=(ship,)))) == ["Ship"]


def test_a_filter_that_is_no_date_is_refused(index):
    with pytest.raises(QuestionError, match="'yesterday' is not a date"):
        index(FOUR).hits("harbour", 10, Filters(since="yesterday"))


def test_equal_scores_go_by_id_and_stay_so(index):
    search = index({name: page(name.title(), f"Wheat of {name}.") for name in ("alma", "bela", "cora", "dora")})
    hits = search.hits("wheat", 4)
    alike = [hit.chunk.id for hit in hits if hit.score == hits[0].score]
    assert alike == sorted(alike)
    assert search.hits("wheat", 4) == hits


@pytest.mark.parametrize("question", ["", "?!", "灯塔", "a OR (b NEAR c) *", '"', "\x00", "😀"])
def test_any_question_is_searched_for(index, question):
    assert len(index(FOUR).hits(question, 2)) <= 2


def test_what_was_removed_is_not_found(index, tmp_path):
    search = index(FOUR)
    (tmp_path / "harbour.md").unlink()
    library = word_library(tmp_path / "index")
    sync(library)  # as another process would
    library.close()
    assert "Harbour" in titles(search.hits("harbour closed", 10)), "an absent source is a failure, not a deletion"
    (tmp_path / "ship.md").write_text(page("Ship", "The sailors stayed."), encoding="utf-8")
    library = word_library(tmp_path / "index")
    sync(library)
    library.close()
    texts = [hit.chunk.text for hit in search.hits("one ship left", 10)]
    assert "The sailors stayed." in texts and "One ship left the harbour." not in texts


def test_candidates_are_shown_before_they_are_fused(index):
    search = index({"a.md": "Ships left the harbour.", "b.md": "Wolves howled at the harbour."})
    dense, keyword = search.candidates("Who howled?", 2)
    assert len(dense) == 2 and len(keyword) == 1
    assert fuse(dense, keyword) == {hit.chunk.id: hit.score for hit in search.hits("Who howled?", 2)}


def test_candidates_are_ranked_by_the_given_scores_alone(index):
    search = index(FOUR)
    dense, keyword = search.candidates("Which harbour was closed?", 10)
    fused = fuse(dense, keyword)
    both = search.ranked(dense, keyword, fused, 10)
    assert both == search.hits("Which harbour was closed?", 10)
    by_meaning = search.ranked(dense, keyword, fuse(dense, {}), 10)
    by_words = search.ranked(dense, keyword, fuse({}, keyword), 10)
    assert [hit.chunk.id for hit in by_meaning] == sorted(dense, key=lambda name: (-dense[name], name))
    assert [hit.chunk.id for hit in by_words] == sorted(keyword, key=lambda name: (-keyword[name], name))
    for hits in (both, by_meaning, by_words):
        known = [(dense[hit.chunk.id], keyword.get(hit.chunk.id, 0.0)) for hit in hits]
        assert [(hit.dense, hit.keyword) for hit in hits] == known, "what is known of the other side is kept"
    assert by_meaning[0].score == by_words[0].score == 0.5, "the side that is left out counts 0"
    assert search.ranked(dense, keyword, {}, 10) == [] and search.ranked(dense, keyword, fused, 1) == both[:1]


def test_what_only_the_keywords_found_is_as_like_as_the_least_of_the_others(index):
    search = index(FOUR)
    dense, _ = search.candidates("Which harbour was closed?", 10)
    best, *others = sorted(dense, key=lambda name: (-dense[name], name))
    without = {name: dense[name] for name in others}
    found = {hit.chunk.id: hit.dense for hit in search.ranked(without, {best: 1.0}, fuse(without, {best: 1.0}), 10)}
    assert found == {**without, best: min(without.values())}
    assert [hit.dense for hit in search.ranked({}, {best: 1.0}, {best: 0.5}, 10)] == [0.0]


def test_candidates_that_are_no_longer_there_are_left_out(index):
    search = index(FOUR)
    dense, keyword = search.candidates("harbour", 10)
    scores = fuse(dense, keyword)
    assert search.ranked(dense, keyword, {**scores, "nobody:v1:0": 9.9}, 10) == search.ranked(
        dense, keyword, scores, 10
    )
