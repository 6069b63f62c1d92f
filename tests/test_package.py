"""What `import qa` gives, and that it is light: nothing heavy is loaded before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import qa

HEAVY = (
    "chromadb", "sentence_transformers", "torch", "transformers", "tokenizers", "safetensors", "sklearn", "scipy",
    "gradio", "langchain", "langchain_core", "trafilatura", "tiktoken", "feedparser",
    "pypdfium2", "docx", "markitdown", "datasketch", "watchfiles", "httpx", "lxml", "numpy", "yaml", "rich",
)  # fmt: skip


def test_every_public_name_is_there_under_its_own_name() -> None:
    named = {name: getattr(qa, name) for name in qa.__all__ if name != "__version__"}
    assert {name: found.__name__ for name, found in named.items()} == {name: name for name in named}
    assert {found.__module__.split(".")[0] for found in named.values()} == {"qa"}


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="'qa' has no attribute 'aks'"):
        qa.aks  # noqa: B018


def test_from_qa_import_star_gives_the_public_names_and_no_more() -> None:
    scope: dict[str, object] = {}
    exec("from qa import *", scope)
    assert sorted(set(scope) - {"__builtins__"}) == qa.__all__


@pytest.mark.parametrize(
    "code",
    [
        "import qa",
        "from qa import Settings; Settings()",
        "from qa import Answer, Citation, Filters, Message, QAError; Filters('2021')",
        "from qa.cli import main; main(['--help'], standalone_mode=False)",
        "from qa.cli import main; main(['ask', '--help'], standalone_mode=False)",
        "from qa.cli import main; main(['check', '--help'], standalone_mode=False)",
        "from qa.cli import main; main(['--version'], standalone_mode=False)",
    ],
)
def test_these_load_nothing_heavy(code: str) -> None:
    report = f"import json, sys\nprint('\\n' + json.dumps(sorted(set({HEAVY!r}) & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout.splitlines()[-1]) == []
