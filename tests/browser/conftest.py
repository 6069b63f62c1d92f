"""A real browser (Debian's chromium through Playwright) for the chat page. Without one, these tests are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from qa.chat.app import Served, serve
from qa.settings import Settings

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright: pip install playwright")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"the browser tests need one of {', '.join(BROWSERS)}: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def serving() -> Iterator[Callable[[object], str]]:
    """Serves an assistant's page on a free port and gives its address; every page is closed after the test."""
    pages: list[Served] = []

    def serve_it(assistant: object) -> str:
        pages.append(serve(assistant, Settings(port=0), block=False))
        return pages[-1].url

    yield serve_it
    for page in pages:
        page.close()


@pytest.fixture
def visit(browser: object) -> Iterator[Callable[..., object]]:
    """Opens a page as a new visitor. At the end, every request must have stayed on this machine without an error."""
    contexts: list[object] = []
    requests: list[str] = []
    complaints: list[str] = []

    def open_page(url: str, **context: object) -> object:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context}))
        page = contexts[-1].new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.goto(url)
        page.wait_for_selector("#fn-question textarea")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert requests
    assert [url for url in requests if urlsplit(url).hostname != "127.0.0.1" and not url.startswith("data:")] == []
    assert complaints == []
