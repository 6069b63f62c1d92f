"""What a person may name as a source: a file, folder, pattern, zip archive, web page, feed, or the starter articles.

Files are only read. Nothing is fetched but an address that was named, and what its feed lists.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pathspec

from qa import shipped
from qa.articles import folders, web
from qa.articles.items import Found
from qa.articles.web import Visitor
from qa.errors import SourceError
from qa.schema import Failure

STARTER = "starter"

_ADDRESS = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]*://|www\.)")
_WILD = re.compile(r"[*?\[]")


def canonical(source: str) -> str:
    """The one spelling of a source: an absolute path or pattern, a web address, or "starter".

    Raises `SourceError` for an address of another kind, and for nothing.
    """
    if source == STARTER:
        return STARTER
    if not source.strip():
        raise SourceError("The source is empty.", "Name a file or a folder, such as qa index ~/articles")
    if _ADDRESS.match(source) and not os.path.lexists(source):
        return web.canonical(source)
    if "\0" in source:
        raise SourceError("The source has a character that no file name can have.", "Name a file or a folder.")
    try:
        path = Path(source).expanduser()
        if _WILD.search(source) and not os.path.lexists(path):
            fixed, pattern = _taken_apart(path)
            return str(fixed.resolve() / pattern)
        return str(path.resolve())
    except (OSError, RuntimeError) as error:
        raise SourceError(f"{source} cannot be resolved: {error}.", "Check the path for links that loop.") from error


def is_address(source: str) -> bool:
    """Whether the source lies on the web: what it no longer lists is kept, for a feed lists only its newest."""
    return source.startswith(("http://", "https://"))


def exists(source: str) -> bool:
    """Whether the root of a source is there now (an unplugged drive is not); the web is not asked."""
    return is_address(source) or root(source).exists()


def holds(source: str, origin: str) -> bool:
    """Whether a file of this origin would be found in the source: it is it, lies below it, or fits its pattern."""
    if _is_pattern(source):
        fixed, pattern = _taken_apart(Path(source))
        return origin.startswith(f"{fixed}{os.sep}") and _fits(pattern, os.path.relpath(origin, fixed))
    start = source.rstrip("/\\")
    return origin == source or origin.startswith((f"{start}/", f"{start}\\"))


def root(source: str) -> Path:
    """The file or folder of a source on disk; of a pattern, the folder above its first wild part."""
    source = canonical(source)
    if _is_pattern(source):
        return _taken_apart(Path(source))[0]
    if source != STARTER:
        return Path(source)
    try:
        return shipped.folder("seeds")
    except FileNotFoundError as error:
        raise SourceError(str(error), "Install footnote-qa again.") from error


def find(source: str, visitor: Visitor) -> Iterator[Found | Failure]:
    """Everything of a source that may hold articles, sorted by path, and a `Failure` for each thing that cannot.

    Raises `SourceError` if the root is absent.
    """
    source = canonical(source)
    if is_address(source):
        yield from visitor.find(source)
        return
    here = root(source)
    if not here.exists():
        raise SourceError(f"{here} is not there.", "Check the name, or plug the drive in; qa remove drops a source.")
    if not here.is_dir():
        yield from folders.examined(here, str(here))
        return
    for entry in folders.files(here):
        if isinstance(entry, Failure):
            if not _is_pattern(source):
                yield entry
        elif not _is_pattern(source) or holds(source, str(entry)):
            inside = entry.relative_to(here).as_posix()
            yield from folders.examined(entry, f"{STARTER}/{inside}" if source == STARTER else str(entry))


def _is_pattern(source: str) -> bool:
    return not is_address(source) and _WILD.search(source) is not None and not os.path.lexists(source)


def _taken_apart(path: Path) -> tuple[Path, str]:
    """The folder above the first part with a wild character, and the rest as a pattern."""
    parts = path.parts
    wild = next(at for at, part in enumerate(parts) if _WILD.search(part))
    return Path(*parts[:wild]), "/".join(parts[wild:])


def _fits(pattern: str, inside: str) -> bool:
    """As a shell has it: * and ? within one name, ** over folders."""
    return _spec(pattern).match_file(Path(inside).as_posix())


@lru_cache
def _spec(pattern: str) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines([f"/{pattern}"])
