"""Switches the network off for a whole process, and keeps every attempt. Not a test file: tests/conftest.py and
tests/offline_line.py use it.

Python's audit hooks see each connection and each look-up of a name before it is made, whichever library asks; a hook
cannot be taken off again. What is kept in `attempts` counts even where a library swallows the error.
"""

from __future__ import annotations

import ipaddress
import sys

attempts: list[str] = []
"""Every refused attempt so far, in words."""

_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")


class NetworkUsed(RuntimeError):
    """Something tried to leave this machine. No OSError: libraries take those for a bad connection and go on."""


def refuse(*, loopback: bool) -> None:
    """From now on every connection and look-up is refused; with `loopback`, this machine's own addresses are not."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in _LOOK_UPS:
            named = arguments[0]
        elif event in _SENDS:
            named = arguments[1]
        else:
            return
        host = named[0] if isinstance(named, tuple) else named
        # A str or bytes address of a socket, or none at all, is a Unix socket or one that was connected before.
        if event in _SENDS and not isinstance(named, tuple):
            return
        if loopback and _is_loopback(host):
            return
        attempts.append(f"{event} {named!r}")
        raise NetworkUsed(f"the network is off here, but {event} was called for {named!r}")

    sys.addaudithook(hook)


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
