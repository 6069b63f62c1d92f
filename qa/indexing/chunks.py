"""Cuts an article into chunks of whole sentences with exact offsets; no overlap, so neighbours rejoin cleanly.

A chunk holds at most `chunk_tokens` tokens of the embedding model, its header at most `HEADER_TOKENS`, because the
model reads 256 and silently cuts the rest. A single sentence longer than that is cut at white space.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qa.schema import Article, Chunk, date_in_words
from qa.sentences import sentence_spans

HEADER_TOKENS = 40

CountTokens = Callable[[str], int]


def chunk_article(article: Article, count_tokens: CountTokens, chunk_tokens: int) -> list[Chunk]:
    """The chunks of the article in reading order; each `text` is `article.text[start:end]`.

    Every character that is not white space lies in exactly one chunk.
    """
    header = chunk_header(article, count_tokens)
    return [
        Chunk(
            id=f"{article.id}:{article.version}:{position}",
            article_id=article.id,
            version=article.version,
            position=position,
            start=start,
            end=end,
            text=article.text[start:end],
            header=header,
        )
        for position, (start, end) in enumerate(_spans(article, count_tokens, chunk_tokens))
    ]


def chunk_header(article: Article, count_tokens: CountTokens) -> str:
    """Title, publisher or reported source, and date on one line, shortened to `HEADER_TOKENS` tokens."""
    source = article.publisher
    if article.about is not None:
        source = article.about.publisher or source
    when = date_in_words(article.published) if article.published else None
    words = " · ".join(part for part in (article.title, source, when) if part).split()
    while len(words) > 1 and count_tokens(" ".join(words)) > HEADER_TOKENS:
        words.pop()
    # One endless word (an address as title) can still be too long: four characters a token is a safe under-estimate.
    header = " ".join(words)
    return header if count_tokens(header) <= HEADER_TOKENS else header[: HEADER_TOKENS * 2]


def _spans(article: Article, count_tokens: CountTokens, limit: int) -> Iterator[tuple[int, int]]:
    text = article.text
    start = end = used = 0
    for first, last in sentence_spans(text, article.language):
        for piece_start, piece_end in _fitting(text, first, last, count_tokens, limit):
            tokens = count_tokens(text[piece_start:piece_end])
            if used and used + tokens > limit:
                yield start, end
                used = 0
            if not used:
                start = piece_start
            end = piece_end
            used += max(tokens, 1)
    if used:
        yield start, end


def _fitting(text: str, start: int, end: int, count_tokens: CountTokens, limit: int) -> Iterator[tuple[int, int]]:
    """The sentence itself if it fits, else its halves, cut at the white space nearest the middle."""
    if count_tokens(text[start:end]) <= limit or end - start < 2:
        yield start, end
        return
    middle = (start + end) // 2
    before, after = text.rfind(" ", start + 1, middle), text.find(" ", middle, end - 1)
    cuts = [cut for cut in (before, after) if cut > 0]
    cut = min(cuts, key=lambda position: abs(position - middle)) if cuts else middle
    yield from _fitting(text, start, cut, count_tokens, limit)
    while cut < end and text[cut].isspace():
        cut += 1
    if cut < end:
        yield from _fitting(text, cut, end, count_tokens, limit)
