"""Citations: places in stored articles. A quote is always cut from the store, so a false one cannot be made."""

from __future__ import annotations

from bisect import bisect_right

from qa.schema import Article, Citation


def cite(number: int, article: Article, start: int, end: int) -> Citation:
    """The citation of `article.text[start:end]` with who and when. Raises ValueError for a place outside the text."""
    if not 0 <= start < end <= len(article.text):
        raise ValueError(f"{start}:{end} is no place in an article of {len(article.text)} characters")
    return Citation(
        number=number,
        article_id=article.id,
        version=article.version,
        start=start,
        end=end,
        quote=article.text[start:end],
        title=article.title,
        publisher=article.publisher,
        author=article.author,
        published=article.published,
        dated_by=article.dated_by,
        about=article.about,
        url=article.url,
        locator=locator(article, start),
    )


def locator(article: Article, start: int) -> str | None:
    """The page of the document on which the place lies: "page 3"; None for what has no pages.

    A page without text begins where the next one does, so the last page that begins there is meant.
    """
    return f"page {bisect_right(article.pages, start)}" if article.pages else None


def is_exact(citation: Citation, article: Article) -> bool:
    """Whether the quote stands in that version of the article at exactly that place."""
    return (citation.article_id, citation.version) == (article.id, article.version) and article.text[
        citation.start : citation.end
    ] == citation.quote
