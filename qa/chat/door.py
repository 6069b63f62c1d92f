"""The door of the chat page: the socket it listens on, and what may pass.

Promise: bound to this machine only, it answers only to this machine's names; a page of another site cannot use it; the
browser is told to talk to no other host, so that even a fault in the page could not.
"""

from __future__ import annotations

import errno
import socket
from typing import Any
from urllib.parse import urlsplit

import fastapi

from qa.errors import PortInUse, SettingsError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Gradio's routes that take files in, hand files out, fetch from elsewhere or keep runs: the page uses none of them.
_CLOSED = tuple(
    f"/gradio_api/{route}"
    for route in (
        "upload", "file", "proxy", "stream", "component_server", "process_recording", "run-history", "runs", "vibe",
        "undo-vibe", "deep_link", "custom_component", "profiling", "dev",
    )
)  # fmt: skip
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self';"
    " manifest-src 'self'; worker-src 'self' blob:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket of our own, so that a taken port is known before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            state = "taken by another program" if error.errno == errno.EADDRINUSE else "not allowed for this user"
            raise PortInUse(f"Port {port} is {state}.", f"Choose another: qa chat --port {port + 1}") from error
        raise SettingsError(
            f"The page cannot listen on {host}: {error.strerror or error}.", "Use --host 127.0.0.1."
        ) from error
    return listener


class Door:
    """ASGI in front of Gradio: refuses other sites and unused routes, and tells the browser to stay on this host."""

    def __init__(self, app: Any, host: str) -> None:  # noqa: ANN401 (an ASGI application)
        self.app = app
        self.only_loopback = host in _LOOPBACK

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 (ASGI's own shapes)
        """Answers 403 or 404, or passes the request on and adds the headers to its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused:
            await fastapi.Response(status_code=refused)(scope, receive, send)
            return

        async def send_with_headers(message: Any) -> None:  # noqa: ANN401
            if message["type"] == "http.response.start":
                ours = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", []), *ours]}
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _refusal(self, scope: Any) -> int | None:  # noqa: ANN401
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            host, origin = urlsplit(f"//{headers.get('host', '')}"), urlsplit(headers.get("origin", ""))
            name = host.hostname
        except ValueError:
            return 403
        if self.only_loopback and name not in _LOOPBACK:
            return 403  # a foreign name that was pointed at this machine
        if "origin" in headers and origin.netloc != host.netloc:
            return 403  # a page of another site
        return 404 if scope["path"].startswith(_CLOSED) else None
