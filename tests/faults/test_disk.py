"""A disk that fills up in the middle of a run. The system refuses every file of the process that grows beyond a limit,
which is the nearest to a full disk that needs no disk of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

import index_process
from word_model import found, word_library

from qa.indexing.library import problems
from qa.sync import sync

pytest.importorskip("resource", reason="this system has no limits on the size of files")

ARTICLES = 100


def test_a_full_disk_is_said_loses_nothing_and_the_next_run_goes_on(tmp_path: Path) -> None:
    index, folder = tmp_path / "index", tmp_path / "articles"
    folder.mkdir()
    index_process.put(folder / "first.md", "First", "The very first article tells of herring.")
    library = word_library(index)
    sync(library, [str(folder)])
    library.close()
    for number in range(ARTICLES):
        text = " ".join(f"Sentence {at} of fresh{number} tells of herring and of barley." for at in range(60))
        index_process.put(folder / f"{number}.md", f"Article {number}", text)
    limit = (index / "articles.db").stat().st_size + 250_000
    script = Path(index_process.__file__)
    run = subprocess.run(
        [sys.executable, script, "full", index, folder, str(limit)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["error"] == "IndexUnusable", told
    assert "cannot be written" in told["message"]
    assert "Free space" in told["hint"]
    library = word_library(index)
    kept = library.store.counts().articles
    assert 1 <= kept < ARTICLES
    assert found(library, "very first article", 1) == ["First"]
    for article in library.store.articles():
        assert library.store.article_chunks(article.id)
    report = sync(library)
    assert (report.added, report.unchanged, report.failed) == (ARTICLES + 1 - kept, kept, ())
    assert problems(library) == []
    assert library.vectors.count() == library.store.counts().chunks
    library.close()
