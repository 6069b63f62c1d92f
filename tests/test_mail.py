from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles import mail
from qa.articles.items import Contents, Item
from qa.errors import Unreadable

NO_TEXT = "Open it in your mail program, and save its text if it has any."
LETTER = """\
From: "Rowe, Mary" <mary@rowe.example>
To: editor@quay.example
Subject: The ferry on Sundays
Date: Sat, 20 Mar 2021 23:30:00 -0500
Message-ID: <1@rowe.example>

The ferry did not run on Sunday.

Nobody had told us.
"""
ITEM = Item(
    title="The ferry on Sundays",
    text="The ferry did not run on Sunday.\n\nNobody had told us.",
    author="Rowe, Mary",
    published="2021-03-20",
    dated_by="mail header",
    key="<1@rowe.example>",
)
PAGE = """\
<html lang="en"><head><title>Quay Letter</title></head><body><table><tr><td>
<p><a href="https://quay.example/view">View this email in your browser</a></p>
<h1>The harbour opens</h1>
<p>The harbour opened on Monday after a long winter, the council said in a statement to readers.</p>
<p>It will take ships of every size, and “the ferries” will run each hour until dusk.</p>
</td></tr><tr><td><p>You are receiving this because you signed up. Unsubscribe</p></td></tr></table></body></html>
"""
PAGE_TEXT = (
    "The harbour opened on Monday after a long winter, the council said in a statement to readers.\n\n"
    "It will take ships of every size, and “the ferries” will run each hour until dusk."
)


def eml(headers: str, body: str = "The text.\n") -> bytes:
    return f"{dedent(headers).strip()}\n\n{body}".encode()


def only(data: bytes) -> Item:
    contents = mail.read("a.eml", data)
    assert contents.failures == ()
    (item,) = contents.items
    return item


def newsletter(plain: str | None = "See it online: https://quay.example/view", page: str = PAGE) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Quay Letter <news@quay.example>"
    message["Subject"] = "This week on the quay"
    message["Date"] = "Mon, 01 Mar 2021 08:00:00 +0000"
    message["List-Id"] = "<letter.quay.example>"
    if plain is None:
        message.set_content(page, subtype="html")
    else:
        message.set_content(plain)
        message.add_alternative(page, subtype="html")
    return message


NEWSLETTER = Item(
    title="This week on the quay",
    text=PAGE_TEXT,
    publisher="Quay Letter",
    published="2021-03-01",
    dated_by="mail header",
    language="en",
)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_letter_is_one_article_of_its_writer_on_the_day_of_its_header(line_end):
    assert mail.read("a.eml", LETTER.replace("\n", line_end).encode()) == Contents((ITEM,))


@pytest.mark.parametrize("plain", ["See it online: https://quay.example/view", None, ""])
def test_a_newsletter_is_read_from_its_page_without_what_only_manages_it(plain):
    assert only(newsletter(plain).as_bytes()) == NEWSLETTER


def test_the_plain_text_is_read_where_the_page_says_less():
    text = "The mayor spoke. " * 60
    page = "<p>The mayor spoke to the people of the town on the quay today.</p>"
    assert only(newsletter(text, page).as_bytes()) == replace(NEWSLETTER, text=text.strip(), language=None)


def test_a_table_with_header_cells_is_no_layout():
    data = "<table><tr><th>Year</th><th>Tonnes</th></tr><tr><td>2020</td><td>41</td></tr></table>"
    around = f"<table><tr><td>{data}</td></tr></table>"
    assert mail._without_layout(around) == f"<div><div><div>{data}</div></div></div>"
    assert mail._without_layout("</td><table <td>") == "</div><table <div>"


@pytest.mark.parametrize(
    ("headers", "publisher", "author"),
    [
        ("From: Mary Rowe <m@rowe.example>", None, "Mary Rowe"),
        ("From: m@rowe.example (Mary Rowe)", None, "Mary Rowe"),
        ("From: m@rowe.example", None, None),
        ('From: "m@rowe.example" <m@rowe.example>', None, None),
        ("From: Quay Letter <n@quay.example>\nList-Unsubscribe: <https://quay.example/u>", "Quay Letter", None),
        ("From: Quay Letter <n@quay.example>\nPrecedence: Bulk", "Quay Letter", None),
        ('From: n@quay.example\nList-Id: "Quay List" <l.quay.example>', "Quay List", None),
        ("From: Mary Rowe <m@rowe.example>\nList-Id: Quay List <l.quay.example>\nList-Post: <mailto:l@quay.example>",
         "Quay List", "Mary Rowe"),
        ("From: =?utf-8?q?Ren=C3=A9e?= =?utf-8?b?IE7DqA==?= <r@quay.example>", None, "Renée Nè"),
        ("Subject: x", None, None),
    ],
)  # fmt: skip
def test_a_list_publishes_and_a_person_writes(headers, publisher, author):
    item = only(eml(headers))
    assert (item.publisher, item.author) == (publisher, author)


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("Sat, 20 Mar 2021 00:10:00 +1300", "2021-03-20"),
        ("20 Mar 2021 23:59 GMT", "2021-03-20"),
        ("2021-03-20", "2021-03-20"),
        ("Fri, 31 Feb 2021 10:00:00 +0000", None),
        ("Fri, 1 Jan 2999 10:00:00 +0000", None),
        ("yesterday", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_the_date_is_the_one_that_the_header_states_where_it_can_be(date, iso):
    item = only(eml(f"From: a@b.example\nDate: {date}"))
    assert (item.published, item.dated_by) == (iso, "mail header" if iso else "unknown")


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: Ferries", "Ferries"),
        ("RE[2]: Fwd: FW: Ferries", "Ferries"),
        ("Reform: what now", "Reform: what now"),
        ("=?iso-8859-1?q?Caf=E9?= open", "Café open"),
        ("=?utf-8?b?w4Q=?=\n =?utf-8?b?w4Q=?=", "ÄÄ"),
        ("=?utf-8?b?w?= x", "=?utf-8?b?w?= x"),
        ("=?rot13?q?abc?=", "abc"),
        ("a=?utf-8?q?=0D=0ABcc:_x=00?=", "a Bcc: x"),
        ("Überall", "Überall"),
        ("", "The text."),
    ],
)
def test_the_title_is_the_decoded_subject_in_one_line(subject, title):
    assert only(eml(f"From: a@b.example\nSubject: {subject}")).title == title


def test_a_header_in_raw_western_european_is_read():
    assert only(b"Subject: Caf\xe9\n\nThe text.\n").title == "Café"


def test_the_address_is_the_one_at_which_the_message_is_archived():
    headers = "Subject: x\nList-Archive: <https://lists.example/all>\nArchived-At: <https://lists.example/all/7>"
    assert only(eml(headers)).url == "https://lists.example/all/7"
    assert only(eml("Subject: x\nArchived-At: <mailto:a@lists.example>")).url is None


def test_flowed_lines_are_joined():
    head = "Subject: x\nContent-Type: text/plain; charset=utf-8; format=flowed"
    body = "The ferry \ndid not run \non Sunday.\n From here.\n\nTwo \n> quoted \n> words\nthree.\n-- \nMary \nRowe\n"
    assert only(eml(head, body)).text == "The ferry did not run on Sunday.\nFrom here.\n\nTwo\n\nthree."
    assert only(eml(head + "; delsp=yes", "海の \n港。\n")).text == "海の港。"


def test_what_a_reply_quotes_and_the_signature_are_dropped():
    body = "I agree.\n\nOn Sat, 20 Mar 2021, Mary\nRowe wrote:\n> The ferry did\n> not run.\n\nWrite soon.\n-- \nJo\n"
    assert only(eml("Subject: Re: x", body)).text == "I agree.\n\nWrite soon."
    below = "I agree.\n\n-----Original Message-----\nFrom: Mary\n\nThe ferry did not run.\n"
    assert only(eml("Subject: Re: x", below)).text == "I agree."


@pytest.mark.parametrize("mark", ["", "> "])
def test_a_forwarded_text_keeps_its_own_sender_and_day(mark):
    lines = ["From: Quay Letter <n@quay.example>", "Date: Mon, Mar 1, 2021 at 8:00 AM", "Subject: The harbour", "",
             "The harbour opened."]  # fmt: skip
    body = "See this!\n\n---------- Forwarded message ---------\n" + "\n".join(f"{mark}{line}" for line in lines)
    headers = "From: Jo <jo@rowe.example>\nSubject: Fwd: The harbour\nDate: Fri, 5 Mar 2021 10:00:00 +0000"
    expected = Item(
        "The harbour", "The harbour opened.", publisher="Quay Letter", published="2021-03-01", dated_by="mail header"
    )
    assert only(eml(headers, body)) == expected


def test_the_sender_and_day_of_forwarding_are_never_those_of_the_text():
    headers = "From: Jo <jo@rowe.example>\nSubject: Fwd: The harbour\nDate: Fri, 5 Mar 2021 10:00:00 +0000"
    assert only(eml(headers)) == Item("The harbour", "The text.")


def test_other_attachments_are_ignored_and_attached_messages_read():
    message = EmailMessage()
    message["Subject"] = "Outer"
    message["Message-ID"] = "<outer@quay.example>"
    message.set_content("The outer text.")
    message.add_attachment("An attached note.", filename="note.txt")
    message.add_attachment("<p>An attached page.</p>", subtype="html", filename="page.html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner.set_content("The inner text.")
    innermost = EmailMessage()
    innermost["Subject"] = "Innermost"
    innermost.set_content("The innermost text.")
    inner.add_attachment(innermost)
    message.add_attachment(inner)
    outer = Item("Outer", "The outer text.", key="<outer@quay.example>")
    assert mail.read("a.eml", message.as_bytes()) == Contents((outer, Item("Inner", "The inner text.")))


def test_an_envelope_without_words_is_no_failure():
    inner = newsletter()
    message = EmailMessage()
    message["Subject"] = "For your archive"
    message.add_attachment(inner)
    assert mail.read("a.eml", message.as_bytes()) == Contents((NEWSLETTER,))


@pytest.mark.parametrize(
    "data",
    [
        eml("Subject: x\nContent-Type: multipart/encrypted; boundary=b", "--b\nContent-Type: text/plain\n\nx\n--b--"),
        eml("Subject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data", "MIIB"),
        eml("Subject: x", "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n"),
    ],
)
def test_a_sealed_message_is_named_as_such(data):
    with pytest.raises(Unreadable) as caught:
        mail.read("a.eml", data)
    assert str(caught.value) == "a.eml is encrypted or sealed."


@pytest.mark.parametrize("body", ["", "\n \n", "> only\n> quoted\n", "-- \nMary\n"])
def test_a_message_without_words_is_a_failure(body):
    with pytest.raises(Unreadable) as caught:
        mail.read("a.eml", eml("Subject: x", body))
    assert (str(caught.value), caught.value.hint) == ("a.eml has no text.", NO_TEXT)


@pytest.mark.parametrize("data", [b"", b"\0\1\2", b"Only words.\n", b"\xff\xd8\xff\xe0" * 100])
def test_what_is_no_message_is_named_as_such(data):
    with pytest.raises(Unreadable, match=r"^a\.eml does not look like a mail message\.$"):
        mail.read("a.eml", data)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("iso-2022-jp", "iso-2022-jp"),
        ("utf-16le", "utf-16-le"),
        ("", "utf-16"),
        ("shift_jis", "shift_jis"),
        ("no-such", "utf-8"),
    ],
)
def test_a_part_is_decoded_as_its_header_says_where_that_is_right(charset, encoding):
    text = "港は月曜日に開いた。" * 5
    body = text.encode(encoding)
    assert only(f"Subject: x\nContent-Type: text/plain; charset={charset}\n\n".encode() + body).text == text


def test_broken_encodings_are_read_as_far_as_they_go():
    base64 = eml("Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64", "VGhlIHRleHQ$u!")
    assert only(base64).text == "The text."
    assert only(b"Subject: x\n\nThe\0 text.\n").text == "The text."
    unclosed = eml("Subject: x\nContent-Type: multipart/mixed; boundary=b", "--b\n\nThe text.\n")
    assert only(unclosed).text == "The text."


def test_parts_deeper_than_twenty_levels_are_left_alone():
    def nested(levels: int) -> bytes:
        body = "\nThe text.\n"
        for level in range(levels):
            body = f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n{body}\n--b{level}--\n"
        return b"Subject: x\n" + body.encode()

    assert only(nested(20)).text == "The text."
    for levels in (21, 3000):
        with pytest.raises(Unreadable):
            mail.read("a.eml", nested(levels))


def mailbox(*messages: str, line_end: str = "\n") -> bytes:
    marked = "".join(f"From mary@rowe.example Sat Mar 20 10:00:00 2021\n{one}\n" for one in messages)
    return marked.replace("\n", line_end).encode()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_mailbox_gives_each_message_once_and_names_the_broken(line_end):
    second = "Subject: Two\nMessage-ID: <2@x>\nContent-Length: 3\n\nFrom here on.\n\n>From the quay:\n>>From afar.\n"
    data = mailbox(LETTER, "Subject: Three\n\n\n", second, LETTER, line_end=line_end)
    contents = mail.read("a.mbox", data)
    two = Item("Two", "From here on.\n\nFrom the quay:", key="<2@x>")
    assert contents.items == (ITEM, two)
    (failure,) = contents.failures
    assert (failure.origin, failure.reason, failure.hint) == (
        "a.mbox: message 2",
        "a.mbox: message 2 has no text.",
        NO_TEXT,
    )


def test_a_line_of_text_that_begins_with_from_is_no_postmark():
    text = "One.\n\nFrom the quay it is far.\nNobody walks: it rains.\n\nFrom here on\nall is text."
    contents = mail.read("a.mbox", mailbox(f"Subject: One\n\n{text}\n", "Subject: Two\n\nTwo.\n"))
    assert contents == Contents((Item("One", text), Item("Two", "Two.")))


def test_a_mailbox_without_one_readable_message_says_why():
    with pytest.raises(Unreadable) as caught:
        mail.read("a.mbox", mailbox("Subject: One\n\n\n", "Subject: Two\n\n\n"))
    first = "a.mbox: message 1 has no text."
    assert str(caught.value) == f"a.mbox holds no message that can be read. The first: {first}"


def test_several_articles_of_one_newsletter_share_what_its_headers_say(monkeypatch):
    found = (Item("One", "First."), Item("Two", "Second.", author="Jo Roe", published="2021-02", dated_by="byline"))
    monkeypatch.setattr(mail, "_from_html", lambda origin, html: found)
    message = newsletter()
    message["Message-ID"] = "<9@quay.example>"
    message["Archived-At"] = "<https://quay.example/9>"
    shared = {"publisher": "Quay Letter"}
    first = replace(found[0], **shared, published="2021-03-01", dated_by="mail header", key="<9@quay.example>#1")
    assert mail.read("a.eml", message.as_bytes()).items == (
        first,
        replace(found[1], **shared, key="<9@quay.example>#2"),
    )


LINES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60).filter(
    lambda line: line[0] not in ">-" and line.strip() == line
)
TEXTS = st.lists(LINES, min_size=1, max_size=4).map("\n\n".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(LINES, TEXTS), min_size=1, max_size=4))
def test_messages_that_were_written_are_read_again(written):
    marked, expected = [], []
    for number, (name, text) in enumerate(written):
        message = EmailMessage(policy=SMTP.clone(linesep="\n"))
        message["Subject"] = f"Number {number}"
        message["From"] = "Mary Rowe <mary@rowe.example>"
        message["Date"] = "Sat, 20 Mar 2021 10:00:00 +0000"
        message["Message-ID"] = f"<{number}@rowe.example>"
        message["Comments"] = "written " * 3
        message.set_content(f"{name}\n\n{text}\n")
        body = message.as_bytes().replace(b"\nFrom ", b"\n>From ")
        marked.append(b"From - Sat Mar 20 10:00:00 2021\n" + body + b"\n")
        expected.append(
            replace(ITEM, title=f"Number {number}", text=f"{name}\n\n{text}", author="Mary Rowe",
                    key=f"<{number}@rowe.example>")
        )  # fmt: skip
    assert mail.read("a.mbox", b"".join(marked)) == Contents(tuple(expected))


SEEDS = (LETTER.encode(), newsletter().as_bytes(), mailbox(LETTER, LETTER))
EDITS = st.tuples(
    st.integers(0, 5000), st.integers(0, 30), st.binary(max_size=12) | st.sampled_from([b"=?", b"\n\n", b"--", b'"'])
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(EDITS, max_size=6))
def test_no_damage_makes_reading_fail_otherwise_than_in_words(data, edits):
    for place, length, put in edits:
        place %= len(data) + 1
        data = data[:place] + put + data[place + length :]
    try:
        contents = mail.read("a.mbox", data)
    except Unreadable as error:
        assert str(error).startswith("a.mbox")
        assert error.hint
        return
    assert all(item.title and item.text.strip() for item in contents.items)
    assert all(failure.origin.startswith("a.mbox") for failure in contents.failures)
    for item in contents.items:
        (item.title + item.text).encode("utf-8")
