import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.articles import pdfs
from qa.articles.items import Contents, Item
from qa.errors import Unreadable
from qa.schema import Failure

Words = tuple[float, float, float, str]  # left, baseline, size, words

OCR = "Recognise its text first, for instance with: ocrmypdf scan.pdf text.pdf - then index text.pdf"
PICTURE = b"q 300 0 0 400 50 300 cm /I1 Do Q"


def written(left: float, baseline: float, size: float, words: str) -> bytes:
    escaped = words.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %.1f Tf %.1f %.1f Td (%s) Tj ET" % (size, left, baseline, escaped)


def column(left: float, top: float, lines: list[str], size: float = 10) -> list[Words]:
    return [(left, top - 12 * at, size, line) for at, line in enumerate(lines)]


def page(*words: Words) -> bytes:
    return b"\n".join(written(*each) for each in words)


def pdf(pages: list[bytes], info: str = "", trailer: bytes = b"", turned: int = 0) -> bytes:
    """A PDF file of these content streams, in Helvetica, with a one-pixel picture /I1 to draw."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (7 + 2 * at) for at in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length 1 >>\nstream\n\x80\nendstream",
        b"<< %s >>" % info.encode("ascii"),
    ]
    for content in pages:
        packed = zlib.compress(content)
        objects.append(
            b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate %d /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> /XObject << /I1 4 0 R >> >> >>" % (turned, len(objects))
        )
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%s"
        b"trailer << /Size %d /Root 1 0 R /Info 5 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(out))
    )


def text_of(*pages: bytes) -> str:
    (item,) = pdfs.read("a.pdf", pdf(list(pages))).items
    return item.text


FIRST = [
    "The harbour of Long Quay opened again on Monday after",
    "eleven weeks of repairs, and four ships were waiting out-",
    "side the breakwater when the pilot boat put to sea. It was",
    "a well-known sight in former years.",
]
SECOND = [
    "The master of the port said the new quay wall would",
    "outlast the inter-",
    "national treaties that paid for it.",
]


def test_lines_become_paragraphs_and_hyphens_of_line_ends_go():
    words = [*column(50, 700, FIRST), *column(50, 640, SECOND[:1])]
    assert text_of(page(*words)) == (
        "The harbour of Long Quay opened again on Monday after eleven weeks of repairs, and four ships were waiting "
        "outside the breakwater when the pilot boat put to sea. It was a well-known sight in former years.\n\n"
        "The master of the port said the new quay wall would"
    )


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("an inter-", "national treaty", "an international treaty"),
        ("a well-", "known sight", "a well-known sight"),
        ("the Anglo-", "Saxon kings", "the Anglo-Saxon kings"),
        ("the years 2019-", "2021 were dry", "the years 2019-2021 were dry"),
        ("a small boat -", "and a net", "a small boat - and a net"),
        ("the quay—", "the old one", "the quay—the old one"),
        ("the tug-boat and the tug-", "boat", "the tug-boat and the tug-boat"),
    ],
)
def test_a_hyphen_at_a_line_end_goes_only_where_the_line_end_called_for_it(above, below, joined):
    assert text_of(page(*column(50, 700, [above, below]))) == joined


def test_an_indent_and_a_short_last_line_begin_paragraphs():
    indented = [*column(50, 700, FIRST[:2]), (62, 676, 10, "Then it rained for a week and nobody sailed anywhere")]
    assert text_of(page(*indented)).count("\n\n") == 1
    short = [*FIRST[:2], "side the wall.", "Then it rained for a week and nobody sailed anywhere"]
    assert text_of(page(*column(50, 700, short))).split("\n\n")[1].startswith("Then it rained")


def test_two_columns_are_read_one_after_the_other_whatever_order_they_are_drawn_in():
    left = [
        "The left column tells how",
        "the wall was built from",
        "stone that was cut in the",
        "hills above the town.",
    ]
    right = ["The right column tells how", "the wall was paid for by", "a tax on salt and on the", "boats of the rich."]
    rows = [words for pair in zip(column(50, 700, left), column(320, 700, right), strict=True) for words in pair]
    heading = (50, 740, 10, "A heading that spans both of the columns below it, from the left edge to the right edge")
    assert text_of(page(heading, *rows)) == "\n\n".join([heading[3], " ".join(left), " ".join(right)])


def test_a_table_is_read_by_rows():
    rows = [w for at in range(6) for w in ((50, 700 - 12 * at, 10, f"Port {at}"), (320, 700 - 12 * at, 10, f"{at} t"))]
    assert text_of(page(*rows)).startswith("Port 0 0 t")


def test_running_heads_and_page_numbers_go_and_pages_are_known_by_their_offsets():
    pages = [
        page((50, 800, 8, "Harbour Gazette"), *column(50, 700, body), (290, 40, 8, f"- {number} -"))
        for number, body in ((7, FIRST[:2]), (8, [*FIRST[2:], "", *SECOND]), (9, ["The end came in the year 1906."]))
    ]
    (item,) = pdfs.read("a.pdf", pdf(pages)).items
    assert item.text == (
        "The harbour of Long Quay opened again on Monday after eleven weeks of repairs, and four ships were waiting "
        "outside the breakwater when the pilot boat put to sea. It was a well-known sight in former years.\n\n"
        "The master of the port said the new quay wall would outlast the international treaties that paid for it.\n\n"
        "The end came in the year 1906."
    )
    assert item.pages == (0, item.text.index("side the breakwater"), item.text.index("The end came"))


def test_equal_first_lines_at_other_heights_are_no_running_heads():
    pages = [page(*column(50, 700 - 30 * at, ["Minutes of the meeting.", f"Item {at} was heard."])) for at in range(3)]
    assert text_of(*pages).count("Minutes of the meeting.") == 3


def test_pages_that_are_all_alike_keep_their_words():
    assert text_of(*[page((50, 700, 10, "Closed."))] * 3).count("Closed.") == 3


def test_a_turned_page_is_read_as_it_is_turned_and_stamps_in_the_margin_are_left_out():
    upwards = [
        b"BT /F1 10 Tf 0 1 -1 0 %d 100 Tm (%s) Tj ET" % (100 + 12 * at, w.encode()) for at, w in enumerate(SECOND)
    ]
    (item,) = pdfs.read("a.pdf", pdf([b"\n".join(upwards)], turned=90)).items
    assert item.text.endswith("would outlast the international treaties that paid for it.")
    stamped = page(*column(50, 700, FIRST)) + b"\nBT /F1 10 Tf 0 1 -1 0 20 300 Tm (copy 14) Tj ET"
    assert "copy" not in text_of(stamped)


def test_the_title_is_what_is_set_largest_and_is_no_part_of_the_text():
    words = [(50, 780, 20, "Long Quay opens"), (50, 756, 20, "again"), *column(50, 700, FIRST[:1])]
    (item,) = pdfs.read("2021.pdf", pdf([page(*words)], info="/Title (Microsoft Word - quay.docx)")).items
    assert (item.title, item.text) == ("Long Quay opens again", FIRST[0])


def test_a_cover_that_is_a_picture_does_not_hide_the_title():
    words = [(50, 780, 20, "Long Quay"), (50, 756, 10, "3 May 2021"), *column(50, 700, FIRST[:1])]
    (item,) = pdfs.read("a.pdf", pdf([PICTURE, page(*words)])).items
    assert (item.title, item.text, item.pages) == ("Long Quay", f"3 May 2021\n\n{FIRST[0]}", (0, 0))
    assert item.published == "2021-05-03"


def test_a_whole_article_with_everything_that_it_states():
    words = [
        (50, 780, 20, "Long Quay opens again"),
        (50, 756, 10, "By Ada Quill, 3 May 2021"),
        *column(50, 730, FIRST[:1]),
    ]
    info = "/Title (LONG QUAY OPENS AGAIN) /Author (Somebody Else) /CreationDate (D:19990101000000Z)"
    assert pdfs.read("a.pdf", pdf([page(*words), b""], info=info)) == Contents(
        (
            Item(
                title="Long Quay opens again",
                text=f"By Ada Quill, 3 May 2021\n\n{FIRST[0]}",
                author="Ada Quill",
                published="2021-05-03",
                dated_by="dateline",
                pages=(0, 26 + len(FIRST[0])),
            ),
        )
    )


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("3 May 2021", "2021-05-03"),
        ("Published: 3 May 2021", "2021-05-03"),
        ("LONG QUAY, 3 May 2021 — The port opened.", "2021-05-03"),
        ("LONG QUAY, May 3, 2021 (Wire) — The port opened.", "2021-05-03"),
        ("The port opened on 3 May 2021.", None),
        ("Updated 3 May 2021", None),
        ("03/04/2021", None),
        ("2021", None),
    ],
)
def test_an_article_is_dated_by_a_line_that_says_so_and_never_by_the_file(line, published):
    words = page((50, 780, 20, "Long Quay"), (50, 740, 10, line), *column(50, 700, FIRST))
    (item,) = pdfs.read("a.pdf", pdf([words], info="/CreationDate (D:19990101000000Z)")).items
    assert (item.published, item.dated_by) == (published, "dateline" if published else "unknown")


def test_the_hour_of_printing_is_no_date():
    words = [(50, 820, 8, "11/23/2026, 1:38 PM"), (50, 780, 20, "Long Quay"), *column(50, 700, FIRST)]
    (item,) = pdfs.read("a.pdf", pdf([page(*words)])).items
    assert item.published is None


def test_two_different_days_are_no_date():
    words = page((50, 780, 20, "Long Quay"), (50, 740, 10, "3 May 2021"), (50, 715, 10, "4 May 2021"))
    (item,) = pdfs.read("a.pdf", pdf([words])).items
    assert item.published is None


def test_a_scanned_pdf_is_named_as_such():
    for pages in ([PICTURE, PICTURE], [b""]):
        with pytest.raises(Unreadable) as caught:
            pdfs.read("scan.pdf", pdf(pages))
        assert str(caught.value) == "scan.pdf has no text, needs OCR: its pages are pictures or empty."
        assert caught.value.hint == OCR


def test_pages_that_are_pictures_are_named_and_blank_ones_are_not():
    text = page(*column(50, 700, FIRST[:1]))
    contents = pdfs.read("a.pdf", pdf([text, PICTURE, PICTURE, b"", text, PICTURE]))
    assert contents.failures == (Failure("a.pdf", "pages 2-3, 6 have no text, needs OCR", OCR),)
    assert contents.items[0].pages == (0, 55, 55, 55, 55, 108)
    assert pdfs.read("a.pdf", pdf([text, PICTURE])).failures[0].reason == "page 2 has no text, needs OCR"


def test_a_pdf_with_a_password_says_so():
    key = b"<%s>" % (b"00" * 32)
    secret = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >> /ID [%s %s]" % (key, key, key, key)
    with pytest.raises(Unreadable) as caught:
        pdfs.read("a.pdf", pdf([page((50, 700, 10, "Secret."))], trailer=secret))
    assert str(caught.value) == "a.pdf needs a password."


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"hello", pdf([page((50, 700, 10, "Cut."))])[:300]])
def test_a_truncated_pdf_is_damaged(data):
    with pytest.raises(Unreadable) as caught:
        pdfs.read("a.pdf", data)
    assert str(caught.value) == "a.pdf is damaged or no PDF file."


def test_files_beyond_all_measure_are_refused(monkeypatch):
    data = pdf([page((50, 700, 10, "Long."))] * 3)
    monkeypatch.setattr(pdfs, "MOST_PAGES", 2)
    with pytest.raises(Unreadable, match="more than 2 pages"):
        pdfs.read("a.pdf", data)
    monkeypatch.undo()
    monkeypatch.setattr(pdfs, "MOST_CHARACTERS", 12)
    with pytest.raises(Unreadable, match="more than 12 letters"):
        pdfs.read("a.pdf", data)


GOOD = pdf(
    [page((50, 800, 8, "Gazette"), (50, 760, 18, "A title"), *column(50, 700, FIRST)), page(*column(50, 700, SECOND))],
    info="/Title (A title) /Author (Ada Quill)",
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=20), st.integers(0, len(GOOD)))
def test_whatever_bytes_come_they_are_read_or_named_as_unreadable(changes, cut):
    data = bytearray(GOOD)
    for at, value in changes:
        data[at] = value
    for version in (bytes(data), bytes(data[:cut])):
        try:
            contents = pdfs.read("a.pdf", version)
        except Unreadable as error:
            assert str(error) and error.hint
        else:
            (item,) = contents.items
            assert item.text.strip() and item.title
            assert list(item.pages) == sorted(item.pages) and item.pages[-1] <= len(item.text)
            item.text.encode("utf-8")


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 500), st.integers(0, 800), st.sampled_from([8, 10, 18]), st.text("ab-. •é", max_size=30)
            ),
            max_size=12,
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=60, deadline=None)
def test_every_page_begins_where_it_is_said_to_begin(pages):
    try:
        (item,) = pdfs.read(
            "a.pdf", pdf([page(*((x, y, s, w.replace("•", "*")) for x, y, s, w in p)) for p in pages])
        ).items
    except Unreadable:
        return
    assert len(item.pages) == len(pages)
    assert list(item.pages) == sorted(item.pages) and item.pages[-1] <= len(item.text)
    assert "\n\n\n" not in item.text and not any(line != line.strip() for line in item.text.split("\n"))
