"""An answer on its way: its events, read by a thread of its own, until they end or somebody stops them.

Promises: whoever waits for the next event waits in the page's event loop and holds no thread there; they are free at
once when the answer is stopped, from whichever thread, or when they no longer wait. From then on nothing more is begun
for it, and a request to a chat model ends at once, also while its server is silent. What is being searched or read at
that moment is finished by the thread alone, and thrown away.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable, Iterator

from qa.answering.chat_model import Stopped, stoppable
from qa.schema import Event


class Running:
    """One answer on its way. It is made and read in an event loop; `stop` is for any thread."""

    def __init__(self, stream: Callable[[], Iterator[Event]]) -> None:
        self._stream = stream
        self._stopped = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._box: asyncio.Queue[Event | Exception | None] = asyncio.Queue()

    def stop(self) -> None:
        """No event comes any more."""
        self._stopped.set()
        self._put(None)

    async def events(self) -> AsyncGenerator[Event, None]:
        """Each event as soon as it is there; ends early where the answer is stopped. Raises what the stream raises."""
        if self._stopped.is_set():
            return
        threading.Thread(target=self._read, name="footnote-answer", daemon=True).start()
        try:
            while (item := await self._box.get()) is not None and not self._stopped.is_set():
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self._stopped.set()

    def _read(self) -> None:
        try:
            with contextlib.suppress(Stopped), stoppable(self._stopped):
                for event in self._stream():
                    if self._stopped.is_set():
                        return
                    self._put(event)
            self._put(None)
        except Exception as error:  # whatever it is, it is for the reader of the events
            self._put(error)

    def _put(self, item: Event | Exception | None) -> None:
        with contextlib.suppress(RuntimeError):  # the page, and its loop, are gone
            self._loop.call_soon_threadsafe(self._box.put_nowait, item)
