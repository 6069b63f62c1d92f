from __future__ import annotations

import json
import socket
from dataclasses import asdict, replace

import pytest
from chat_server import Reply, chat_server
from parts import chain_of, embedder, same, search_of, small_index, weights_by_hand
from word_model import word_library

from qa.answering.judging import Rules
from qa.answering.write import Writer
from qa.chain import LONGEST_QUESTION, AnswerChain, Query
from qa.citations import is_exact
from qa.errors import IndexEmpty, QuestionError
from qa.indexing.library import Library, open_library
from qa.prompts import REFUSAL
from qa.schema import Answer, Done, Filters, Hit, Message, Searching, SentenceReady
from qa.settings import Settings

FESTIVAL = "Who opened the Lantern Festival of Osmere?"
OPENED = "Mayor Idris Vale opened the Lantern Festival of Osmere on 14 June 2019."
HARVEST = "How many tonnes was the wheat harvest of Varnland in 2020?"
UNKNOWN = "Which comet did the astronomers of Brenna discover?"


@pytest.fixture(scope="module", autouse=True)
def by_hand():
    with weights_by_hand():
        yield


@pytest.fixture(scope="module")
def library():
    made = open_library(small_index(), Settings(sentences=2), embedder())
    yield made
    made.close()


@pytest.fixture(scope="module")
def chain(library) -> AnswerChain:
    return chain_of(library)


def ask(chain: AnswerChain, question: str, **other: object) -> Answer:
    return chain.runnable().invoke(Query(question, **other))


def quotes_are_exact(answer: Answer, library: Library) -> None:
    shown = [*answer.citations, *([answer.nearest] if answer.nearest else [])]
    assert all(is_exact(one, library.store.article(one.article_id, one.version)) for one in shown)


def test_an_answer_whole(chain, library):
    answer = ask(chain, FESTIVAL)
    assert answer.text == (
        "Mayor Idris Vale [1]\n"
        f"“{OPENED}” — River Courier, 15 June 2019 [1]\n"
        "Searched 8 articles, 2018 to 3 May 2021; 1 is relevant."
    )
    assert (answer.kind, answer.model, answer.question) == ("answered", None, FESTIVAL)
    assert [sentence.verdict for sentence in answer.sentences] == ["quoted"]
    assert (answer.index_id, answer.settings_hash) == (library.store.index_id(), Settings(sentences=2).hash)
    assert set(answer.seconds) == {"rewrite", "retrieve", "read", "compose"}
    quotes_are_exact(answer, library)


def test_what_no_article_says_is_refused_with_what_was_searched(chain, library):
    answer = ask(chain, UNKNOWN)
    assert (answer.kind, answer.short, answer.citations) == ("unanswerable", None, ())
    assert [(s.text, s.verdict) for s in answer.sentences] == [
        ("I don’t know: nothing in the 8 articles searched answers this.", "no_claim")
    ]
    assert answer.scope.text == "Searched 8 articles, 2018 to 3 May 2021; none are relevant."
    assert answer.nearest is not None
    (why,) = answer.caveats
    assert why.startswith("The nearest passage was not enough: ") and "“comet”" in why
    quotes_are_exact(answer, library)


def test_sources_that_differ_are_both_shown(chain, library):
    answer = ask(chain, HARVEST)
    (differing,) = answer.disagreements
    assert {value.removesuffix(" tonnes") for value, _ in differing.values} == {"4.2 million", "4.6 million"}
    publishers = {citation.number: citation.publisher for citation in answer.citations}
    for value, number in differing.values:
        assert publishers[number] == ("Harbour Gazette" if value.startswith("4.2") else "Grain Weekly")
    days = ("April 2021", "3 May 2021")
    values = [f"{value} ({day}) [{number}]" for (value, number), day in zip(differing.values, days, strict=True)]
    assert f"The sources differ, oldest first: {' and '.join(values)}." in answer.caveats
    quotes_are_exact(answer, library)


def test_what_the_articles_say_of_something_is_an_answer_if_they_say_anything_of_it(chain):
    assert ask(chain, "What do the articles say about the Kestrel Bridge?").kind == "answered"
    assert ask(chain, "What do the articles say about volcanoes?").kind == "unanswerable"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What does Lena Ost say about the farmers?", "answered"),
        ("What did Ost write of loans, drought and valleys?", "answered"),
        ("How does Ost describe the drought?", "answered"),
        ("What does Ost say about comets?", "unanswerable"),
        ("What did Ost plant in the valleys?", "unanswerable"),
    ],
)
def test_what_an_author_says_of_something_is_an_answer_if_his_article_says_anything_of_it(chain, question, kind):
    assert ask(chain, question).kind == kind


def test_when_the_articles_are_of_need_not_stand_in_what_they_say(chain):
    asked = Query("What do the articles from 1999 to 2021 say about the Kestrel Bridge?")
    assert chain.explain(asked).weakest.answerability == 1.0
    assert ask(chain, "What do the articles say about the Kestrel Bridge of 1999?").kind == "unanswerable"


def test_a_report_on_another_source_says_so(chain):
    answer = ask(chain, "When will Blue Fjord start an overnight line between Osmere and Talvik?")
    assert "— Brief desk, after Northern Wire, 20 March 2021 [1]" in answer.text


def test_markup_of_an_article_stays_words(chain):
    answer = ask(chain, "Which museum printed a link on its poster?")
    assert "<script>" in answer.text and "<" not in answer.markdown.replace("\\<", "")


def test_the_same_question_has_the_same_answer_in_every_way_of_asking(chain):
    runnable = chain.runnable()
    answer = same(runnable.invoke(FESTIVAL))
    assert same(runnable.invoke({"question": FESTIVAL, "history": []})) == answer
    assert same(runnable.invoke(Query(FESTIVAL))) == answer
    assert [same(one) for one in runnable.batch([FESTIVAL, Query(FESTIVAL)])] == [answer, answer]
    assert [same(one) for one in runnable.stream(FESTIVAL)] == [answer]
    assert same(list(chain.stream(Query(FESTIVAL)))[-1].answer) == answer


@pytest.mark.asyncio
async def test_it_can_be_awaited(chain):
    assert same(await chain.runnable().ainvoke(FESTIVAL)) == same(ask(chain, FESTIVAL))


@pytest.mark.parametrize("question", [FESTIVAL, HARVEST, UNKNOWN])
def test_the_stream_brings_each_sentence_with_its_new_quotes(chain, question):
    searching, *ready, done = chain.stream(Query(question))
    assert searching == Searching(question)
    assert isinstance(done, Done)
    assert all(isinstance(event, SentenceReady) for event in ready)
    assert tuple(event.sentence for event in ready) == done.answer.sentences
    assert tuple(citation for event in ready for citation in event.citations) == done.answer.citations


def test_citations_are_numbered_in_reading_order(chain):
    answer = ask(chain, HARVEST)
    assert [citation.number for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    read = [number for sentence in answer.sentences for number in sentence.citations]
    assert list(dict.fromkeys(read)) == sorted(set(read))


def test_a_follow_up_is_searched_with_what_it_leans_on(chain):
    history = [Message("user", FESTIVAL), Message("assistant", "Mayor Idris Vale")]
    answer = ask(chain, "When was it opened?", history=tuple(history))
    assert answer.standalone == "When was the Lantern Festival of Osmere opened?"
    assert (answer.question, answer.short) == ("When was it opened?", "14 June 2019")
    assert same(chain.runnable().invoke({"question": "When was it opened?", "history": history})) == same(answer)


@pytest.mark.parametrize(
    ("question", "same_again"), [(FESTIVAL, True), ("Who else opened the Lantern Festival of Osmere?", False)]
)
def test_a_question_asked_again_is_read_as_before_unless_it_asks_for_more(chain, question, same_again):
    said = (Message("user", FESTIVAL), Message("assistant", f"“{OPENED}”"))
    first, again = (chain.explain(Query(question, history)).parts[0].readout for history in ((), said))
    assert ([one.score for one in again.scored] == [one.score for one in first.scored]) is same_again


def test_filters_narrow_what_is_searched(chain):
    answer = ask(chain, HARVEST, filters=Filters(publishers=("Grain Weekly",)))
    assert [citation.publisher for citation in answer.citations] == ["Grain Weekly"]
    assert answer.scope.articles == 1 and answer.disagreements == ()
    nothing = ask(chain, HARVEST, filters=Filters(since="2030"))
    assert nothing.text == (
        "I don’t know: nothing in the 0 articles searched answers this.\nSearched 0 articles; none are relevant."
    )
    assert (nothing.kind, nothing.nearest, nothing.caveats) == ("unanswerable", None, ())


@pytest.mark.parametrize("question", ["", "  \n", "?!", "—"])
def test_an_empty_question_is_refused(chain, question):
    with pytest.raises(QuestionError) as caught:
        ask(chain, question)
    assert str(caught.value) == "The question is empty."
    assert caught.value.hint == 'Type a question, such as: qa ask "Who wrote the report?"'


def test_an_endless_question_is_refused(chain):
    with pytest.raises(QuestionError) as caught:
        ask(chain, "why " * 10_000)
    assert str(caught.value) == f"The question has 10,000 words; {LONGEST_QUESTION:,} is the most."
    with pytest.raises(QuestionError):
        ask(chain, "x" * 100_000)
    assert ask(chain, "why " * LONGEST_QUESTION).kind == "unanswerable"


@pytest.mark.parametrize(
    "question", ["灯塔什么时候重新开放？", "a" * 500, "who \x00 came?", "😀 opened?", "\udcff came?"]
)
def test_no_question_breaks_it(chain, question):
    assert ask(chain, question).kind in ("answered", "unanswerable")


def test_half_characters_do_not_come_out_of_it(chain):
    said = (Message("user", "\ud800 What is the Lantern Festival of Osmere?"), Message("assistant", "A fair \udfff"))
    filters = Filters(publishers=("River Courier", "\ud800"), articles=("\ud801",))
    answer = ask(chain, "Who opened it, \udcff?", history=said, filters=filters)
    assert answer.question == "Who opened it, ??"
    assert answer.scope.filters == Filters(publishers=("River Courier", "?"), articles=("?",))
    json.dumps(asdict(answer), ensure_ascii=False).encode()


def test_an_index_without_articles_says_what_to_type(tmp_path):
    empty = word_library(tmp_path)
    try:
        with pytest.raises(IndexEmpty, match="holds no articles yet") as caught:
            ask(chain_of(empty), FESTIVAL)
        assert "qa index" in caught.value.hint
    finally:
        empty.close()


def test_the_decision_can_be_looked_into(chain):
    known, unknown = chain.explain(Query(FESTIVAL)), chain.explain(Query(UNKNOWN))
    assert (known.answers, unknown.answers) == (True, False)
    assert known.weakest.answerability > known.threshold == 0.5 > unknown.weakest.answerability
    (part,) = known.parts
    assert part.hits[0].rank == 1 and part.readout.scored[0].candidate.text == OPENED


def test_the_last_step_alone_leads_from_a_state_to_the_answer(chain):
    for question in (FESTIVAL, UNKNOWN):
        assert same(chain.finish(chain.explain(Query(question)))) == same(ask(chain, question))
    other = replace(chain.explain(Query(FESTIVAL)), threshold=1.1)
    assert chain.finish(other).kind == "unanswerable", "with another decision, another answer"


def test_the_same_line_over_another_search(chain, library):
    """Only what is found changes: here one passage, whatever is asked."""
    bridge = search_of(library).hits("Kestrel Bridge", 1)

    class OneBridge:
        def hits(self, question: str, k: int, filters: Filters | None = None) -> list[Hit]:
            return bridge

    other = chain.over(OneBridge())
    question = "Why was the Kestrel Bridge closed?"
    assert {citation.article_id for citation in ask(other, question).citations} == {bridge[0].chunk.article_id}
    assert ask(other, FESTIVAL).kind == "unanswerable"
    assert ask(chain, FESTIVAL).kind == "answered", "the first line is as it was"
    assert same(ask(chain.over(search_of(library)), FESTIVAL)) == same(ask(chain, FESTIVAL))


def written(library: Library, *script: Reply | str, question: str = FESTIVAL, history: tuple = ()) -> Answer:
    """The answer with a chat model that replies by the script."""
    replies = [Reply([reply]) if isinstance(reply, str) else reply for reply in script]
    with chat_server(*replies) as server:
        writer = Writer(Settings(chat_model="openai:scripted", chat_url=server.url, chat_timeout=10.0), Rules())
        return ask(chain_of(library, writer), question, history=history)


def test_a_written_answer_is_checked_and_cited(library):
    answer = written(library, "The Lantern Festival of Osmere was opened by Mayor Idris Vale. [s1]")
    assert answer.text == (
        "The Lantern Festival of Osmere was opened by Mayor Idris Vale. [1]\n"
        f"[1] “{OPENED}” — River Courier, 15 June 2019\n"
        "Searched 8 articles, 2018 to 3 May 2021; 1 is relevant."
    )
    assert (answer.model, answer.short, answer.caveats) == ("openai:scripted", None, ())
    assert [sentence.verdict for sentence in answer.sentences] == ["supported"]
    quotes_are_exact(answer, library)


def test_an_invented_number_is_struck(library):
    answer = written(library, f"{OPENED} [s1] The Lantern Festival had 70,000 visitors. [s1]")
    assert [sentence.text for sentence in answer.sentences] == [OPENED]
    assert "70,000" not in answer.text
    (caveat,) = answer.caveats
    assert caveat.startswith("1 sentence of the chat model had no support in the articles")


@pytest.mark.parametrize(
    "reply", ["The Lantern Festival had 70,000 visitors. [s1]", "Nobody opened it. [s9]", REFUSAL, ""]
)
def test_where_nothing_written_holds_the_articles_own_sentences_answer(library, chain, reply):
    answer = written(library, reply)
    own = ask(chain, FESTIVAL)
    assert (answer.short, answer.sentences, answer.citations) == (own.short, own.sentences, own.citations)
    assert answer.model is None
    assert answer.caveats[-1] == "These are the articles' own sentences."


def test_without_the_chat_model_the_articles_own_sentences_answer_and_say_so(library, chain):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    writer = Writer(Settings(chat_model="openai:scripted", chat_url=url, chat_timeout=10.0), Rules())
    answer = ask(chain_of(library, writer), FESTIVAL)
    assert answer.caveats == (
        "The chat model openai:scripted could not be reached. Check that a server answers at "
        f"{url.removesuffix('/v1')}",
        "These are the articles' own sentences.",
    )
    assert replace(same(answer), caveats=()) == same(ask(chain, FESTIVAL))


def test_what_was_written_before_the_server_broke_is_kept(library):
    answer = written(library, Reply([f"{OPENED} [s1] And the ", "choirs "], cut=True))
    assert [sentence.text for sentence in answer.sentences] == [OPENED]
    assert answer.model == "openai:scripted"
    assert len(answer.caveats) == 1 and "openai:scripted" in answer.caveats[0]


def test_the_chat_model_is_not_asked_where_no_article_answers(library):
    with chat_server() as server:
        writer = Writer(Settings(chat_model="openai:scripted", chat_url=server.url), Rules())
        assert ask(chain_of(library, writer), UNKNOWN).kind == "unanswerable"
    assert server.requests == []


def test_the_chat_model_rewrites_a_follow_up_and_its_failure_is_said(library):
    history = (Message("user", FESTIVAL), Message("assistant", "Mayor Idris Vale"))
    rewritten = "When was the Lantern Festival of Osmere opened?"
    answer = written(library, rewritten, f"{OPENED} [s1]", question="When was it opened?", history=history)
    assert (answer.standalone, answer.model, answer.caveats) == (rewritten, "openai:scripted", ())
    answer = written(library, Reply(status=401), f"{OPENED} [s1]", question="When was it opened?", history=history)
    assert answer.standalone == "When was the Lantern Festival of Osmere opened?"
    (note,) = answer.caveats
    assert note == (
        "The chat model could not rewrite the question: The server of openai:scripted refused the key (status 401)."
    )


@pytest.mark.parametrize(
    ("question", "signed"),
    [
        ("What did Lena Ost write about the wheat harvest of Varnland?", ["by Lena Ost"]),
        ("What did Ost say of the wheat harvest of Varnland?", ["by Lena Ost"]),
        (HARVEST, []),
    ],
)
def test_an_author_whom_the_question_names_is_read_above_his_own_text_only(chain, question, signed):
    state = chain.explain(Query(question))
    heads = {scored.candidate.hit.chunk.header for scored in state.parts[0].readout.scored}
    assert [head.rpartition(" · ")[2] for head in heads if " · by " in head] == signed
    found = [hit.chunk.header for hit in state.parts[0].hits]
    assert not any(" · by " in head for head in found), "what was found stays as it is stored"


@pytest.mark.parametrize(
    ("question", "everything"),
    [
        ("Who opened the Lantern Festival?", False),
        ("Why was the Kestrel Bridge closed?", False),
        ("How much will the repair cost?", True),
        ("When did the festival open?", True),
        ("What do the articles say about the festival?", True),
        ("Which three bridges were closed?", True),
    ],
)
def test_every_passage_is_read_where_articles_are_compared(library, chain, question, everything):
    assert reads_everything(library, chain, chain._search, question) == [everything]


@pytest.mark.parametrize(
    ("last", "everything"),
    [("The Courier retracted its report on the mayor.", True), ("The Courier printed its report on the mayor.", False)],
)
def test_every_passage_is_read_where_one_may_take_something_back(library, chain, last, everything):
    class Found:
        def hits(self, question, k, filters):
            *others, worst = chain._search.hits(question, k, filters)
            return [*others, replace(worst, chunk=replace(worst.chunk, text=last))]

    assert reads_everything(library, chain, Found(), FESTIVAL) == [everything]


def reads_everything(library: Library, chain: AnswerChain, search: object, question: str) -> list[bool]:
    """Whether each part of the question was read on all passages that the search found."""
    asked = []

    class Noting:
        def read(self, question, hits, told, *, all_of_them):
            asked.append(all_of_them)
            return chain._reader.read(question, hits, told)

    AnswerChain(Settings(), library.store, search, Noting(), chain._decision).answer(Query(question))
    return asked
