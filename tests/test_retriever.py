from __future__ import annotations

import shutil

import pytest
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests
from parts import embedder, search_of, small_index

from qa.indexing.library import embedded_text, open_library
from qa.indexing.vectors import COLLECTION
from qa.retrieval.retriever import ArticleRetriever
from qa.schema import Filters
from qa.settings import Settings


@pytest.fixture(scope="module")
def library():
    made = open_library(small_index(), Settings(), embedder())
    yield made
    made.close()


class TestAsLangChainWantsIt(RetrieversIntegrationTests):
    """LangChain's own tests of a retriever."""

    @pytest.fixture(autouse=True)
    def _library(self, library):
        self.library = library

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return ArticleRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, object]:
        return {"search": search_of(self.library), "store": self.library.store}

    @property
    def retriever_query_example(self) -> str:
        return "How large was the wheat harvest of Varnland?"


# LangChain leaves it to its users to say how asynchronous tests are run, and forbids to override one.
pytest.mark.asyncio(RetrieversIntegrationTests.test_ainvoke_returns_documents)


def test_a_document_is_the_exact_chunk_with_who_and_when(library):
    retriever = ArticleRetriever(search=search_of(library), store=library.store, k=1)
    (found,) = retriever.invoke("Why was the Kestrel Bridge closed?", k=1)
    chunk = library.store.chunk(found.id)
    article = library.store.article(found.metadata["article_id"], found.metadata["version"])
    assert found == Document(
        id=chunk.id,
        page_content=article.text[chunk.start : chunk.end],
        metadata={
            "article_id": article.id, "version": article.version, "start": chunk.start, "end": chunk.end,
            "title": article.title, "publisher": article.publisher, "published": article.published,
            "dated_by": "front matter", "score": found.metadata["score"], "dense": found.metadata["dense"],
            "keyword": found.metadata["keyword"], "rank": 1,
        },
    )  # fmt: skip
    assert article.publisher in ("River Courier", "Evening Post")


def test_filters_are_kept(library):
    retriever = ArticleRetriever(search=search_of(library), store=library.store, filters=Filters(until="2018"))
    assert [found.metadata["title"] for found in retriever.invoke("poster")] == ["A poster with <b>marks</b>"]


class _Ours(Embeddings):
    """The embedding model of the index, as LangChain has it."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return embedder().encode(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def test_langchains_chroma_opens_the_folder_and_finds_the_same_chunks(library, tmp_path):
    shutil.copytree(
        small_index() / "chroma", tmp_path / "chroma"
    )  # two clients on one folder are for chromadb to judge
    theirs = Chroma(
        collection_name=COLLECTION,
        persist_directory=str(tmp_path / "chroma"),
        embedding_function=_Ours(),
    )
    question = "Why was the Kestrel Bridge closed?"
    found = theirs.similarity_search(question, k=8)
    ours = library.vectors.search(embedder().encode([question])[0], 8)
    assert {document.id for document in found} == {chunk_id for chunk_id, _ in ours}
    assert {document.id: document.page_content for document in found} == {
        chunk_id: chunk.text for chunk_id, chunk in library.store.chunks([i for i, _ in ours]).items()
    }
    assert found[0].page_content.startswith("The Kestrel Bridge was closed")
    assert embedded_text(library.store.chunk(found[0].id)) != found[0].page_content, "the header is not in the document"
