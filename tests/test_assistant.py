from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import langsmith.utils
import pytest
from chat_server import chat_server
from langchain_core.tracers.langchain import wait_for_all_tracers
from parts import ARTICLES, chain_of, embedder, same, small_index
from test_checking import OPENED
from test_pdfs import column, pdf
from test_pdfs import page as pdf_page

import qa
from qa import assistant as module
from qa.assistant import Assistant, index_folder
from qa.citations import cite
from qa.errors import ArticleNotFound, IndexEmpty, IndexLocked, IndexMismatch, SettingsError, SourceError
from qa.revisions import Change
from qa.schema import Done, Filters
from qa.settings import Settings
from qa.store import Store

BERGEN = "Why was the Confucius Institute in Bergen closed?"


@pytest.fixture(autouse=True)
def one_model(monkeypatch):
    """Every assistant of these tests uses the model that is loaded already."""
    monkeypatch.setattr(module, "Embedder", lambda settings: embedder())


def page(path: Path, title: str, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: {title}\n---\n\n{text}\n", encoding="utf-8")
    return path


def archive_of(folder: Path, state: str) -> None:
    """An archive that was only begun, has a source, had one, or is broken."""
    with Store(folder, create=True) as store, store.transaction() as connection:
        if state == "listed":
            connection.execute("INSERT INTO sources VALUES ('/articles', 1)")
        if state == "emptied":
            store.raise_generation(connection)
    if state == "broken":
        (folder / "articles.db").write_bytes(b"no index " * 100)


@pytest.mark.parametrize(
    ("settings", "archive", "folder"),
    [
        ({"home": "HOME"}, "", "HOME/starter"),
        ({"home": "HOME"}, "begun", "HOME/starter"),
        ({"home": "HOME"}, "listed", "HOME/archive"),
        ({"home": "HOME"}, "emptied", "HOME/archive"),
        ({"home": "HOME"}, "broken", "HOME/archive"),
        ({"home": "HOME", "index": "archive"}, "", "HOME/archive"),
        ({"home": "HOME", "index": "starter"}, "listed", "HOME/starter"),
        ({"home": "HOME", "index": "HOME/mine"}, "listed", "HOME/mine"),
        ({"index": "starter"}, "", "CHECKOUT/index"),
        ({}, "", "CHECKOUT/index"),
    ],
    ids=["starter first", "no archive that was only begun", "archive with a source", "archive that had one",
         "archive, also where it is broken", "archive by name", "starter by name", "a folder by name",
         "in a checkout by name", "in a checkout"],
)  # fmt: skip
def test_where_the_index_lies(tmp_path, monkeypatch, settings, archive, folder):
    monkeypatch.setattr(module, "_data_folder", lambda: tmp_path / "data")
    roots = {"HOME": str(tmp_path), "CHECKOUT": str(Path(qa.__file__).parent.parent)}
    if archive:
        archive_of(tmp_path / "archive", archive)
    for name, root in roots.items():
        settings = {key: value.replace(name, root) for key, value in settings.items()}
        folder = folder.replace(name, root)
    assert index_folder(Settings(**settings)) == Path(folder)


def test_an_installed_package_keeps_the_starter_index_with_the_users_data(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_data_folder", lambda: tmp_path)
    monkeypatch.setattr(module, "in_checkout", lambda: False)
    assert index_folder(Settings()) == tmp_path / "starter"
    assert index_folder(Settings(index="archive")) == tmp_path / "archive"


def test_the_first_question_builds_the_starter_index_and_the_second_finds_it(own_home):
    assert not own_home.exists()
    answer = qa.ask(BERGEN)
    assert [path.name for path in own_home.iterdir()] == ["starter"]
    assert answer.kind == "answered"
    assert any("change of partner" in citation.quote for citation in answer.citations)
    assert answer.citations[0].publisher == "Footnote starter briefs"
    assert ", after Radio Free Asia, 19 March 2021" in answer.text
    assert same(qa.ask(BERGEN)) == same(answer)
    with Assistant() as another:
        assert same(another.ask(BERGEN)) == same(answer)
        (*_, done) = another.stream(BERGEN)
        assert isinstance(done, Done) and same(done.answer) == same(answer)
        assert another.problems() == another.failures() == []
        assert another.sources() == ["starter"]
        assert another.counts().articles == len(list(another.articles()))


def test_own_articles_never_mix_with_the_starter_articles(own_home, tmp_path):
    own = page(tmp_path / "articles" / "bridge.md", "Bridge", "The Kestrel Bridge was closed.")
    with Assistant(Settings.load(index="starter")) as starter:
        with pytest.raises(SettingsError, match="holds the starter articles only") as caught:
            starter.index([str(own)])
        assert caught.value.hint == f"Leave --index out, or name a folder: qa index --index my-index {own}"
    with Assistant() as mine:
        assert mine.folder == own_home / "starter"
        assert mine.index([str(own.parent)]).added == 1
        assert mine.folder == own_home / "archive"
        assert [article.title for article in mine.articles()] == ["Bridge"]
        assert mine.sources() == [str(own.parent)]
    with Assistant() as later:
        assert later.folder == own_home / "archive"
        assert [hit.chunk.text for hit in later.search("Confucius Institute", 5)] == ["The Kestrel Bridge was closed."]
    assert not (own_home / "starter" / "articles.db").exists() or _titles(own_home) == set()


def _titles(home: Path) -> set[str]:
    """Titles of the user's own articles in the starter index."""
    with Assistant(Settings(home=str(home), index="starter")) as starter:
        return {article.title for article in starter.articles()} & {"Bridge"}


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("source", "sync", "stopped"),
    [("nothing.md", module.sync, SourceError), ("", module.sync, SourceError), (".", interrupted, KeyboardInterrupt)],
    ids=["not there", "no name", "interrupted"],
)
def test_a_first_source_that_fails_leaves_the_starter_articles(own_home, tmp_path, monkeypatch, source, sync, stopped):
    own = page(tmp_path / "articles" / "bridge.md", "Bridge", "The Kestrel Bridge was closed.")
    with Assistant() as mine:
        with monkeypatch.context() as patch, pytest.raises(stopped):
            patch.setattr(module, "sync", sync)
            mine.index([source])
        with Assistant() as later:
            assert mine.folder == later.folder == own_home / "starter"
        assert mine.index([str(own)]).added == 1
        assert (mine.folder, mine.sources()) == (own_home / "archive", [str(own)])


def test_an_archive_begun_elsewhere_takes_own_articles_and_the_starter_articles_answer_until_they_are_in(
    own_home, tmp_path
):
    bridge = page(tmp_path / "bridge.md", "Bridge", "The Kestrel Bridge was closed.")
    wheat = page(tmp_path / "wheat.md", "Wheat", "Wheat was dear.")
    seen = []
    with Assistant() as mine, Assistant() as another:
        assert mine.sources() == ["starter"]
        another.index([str(bridge)])
        mine.index([str(wheat)], lambda _: seen.append((mine.folder, mine.sources())))
        assert seen and all(one == (own_home / "starter", ["starter"]) for one in seen)
        assert (mine.folder, mine.sources()) == (own_home / "archive", [str(bridge), str(wheat)])
    with Assistant(Settings.load(index="starter")) as starter:
        assert starter.sources() == ["starter"]


def test_a_named_folder_without_an_index_is_no_place_to_ask(tmp_path):
    for named in (str(tmp_path / "nothing"), "archive"):
        with Assistant(Settings(home=str(tmp_path), index=named)) as empty:
            with pytest.raises(IndexEmpty, match=r"There is no index in .*\.") as caught:
                empty.ask("Who came?")
            assert "qa index" in caught.value.hint
    assert list(tmp_path.iterdir()) == [], "nothing was made by asking"


def test_an_index_of_another_model_is_refused_with_both_cures(tmp_path, monkeypatch):
    own = page(tmp_path / "bridge.md", "Bridge", "The Kestrel Bridge was closed.")
    settings = Settings(index=str(tmp_path / "index"), chunk_tokens=100)
    with Assistant(settings) as first:
        first.index([str(own)])
    with Assistant(Settings(index=settings.index)) as other:
        with pytest.raises(IndexMismatch) as caught:
            other.ask("Who came?")
        assert caught.value.hint == (
            "Set chunk_tokens to 100 again, or index everything anew with the present settings: qa index --rebuild"
        )
    with Assistant(settings) as again:
        assert again.counts().articles == 1, "nothing was lost"


def test_what_a_person_does_with_an_index(tmp_path):
    own = page(tmp_path / "in" / "bridge.md", "Bridge", "The Kestrel Bridge was closed because of cracks.")
    page(tmp_path / "in" / "wheat.md", "Wheat", "Wheat was dear.")
    steps = []
    with Assistant(Settings(index=str(tmp_path / "index"))) as mine:
        assert mine.index([str(own.parent)], steps.append).added == 2
        # A file is done when its chunks are embedded, not when it is read.
        assert list(dict.fromkeys((step.done, step.total) for step in steps)) == [(0, 2), (2, 2)]
        bridge = next(article for article in mine.articles() if article.title == "Bridge")
        assert mine.article(bridge.id, bridge.version) == mine.article(bridge.id) == bridge
        assert mine.retriever(k=1).invoke("cracks in the bridge")[0].page_content == bridge.text.strip()
        assert mine.explain("Why was the Kestrel Bridge closed?").parts[0].hits[0].chunk.article_id == bridge.id
        assert mine.finder().hits("wheat", 2) == mine.search("wheat", 2)
        assert bridge.id in next(iter(mine.finder().candidates("cracks", 1)[1]))
        assert mine.search("wheat", 5, Filters(articles=(bridge.id,)))[0].chunk.article_id == bridge.id
        mine.repair()
        assert mine.problems() == []
        mine.forget(bridge.id)
        with pytest.raises(ArticleNotFound):
            mine.article(bridge.id)
        assert mine.remove(str(own.parent)).removed == 1
        with pytest.raises(SourceError):
            mine.remove(str(own.parent))
        with pytest.raises(IndexEmpty, match="holds no articles yet"):
            mine.ask("Who came?")


def test_it_can_be_closed_and_used_again():
    mine = Assistant(Settings(index=str(small_index())))
    count = mine.counts().articles
    assert count == len(list(ARTICLES.glob("*.md")))
    mine.close()
    mine.close()
    assert mine.counts().articles == count
    mine.close()


def test_a_text_is_checked_against_its_own_articles():
    with Assistant(Settings(index=str(small_index()))) as mine:
        (sentence,) = mine.check("Idris Vale opened the Lantern Festival of Osmere.")
    assert (sentence.verdict, sentence.citations) == ("supported", (1,))
    assert [source.quote for source in sentence.sources] == [OPENED]


def test_the_runnable_is_what_ask_runs():
    with Assistant(Settings(index=str(small_index()))) as mine:
        question = "Who opened the Lantern Festival of Osmere?"
        assert same(mine.runnable().invoke(question)) == same(mine.ask(question))


def test_an_article_id_of_half_characters_names_none():
    with Assistant(Settings(index=str(small_index()))) as mine:
        for look in (mine.article, mine.changes, mine.forget):
            with pytest.raises(ArticleNotFound):
                look("\udcff")
        assert mine.copies("\udcff") == []


@pytest.fixture
def traced(monkeypatch) -> Iterator[list[str]]:
    """LangSmith's tracing is on and its server is this machine; gives the paths it was asked for."""
    with chat_server() as server:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2-not-a-key")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", server.root)
        monkeypatch.setattr("langsmith.run_trees._CLIENT", None)
        langsmith.utils.get_env_var.cache_clear()
        yield server.requests
    langsmith.utils.get_env_var.cache_clear()


def streamed(mine: Assistant, question: str) -> None:
    """What is done between two events is the reader's own, and his to trace."""
    assert all([langsmith.utils.tracing_is_enabled() for _ in mine.stream(question)])


@pytest.mark.parametrize(
    ("way", "sent"),
    [
        (lambda mine, question: mine.ask(question), False),
        (streamed, False),
        (lambda mine, question: mine.explain(question), False),
        (lambda mine, question: mine.runnable().invoke(question), True),
    ],
    ids=["ask", "stream", "explain", "the runnable, which is its user's"],
)
def test_what_is_asked_is_not_sent_to_langsmith(traced, monkeypatch, way, sent):
    with Assistant(Settings(index=str(small_index()))) as mine:
        monkeypatch.setattr(mine, "chain", lambda: chain_of(mine.library()))
        way(mine, "Who opened the Lantern Festival of Osmere?")
    wait_for_all_tracers()  # a tracer sends from a thread of its own
    assert bool(traced) is sent


SABLE = (
    "The Sable ferry will leave the long quay of Orrinford for good on the last day of June. "
    "The harbour board said on Monday that the boat had become too old to be mended once more. "
    "It has carried wheat, cattle and schoolchildren over the estuary since the spring of 1961. "
    "A bridge twelve kilometres upstream is to take its traffic, at a toll of two crowns."
)


def test_questions_are_answered_while_another_thread_indexes(tmp_path, monkeypatch):
    folder, begun, answered, waited = tmp_path / "articles", threading.Event(), threading.Event(), []

    def waits(_: object) -> None:
        begun.set()
        waited.append(answered.wait(10))

    page(folder / "a.md", "Ferry", SABLE)
    with Assistant(Settings(index=str(tmp_path / "index"))) as mine:
        monkeypatch.setattr(mine, "chain", lambda: chain_of(mine.library()))
        assert mine.index([str(folder)]).added == 1
        page(folder / "b.md", "Fair", "A heifer from Orrin won the first prize at the cattle fair.")
        indexing = threading.Thread(target=mine.index, args=([str(folder)], waits))
        indexing.start()
        assert begun.wait(10)
        answer = mine.ask("When will the Sable ferry leave the long quay of Orrinford?")
        answered.set()
        indexing.join()
        assert (answer.kind, answer.scope.articles, all(waited)) == ("answered", 1, True)
        assert mine.counts().articles == 2


def test_watching_keeps_the_index_in_step_until_it_is_told_to_stop(tmp_path):
    folder, stop = tmp_path / "articles", threading.Event()
    page(folder / "a.md", "Ferry", SABLE)
    with Assistant(Settings(index=str(tmp_path / "index"))) as assistant:
        reports = (report for report in assistant.watch([str(folder)], stop=stop) if report.seconds)
        done = ("added", "changed", "renamed", "removed")

        def next_one() -> dict[str, int]:
            """The next report in which something was done."""
            for report in reports:
                if counts := {name: getattr(report, name) for name in done if getattr(report, name)}:
                    return counts
            raise AssertionError("the watcher ended")

        assert next_one() == {"added": 1}
        page(folder / "b.md", "Fair", "A heifer from Orrin won the first prize at the cattle fair.")
        assert next_one() == {"added": 1}
        page(folder / "a.md", "Ferry", f"{SABLE} Nobody objected.")
        assert next_one() == {"changed": 1}
        (folder / "b.md").rename(folder / "c.md")
        assert next_one() == {"renamed": 1}
        (folder / "c.md").unlink()
        assert next_one() == {"removed": 1}
        assert [article.title for article in assistant.articles()] == ["Ferry"]
        stop.set()
        assert all(not report.added for report in reports)


def test_watching_waits_while_another_process_writes(tmp_path, monkeypatch):
    folder, stop = tmp_path / "articles", threading.Event()
    page(folder / "a.md", "Ferry", SABLE)
    with Assistant(Settings(index=str(tmp_path / "index"))) as assistant:
        reports = assistant.watch([str(folder)], stop=stop)
        assert next(reports).added == 1
        assert next(reports).unchanged == 1  # the first look of the watcher itself
        page(folder / "b.md", "Fair", "A heifer from Orrin won the first prize.")
        real, refusals = module.sync, []

        def busy(*arguments, **named):
            if len(refusals) < 2:
                refusals.append(1)
                raise IndexLocked("Another process is writing.", "Wait.")
            return real(*arguments, **named)

        monkeypatch.setattr(module, "sync", busy)
        assert next(reports).added == 1
        assert len(refusals) == 2
        stop.set()


def test_what_changed_is_told_for_the_current_and_for_older_versions(tmp_path):
    folder = tmp_path / "articles"
    with Assistant(Settings(index=str(tmp_path / "index"))) as assistant:
        for text in ("The ferry stays. Nobody objected.", "The ferry leaves. Nobody objected.", "The ferry leaves."):
            page(folder / "a.md", "Ferry", text)
            assistant.index([str(folder)])
        (article,) = assistant.articles()
        first, second, third = assistant.library().store.versions(article.id)
        assert assistant.changes(article.id) == assistant.changes(article.id, third)
        assert assistant.changes(article.id) == [Change("removed", "Nobody objected.")]
        assert assistant.changes(article.id, second) == [
            Change("removed", "The ferry stays."), Change("added", "The ferry leaves."),
        ]  # fmt: skip
        assert assistant.changes(article.id, first) == []
        with pytest.raises(ArticleNotFound):
            assistant.changes("none")


def test_a_quote_says_where_else_it_stands_and_copies_count_as_one_source(tmp_path):
    folder = tmp_path / "articles"
    page(folder / "a.md", "Ferry to leave\npublisher: Wire\npublished: 2021-05-03", SABLE)
    page(folder / "b.md", "End of the Sable\npublisher: Daily Star\npublished: 2021-05-04", SABLE)
    page(folder / "c.md", "Fair\npublisher: Wire", "A heifer from Orrin won the first prize at the cattle fair.")
    with Assistant(Settings(index=str(tmp_path / "index"), caution="bold")) as assistant:
        assistant.index([str(folder)])
        answer = assistant.ask("When will the Sable ferry leave the long quay of Orrinford?")
    assert answer.kind == "answered"
    assert answer.scope.relevant == 1
    assert len({citation.article_id for citation in answer.citations}) == 1
    assert answer.citations[0].also in (("Daily Star, 4 May 2021",), ("Wire, 3 May 2021",))
    assert f"(also in {answer.citations[0].also[0]})" in answer.text


def test_a_quote_from_a_document_names_its_page(tmp_path):
    path = tmp_path / "articles" / "a.pdf"
    path.parent.mkdir()
    lines = [
        [SABLE[at : at + 80] for at in range(0, len(SABLE), 80)],
        ["The mayor has promised to pay for the farewell cake."],
    ]
    path.write_bytes(pdf([pdf_page(*column(72, 700, each)) for each in lines]))
    with Assistant(Settings(index=str(tmp_path / "index"), caution="bold")) as assistant:
        assistant.index([str(path)])
        (hit,) = assistant.search("Who has promised to pay for the farewell cake?", 1)
        article = assistant.article(hit.chunk.article_id)
        start = article.text.index("The mayor")
        citation = cite(1, article, start, len(article.text))
    assert citation.locator == "page 2"
    assert citation.attribution.endswith("undated, page 2")
