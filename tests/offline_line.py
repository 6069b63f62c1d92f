"""The whole line in a process of its own with every connection refused, loopback too. tests/test_offline.py runs it.

Prints one JSON object: what came of each step, and every attempt to connect or to look up a name.
"""

from __future__ import annotations

import network_off

network_off.refuse(loopback=False)

import json  # noqa: E402 (the network is off before anything else is loaded)
import sys  # noqa: E402

from qa import Assistant, Settings, ask  # noqa: E402
from qa.chat.app import build  # noqa: E402
from qa.doctor import examine  # noqa: E402

ASKED = "Why was the Confucius Institute in Bergen closed?"
NOWHERE = "What is the boiling point of tungsten carbide in vacuum?"


def main() -> dict[str, object]:
    """Index, search, ask, refuse, stream, examine, build the page."""
    with Assistant(Settings.load(index="starter")) as assistant:
        report = assistant.index()
        page = build(assistant)
        return {
            "articles": assistant.counts().articles,
            "failed": len(report.failed),
            "found": assistant.search(ASKED, 1)[0].chunk.header,
            "answered": assistant.ask(ASKED).kind,
            "quotes": len(assistant.ask(ASKED).citations),
            "refused": assistant.ask(NOWHERE).kind,
            "last event": type(list(assistant.stream(ASKED))[-1]).__name__,
            "page": type(page).__name__,
            "unwell": [finding.value for finding in examine(assistant) if not finding.fine],
            "by one call": ask(ASKED).kind,
        }


if __name__ == "__main__":
    done = main()
    sys.stdout.write(json.dumps({**done, "attempts": network_off.attempts}) + "\n")
