"""The same search as a LangChain retriever, for those who build their own chains."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from qa.retrieval.search import Search
from qa.schema import Filters, Hit
from qa.store import Store


class ArticleRetriever(BaseRetriever):
    """Documents for a question, best first: `page_content` is the chunk's exact text; the metadata says where it lies
    (article_id, version, start, end), who and when (title, publisher, author, published, dated_by, url; keys without
    a value are left out), and the scores.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Search
    store: Store
    k: int = 4
    filters: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        **kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> list[Document]:
        hits = self.search.hits(query, int(kwargs.get("k", self.k)), self.filters)
        return [self._document(hit) for hit in hits]

    def _document(self, hit: Hit) -> Document:
        chunk = hit.chunk
        article = self.store.article(chunk.article_id, chunk.version)
        shown: dict[str, Any] = {
            "article_id": article.id,
            "version": article.version,
            "start": chunk.start,
            "end": chunk.end,
            "title": article.title,
            "publisher": article.publisher,
            "author": article.author,
            "published": article.published,
            "dated_by": article.dated_by,
            "url": article.url,
            "score": hit.score,
            "dense": hit.dense,
            "keyword": hit.keyword,
            "rank": hit.rank,
        }
        metadata = {key: value for key, value in shown.items() if value is not None}
        return Document(id=chunk.id, page_content=chunk.text, metadata=metadata)
