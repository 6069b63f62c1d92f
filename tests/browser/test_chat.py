from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer, Reply, chat_server
from parts import chain_of, embedder, small_index, weights_by_hand

from qa.answering.judging import Rules
from qa.answering.write import Writer
from qa.chain import Query
from qa.errors import ChatModelError
from qa.indexing.library import Library, open_library
from qa.schema import (
    Answer,
    Article,
    Citation,
    Done,
    Event,
    Filters,
    Message,
    Scope,
    Searching,
    Sentence,
    SentenceReady,
)
from qa.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MARKUP = (
    "The harbour master wrote <script>alert(1)</script> [x](javascript:alert(1)) ![img](http://evil.example/x.png)"
    ' <img src="http://evil.example/y.png" onerror="alert(2)"> $$E=mc^2$$ <!-- hidden --> ${1+1} {{value}}.'
)
SLOW = 1.5  # seconds
LONG = "\n\n".join(f"Paragraph {number} of the report is about something else." for number in range(80))


def an_article(article_id: str, title: str, text: str) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(
        article_id, "v1", title, text, "Gazette", None, "2021-05-03", "dateline", None, None, "en", "x", digest
    )


ARTICLES = {
    "bridge": an_article("bridge", "The bridge", f"{LONG}\n\nThe bridge opened in May. It was late.\n\n{LONG}"),
    "markup": an_article("markup", "<b>Harbour</b> & <i>co</i>", f"Before it. {MARKUP} </mark></div> After it."),
}


@dataclass(frozen=True)
class Shelf:
    """Answers each known question with its quotes, one by one; any other raises an error that people see."""

    quotes: Mapping[str, Sequence[tuple[str, str]]]

    def articles(self) -> Iterator[Article]:
        yield from ARTICLES.values()

    def article(self, article_id: str, version: str | None = None) -> Article:
        return ARTICLES[article_id]

    def stream(self, question: str, history: Sequence[Message] = (), *, now: date | None = None) -> Iterator[Event]:
        yield Searching(question)
        if question not in self.quotes:
            raise ChatModelError("The chat model did not answer.", "Start it, then ask again.")
        citations = [cited(n, *quote) for n, quote in enumerate(self.quotes[question], start=1)]
        sentences = [Sentence(citation.quote, (citation.number,), "quoted", 1.0) for citation in citations]
        for sentence, citation in zip(sentences, citations, strict=True):
            time.sleep(SLOW if "long" in question and citation.number > 1 else 0.05)
            yield SentenceReady(sentence, (citation,))
        scope = Scope(2, "2021-05-03", "2021-05-03", Filters(), 1)
        yield Done(
            Answer(
                question,
                question,
                "answered",
                None,
                tuple(sentences),
                tuple(citations),
                (),
                (),
                scope,
                None,
                None,
                "i",
                "s",
            )
        )


def cited(number: int, article_id: str, quote: str) -> Citation:
    a = ARTICLES[article_id]
    start = a.text.index(quote)
    return Citation(
        number, a.id, a.version, start, start + len(quote), quote, a.title, a.publisher, None, a.published, "dateline",
        None, None,
    )  # fmt: skip


SHELF = Shelf(
    {
        "When did the bridge open?": [("bridge", "The bridge opened in May."), ("bridge", "It was late.")],
        "What did the harbour master write?": [("markup", MARKUP)],
        "What takes long?": [("bridge", "The bridge opened in May."), ("bridge", "It was late.")],
    }
)


def ask(page: Any, question: str) -> Any:
    """Asks and waits; gives the new turn once its answer (or error) is whole."""
    turns = page.locator(".fn-turn").count()
    page.fill("#fn-question textarea", question)
    page.press("#fn-question textarea", "Enter")
    turn = page.locator(".fn-turn").nth(turns)
    turn.locator(".fn-scope, .fn-problem").wait_for(timeout=60_000)
    return turn


def opened_quote(page: Any, quote: str) -> None:
    """Waits until exactly that quote is marked in the open article, and in view."""
    mark = page.locator("#fn-article mark")
    page.wait_for_function("quote => document.querySelector('#fn-article mark')?.textContent === quote", arg=quote)
    assert mark.count() == 1
    page.wait_for_function(
        """() => {
            const mark = document.querySelector('#fn-article mark').getBoundingClientRect();
            const sheet = document.querySelector('#fn-article .fn-text').getBoundingClientRect();
            return mark.top >= Math.max(0, sheet.top) - 1 && mark.bottom <= Math.min(innerHeight, sheet.bottom) + 1;
        }"""
    )


def test_a_clicked_number_opens_the_article_at_the_quote_and_back_returns_to_the_number(
    serving: Callable, visit: Callable
):
    page = visit(serving(SHELF))
    turn = ask(page, "When did the bridge open?")
    opened_quote(page, "The bridge opened in May.")  # the first quote is open already
    second = turn.locator(".fn-cite").nth(1)
    second.click()
    opened_quote(page, "It was late.")
    assert page.evaluate("document.activeElement.id") == "fn-quote"
    page.click(".fn-back")
    assert second.evaluate("button => button === document.activeElement")
    page.evaluate("document.querySelector('#fn-article .fn-text').scrollTop = 0")
    second.click()  # the article is open already: it comes back to the quote all the same
    opened_quote(page, "It was late.")


def test_numbers_can_be_reached_and_pressed_with_the_keyboard(serving: Callable, visit: Callable):
    page = visit(serving(SHELF))
    turn = ask(page, "When did the bridge open?")
    turn.locator(".fn-cite").nth(0).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    opened_quote(page, "It was late.")


def test_numbers_of_earlier_answers_still_open_their_articles(serving: Callable, visit: Callable):
    page = visit(serving(SHELF))
    first = ask(page, "When did the bridge open?")
    ask(page, "What did the harbour master write?")
    opened_quote(page, MARKUP)
    first.locator(".fn-cite").nth(0).click()
    opened_quote(page, "The bridge opened in May.")
    assert page.locator(".fn-turn").count() == 2


def test_markup_in_an_article_is_shown_as_text(serving: Callable, visit: Callable):
    page = visit(serving(SHELF))
    turn = ask(page, "What did the harbour master write?")
    opened_quote(page, MARKUP)
    assert f"“{MARKUP}”" in turn.locator("blockquote").text_content()
    assert page.locator("#fn-article .fn-text").text_content() == ARTICLES["markup"].text
    assert page.locator("#fn-article h2").text_content() == ARTICLES["markup"].title
    assert page.locator("#fn-article, #fn-conversation").locator("img, script, a, b, i, math").count() == 0


def test_an_error_is_told_in_words_and_the_question_goes_back_into_the_box(serving: Callable, visit: Callable):
    page = visit(serving(SHELF))
    ask(page, "When did the bridge open?")
    failed = ask(page, "Who built it?")
    assert failed.locator(".fn-problem").text_content() == "The chat model did not answer.Start it, then ask again."
    assert page.input_value("#fn-question textarea") == "Who built it?"
    assert page.locator(".fn-turn").count() == 2
    page.click("#fn-clear")
    page.wait_for_selector(".fn-welcome")
    assert page.locator(".fn-turn, #fn-article article").count() == 0


def test_clear_gives_up_an_answer_that_is_still_being_made(serving: Callable, visit: Callable):
    page = visit(serving(SHELF))
    page.fill("#fn-question textarea", "What takes long?")
    page.press("#fn-question textarea", "Enter")
    page.wait_for_selector(".fn-turn .fn-quote")
    page.click("#fn-clear")
    page.wait_for_selector(".fn-welcome")
    time.sleep(SLOW + 0.5)
    assert page.locator(".fn-turn, #fn-article article").count() == 0
    ask(page, "When did the bridge open?")
    assert page.locator(".fn-question").all_text_contents() == ["When did the bridge open?"]


FESTIVAL = "Who opened the Lantern Festival of Osmere?"
OPENED = "Mayor Idris Vale opened the Lantern Festival of Osmere on 14 June 2019."
NEVER = threading.Event()  # a gate that no test opens


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    with weights_by_hand():
        made = open_library(small_index(), Settings(sentences=2), embedder())
        yield made
        made.close()


class Desk:
    """Footnote with a chat model, over the test articles."""

    def __init__(self, library: Library, server: ChatServer) -> None:
        settings = Settings(chat_model="openai:scripted", chat_url=server.url, chat_timeout=600.0)
        self._chain = chain_of(library, Writer(settings, Rules()))
        self.article = library.store.article

    def articles(self) -> Iterator[Article]:
        return iter(())

    def stream(self, question: str, history: Sequence[Message] = (), *, now: date | None = None) -> Iterator[Event]:
        return self._chain.stream(Query(question, tuple(history), now=now))


def test_stop_ends_the_request_to_a_silent_model_and_another_question_is_answered(
    library: Library, serving: Callable, visit: Callable
):
    silent = Reply([f"{OPENED} [s1] And then", " more."], gate=NEVER, gate_at=1)
    with chat_server(silent, Reply([f"{OPENED} [s1]"])) as server:
        page = visit(serving(Desk(library, server)))
        assert page.locator("#fn-stop:visible").count() == 0
        page.fill("#fn-question textarea", FESTIVAL)
        page.press("#fn-question textarea", "Enter")
        page.wait_for_selector(f".fn-prose:has-text('{OPENED}')")
        assert not server.hung_up.is_set()
        page.click("#fn-stop")
        page.wait_for_selector(".fn-turn .fn-stopped:has-text('Stopped.')")
        assert server.hung_up.wait(30)
        page.wait_for_selector("#fn-stop", state="hidden")
        assert OPENED in page.locator(".fn-turn .fn-prose").text_content()
        assert page.locator(".fn-doing").count() == 0
        assert page.evaluate("document.activeElement.matches('#fn-question textarea')")
        answered = ask(page, FESTIVAL)
        assert OPENED in answered.locator(".fn-prose").text_content()
        assert page.locator(".fn-question").all_text_contents() == [FESTIVAL, FESTIVAL]
        assert page.locator("#fn-stop:visible").count() == 0


@pytest.mark.parametrize("leave", ["close", "reload"])
def test_who_leaves_the_page_ends_its_request_to_a_silent_model_and_that_of_no_other_tab(
    library: Library, serving: Callable, visit: Callable, leave: str
):
    later = threading.Event()
    with chat_server(Reply(["Never", " said."], gate=NEVER), Reply([f"{OPENED} [s1]"], gate=later)) as server:
        other = visit(serving(Desk(library, server)))
        page = other.context.new_page()  # unwatched: Gradio's script complains when its page is taken away
        page.goto(other.url)
        for number, tab in enumerate((page, other), start=1):
            tab.fill("#fn-question textarea", FESTIVAL)
            tab.press("#fn-question textarea", "Enter")
            while len(server.requests) < number:
                tab.wait_for_timeout(50)
        assert not server.hung_up.is_set()
        getattr(page, leave)()
        assert server.hung_up.wait(30)
        later.set()
        other.wait_for_selector(f".fn-turn:has(.fn-scope) .fn-prose:has-text('{OPENED}')")
        assert other.locator(".fn-stopped").count() == 0


@pytest.mark.parametrize("key", ["Escape", "Clear"])
def test_escape_and_clear_end_the_request_before_the_model_has_said_anything(
    library: Library, serving: Callable, visit: Callable, key: str
):
    with chat_server(Reply(["Never", " said."], gate=NEVER), Reply([f"{OPENED} [s1]"])) as server:
        page = visit(serving(Desk(library, server)))
        page.fill("#fn-question textarea", FESTIVAL)
        page.press("#fn-question textarea", "Enter")
        page.wait_for_selector("#fn-stop")
        while not server.requests:
            page.wait_for_timeout(50)
        if key == "Escape":
            page.keyboard.press("Escape")
            page.wait_for_selector(".fn-turn .fn-stopped")
        else:
            page.click("#fn-clear")
            page.wait_for_selector(".fn-welcome")
        assert server.hung_up.wait(30)
        page.wait_for_selector("#fn-stop", state="hidden")
        assert OPENED in ask(page, FESTIVAL).locator(".fn-prose").text_content()


def test_a_question_sent_while_another_is_answered_stays_in_the_box(serving: Callable, visit: Callable):
    page = visit(serving(SHELF))
    page.fill("#fn-question textarea", "What takes long?")
    page.press("#fn-question textarea", "Enter")
    page.wait_for_selector(".fn-turn .fn-quote")
    page.fill("#fn-question textarea", "When did the bridge open?")
    page.click("#fn-send")
    page.wait_for_selector(".fn-scope")
    assert page.locator(".fn-question").all_text_contents() == ["What takes long?"]
    assert page.input_value("#fn-question textarea") == "When did the bridge open?"


def test_visitors_do_not_see_each_other(serving: Callable, visit: Callable):
    url = serving(SHELF)
    one, two = visit(url), visit(url)
    ask(one, "When did the bridge open?")
    ask(two, "What did the harbour master write?")
    ask(one, "When did the bridge open?")
    assert one.locator(".fn-question").all_text_contents() == ["When did the bridge open?"] * 2
    assert two.locator(".fn-question").all_text_contents() == ["What did the harbour master write?"]


def test_on_a_narrow_screen_a_number_leads_down_to_the_quote(serving: Callable, visit: Callable):
    page = visit(serving(SHELF), viewport={"width": 390, "height": 800})
    turn = ask(page, "When did the bridge open?")
    turn.locator(".fn-cite").nth(1).click()
    opened_quote(page, "It was late.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The real assistant over an index of the starter articles."""
    from qa.articles.sources import STARTER
    from qa.assistant import Assistant

    folder: Path = tmp_path_factory.mktemp("starter") / "index"
    assistant = Assistant(Settings(index=str(folder)))
    report = assistant.index([STARTER])
    assert report.failed == ()
    yield assistant
    assistant.close()


def test_the_starter_articles_answer_why_the_institute_in_bergen_was_closed(
    starter: Any, serving: Callable, visit: Callable
):
    page = visit(serving(starter))
    assert page.locator(".fn-example").count() == 4
    turn = ask(page, "Why was the Confucius Institute in Bergen closed?")
    first = turn.locator("blockquote.fn-quote", has=page.locator("[data-number='1']"))
    quote = re.match("“(.*)” — ", first.text_content(), re.DOTALL)[1]
    turn.locator(".fn-cite[data-number='1']").first.click()
    opened_quote(page, quote)
    assert "Bergen" in page.locator("#fn-article h2").text_content()
    assert quote in next(a.text for a in starter.articles() if "Bergen" in a.title)
    assert "Searched 23 articles" in turn.locator(".fn-scope").text_content()
