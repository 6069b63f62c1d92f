"""One process writes while four read; and a writer is killed at moments of its own choosing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import index_process
from word_model import found, word_library

from qa.indexing.library import problems
from qa.sync import sync

ROUNDS = 8


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, index_process.__file__, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_four_readers_see_the_old_state_or_the_new_while_one_writes(tmp_path: Path) -> None:
    index, folder = tmp_path / "index", tmp_path / "articles"
    folder.mkdir()
    library = word_library(index)
    index_process.write_round(folder, 0)
    sync(library, [str(folder)])
    library.close()
    readers = [start("read", index) for _ in range(4)]
    time.sleep(1.5)
    writer = start("write", index, folder, ROUNDS)
    said, errors = writer.communicate(timeout=120)
    (index / "done").touch()
    reports = []
    for reader in readers:
        out, wrong = reader.communicate(timeout=60)
        assert (reader.returncode, wrong) == (0, "")
        reports.append(json.loads(out))
    assert (writer.returncode, errors, said) == (0, "", "")
    for report in reports:
        assert report["searches"] > 3 and report["generations"] > 2, reports
        assert report["articles"] == index_process.ARTICLES + ROUNDS, reports
    library = word_library(index)
    assert problems(library) == []
    library.close()


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.2, 0.7, 1.3])
def test_killed_writer_leaves_an_index_that_the_next_run_completes(tmp_path: Path, seconds: float) -> None:
    index, folder = tmp_path / "index", tmp_path / "articles"
    folder.mkdir()
    library = word_library(index)
    index_process.write_round(folder, 0)
    sync(library, [str(folder)])
    library.close()
    before = word_library(index)
    generation = before.store.generation()
    writer = start("endless", index, folder)
    while before.store.generation() == generation and writer.poll() is None:
        time.sleep(0.01)
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=30)
    before.close()
    library = word_library(index)
    for article in library.store.articles():  # every article is whole, in one round or another
        chunks = library.store.article_chunks(article.id)
        assert chunks and all(chunk.version == article.version for chunk in chunks)
    index_process.write_round(folder, 999)
    assert sync(library).failed == ()
    assert problems(library) == []
    assert found(library, "News of fresh999", 1) == ["New 999"]
    assert library.vectors.count() == library.store.counts().chunks
    library.close()
