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
    block = _HALF.sub("\ufffd", text[start:end])
    cursor = 0
    mark = _MARK.match(block)
    words = mark.end() if mark else 0  # an item's number is no sentence of its own
    for piece in sentencex.segment(language, block[words:]):
        found = block.find(piece, max(cursor, words))
        if found < 0:  # a piece was altered by the library: keep the rest of the block whole rather than lose text
            break
        yield from _trimmed(text, start + cursor, start + found + len(piece))
        cursor = found + len(piece)
    yield from _trimmed(text, start + cursor, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
