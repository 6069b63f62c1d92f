"""The files of a folder or of a zip archive: found, told apart from what nobody means as an article, and read.

Hidden files, what systems leave behind, files that .gitignore or .qaignore name, and the "_files" folder that browsers
save beside a page are skipped. Links are not followed: what they point to inside the folder is read under its own name,
and what lies outside was not asked for, which is said.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from zipfile import ZipFile

import pathspec

from qa.articles import archives, formats
from qa.articles.items import Found, Page
from qa.errors import Unreadable
from qa.schema import Failure

LARGEST = 50 * 1024 * 1024
LARGEST_BY_LINES = 500 * 1024 * 1024  # of files that are read record by record
_BY_LINES = (".jsonl", ".ndjson", ".csv", ".tsv", ".mbox")
IGNORE_FILES = (".gitignore", ".qaignore")
_LARGEST_IGNORE_FILE = 1024 * 1024
_LOOKED_AT = 1024
_TRIES = 3

# Files that systems and programs leave in folders; nobody means them as articles.
_INDEX_FILES = ("articles.db", "write.lock")
_NEVER_MEANT = {"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"}

Rules = tuple[tuple[Path, pathspec.GitIgnoreSpec], ...]
"""Folders with the ignore rules that hold below them, the outermost first."""


def files(root: Path) -> Iterator[Path | Failure]:
    """Every file below the folder that may be meant, sorted by path, and a `Failure` for what cannot be followed."""
    yield from _walk(root)


def examined(path: Path, origin: str) -> Iterator[Found | Failure]:
    """The file as something to be read, or the members of an archive; a `Failure` where it is neither."""
    try:
        origin.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(origin).decode("utf-8", "backslashreplace")
        yield Failure(shown, "its name holds bytes that are no characters", "Give the file another name.")
        return
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield Failure(origin, "it is not a regular file but a device, pipe or socket", "Take it out of the folder.")
            return
        if path.suffix.lower() == ".zip":
            yield from _members(path, origin, status)
            return
        kind = "" if formats.is_known(path.name) else _kind_by_content(path)
    except OSError as error:
        yield Failure(origin, f"the file cannot be examined: {error.strerror}", "Check the drive and the file.")
        return
    if kind is None:
        yield Failure(
            origin,
            "not a kind of file Footnote reads",
            "Save it as a PDF, as text (.txt, .md) or as a web page (.html).",
        )
    else:
        yield Found(origin, status.st_size, status.st_mtime_ns, partial(_read, path, origin, kind))


def _read(path: Path, origin: str, kind: str) -> Page:
    """The bytes of a file that does not change while it is read."""
    try:
        for _ in range(_TRIES):
            before = path.stat()
            largest = LARGEST_BY_LINES if path.suffix.lower() in _BY_LINES else LARGEST
            if before.st_size > largest:
                raise Unreadable(
                    f"{origin} is larger than {largest // 1024**2} MB.",
                    "Split it, or keep only the text of the articles.",
                )
            with path.open("rb") as file:
                data = file.read(largest + 1)
            after = path.stat()
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(data) <= largest:
                return Page(origin, data, kind)
        raise Unreadable(f"{origin} is being written just now.", "Run qa index again when that has finished.")
    except FileNotFoundError as error:
        raise Unreadable(f"{origin} has vanished since it was found.", "Run qa index again.") from error
    except PermissionError as error:
        raise Unreadable(f"{origin} may not be read.", "Allow your user to read the file.") from error
    except IsADirectoryError as error:
        raise Unreadable(f"{origin} is a folder.", "Name the folder itself as the source.") from error
    except OSError as error:
        raise Unreadable(f"{origin} cannot be read: {error.strerror}.", "Check the drive and the file.") from error


def _kind_by_content(path: Path) -> str | None:
    """The content type of a file whose ending says nothing (a saved "article.php"): a web page, a PDF, or None."""
    with path.open("rb") as file:
        return formats.kind_of(file.read(_LOOKED_AT))


def is_of_index(path: Path, root: Path) -> bool:
    """Whether the path lies in an index that someone keeps below the root: its files are no articles."""
    below = [path, *path.parents][: len(path.parts) - len(root.parts) + 1]
    return any(all((folder / name).exists() for name in _INDEX_FILES) for folder in below)


def _walk(root: Path) -> Iterator[Path | Failure]:
    """Depth first, without recursion: folders may be nested as deep as the system allows."""
    real = root.resolve()
    waiting: list[tuple[Path, Rules, bool]] = [(root, (), True)]
    while waiting:
        path, rules, is_folder = waiting.pop()
        if path.is_symlink() and path != root:
            yield from _link(path, real)
        elif is_folder:
            listed = _listed(path, rules)
            if isinstance(listed, Failure):
                yield listed
            else:
                waiting += reversed(listed)
        else:
            yield path


def _listed(folder: Path, rules: Rules) -> list[tuple[Path, Rules, bool]] | Failure:
    """What in the folder may be meant, sorted, each with the rules that hold for it and whether it is a folder."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        rules = (*rules, *_rules_in(folder, entries))
    except OSError as error:
        return Failure(_named(folder), f"the folder cannot be listed: {error.strerror}", "Allow your user to open it.")
    names = {entry.name.lower() for entry in entries}
    if names >= set(_INDEX_FILES):
        return []
    kept = []
    for entry in entries:
        if entry.name.startswith(".") or entry.name.lower() in _NEVER_MEANT:
            continue
        path, is_folder = Path(entry.path), entry.is_dir(follow_symlinks=False)
        if _is_ignored(path, is_folder, rules) or (is_folder and _belongs_to_saved_page(entry.name.lower(), names)):
            continue
        kept.append((path, rules, is_folder))
    return kept


def _rules_in(folder: Path, entries: Sequence[os.DirEntry[str]]) -> Iterator[tuple[Path, pathspec.GitIgnoreSpec]]:
    for entry in entries:
        if entry.name in IGNORE_FILES and entry.is_file(follow_symlinks=False):
            with open(entry.path, encoding="utf-8", errors="replace") as file:
                lines = file.read(_LARGEST_IGNORE_FILE).splitlines()
            yield folder, pathspec.GitIgnoreSpec.from_lines([line for line in lines if _is_rule(line)])


def _is_rule(line: str) -> bool:
    """Whether the line is a pattern; one broken line must not undo the others."""
    try:
        pathspec.GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _is_ignored(path: Path, is_folder: bool, rules: Rules) -> bool:
    """What the innermost rule says that says anything, as git has it."""
    for folder, spec in reversed(rules):
        said = spec.check_file(path.relative_to(folder).as_posix() + "/" * is_folder).include
        if said is not None:
            return said
    return False


def _link(path: Path, root: Path) -> Iterator[Failure]:
    """Nothing for a link into the folder, a `Failure` for any other."""
    try:
        inside = path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        yield Failure(_named(path), "a link that leads nowhere or in a circle", "Mend the link, or take it away.")
        return
    if not inside:
        yield Failure(
            _named(path), "a link out of the folder, which is not followed", "Name what it points to as its own source."
        )


def _named(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _belongs_to_saved_page(folder: str, names: set[str]) -> bool:
    """Browsers save page.html together with a folder page_files for its pictures and scripts."""
    stem = folder.removesuffix("_files")
    return stem != folder and any(f"{stem}{suffix}" in names for suffix in (".html", ".htm", ".xhtml"))


def _members(path: Path, origin: str, status: os.stat_result) -> Iterator[Found | Failure]:
    """The members of a zip archive, each as a file of its own."""
    try:
        archive = _opened(path, origin, status.st_size, status.st_mtime_ns)
    except Unreadable as error:
        yield Failure(origin, str(error), error.hint)
        return
    yield from archives.refused(origin, archive)
    for member in archives.members(archive):
        inside = f"{origin}/{member.filename}"
        if member.filename.rpartition("/")[2].lower() in _NEVER_MEANT:
            continue
        if formats.is_known(member.filename):
            read = partial(_read_member, path, origin, status, member.filename)
            yield Found(inside, member.file_size, _fingerprint(member.CRC), read)
        else:
            yield Failure(inside, "not a kind of file Footnote reads", "Take it out of the archive.")


def _read_member(path: Path, origin: str, status: os.stat_result, name: str) -> Page:
    archive = _opened(path, origin, status.st_size, status.st_mtime_ns)
    return Page(f"{origin}/{name}", archives.content(origin, archive, name))


@lru_cache(maxsize=2)
def _opened(path: Path, origin: str, size: int, mtime_ns: int) -> ZipFile:
    """The archive, open for all its members; size and time tell another file under the same name from it."""
    return archives.opened(origin, path)


def _fingerprint(checksum: int) -> int:
    """A member's checksum in the place of a file's time; -1 apart, so that it never equals a real one."""
    return -1 - checksum
