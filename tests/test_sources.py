import os
from pathlib import Path

import pytest

from qa.articles import sources
from qa.articles.fetch import Web
from qa.articles.items import Found
from qa.articles.web import Visitor
from qa.errors import SourceError
from qa.schema import Failure


def write(path: Path, text: str = "Text.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def find(source: object) -> list[Found | Failure]:
    with Web() as web:
        return list(sources.find(sources.canonical(str(source)), Visitor(web)))


def names(source: object, folder: Path) -> list[str]:
    return [os.path.relpath(entry.origin, folder) for entry in find(source)]


def test_a_folder_gives_its_files_and_a_file_itself(tmp_path):
    path = write(tmp_path / "a.md", "Twelve bytes")
    write(tmp_path / "deep" / "b.md")
    status = path.stat()
    (first, second) = find(tmp_path)
    assert (first.origin, first.size, first.mtime_ns) == (str(path), 12, status.st_mtime_ns)
    assert first.read().data == b"Twelve bytes"
    assert second.origin == str(tmp_path / "deep" / "b.md")
    assert find(path) == [first]


def test_a_pattern_gives_what_fits_it_and_says_nothing_of_the_rest(tmp_path):
    for name in ("a.md", "b.html", "notes/2021/c.md", "notes/d.md", "notes/.hidden.md", "picture.jpg"):
        write(tmp_path / name)
    assert names(tmp_path / "*.md", tmp_path) == ["a.md"]
    assert names(tmp_path / "**" / "*.md", tmp_path) == ["a.md", "notes/2021/c.md", "notes/d.md"]
    assert names(tmp_path / "notes" / "?.md", tmp_path) == ["notes/d.md"]
    assert names(tmp_path / "[ab].*", tmp_path) == ["a.md", "b.html"]
    assert names(tmp_path / "*.txt", tmp_path) == []


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    path = write(tmp_path / "a[1].md")
    write(tmp_path / "a1.md")
    assert [entry.origin for entry in find(path)] == [str(path)]


def test_a_source_holds_what_would_be_found_in_it(tmp_path):
    folder, pattern = str(tmp_path / "in"), sources.canonical(str(tmp_path / "in" / "**" / "*.md"))
    assert sources.holds(folder, f"{folder}/a.md")
    assert sources.holds(folder, folder)
    assert not sources.holds(folder, f"{folder}side/a.md")
    assert sources.holds(pattern, f"{folder}/deep/a.md")
    assert not sources.holds(pattern, f"{folder}/deep/a.txt")
    assert sources.holds("starter", "starter/a.md")
    assert not sources.holds("https://a.example/feed", "https://a.example/feed/entry")


def test_an_absent_root_is_an_error_and_not_an_empty_folder(tmp_path):
    pattern = sources.canonical(str(tmp_path / "was there" / "*.md")).replace(
        str(tmp_path), str(tmp_path / "was there")
    )
    for source in (str(tmp_path / "gone"), pattern):
        assert not sources.exists(str(source))
        with pytest.raises(SourceError, match="is not there"):
            find(source)


@pytest.mark.parametrize("source", ["ftp://example.org/a", "https://", "http://[", "", "  ", "a\0b"])
def test_what_is_no_source_is_refused(source):
    with pytest.raises(SourceError) as caught:
        sources.canonical(source)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("address", "spelling"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("HTTPS://example.org/A?b=C#part", "https://example.org/A?b=C"),
        ("www.example.org/news", "https://www.example.org/news"),
        ("http://example.org:8080/feed.xml", "http://example.org:8080/feed.xml"),
    ],
)
def test_an_address_has_one_spelling_and_is_not_asked_whether_it_exists(address, spelling):
    assert sources.canonical(address) == spelling
    assert sources.is_address(spelling)
    assert sources.exists(spelling)


def test_one_source_has_one_spelling(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    spellings = {sources.canonical(words) for words in ("a", "./a/", "link", "~/a", str(tmp_path / "a"))}
    assert spellings == {str(tmp_path.resolve() / "a")}
    assert {sources.canonical(words) for words in ("a/*.md", "./a/*.md", "link/*.md")} == {
        f"glob:{tmp_path / 'a'}//*.md"
    }
    assert sources.canonical(f"glob:{tmp_path / 'a'}//*.md") == f"glob:{tmp_path / 'a'}//*.md"


def test_the_starter_articles_are_a_source_of_their_own():
    assert sources.canonical("starter") == "starter"
    assert sources.exists("starter")
    found = find("starter")
    assert found
    assert all(isinstance(entry, Found) and entry.origin.startswith("starter/") for entry in found)


def test_a_pattern_below_a_folder_with_brackets_begins_there(tmp_path):
    write(tmp_path / "notes [2021]" / "a.md")
    assert sources.canonical(str(tmp_path / "notes [2021]" / "*.md")) == f"glob:{tmp_path / 'notes [2021]'}//*.md"
    assert names(tmp_path / "notes [2021]" / "*.md", tmp_path) == ["notes [2021]/a.md"]


def test_a_folder_that_a_pattern_could_not_look_into_is_said(tmp_path, monkeypatch):
    write(tmp_path / "a.md")
    write(tmp_path / "sub" / "b.md")
    real = os.scandir

    def closed(path):
        if os.path.basename(path) == "sub":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", closed)
    assert [(type(entry).__name__, os.path.basename(entry.origin)) for entry in find(tmp_path / "**" / "*.md")] == [
        ("Found", "a.md"), ("Failure", "sub"),
    ]  # fmt: skip
