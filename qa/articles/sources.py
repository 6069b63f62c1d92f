"""What a person may name as a source: a file, folder, pattern, zip archive, web page, feed, or the starter articles.

A source is named once (`canonical`) and goes by that spelling everywhere else: a folder "notes [2021]" that is away
must not be taken for a pattern. Files are only read. Nothing is fetched but an address that was named, and what its
feed lists.
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
_PATTERN = "glob:"
_WILD = re.compile(r"[*?\[]")


def canonical(source: str) -> str:
    """The one spelling of a source: an absolute path or pattern, a web address, or "starter".

    Raises `SourceError` for an address of another kind, and for nothing.
    """
    if source == STARTER or is_pattern(source):
        return source
    if not source.strip():
        raise SourceError("The source is empty.", "Name a file or a folder, such as qa index ~/articles")
    if _ADDRESS.match(source) and not os.path.lexists(source):
        return web.canonical(source)
    if "\0" in source:
        raise SourceError("The source has a character that no file name can have.", "Name a file or a folder.")
    try:
        source.encode()
        path = Path(source).expanduser()
        wild = _WILD.search(source) is not None and not os.path.lexists(path)
        return _marked(path) if wild else str(path.resolve())
    except UnicodeEncodeError as error:
        raise SourceError("The source's name holds bytes that are no characters.", "Give it another name.") from error
    except (OSError, RuntimeError) as error:
        raise SourceError(f"{source} cannot be resolved: {error}.", "Check the path for links that loop.") from error


def is_address(source: str) -> bool:
    """Whether the source lies on the web: what it no longer lists is kept, for a feed lists only its newest."""
    return source.startswith(("http://", "https://"))


def exists(source: str) -> bool:
    """Whether the root of a source is there now (an unplugged drive is not); the web is not asked."""
    return is_address(source) or os.path.exists(root(source))


def holds(source: str, origin: str) -> bool:
    """Whether a file of this origin would be found in the source: it is it, lies below it, or fits its pattern."""
    if is_address(source):
        return origin == source
    if is_pattern(source):
        fixed, pattern = _parts(source)
        return origin.startswith(f"{fixed}{os.sep}") and _fits(pattern, os.path.relpath(origin, fixed))
    start = source.rstrip("/\\")
    return origin == source or origin.startswith((f"{start}/", f"{start}\\"))


def root(source: str) -> Path:
    """The file or folder of a source on disk; of a pattern, the folder above its first wild part."""
    if is_pattern(source):
        return _parts(source)[0]
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
    if is_address(source):
        yield from visitor.find(source)
        return
    here = root(source)
    if not os.path.exists(here):
        raise SourceError(f"{here} is not there.", "Check the name, or plug the drive in; qa remove drops a source.")
    if not os.path.isdir(here):
        yield from folders.examined(here, str(here))
        return
    for entry in folders.files(here):
        if isinstance(entry, Failure):
            if not is_pattern(source) or os.path.isdir(entry.origin) or holds(source, entry.origin):
                yield entry
        elif not is_pattern(source) or holds(source, str(entry)):
            inside = entry.relative_to(here).as_posix()
            yield from folders.examined(entry, f"{STARTER}/{inside}" if source == STARTER else str(entry))


def is_pattern(source: str) -> bool:
    """Whether the source is a pattern, in its one spelling: "glob:", the folder that was there, "//", the rest."""
    return source.startswith(_PATTERN)


def _parts(source: str) -> tuple[Path, str]:
    """The folder of a pattern, and what of it is wild."""
    fixed, _, pattern = source.removeprefix(_PATTERN).rpartition("//")
    return Path(fixed), pattern


def _marked(path: Path) -> str:
    """A path with wild characters as a pattern below the last of its folders that is there."""
    fixed = path
    while _WILD.search(str(fixed)) and not os.path.lexists(fixed):
        fixed = fixed.parent
    return f"{_PATTERN}{fixed.resolve()}//{path.relative_to(fixed).as_posix()}"


def _fits(pattern: str, inside: str) -> bool:
    """As a shell has it: * and ? within one name, ** over folders."""
    return _spec(pattern).match_file(Path(inside).as_posix())


@lru_cache
def _spec(pattern: str) -> pathspec.GitIgnoreSpec:
    return pathspec.GitIgnoreSpec.from_lines([f"/{pattern}"])
