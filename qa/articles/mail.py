"""Newsletters and letters: the articles in one message (.eml) or in a mailbox of many (mbox).

The day of a message is the one its own Date header states, never the day it was fetched or forwarded. Who sent it is
told by plain rules (see `_who`). Attachments are not read, but for a message attached to another, one level deep.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parsedate_tz

from qa.articles import dates, webpages
from qa.articles.decoding import decoded, tidy
from qa.articles.items import Contents, Item
from qa.errors import QAError, Unreadable
from qa.schema import Failure

_DEEPEST = 20
_LONGEST_HEADER = 10_000
_TITLE = 200
_LETTERS = re.compile(r"\w")
_POSTMARK = re.compile(rb"^From [^\r\n]*\r?\n(?=[!-9;-~]+[ \t]*:|>From )", re.MULTILINE)
_ESCAPED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_USUAL_HEADERS = ("From", "Date", "Subject", "Message-ID", "Received", "To", "Content-Type", "MIME-Version")
_WORD = r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?="
_ENCODED = re.compile(rf"{_WORD}(?:\s*{_WORD})*")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_FORWARD = re.compile(r"\s*(?:fwd?|wg)\s*:", re.IGNORECASE)
_REPLY = re.compile(r"\s*(?:re|aw|sv|antw)\s*(?:\[\d{1,3}\])?\s*:", re.IGNORECASE)
_PREFIXES = re.compile(rf"(?:{_REPLY.pattern}|{_FORWARD.pattern})*\s*", re.IGNORECASE)
_BEFORE_A_QUOTE = re.compile(r"(?:On|Am|Le|El|Il|Op)\b.{5,300}:", re.DOTALL)
_ORIGINAL = re.compile(
    r"^(?:-{2,} ?(?:Forwarded|Original) message ?-{2,}|Begin forwarded message:)[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_FIELD = re.compile(r"\*?(From|Date|Sent|Subject|To|Cc|Reply-To):\*?[ \t]*(.*)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
# Encodings whose bytes are all of ASCII or hold zeros, so that they pass for UTF-8 or for binary data.
_DECLARED_FIRST = re.compile(r"(?:iso-2022-|hz|utf-?(?:7|16|32))", re.IGNORECASE)
_SEALED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
_TABLE_TAG = re.compile(r"<(/?)(table|tbody|thead|tfoot|tr|td|th)\b[^<>]*>", re.IGNORECASE)
_FURNITURE = re.compile(
    r"unsubscribe|\bview (?:this|it|online|in)\b.*\b(?:browser|online)|manage (?:your )?(?:email )?preferences"
    r"|update your preferences|you(?:['’]re| are) receiving this|you received this|no longer wish to receive",
    re.IGNORECASE,
)
_LONGEST_FURNITURE = 250
_HEAD, _FOOT = 3, 6  # paragraphs in which the furniture of newsletters stands


def read(origin: str, data: bytes) -> Contents:
    """The articles of a message or of every message in a mailbox, each message once; a broken one is a `Failure`.

    Raises `Unreadable` where no message holds text that can be read.
    """
    items: list[Item] = []
    failures: list[Failure] = []
    seen: set[str] = set()
    for name, message in _messages(origin, data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")):
        try:
            contents = _contents(name, message, seen)
        except Unreadable as error:
            failures.append(Failure(name, str(error), error.hint))
            continue
        items += contents.items
        failures += contents.failures
    if items:
        return Contents(tuple(items), tuple(failures))
    if len(failures) == 1:
        raise Unreadable(failures[0].reason, failures[0].hint)
    first = f" The first: {failures[0].reason}" if failures else ""
    raise Unreadable(f"{origin} holds no message that can be read.{first}", "Export the messages anew.")


def parse(origin: str, data: bytes) -> Message[str, str]:
    """The message as a tree of parts.

    Raises `Unreadable` for what has no header of a message.
    """
    # The older policy: the newer one parses headers by a grammar that runs out of stack on broken ones.
    with taken_apart(origin):
        message = BytesParser(policy=compat32).parsebytes(data)
    if not any(name in message for name in _USUAL_HEADERS):
        raise Unreadable(f"{origin} does not look like a mail message.", "Save the message as .eml, or its text.")
    return message


@contextmanager
def taken_apart(origin: str) -> Iterator[None]:
    """Whatever goes wrong inside while a message is taken apart is raised as `Unreadable`."""
    try:
        yield
    except QAError:
        raise
    except Exception as error:
        raise Unreadable(f"{origin} cannot be taken apart as a message.", "Save its text in a file.") from error


def leaves(part: Message[str, str], depth: int = 0) -> Iterator[Message[str, str]]:
    """The parts that hold no further parts, in order, down to 20 levels; an attached message counts as one part."""
    if part.get_content_maintype() != "multipart" or part.get_content_type() in _SEALED:
        yield part
    elif part.is_multipart() and depth < _DEEPEST:
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from leaves(inner, depth + 1)


def header(message: Message[str, str], name: str) -> str | None:
    """A header in one line of plain text, encoded words decoded; None where it is absent or empty."""
    return _plain_words(_raw_header(message, name))


def text_of(origin: str, part: Message[str, str], *, markup: bool = False) -> str:
    """The text of one part, decoded as its headers say where they are right.

    Raises `Unreadable` for binary data.
    """
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = _parameter(part, "charset")
    text = _decoded_first(data, charset)
    if text is None:
        # A zero byte is an accident of sending, but where the text begins as UTF-16.
        data = data if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else data.replace(b"\0", b"")
        text = decoded(origin, data, markup=markup, declared=charset)
    return _SURROGATES.sub("\ufffd", text)


def _messages(origin: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each message: the whole file, or between the postmarks of a mailbox."""
    marks = [
        match.span()
        for match in _POSTMARK.finditer(data)
        if match.start() == 0 or data[max(0, match.start() - 3) : match.start()].endswith((b"\n\n", b"\n\r\n"))
    ]
    if not marks or marks[0][0] != 0:
        yield origin, data
        return
    ends = [start for start, _ in marks[1:]] + [len(data)]
    for number, ((_, start), end) in enumerate(zip(marks, ends, strict=True), 1):
        yield f"{origin}: message {number}", _ESCAPED_FROM.sub(rb"\1", data[start:end])


@dataclass(frozen=True, slots=True)
class _Body:
    """What a message holds: its plain text as a letter reads, its web page, messages attached, whether it is sealed."""

    plain: str
    html: str
    attached: tuple[Message[str, str], ...]
    sealed: bool


def _contents(origin: str, data: bytes, seen: set[str]) -> Contents:
    """The articles of one message and of those attached to it, without those that were `seen`."""
    message = parse(origin, data)
    with taken_apart(origin):
        body = _body(origin, message)
    items: list[Item] = []
    failures: list[Failure] = []
    around: list[tuple[str, Message[str, str], _Body | None]] = []
    if body.plain or body.html or not body.attached:  # else it is only the envelope of what is attached
        around.append((origin, message, body))
    for number, inner in enumerate(body.attached, 1):
        around.append((f"{origin}, attached message {number}", inner, None))
    for name, one, known in around:
        try:
            with taken_apart(name):
                identity = header(one, "Message-ID")
                if identity in seen:
                    continue
                seen.update([identity] if identity else [])
                items += _items(name, one, known or _body(name, one))
        except Unreadable as error:
            failures.append(Failure(name, str(error), error.hint))
    return Contents(tuple(items), tuple(failures))


def _body(origin: str, message: Message[str, str]) -> _Body:
    plain: list[str] = []
    pages: list[str] = []
    attached: list[Message[str, str]] = []
    sealed = False
    for part in leaves(message):
        kind = part.get_content_type()
        if kind in _SEALED:
            sealed = True
        elif kind == "message/rfc822":
            attached += [inner for inner in part.get_payload() if isinstance(inner, Message)]
        elif str(part.get("Content-Disposition", "")).lower().lstrip().startswith("attachment"):
            continue
        elif kind == "text/plain":
            plain.append(_lines_of(origin, part))
        elif kind == "text/html":
            pages.append(text_of(origin, part, markup=True))
    text = "\n\n".join(filter(str.strip, plain))
    sealed = sealed or text.lstrip().startswith("-----BEGIN PGP MESSAGE-----")
    return _Body(text, max(pages, key=len, default=""), tuple(attached), sealed)


def _items(origin: str, message: Message[str, str], body: _Body) -> list[Item]:
    if body.sealed:
        raise Unreadable(
            f"{origin} is encrypted or sealed.", "Open it in your mail program, and save its text or an open copy."
        )
    subject = header(message, "Subject") or ""
    publisher, author = _who(message)
    known = Item(
        title=_PREFIXES.sub("", subject, count=1),
        text="",
        publisher=publisher,
        author=author,
        url=_address(header(message, "Archived-At")),
        language=_language(header(message, "Content-Language")),
        key=header(message, "Message-ID"),
    ).dated(_published(message), "mail header")
    if _FORWARD.match(subject):
        known, text = _forwarded(known, body.plain)
        items = [replace(known, text=_letter(text))]
    elif header(message, "In-Reply-To") or _REPLY.match(subject):
        items = [replace(known, text=_letter(_ORIGINAL.split(body.plain, maxsplit=1)[0]))]
    else:
        items = []
    # Only in plain text can what a letter quotes be told from what it says.
    items = [item for item in items if item.text] or _fuller(origin, known, body)
    if not items:
        raise Unreadable(f"{origin} has no text.", "Open it in your mail program, and save its text if it has any.")
    return [item if item.title else replace(item, title=item.text.split("\n", 1)[0][:_TITLE]) for item in items]


def _fuller(origin: str, known: Item, body: _Body) -> list[Item]:
    """The articles of the web page, unless it gives less than half of what the plain text says."""
    plain = _letter(body.plain)
    pages = _newsletter(origin, body.html, known) if body.html.strip() else []
    shown = sum(len(_LETTERS.findall(item.text)) for item in pages)
    if pages and shown * 2 >= len(_LETTERS.findall(_ADDRESS.sub("", plain))):
        return pages
    return [replace(known, text=plain)] if plain else []


def _newsletter(origin: str, html: str, known: Item) -> list[Item]:
    """One article under the message's own title, or each under its own, all with what is known from the headers.

    Several have no address: they would be one and the same by it.
    """
    found = [replace(item, text=_without_furniture(item.text)) for item in _from_html(origin, html)]
    found = [item for item in found if item.text]
    if len(found) == 1:
        item = found[0]
        one = replace(known, text=item.text, title=known.title or item.title, language=known.language or item.language)
        return [replace(one, author=one.author or item.author, notes=item.notes, about=item.about)]
    return [
        replace(
            item,
            publisher=item.publisher or known.publisher,
            author=item.author or known.author,
            language=known.language or item.language,
            key=f"{known.key}#{number}" if known.key else None,
        ).dated(known.published, known.dated_by)
        for number, item in enumerate(found, 1)
    ]


def _from_html(origin: str, html: str) -> tuple[Item, ...]:
    return webpages.items_in(origin, _without_layout(html))


def _without_layout(html: str) -> str:
    """Tables that only lay out the page become plain blocks; one with header cells and no table inside stays one."""
    kept: set[int] = set()
    tables: list[list[re.Match[str]]] = []  # the tags of each table that is open here
    for tag in _TABLE_TAG.finditer(html):
        name, closes = tag[2].lower(), bool(tag[1])
        if name == "table" and not closes:
            tables.append([])
        if not tables:
            continue
        tables[-1].append(tag)
        if name == "table" and closes:
            tags = tables.pop()
            names = [inner[2].lower() for inner in tags]
            if "th" in names and names.count("table") == 2:
                kept.update(inner.start() for inner in tags)
            if tables:
                tables[-1].append(tag)  # so that the table around it is known to hold one
    return _TABLE_TAG.sub(lambda tag: tag[0] if tag.start() in kept else f"<{tag[1]}div>", html)


def _without_furniture(text: str) -> str:
    """The paragraphs but those, near the top and the end, that only say how to view or leave the newsletter."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(
        paragraph
        for number, paragraph in enumerate(paragraphs)
        if _HEAD <= number < len(paragraphs) - _FOOT
        or len(paragraph) > _LONGEST_FURNITURE
        or not _FURNITURE.search(paragraph)
    )


def _who(message: Message[str, str]) -> tuple[str | None, str | None]:
    """(publisher, author). What a list sends is published by its sender's name, or else by the list's name; on a list
    for discussion (its List-Post takes mail) the sender is the author; without a list, a person wrote to a person.
    """
    sender, list_name = _name(_raw_header(message, "From")), _name(_raw_header(message, "List-Id"))
    bulk = (header(message, "Precedence") or "").lower() in ("bulk", "list")
    if not (bulk or header(message, "List-Id") or header(message, "List-Unsubscribe")):
        return None, sender
    if "mailto:" in _raw_header(message, "List-Post").lower():
        return list_name, sender
    return sender or list_name, None


def _name(raw: str) -> str | None:
    """The name that stands before an address in angle brackets, or in brackets after one."""
    before, bracket, _ = raw.partition("<")
    comment = re.search(r"\(([^()]+)\)", raw)
    name = _plain_words((before if bracket else comment[1] if comment else "").replace('\\"', '"'))
    return name.strip("\"'* ") or None if name and "@" not in name else None


def _published(message: Message[str, str]) -> str | None:
    words = (header(message, "Date") or "")[:_TITLE]
    try:
        parts = parsedate_tz(words)
    except (ValueError, TypeError, IndexError):
        parts = None
    return dates.iso(*parts[:3]) if parts and parts[1] and parts[2] else dates.parse(words)


def _forwarded(known: Item, plain: str) -> tuple[Item, str]:
    """What the lines above a forwarded text say of it, and the text below them.

    Whoever forwards is not the publisher, and the day of forwarding not the date: without such lines both are unknown.
    """
    marker = _ORIGINAL.search(plain)
    unknown = replace(known, publisher=None, author=None, published=None, dated_by="unknown")
    if marker is None:
        return unknown, plain
    lines = plain[marker.end() :].strip("\n").split("\n")
    if lines[0].startswith(">"):  # as some programs forward
        lines = [line.removeprefix(">").removeprefix(" ") for line in lines]
    while lines and not lines[0].strip():
        del lines[0]
    said: dict[str, str] = {}
    while lines and (field := _FIELD.match(lines[0])):
        said.setdefault(field[1].lower(), field[2].strip())
        del lines[0]
    sender = _name(said.get("from", ""))
    day = dates.find(said.get("date") or said.get("sent") or "")
    item = replace(unknown, title=said.get("subject", "") or known.title, publisher=sender)
    return item.dated(day.iso if day else None, "mail header"), "\n".join(lines)


def _lines_of(origin: str, part: Message[str, str]) -> str:
    """A part of plain text, the lines of its paragraphs joined where it is written as "flowed" (RFC 3676)."""
    text = text_of(origin, part).replace("\r\n", "\n").replace("\r", "\n")
    if (_parameter(part, "format") or "").lower() != "flowed":
        return text
    joint = "" if (_parameter(part, "delsp") or "").lower() == "yes" else " "
    lines: list[str] = []
    soft = False
    for line in text.split("\n"):
        quoted = line.startswith(">")
        line = line.removeprefix(" ")
        if soft and not quoted and line != "-- ":
            lines[-1] = lines[-1][:-1] + joint + line
        else:
            lines.append(line)
        soft = line.endswith(" ") and line != "-- " and not quoted
    return "\n".join(lines)


def _letter(text: str) -> str:
    """What the writer says: without quoted lines, the line that announces them, and the signature below "-- "."""
    kept: list[str] = []
    for line in text.split("\n"):
        if not line.startswith(">"):
            kept.append(line)
            continue
        while kept and not kept[-1].strip():
            del kept[-1]
        announced = next((count for count in (1, 2) if _BEFORE_A_QUOTE.fullmatch("\n".join(kept[-count:]).strip())), 0)
        if announced:
            del kept[-announced:]
        kept.append("")
    if "-- " in kept:
        del kept[len(kept) - 1 - kept[::-1].index("-- ") :]
    return re.sub(r"\n{3,}", "\n\n", tidy("\n".join(kept)))


def _raw_header(message: Message[str, str], name: str) -> str:
    """The header as it is written; bytes that are not ASCII as UTF-8 or Western European."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            data = str(value)[:_LONGEST_HEADER].encode("utf-8", "surrogateescape")
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError:
                return data.decode("cp1252", "replace")
    return ""


def _plain_words(raw: str) -> str | None:
    return " ".join(_CONTROLS.sub(" ", _ENCODED.sub(_decoded_word, raw)).split()) or None


def _decoded_word(match: re.Match[str]) -> str:
    try:
        pieces = decode_header(match[0])
    except (HeaderParseError, ValueError):
        return match[0]
    return "".join(
        piece if isinstance(piece, str) else _decoded_piece(piece, (charset or "utf-8").split("*")[0])
        for piece, charset in pieces
    )


def _decoded_piece(data: bytes, charset: str) -> str:
    for encoding in (charset, "utf-8"):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _decoded_first(data: bytes, charset: str | None) -> str | None:
    if not charset or not _DECLARED_FIRST.match(charset):
        return None
    try:
        return data.decode(charset)
    except (UnicodeError, LookupError):
        return None


def _parameter(part: Message[str, str], name: str) -> str | None:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return None
    value = value[2] if isinstance(value, tuple) else value  # as RFC 2231 writes it: charset, language, value
    return value.strip() if isinstance(value, str) else None


def _address(words: str | None) -> str | None:
    found = _ADDRESS.search(words or "")
    return found[0] if found else None


def _language(words: str | None) -> str | None:
    found = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", words or "")
    return found[0].lower() if found else None
