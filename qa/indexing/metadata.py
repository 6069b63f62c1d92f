"""What lies beside a chunk in the vector index, for those who open it with other programs."""

from __future__ import annotations

from qa.schema import Article, Chunk
from qa.store.rows import day_range, effective_date


def chunk_metadata(chunk: Chunk, article: Article) -> dict[str, str | int]:
    """Flat and without None, as Chroma wants it; the date also as days since 1970, for range conditions."""
    published = effective_date(article)
    days = day_range(published)
    values: dict[str, str | int | None] = {
        "article_id": chunk.article_id,
        "version": chunk.version,
        "position": chunk.position,
        "start": chunk.start,
        "end": chunk.end,
        "title": article.title,
        "publisher": article.publisher,
        "author": article.author,
        "published": published,
        "published_day": days[0] if days else None,
        "url": article.url,
        "origin": article.origin,
    }
    return {key: value for key, value in values.items() if value is not None}
