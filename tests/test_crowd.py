from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from parts import ARTICLES
from word_model import WordModel

from qa import assistant as module
from qa import shipped
from qa.assistant import Assistant
from qa.evaluation import crowd
from qa.settings import Settings

ROWS = [
    {"title": "Gold rises — again", "url": "https://wire.example/gold", "publish_date": "2025-03-04T05:06:07",
     "text": "Gold rose on Monday.\n\nSilver fell."},
    {"title": "", "url": None, "publish_date": None, "text": "灯塔 nobody signed this."},
    {"text": "Only a text.", "publish_date": "2025-03-05"},
]  # fmt: skip


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    """A crowd of three, named by the variable; the starter articles are those of the tests."""
    path = tmp_path / "bench" / crowd.FILE
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in ROWS)
    monkeypatch.setenv(crowd.VARIABLE, str(tmp_path / "bench"))
    folder = shipped.folder
    monkeypatch.setattr(shipped, "folder", lambda name: ARTICLES if name == "seeds" else folder(name))
    return path


@pytest.fixture
def model(monkeypatch) -> WordModel:
    made = WordModel()
    monkeypatch.setattr(module, "Embedder", lambda settings: made)
    return made


def gather(folder: Path, file: Path) -> tuple[list[str], list[tuple[int, int]]]:
    """Titles of the articles after gathering, and the progress that was told."""
    steps = []
    with Assistant(Settings(index=str(folder))) as assistant:
        crowd.gather(assistant, file, lambda step: steps.append((step.done, step.total)))
        assert assistant.failures() == []
        return [article.title for article in assistant.articles()], steps


def test_the_crowd_is_there_only_where_the_variable_names_a_folder_that_has_it(file, tmp_path, monkeypatch):
    assert crowd.data() == file
    monkeypatch.setenv(crowd.VARIABLE, str(tmp_path))
    assert crowd.data() is None
    monkeypatch.setenv(crowd.VARIABLE, "")
    assert crowd.data() is None
    monkeypatch.delenv(crowd.VARIABLE)
    assert crowd.data() is None


@pytest.mark.parametrize("index", ["", "starter", "archive", "elsewhere"])
def test_it_is_kept_beside_the_starter_index_whatever_index_is_in_use(tmp_path, index):
    assert crowd.folder(Settings(home=str(tmp_path), index=index)) == tmp_path / "starter" / "crowd"


def test_the_crowd_and_the_starter_articles_come_into_one_index(file, model, tmp_path):
    titles, steps = gather(tmp_path / "index", file)
    starter = {"Lanterns over Osmere", "灯塔", "A year of grain"}
    assert {"Gold rises — again", "Article 1", "Article 2"} | starter <= set(titles)
    assert len(titles) == len(ROWS) + len(list(ARTICLES.glob("*.md")))
    assert steps[-1][0] == steps[-1][1] > 0
    with Assistant(Settings(index=str(tmp_path / "index"))) as assistant:
        gold = next(article for article in assistant.articles() if article.title.startswith("Gold"))
    assert (gold.text.strip(), gold.url, gold.published, gold.language) == (
        ROWS[0]["text"], ROWS[0]["url"], "2025-03-04", "en"
    )  # fmt: skip


def test_the_second_time_nothing_is_written_or_embedded(file, model, tmp_path):
    titles, _ = gather(tmp_path / "index", file)
    assert any("Gold rose on Monday." in text for text in model.seen)
    model.seen.clear()
    folder = tmp_path / "index" / "articles"
    stamps = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert sorted(path.name for path in stamps) == ["00000.md", "00001.md", "00002.md"]
    assert gather(tmp_path / "index", file)[0] == titles
    assert model.seen == []
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == stamps


def test_an_interrupted_gathering_goes_on_where_it_was(file, model, tmp_path):
    gather(tmp_path / "index", file)
    (tmp_path / "index" / "articles" / "00001.md").unlink()
    model.seen.clear()
    titles, _ = gather(tmp_path / "index", file)
    assert "Article 1" in titles and model.seen == []
