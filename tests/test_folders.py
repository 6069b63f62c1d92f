import os
import socket
import sys
import zipfile
from pathlib import Path

import pytest

from qa.articles import folders
from qa.articles.items import Found
from qa.errors import Unreadable
from qa.schema import Failure


def write(path: Path, text: str = "Text.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def listed(folder: Path) -> list[str]:
    """Paths of the files, and of the failures after "!", as they are found."""
    return [
        f"!{os.path.relpath(entry.origin, folder)}" if isinstance(entry, Failure) else os.path.relpath(entry, folder)
        for entry in folders.files(folder)
    ]


def only(path: Path) -> Found | Failure:
    (entry,) = folders.examined(path, str(path))
    return entry


def archive(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name, text)
    return path


def test_a_folder_is_walked_to_its_depth_in_one_order(tmp_path):
    for name in ("b.txt", "a.md", "deep/er/c.html", "deep/A.MD"):
        write(tmp_path / name)
    assert listed(tmp_path) == ["a.md", "b.txt", "deep/A.MD", "deep/er/c.html"]


def test_hidden_files_system_files_and_saved_page_parts_are_skipped(tmp_path):
    for name in (
        ".git/a.md", ".DS_Store", "Thumbs.db", "page.html", "page_files/ad.html", "page_files/ad.js", "x_files/a.md",
    ):  # fmt: skip
        write(tmp_path / name)
    assert listed(tmp_path) == ["page.html", "x_files/a.md"]


def test_ignored_files_are_skipped_as_git_would(tmp_path):
    write(tmp_path / ".gitignore", "drafts/\n*.log\n!kept.log\n# a comment\n[\n")
    write(tmp_path / "inner" / ".qaignore", "/private.md\n!shown.log\n")
    for name in (
        "a.md", "b.log", "kept.log", "drafts/c.md", "inner/private.md", "inner/deep/private.md", "inner/shown.log",
    ):  # fmt: skip
        write(tmp_path / name)
    assert listed(tmp_path) == ["a.md", "inner/deep/private.md", "inner/shown.log", "kept.log"]


def test_links_into_the_folder_are_passed_over_and_all_others_reported(tmp_path):
    outside = write(tmp_path / "outside" / "a.md").parent
    inside = write(tmp_path / "in" / "b.md").parent
    (inside / "again.md").symlink_to(inside / "b.md")
    (inside / "circle").symlink_to(inside)
    (inside / "file.md").symlink_to(outside / "a.md")
    (inside / "loop").symlink_to(inside / "loop")
    (inside / "nowhere.md").symlink_to(inside / "gone.md")
    (inside / "out").symlink_to(outside)
    assert listed(inside) == ["b.md", "!file.md", "!loop", "!nowhere.md", "!out"]
    reasons = {entry.reason for entry in folders.files(inside) if isinstance(entry, Failure)}
    assert reasons == {"a link out of the folder, which is not followed", "a link that leads nowhere or in a circle"}


def test_a_folder_named_like_a_file_is_a_folder(tmp_path):
    write(tmp_path / "notes.md" / "a.txt")
    assert listed(tmp_path) == ["notes.md/a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="names and files of other systems")
def test_strange_names_and_strange_files_are_read_or_reported(tmp_path):
    for name in ("two\nlines.md", "🗞️ news.md", " spaces .md", "-dash.md"):
        write(tmp_path / name)
    os.mkfifo(tmp_path / "pipe.md")
    with socket.socket(socket.AF_UNIX) as listening, open(os.fsencode(tmp_path) + b"/latin\xe9.md", "w"):
        listening.bind(str(tmp_path / "socket.md"))
        entries = {
            entry.origin: entry for path in folders.files(tmp_path) for entry in folders.examined(path, str(path))
        }
    read = sorted(os.path.basename(origin) for origin, entry in entries.items() if isinstance(entry, Found))
    assert read == [" spaces .md", "-dash.md", "two\nlines.md", "🗞️ news.md"]
    failed = {os.path.basename(origin): entry.reason for origin, entry in entries.items() if isinstance(entry, Failure)}
    assert failed == {
        "latin\\xe9.md": "its name holds bytes that are no characters",
        "pipe.md": "it is not a regular file but a device, pipe or socket",
        "socket.md": "it is not a regular file but a device, pipe or socket",
    }


def test_a_file_of_another_kind_is_reported(tmp_path):
    path = write(tmp_path / "picture.jpg")
    hint = "Save it as a PDF, as text (.txt, .md) or as a web page (.html)."
    assert only(path) == Failure(str(path), "not a kind of file Footnote reads", hint)


@pytest.mark.parametrize("name", ["article.php", "saved", "page.aspx"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<!DOCTYPE html><p>Text.", "text/html"),
        ("\n<!-- saved -->\n<HTML lang=en>", "text/html"),
        ('<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', "text/html"),
        ("%PDF-1.7\n", "application/pdf"),
    ],
)
def test_an_ending_that_says_nothing_gives_way_to_what_the_file_begins_with(tmp_path, name, text, kind):
    found = only(write(tmp_path / name, text))
    assert isinstance(found, Found)
    assert found.read().kind == kind


def test_bytes_are_read_or_the_reason_is_given(tmp_path):
    path = write(tmp_path / "a.md", "Text.")
    found = only(path)
    assert isinstance(found, Found)
    assert found.read().data == b"Text."
    path.unlink()
    with pytest.raises(Unreadable, match="vanished"):
        found.read()
    path.mkdir()
    with pytest.raises(Unreadable, match="is a folder"):
        found.read()


def test_a_huge_file_is_not_read_but_one_of_records_may_be_larger(tmp_path):
    for name, size, refused in (
        ("a.txt", folders.LARGEST + 1, "larger than 50 MB"),
        ("a.jsonl", folders.LARGEST_BY_LINES + 1, "larger than 500 MB"),
    ):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
        found = only(tmp_path / name)
        assert isinstance(found, Found)
        with pytest.raises(Unreadable, match=refused):
            found.read()


def test_a_file_that_changes_while_it_is_read_is_read_again_and_given_up_if_it_goes_on(tmp_path, monkeypatch):
    path = write(tmp_path / "a.md", "first")
    found = only(path)
    assert isinstance(found, Found)
    real, writes = Path.open, iter(["second, longer", None])

    def busy(self, *arguments):
        text = next(writes)
        opened = real(self, *arguments)
        if text is not None:
            self.write_text(text)
        return opened

    monkeypatch.setattr(Path, "open", lambda self, *a, **k: busy(self, *a) if a == ("rb",) else real(self, *a, **k))
    assert found.read().data == b"second, longer"
    writes = iter(["third, and longer still", "fourth", "fifth, again"])
    with pytest.raises(Unreadable, match="is being written just now"):
        found.read()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="file permissions do not hold for this user")
def test_a_forbidden_file_and_folder_are_reported(tmp_path):
    path = write(tmp_path / "a.md")
    found = only(path)
    path.chmod(0)
    with pytest.raises(Unreadable, match="may not be read"):
        found.read()
    (tmp_path / "closed").mkdir(mode=0)
    assert listed(tmp_path) == ["a.md", "!closed"]


def test_the_members_of_a_zip_archive_are_files_of_their_own(tmp_path):
    members = {"a.md": "One.", "deep/b.txt": "Two.", "picture.jpg": b"\xff"}
    never_meant = dict.fromkeys(("__MACOSX/a.md", ".hidden.md", "deep/.git/c.md", "deep/Thumbs.db"), "x")
    path = archive(tmp_path / "clips.zip", members | never_meant)
    entries = list(folders.examined(path, str(path)))
    found = [entry for entry in entries if isinstance(entry, Found)]
    assert [(entry.origin, entry.size) for entry in found] == [(f"{path}/a.md", 4), (f"{path}/deep/b.txt", 4)]
    assert [entry.read().data for entry in found] == [b"One.", b"Two."]
    (failure,) = (entry for entry in entries if isinstance(entry, Failure))
    assert (failure.origin, failure.reason) == (f"{path}/picture.jpg", "not a kind of file Footnote reads")


def test_a_member_that_changes_is_told_by_its_checksum(tmp_path):
    before = {
        e.origin: e for e in folders.examined(archive(tmp_path / "a.zip", {"a.md": "One.", "b.md": "Two."}), "a.zip")
    }
    after = {
        e.origin: e for e in folders.examined(archive(tmp_path / "a.zip", {"a.md": "One.", "b.md": "2wo."}), "a.zip")
    }
    assert before["a.zip/a.md"] == after["a.zip/a.md"]
    assert before["a.zip/b.md"] != after["a.zip/b.md"]


def test_members_that_lead_out_are_links_or_bombs_are_refused_and_the_others_read(tmp_path):
    link = zipfile.ZipInfo("link.md")
    link.external_attr = 0o120777 << 16
    path = archive(
        tmp_path / "a.zip", {"../out.md": "x", "/etc/a.md": "x", "bomb.txt": b"0" * 20_000_000, "b.md": "Two."}
    )
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(link, "/etc/passwd")
    entries = list(folders.examined(path, "a.zip"))
    assert [entry.origin for entry in entries if isinstance(entry, Found)] == ["a.zip/b.md"]
    assert {entry.origin: entry.reason for entry in entries if isinstance(entry, Failure)} == {
        "a.zip/../out.md": "its name leads out of the archive",
        "a.zip//etc/a.md": "its name leads out of the archive",
        "a.zip/bomb.txt": "would unpack to far more than an article needs",
        "a.zip/link.md": "a link, not a file",
    }


def test_a_broken_zip_archive_is_one_failure(tmp_path):
    path = archive(tmp_path / "a.zip", {"a.md": "One."})
    path.write_bytes(path.read_bytes()[:-20])
    assert isinstance(only(path), Failure)


def test_an_index_kept_among_the_articles_is_passed_over(tmp_path):
    write(tmp_path / "a.md")
    for name in ("articles.db", "write.lock", "chroma/data.bin"):
        write(tmp_path / "idx" / name)
    assert listed(tmp_path) == ["a.md"]
    assert folders.is_of_index(tmp_path / "idx" / "chroma" / "data.bin", tmp_path)
    assert not folders.is_of_index(tmp_path / "a.md", tmp_path)


def test_folders_may_be_nested_deeper_than_python_may_recurse(tmp_path):
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
    os.makedirs(deep)
    write(deep / "a.md")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(250)
    try:
        found = listed(tmp_path)
    finally:
        sys.setrecursionlimit(limit)
    assert len(found) == 1


def test_of_a_name_that_a_zip_archive_holds_twice_the_last_counts(tmp_path):
    path = archive(tmp_path / "a.zip", {"a.md": "Old."})
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as made:
        made.writestr("a.md", "Newer.")
    found = only(path)
    assert isinstance(found, Found)
    assert (found.size, found.read().data) == (6, b"Newer.")


def test_names_in_any_script_are_read_from_a_zip_archive(tmp_path):
    members = dict.fromkeys(("caf\u00e9\u00a0noir.md", "👩\u200d🌾.md", "港.md"), "Text.")
    assert all(isinstance(entry, Found) for entry in folders.examined(archive(tmp_path / "a.zip", members), "a.zip"))
