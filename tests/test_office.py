import io
import json
import socket
import struct
import subprocess
import zipfile

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import OxmlElement
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.articles import office
from qa.articles.items import Contents, Item
from qa.errors import Unreadable

HINT = "Open it with the program that made it and save it again, or save its text."
DOCUMENT = "word/document.xml"


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(*paragraphs: tuple[str, str], title: str = "", author: str = "") -> bytes:
    """A Word document of (style, text) paragraphs."""
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.author = author
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    return saved(document)


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The same archive with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(info.filename, content.replace(old, new) if info.filename == part else content)
    return out.getvalue()


def item(origin: str, data: bytes) -> Item:
    (found,) = office.read(origin, data).items
    return found


def test_a_whole_document():
    document = docx.Document()
    document.core_properties.author = "Somebody Else"
    document.add_paragraph("Long Quay opens again", style="Title")
    document.add_paragraph("By Ada Quill, 3 May 2021")
    document.add_paragraph("What happened", style="Heading 1")
    run = document.add_paragraph("The port ").add_run("opened\tat\nten.")
    run.bold = True
    for text in ("Four ships", "One tug"):
        document.add_paragraph(text, style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Port", "Ships", "Long Quay", "4"), strict=True):
        cell.text = text
    document.add_paragraph("“The end,” she said.")
    assert office.read("a.docx", saved(document)) == Contents(
        (
            Item(
                title="Long Quay opens again",
                text=(
                    "By Ada Quill, 3 May 2021\n\nWhat happened\n\nThe port opened\tat\nten.\n\n- Four ships\n- One tug"
                    "\n\nPort | Ships\nLong Quay | 4\n\n“The end,” she said."
                ),
                author="Ada Quill",
                published="2021-05-03",
                dated_by="dateline",
            ),
        )
    )


@pytest.mark.parametrize(
    ("paragraphs", "stated", "title", "text"),
    [
        ([("Title", "One"), ("Normal", "Two")], "Three", "One", "Two"),
        ([("Heading 1", "One"), ("Normal", "Two")], "Three", "Three", "One\n\nTwo"),
        ([("Heading 1", "One"), ("Normal", "Two")], "Microsoft Word - a.docx", "One", "Two"),
        ([("Normal", "One"), ("Normal", "Two")], "", "One", "Two"),
        ([("Normal", "One")], "Untitled", "One", "One"),
    ],
)
def test_the_title_is_what_people_called_it(paragraphs, stated, title, text):
    found = item("a.docx", word(*paragraphs, title=stated))
    assert (found.title, found.text) == (title, text)


@pytest.mark.parametrize(("stated", "author"), [("Ada Quill", "Ada Quill"), ("python-docx", None), ("aquill", None)])
def test_the_author_is_a_name_and_the_file_is_no_date(stated, author):
    found = item("a.docx", word(("Normal", "Text."), author=stated))
    assert (found.author, found.published, found.dated_by) == (author, None, "unknown")


def test_changes_that_are_tracked_are_read_as_accepted():
    document = docx.Document()
    paragraph = document.add_paragraph("The port ")
    for tag, text_tag, words in (("w:del", "w:delText", "closed"), ("w:ins", "w:t", "opened")):
        change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        text.text = words
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    assert item("a.docx", saved(document)).text == "The port opened"


def test_entities_neither_swell_nor_read_files(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the marker", encoding="utf-8")
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    doctype = f"?>\n<!DOCTYPE w:document [<!ENTITY l0 'lol'>{laughs}<!ENTITY x SYSTEM '{secret.as_uri()}'>]>".encode()
    sheet, deck = openpyxl.Workbook(), pptx.Presentation()
    sheet.active.append(["Text."])
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Text."
    for name, data, part in (
        ("a.docx", word(("Normal", "Text.")), DOCUMENT),
        ("a.xlsx", saved(sheet), "xl/sharedStrings.xml"),
        ("a.xlsx", saved(sheet), "xl/workbook.xml"),
        ("a.pptx", saved(deck), "ppt/slides/slide1.xml"),
    ):
        data = rewritten(rewritten(data, part, b"Text.", b"Text. &l11; &x;"), part, b"?>", doctype)
        try:
            found = item(name, data)
        except Unreadable:
            continue
        assert "marker" not in found.text + found.title and len(found.text) < 1000


def test_a_bomb_in_a_document_is_refused():
    data = rewritten(word(("Normal", "Text.")), DOCUMENT, b"Text.", b" " * 30_000_000)
    with pytest.raises(Unreadable, match=r"a\.docx would unpack to far more"):
        office.read("a.docx", data)


def test_a_document_with_a_password_says_so():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    for name in ("a.docx", "a.xlsx", "a.pptx"):
        with pytest.raises(Unreadable) as caught:
            office.read(name, data)
        assert str(caught.value) == f"{name} needs a password."


def test_a_document_without_text_says_so():
    with pytest.raises(Unreadable, match=r"a\.docx holds no text"):
        office.read("a.docx", word())


def test_sheets_are_rows_with_their_cells():
    book = openpyxl.Workbook()
    book.active.title = "Ports & co"
    for row in (["Port", "Ships_now", "When"], ["Long Quay *new*", 4], ["A <x> & y", 2.5, "3 May"], [], ["é “q”", 1]):
        book.active.append(row)
    assert item("ports.xlsx", saved(book)) == Item(
        title="ports",
        text=("Ports & co\n\nPort | Ships_now | When\nLong Quay *new* | 4\nA <x> & y | 2.5 | 3 May\né “q” | 1"),
    )


def test_a_cell_far_out_does_not_fill_the_memory():
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    with pytest.raises(Unreadable, match=r"a\.xlsx has a sheet of more than 2,000,000 cells"):
        office.read("a.xlsx", saved(book))


def test_old_sheets_are_read():
    def label(row: int, column: int, words: bytes) -> bytes:
        return struct.pack("<HHHH3sB", 4, 8 + len(words), row, column, b"\0\0\0", len(words)) + words

    cells = b"".join(
        label(*cell) for cell in ((0, 0, b"Port"), (0, 1, b"Ships"), (1, 0, b"Long Quay"), (1, 1, b"four"))
    )
    data = struct.pack("<HHHH", 9, 4, 2, 16) + cells + struct.pack("<HH", 10, 0)
    assert item("ports.xls", data).text.endswith("Port | Ships\nLong Quay | four")


def test_a_document_from_an_address_without_an_ending_is_read():
    assert item("https://example.org/paper?id=4", word(("Title", "One"), ("Normal", "Two"))).text == "Two"


def test_every_ending_has_its_converter():
    assert sorted([*office._CONVERTED, ".docx"]) == list(office.ENDINGS)


def test_slides_are_read_in_their_order():
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text, first.placeholders[1].text = "Long Quay", "First *point*\nSecond_point <b>"
    first.notes_slide.notes_text_frame.text = "Say hello."
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "The end"
    assert item("a.pptx", saved(deck)) == Item(
        title="Long Quay", text="First *point*\nSecond_point <b>\n\nNotes:\n\nSay hello.\n\nThe end"
    )


def test_notebooks_keep_their_markdown_and_code():
    cells = [
        {"cell_type": "markdown", "source": ["# Harbour\n", "Some *text*."]},
        {"cell_type": "code", "source": ["ships = 4"], "outputs": []},
    ]
    data = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()
    assert item("a.ipynb", data) == Item(title="Harbour", text="Some *text*.\n\n```python\nships = 4\n```")


def mail(streams: dict[str, str]) -> bytes:
    """An Outlook mail: a compound file whose short streams all lie in the small-sector stream."""
    small, entries, links = b"", [], []
    for name, text in streams.items():
        data = text.encode("utf-16-le")
        count = -(-len(data) // 64)
        entries.append((name, 2, len(links), len(data)))
        links += [len(links) + at + 1 for at in range(count - 1)] + [0xFFFFFFFE]
        small += data.ljust(count * 64, b"\0")
    folders = -(-(len(entries) + 1) // 4)
    body = -(-len(small) // 512)
    chain = [0xFFFFFFFD]
    for length in (folders, 1, body):
        chain += [len(chain) + at + 1 for at in range(length - 1)] + [0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (128 - len(chain))
    directory = b""
    for at, (name, kind, start, size) in enumerate([("Root Entry", 5, folders + 2, len(small)), *entries]):
        title = name.encode("utf-16-le") + b"\0\0"
        right = at + 1 if 0 < at < len(entries) else 0xFFFFFFFF
        child = 1 if at == 0 else 0xFFFFFFFF
        directory += struct.pack(
            "<64sHBBIII16sIQQIQ", title, len(title), kind, 1, 0xFFFFFFFF, right, child, b"", 0, 0, 0, start, size
        )
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b""),
        *(0, 1, 1, 0, 4096, folders + 1, 1, 0xFFFFFFFE, 0, 0),
    )
    return (
        head
        + b"\xff" * (512 - len(head))
        + struct.pack("<128I", *chain)
        + directory.ljust(folders * 512, b"\0")
        + struct.pack("<128I", *links, *[0xFFFFFFFF] * (128 - len(links)))
        + small.ljust(body * 512, b"\0")
    )


def test_outlook_mails_have_a_subject_and_a_sender():
    streams = {
        "0037001F": "Long Quay",
        "0C1F001F": "Ada Quill",
        "0E04001F": "The town",
        "1000001F": "It opened.\r\nSoon.",
    }
    data = mail({f"__substg1.0_{name}": text for name, text in streams.items()})
    assert item("a.msg", data) == Item(title="Long Quay", text="It opened.\nSoon.", author="Ada Quill")


@pytest.mark.parametrize("ending", office.ENDINGS)
@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG\r\n"])
def test_what_is_no_office_file_is_named_as_unreadable(ending, data):
    with pytest.raises(Unreadable) as caught:
        office.read("a" + ending, data)
    assert str(caught.value) in (
        f"a{ending} cannot be read as the kind of file that its name says.",
        f"a{ending} is damaged.",
    )


def test_nothing_is_fetched_printed_or_started(monkeypatch, capsys):
    def forbidden(*args, **kwargs):
        raise AssertionError("a program or a socket")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(subprocess, "Popen", forbidden)
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Quay"
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Wall"
    assert item("a.pptx", saved(deck)).text == "Wall"
    with pytest.raises(Unreadable):
        office.read("a.xls", mail({"__substg1.0_0037001F": "Quay"}) + b"x")
    assert capsys.readouterr() == ("", "")


SHEET = openpyxl.Workbook()
SHEET.active.append(["Port", "Ships"])
DECK = pptx.Presentation()
DECK.slides.add_slide(DECK.slide_layouts[0]).shapes.title.text = "Quay"
FILES = {
    "a.docx": word(("Title", "One"), ("List Bullet", "Two")),
    "a.xlsx": saved(SHEET),
    "a.pptx": saved(DECK),
    "a.msg": mail({"__substg1.0_0037001F": "Quay", "__substg1.0_1000001F": "Text."}),
    "a.ipynb": b'{"cells": [{"cell_type": "markdown", "source": ["# One", "two"]}], "metadata": {}}',
}


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8), cut=st.floats(0, 1))
def test_whatever_bytes_come_they_are_read_or_named_as_unreadable(name, places, cut):
    data = bytearray(FILES[name])
    for place, value in places:
        data[min(len(data) - 1, int(place * len(data)))] = value
    for version in (bytes(data), bytes(data[: int(cut * len(data))])):
        try:
            found = item(name, version)
        except Unreadable as error:
            assert str(error).startswith(name) and error.hint
        else:
            assert found.title and found.text.strip()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.floats(0, 1), words=st.binary(max_size=6), drop=st.integers(0, 30))
def test_whatever_stands_in_a_document_it_is_read_or_named_as_unreadable(at, words, drop):
    with zipfile.ZipFile(io.BytesIO(FILES["a.docx"])) as archive:
        whole = archive.read(DOCUMENT)
    place = int(at * len(whole))
    try:
        found = item(
            "a.docx", rewritten(FILES["a.docx"], DOCUMENT, whole, whole[:place] + words + whole[place + drop :])
        )
    except Unreadable as error:
        assert str(error).startswith("a.docx") and error.hint
    else:
        assert found.title and found.text.strip()
