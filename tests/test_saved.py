from base64 import b64encode
from quopri import encodestring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles import saved, webpages
from qa.articles.items import Contents, Item
from qa.errors import Unreadable

URL = "https://quay.example/news/harbour"
PAGE = """\
<html lang="en"><head><title>The harbour opens</title></head><body><article><h1>The harbour opens</h1>
<p>The harbour opened on Monday after a long winter, the council said in a statement to readers.</p>
<p>It will take ships of every size, and “the ferries” will run each hour until dusk.</p></article></body></html>
"""
ITEM = Item(
    title="The harbour opens",
    text="The harbour opened on Monday after a long winter, the council said in a statement to readers.\n\n"
    "It will take ships of every size, and “the ferries” will run each hour until dusk.",
    url=URL,
    language="en",
)
FRAME = "Content-Type: text/html\nContent-ID: <frame@x>\nContent-Location: https://ads.example/\n\n<p>Buy a boat</p>"


def part(page: str = PAGE, transfer: str = "quoted-printable", charset: str = "utf-8", location: str = URL) -> str:
    data = page.encode(charset)
    body = b64encode(data) if transfer == "base64" else encodestring(data)
    return (
        f'Content-Type: text/html; charset="{charset}"\nContent-ID: <page@x>\n'
        f"Content-Transfer-Encoding: {transfer}\nContent-Location: {location}\n\n{body.decode()}"
    )


def archive(*parts: str, head: str = "", kind: str = 'related; type="text/html"') -> bytes:
    joined = "".join(f"--b1\n{one}\n" for one in parts)
    return (
        f"From: <Saved by Blink>\n{head}Subject: The harbour opens\nDate: Sat, 20 Mar 2021 10:00:00 -0000\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="b1"\n\n{joined}--b1--\n'
    ).encode()


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize(
    "data",
    [
        archive(part(), FRAME),
        archive(part(transfer="base64"), FRAME),
        archive(part(charset="utf-16", transfer="base64"), FRAME),
        archive(part(charset="cp1252"), FRAME),
        archive(FRAME, part(), kind='related; type="text/html"; start="<page@x>"'),
        archive("Content-Type: image/png\n\nx", part(location="cid:page"), head=f"Snapshot-Content-Location: {URL}\n"),
        archive('Content-Type: multipart/alternative; boundary="b2"\n\n--b2\n' + part() + "\n--b2--\n"),
        f"MIME-Version: 1.0\n{part()}".encode(),
    ],
)
def test_the_page_of_an_archive_is_read_with_its_address_and_never_the_day_of_saving(data, line_end):
    assert saved.read("a.mhtml", data.replace(b"\n", line_end)) == Contents((ITEM,))


def test_an_address_of_the_page_itself_counts_first_and_may_carry_the_date():
    page = PAGE.replace("<title>", '<link rel="canonical" href="https://quay.example/2021/03/20/harbour"><title>')
    (item,) = saved.read("a.mhtml", archive(part(page))).items
    assert (item.url, item.published) == ("https://quay.example/2021/03/20/harbour", "2021-03-20")
    (item,) = saved.read("a.mhtml", archive(part(location="https://quay.example/2020/01/02/harbour"))).items
    assert (item.published, item.dated_by) == ("2020-01-02", "address")


@pytest.mark.parametrize(
    ("location", "address"),
    [
        (f"https://quay.example/{'a' * 50}\n /b", f"https://quay.example/{'a' * 50}/b"),
        ("=?utf-8?Q?https://quay.example/caf=C3=A9?=", "https://quay.example/café"),
        ("file:///home/a.html", None),
        ("page.html", None),
        ("", None),
    ],
)
def test_only_a_web_address_is_an_address(location, address):
    assert saved.html_of("a.mhtml", archive(part("<p>Words.</p>", location=location)))[1] == address


def test_the_html_is_given_as_it_was_written():
    html, address = saved.html_of("a.mhtml", archive(part()))
    assert (html.replace("\r\n", "\n").strip(), address) == (PAGE.strip(), URL)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.mhtml does not look like a mail message."),
        (PAGE.encode(), "a.mhtml does not look like a mail message."),
        (archive("Content-Type: image/png\n\nx"), "a.mhtml holds no web page."),
        (archive(), "a.mhtml holds no web page."),
        (archive(part("<html></html>")), "a.mhtml holds no article text."),
    ],
)
def test_what_is_no_archive_of_an_article_is_named_as_such(data, message):
    with pytest.raises(Unreadable) as caught:
        saved.read("a.mhtml", data)
    assert str(caught.value) == message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("top", "address"),
    [
        (f"<!DOCTYPE html>\n<!-- saved from url=(0035){URL} -->\n<html>", URL),
        (f"<!-- saved from url=(0035){URL}--><html>", URL),
        (f"<html><!--\n Page saved with SingleFile \n url: {URL} \n saved date: Sat Mar 20 2021 10:00:00\n-->", URL),
        ("<!-- saved from url=(0014)about:internet -->", None),
        ("<!-- saved from url=(0020)file:///home/a.html -->", None),
        ("<!-- saved from url=(0020)javascript:alert(1) -->", None),
        (f"<p>saved from url=(0035){URL}</p>", None),
        (" " * 5000 + f"<!-- saved from url=(0035){URL} -->", None),
        ("", None),
    ],
)
def test_the_remark_of_a_browser_gives_the_address(top, address):
    assert webpages.saved_from(top + PAGE) == address


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_text_may_stand_at_the_top(before, after):
    for text in (
        before,
        f"{before}<!-- saved from url=(0001)https://{after}",
        f"<!--Page saved with SingleFile{after}",
    ):
        address = webpages.saved_from(text)
        assert address is None or (
            address in text and address.startswith("http") and not any(map(str.isspace, address))
        )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 30), st.binary(max_size=12)), max_size=6))
def test_no_damage_makes_reading_fail_otherwise_than_in_words(edits):
    data = archive(part(), FRAME)
    for place, length, put in edits:
        place %= len(data) + 1
        data = data[:place] + put + data[place + length :]
    try:
        contents = saved.read("a.mhtml", data)
    except Unreadable as error:
        assert str(error).startswith("a.mhtml")
        assert error.hint
        return
    assert all(item.title and item.text.strip() and item.published is None for item in contents.items)
