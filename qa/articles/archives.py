"""Zip archives and the documents that are such archives: opened only where their contents cannot swamp the machine.

Nothing is ever unpacked to the disk. The sizes that an archive declares are checked before anything is read, and
`zipfile` never hands out more of a member than it declares.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from pathlib import Path, PurePosixPath

from qa.errors import Unreadable
from qa.schema import Failure

MOST_BYTES = 200 * 1024 * 1024
MOST_MEMBERS = 10_000  # of a document that is an archive
MOST_FILES = 100_000  # of an archive of documents
LARGEST = 50 * 1024 * 1024  # bytes of one of them
HIGHEST_RATIO = 200
# Small files of mere repetition shrink as far as bombs do, and do no harm.
_RATIO_MATTERS_FROM = 1024 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def guarded(origin: str, data: bytes) -> zipfile.ZipFile:
    """The open archive.

    Raises `Unreadable` where the file is no archive, needs a password (an office file), or declares contents that are
    too many, too large or too tightly packed to be articles.
    """
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise locked(origin)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:
        raise Unreadable(f"{origin} is damaged.", "Open it with the program that made it and save it again.") from error
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    hint = "If you trust it, unpack it yourself and index the files."
    if len(infos) > MOST_MEMBERS:
        raise Unreadable(f"{origin} holds more than {MOST_MEMBERS:,} files.", hint)
    if total > MOST_BYTES or (total > _RATIO_MATTERS_FROM and total > HIGHEST_RATIO * packed):
        raise Unreadable(f"{origin} would unpack to far more than an article needs.", hint)
    if any(info.compress_type not in _METHODS for info in infos):
        # Only deflate is unpacked in small steps; the others can fill the memory at once.
        raise Unreadable(f"{origin} is packed in an unusual way.", "Pack it again as an ordinary zip file.")
    return archive


def opened(origin: str, path: Path) -> zipfile.ZipFile:
    """The open archive at a path; its members are judged one by one (`refused`).

    Raises `Unreadable` where the file is no archive or holds far too many files.
    """
    try:
        archive = zipfile.ZipFile(path)
    except Exception as error:
        raise Unreadable(f"{origin} is damaged.", "Pack it again, or look for another copy.") from error
    if len(archive.infolist()) > MOST_FILES:
        archive.close()
        raise Unreadable(f"{origin} holds more than {MOST_FILES:,} files.", "Unpack it and index the folder.")
    return archive


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The regular files of an archive in its order, without hidden ones and those that `refused` names; of a name that
    is there twice, the last.
    """
    return [info for info in _files(archive) if _objection(info) is None and archive.getinfo(info.filename) is info]


def refused(origin: str, archive: zipfile.ZipFile) -> tuple[Failure, ...]:
    """A `Failure` for each file that is not read: links, names that lead out of the archive, files with a password."""
    failures = []
    for info in _files(archive):
        if objection := _objection(info):
            failures.append(Failure(f"{origin}/{info.filename}", *objection))
    return tuple(failures)


def content(origin: str, archive: zipfile.ZipFile, member: str | zipfile.ZipInfo) -> bytes:
    """The bytes of one member. Raises `Unreadable` where it is absent, damaged or needs a password."""
    name = member if isinstance(member, str) else member.filename
    try:
        info = archive.getinfo(member) if isinstance(member, str) else member
        if info.flag_bits & _ENCRYPTED:
            raise locked(f"{origin}/{name}")
        return archive.read(info)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(
            f"{origin} is damaged: {name} cannot be unpacked.", "Save or pack it again, or look for another copy."
        ) from error


def locked(origin: str) -> Unreadable:
    """The error for a file that only a password opens."""
    return Unreadable(f"{origin} needs a password.", "Open it with its password, save it without one, and index that.")


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    files = []
    for info in archive.infolist():
        parts = info.filename.replace("\\", "/").split("/")
        hidden = any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)
        if info.filename and not info.is_dir() and not hidden:  # a broken archive may hold nameless ones
            files.append(info)
    return files


def _objection(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    """Why a file is not read, and what to do; None where nothing speaks against it."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in PurePosixPath(name).parts or _CONTROL.search(name):
        return "its name leads out of the archive", "Pack it again under a plain name."
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "a link, not a file", "Pack the file that it points to."
    if info.flag_bits & _ENCRYPTED:
        return "needs a password", "Unpack it with its password and index the file."
    bomb = info.file_size > _RATIO_MATTERS_FROM and info.file_size > HIGHEST_RATIO * max(1, info.compress_size)
    if info.file_size > LARGEST or bomb or info.compress_type not in _METHODS:
        return (
            "would unpack to far more than an article needs",
            "If you trust it, unpack it yourself and index the file.",
        )
    return None
