"""Makes docs/chat.png anew from the starter articles, in Debian's chromium. Type: python docs/screenshot.py"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from qa.assistant import Assistant
from qa.chat.app import EXAMPLES, serve
from qa.settings import Settings

PICTURE = Path(__file__).with_name("chat.png")


def main() -> None:
    """Builds a starter index in a temporary folder, asks the first example question and opens its first source."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with Assistant(Settings(index=str(Path(folder) / "index"))) as assistant, sync_playwright() as playwright:
            assistant.index(["starter"])
            served = serve(assistant, Settings(port=0), block=False)
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
            page.goto(served.url)
            page.fill("#fn-question textarea", EXAMPLES[0])
            page.press("#fn-question textarea", "Enter")
            page.wait_for_selector(".fn-scope", timeout=120_000)
            page.click(".fn-quote:has-text('decide on closure') .fn-cite")
            page.wait_for_function("document.activeElement.id === 'fn-quote'")
            page.screenshot(path=PICTURE)
            browser.close()
            served.close()


if __name__ == "__main__":
    main()
