"""Guarded web access: the one place that makes web requests for articles, and the one door to httpx, httpcore, protego.

A request goes to the addresses a person named and where those lead, and nowhere inside: every host name, at every
redirect, is looked up once, all its addresses must be public, and the connection goes to the very address that was
checked. Time, size and redirects are bounded. No cookies, no credentials, no referrer, no proxy of the environment;
certificates are verified.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from qa import __version__
from qa.errors import Unreadable

# httpx, httpcore and protego are slow to import and needed only where something is asked of the web: each function
# below imports what it uses.
if TYPE_CHECKING:
    import httpcore
    import httpx
    from protego import Protego

WAIT_SECONDS = 20.0  # for a connection, and for each next piece of an answer
TOTAL_SECONDS = 60.0  # for one fetch with all its redirects
REDIRECTS = 5
LARGEST = 20_000_000  # bytes, before and after decompression
LARGEST_ROBOTS = 500_000  # what lies beyond is ignored, as RFC 9309 allows
IDLE_SECONDS = 5.0  # that a connection is kept for the next page of the same host

_NAME = "Footnote"
_HEADERS = (
    (b"User-Agent", f"{_NAME}/{__version__} (+reads articles for one person)".encode()),
    (b"Accept", b"text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*;q=0.5"),
    (b"Accept-Encoding", b"gzip"),  # the one that is bounded below
)
_KINDS = frozenset(
    {
        "",
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "text/x-markdown",
        "application/pdf",
        "application/x-pdf",
        "text/xml",
        "application/xml",
        "application/rss+xml",
        "application/x-rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/epub+zip",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "message/rfc822",
        "multipart/related",
        "application/x-mimearchive",
    }
)
# Kinds that say nothing of what was sent; the name in the address may.
_ANY_KIND = frozenset(
    {"application/octet-stream", "binary/octet-stream", "application/download", "application/zip", "application/binary"}
)
_SUFFIXES = frozenset(
    ".html .htm .xhtml .txt .text .md .markdown .pdf .docx .epub .eml .mht .mhtml .xml .rss .atom .rdf .json".split()
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.ASCII | re.IGNORECASE)
_USER = re.compile(r"//[^/?#]*@")
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_A_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_INSIDE = {ipaddress.IPv4Address("168.63.129.16")}  # public by number, but answers inside a cloud's machines only

_SAVE_IT = "Save the page in a browser and index the file."
_LATER = "Try again later, or save the page in a browser and index the file."
_REASONS = {
    401: ("wants a login", _SAVE_IT),
    402: ("wants to be paid", _SAVE_IT),
    403: ("may not be read by programs", _SAVE_IT),
    404: ("is not there", "Check the address; the page may have moved."),
    407: ("wants a login", _SAVE_IT),
    410: ("is gone for good", "Check the address; the page was taken down."),
    429: ("was asked too often", "Wait a while before the next run."),
    451: ("may not be shown for legal reasons", _SAVE_IT),
}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""From a host name and a port to addresses; raises OSError where the name is not known."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered.

    `address`: where the redirects ended, without a fragment. `data`: None when nothing has changed since `etag` or
    `modified`. `kind`: the content type in lower case without parameters, "" where none was stated. `charset`: as the
    header declares it. `etag` and `modified` make the next request conditional.
    """

    address: str
    data: bytes | None
    kind: str
    charset: str | None
    etag: str | None
    modified: str | None


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system resolves it. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: Address) -> bool:
    """Whether the address lies on the public internet, also where an IPv6 address carries an IPv4 one inside."""
    if isinstance(address, ipaddress.IPv6Address):
        if inner := address.ipv4_mapped or address.sixtofour or _translated(address):
            return is_public(inner)
        return address in _GLOBAL_UNICAST and address.is_global and not address.is_multicast
    return address.is_global and not (address.is_multicast or address.is_reserved or address in _INSIDE)


class Web:
    """The web in one run, asked one thing at a time. `private_addresses`: this machine and its network may be read too.

    Nothing is connected before the first `fetch`; `close`, or the end of a `with`, lets go of the connections.
    """

    def __init__(self, private_addresses: bool = False, *, resolve: Resolver = look_up) -> None:
        self._line = _Line(private_addresses, resolve)
        self._robots: dict[str, Protego | None] = {}

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections that are still open."""
        if "_pool" in vars(self):
            self._pool.close()

    def fetch(self, address: str, etag: str | None = None, modified: str | None = None) -> Fetched:
        """What the address answers; with `etag` or `modified` of an earlier answer, only if it has changed since.

        Raises `Unreadable` where it may not be asked, does not answer, or answers with what Footnote does not read.
        """
        conditions = [(b"If-None-Match", etag), (b"If-Modified-Since", modified)]
        headers = [(name, value.encode("latin-1", "ignore")) for name, value in conditions if value]
        reply = self._reply(address, headers, LARGEST)
        unchanged = reply.status == 304 and headers != []
        if not unchanged:
            _require_article(address, reply)
        return Fetched(
            address=str(reply.url),
            data=None if unchanged else reply.data,
            kind=reply.kind,
            charset=reply.charset,
            etag=reply.headers.get("etag") or (etag if unchanged else None),
            modified=reply.headers.get("last-modified") or (modified if unchanged else None),
        )

    def allowed(self, address: str) -> bool:
        """Whether the site's robots.txt lets a program read the address; asked once per site and run.

        A site without one (4xx) allows everything. One that does not answer, is overloaded (429) or fails (5xx) allows
        nothing this time. Raises `Unreadable` where the address is none that could be asked.
        """
        url = _parsed(address, address)
        site = str(url.copy_with(raw_path=b"/robots.txt"))
        if site not in self._robots:
            self._robots[site] = self._robots_of(site)
        rules = self._robots[site]
        return rules is not None and rules.can_fetch(str(url), _NAME)

    def _robots_of(self, site: str) -> Protego | None:
        from protego import Protego

        try:
            reply = self._reply(site, [], LARGEST_ROBOTS)
        except Unreadable:
            return None
        if reply.status == 429 or reply.status >= 500:
            return None
        return Protego.parse(reply.data[:LARGEST_ROBOTS].decode("utf-8", "replace"))

    def _reply(self, address: str, headers: list[tuple[bytes, bytes]], most: int) -> _Reply:
        """The last answer after all redirects; a little more than `most` bytes of it where it is larger."""
        self._line.until = time.monotonic() + TOTAL_SECONDS
        url = _parsed(address, address)
        for _ in range(REDIRECTS + 1):
            reply = self._asked(address, url, headers, most)
            location = reply.headers.get("location")
            if location is None or reply.status not in (301, 302, 303, 307, 308):
                return reply
            url = _next(address, url, location)
        raise Unreadable(f"{address} leads from address to address without end.", "Name the page where it ends.")

    def _asked(self, address: str, url: httpx.URL, headers: list[tuple[bytes, bytes]], most: int) -> _Reply:
        import httpcore

        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        waits = dict.fromkeys(("connect", "read", "write", "pool"), WAIT_SECONDS)
        sent = [(b"Host", url.netloc), *_HEADERS, *headers]
        with (
            _explained(address, url),
            self._pool.stream("GET", target, headers=sent, extensions={"timeout": waits}) as response,
        ):
            stated = {name.decode("latin-1").lower(): _text(value) for name, value in response.headers}
            reply = _Reply(url, response.status, stated, b"")
            if not reply.good:
                return reply
            _require_readable(reply)
            return _Reply(url, response.status, stated, _body(response.iter_stream(), reply.coding, most))

    @cached_property
    def _pool(self) -> httpcore.ConnectionPool:
        import httpcore
        import httpx

        try:
            trusted = httpx.create_ssl_context()
        except OSError as error:  # SSL_CERT_FILE names what is none
            raise _Refusal(
                "cannot be asked: this machine's list of trusted certificates cannot be read",
                "Check the variables SSL_CERT_FILE and SSL_CERT_DIR.",
            ) from error
        return httpcore.ConnectionPool(
            ssl_context=trusted,
            max_keepalive_connections=2,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=cast("httpcore.NetworkBackend", self._line),
        )


@dataclass(frozen=True, slots=True)
class _Reply:
    url: httpx.URL
    status: int
    headers: Mapping[str, str]
    data: bytes

    @property
    def good(self) -> bool:
        return self.status in (200, 203)

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        declared = _CHARSET.search(self.headers.get("content-type", "").partition(";")[2])
        return declared[1] if declared else None

    @property
    def coding(self) -> str:
        return self.headers.get("content-encoding", "").strip().lower()


class _Refusal(Exception):
    """Why an answer or a connection is refused, as the end of a sentence about the address, and what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.hint = hint


class _Line:
    """Connects for httpcore: checks every address of a host, and connects to the very ones that were checked.

    Has the form of `httpcore.NetworkBackend` without being one, as its stream below, so that to import this file does
    not import httpcore. `until` ends everything, whatever the single waits allow.
    """

    def __init__(self, private: bool, resolve: Resolver) -> None:
        self.until = 0.0
        self._private = private
        self._resolve = resolve

    def left(self, timeout: float | None) -> float:
        """The seconds to wait: `timeout`, or less where less is left of the whole. Raises httpcore's ReadTimeout."""
        import httpcore

        rest = self.until - time.monotonic()
        if rest <= 0:
            raise httpcore.ReadTimeout("the time for the whole is over")
        return rest if timeout is None else min(rest, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        import httpcore

        failure: Exception = httpcore.ConnectError("the host has no address")
        for address in self._checked(host, port):
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(address), port, self.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return cast("httpcore.NetworkStream", _Stream(stream, self.left))
        raise failure

    def _checked(self, host: str, port: int) -> list[Address]:
        try:
            addresses: list[Address] = [ipaddress.ip_address(host)]
        except ValueError:
            addresses = self._resolved(host, port)
        inside = [address for address in addresses if not is_public(address)]
        if inside and not self._private:
            raise _Refusal(
                f"leads to {inside[0]}, which is no address on the public internet",
                "Save the page and index the file, or allow such addresses: QA_PRIVATE_ADDRESSES=true",
            )
        return addresses

    def _resolved(self, host: str, port: int) -> list[Address]:
        try:
            return [ipaddress.ip_address(found) for found in self._resolve(host, port)]
        except (OSError, ValueError) as error:
            raise _Refusal(
                f"cannot be found: the name {host} is not known", "Check the address and the connection."
            ) from error


class _Stream:
    """A connection on which no wait is longer than what is left of the whole time."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[float | None], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._left(timeout))
        return cast("httpcore.NetworkStream", _Stream(secured, self._left))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address for which a NAT64 address stands."""
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _parsed(origin: str, address: str) -> httpx.URL:
    """The address taken apart, its host in one notation, without fragment. Raises `Unreadable`."""
    import httpx

    try:
        url = httpx.URL(address.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise _no_address(origin) from error
    if url.userinfo:
        bare = url.copy_with(username=None, password=None)
        raise Unreadable(
            f"{bare} is given with a user name or password, which Footnote does not send.",
            "Save the page in a browser and index the file.",
        )
    if url.scheme not in ("http", "https") or not (url.port is None or 0 < url.port < 65536):
        raise _no_address(origin)
    return url.copy_with(host=_host(origin, url.raw_host.decode("ascii")))


def _host(origin: str, host: str) -> str:
    """The host in one notation: a number in whichever form (0x7f000001, 127.1) as the address that it stands for."""
    host = host.lower().removesuffix(".")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if _HOST.fullmatch(host) is None or len(host) > 253:
        raise _no_address(origin)
    if _A_NUMBER.fullmatch(host) is None:
        return host
    try:
        return str(ipaddress.IPv4Address(socket.inet_aton(host)))
    except OSError as error:
        raise _no_address(origin) from error


def _no_address(origin: str) -> Unreadable:
    shown = _USER.sub("//", origin)
    return Unreadable(f"{shown} is no web address.", "Name a page that begins with https://")


def _next(origin: str, url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads. Raises `Unreadable` where it may not be followed."""
    import httpx

    try:
        following = str(url.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise _leads_astray(origin) from error
    try:
        goal = _parsed(origin, following)
    except Unreadable as error:
        raise _leads_astray(origin) from error
    if (url.scheme, goal.scheme) == ("https", "http"):
        raise Unreadable(f"{origin} leads from https to {goal}, which is not encrypted.", _SAVE_IT)
    return goal


def _leads_astray(origin: str) -> Unreadable:
    return Unreadable(f"{origin} leads to what is no web address that can be followed.", _SAVE_IT)


def _require_readable(reply: _Reply) -> None:
    """Raises `_Refusal` for what is no kind of article, before its bytes are read."""
    by_name = reply.kind in _ANY_KIND and PurePosixPath(reply.url.path).suffix.lower() in _SUFFIXES
    if reply.kind not in _KINDS and not by_name:
        raise _Refusal(
            f"is of a kind that Footnote does not read ({reply.kind[:80]})",
            "Name a page, a PDF, a document or a feed.",
        )
    if reply.coding not in ("", "identity", "gzip", "x-gzip"):
        raise _Refusal(f"is packed in a way that was not asked for ({reply.coding[:80]})", _SAVE_IT)


def _require_article(address: str, reply: _Reply) -> None:
    if len(reply.data) > LARGEST:
        raise Unreadable(f"{address} is larger than {LARGEST // 1_000_000} MB.", "Save its text and index the file.")
    if reply.good:
        return
    reason, hint = _REASONS.get(reply.status, ("cannot be read", _SAVE_IT))
    if reply.status >= 500:
        reason, hint = "cannot be shown by its site at the moment", _LATER
    raise Unreadable(f"{address} {reason} (the site answered {reply.status}).", hint)


def _body(chunks: Iterable[bytes], coding: str, most: int) -> bytes:
    """The bytes of an answer, unpacked; it stops with the first piece beyond `most`."""
    data = bytearray()
    for chunk in _unpacked(chunks) if coding.endswith("gzip") else chunks:
        data += chunk
        if len(data) > most:
            break
    return bytes(data)


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What was packed with gzip, in pieces of at most 64 KB, so that a bomb can be stopped. Raises zlib.error."""
    unpacker = zlib.decompressobj(wbits=31)
    empty = True
    for chunk in chunks:
        empty = False
        while chunk and not unpacker.eof:
            yield unpacker.decompress(chunk, 65536)
            chunk = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not (unpacker.eof or empty):
        raise zlib.error("the packed data ends too early")


def _text(value: bytes) -> str:
    """A header's value; addresses in it may be in UTF-8."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@contextmanager
def _explained(address: str, url: httpx.URL) -> Iterator[None]:
    """Every failure of a connection as an `Unreadable` about the address that a person named."""
    import httpcore

    try:
        yield
    except _Refusal as error:
        raise Unreadable(f"{address} {error}.", error.hint) from error
    except httpcore.TimeoutException as error:
        raise Unreadable(f"{address} did not answer in time.", _LATER) from error
    except httpcore.ConnectError as error:
        if any(isinstance(cause, ssl.SSLError) for cause in error.args):  # httpcore takes off `__cause__`
            raise Unreadable(
                f"{address} cannot be trusted: no encrypted connection to {url.host} could be made.",
                "Open it in a browser; if it warns you too, the site's certificate is wrong.",
            ) from error
        raise Unreadable(f"{address} cannot be reached: {url.host} does not answer.", _LATER) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error) as error:
        raise Unreadable(f"{address} broke off, or is no web page: its answer could not be read.", _LATER) from error
