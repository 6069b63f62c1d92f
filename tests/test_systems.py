from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from parts import embedder, same, small_index, weights_by_hand

from qa import assistant as module
from qa.assistant import Assistant
from qa.evaluation.questions import Item
from qa.evaluation.systems import RANKS, Decided, Line, OneSide, Tutorial, one_sided
from qa.retrieval.search import fuse
from qa.schema import Filters, Message
from qa.settings import Settings

FESTIVAL = "Who opened the Lantern Festival of Osmere?"
KNOWN = Item("known", FESTIVAL, "person", ("Idris Vale",))
UNKNOWN = Item("unknown", "Which comet did the astronomers of Brenna discover?", "unanswerable")
FOLLOW_UP = Item(
    "follow-up", "When was it opened?", "follow-up", ("14 June 2019",), history=(Message("user", FESTIVAL),)
)
QUESTIONS = [FESTIVAL, UNKNOWN.question, "How much did the poster cost?", "灯塔什么时候重新开放？", "?"]


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with pytest.MonkeyPatch.context() as patch, weights_by_hand():
        patch.setattr(module, "Embedder", lambda settings: embedder())
        with Assistant(Settings(index=str(small_index()))) as made:
            yield made


@pytest.fixture
def footnote(assistant) -> Line:
    return Line("Footnote", assistant.chain(), assistant.finder())


@pytest.fixture(scope="module")
def tutorial(assistant) -> Iterator[Tutorial]:
    with Tutorial(assistant.articles()) as made:
        yield made


def test_a_line_answers_as_the_assistant_does_and_shows_what_was_found(assistant, footnote):
    for item in (KNOWN, UNKNOWN, FOLLOW_UP):
        outcome = footnote.ask(item)
        assert same(outcome.answer) == same(assistant.ask(item.question, item.history))
        assert outcome.hits == tuple(assistant.search(outcome.answer.standalone, RANKS))
        assert outcome.seconds > 0
    assert list(footnote.asked) == ["known", "unknown", "follow-up"]


@pytest.mark.parametrize("item", [KNOWN, UNKNOWN, FOLLOW_UP], ids=lambda item: item.id)
def test_a_decision_taken_away_changes_the_decision_and_nothing_else(footnote, item):
    asked = footnote.ask(item)
    always = Decided("never refuses", footnote, answers=True).ask(item)
    never = Decided("always refuses", footnote, answers=False).ask(item)
    assert (always.answer.kind, never.answer.kind) == ("answered", "unanswerable")
    assert always.hits == never.hits == asked.hits
    assert always.answer.standalone == never.answer.standalone == asked.answer.standalone
    own = always if asked.answer.kind == "answered" else never
    assert same(own.answer) == same(asked.answer)
    read = sum(footnote.asked[item.id][0].seconds.values())
    assert min(always.seconds, never.seconds) > read > 0, "reading counts though it was done before"


def test_a_decision_reads_nothing_again_and_what_was_never_asked_is_asked(footnote, monkeypatch):
    never = Decided("always refuses", footnote, answers=False)
    asked = []
    ask = footnote.ask
    monkeypatch.setattr(footnote, "ask", lambda item: (asked.append(item.id), ask(item))[1])
    assert same(never.ask(KNOWN).answer) == same(never.ask(KNOWN).answer)
    assert asked == ["known"]


def test_where_nothing_is_found_there_is_nothing_to_answer(assistant):
    class Nothing:
        def hits(self, question, k, filters=Filters()):  # noqa: B008
            return []

    line = Line("nothing", assistant.chain().over(Nothing()), Nothing())
    outcome = Decided("never refuses", line, answers=True).ask(KNOWN)
    assert (outcome.answer.kind, outcome.answer.nearest, outcome.hits) == ("unanswerable", None, ())


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("k", [1, 10])
def test_one_side_is_the_search_ranked_by_that_side_alone(assistant, question, k):
    search = assistant.finder()
    dense, keyword = search.candidates(question, k)
    by_words, by_meaning = (OneSide(search, side).hits(question, k) for side in ("keywords", "meaning"))
    assert by_words == search.ranked(dense, keyword, fuse({}, keyword), k)
    assert by_meaning == search.ranked(dense, keyword, fuse(dense, {}), k)
    # The order is that of the one score, best first; equal texts are shown once.
    for hits, scores in ((by_words, keyword), (by_meaning, dense)):
        assert len(hits) <= k
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert [hit.chunk.id for hit in hits][:1] == sorted(scores, key=lambda one: (-scores[one], one))[:1]
        assert [scores[hit.chunk.id] for hit in hits] == sorted((scores[h.chunk.id] for h in hits), reverse=True)
        assert all(hit.score == fuse(scores, {})[hit.chunk.id] for hit in hits)


def test_the_two_sides_answer_through_footnotes_line(assistant, footnote):
    lines = one_sided(assistant, footnote)
    assert [line.name for line in lines] == ["keywords alone", "meaning alone"]
    for line in lines:
        outcome = line.ask(KNOWN)
        assert outcome.answer.short == "Mayor Idris Vale"
        assert outcome.answer.settings_hash == footnote.ask(KNOWN).answer.settings_hash


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_tutorials_passages_are_exact_slices_of_the_stored_articles(assistant, tutorial, question):
    hits = tutorial.hits(question, RANKS)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    for hit in hits:
        chunk = hit.chunk
        article = assistant.article(chunk.article_id, chunk.version)
        assert article.text[chunk.start : chunk.end] == chunk.text != ""
        assert chunk.header == article.title
        # The tutorial's cosine is that of the text's own vector.
        expected = float(embedder().encode([question])[0] @ embedder().encode([chunk.text, chunk.text])[0])
        assert hit.score == hit.dense == pytest.approx(expected, abs=0.01)  # ours may be bfloat16
        assert hit.keyword == 0.0
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    # Two articles have the same text: which of them comes first is Chroma's whim.
    assert [(h.score, h.chunk.text) for h in tutorial.hits(question, 2)] == [(h.score, h.chunk.text) for h in hits[:2]]


def test_a_long_article_is_cut_by_the_tutorials_rule_with_exact_places(assistant):
    first = next(assistant.articles())
    sentences = [f"Town number {n} has {n * n} wells and {n + 7} mills by the old road." for n in range(100)]
    text = "\n\n".join(" ".join(sentences[start : start + 10]) for start in range(0, 100, 10))
    long = replace(first, text=f"  {text}\n")
    with Tutorial([long]) as cut:
        found = [cut.hits(sentence, 4) for sentence in sentences[::7]]
    chunks = {hit.chunk.id: hit.chunk for hits in found for hit in hits}
    assert len(chunks) > 4
    for chunk in chunks.values():
        assert long.text[chunk.start : chunk.end] == chunk.text
        assert len(chunk.text) <= 1000
    assert max(len(hits) for hits in found) == Tutorial.PASSAGES
    for sentence, hits in zip(sentences[::7], found, strict=True):
        assert any(sentence in hit.chunk.text for hit in hits), sentence


def test_tutorials_share_nothing_and_leave_nothing(assistant, tutorial):
    """Chroma's clients in memory share one room: each tutorial has its own place there, and clears it."""
    from chromadb import EphemeralClient

    def places() -> set[str]:
        return {place.name for place in EphemeralClient().list_collections()}

    before = places()
    assert len(before) == 1
    first = next(assistant.articles())
    with Tutorial([first]) as small:
        assert {hit.chunk.article_id for hit in small.hits(FESTIVAL, 4)} == {first.id}
        assert len(places() - before) == 1
    assert places() == before
    assert len(tutorial.hits(FESTIVAL, 4)) == 4


def test_the_tutorials_chain_answers_through_footnotes_line(assistant, tutorial, footnote):
    line = Line("LangChain tutorial", footnote.chain.over(tutorial), tutorial)
    outcome = line.ask(KNOWN)
    assert (outcome.answer.kind, outcome.answer.short) == ("answered", "Idris Vale")
    assert len(outcome.hits) == 4
    stored = {article.id: article for article in assistant.articles()}
    for citation in outcome.answer.citations:
        assert stored[citation.article_id].text[citation.start : citation.end] == citation.quote
