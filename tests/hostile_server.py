"""A scripted web server on loopback that answers what it is told to, byte by byte. Not a test file: tests start it with
`hostile_server(...)`.

`pages` maps a path to the bytes of a whole answer (see `answer`), or to a function that writes its own to the
connection until `stopped` is set. What was asked is kept in `requests`.
"""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO

Page = bytes | Callable[[BinaryIO, threading.Event], None]


@dataclass
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class HostileServer:
    port: int
    pages: dict[str, Page]
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """A whole HTTP answer; `length`: what it claims to be, where that is not true."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body


def page(text: str, *headers: str) -> bytes:
    return answer(text.encode(), "Content-Type: text/html; charset=utf-8", *headers)


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {location}", status=status)


def endless(start: bytes, piece: bytes, wait: float = 0.0) -> Page:
    """Begins with `start` and then sends `piece` for as long as someone listens."""

    def write(connection: BinaryIO, stopped: threading.Event) -> None:
        connection.write(start)
        while not stopped.wait(wait):
            connection.write(piece)

    return write


@contextmanager
def hostile_server(pages: dict[str, Page], tls: ssl.SSLContext | None = None) -> Iterator[HostileServer]:
    """Listens on a free port of loopback until the block ends."""

    class Handler(socketserver.StreamRequestHandler):
        wbufsize = 0

        def setup(self) -> None:
            if tls is not None:
                self.request.do_handshake()
            super().setup()

        def handle(self) -> None:
            state.connections += 1
            while (asked := self.rfile.readline()) and not state.stopped.is_set():
                path = asked.split()[1].decode()
                fields = [line.decode("latin-1") for line in iter(self.rfile.readline, b"\r\n") if line]
                names = [line.partition(":") for line in fields]
                state.requests.append(Request(path, {name.lower(): value.strip() for name, _, value in names}))
                script = state.pages.get(path, answer(b"nothing here", status="404 Not Found"))
                if callable(script):
                    script(self.wfile, state.stopped)
                    return
                self.wfile.write(script)
                if len(script.partition(b"\r\n\r\n")[2]) != _claimed(script):
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        request_queue_size = 20

        def get_request(self):
            connection, client = super().get_request()
            if tls is not None:
                connection = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            return connection, client

        def process_request_thread(self, request, client_address) -> None:
            with suppress(OSError):  # the other side has had enough
                super().process_request_thread(request, client_address)

        def handle_error(self, request, client_address) -> None:
            """Quietly: that the other side hangs up is what is tested."""

    with Server(("127.0.0.1", 0), Handler) as server:
        state = HostileServer(server.server_address[1], dict(pages))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            state.stopped.set()
            server.shutdown()
            thread.join()


def _claimed(script: bytes) -> int:
    head = script.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
    return int(head.partition("content-length:")[2].split("\r\n")[0] or -1)
