import os
from pathlib import Path

import pytest

from qa.articles import sources
from qa.articles.sources import Found
from qa.errors import SourceError, Unreadable
from qa.schema import Failure


def write(path: Path, text: str = "Text.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def origins(folder: Path) -> list[str]:
    return [os.path.relpath(entry.origin, folder) for entry in sources.find(str(folder)) if isinstance(entry, Found)]


def test_a_folder_is_read_to_its_depth_in_one_order(tmp_path):
    for name in ("b.txt", "a.md", "deep/er/c.html", "deep/A.MD"):
        write(tmp_path / name)
    assert origins(tmp_path) == ["a.md", "b.txt", "deep/A.MD", "deep/er/c.html"]


def test_what_was_found_says_where_and_how_large(tmp_path):
    path = write(tmp_path / "a.md", "Twelve bytes")
    status = path.stat()
    assert list(sources.find(str(tmp_path))) == [Found(str(path), path, 12, status.st_mtime_ns)]
    assert list(sources.find(str(path))) == list(sources.find(str(tmp_path)))


def test_hidden_files_system_files_and_saved_page_parts_are_skipped(tmp_path):
    for name in (
        ".git/a.md",
        ".DS_Store",
        "Thumbs.db",
        "page.html",
        "page_files/ad.html",
        "page_files/ad.js",
        "x_files/a.md",
    ):
        write(tmp_path / name)
    assert [entry.origin for entry in sources.find(str(tmp_path))] == [
        str(tmp_path / "page.html"),
        str(tmp_path / "x_files" / "a.md"),
    ]


def test_links_are_not_followed(tmp_path):
    outside = write(tmp_path / "outside" / "a.md").parent
    inside = write(tmp_path / "in" / "b.md").parent
    (inside / "out").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "c.md").symlink_to(outside / "a.md")
    assert origins(inside) == ["b.md"]


def test_a_file_of_another_kind_is_reported(tmp_path):
    path = write(tmp_path / "picture.jpg")
    reason, hint = "not a kind of file Footnote reads", "Save it as text, Markdown or a web page"
    (failure,) = sources.find(str(tmp_path))
    assert isinstance(failure, Failure)
    assert (failure.origin, failure.reason) == (str(path), reason)
    assert failure.hint.startswith(hint)
    assert list(sources.find(str(path))) == [failure]


def test_an_absent_root_is_an_error_and_not_an_empty_folder(tmp_path):
    assert not sources.exists(str(tmp_path / "gone"))
    with pytest.raises(SourceError, match="is not there"):
        list(sources.find(str(tmp_path / "gone")))


@pytest.mark.parametrize("source", ["https://example.org/a", "www.example.org", "", "  ", "a\0b"])
def test_what_is_no_file_or_folder_is_refused(source):
    with pytest.raises(SourceError) as caught:
        sources.canonical(source)
    assert caught.value.hint


def test_one_source_has_one_spelling(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    spellings = {sources.canonical(words) for words in ("a", "./a/", "link", "~/a", str(tmp_path / "a"))}
    assert spellings == {str(tmp_path.resolve() / "a")}


def test_the_starter_articles_are_a_source_of_their_own():
    assert sources.canonical("starter") == "starter"
    assert sources.exists("starter")
    found = list(sources.find("starter"))
    assert found
    assert all(isinstance(entry, Found) and entry.origin.startswith("starter/") for entry in found)


def test_bytes_are_read_or_the_reason_is_given(tmp_path):
    path = write(tmp_path / "a.md", "Text.")
    found = Found(str(path), path, 5, 0)
    assert sources.read(found) == b"Text."
    path.unlink()
    with pytest.raises(Unreadable, match="vanished"):
        sources.read(found)
    path.mkdir()
    with pytest.raises(Unreadable, match="is a folder"):
        sources.read(found)


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(sources.LARGEST + 1)
    with pytest.raises(Unreadable, match="larger than 50 MB"):
        sources.read(Found(str(path), path, 0, 0))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="file permissions do not hold for this user")
def test_a_forbidden_file_and_folder_are_reported(tmp_path):
    path = write(tmp_path / "a.md")
    path.chmod(0)
    with pytest.raises(Unreadable, match="may not be read"):
        sources.read(Found(str(path), path, 5, 0))
    (tmp_path / "closed").mkdir(mode=0)
    assert any(isinstance(entry, Failure) for entry in sources.find(str(tmp_path)))
