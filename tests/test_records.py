import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles import records
from qa.articles.items import Contents, Item
from qa.errors import Unreadable
from qa.schema import Failure

TEXT = "The harbour opened on Monday.\n\nIt takes “every ship”."
ITEM = Item(
    title="The harbour opens",
    text=TEXT,
    publisher="Quay Gazette",
    author="Mary Rowe",
    published="2021-03-20",
    dated_by="page metadata",
    url="https://quay.example/1",
    updated="2021-03-21",
    language="en",
    key="7",
)
RECORD = {
    "Title": "The harbour opens",
    "Text": TEXT,
    "publisher": "Quay Gazette",
    "author": "Mary Rowe",
    "Date": "2021-03-20",
    "updated": "2021-03-21T10:00:00Z",
    "url": "https://quay.example/1",
    "lang": "en-GB",
    "id": 7,
}
NAME_THE_TEXT = (
    "Give the field that holds the text one of these names: "
    "text, body, content, articlebody, maintext, fulltext, summary, description."
)


def one(record: object) -> Item:
    contents = records.read("a.json", json.dumps(record).encode())
    assert contents.failures == ()
    (item,) = contents.items
    return item


def table(*rows: list[str], delimiter: str = ",") -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode()


def refused(origin: str, data: bytes) -> tuple[str, str]:
    with pytest.raises(Unreadable) as caught:
        records.read(origin, data)
    return str(caught.value), caught.value.hint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("value", [RECORD, [RECORD], {"status": "ok", "total": 1, "articles": [RECORD]}])
def test_a_json_file_is_an_object_or_holds_a_list_of_objects(value, encoding):
    data = json.dumps(value, ensure_ascii=False, indent=1).encode(encoding)
    assert records.read("a.json", data) == Contents((ITEM,))


@pytest.mark.parametrize(
    ("origin", "encoding"),
    [
        ("a.jsonl", "utf-8"),
        ("A.NDJSON", "utf-8-sig"),
        ("a.jsonl", "utf-16"),
        ("a.json", "utf-8"),
        ("a.json", "utf-8-sig"),
    ],
)
def test_json_lines_are_read_one_by_one_also_under_the_ending_of_json(origin, encoding):
    line = json.dumps(RECORD)
    data = f"{line}\r\n\r\n  \n{line}".encode(encoding)
    assert records.read(origin, data) == Contents((ITEM, ITEM))


def test_a_wrapper_on_one_line_is_no_json_lines():
    assert records.read("a.json", json.dumps({"items": [RECORD]}).encode() + b"\n\n") == Contents((ITEM,))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("origin", ["a.csv", "a.tsv"])
def test_a_table_is_read_by_its_header_whatever_parts_its_columns(delimiter, origin):
    header = ["note; or, so", *RECORD]
    data = table(
        header, ["x\ty|z", *map(str, RECORD.values())], [], ["", *map(str, RECORD.values())], delimiter=delimiter
    )
    assert records.read(origin, data) == Contents((ITEM, ITEM))
    assert records.read(origin, b"\xef\xbb\xbf\r\n" + data) == Contents((ITEM, ITEM))


@pytest.mark.parametrize(("part", "name"), [(part, name) for part, names in records.NAMES.items() for name in names])
def test_every_known_name_is_read_in_any_spelling(part, name):
    values = {"url": "https://quay.example/1", "language": "en", "published": "2021-03-20", "updated": "2021-03-20"}
    value = values.get(part, "Words")
    for spelt in (name, name.upper(), f" {name[:3]}_{name[3:]}-"):
        item = one({spelt: value} if part in ("text", "summary") else {spelt: value, "text": "The text."})
        assert getattr(item, "text" if part == "summary" else part) == value


def test_the_first_name_that_holds_something_counts():
    assert one({"headline": "One", "title": "", "text": None, "body": "Words.", "Body": "More."}).title == "One"
    assert one({"text": " ", "body": "Words."}).text == "Words."
    assert one({"description": "Short.", "text": "Long."}).text == "Long."
    assert one({"description": "Short."}) == Item("Short.", "Short.")


def test_an_article_as_schema_org_writes_it():
    record = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": "https://quay.example/1#article",
        "headline": "The harbour opens",
        "articleBody": TEXT,
        "author": [{"@type": "Person", "name": "Mary Rowe"}, {"name": "Jo Roe"}, "Al Low", {"name": {"name": "x"}}],
        "publisher": {"@type": "Organization", "name": "Quay Gazette"},
        "datePublished": "2021-03-20T10:00:00+01:00",
        "dateModified": "2021-03-21",
        "inLanguage": "en-GB",
        "url": "https://quay.example/1",
    }
    expected = Item(
        **{name: getattr(ITEM, name) for name in ("title", "text", "publisher", "published", "dated_by", "updated")},
        author="Mary Rowe, Jo Roe, Al Low",
        url=ITEM.url,
        language="en",
        key="https://quay.example/1#article",
    )
    assert one(record) == expected
    assert one({"@graph": [record]}) == expected


@pytest.mark.parametrize(
    ("author", "name"),
    [("['Mary Rowe', \"Al O'Low\"]", "Mary Rowe, Al O'Low"), ("[]", None), ("12", None), (["A", "B"], "A, B")],
)
def test_names_written_as_a_list_are_names(author, name):
    assert one({"text": "Words.", "author": author}).author == name


@pytest.mark.parametrize("absent", ["", " ", "NaN", "nat", "null", "None", "<NA>", None, True, {}, [], float("nan")])
def test_what_is_absent_is_unknown(absent):
    record = {name: absent for name in RECORD} | {"Text": "Words."}
    assert one(record) == Item("Words.", "Words.")


@pytest.mark.parametrize(
    ("name", "value", "date"),
    [
        ("published", 1616234400, "2021-03-20"),
        ("pubDate", "1616234400000", "2021-03-20"),
        ("published", 1616234400.5, "2021-03-20"),
        ("date", 1616234400, None),
        ("published", 9999999999, None),
        ("published", 161623440, None),
        ("published", 20210320, "2021-03-20"),
        ("published", 2021, "2021"),
        ("date", "2021-03-20 10:00:00.123456+00:00", "2021-03-20"),
        ("date", "03/04/2021", None),
        ("date", "2021-02-30", None),
    ],
)
def test_a_date_is_what_is_written_or_a_plausible_time_of_publication(name, value, date):
    item = one({"text": "Words.", name: value})
    assert (item.published, item.dated_by) == (date, "page metadata" if date else "unknown")


def test_dates_in_numbers_are_told_by_others_of_the_file():
    def dates(*written: str) -> list[str | None]:
        rows = [["text", "date"], *(["Words.", words] for words in written)]
        return [item.published for item in records.read("a.csv", table(*rows)).items]

    assert dates("03/04/2021", "20/03/2021") == ["2021-04-03", "2021-03-20"]
    assert dates("03/04/2021", "03/20/2021") == ["2021-03-04", "2021-03-20"]
    assert dates("03/04/2021", "20/03/2021", "03/20/2021") == [None, "2021-03-20", "2021-03-20"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<p>A &amp; b<br>c</p>\n<p>Two\n<b>lines</b></p>", "A & b\nc\n\nTwo lines"),
        ("<div>One<script>no()</script></div><!-- no --><ul><li>two</li></ul>tail", "One\n\ntwo\n\ntail"),
        ("<p>Unclosed <img alt='a > b'>words", "Unclosed words"),
        ("<p>x <!-- open &#1" + "1" * 5000 + ";", "x <!-- open &#1" + "1" * 5000 + ";"),
        ("<p>5 < 6 and <a href='x", "5 < 6 and <a href='x"),
        ("The tag <p> and &amp; stay", "The tag <p> and &amp; stay"),
        ("Line one\r\nline two  \r\n\r\n\r\n\r\nend\n", "Line one\nline two\n\nend"),
        (["First.", "Second."], "First.\n\nSecond."),
        ("A\0b\ud800", "Ab\ufffd"),
    ],
)
def test_a_text_is_kept_and_html_reduced_to_its_paragraphs(written, text):
    assert one({"title": "x", "text": written}).text == text


def test_records_without_a_text_are_named_and_the_others_read():
    data = (
        b'{"text": "Words."}\n{"title": "x"}\n\n{"text": "  "}\n["no"]\n{"text": "Wor\n{"text": "\0\xff"}\n'
        + b"[" * 99999
    )
    contents = records.read("a.jsonl", data)
    assert contents.items == (Item("Words.", "Words."),)
    mend = "Mend that line, or export the file again."
    binary = "Save it as text (UTF-8), Markdown or a web page."
    assert contents.failures == (
        Failure("a.jsonl: record 2", "a.jsonl: record 2 has no text field.", NAME_THE_TEXT),
        Failure("a.jsonl: record 3", "a.jsonl: record 3 has an empty text.", NAME_THE_TEXT),
        Failure("a.jsonl: record 4", "a.jsonl: record 4 is not an object with named fields.", NAME_THE_TEXT),
        Failure("a.jsonl: record 5", "a.jsonl: record 5 is broken or incomplete JSON at line 6, column 10.", mend),
        Failure("a.jsonl: record 6", "a.jsonl: record 6 looks like a binary file.", binary),
        Failure("a.jsonl: record 7", "a.jsonl: record 7 is nested too deeply.", mend),
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.json is broken or incomplete JSON at line 1, column 1."),
        (b'{"text":\n "Wor', "a.json is broken or incomplete JSON at line 2, column 2."),
        (b"[" * 99999, "a.json is nested too deeply."),
        (b'{"a":' * 99999, "a.json is nested too deeply."),
        (b"[]", "a.json holds no records."),
        (b"7", "a.json holds no records."),
        (
            b'{"articles": []}',
            "a.json holds no record that can be read. The first: a.json: record 1 has no text field.",
        ),
    ],
)
def test_json_that_cannot_be_read_says_where(data, message):
    said, hint = refused("a.json", data)
    assert said == message
    assert hint


def test_strange_json_is_read_all_the_same():
    deep = '{"name":' * 400 + "1" + "}" * 400
    data = f'{{"text": "Words.", "id": {"9" * 5000}, "title": NaN, "x": -Infinity, "author": {deep}, "text": "Last."}}'
    assert records.read("a.json", data.encode()) == Contents((Item("Last.", "Last.", key="9" * 5000),))


def test_a_table_without_a_text_column_names_its_columns():
    said, hint = refused("a.csv", table(["Name", "", "Größe"], ["a", "b", "c"]))
    assert said == "a.csv has no text column; its columns are: Name, (no name), Größe."
    assert hint == NAME_THE_TEXT
    assert refused("a.csv", b"\n \n")[0] == "a.csv is empty."
    assert refused("a.csv", b"title,text\n")[0] == "a.csv holds no records."
    assert refused("a.csv", b'"title,text\nx,y\n')[0].startswith("a.csv has no header that can be read: ")
    assert refused("a.csv", b"text\n\0\n")[0] == "a.csv looks like a binary file."


def test_a_broken_row_is_named_and_the_others_read():
    data = b'title,text\nOne,First.\nTwo,"a"b\nThree\nFour,Walk, do not run.\nFive,Fifth.,\n,"open\nSix,Last.\n'
    contents = records.read("a.csv", data)
    assert contents.items == (Item("One", "First."), Item("Five", "Fifth."))
    assert [(failure.origin, failure.reason) for failure in contents.failures] == [
        ("a.csv: record 2", "a.csv: record 2 has a stray or open quotation mark at line 3."),
        ("a.csv: record 3", "a.csv: record 3 has an empty text."),
        ("a.csv: record 4", "a.csv: record 4 has 3 columns where the header has 2."),
        ("a.csv: record 6", "a.csv: record 6 has a stray or open quotation mark at line 8."),
    ]


def test_a_field_may_be_long_but_not_without_end():
    before = csv.field_size_limit()
    long, longer = "word " * 60_000, "word " * 2_000_100
    contents = records.read("a.csv", table(["title", "text"], ["One", long], ["Two", longer]))
    assert contents.items == (Item("One", long.strip()),)
    assert [failure.reason for failure in contents.failures] == [
        "a.csv: record 2 has a field of more than 10 MB up to line 3."
    ]
    assert csv.field_size_limit() >= before


WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="<>"), min_size=2, max_size=20).filter(
    lambda word: word.casefold() not in records._ABSENT
)
SPOKEN = st.lists(WORDS, min_size=2, max_size=5).map(" ".join)
NAMES = SPOKEN.map(lambda words: f"Jo {words}")
ITEMS = st.builds(
    Item,
    title=SPOKEN,
    text=st.lists(SPOKEN, min_size=1, max_size=4).map("\n\n".join),
    publisher=st.none() | NAMES,
    author=st.none() | NAMES,
    published=st.none() | st.dates().filter(lambda day: 1500 <= day.year <= 2026).map(str),
    url=st.none() | st.sampled_from(["https://quay.example/1", "http://quay.example/ä?b=c"]),
    language=st.none() | st.sampled_from(["en", "de", "zh"]),
    key=st.none() | WORDS,
).map(
    lambda item: (
        item.dated(None, "") if item.published is None else Item(**fields(item) | {"dated_by": "page metadata"})
    )
)
PARTS = ("title", "text", "publisher", "author", "published", "url", "language", "key")


def fields(item: Item) -> dict[str, str | None]:
    return {name: getattr(item, name) for name in PARTS}


@settings(deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=4), st.sampled_from(records._DELIMITERS))
def test_records_that_were_written_are_read_again(items, delimiter):
    written = [fields(item) for item in items]
    data = {
        "a.json": json.dumps(written).encode(),
        "a.jsonl": "\n".join(json.dumps(one, ensure_ascii=False) for one in written).encode(),
        "a.csv": table([*PARTS], *([value or "" for value in one.values()] for one in written), delimiter=delimiter),
    }
    for origin, content in data.items():
        assert records.read(origin, content) == Contents(tuple(items))


SEEDS = (
    ("a.json", json.dumps([RECORD, RECORD]).encode()),
    ("a.jsonl", b"\n".join([json.dumps(RECORD).encode()] * 2)),
    ("a.csv", table([*RECORD], [*map(str, RECORD.values())], [*map(str, RECORD.values())])),
)
EDITS = st.tuples(
    st.integers(0, 2000), st.integers(0, 30), st.binary(max_size=8) | st.sampled_from([b'"', b"[", b"<p>", b"\n"])
)


@settings(deadline=None)
@given(st.sampled_from(SEEDS), st.lists(EDITS, max_size=6))
def test_no_damage_makes_reading_fail_otherwise_than_in_words(seed, edits):
    origin, data = seed
    for place, length, put in edits:
        place %= len(data) + 1
        data = data[:place] + put + data[place + length :]
    try:
        contents = records.read(origin, data)
    except Unreadable as error:
        assert str(error).startswith(origin)
        assert error.hint
        return
    assert all(item.title and item.text.strip() for item in contents.items)
    assert all(failure.origin.startswith(f"{origin}: record ") for failure in contents.failures)
