"""Reads mutated files of every kind and tells what came of them: python tests/faults/mutations.py COUNT SEED FOLDER

Not a test file: tests/faults/test_mutations.py runs it as a process of its own, because it follows every file that is
opened and every connection, and those hooks cannot be taken off again. Prints one JSON object: how many of each kind
were read and refused, the slowest, what crashed, and every path outside the program's own that was touched.
"""

from __future__ import annotations

import faulthandler
import io
import json
import random
import sys
import sysconfig
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import openpyxl
import test_books
import test_office
import test_pdfs

import qa
from qa.articles import feeds, folders, formats
from qa.articles.items import Found, Page
from qa.errors import Unreadable
from qa.schema import Failure

LIMIT = 60  # seconds for one file, after which it counts as hanging
FERRY = (
    "The Sable ferry will leave the long quay of Orrinford for good on the last day of June. The harbour board said on "
    "Monday that the boat had become too old to be mended once more. It has carried wheat and cattle since 1961."
)
HTML = (
    '<!DOCTYPE html><html lang="en"><head><title>Ferry to leave</title><script type="application/ld+json">'
    '{"@type":"NewsArticle","headline":"Ferry to leave","datePublished":"2021-05-03"}</script></head><body><nav>Home'
    "</nav><article><h1>Ferry to leave</h1><time datetime=2021-05-03>3 May</time>"
    f"<p>{FERRY}</p><p>{FERRY}</p></article>"
    f"<article><h2>Another</h2><p>By Ada Quill</p><p>{FERRY}</p><p>{FERRY}</p></article></body></html>"
)
TEXT = (
    f"Home | News | Sport\n\nFerry to leave\nBy Ada Quill\n3 May 2021\n\n{FERRY}\n\n{FERRY}\n\nSource: Quay Post, "
    f"3 May 2021\n\nHarvest poor\nBy Ben Okoro\n4 May 2021\n\n{FERRY}\n\nLeave a Reply\n"
)
MARKDOWN = (
    f"---\ntitle: 'Ferry: to leave'\npublished: 2021-05-03\nabout:\n  publisher: Quay Post\n---\n\n# Ferry\n\n{FERRY}\n"
)
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Quay Post</title><item><title>Ferry</title><link>'
    f"https://a.example/ferry</link><pubDate>Mon, 03 May 2021 10:00:00 GMT</pubDate><description>{FERRY}</description>"
    "</item></channel></rss>"
)
# What mutations put in: markup that swells, opens, nests or ends things, in any kind of file.
POISON = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"<", b"<![CDATA[", b"-->", b"]]>", b"{" * 500, b"[" * 5000, b'"',
    b"\\ud800", b"<div>" * 3000, b"<table><tr><td>" * 300,
    b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>&b;",
    b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;", b"../../etc/passwd", b"file:///etc/passwd",
    b"http://127.0.0.1:9/", b"From ", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" * 50, b"=?utf-8?q?=00?=",
    b"99999999999999999999", b"-1", b"1e999", b"PK\x03\x04", b"%PDF-1.7", b"endstream", b"/Length 999999999",
    b"&#x110000;",
    b"&#0;", b"\xed\xa0\x80", b"9" * 5000, b" " * 20000, b"\n" * 5000, b"A" * 20000, b"---\n", b"- " * 2000,
)  # fmt: skip


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Quay Post <post@a.example>", "Ferry to leave – today"
    message["Date"], message["Message-ID"] = "Mon, 03 May 2021 10:00:00 +0200", "<1@a.example>"
    message.set_content(FERRY)
    message.add_alternative(HTML, subtype="html")
    return message.as_bytes()


def mhtml() -> bytes:
    head = "From: <Saved>\nSnapshot-Content-Location: https://a.example/ferry\nMIME-Version: 1.0\n"
    kind = 'Content-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\nContent-Type: text/html\n\n'
    return f"{head}{kind}{HTML}\n--b--\n".encode()


def sheets() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Port", FERRY])
    book.save(out)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.md", MARKDOWN)
        made.writestr("deep/b.html", HTML)
    return out.getvalue()


def examples() -> dict[str, bytes]:
    """A good file of every kind, by its name."""
    record = {"title": "Ferry to leave", "text": FERRY, "published": "2021-05-03", "author": ["Ada Quill"]}
    sheet = test_pdfs.page(*test_pdfs.column(72, 750, [FERRY[at : at + 60] for at in range(0, len(FERRY), 60)]))
    return {
        "a.txt": TEXT.encode(),
        "a.md": MARKDOWN.encode(),
        "a.html": HTML.encode(),
        "a.mhtml": mhtml(),
        "a.eml": mail(),
        "a.mbox": b"From a@b Mon May  3 10:00:00 2021\n" + mail() + b"\nFrom a@b Mon May  3 10:00:00 2021\n" + mail(),
        "a.json": json.dumps([record, record]).encode(),
        "a.jsonl": "\n".join(json.dumps({**record, "title": str(at)}) for at in range(5)).encode(),
        "a.csv": f'title,text,published\nFerry,"{FERRY}",2021-05-03\nWheat,"{FERRY}",2021-05-04\n'.encode(),
        "a.pdf": test_pdfs.pdf([sheet, sheet]),
        "a.docx": test_office.word(("Title", "Ferry to leave"), ("Normal", FERRY), ("List Bullet", FERRY)),
        "a.xlsx": sheets(),
        "a.epub": test_books.epub({"one.xhtml": test_books.page(f"<h1>Ferry</h1><p>{FERRY} {FERRY}</p>")}),
        "a.zip": archive(),
        "feed.xml": RSS.encode(),
    }


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The file after one to six changes; of an archive, mostly one of its members, so that it opens at all."""
    if not zipfile.is_zipfile(io.BytesIO(data)) or chance.random() < 0.3:
        return changed(data, others, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        chosen = chance.choice(source.namelist())
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, changed(content, others, chance) if name == chosen else content)
    return out.getvalue()


def changed(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at, width = chance.randint(0, len(data)), chance.choice((1, 1, 4, 30, 300, 3000))
        piece = data[at : at + width]
        kind = chance.randrange(8)
        if kind == 0:
            data = data[:at] + data[at + width :]
        elif kind == 1:
            data = data[:at] + piece * chance.choice((2, 2, 50)) + data[at + width :]
        elif kind == 2:
            data = data[:at] + bytes(chance.randrange(256) for _ in piece) + data[at + width :]
        elif kind == 3:
            data = data[:at] + chance.choice(POISON) + data[at:]
        elif kind == 4:
            data = data[:at]
        elif kind == 5:
            other = chance.choice(others)
            data = data[:at] + other[chance.randint(0, len(other)) :][:width] + data[at:]
        elif kind == 6 and data:
            bit = chance.randrange(len(data))
            data = data[:bit] + bytes([data[bit] ^ 1 << chance.randrange(8)]) + data[bit + 1 :]
        else:
            data = data[:at] + data[at + width :] + piece
        data = data[:2_000_000]
    return data


def read(name: str, data: bytes, folder: Path) -> int:
    """How many articles a file gives. Raises `Unreadable` where none."""
    if name.endswith(".xml"):
        return len(feeds.entries("https://a.example/feed.xml", data).entries)
    if not name.endswith(".zip"):
        return len(formats.read(Page(name, data)).articles)
    path = folder / name
    path.write_bytes(data)
    found = list(folders.examined(path, name))
    read_now = [formats.read(entry.read()) for entry in found if isinstance(entry, Found)]
    if not read_now:
        raise Unreadable(name, next(entry.hint for entry in found if isinstance(entry, Failure)))
    return sum(len(reading.articles) for reading in read_now)


def follow(touched: set[str], allowed: list[str]) -> Callable[[str, tuple[object, ...]], None]:
    """Keeps every path that is opened outside the allowed folders, every connection and every program."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = arguments[0].decode("utf-8", "replace") if isinstance(arguments[0], bytes) else arguments[0]
            if not str(Path(path).absolute()).startswith(tuple(allowed)):
                touched.add(path)
        elif event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.remove"):
            touched.add(f"{event} {arguments!r}"[:200])

    return hook


def main() -> None:
    count, seed, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    good = examples()
    for name, data in good.items():
        assert read(name, data, folder) > 0, name  # and every library is loaded now
    touched: set[str] = set()
    paths = sysconfig.get_paths()
    own = [paths["stdlib"], paths["purelib"], paths["platlib"], str(Path(qa.__file__).parent), str(folder), "/dev/null"]
    own += [path for path in sys.path if path]  # where Python itself looks for modules
    sys.addaudithook(follow(touched, [str(Path(path).resolve()) for path in own] + own))
    outcomes: Counter[str] = Counter()
    crashed, slowest = [], (0.0, "")
    for number in range(count):
        name = list(good)[number % len(good)]
        data = mutated(good[name], list(good.values()), random.Random(f"{seed}:{number}"))
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        started = time.perf_counter()
        try:
            outcomes[f"{name} {'read' if read(name, data, folder) else 'read, nothing in it'}"] += 1
        except Unreadable as error:
            assert error.hint
            outcomes[f"{name} refused"] += 1
        except Exception as error:
            crashed.append(f"{name} {seed}:{number} {type(error).__name__} {error}"[:300])
        slowest = max(slowest, (round(time.perf_counter() - started, 2), f"{name} {seed}:{number}"))
        faulthandler.cancel_dump_traceback_later()
    told = {"outcomes": outcomes, "crashed": crashed, "slowest": slowest, "touched": sorted(touched)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
