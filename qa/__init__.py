"""Footnote: ask your own articles, get an answer you can check.

    import qa
    print(qa.ask("Why was the Confucius Institute in Bergen closed?").text)

Everything public is named here; heavy libraries are loaded when they are first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "Filters",
    "Message",
    "QAError",
    "Sentence",
    "Settings",
    "__version__",
    "ask",
    "judge",
]

if TYPE_CHECKING:
    from qa.assistant import Assistant, ask
    from qa.checking import judge
    from qa.errors import QAError
    from qa.schema import Answer, Article, Citation, Filters, Message, Sentence
    from qa.settings import Settings

_HOMES = {
    "ask": "qa.assistant",
    "Assistant": "qa.assistant",
    "QAError": "qa.errors",
    "judge": "qa.checking",
    "Settings": "qa.settings",
    **dict.fromkeys(("Answer", "Article", "Citation", "Filters", "Message", "Sentence"), "qa.schema"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module's attribute can be anything)
    if name not in _HOMES:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
