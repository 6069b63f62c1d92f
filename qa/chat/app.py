"""The chat page: questions on the left, the cited article open at the quote on the right.

Promises: nothing but the page itself is served, and the browser is told to talk to no other host (a Content Security
Policy, so that even a fault in the page could not). Nothing of one visitor reaches another: the conversation is the
page's own state and travels to the assistant as an argument. Who closes or reloads the page ends the answer that is on
its way to it, and no other. An error is one sentence and what to do, never a trace.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import socket
import threading
import time
import webbrowser
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastapi
import gradio as gr
import uvicorn

from qa.chat import view
from qa.chat.door import Door, listen
from qa.chat.running import Running
from qa.errors import QAError
from qa.schema import Citation, Done, Message, Searching, Sentence, SentenceReady
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.assistant import Assistant

logger = logging.getLogger(__name__)

STARTER_ORIGIN = "starter/"
# Asked of the starter articles; the last one they cannot answer, to show what then happens.
EXAMPLES = (
    "Why was the Confucius Institute in Bergen closed?",
    "What could the technicians in China see of LINE users' data?",
    "How many users does LINE have in Japan?",
    "Who won the football World Cup in 2018?",
)
# What an event may change, in the order in which it says so.
PARTS = ("conversation", "turns", "box", "article", "examples", "stop")
ANSWERS_AT_ONCE = 8  # visitors beyond that wait in Gradio's queue
START_SECONDS = 30.0

_OWN_FAULT = "Something went wrong inside Footnote; this question was not answered."
_OWN_HINT = "Ask again; if it happens again, the terminal that runs the page shows the details."
_SEEN, _HIDDEN = gr.update(visible=True), gr.update(visible=False)
_HERE = Path(__file__).parent
# Interface in the system's own sans; the words of articles in a serif face. No font is fetched.
_SANS = ("system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "Menlo", "Consolas", "monospace")
_ICON = (
    "<link rel='icon' href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='6' fill='%237a1f1f'/><text x='16' y='23' font-size='20'"
    " font-family='Georgia,serif' text-anchor='middle' fill='white'>1</text></svg>\">"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question as it is shown; `reply` is what a follow-up is understood from (None: it was not answered)."""

    question: str
    html: str
    reply: str | None


@dataclass(frozen=True, slots=True)
class Served:
    """A page that is being served at `url`, until `close`."""

    url: str
    _server: uvicorn.Server
    _thread: threading.Thread

    def wait(self) -> None:
        """Returns when the page is closed, or closes it on Ctrl-C."""
        try:
            while self._thread.is_alive():
                self._thread.join(0.5)
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """Stops serving; answers under way are given up."""
        self._server.should_exit = True
        self._thread.join(START_SECONDS)


def build(assistant: Assistant) -> gr.Blocks:
    """The page over that assistant, not yet served."""
    room = Room(assistant)
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    page = gr.Blocks(analytics_enabled=False, title="Footnote", fill_width=True)
    with page:
        turns = gr.State(())
        gr.HTML(_MASTHEAD, elem_id="fn-masthead")
        with gr.Row(elem_id="fn-page"):
            with gr.Column(elem_id="fn-left"):
                conversation = gr.HTML(
                    view.conversation(()),
                    elem_id="fn-conversation",
                    js_on_load=_file("conversation.js"),
                    apply_default_css=False,
                )
                with gr.Row(elem_id="fn-examples", visible=room.starter) as examples:
                    buttons = [gr.Button(example, size="sm", elem_classes="fn-example") for example in EXAMPLES]
                with gr.Row(elem_id="fn-ask"):
                    box = gr.Textbox(
                        label="Your question",
                        show_label=False,
                        placeholder="Ask the articles…",
                        elem_id="fn-question",
                        lines=1,
                        max_lines=4,
                        autofocus=True,
                        container=False,
                    )
                    # It comes up to the left of Ask, which does not move: a second click on Ask must not hit it.
                    stop = gr.Button("Stop", elem_id="fn-stop", min_width=72, visible=False)
                    ask = gr.Button("Ask", elem_id="fn-send", variant="primary", min_width=72)
                    clear = gr.Button("Clear", elem_id="fn-clear", min_width=72)
            with gr.Column(elem_id="fn-right"):
                article = gr.HTML(
                    view.no_article(), elem_id="fn-article", js_on_load=_file("article.js"), apply_default_css=False
                )
        outputs = [conversation, turns, box, article, examples, stop]  # as in PARTS
        # Enter and Ask are one event: while it runs, another press waits for the reader and overwrites no answer.
        asked: list[Any] = [gr.on([box.submit, ask.click], room.reply, [box, turns], outputs, **options)]
        asked += [button.click(room.reply, [button, turns], outputs, **options) for button in buttons]
        stop.click(room.stop, None, None, **options)
        page.unload(room.stop)
        clear.click(room.cleared, None, outputs, cancels=asked, **options)
        conversation.click(room.opened, None, article, **options)
    page.queue(default_concurrency_limit=ANSWERS_AT_ONCE, api_open=False)
    return page


def serve(assistant: Assistant, settings: Settings, *, open_browser: bool = False, block: bool = True) -> Served:
    """Serves the page at the settings' host and port (port 0: any free one); with `block`, until it is closed.

    Raises `PortInUse`, or `SettingsError` for an address this machine does not have.
    """
    listener = listen(settings.host, settings.port)
    port = listener.getsockname()[1]
    made: Future[uvicorn.Server] = Future()
    work = _serving(assistant, settings.host, listener, made)
    thread = threading.Thread(target=asyncio.run, args=(work,), name="footnote-chat", daemon=True)
    thread.start()
    server = made.result()
    deadline = time.monotonic() + START_SECONDS
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    served = Served(f"http://{host}:{port}", server, thread)
    if open_browser:
        webbrowser.open(served.url)
    if block:
        served.wait()
    return served


async def _serving(assistant: Assistant, host: str, listener: socket.socket, made: Future[uvicorn.Server]) -> None:
    """Builds the page inside the loop that serves it: outside of one, Gradio opens loops that it never closes."""
    try:
        config = uvicorn.Config(_web_app(assistant, host), log_config=None, timeout_graceful_shutdown=1)
        made.set_result(server := uvicorn.Server(config))
    except BaseException as error:
        listener.close()
        made.set_exception(error)
        return
    await server.serve(sockets=[listener])


class Room:
    """What the page's events do. It keeps the assistant, and of its visitors only which page each answer on its way is
    for, until that answer ends.
    """

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._on_their_way: dict[Running, str | None] = {}  # each with its page, by the name Gradio has for it

    @property
    def starter(self) -> bool:
        """Whether the articles are the starter articles, which the example questions are about."""
        with contextlib.suppress(QAError):  # an index that cannot be used is told when a question is asked
            first = next(iter(self.assistant.articles()), None)
            return first is not None and first.origin.startswith(STARTER_ORIGIN)
        return False

    async def reply(self, question: str, turns: Sequence[Turn], request: gr.Request) -> AsyncGenerator[list[Any], None]:
        """The conversation with the answer as it grows, sentence by sentence; its first quote opens on the right.

        The answer is given up when this is cancelled or closed, also while nothing comes; `stop` ends it with a note.
        """
        question = question.strip()
        if not question:
            yield _page()
            return
        running = Running(lambda: self.assistant.stream(question, _history(turns), now=date.today()))
        begun = _shown(turns, view.draft(question, None, (), ()))
        turn, quote = Turn(question, "", None), None
        self._on_their_way[running] = request.session_hash
        try:
            yield _page(conversation=begun, box="", examples=_HIDDEN, stop=_SEEN)
            async with contextlib.aclosing(_growing(running, question)) as growing:
                async for turn, first in growing:
                    opens = first if first != quote else None
                    quote = first
                    panel = {"article": await asyncio.to_thread(self._quote, opens)} if opens else {}
                    yield _page(conversation=_shown(turns, turn.html), **panel)
        except QAError as error:
            turn = Turn(question, view.problem(question, str(error), error.hint), None)
        except Exception:  # the last door before the reader: told in words there, in full in the terminal's log
            logger.exception("The question %r was not answered", question)
            turn = Turn(question, view.problem(question, _OWN_FAULT, _OWN_HINT), None)
        finally:
            del self._on_their_way[running]
        done = (*turns, turn)
        # An older article beside an answer without a quote would look like its source.
        panel = {"article": view.no_article()} if turn.reply is not None and not quote else {}
        yield _page(conversation=_shown(done), turns=done, stop=_HIDDEN, **panel)

    async def stop(self, request: gr.Request) -> None:
        """Ends the answer on its way to the page that asks for it, if there is one; its reader may be gone already."""
        for running, page in self._on_their_way.items():
            if page == request.session_hash:
                running.stop()

    def opened(self, event: gr.EventData) -> str:
        """The article of a clicked citation, at its quote. The click carries the whole address, so nothing is kept."""
        try:
            return self._open(
                str(event.article), str(event.version), int(event.start), int(event.end), int(event.number), focus=True
            )
        except (AttributeError, TypeError, ValueError):
            return view.article_problem("That is not the address of a quote.", "Choose a number in an answer.")

    def cleared(self) -> list[Any]:
        """An empty page."""
        return _page(
            conversation=view.conversation(()),
            turns=(),
            box="",
            article=view.no_article(),
            examples=gr.update(visible=self.starter),
            stop=_HIDDEN,
        )

    def _quote(self, citation: Citation) -> str:
        return self._open(citation.article_id, citation.version, citation.start, citation.end, citation.number)

    def _open(self, article_id: str, version: str, start: int, end: int, number: int, focus: bool = False) -> str:
        try:
            article = self.assistant.article(article_id, version)
        except QAError as error:
            return view.article_problem(str(error), error.hint)
        return view.article(article, start, end, number=number or None, focus=focus)


def _page(**changed: Any) -> list[Any]:  # noqa: ANN401
    """What becomes of each part of the page; what is not named stays as it is."""
    return [changed.get(part, gr.skip()) for part in PARTS]


async def _growing(running: Running, question: str) -> AsyncGenerator[tuple[Turn, Citation | None], None]:
    """The turn after each event, and the first quote so far; the last is the answer, or says that it was stopped."""
    standalone: str | None = None
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    async with contextlib.aclosing(running.events()) as events:
        async for event in events:
            match event:
                case Searching():
                    standalone = event.standalone
                case SentenceReady():
                    sentences.append(event.sentence)
                    citations.extend(event.citations)
                case Done():
                    citations = list(event.answer.citations)
                    yield Turn(question, view.answer(event.answer), event.answer.text), next(iter(citations), None)
                    return
            draft = view.draft(question, standalone, sentences, citations)
            yield Turn(question, draft, None), next(iter(citations), None)
    stopped = view.stopped(question, standalone, sentences, citations)
    yield Turn(question, stopped, None), next(iter(citations), None)


def _history(turns: Sequence[Turn]) -> list[Message]:
    answered = [(turn.question, turn.reply) for turn in turns if turn.reply is not None]
    return [m for question, reply in answered for m in (Message("user", question), Message("assistant", reply))]


def _shown(turns: Sequence[Turn], newest: str = "") -> str:
    return view.conversation([*(turn.html for turn in turns), *([newest] if newest else [])])


def _web_app(assistant: Assistant, host: str) -> Door:
    """The page as a web application behind its door. Mounted rather than launched: Gradio's own launcher asks the
    page over HTTP whether it is up, which goes through a proxy where the environment names one.
    """
    options: dict[str, Any] = {"run_history": False}  # newer than the oldest Gradio allowed
    known = inspect.signature(gr.mount_gradio_app).parameters
    app = gr.mount_gradio_app(
        fastapi.FastAPI(openapi_url=None),
        build(assistant),
        path="/",
        theme=gr.themes.Base(
            font=[gr.themes.Font(name) for name in _SANS], font_mono=[gr.themes.Font(name) for name in _MONO]
        ),
        css=_file("theme.css"),
        head=_ICON,
        footer_links=[],
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        **{name: value for name, value in options.items() if name in known},
    )
    return Door(app, host)


def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_MASTHEAD = (
    '<header class="fn-masthead"><h1>Footnote</h1>'
    "<p>Answers from your articles, every sentence with its source.</p></header>"
)
