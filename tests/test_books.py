import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.articles import books
from qa.articles.items import Contents, Item
from qa.errors import Unreadable
from qa.schema import Failure

SIXTY = " ".join(["The keeper of the light wrote down each ship that passed, and each that did not."] * 4)
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
METADATA = (
    "<dc:title>The Lights of Long Quay</dc:title><dc:creator id='a'>Ada Quill</dc:creator>"
    "<dc:creator id='b'>Bo Binder</dc:creator><meta refines='#b' property='role'>bkp</meta>"
    "<dc:publisher>Harbour Press</dc:publisher><dc:language>en-GB</dc:language><dc:date>1999-05-03</dc:date>"
    "<meta property='dcterms:modified'>2020-01-02T03:04:05Z</meta>"
)
NAV = (
    "<nav epub:type='toc'><ol><li><a href='one.xhtml#start'>The <i>first</i> light</a></li>"
    "<li><a href='text/t%77o.xhtml'>The second light</a></li></ol></nav>"
)
NCX = (
    "<ncx xmlns='http://www.daisy.org/z3986/2005/ncx/'><navMap><navPoint><navLabel><text>By the old table</text>"
    "</navLabel><content src='one.xhtml'/></navPoint></navMap></ncx>"
)


def page(body: str, attributes: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body {attributes}>{body}</body></html>'
    )


def package(manifest: dict[str, str], spine: str, metadata: str = METADATA, guide: str = "") -> str:
    items = "".join(f"<item id='{key}' {rest}/>" for key, rest in manifest.items())
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine>{guide}</package>"
    )


def epub(pages: dict[str, str], spine: str = "", metadata: str = METADATA, guide: str = "", **more: str) -> bytes:
    """A book of these pages, by their paths below OEBPS; nav.xhtml and toc.ncx are what their names say."""
    kinds = {"nav.xhtml": "properties='nav'", "toc.ncx": "media-type='application/x-dtbncx+xml'"}
    manifest = {f"p{at}": f"href='{path}' {kinds.get(path, '')}" for at, path in enumerate(pages)}
    spine = spine or "".join(f"<itemref idref='p{at}'/>" for at in range(len(pages)))
    files = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package(manifest, spine, metadata, guide)}
    files |= {f"OEBPS/{path}": text for path, text in pages.items()} | more
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def text_of(body: str) -> str:
    (item,) = books.read("a.epub", epub({"one.xhtml": page(f"<p>{SIXTY}</p>{body}")})).items
    return item.text.removeprefix(SIXTY).strip("\n")


def test_a_whole_book():
    data = epub(
        {
            "nav.xhtml": page(NAV),
            "cover.xhtml": page(f"<p>{SIXTY}</p>", "epub:type='cover'"),
            "one.xhtml": page(f"<h1>The first light</h1><p>{SIXTY}</p>"),
            "short.xhtml": page("<p>For my mother.</p>"),
            "text/two.xhtml": page(f"<h2>II</h2><p>{SIXTY}</p>"),
            "text/three.xhtml": page(f"<h2>Of <i>fog</i></h2><p>{SIXTY}</p>"),
            "text/four.xhtml": page(f"<p>{SIXTY}</p>"),
        }
    )
    shared = {
        "publisher": "Harbour Press",
        "author": "Ada Quill",
        "published": "1999-05-03",
        "dated_by": "page metadata",
        "updated": "2020-01-02",
        "language": "en",
    }
    assert books.read("a.epub", data) == Contents(
        (
            Item(title="The first light", text=SIXTY, key="OEBPS/one.xhtml", **shared),
            Item(title="The second light", text=f"II\n\n{SIXTY}", key="OEBPS/text/two.xhtml", **shared),
            Item(title="Of fog", text=SIXTY, key="OEBPS/text/three.xhtml", **shared),
            Item(title="Of fog", text=SIXTY, key="OEBPS/text/four.xhtml", **shared),
        )
    )


def test_an_older_book_with_its_own_kind_of_table():
    metadata = (
        "<dc:title>Lights</dc:title><dc:creator opf:role='aut'>Ada Quill</dc:creator>"
        "<dc:creator opf:role='ill'>Bo Brush</dc:creator><dc:creator>Cy Pen</dc:creator>"
        "<dc:date opf:event='publication'>1901</dc:date><dc:date opf:event='modification'>2015-01-01</dc:date>"
    )
    guide = "<guide><reference type='copyright-page' href='rights.html#x'/></guide>"
    pages = {"toc.ncx": NCX, "rights.html": page(f"<p>{SIXTY}</p>"), "one.xhtml": page(f"<p>{SIXTY}</p>")}
    assert books.read("a.epub", epub(pages, "<itemref idref='p1'/><itemref idref='p2'/>", metadata, guide)).items == (
        Item(
            title="By the old table",
            text=SIXTY,
            author="Ada Quill, Cy Pen",
            published="1901",
            dated_by="page metadata",
            key="OEBPS/one.xhtml",
        ),
    )


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        ("<dc:date>2001-02</dc:date>", "2001-02"),
        ("<dc:date>2001-02-03T04:05:06+00:00</dc:date>", "2001-02-03"),
        ("<dc:date opf:event='creation'>2001-02-03</dc:date>", None),
        ("<dc:date>2001</dc:date><dc:date>2002</dc:date>", None),
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", None),
        ("<dc:date>03/04/2001</dc:date>", None),
    ],
)
def test_a_book_is_dated_by_its_publication_and_nothing_else(dates, published):
    (item,) = books.read("a.epub", epub({"one.xhtml": page(f"<p>{SIXTY}</p>")}, metadata=dates)).items
    assert (item.published, item.dated_by) == (published, "page metadata" if published else "unknown")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>One\n   two</p>\n<p> three </p>", "One two\n\nthree"),
        ("<div>One<p>two</p>three</div>", "One\n\ntwo\n\nthree"),
        ("<ul><li>One</li><li><p>two</p><p>more</p></li><li/></ul><p>After</p>", "- One\n- two\n\nmore\n\nAfter"),
        ("<p>It <b>was</b><!-- not --> so<script>alert(1)</script><style>p{}</style>.</p>", "It was so."),
        ("<p>One<br/>two</p>", "One\ntwo"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ("<p>Caf&eacute;&nbsp;&mdash; &amp;lt; &#8217;</p>", "Café\u00a0— &lt; ’"),
        ("<table><tr><td>Port</td><td>4</td></tr><tr><td>Quay</td><td>5</td></tr></table>", "Port | 4\n\nQuay | 5"),
        ("<ruby>光<rt>hikari</rt></ruby>", "光"),
        ("<p>Broken <b>markup & all</p>", "Broken markup & all"),
    ],
)
def test_text_is_what_a_browser_shows(body, text):
    assert text_of(body) == text


def test_pages_outside_the_reading_order_are_left_out():
    pages = {"one.xhtml": page(f"<p>{SIXTY}</p>"), "notes.xhtml": page(f"<h1>Notes</h1><p>{SIXTY}</p>")}
    spine = "<itemref idref='p0'/><itemref idref='p0'/><itemref idref='p1' linear='no'/><itemref idref='gone'/>"
    assert [item.title for item in books.read("a.epub", epub(pages, spine)).items] == ["The Lights of Long Quay"]


def test_a_chapter_that_is_missing_is_named_and_the_others_are_read():
    spine = "<itemref idref='p0'/><itemref idref='p1'/>"
    whole = epub({"one.xhtml": page(f"<p>{SIXTY}</p>"), "two.xhtml": "x"}, spine)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            if info.filename != "OEBPS/two.xhtml":
                target.writestr(info.filename, source.read(info))
    contents = books.read("a.epub", out.getvalue())
    assert len(contents.items) == 1
    reason = "a.epub is damaged: OEBPS/two.xhtml cannot be unpacked."
    hint = "Save or pack it again, or look for another copy."
    assert contents.failures == (Failure("a.epub/OEBPS/two.xhtml", reason, hint),)


def encryption(method: str) -> str:
    return (
        "<encryption xmlns:enc='http://www.w3.org/2001/04/xmlenc#'><enc:EncryptedData>"
        f"<enc:EncryptionMethod Algorithm='{method}'/></enc:EncryptedData></encryption>"
    )


def test_a_protected_book_is_named_as_such_and_scrambled_fonts_are_no_protection():
    pages = {"one.xhtml": page(f"<p>{SIXTY}</p>")}
    locked = encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    with pytest.raises(Unreadable) as caught:
        books.read("a.epub", epub(pages, **{"META-INF/encryption.xml": locked}))
    assert str(caught.value) == "a.epub is protected against copying, so its text cannot be read."
    fonts = encryption("http://www.idpf.org/2008/embedding")
    assert len(books.read("a.epub", epub(pages, **{"META-INF/encryption.xml": fonts})).items) == 1


def test_a_book_without_prose_says_so():
    with pytest.raises(Unreadable, match="holds no chapter with text"):
        books.read("a.epub", epub({"one.xhtml": page("<img src='a.png'/>")}))


@pytest.mark.parametrize("data", [b"", b"PK", epub({"one.xhtml": page("")})[:200]])
def test_a_damaged_book_says_so(data):
    with pytest.raises(Unreadable, match=r"a\.epub is damaged"):
        books.read("a.epub", data)


def test_entities_neither_swell_nor_read_files(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the marker", encoding="utf-8")
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    declared = f"<!DOCTYPE html [<!ENTITY l0 'lol'>{laughs}<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
    text = page(f"<p>{SIXTY}</p><p>&l11;&x;</p>").replace("<!DOCTYPE html>", declared)
    opf_bomb = epub({"one.xhtml": page(f"<p>{SIXTY}</p>")}, metadata="<dc:title>&l11;&x;</dc:title>")
    for data in (epub({"one.xhtml": text}), opf_bomb):
        try:
            contents = books.read("a.epub", data)
        except Unreadable:
            continue
        assert all("marker" not in item.text + item.title and len(item.text) < 1000 for item in contents.items)


GOOD = epub({"toc.ncx": NCX, "nav.xhtml": page(NAV), "one.xhtml": page(f"<h1>One</h1><p>{SIXTY}</p>")})


def agreeable(data: bytes) -> None:
    try:
        contents = books.read("a.epub", data)
    except Unreadable as error:
        assert str(error).startswith("a.epub") and error.hint
    else:
        assert contents.items and all(item.title and item.text.strip() for item in contents.items)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8), st.integers(0, len(GOOD)))
def test_whatever_bytes_come_they_are_read_or_named_as_unreadable(changes, cut):
    data = bytearray(GOOD)
    for at, value in changes:
        data[at] = value
    agreeable(bytes(data))
    agreeable(bytes(data[:cut]))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_stands_in_its_files_they_are_read_or_named_as_unreadable(data):
    texts = [CONTAINER, package({"p0": "href='one.xhtml'"}, "<itemref idref='p0'/>"), page(f"<p>{SIXTY}</p>"), NCX]
    for number, text in enumerate(texts):
        for _ in range(data.draw(st.integers(0, 2))):
            at = data.draw(st.integers(0, len(text)))
            text = text[:at] + data.draw(st.text("<>/&;\"'= a\x00é#:", max_size=4)) + text[at + 1 :]
        texts[number] = text
    names = ("META-INF/container.xml", "OEBPS/book.opf", "OEBPS/one.xhtml", "OEBPS/toc.ncx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in zip(names, texts, strict=True):
            archive.writestr(name, text)
    agreeable(out.getvalue())
