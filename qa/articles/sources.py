"""Finds the files of a source and reads their bytes. A source is a file, a folder, or the starter articles.

Nothing is fetched: a web address is refused. Links inside a folder are not followed: what they point to inside the
folder is read under its own name, and what lies outside was not asked for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa import shipped
from qa.errors import SourceError, Unreadable
from qa.schema import Failure

STARTER = "starter"
SUFFIXES = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml")
LARGEST = 50 * 1024 * 1024

# Files that systems and programs leave in folders; nobody means them as articles.
_NEVER_MEANT = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}
_ADDRESS = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]*://|www\.)")


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may hold articles; `origin` names it in the index, size and time tell whether it has changed."""

    origin: str
    path: Path
    size: int
    mtime_ns: int


def canonical(source: str) -> str:
    """The one spelling of a source: an absolute path, or "starter". Raises `SourceError` for an address or nothing."""
    if source == STARTER:
        return STARTER
    if not source.strip():
        raise SourceError("The source is empty.", "Name a file or a folder, such as qa index ~/articles")
    if _ADDRESS.match(source) and not Path(source).exists():
        raise SourceError(
            f"{source} is a web address, and Footnote does not read those yet.",
            "Save the page in a folder and index the file.",
        )
    if "\0" in source:
        raise SourceError("The source has a character that no file name can have.", "Name a file or a folder.")
    try:
        return str(Path(source).expanduser().resolve())
    except (OSError, RuntimeError) as error:
        raise SourceError(f"{source} cannot be resolved: {error}.", "Check the path for links that loop.") from error


def exists(source: str) -> bool:
    """Whether the root of a source is there now (an unplugged drive is not)."""
    return _root(source).exists()


def find(source: str) -> Iterator[Found | Failure]:
    """Every file of a source that may hold articles, sorted by path, and a `Failure` for each other one.

    Hidden files and folders, links, what systems leave behind (Thumbs.db) and the "_files" folder that browsers
    save beside a page are skipped. Raises `SourceError` if the root is absent.
    """
    root = _root(source)
    prefix = STARTER if canonical(source) == STARTER else None
    if root.is_file():
        yield _examined(root, str(root))
        return
    if not root.is_dir():
        raise SourceError(f"{root} is not there.", "Check the name, or plug the drive in; qa remove drops a source.")
    for entry in _walk(root):
        if isinstance(entry, Failure):
            yield entry
        else:
            inside = entry.relative_to(root).as_posix()
            yield _examined(entry, f"{prefix}/{inside}" if prefix else str(entry))


def read(found: Found) -> bytes:
    """The bytes of a file. Raises `Unreadable` where it is gone, forbidden, a folder, or larger than 50 MB."""
    try:
        if found.path.stat().st_size > LARGEST:
            raise Unreadable(
                f"{found.origin} is larger than 50 MB.", "Split it, or keep only the text of the articles."
            )
        return found.path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(f"{found.origin} has vanished since it was found.", "Run qa index again.") from error
    except PermissionError as error:
        raise Unreadable(f"{found.origin} may not be read.", "Allow your user to read the file.") from error
    except IsADirectoryError as error:
        raise Unreadable(f"{found.origin} is a folder.", "Name the folder itself as the source.") from error
    except OSError as error:
        raise Unreadable(
            f"{found.origin} cannot be read: {error.strerror}.", "Check the drive and the file."
        ) from error


def _root(source: str) -> Path:
    if canonical(source) != STARTER:
        return Path(canonical(source))
    try:
        return shipped.folder("seeds")
    except FileNotFoundError as error:
        raise SourceError(str(error), "Install footnote-qa again.") from error


def _walk(folder: Path) -> Iterator[Path | Failure]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Failure(str(folder), f"the folder cannot be listed: {error.strerror}", "Allow your user to open it.")
        return
    names = {entry.name.lower() for entry in entries}
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink() or entry.name.lower() in _NEVER_MEANT:
            continue
        if entry.is_dir():
            if not _belongs_to_saved_page(entry.name.lower(), names):
                yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)


def _belongs_to_saved_page(folder: str, names: set[str]) -> bool:
    """Browsers save page.html together with a folder page_files for its pictures and scripts."""
    stem = folder.removesuffix("_files")
    return stem != folder and any(f"{stem}{suffix}" in names for suffix in (".html", ".htm", ".xhtml"))


def _examined(path: Path, origin: str) -> Found | Failure:
    if path.suffix.lower() not in SUFFIXES:
        return Failure(
            origin,
            "not a kind of file Footnote reads",
            f"Save it as text, Markdown or a web page ({', '.join(SUFFIXES)}).",
        )
    try:
        status = path.stat()
    except OSError as error:
        return Failure(origin, f"the file cannot be examined: {error.strerror}", "Check the drive and the file.")
    return Found(origin, path, status.st_size, status.st_mtime_ns)
