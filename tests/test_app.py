from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

import gradio as gr
import pytest

from qa.chat import app, view
from qa.errors import ArticleNotFound, IndexEmpty, PortInUse, SettingsError
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

TEXT = "The bridge opened in May. It carries 4,000 cars a day."
ARTICLE = Article(
    "a1", "v1", "The bridge", TEXT, "Harbour Gazette", None, "2021-05-03", "dateline", None, None, "en", "x.md", "0"
)


def a_citation(number: int, start: int, end: int) -> Citation:
    return Citation(
        number=number,
        article_id="a1",
        version="v1",
        start=start,
        end=end,
        quote=TEXT[start:end],
        title="The bridge",
        publisher="Harbour Gazette",
        author=None,
        published="2021-05-03",
        dated_by="dateline",
        about=None,
        url=None,
    )


QUOTES = (a_citation(1, 0, 25), a_citation(2, 26, 54))
SENTENCES = tuple(Sentence(quote.quote, (quote.number,), "quoted", 1.0) for quote in QUOTES)
ANSWER = Answer(
    question="When did the bridge open?",
    standalone="When did the bridge open?",
    kind="answered",
    short="in May",
    sentences=SENTENCES,
    citations=QUOTES,
    caveats=(),
    disagreements=(),
    scope=Scope(1, "2021", "2021", Filters(), 1),
    nearest=None,
    model=None,
    index_id="i",
    settings_hash="s",
    short_from=(1,),
)
REFUSAL = replace(ANSWER, kind="unanswerable", short=None, sentences=(), citations=())


@dataclass
class ScriptedAssistant:
    """Streams the given events and raises the given error after them; remembers what it was asked."""

    events: Sequence[Event] = ()
    error: Exception | None = None
    origin: str = "x.md"
    asked: list[tuple[str, tuple[Message, ...]]] = field(default_factory=list)

    def stream(self, question: str, history: Sequence[Message] = (), *, now: date | None = None) -> Iterator[Event]:
        assert now == date.today()
        self.asked.append((question, tuple(history)))
        yield from self.events
        if self.error:
            raise self.error

    def article(self, article_id: str, version: str | None = None) -> Article:
        if (article_id, version) != ("a1", "v1"):
            raise ArticleNotFound(f"There is no article {article_id}.", "List them with: qa articles")
        return ARTICLE

    def articles(self) -> Iterator[Article]:
        if isinstance(self.error, IndexEmpty):
            raise self.error
        yield replace(ARTICLE, origin=self.origin)


def whole_stream() -> tuple[Event, ...]:
    ready = [SentenceReady(sentence, (quote,)) for sentence, quote in zip(SENTENCES, QUOTES, strict=True)]
    return (Searching(ANSWER.standalone), *ready, Done(ANSWER))


def named(step: list[object]) -> dict[str, object]:
    """The parts of the page that a step changes, by name."""
    return {part: value for part, value in zip(app.PARTS, step, strict=True) if value != gr.skip()}


def at(page: str) -> gr.Request:
    """What a visitor's open page sends along with each event."""
    return gr.Request(session_hash=page)


def replies(
    assistant: ScriptedAssistant, question: str, turns: tuple[app.Turn, ...] = (), *, stop_after: str = "no such words"
) -> list[dict[str, object]]:
    """What changes on the page with each step; Stop is pressed once the conversation shows the words `stop_after`."""
    room = app.Room(assistant)

    async def read() -> list[dict[str, object]]:
        steps = []
        async for step in room.reply(question, turns, at("page")):
            steps.append(named(step))
            if stop_after in str(steps[-1].get("conversation")):
                await room.stop(at("page"))
        return steps

    return asyncio.run(read())


def test_an_answer_grows_sentence_by_sentence_and_its_first_quote_is_opened_once():
    question = ANSWER.question
    drafts = [view.draft(question, ANSWER.standalone, SENTENCES[:n], QUOTES[:n]) for n in (0, 1, 2)]
    final = view.answer(ANSWER)
    opened = view.article(ARTICLE, 0, 25, number=1)
    turn = app.Turn(question, final, ANSWER.text)
    hidden, seen = gr.update(visible=False), gr.update(visible=True)
    begins = view.conversation([view.draft(question, None, (), ())])
    assert replies(ScriptedAssistant(whole_stream()), f"  {question} ") == [
        {"conversation": begins, "box": "", "examples": hidden, "stop": seen},
        {"conversation": view.conversation([drafts[0]])},
        {"conversation": view.conversation([drafts[1]]), "article": opened},
        {"conversation": view.conversation([drafts[2]])},
        {"conversation": view.conversation([final])},
        {"conversation": view.conversation([final]), "turns": (turn,), "stop": hidden},
    ]


def test_a_follow_up_is_asked_with_the_answered_turns_and_keeps_every_turn_on_the_page():
    first = app.Turn("When?", "<p>first</p>", "in May")
    failed = app.Turn("And?", "<p>failed</p>", None)
    assistant = ScriptedAssistant(whole_stream())
    last = replies(assistant, "How many cars?", (first, failed))[-1]
    assert assistant.asked == [("How many cars?", (Message("user", "When?"), Message("assistant", "in May")))]
    assert last["conversation"] == view.conversation(["<p>first</p>", "<p>failed</p>", view.answer(ANSWER)])
    assert last["turns"] == (first, failed, app.Turn("How many cars?", view.answer(ANSWER), ANSWER.text))


def test_an_answer_without_quotes_leaves_no_older_article_beside_it():
    assert replies(ScriptedAssistant((Done(REFUSAL),)), "Who?")[-1]["article"] == view.no_article()


def test_an_empty_question_changes_nothing():
    assistant = ScriptedAssistant()
    assert replies(assistant, " \n ") == [{}]
    assert assistant.asked == []


def test_a_stopped_answer_keeps_what_was_shown_and_says_so_and_the_next_question_is_not_understood_from_it():
    first = app.Turn("When?", "<p>first</p>", "in May")
    assistant = ScriptedAssistant(whole_stream())
    last = replies(assistant, ANSWER.question, (first,), stop_after=SENTENCES[0].text)[-1]
    kept = view.stopped(ANSWER.question, ANSWER.standalone, SENTENCES[:1], QUOTES[:1])
    stopped = app.Turn(ANSWER.question, kept, None)
    assert last == {
        "conversation": view.conversation([first.html, kept]),
        "turns": (first, stopped),
        "stop": gr.update(visible=False),
    }
    replies(assistant, "And then?", last["turns"])
    assert assistant.asked[-1] == ("And then?", (Message("user", "When?"), Message("assistant", "in May")))


def test_an_answer_stopped_before_its_first_sentence_says_so():
    last = replies(ScriptedAssistant(whole_stream()), "Who?", stop_after="Searching the articles…")[-1]
    assert last["conversation"] == view.conversation([view.stopped("Who?", None, (), ())])


def test_stop_without_an_answer_on_its_way_does_nothing():
    assistant = ScriptedAssistant(whole_stream())
    room = app.Room(assistant)

    async def read() -> list[dict[str, object]]:
        await room.stop(at("page"))
        steps = [named(step) async for step in room.reply(ANSWER.question, (), at("page"))]
        await room.stop(at("page"))
        return steps

    answered = view.conversation([view.answer(ANSWER)])
    assert asyncio.run(read())[-1]["conversation"] == answered, "the next question is answered as ever"
    assert assistant.asked == [(ANSWER.question, ())]


def test_who_stops_or_leaves_ends_the_answer_of_that_page_alone_and_nothing_of_it_is_kept():
    room = app.Room(ScriptedAssistant(whole_stream()))

    async def read() -> list[dict[str, object]]:
        answers = [room.reply("Who?", (), at(page)) for page in ("one tab", "another tab", "a third tab")]
        for answer in answers:
            await anext(answer)
        assert "one tab" in str(vars(room))
        await room.stop(at("one tab"))
        await room.stop(at("a tab that asked nothing"))
        await answers.pop().aclose()
        last = [named([step async for step in answer][-1]) for answer in answers]
        assert "tab" not in str(vars(room))
        return last

    assert [step["conversation"] for step in asyncio.run(read())] == [
        view.conversation([view.stopped("Who?", None, (), ())]),
        view.conversation([view.answer(ANSWER)]),
    ]


def test_who_leaves_while_nothing_comes_ends_the_answer():
    silent, left = threading.Event(), threading.Event()

    class Silent(ScriptedAssistant):
        def stream(self, question: str, history: Sequence[Message] = (), *, now: date | None = None) -> Iterator[Event]:
            try:
                yield Searching(question)
                silent.wait(60)
                yield from whole_stream()
            finally:
                left.set()

    async def leave() -> list[dict[str, object]]:
        shown: list[dict[str, object]] = []

        async def read() -> None:
            async for step in app.Room(Silent()).reply("Who?", (), at("page")):
                shown.append(named(step))

        reading = asyncio.create_task(read())
        while len(shown) < 2:
            await asyncio.sleep(0.01)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        return shown

    assert len(asyncio.run(leave())) == 2, "nothing is said to who has left"
    silent.set()
    assert left.wait(30)


def test_an_error_is_one_sentence_and_a_hint_and_earlier_turns_stay():
    first = app.Turn("When?", "<p>first</p>", "in May")
    assistant = ScriptedAssistant(whole_stream()[:2], IndexEmpty("Nothing has been indexed yet.", "Run: qa index X"))
    problem = view.problem("Who?", "Nothing has been indexed yet.", "Run: qa index X")
    last = replies(assistant, "Who?", (first,))[-1]
    assert last["conversation"] == view.conversation([first.html, problem])
    assert last["turns"] == (first, app.Turn("Who?", problem, None))


def test_a_fault_of_our_own_shows_no_trace_and_is_logged(caplog: pytest.LogCaptureFixture):
    last = replies(ScriptedAssistant(error=ValueError("secret detail")), "Who?")[-1]
    assert "Something went wrong inside Footnote" in str(last)
    assert "secret" not in str(last)
    assert "secret detail" in caplog.text


def test_a_clicked_number_opens_its_article_at_the_quote():
    click = {"article": "a1", "version": "v1", "start": "26", "end": "54", "number": "2", "key": "a1/v1/26-54"}
    opened = app.Room(ScriptedAssistant()).opened(gr.EventData(None, click))
    assert opened == view.article(ARTICLE, 26, 54, number=2, focus=True)


@pytest.mark.parametrize(
    "click", [None, {}, {"article": "a1", "version": "v1", "start": "x", "end": "1", "number": "1"}]
)
def test_a_click_that_names_no_quote_is_refused_in_words(click: object):
    assert "not the address of a quote" in app.Room(ScriptedAssistant()).opened(gr.EventData(None, click))


def test_an_article_that_is_gone_is_said_with_its_hint():
    click = {"article": "<b>", "version": "v1", "start": "0", "end": "1", "number": "1"}
    assert app.Room(ScriptedAssistant()).opened(gr.EventData(None, click)) == view.article_problem(
        "There is no article <b>.", "List them with: qa articles"
    )


@pytest.mark.parametrize(("origin", "shown"), [("starter/bergen.md", True), ("/home/me/bergen.md", False)])
def test_example_questions_are_offered_only_for_the_starter_articles(origin: str, shown: bool):
    assert named(app.Room(ScriptedAssistant(origin=origin)).cleared()) == {
        "conversation": view.conversation(()),
        "turns": (),
        "box": "",
        "article": view.no_article(),
        "examples": gr.update(visible=shown),
        "stop": gr.update(visible=False),
    }


def test_the_page_is_built_over_an_index_that_cannot_be_used_yet():
    assistant = ScriptedAssistant(error=IndexEmpty("Nothing has been indexed yet.", "Run: qa index X"))

    async def build() -> gr.Blocks:  # inside a loop, as `serve` does it
        return app.build(assistant)

    assert isinstance(asyncio.run(build()), gr.Blocks)


@pytest.fixture(scope="module")
def served() -> Iterator[app.Served]:
    served = app.serve(ScriptedAssistant(whole_stream()), Settings(port=0), block=False)
    yield served
    served.close()


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], str]:
    request = urllib.request.Request(url, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, dict(response.headers), response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), ""


def test_the_page_names_no_other_host_in_anything_a_browser_loads(served: app.Served):
    status, _, html = fetch(served.url)
    assert status == 200
    loads = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=[\"']?([^\"'\s>]+)", html)
    loads += re.findall(r"url\([\"']?([^\"')]+)", html)
    assert loads
    assert {urlsplit(url).netloc for url in loads} <= {"", urlsplit(served.url).netloc}
    assert "fonts.googleapis.com" not in html
    assert "cdnjs" not in html


def test_the_browser_is_told_to_talk_to_no_other_host(served: app.Served):
    _, headers, _ = fetch(served.url)
    policy = dict(rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self' blob:",
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=http://x.example/", "/docs"]
)
def test_nothing_but_the_page_is_served(served: app.Served, path: str):
    assert fetch(served.url + path)[0] == 404


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "["}]
)
def test_another_site_cannot_use_the_page(served: app.Served, headers: dict[str, str]):
    assert fetch(served.url, **headers)[0] == 403


def test_a_port_in_use_is_said_with_the_next_thing_to_type(served: app.Served):
    port = urlsplit(served.url).port
    with pytest.raises(PortInUse) as error:
        app.serve(ScriptedAssistant(), Settings(port=port), block=False)
    assert str(error.value) == f"Port {port} is taken by another program."
    assert error.value.hint == f"Choose another: qa chat --port {port + 1}"


def test_an_address_this_machine_does_not_have_is_refused():
    with pytest.raises(SettingsError) as error:
        app.serve(ScriptedAssistant(), Settings(host="192.0.2.1", port=0), block=False)
    assert error.value.hint == "Use --host 127.0.0.1."


def test_closing_the_page_frees_its_port_and_ends_its_thread():
    before = set(threading.enumerate())
    page = app.serve(ScriptedAssistant(), Settings(port=0), block=False)
    page.close()
    with socket.create_server(("127.0.0.1", urlsplit(page.url).port)):
        assert set(threading.enumerate()) <= before


def test_serving_prints_nothing_and_can_open_a_browser(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    page = app.serve(ScriptedAssistant(), Settings(port=0), open_browser=True, block=False)
    fetch(page.url)
    page.close()
    assert opened == [page.url]
    assert capfd.readouterr() == ("", "")


OUTWARD = """
import socket, sys, urllib.request
tried = []

def watched(name):
    real = getattr(socket.socket, name)
    def call(self, address, *rest):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
            tried.append(address)
            raise OSError("no network in this test")
        return real(self, address, *rest)
    setattr(socket.socket, name, call)

for name in ("connect", "connect_ex"):
    watched(name)
real_lookup = socket.getaddrinfo
def lookup(host, *rest, **more):
    if host not in ("127.0.0.1", "localhost", "::1"):
        tried.append(host)
        raise OSError("no network in this test")
    return real_lookup(host, *rest, **more)
socket.getaddrinfo = lookup

from qa.chat import app
from qa.settings import Settings

class Nobody:
    def articles(self):
        return iter(())

page = app.serve(Nobody(), Settings(port=0), block=False)
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(page.url).read()
page.close()
sys.exit(f"tried to reach {tried}" if tried else 0)
"""


def test_starting_and_serving_the_page_reaches_no_other_machine():
    # A proxy in the environment is where a careless request would go; GRADIO_ANALYTICS_ENABLED must not be needed.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("GRADIO", "HF_"))}
    environment |= {"HTTP_PROXY": "http://192.0.2.1:9", "HTTPS_PROXY": "http://192.0.2.1:9", "NO_PROXY": ""}
    done = subprocess.run([sys.executable, "-c", OUTWARD], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
