"""What holds for every test: the network is off but for this machine, and nothing of the user's own is read or written.

The settings of the machine (QA_* variables, qa.toml, keys, proxies) are out of sight; QA_HOME is a folder of the test.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import network_off
import pytest

network_off.refuse(loopback=True)

# Variables that could change an answer or send it elsewhere.
_HIDDEN = ("QA_", "HF_", "LANGCHAIN_", "LANGSMITH_", "OPENAI_", "ANTHROPIC_", "OLLAMA_", "GRADIO_", "CHROMA_")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")

_counter = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No setting of the machine is seen, by wider fixtures neither; gives the folder that the tests' homes lie in."""
    homes = tmp_path_factory.mktemp("homes")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_HIDDEN) or name.upper() in _PROXIES:
                patch.delenv(name)
        patch.setenv("QA_HOME", str(homes / "session"))
        patch.chdir(homes)  # a qa.toml in the checkout is the developer's own
        yield homes


@pytest.fixture(autouse=True)
def own_home(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """QA_HOME of this test alone: a folder that does not exist until something is written."""
    home = clean_environment / str(next(_counter))
    monkeypatch.setenv("QA_HOME", str(home))
    yield home
    if "qa.assistant" in sys.modules:  # `qa.ask` keeps its assistant, which belongs to this home
        sys.modules["qa.assistant"]._default.cache_clear()


@pytest.fixture(autouse=True)
def network_is_off() -> Iterator[None]:
    """Fails a test in whose time something tried to reach another machine, even if it hid the error."""
    before = len(network_off.attempts)
    yield
    assert network_off.attempts[before:] == []
