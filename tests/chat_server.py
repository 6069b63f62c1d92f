"""A scripted chat model on loopback: speaks OpenAI's chat completions over HTTP, streamed as server-sent events.

Each request takes the next `Reply` of the script; what was sent is kept in `requests`. Not a test file: tests start it
with `chat_server(...)`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """One answer of the server: `pieces` streamed one by one, after `gate` (where given) before the piece `gate_at`."""

    pieces: list[str] = field(default_factory=list)
    status: int = 200
    error: str = ""
    finish: str | None = "stop"
    gate: threading.Event | None = None
    gate_at: int = 0
    drip: float = 0.0  # seconds between endless single bytes sent after the pieces
    cut: bool = False  # the connection breaks off after the pieces, in the middle of a chunk


@dataclass
class ChatServer:
    """The running server: its address for chat_url, and the requests it got: (path, authorization, body)."""

    url: str
    script: list[Reply]
    requests: list[tuple[str, str, dict]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def sent(self) -> str:
        """All message texts of the last request, in one string."""
        return "\n".join(message["content"] for message in self.requests[-1][2]["messages"])


@contextmanager
def chat_server(*script: Reply) -> Iterator[ChatServer]:
    """A server on a random port that answers by the script, for the time of the block."""
    state = ChatServer("", list(script))

    class Handler(_Handler):
        server_state = state

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, client: None  # clients that hang up are part of the tests
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: ChatServer

    def do_POST(self) -> None:
        state = self.server_state
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            body = json.loads(data or b"{}")
        except ValueError:  # not a chat request: kept all the same, so that a test sees it
            body = {}
        state.requests.append((self.path, self.headers.get("Authorization", ""), body))
        if self.path != "/v1/chat/completions" or not state.script:
            self._error(404, "no such thing")
            return
        reply = state.script.pop(0)
        if reply.status != 200:
            self._error(reply.status, reply.error or f"refused {self.headers.get('Authorization')}")
            return
        with suppress(BrokenPipeError, ConnectionResetError):
            self._stream(reply)

    do_GET = do_POST

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for position, piece in enumerate(reply.pieces):
            if reply.gate is not None and position == reply.gate_at:
                self._wait(reply.gate)
            self._event({"role": "assistant", "content": piece})
        if reply.gate is not None and reply.gate_at >= len(reply.pieces):
            self._wait(reply.gate)
        while reply.drip and not self.server_state.stopped.wait(reply.drip):
            self._chunk(b":")  # a comment line that never ends
        if reply.cut:
            self.wfile.write(b"ff\r\ndata: {")
            self.close_connection = True
            return
        if reply.finish is not None:
            self._event({}, reply.finish)
            self._chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _wait(self, gate: threading.Event) -> None:
        while not gate.wait(0.02) and not self.server_state.stopped.is_set():
            pass

    def _event(self, delta: dict, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
        self._chunk(b"data: " + json.dumps(event).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _error(self, status: int, message: str) -> None:
        data = json.dumps({"error": {"message": message, "type": "invalid_request_error"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Tests read `requests`; nothing is printed."""
