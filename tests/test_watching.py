import threading
import time
from collections.abc import Iterator

import pytest

from qa.articles.watching import changed

PATIENCE = 20.0  # seconds


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def until(follower: Iterator[list[str]], wanted: list[str]) -> None:
    """Waits for a time at which exactly these have changed."""
    end = time.monotonic() + PATIENCE
    for touched in follower:
        if touched == wanted:
            return
        assert touched == []
        assert time.monotonic() < end
    raise AssertionError("the follower ended")


def test_first_everything_counts_and_then_what_has_changed(tmp_path, stop):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    follower = changed([str(one), str(two), "https://a.example/feed"], stop)
    assert next(follower) == [str(one), str(two)]
    (two / "deep").mkdir()
    (two / "deep" / "a.md").write_text("Text.")
    until(follower, [str(two)])
    (one / "b.md").write_text("Text.")
    until(follower, [str(one)])
    (one / "b.md").unlink()
    until(follower, [str(one)])


def test_hidden_files_do_not_count_but_ignore_rules_do(tmp_path, stop):
    follower = changed([str(tmp_path)], stop)
    next(follower)
    (tmp_path / ".a.md.swp").write_text("Text.")
    assert [next(follower) for _ in range(4)] == [[], [], [], []]
    (tmp_path / ".qaignore").write_text("drafts")
    until(follower, [str(tmp_path)])


def test_a_single_file_is_followed_also_when_an_editor_puts_another_in_its_place(tmp_path, stop):
    path, other = tmp_path / "a.md", tmp_path / "b.md"
    path.write_text("Text.")
    follower = changed([str(path)], stop)
    assert next(follower) == [str(path)]
    other.write_text("New text.")
    other.replace(path)
    until(follower, [str(path)])


def test_a_folder_that_vanishes_and_comes_back_counts_both_times(tmp_path, stop):
    folder, away = tmp_path / "drive", tmp_path / "away"
    folder.mkdir()
    follower = changed([str(folder)], stop)
    next(follower)
    folder.rename(away)
    until(follower, [str(folder)])
    away.rename(folder)
    until(follower, [str(folder)])
    (folder / "a.md").write_text("Text.")
    until(follower, [str(folder)])


def test_it_ends_when_it_is_told_to(tmp_path, stop):
    follower = changed([str(tmp_path)], stop)
    next(follower)
    stop.set()
    assert all(touched == [] for touched in follower)
