"""Finds what travels with the package (prompts, starter articles, evaluation sets) in a checkout or in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_IN_WHEEL = PACKAGE / "_shipped"


def folder(name: str) -> Path:
    """The folder of that name, such as `prompts`, `seeds` or `eval/seeds`.

    A checkout's own folder wins, so that an edit there is seen at once. Raises FileNotFoundError when neither is
    there, which means a broken installation.
    """
    for root in (PACKAGE.parent, _IN_WHEEL):
        if (root / name).is_dir() and (root is _IN_WHEEL or in_checkout()):
            return root / name
    raise FileNotFoundError(f"{name} is missing from this installation of footnote-qa; install it again")


def in_checkout() -> bool:
    """Whether the package runs from a checkout of its repository rather than from an installed wheel."""
    return not _IN_WHEEL.is_dir() and (PACKAGE.parent / "pyproject.toml").is_file()
