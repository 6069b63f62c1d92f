"""From bytes to text: by byte order mark, as UTF-8, as the page declares, by its letters, or as Western European."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from qa.errors import Unreadable

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{3,40})""", re.IGNORECASE)
_SEVEN_BITS = re.compile(r"(?i)iso-?2022|hz\b|utf-?7")
_STRAY = re.compile("[\udc80-\udcff]")  # a byte that is no UTF-8, as Python's "surrogateescape" writes it
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decoded(origin: str, data: bytes, *, markup: bool = False, declared: str | None = None) -> str:
    """The text of a file. `markup`: the first lines may declare the encoding; `declared`: a header has done so.

    Raises `Unreadable` for binary data.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise _binary(origin) from error
    if b"\0" in data or len(_CONTROL.findall(data[:65536])) > 8 + len(data[:65536]) // 100:
        raise _binary(origin)
    inside = _CHARSET.search(data[:2048]) if markup else None
    named = [name for name in (declared, inside and inside[1].decode("ascii")) if name]
    for encoding in _encodings(named, data):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            if encoding == "utf-8" and (mixed := _mixed(data)) is not None:
                return mixed
    raise _binary(origin)


def tidy(text: str) -> str:
    """One kind of line end, no spaces at line ends, no empty lines around; nothing else is touched."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _mixed(data: bytes) -> str | None:
    """UTF-8 into which a few Western European characters were pasted byte by byte, each read as what it is."""
    text = data.decode("utf-8", "surrogateescape")
    strays = len(_STRAY.findall(text))
    if not strays or strays * 10 > sum(character >= "\x80" for character in text) - strays:
        return None
    return _STRAY.sub(lambda stray: bytes([ord(stray[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _encodings(named: list[str], data: bytes) -> Iterator[str]:
    """What to try, in this order; encodings of seven bits would pass as UTF-8 and be wrong."""
    yield from (name for name in named if _SEVEN_BITS.match(name))
    yield from ("utf-8", *named)
    if guessed := _by_letters(data):
        yield guessed
    yield "cp1252"


def _binary(origin: str) -> Unreadable:
    return Unreadable(f"{origin} looks like a binary file.", "Save it as text (UTF-8), Markdown or a web page.")


def _by_letters(data: bytes) -> str:
    """A guess for texts that are mostly not Latin letters; a few accents among Latin letters mean Western European."""
    sample = data[:65536]
    if len(data) > len(sample):
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    high = sum(byte >= 0x80 for byte in sample)
    if high * 5 < len(sample):
        return ""
    from charset_normalizer import from_bytes  # a dependency of trafilatura; slow to import, and seldom needed

    best = from_bytes(sample).best()
    return best.encoding if best else ""
