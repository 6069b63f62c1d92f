import io
import stat
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.articles import archives
from qa.errors import Unreadable
from qa.schema import Failure


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def names(data: bytes) -> list[str]:
    return [info.filename for info in archives.members(archives.guarded("a.zip", data))]


def with_flag(data: bytes, flag: int) -> bytes:
    """The same archive with a flag set on its first file, in both of its headers."""
    changed = bytearray(data)
    changed[data.index(b"PK\x03\x04") + 6] |= flag
    changed[data.index(b"PK\x01\x02") + 8] |= flag
    return bytes(changed)


def test_the_files_of_an_archive_come_in_its_order_without_hidden_ones():
    data = zipped({"b.txt": b"B", "a/c.txt": b"C", "a/": b"", "__MACOSX/b.txt": b"x", ".DS_Store": b"x", "a/.x/y": b""})
    assert names(data) == ["b.txt", "a/c.txt"]
    archive = archives.guarded("a.zip", data)
    assert archives.content("a.zip", archive, "a/c.txt") == b"C"
    assert archives.content("a.zip", archive, archive.getinfo("b.txt")) == b"B"
    assert archives.refused("a.zip", archive) == ()


@pytest.mark.parametrize("name", ["/etc/a.txt", "../a.txt", "a/../../b.txt", "C:\\a.txt", "a\\..\\b.txt", "a\x07.txt"])
def test_names_that_lead_out_of_the_archive_are_refused(name):
    archive = archives.guarded("a.zip", zipped({name: b"x", "good.txt": b"y"}))
    assert [info.filename for info in archives.members(archive)] == ["good.txt"]
    (failure,) = archives.refused("a.zip", archive)
    assert (failure.reason, failure.hint) == ("its name leads out of the archive", "Pack it again under a plain name.")


def test_links_are_refused():
    link = zipfile.ZipInfo("a.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, b"/etc/hosts")
    archive = archives.guarded("a.zip", out.getvalue())
    assert archives.members(archive) == []
    expected = Failure("a.zip/a.txt", "a link, not a file", "Pack the file that it points to.")
    assert archives.refused("a.zip", archive) == (expected,)


def test_files_with_a_password_are_named():
    data = with_flag(zipped({"a.txt": b"secret"}), 1)
    archive = archives.guarded("a.zip", data)
    expected = Failure("a.zip/a.txt", "needs a password", "Unpack it with its password and index the file.")
    assert (archives.members(archive), archives.refused("a.zip", archive)) == ([], (expected,))
    with pytest.raises(Unreadable, match=r"a\.zip/a\.txt needs a password"):
        archives.content("a.zip", archive, "a.txt")


def test_bombs_are_refused_before_anything_is_unpacked(monkeypatch):
    with pytest.raises(Unreadable, match="would unpack to far more than an article needs"):
        archives.guarded("a.zip", zipped({"a.txt": b"\0" * 2_000_000}))
    monkeypatch.setattr(archives, "MOST_BYTES", 100)
    with pytest.raises(Unreadable, match="would unpack to far more than an article needs"):
        archives.guarded("a.zip", zipped({"a.txt": bytes(range(101))}))
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    with pytest.raises(Unreadable, match="holds more than 1 files"):
        archives.guarded("a.zip", zipped({"a.txt": b"", "b.txt": b""}))


def test_a_declared_size_that_lies_yields_no_more_than_it_declares():
    data = bytearray(zipped({"a.txt": b"\0" * 500_000}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable, match=r"a\.txt cannot be unpacked"):
        archives.content("a.zip", archives.guarded("a.zip", bytes(data)), "a.txt")


def test_packing_that_cannot_be_undone_in_small_steps_is_refused():
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        with pytest.raises(Unreadable, match="packed in an unusual way"):
            archives.guarded("a.zip", zipped({"a.txt": b"x"}, method))


def test_an_office_file_with_a_password_says_so():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(Unreadable) as caught:
        archives.guarded("a.docx", data)
    assert str(caught.value) == "a.docx needs a password."


GOOD = zipped({"a.txt": b"Some text." * 20, "b/c.txt": b"More text."})


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=12), st.integers(0, len(GOOD)))
@example([(196, 0)], 0)  # a member with no name
def test_whatever_bytes_come_they_are_read_or_named_as_unreadable(changes, cut):
    data = bytearray(GOOD)
    for at, value in changes:
        data[at] = value
    for version in (bytes(data), bytes(data[:cut])):
        try:
            archive = archives.guarded("a.zip", version)
            for info in archives.members(archive):
                assert len(archives.content("a.zip", archive, info)) <= archives.MOST_BYTES
            assert all(failure.reason for failure in archives.refused("a.zip", archive))
        except Unreadable as error:
            assert str(error).startswith("a.zip") and error.hint
