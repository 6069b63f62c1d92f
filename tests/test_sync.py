from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from word_model import WordModel, found, word_library

from qa import sync as pipeline
from qa.errors import ArticleNotFound, IndexDamaged, IndexLocked, IndexMismatch, SourceError
from qa.indexing import library as parts
from qa.indexing.keywords import Keywords
from qa.indexing.library import Library, problems
from qa.indexing.manifest import Manifest, manifest
from qa.schema import SyncReport
from qa.store import Store
from qa.sync import Progress, forget, remove, repair, sync

INDEXES = Path(__file__).parent / "data" / "indexes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    return made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = word_library(tmp_path / "index")
    yield made
    made.close()


def write(path: Path, title: str, text: str, **front: str) -> Path:
    lines = [f"{key}: {value}" for key, value in {"title": title, **front}.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n" + "\n".join(lines) + f"\n---\n\n{text}\n", encoding="utf-8")
    return path


def did(report: SyncReport) -> dict[str, int]:
    """What the report counts, without zeros and seconds."""
    names = ("added", "changed", "unchanged", "removed", "renamed", "copies")
    counts = {name: getattr(report, name) for name in names} | {"failed": len(report.failed)}
    return {name: count for name, count in counts.items() if count}


def titles(library: Library) -> list[str]:
    return [article.title for article in library.store.articles()]


def sound(library: Library) -> None:
    """Store, vector index and keyword rows hold the same chunks, and nothing is left over."""
    assert problems(library) == []
    rows = library.store.rows("SELECT row FROM chunks ORDER BY row")
    assert library.store.rows("SELECT id FROM words_docsize ORDER BY id") == rows
    assert library.store.rows("SELECT row FROM vectors ORDER BY row") == rows
    with library.store.transaction() as connection:
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")


def test_first_run_adds_and_second_run_reads_and_embeds_nothing(library, folder, monkeypatch):
    write(folder / "a.md", "Harbour", "The harbour was closed on Monday. Ships waited outside.")
    write(folder / "deep" / "b.md", "Wheat", "The wheat harvest reached 4.2 million tonnes.")
    assert did(sync(library, [str(folder)])) == {"added": 2}
    assert titles(library) == ["Harbour", "Wheat"]
    assert found(library, "wheat harvest")[0] == "Wheat"
    assert Keywords(library.store).search("ships", 5)[0][0].startswith(next(library.store.articles()).id)
    generation, seen = library.store.generation(), len(library.embedder.seen)
    monkeypatch.setattr("qa.articles.folders._read", lambda *_: pytest.fail("read an unchanged file"))
    assert did(sync(library)) == {"unchanged": 2}
    assert (library.store.generation(), len(library.embedder.seen)) == (generation, seen)
    sound(library)


def test_changed_article_replaces_its_old_version_which_stays_readable(library, folder):
    path = write(folder / "a.md", "Harbour", "The harbour was closed on Monday.")
    sync(library, [str(folder)])
    old = next(library.store.articles())
    write(path, "Harbour", "The harbour was opened again on Tuesday evening.")
    assert did(sync(library)) == {"changed": 1}
    new = next(library.store.articles())
    assert new.id == old.id and new.version != old.version
    assert library.store.article(old.id, old.version) == old
    assert [chunk.text for chunk in library.store.article_chunks(old.id)] == [new.text]
    assert Keywords(library.store).search("closed", 5) == []
    assert library.vectors.count() == 1
    sound(library)


def test_new_title_keeps_the_article(library, folder):
    path = write(folder / "a.md", "Harbour", "The harbour was closed on Monday.")
    sync(library, [str(folder)])
    old = next(library.store.articles())
    write(path, "Harbour closed", "The harbour was closed on Monday.")
    assert did(sync(library)) == {"changed": 1}
    assert [(article.id, article.title) for article in library.store.articles()] == [(old.id, "Harbour closed")]


def test_touched_file_with_the_same_bytes_is_unchanged(library, folder):
    path = write(folder / "a.md", "Harbour", "The harbour was closed.")
    sync(library, [str(folder)])
    os.utime(path, ns=(1, 1))
    generation = library.store.generation()
    assert did(sync(library)) == {"unchanged": 1}
    assert library.store.generation() == generation


def test_removed_file_stops_answering_at_once(library, folder):
    path = write(folder / "a.md", "Harbour", "The harbour was closed.")
    write(folder / "b.md", "Wheat", "Wheat was dear.")
    sync(library, [str(folder)])
    gone = library.store.article(next(a.id for a in library.store.articles() if a.title == "Harbour"))
    path.unlink()
    assert did(sync(library)) == {"removed": 1, "unchanged": 1}
    assert found(library, "harbour closed") == ["Wheat"]
    assert Keywords(library.store).search("harbour", 5) == []
    with pytest.raises(ArticleNotFound):
        library.store.article(gone.id)
    assert library.store.article(gone.id, gone.version) == gone
    sound(library)


def test_renamed_file_keeps_its_article_and_is_not_embedded(library, folder):
    path = write(folder / "a.md", "Harbour", "The harbour was closed.")
    sync(library, [str(folder)])
    old, seen = next(library.store.articles()), len(library.embedder.seen)
    path.rename(folder / "z.md")
    assert did(sync(library)) == {"renamed": 1}
    assert list(library.store.articles()) == [replace(old, origin=str(folder / "z.md"))]
    assert len(library.embedder.seen) == seen
    write(folder / "z.md", "Harbour", "The harbour was opened.")
    assert did(sync(library)) == {"changed": 1}
    assert next(library.store.articles()).id == old.id
    # Another article under the old name is another article.
    write(path, "Harbour", "A harbour of another town burnt down.")
    assert did(sync(library)) == {"added": 1, "unchanged": 1}
    assert len({article.id for article in library.store.articles()}) == 2
    sound(library)


def test_copy_is_counted_and_takes_over_when_the_first_file_goes(library, folder):
    first = write(folder / "a.md", "Harbour", "The harbour was closed.")
    shutil.copy(first, folder / "b.md")
    assert did(sync(library, [str(folder)])) == {"added": 1, "copies": 1}
    assert did(sync(library)) == {"unchanged": 1, "copies": 1}
    old = next(library.store.articles())
    first.unlink()
    assert did(sync(library)) == {"unchanged": 1}
    assert list(library.store.articles()) == [replace(old, origin=str(folder / "b.md"))]
    sound(library)


def test_copy_becomes_an_article_of_its_own_when_the_first_changes(library, folder):
    first = write(folder / "a.md", "Harbour", "The harbour was closed.")
    shutil.copy(first, folder / "b.md")
    sync(library, [str(folder)])
    write(first, "Harbour", "The harbour was opened.")
    assert did(sync(library)) == {"changed": 1, "added": 1}
    assert sorted(article.text.strip() for article in library.store.articles()) == [
        "The harbour was closed.",
        "The harbour was opened.",
    ]
    sound(library)


def test_same_text_of_two_publishers_is_two_articles(library, folder):
    write(folder / "a.md", "Harbour", "The harbour was closed.", publisher="Gazette")
    write(folder / "b.md", "Harbour", "The harbour was closed.", publisher="Courier")
    assert did(sync(library, [str(folder)])) == {"added": 2}


def test_file_inside_a_listed_folder_is_not_doubled(library, folder):
    path = write(folder / "a.md", "Harbour", "The harbour was closed.")
    assert did(sync(library, [str(folder), str(path)])) == {"added": 1}
    assert library.store.sources() == [str(folder), str(path)]
    assert did(sync(library)) == {"unchanged": 1}
    assert did(remove(library, str(folder))) == {}
    assert titles(library) == ["Harbour"]
    assert did(remove(library, str(path))) == {"removed": 1}
    assert library.store.sources() == titles(library) == []


def test_only_the_named_source_is_checked(library, tmp_path):
    write(tmp_path / "one" / "a.md", "Harbour", "The harbour was closed.")
    write(tmp_path / "two" / "b.md", "Wheat", "Wheat was dear.")
    sync(library, [str(tmp_path / "one")])
    write(tmp_path / "one" / "c.md", "Barley", "Barley was cheap.")
    assert did(sync(library, [str(tmp_path / "two")])) == {"added": 1}
    assert titles(library) == ["Harbour", "Wheat"]
    assert did(sync(library)) == {"added": 1, "unchanged": 2}


def test_absent_source_is_a_failure_and_its_articles_stay(library, folder, tmp_path):
    write(folder / "a.md", "Harbour", "The harbour was closed.")
    sync(library, [str(folder)])
    folder.rename(tmp_path / "unplugged")
    report = sync(library)
    assert did(report) == {"unchanged": 1, "failed": 1}
    assert report.failed[0].origin == str(folder)
    assert titles(library) == ["Harbour"]
    assert library.store.failures() == list(report.failed)
    (tmp_path / "unplugged").rename(folder)
    assert did(sync(library)) == {"unchanged": 1}
    assert library.store.failures() == []


def test_unreadable_file_keeps_its_articles_and_is_listed_until_cured(library, folder):
    path = write(folder / "a.md", "Harbour", "The harbour was closed.")
    good = path.read_bytes()
    sync(library, [str(folder)])
    path.write_bytes(b"\x00\xff\x00\xfe" * 100)
    for _ in range(2):
        report = sync(library)
        assert did(report) == {"unchanged": 1, "failed": 1}
        assert [failure.origin for failure in library.store.failures()] == [str(path)]
    assert titles(library) == ["Harbour"]
    path.write_bytes(good)
    assert did(sync(library)) == {"unchanged": 1}
    assert library.store.failures() == []


def test_one_bad_file_does_not_stop_the_rest(library, folder):
    (folder / "bad.md").write_bytes(b"---\ntitle: [\n---\ntext")
    write(folder / "good.md", "Harbour", "The harbour was closed.")
    report = sync(library, [str(folder)])
    assert did(report) == {"added": 1, "failed": 1}
    assert all(failure.reason and failure.hint for failure in report.failed)


def records(path: Path, *articles: tuple[str, str]) -> None:
    path.write_text("".join(json.dumps({"title": title, "text": text}) + "\n" for title, text in articles))


def test_article_that_vanishes_from_a_file_of_several_is_removed(library, folder):
    harbour = ("Harbour", "The harbour was closed.")
    records(folder / "page.jsonl", harbour, ("Wheat", "Wheat was dear."), ("Barley", "Barley was cheap."))
    assert did(sync(library, [str(folder)])) == {"added": 3}
    records(folder / "page.jsonl", harbour, ("Barley", "Barley was dear too."), harbour)
    assert did(sync(library)) == {"unchanged": 1, "changed": 1, "removed": 1, "copies": 1}
    assert titles(library) == ["Barley", "Harbour"]
    sound(library)


def test_a_part_that_cannot_be_read_is_listed_until_its_file_is_mended(library, folder):
    path = folder / "page.jsonl"
    records(path, ("Harbour", "The harbour was closed."))
    path.write_text(path.read_text() + '{"title": "Wheat", "text": \n')
    report = sync(library, [str(folder)])
    assert did(report) == {"added": 1, "failed": 1}
    assert report.failed[0].origin == f"{path}: record 2"
    again = sync(library)
    assert did(again) == {"unchanged": 1, "failed": 1}
    assert library.store.failures() == list(report.failed) == list(again.failed)
    os.utime(path, (1, 1))  # looked at, and the same as before
    assert did(sync(library)) == {"unchanged": 1, "failed": 1}
    records(path, ("Harbour", "The harbour was closed."), ("Wheat", "Wheat was dear."))
    assert did(sync(library)) == {"added": 1, "unchanged": 1}
    assert library.store.failures() == []


def test_an_edited_article_keeps_its_old_versions_in_their_order(library, folder):
    path = folder / "a.md"
    texts = ["The harbour was closed.", "The harbour was closed on Monday.", "The harbour was closed."]
    for text in texts:
        write(path, "Harbour", text)
        sync(library, [str(folder)])
    (article,) = library.store.articles()
    versions = library.store.versions(article.id)
    assert [library.store.article(article.id, version).text for version in versions] == [texts[1], texts[2]]
    assert versions[-1] == article.version


def test_the_members_of_a_zip_archive_come_and_go_like_files(library, folder):
    def pack(**members: str) -> None:
        with zipfile.ZipFile(folder / "clips.zip", "w") as archive:
            for name, text in members.items():
                archive.writestr(f"{name}.md", f"---\ntitle: {name}\n---\n{text}")

    pack(Harbour="The harbour was closed.", Wheat="Wheat was dear.")
    assert did(sync(library, [str(folder)])) == {"added": 2}
    assert did(sync(library)) == {"unchanged": 2}
    pack(Harbour="The harbour was closed for good.", Barley="Barley was cheap.")
    assert did(sync(library)) == {"added": 1, "changed": 1, "removed": 1}
    assert [article.origin for article in library.store.articles()] == [
        str(folder / "clips.zip" / "Barley.md"), str(folder / "clips.zip" / "Harbour.md"),
    ]  # fmt: skip
    (folder / "clips.zip").write_bytes(b"broken")
    assert did(sync(library)) == {"unchanged": 2, "failed": 1}
    (folder / "clips.zip").unlink()
    assert did(sync(library)) == {"removed": 2}
    sound(library)


def test_a_pattern_is_a_source_whose_files_come_and_go(library, folder):
    write(folder / "a.md", "Harbour", "The harbour was closed.")
    write(folder / "deep" / "b.md", "Wheat", "Wheat was dear.")
    write(folder / "c.txt", "Barley", "Barley was cheap.")
    pattern = str(folder / "**" / "*.md")
    assert did(sync(library, [pattern])) == {"added": 2}
    (folder / "a.md").unlink()
    assert did(sync(library)) == {"unchanged": 1, "removed": 1}
    assert did(sync(library, [str(folder)])) == {"added": 1}  # the pattern's file stays with the pattern
    assert did(remove(library, str(folder))) == {"removed": 1}
    assert titles(library) == ["Wheat"]


def test_forgotten_article_leaves_nothing_and_stays_away(library, folder, tmp_path):
    path = write(folder / "a.md", "Harbour", "The zanzibarquay was closed.")
    write(folder / "b.md", "Wheat", "Wheat was dear.")
    sync(library, [str(folder)])
    article = next(article for article in library.store.articles() if article.title == "Harbour")
    forget(library, article.id)
    with pytest.raises(ArticleNotFound):
        library.store.article(article.id, article.version)
    assert found(library, "harbour zanzibarquay") == ["Wheat"]
    library.vectors.refresh()
    # chromadb fills unused room of its graph files with whatever this process has in memory, this test's text included.
    written = [
        p for p in (tmp_path / "index").rglob("*") if p.is_file() and p.name not in ("data_level0.bin", "length.bin")
    ]
    assert [p for p in written if b"zanzibarquay" in p.read_bytes()] == []
    shutil.copy(path, folder / "copy.md")
    os.utime(path, ns=(1, 1))
    assert did(sync(library)) == {"unchanged": 1}
    sound(library)
    write(path, "Harbour", "The harbour was opened.")
    assert did(sync(library)) == {"added": 1, "unchanged": 1}
    with pytest.raises(ArticleNotFound):
        forget(library, "nobody")


def test_forgotten_article_comes_back_when_its_source_is_added_again(library, folder):
    write(folder / "a.md", "Harbour", "The harbour was closed.")
    sync(library, [str(folder)])
    forget(library, next(library.store.articles()).id)
    assert did(sync(library, [str(folder)])) == {}
    remove(library, str(folder))
    assert did(sync(library, [str(folder)])) == {"added": 1}


def test_unknown_sources_are_refused(library, folder):
    with pytest.raises(SourceError, match="not there"):
        sync(library, [str(folder / "nowhere")])
    with pytest.raises(SourceError, match="no sources yet"):
        sync(library)
    with pytest.raises(SourceError, match="not a source"):
        remove(library, str(folder))
    assert library.store.sources() == []


def test_another_embedding_model_is_refused_and_rebuild_accepts_it(library, folder, tmp_path):
    write(folder / "a.md", "Harbour", "The harbour was closed.")
    kept = write(folder / "b.md", "Wheat", "Wheat was dear.")
    sync(library, [str(folder)])
    other = word_library(tmp_path / "index", WordModel("words@2", 32))
    write(folder / "c.md", "Barley", "Barley was cheap.")
    with pytest.raises(IndexMismatch) as refused:
        sync(other)
    assert "words@1" in str(refused.value) and "--rebuild" in refused.value.hint
    assert other.embedder.seen == []
    kept.write_bytes(b"\0\0")  # cannot be read again: the stored text is embedded
    report = sync(other, rebuild=True)
    assert did(report) == {"added": 1, "unchanged": 2, "failed": 1}
    assert found(other, "wheat dear")[0] == "Wheat"
    assert len(other.embedder.seen) == 3
    sound(other)
    other.close()
    with pytest.raises(IndexMismatch, match=r"words@2.*words@1"):
        sync(library)
    chunked = word_library(tmp_path / "index", WordModel("words@2", 32), chunk_tokens=100)
    with pytest.raises(IndexMismatch, match="chunk_tokens was 200 and is now 100"):
        sync(chunked)
    chunked.close()


def test_repair_makes_the_vector_index_again_without_embedding(library, folder, tmp_path):
    for number in range(5):
        write(folder / f"{number}.md", f"Title {number}", f"Word{number} was said.")
    sync(library, [str(folder)])
    before, seen = found(library, "word3"), len(library.embedder.seen)
    library.vectors.close()
    shutil.rmtree(tmp_path / "index" / "chroma")
    assert problems(library) == [f"The vector index in {tmp_path / 'index'} holds 0 chunks of 5."]
    with pytest.raises(IndexDamaged, match="0 chunks of 5"):  # rather than answering as if there were nothing
        found(library, "word3")
    done = []
    repair(library, done.append)
    assert done == [Progress(5, 5, "", 0)]
    assert found(library, "word3") == before
    assert len(library.embedder.seen) == seen
    sound(library)


def test_writing_heals_a_vector_index_that_was_lost(library, folder, tmp_path):
    write(folder / "a.md", "Harbour", "The harbour was closed.")
    sync(library, [str(folder)])
    library.vectors.close()
    shutil.rmtree(tmp_path / "index" / "chroma")
    write(folder / "b.md", "Wheat", "Wheat was dear.")
    assert did(sync(library)) == {"added": 1, "unchanged": 1}
    assert found(library, "harbour closed")[0] == "Harbour"
    sound(library)


def test_reader_that_fails_on_one_file_does_not_stop_the_rest(library, folder, monkeypatch):
    write(folder / "a.md", "Harbour", "The harbour was closed.")
    write(folder / "b.md", "Wheat", "Wheat was dear.")
    real = pipeline.formats.read

    def fails_on_a(page):
        if page.origin.endswith("a.md"):
            raise RecursionError("too deep")
        return real(page)

    monkeypatch.setattr(pipeline.formats, "read", fails_on_a)
    report = sync(library, [str(folder)])
    assert did(report) == {"added": 1, "failed": 1}
    assert report.failed[0].reason == f"{folder / 'a.md'} could not be read: RecursionError too deep"


def test_progress_tells_files_and_chunks(library, folder, monkeypatch):
    monkeypatch.setattr(pipeline, "_BATCH_ARTICLES", 2)
    for number in range(3):
        write(folder / f"{number}.md", f"Title {number}", f"Word{number} was said.")
    told: list[Progress] = []
    sync(library, [str(folder)], told.append)
    first, second, third = (str(folder / f"{number}.md") for number in range(3))
    assert list(dict.fromkeys(told)) == [
        Progress(0, 3, first, 0),  # read, not yet embedded
        Progress(2, 3, second, 2),  # a batch of two is embedded
        Progress(2, 3, third, 2),
        Progress(3, 3, third, 3),
    ]


def test_second_writer_is_refused_at_once(library, folder, tmp_path):
    write(folder / "a.md", "Harbour", "The harbour was closed.")
    other = word_library(tmp_path / "index")
    started = time.perf_counter()
    with library.store.writing(), pytest.raises(IndexLocked, match=str(os.getpid())):
        sync(other, [str(folder)])
    assert time.perf_counter() - started < 1
    assert did(sync(other, [str(folder)])) == {"added": 1}
    other.close()


class Crash(BaseException):
    """Stands for the end of the process: nothing may catch it."""


def crash(*_: object, **__: object) -> None:
    raise Crash


@pytest.mark.parametrize("step", ["strays", "vectors half in", "commit", "cleaning", "strays out"])
def test_crash_at_any_step_leaves_the_old_state_or_the_new(library, folder, tmp_path, monkeypatch, step):
    path = write(folder / "a.md", "Harbour", "The harbour was closed.")
    gone = write(folder / "b.md", "Wheat", "Wheat was dear.")
    sync(library, [str(folder)])
    write(path, "Harbour", "The harbour was opened.")
    write(folder / "c.md", "Barley", "Barley was cheap.")
    gone.unlink()
    old, new = ["Harbour", "Wheat"], ["Barley", "Harbour"]
    with monkeypatch.context() as patch:
        if step == "strays":
            patch.setattr(type(library.vectors), "add", crash)
        elif step == "vectors half in":
            add = type(library.vectors).add

            def half(vectors, chunks, rows, articles):
                add(vectors, chunks[:1], rows[:1], articles)
                raise Crash

            patch.setattr(type(library.vectors), "add", half)
        elif step == "commit":
            patch.setattr(Store, "raise_generation", crash)
        elif step == "cleaning":
            patch.setattr(type(library.vectors), "delete", crash)
        else:
            drop, calls = parts.books.drop_strays, []

            def drop_or_crash(connection, ids):
                calls.append(ids)  # the first is inside the commit, the second after the old vectors are out
                return drop(connection, ids) if len(calls) == 1 else crash()

            patch.setattr(parts.books, "drop_strays", drop_or_crash)
        with pytest.raises(Crash):
            sync(library)
    library.close()
    again = word_library(tmp_path / "index")
    committed = step in ("cleaning", "strays out")
    assert titles(again) == (new if committed else old)
    assert len(found(again, "the harbour was opened cheap dear", 9)) == 2
    assert (
        Keywords(again.store).search("opened", 5) != []
        if committed
        else Keywords(again.store).search("opened", 5) == []
    )
    sync(again)
    assert titles(again) == new
    sound(again)
    assert again.vectors.count() == 2
    again.close()


def test_ten_thousand_unchanged_files_are_checked_in_two_seconds(library, folder):
    for number in range(10_000):
        (folder / f"{number:05}.txt").write_text(f"Title {number}\n\nText {number}.")
    # Known as they are, without the minutes of reading and embedding them.
    rows = [
        (str(path), str(folder), (stat := path.stat()).st_size, stat.st_mtime_ns, "known") for path in folder.iterdir()
    ]
    with library.store.transaction() as connection:
        connection.execute("INSERT INTO sources VALUES (?, 1)", (str(folder),))
        connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?)", rows)
    assert sync(library).seconds < 2


@pytest.mark.parametrize("kept", sorted(path.name for path in INDEXES.iterdir() if path.is_dir()))
def test_index_of_every_released_version_opens_and_answers(tmp_path, kept):
    shutil.copytree(INDEXES / kept, tmp_path / "index")
    library = word_library(tmp_path / "index", WordModel(size=16))
    assert titles(library) == ["Harbour closed", "Wheat harvest", "经济"]
    assert found(library, "the harbour was closed on Monday", 1) == ["Harbour closed"]
    (article_id,) = (article.id for article in library.store.articles() if article.title == "经济")
    assert [hit[0].split(":")[0] for hit in Keywords(library.store).search("经济", 5)] == [article_id]
    assert manifest(library.store) == Manifest(kept, "all-MiniLM-L6-v2", "words@1", 16, 200)
    before = found(library, "tonnes of wheat")
    repair(library)
    assert found(library, "tonnes of wheat") == before
    sound(library)
    library.close()


SAME = "The harbour was closed on Monday."


def test_files_that_swap_their_names_keep_their_articles(library, folder):
    write(folder / "a.md", "Harbour", SAME)
    write(folder / "b.md", "Wheat", "Wheat was dear.")
    sync(library, [str(folder)])
    (folder / "a.md").rename(folder / "t")
    (folder / "b.md").rename(folder / "a.md")
    (folder / "t").rename(folder / "b.md")
    sync(library)
    assert titles(library) == ["Harbour", "Wheat"]
    assert did(sync(library)) == {"unchanged": 2}
    sound(library)


def test_a_copy_is_taken_up_when_its_original_changed_while_only_that_was_looked_at(library, tmp_path):
    one, two = write(tmp_path / "one" / "a.md", "Harbour", SAME), write(tmp_path / "two" / "b.md", "Harbour", SAME)
    assert did(sync(library, [str(one.parent), str(two.parent)])) == {"added": 1, "copies": 1}
    write(one, "Harbour", "The harbour is open again.")
    sync(library, [str(one.parent)])
    sync(library)
    assert sorted(article.text for article in library.store.articles()) == ["The harbour is open again.", SAME]
    sound(library)


def test_a_run_over_a_pattern_leaves_what_another_source_holds(library, folder):
    with zipfile.ZipFile(folder / "clips.zip", "w") as archive:
        archive.writestr("x.md", f"---\ntitle: Harbour\n---\n{SAME}")
    write(folder / "b.md", "Wheat", "Wheat was dear.")
    sync(library, [str(folder)])
    sync(library, [str(folder / "**" / "*.md")])
    assert titles(library) == ["Harbour", "Wheat"]


def test_a_folder_with_brackets_in_its_name_may_be_away_like_any_other(library, tmp_path):
    folder = tmp_path / "notes [2021]"
    write(folder / "a.md", "Harbour", SAME)
    write(tmp_path / "notes 2" / "other.md", "Wheat", "Wheat was dear.")
    assert did(sync(library, [str(folder)])) == {"added": 1}
    folder.rename(tmp_path / "away")
    report = sync(library)
    assert did(report) == {"unchanged": 1, "failed": 1}
    assert "is not there" in report.failed[0].reason
    assert did(remove(library, str(folder))) == {"removed": 1}


def test_a_failure_of_a_file_in_two_sources_is_cured_by_a_run_over_either(library, folder):
    path = write(folder / "sub" / "a.md", "Harbour", SAME)
    path.write_bytes(b"\0")
    sync(library, [str(folder), str(folder / "sub")])
    assert len(library.store.failures()) == 1
    write(path, "Harbour", SAME)
    sync(library, [str(folder)])
    assert library.store.failures() == []


def test_forgetting_a_text_forgets_it_wherever_it_stands(library, folder):
    write(folder / "a.md", "Harbour", SAME, publisher="Wire")
    write(folder / "b.md", "Harbour", SAME, publisher="Star")
    assert did(sync(library, [str(folder)])) == {"added": 2}
    forget(library, next(library.store.articles()).id)
    assert titles(library) == []
    sync(library)
    assert titles(library) == []
    sound(library)
