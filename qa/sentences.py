"""Where sentences begin and end. Offsets are exact: a span cuts out the sentence and nothing else.

Sentence ends come from sentencex (rules for many languages, abbreviations included). A blank line or a list item
always ends a sentence, whatever the punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

# A line break ends a sentence where a new paragraph, list item, or heading begins; a single break inside wrapped
# text does not.
_BLOCK_END = re.compile(r"\n\s*\n|\n(?=[ \t]*(?:[-*•]|#{1,6}|\d{1,3}[.)])[ \t])")
_MARK = re.compile(r"\s*\d{1,3}[.)]\s+(?=\S)")
_WIDE_SPACE = re.compile(r"[^\S\n\r\t ]")  # before a full stop it made sentencex 1.0.32 panic; as long as a space
_HALF = re.compile("[\ud800-\udfff]")  # half characters (lone surrogates), which sentencex cannot take


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """(start, end) of each sentence in reading order, without surrounding white space; never overlapping.

    Every character that is not white space lies in exactly one span.
    """
    spans = []
    for start, end in _blocks(text):
        spans += list(_within(text, start, end, language))
    return spans


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BLOCK_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _within(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    block = _WIDE_SPACE.sub(" ", _HALF.sub("\ufffd", text[start:end]))
    cursor = 0
    mark = _MARK.match(block)
    words = mark.end() if mark else 0  # an item's number is no sentence of its own
    for piece in _pieces(block[words:], language):
        found = block.find(piece, max(cursor, words))
        if found < 0:  # a piece was altered by the library: keep the rest of the block whole rather than lose text
            break
        yield from _trimmed(text, start + cursor, start + found + len(piece))
        cursor = found + len(piece)
    yield from _trimmed(text, start + cursor, end)


def _pieces(block: str, language: str) -> list[str]:
    """The sentences; none where the library breaks down, so that the block stays whole rather than stops the run."""
    try:
        return list(sentencex.segment(language, block))
    except BaseException as error:  # a panic of the library's Rust code is no Exception, and cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        return []


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
