"""A scripted chat model on loopback. It speaks three protocols over HTTP, each streamed as its provider does: OpenAI's
chat completions and Anthropic's messages (server-sent events), and Ollama's chat (a JSON object per line).

Each request takes the next `Reply` of the script; what was sent is kept in `requests`. In a reply, s1 stands for the id
of the first line of evidence in the request, s2 for the second; one that is not there stays as it is. Not a test file:
tests start it with `chat_server(...)`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages", "ollama": "/api/chat"}
PROTOCOLS = {path: name for name, path in PATHS.items()}


@dataclass
class Reply:
    """One answer of the server: `pieces` streamed one by one, after `gate` (where given) before the piece `gate_at`."""

    pieces: list[str] = field(default_factory=list)
    status: int = 200
    error: str = ""
    retry_after: str = ""
    finish: str | None = "stop"
    gate: threading.Event | None = None
    gate_at: int = 0
    drip: float = 0.0  # seconds between endless single bytes sent after the pieces
    endless: bool = False  # the last piece again and again
    cut: bool = False  # the connection breaks off after the pieces, in the middle of a chunk


@dataclass
class ChatServer:
    """The running server: its address for chat_url, and the requests it got: (path, authorization, body)."""

    url: str
    script: list[Reply]
    requests: list[tuple[str, str, dict]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """The client closed a connection while its reply was under way."""

    @property
    def root(self) -> str:
        """The address without OpenAI's /v1."""
        return self.url.removesuffix("/v1")

    @property
    def sent(self) -> str:
        """All message texts of the last request, in one string."""
        body = self.requests[-1][2]
        return "\n".join([str(body.get("system", "")), *(words(message) for message in body["messages"])])


def open_connections(server: ChatServer) -> list[asyncio.Transport]:
    """The connections to the server that clients of this process hold and do not close."""
    port = int(server.root.rpartition(":")[2])
    # By type(): isinstance() asks every object for its class, and some answer with a warning.
    transports = [each for each in gc.get_objects() if issubclass(type(each), asyncio.Transport)]
    held = [each for each in transports if not each.is_closing()]
    return [transport for transport in held if (transport.get_extra_info("peername") or (None, None))[1] == port]


def words(message: dict) -> str:
    """The text of a message, in whichever protocol."""
    content = message["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


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
        key = self.headers.get("Authorization") or self.headers.get("x-api-key") or ""
        state.requests.append((self.path, key, body))
        if self.path not in PROTOCOLS or not state.script:
            self._error(404, "no such thing")
            return
        reply = state.script.pop(0)
        if reply.status != 200:
            self._error(reply.status, reply.error or f"refused {key}", reply.retry_after)
            return
        try:
            self._stream(reply, _ids(body))
        except (BrokenPipeError, ConnectionResetError):
            state.hung_up.set()
            self.close_connection = True

    do_GET = do_POST

    def _stream(self, reply: Reply, ids: list[str]) -> None:
        self._protocol = PROTOCOLS[self.path]
        self.send_response(200)
        lines = self._protocol == "ollama"
        self.send_header("Content-Type", "application/x-ndjson" if lines else "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._begin()
        for position, piece in enumerate(_pieces(reply)):
            if reply.gate is not None and position == reply.gate_at:
                self._wait(reply.gate)
            if self.server_state.stopped.is_set():
                return
            self._piece(_named(piece, ids))
        if reply.gate is not None and reply.gate_at >= len(reply.pieces):
            self._wait(reply.gate)
        while reply.drip and not self.server_state.stopped.wait(reply.drip):
            self._chunk(b":" if not lines else b" ")  # a comment, or a line, that never ends
        if reply.cut:
            self.wfile.write(b"ff\r\ndata: {")
            self.close_connection = True
            return
        if reply.finish is not None:
            self._finish(reply.finish)
        self.wfile.write(b"0\r\n\r\n")

    def _wait(self, gate: threading.Event) -> None:
        """Until the gate opens; a client that hangs up meanwhile is seen at once."""
        while not gate.is_set() and not self.server_state.stopped.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionResetError

    def _begin(self) -> None:
        if self._protocol == "anthropic":
            usage = {"input_tokens": 1, "output_tokens": 1}
            about = {"id": "m1", "type": "message", "role": "assistant", "model": "scripted", "content": []}
            about |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
            self._event({"type": "message_start", "message": about})
            self._event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})

    def _piece(self, piece: str) -> None:
        match self._protocol:
            case "openai":
                self._event(_openai({"role": "assistant", "content": piece}))
            case "anthropic":
                self._event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})
            case "ollama":
                self._event(_ollama(piece))

    def _finish(self, finish: str) -> None:
        match self._protocol:
            case "openai":
                self._event(_openai({}, finish))
                self._chunk(b"data: [DONE]\n\n")
            case "anthropic":
                reason = {"stop": "end_turn", "length": "max_tokens"}[finish]
                self._event({"type": "content_block_stop", "index": 0})
                delta = {"stop_reason": reason, "stop_sequence": None}
                self._event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 2}})
                self._event({"type": "message_stop"})
            case "ollama":
                self._event(_ollama("") | {"done": True, "done_reason": finish})

    def _event(self, event: dict) -> None:
        data = json.dumps(event).encode()
        if self._protocol == "ollama":
            self._chunk(data + b"\n")
            return
        name = f"event: {event['type']}\n".encode() if self._protocol == "anthropic" else b""
        self._chunk(name + b"data: " + data + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _error(self, status: int, message: str, retry_after: str = "") -> None:
        error = {"message": message, "type": "invalid_request_error"}
        shape = {"/v1/messages": {"type": "error", "error": error}, "/api/chat": {"error": message}}
        data = json.dumps(shape.get(self.path, {"error": error})).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Tests read `requests`; nothing is printed."""


def _pieces(reply: Reply) -> Iterator[str]:
    yield from reply.pieces
    while reply.endless:
        yield reply.pieces[-1]


def _ids(body: dict) -> list[str]:
    """The ids that begin the lines of evidence, in their order."""
    data = [text.partition("<evidence>")[2] for text in map(words, body.get("messages", []))]
    return re.findall(r"^\[(\w+)\]", "".join(data), re.MULTILINE)


def _named(piece: str, ids: list[str]) -> str:
    def name(match: re.Match[str]) -> str:
        number = int(match[1])
        return ids[number - 1] if 0 < number <= len(ids) else match[0]

    return re.sub(r"\bs(\d{1,3})\b", name, piece, flags=re.IGNORECASE)


def _openai(delta: dict, finish: str | None = None) -> dict:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}


def _ollama(piece: str) -> dict:
    message = {"role": "assistant", "content": piece}
    return {"model": "scripted", "created_at": "2021-05-03T08:00:00Z", "message": message, "done": False}
