"""Nothing leaves the machine: indexing, searching, answering, refusing and the chat page, with every socket refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import network_off
import pytest

from qa import shipped

LINE = Path(__file__).with_name("offline_line.py")
# Variables that could switch a library's own offline mode on; the promise must hold without them.
SWITCHES = ("HF_", "TRANSFORMERS_", "GRADIO_", "ANONYMIZED_TELEMETRY", "TOKENIZERS_", "TIKTOKEN_", "DO_NOT_TRACK")


def without_network() -> list[str]:
    """A prefix that runs a command in a network namespace with no way out, where this system grants one.

    Python's hooks do not see what compiled code (Chroma is Rust) does by itself; there it would fail.
    """
    if shutil.which("unshare") is None:
        return []
    prefix = ["unshare", "--user", "--map-current-user", "--net"]
    tried = subprocess.run([*prefix, sys.executable, "-c", ""], capture_output=True, timeout=60)
    return prefix if tried.returncode == 0 else []


@pytest.mark.slow
def test_the_whole_line_works_and_tries_nothing_with_every_connection_refused(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(SWITCHES)}
    environment["QA_HOME"] = str(tmp_path / "home")
    for name in ("HOME", "XDG_CACHE_HOME", "HF_HOME"):  # no model that an earlier download left behind
        environment[name] = str(tmp_path / "empty")
    done = subprocess.run(
        [*without_network(), sys.executable, str(LINE)],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said.pop("quotes") >= 1
    assert "Bergen" in said.pop("found")
    assert said == {
        "articles": len(list(shipped.folder("seeds").glob("*.md"))),
        "failed": 0,
        "answered": "answered",
        "refused": "unanswerable",
        "last event": "Done",
        "page": "Blocks",
        "unwell": [],
        "by one call": "answered",
        "attempts": [],
    }


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "socket.create_connection(('127.0.0.1', 9), 1)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.gethostbyname('example.org')",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "urllib.request.urlopen('http://192.0.2.1/')",
        "asyncio.run(asyncio.open_connection('192.0.2.1', 80))",
    ],
)
def test_the_refusal_itself_holds_and_remembers(attempt: str) -> None:
    code = (
        "import asyncio, contextlib, socket, urllib.request, network_off\n"
        "network_off.refuse(loopback=False)\n"
        f"with contextlib.suppress(network_off.NetworkUsed):\n    {attempt}\n    print('reached')\n"
        "print(len(network_off.attempts))"
    )
    environment = {**os.environ, "PYTHONPATH": str(LINE.parent)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_the_network_is_off_in_the_tests_themselves() -> None:
    import socket

    before = len(network_off.attempts)
    with pytest.raises(network_off.NetworkUsed):
        socket.getaddrinfo("example.org", 80)
    with pytest.raises(network_off.NetworkUsed):
        socket.create_connection(("192.0.2.1", 80), 1)
    assert len(network_off.attempts) == before + 2
    del network_off.attempts[before:]  # these two were meant
