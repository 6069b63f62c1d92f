import gzip
import ipaddress
import shutil
import ssl
import subprocess
import zlib

import httpcore
import pytest
from hostile_server import answer, endless, hostile_server, page, redirect
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import __version__
from qa.articles import fetch
from qa.articles.fetch import Fetched, Web
from qa.errors import Unreadable

HTML = "Content-Type: text/html"


def nowhere(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")


def at(*addresses: str):
    """A resolver that finds every host at these addresses."""
    return lambda host, port: list(addresses)


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(fetch, "LARGEST", 100_000)


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(fetch, "TOTAL_SECONDS", 0.6)
    monkeypatch.setattr(fetch, "WAIT_SECONDS", 0.3)


@pytest.fixture
def loopback_is_public(monkeypatch):
    """127.0.0.1 alone counts as public, so that a true server can stand for a site on the internet."""
    real, stand_in = fetch.is_public, ipaddress.ip_address("127.0.0.1")
    monkeypatch.setattr(fetch, "is_public", lambda address: address == stand_in or real(address))


@pytest.fixture
def connected(monkeypatch):
    """The addresses that would have been connected to; nothing answers there."""
    tried = []

    def connect(self, host, port, *_):
        tried.append((host, port))
        raise httpcore.ConnectError("refused")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return tried


def fetched(script, path="/a", **given):
    with hostile_server({path: script}) as server, Web(private_addresses=True) as web:
        return web.fetch(server.url(path), **given)


def refused(script, path="/a") -> str:
    """The sentence with which an answer is refused, without its address."""
    with hostile_server({path: script}) as server, Web(private_addresses=True) as web:
        with pytest.raises(Unreadable) as caught:
            web.fetch(server.url(path))
        assert caught.value.hint
        said = str(caught.value)
        assert said.startswith(server.url(path) + " ")
        return said.removeprefix(server.url(path) + " ")


# What is fetched


def test_a_page_comes_with_what_its_header_says():
    script = answer(
        b"<p>Eels</p>",
        "Content-Type: TEXT/HTML; Charset=ISO-8859-1",
        'ETag: "7"',
        "Last-Modified: Mon, 01 Feb 2021 08:00:00 GMT",
    )
    with hostile_server({"/a?b=c": script}) as server, Web(private_addresses=True) as web:
        assert web.fetch(server.url("/a?b=c#part")) == Fetched(
            address=server.url("/a?b=c"),
            data=b"<p>Eels</p>",
            kind="text/html",
            charset="ISO-8859-1",
            etag='"7"',
            modified="Mon, 01 Feb 2021 08:00:00 GMT",
        )
        (request,) = server.requests
    assert request.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": f"Footnote/{__version__} (+reads articles for one person)",
        "accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*;q=0.5",
        "accept-encoding": "gzip",
    }


def test_an_unchanged_page_is_not_sent_again():
    script = answer(status="304 Not Modified")
    with hostile_server({"/a": script}) as server, Web(private_addresses=True) as web:
        got = web.fetch(server.url("/a"), etag='"7"', modified="Mon, 01 Feb 2021 08:00:00 GMT")
        assert got == Fetched(server.url("/a"), None, "", None, '"7"', "Mon, 01 Feb 2021 08:00:00 GMT")
        (request,) = server.requests
        assert request.headers["if-none-match"] == '"7"'
        assert request.headers["if-modified-since"] == "Mon, 01 Feb 2021 08:00:00 GMT"


def test_unchanged_without_having_asked_is_an_error():
    assert refused(answer(status="304 Not Modified")) == "cannot be read (the site answered 304)."


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed_and_the_last_address_is_told(status):
    pages = {"/a": redirect("b/?x=1#there", status), "/b/?x=1": page("There")}
    with hostile_server(pages) as server, Web(private_addresses=True) as web:
        got = web.fetch(server.url("/a"))
        assert (got.address, got.data) == (server.url("/b/?x=1"), b"There")


def test_a_page_without_a_type_is_taken_and_a_file_by_its_name():
    assert fetched(answer(b"Eels")).kind == ""
    binary = answer(b"%PDF-", "Content-Type: application/octet-stream")
    assert fetched(binary, "/report.PDF").kind == "application/octet-stream"


@pytest.mark.parametrize("packed", [gzip.compress(b"Eels" * 50_000), gzip.compress(b"")])
def test_a_packed_page_is_unpacked(packed):
    data = fetched(answer(packed, HTML, "Content-Encoding: gzip")).data
    assert data == gzip.decompress(packed)


@given(data=st.binary(max_size=3000), cuts=st.lists(st.integers(1, 400), max_size=20))
def test_what_was_packed_is_unpacked_however_it_arrives(data, cuts):
    packed, pieces = gzip.compress(data), []
    for cut in [*cuts, len(packed)]:
        pieces.append(packed[:cut])
        packed = packed[cut:]
    assert fetch._body(pieces, "gzip", 5000) == data


def test_connections_are_kept_for_the_next_page_and_closed_at_the_end():
    with hostile_server({"/a": page("A"), "/b": page("B")}) as server:
        with Web(private_addresses=True) as web:
            assert [web.fetch(server.url(path)).data for path in ("/a", "/b")] == [b"A", b"B"]
        assert server.connections == 1


def test_the_environments_proxy_is_not_used(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetched(page("Direct")).data == b"Direct"


def test_cookies_and_where_one_came_from_are_never_sent():
    moved = answer(b"", "Location: /b", "Set-Cookie: who=you; Path=/", status="302 Found")
    with hostile_server({"/a": moved, "/b": page("B", "Set-Cookie: who=me")}) as server:
        with Web(private_addresses=True) as web:
            web.fetch(server.url("/a"))
            web.fetch(server.url("/b"))
        assert [request.path for request in server.requests] == ["/a", "/b", "/b"]
        assert all({"cookie", "referer", "authorization"}.isdisjoint(request.headers) for request in server.requests)


# Answers that are refused


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("401 No", "wants a login (the site answered 401)."),
        ("403 No", "may not be read by programs (the site answered 403)."),
        ("404 No", "is not there (the site answered 404)."),
        ("410 No", "is gone for good (the site answered 410)."),
        ("418 No", "cannot be read (the site answered 418)."),
        ("429 No", "was asked too often (the site answered 429)."),
        ("503 No", "cannot be shown by its site at the moment (the site answered 503)."),
        ("204 Empty", "cannot be read (the site answered 204)."),
        ("206 Part", "cannot be read (the site answered 206)."),
    ],
)
def test_a_bad_status_is_explained(status, said):
    assert refused(answer(b"Sorry", HTML, status=status)) == said


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "audio/mpeg", "application/octet-stream", "text/css"])
def test_what_is_no_article_is_not_read(kind):
    said = f"is of a kind that Footnote does not read ({kind})."
    assert refused(answer(b"\x89PNG", f"Content-Type: {kind}")) == said


def test_a_packing_that_cannot_be_bounded_is_refused():
    twice = answer(b"x", HTML, "Content-Encoding: gzip, gzip")
    assert refused(twice) == "is packed in a way that was not asked for (gzip, gzip)."


def test_a_bomb_is_stopped_before_it_is_unpacked(small):
    bomb = gzip.compress(bytes(50_000_000))
    assert refused(answer(bomb, HTML, "Content-Encoding: gzip")).startswith("is larger than ")


def test_no_more_is_unpacked_than_is_allowed():
    bomb = gzip.compress(bytes(50_000_000))
    assert len(fetch._body([bomb], "gzip", 100_000)) <= 100_000 + 65536


def test_an_endless_page_ends(small):
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    assert refused(endless(start, b"more and " * 1000)).startswith("is larger than ")


@pytest.mark.parametrize(
    ("start", "piece", "wait"),
    [
        (b"", b"", 0.05),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n", 0.05),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b".", 0.05),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05),
    ],
    ids=["silence", "headers", "body", "hints"],
)
def test_a_slow_drip_ends(hurried, start, piece, wait):
    assert refused(endless(start, piece, wait)) == "did not answer in time."


BROKE_OFF = "broke off, or is no web page: its answer could not be read."


@pytest.mark.parametrize(
    "script",
    [
        answer(b"Only this", HTML, length=5000),
        answer(b"x", HTML, "Content-Length: 9"),
        b"SSH-2.0-OpenSSH\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwor",
        answer(gzip.compress(b"Eels" * 100)[:-9], HTML, "Content-Encoding: gzip"),
        answer(b"not packed", HTML, "Content-Encoding: gzip"),
        answer(zlib.compress(b"other"), HTML, "Content-Encoding: x-gzip"),
    ],
    ids=["cut", "lengths", "ssh", "nothing", "header", "chunk", "gzip cut", "no gzip", "other packing"],
)
def test_an_answer_that_breaks_off_or_is_none_is_refused(script):
    def write(connection, stopped):
        connection.write(script)

    assert refused(write) == BROKE_OFF


def test_nobody_there_is_said():
    with hostile_server({}) as server:
        address = server.url("/a")
    with (
        Web(private_addresses=True) as web,
        pytest.raises(Unreadable, match=r"cannot be reached: 127\.0\.0\.1 does not"),
    ):
        web.fetch(address)


def test_an_unknown_name_is_said():
    def unknown(host, port):
        raise OSError("no such name")

    with Web(resolve=unknown) as web, pytest.raises(Unreadable, match=r"the name harbour\.example is not known"):
        web.fetch("https://harbour.example/a")


# Redirects that are refused


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/x",
        "ftp://127.0.0.1/a",
        "javascript:alert(1)",
        "http://me:secret@127.0.0.1/",
        "http://[::1",
        "https://",
    ],
)
def test_a_redirect_to_what_is_no_web_address_is_refused(location):
    assert refused(redirect(location)) == "leads to what is no web address that can be followed."


def test_redirects_without_end_are_given_up():
    with hostile_server({"/a": redirect("/b"), "/b": redirect("/a")}) as server, Web(True) as web:
        with pytest.raises(Unreadable, match="without end"):
            web.fetch(server.url("/a"))
        assert len(server.requests) == fetch.REDIRECTS + 1


@pytest.mark.parametrize(
    "inside",
    ["http://127.0.0.2/", "http://169.254.169.254/latest/", "http://[::1]/", "http://0x7f000002/", "http://router.example/"],
)  # fmt: skip
def test_a_redirect_from_a_public_site_into_the_network_is_refused(loopback_is_public, inside):
    def resolve(host, port):
        return {"site.example": ["127.0.0.1"], "router.example": ["192.168.0.1"]}[host]

    with hostile_server({"/a": redirect(inside)}) as server, Web(resolve=resolve) as web:
        address = server.url("/a", host="site.example")
        with pytest.raises(Unreadable, match="no address on the public internet") as caught:
            web.fetch(address)
        assert str(caught.value).startswith(address)
        assert len(server.requests) == 1


# Where it connects to


def test_the_address_that_was_checked_is_the_one_connected_to(connected):
    lookups = []

    def rebinding(host, port):
        lookups.append((host, port))
        return ["20.30.40.50"] if len(lookups) == 1 else ["127.0.0.1"]

    with Web(resolve=rebinding) as web:
        with pytest.raises(Unreadable, match="cannot be reached"):
            web.fetch("http://harbour.example/a")
        assert (lookups, connected) == ([("harbour.example", 80)], [("20.30.40.50", 80)])
        with pytest.raises(Unreadable, match=r"leads to 127\.0\.0\.1, which is no address on the public internet"):
            web.fetch("http://harbour.example/a")
        assert len(connected) == 1


def test_a_name_that_rebinds_between_redirects_is_refused(loopback_is_public):
    answers = iter([["127.0.0.1"], ["10.0.0.5"]])
    with hostile_server({"/a": answer(b"", "Location: /b", "Connection: close", status="302 Found")}) as server:
        with Web(resolve=lambda host, port: next(answers)) as web, pytest.raises(Unreadable, match=r"10\.0\.0\.5"):
            web.fetch(server.url("/a", host="site.example"))
        assert len(server.requests) == 1


def test_one_private_address_among_public_ones_is_enough_to_refuse(connected):
    with Web(resolve=at("20.30.40.50", "10.0.0.5")) as web, pytest.raises(Unreadable, match=r"leads to 10\.0\.0\.5"):
        web.fetch("http://harbour.example/")
    assert connected == []


def test_every_address_of_a_host_is_tried(connected):
    with Web(resolve=at("20.30.40.50", "2a00:1450::5")) as web, pytest.raises(Unreadable):
        web.fetch("https://Harbour.Example:8443/a")
    assert connected == [("20.30.40.50", 8443), ("2a00:1450::5", 8443)]


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("http://0x141e2832/", "20.30.40.50"),
        ("http://20.30.10290/", "20.30.40.50"),
        ("http://20.30.40.50./", "20.30.40.50"),
        ("http://[2A00:1450:0::5]:81/", "2a00:1450::5"),
    ],
)
def test_a_public_number_is_connected_to_as_it_was_checked(connected, address, number):
    with Web(resolve=nowhere) as web, pytest.raises(Unreadable):
        web.fetch(address)
    assert connected == [(number, 81 if ":81" in address else 80)]


@pytest.mark.parametrize(
    "host",
    """127.0.0.1 127.1 127.0.1 0x7f000001 0X7F.1 2130706433 0177.0.0.1 017700000001 127.0.0.1. 0 0.0.0.0 [::1] [::]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [0:0:0:0:0:0:0:1] [2002:7f00:1::] [64:ff9b::127.0.0.1]
    [2001:0:4136:e378:8000:63bf:3fff:fdd2] [fe80::1] [fec0::1] [fd00:ec2::254] [ff02::1] [2001:db8::1] [100::1]
    169.254.169.254 0xa9fea9fe 100.64.0.1 100.100.100.200 168.63.129.16 10.0.0.1 172.31.255.255 192.168.1.1
    192.0.0.1 192.0.2.1 198.18.0.1 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255
    127。0。0。1 127%2e0.0.1 １２７.0.0.1 ①②⑦.0.0.1 0x7f.0x0.0x0.0x1 localhost.0x7f000001 4294967296 1.2.3.4.5
    """.split(),
)
def test_an_inside_address_is_refused_in_every_notation(connected, host):
    with Web(resolve=nowhere) as web, pytest.raises(Unreadable) as caught:
        web.fetch(f"http://{host}/a")
    assert caught.value.hint
    assert connected == []


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "localhost:80"])
def test_this_machine_is_refused_by_its_name(connected, host):
    with Web() as web, pytest.raises(Unreadable, match="no address on the public internet"):
        web.fetch(f"http://{host}/")
    assert connected == []


@pytest.fixture(scope="module")
def careful():
    """A Web for which no name is known, so that whatever it connects to was a number."""

    def unknown(host, port):
        raise OSError("no such name")

    with Web(resolve=unknown) as web:
        yield web


INSIDE = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.2.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip


@st.composite
def notations(draw) -> str:
    """An IPv4 address of a network inside, in one of the ways in which systems read one."""
    network = draw(st.sampled_from(INSIDE))
    number = int(network[0]) + draw(st.integers(0, network.num_addresses - 1))
    parts = draw(st.integers(1, 4))
    left = [(number >> shift) & 0xFF for shift in (24, 16, 8)][: parts - 1]
    fields = [*left, number & ((1 << (8 * (5 - parts))) - 1)]
    written = [draw(st.sampled_from(["{}", "0x{:x}", "0X{:X}", "0{:o}", "0x000{:x}"])).format(n) for n in fields]
    text = ".".join(written) + draw(st.sampled_from(["", "."]))
    high, low = number >> 16, number & 0xFFFF
    return draw(
        st.sampled_from(
            [
                text,
                text,
                text,
                f"[::ffff:{high:x}:{low:x}]",
                f"[2002:{high:x}:{low:x}::1]",
                f"[64:ff9b::{high:x}:{low:x}]",
            ]
        )
    )


@settings(deadline=None)  # the first example reads the certificates
@given(notations())
def test_no_notation_leads_inside(careful, host):
    with pytest.raises(Unreadable) as caught:
        careful.fetch(f"http://{host}/")
    assert "is not known" not in str(caught.value)


@given(st.ip_addresses(v=4))
def test_an_address_carried_inside_another_counts_as_itself(inner):
    carried = [f"::ffff:{inner}", f"64:ff9b::{inner}", f"2002:{int(inner) >> 16:x}:{int(inner) & 0xFFFF:x}::1"]
    verdicts = {fetch.is_public(ipaddress.ip_address(text)) for text in [str(inner), *carried]}
    assert len(verdicts) == 1


@pytest.mark.parametrize("number", ["8.8.8.8", "20.30.40.50", "2a00:1450::5", "2606:4700::1111", "64:ff9b::8.8.8.8"])
def test_public_addresses_are_public(number):
    assert fetch.is_public(ipaddress.ip_address(number))


# Addresses that are none


@pytest.mark.parametrize(
    "address",
    ["", " ", "harbour.example/a", "/etc/passwd", "file:///etc/passwd", "ftp://harbour.example/", "http://", "http:///a",
     "http://a b.example/", "http://harbour.example:99999/", "http://[::1", "http://..example/", "data:text/html,Eels",
     "http://harbour.example\n/a", f"http://{'a' * 64}.example/", "http://\ud800.example/", "http://-\u00ad.example/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(address):
    with Web(resolve=nowhere) as web:
        with pytest.raises(Unreadable, match="is no web address"):
            web.fetch(address)
        with pytest.raises(Unreadable, match="is no web address"):
            web.allowed(address)


@pytest.mark.parametrize(
    "address", ["https://me:secret@harbour.example/a", "https://secret@harbour.example/", "ftp://me:secret@[::1"]
)
def test_a_password_is_neither_sent_nor_repeated(address):
    with Web(resolve=nowhere) as web, pytest.raises(Unreadable) as caught:
        web.fetch(address)
    assert "secret" not in str(caught.value) + caught.value.hint


@settings(deadline=None)  # as above
@given(st.text(st.characters(exclude_characters="/?#\\"), max_size=20), st.text(max_size=20))
def test_any_text_for_an_address_is_an_error_for_people(careful, host, rest):
    with pytest.raises(Unreadable):
        careful.fetch(f"https://{host}.example/{rest}")


# Encryption


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of harbour.example that it has given itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes its certificate with openssl")
    folder = tmp_path_factory.mktemp("certificate")
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=harbour.example"
    names = ["-addext", "subjectAltName=DNS:harbour.example", "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run([openssl, *command.split(), *names], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def encrypted(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    pages = {"/a": page("Eels"), "/open": redirect("http://harbour.example/a")}
    with hostile_server(pages, tls=context) as server:
        yield server


def test_an_encrypted_page_is_read_where_its_certificate_is_trusted(encrypted, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "certificate.pem"))
    with Web(True, resolve=here) as web:
        assert web.fetch(encrypted.url("/a", "harbour.example.", "https")).data == b"Eels"
        with pytest.raises(Unreadable, match=r"leads from https to http://harbour\.example/a, which is not encrypted"):
            web.fetch(encrypted.url("/open", "harbour.example", "https"))
        with pytest.raises(Unreadable, match=r"no encrypted connection to other\.example"):
            web.fetch(encrypted.url("/a", "other.example", "https"))


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted):
    with Web(True, resolve=here) as web, pytest.raises(Unreadable, match="cannot be trusted"):
        web.fetch(encrypted.url("/a", "harbour.example", "https"))
    assert encrypted.requests == []


def test_a_list_of_certificates_that_is_none_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent.pem"))
    with Web(True) as web, pytest.raises(Unreadable, match="list of trusted certificates cannot be read"):
        web.fetch("http://127.0.0.1:1/")


# robots.txt


RULES = b"User-agent: *\nDisallow: /private/\n\nUser-agent: Footnote\nDisallow: /quiet\nAllow: /quiet/but-this\n"


def allowed(robots, *paths: str) -> list[bool]:
    with hostile_server({"/robots.txt": robots}) as server, Web(private_addresses=True) as web:
        verdicts = [web.allowed(server.url(path)) for path in paths]
        assert {request.path for request in server.requests} <= {"/robots.txt"}
        return verdicts


def test_a_sites_wishes_are_heard():
    robots = answer(RULES, "Content-Type: text/plain")
    paths = ("/", "/quiet", "/quiet/but-this", "/private/a", "/a?b=/quiet", "/robots.txt")
    assert allowed(robots, *paths) == [True, False, True, True, True, True]


@pytest.mark.parametrize(
    ("status", "verdict"), [("404 No", True), ("403 No", True), ("410 No", True), ("429 No", False), ("503 No", False)]
)
def test_a_site_without_wishes_allows_all_and_one_in_trouble_nothing(status, verdict):
    assert allowed(answer(b"User-agent: *\nDisallow: /", status=status), "/a") == [verdict]


def test_a_site_that_does_not_answer_allows_nothing_this_time():
    with hostile_server({}) as server:
        address = server.url("/a")
    with Web(private_addresses=True) as web:
        assert not web.allowed(address)
    with Web(resolve=at("10.0.0.5")) as web:
        assert not web.allowed("https://harbour.example/a")


def test_a_site_is_asked_once_for_each_port():
    robots = answer(RULES, "Content-Type: text/plain")
    with (
        hostile_server({"/robots.txt": robots}) as one,
        hostile_server({"/robots.txt": redirect("/r"), "/r": robots}) as two,
    ):
        with Web(private_addresses=True) as web:
            verdicts = [web.allowed(server.url(path)) for server in (one, two) for path in ("/a", "/quiet?x=1#y")]
        assert verdicts == [True, False, True, False]
        assert [len(one.requests), len(two.requests)] == [1, 2]


def test_endless_wishes_are_heard_as_far_as_the_limit(monkeypatch):
    monkeypatch.setattr(fetch, "LARGEST_ROBOTS", 10_000)
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + RULES
    assert allowed(endless(start, b"# more of this\n" * 100), "/quiet") == [False]
