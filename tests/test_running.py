from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from qa.chat.running import Running
from qa.schema import Event, Searching

ONE, TWO, THREE = (Searching(name) for name in ("one", "two", "three"))


class Slow:
    """A stream that says nothing after its first event until `gate` opens; `left` opens when it is closed or ends."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.left = threading.Event()
        self.given: list[Event] = []

    def __call__(self) -> Iterator[Event]:
        try:
            yield from self._giving(ONE)
            self.gate.wait(60)
            yield from self._giving(TWO, THREE)
        finally:
            self.left.set()

    def _giving(self, *events: Event) -> Iterator[Event]:
        for event in events:
            self.given.append(event)
            yield event


async def all_of(running: Running) -> list[Event]:
    return [event async for event in running.events()]


def test_events_come_in_their_order_and_end_with_the_stream():
    async def read() -> list[Event]:
        return await all_of(Running(lambda: iter((ONE, TWO, THREE))))

    assert asyncio.run(read()) == [ONE, TWO, THREE]


def test_an_event_is_there_before_the_next_one_is_looked_for():
    slow = Slow()

    async def read() -> list[Event]:
        found = []
        async for event in Running(slow).events():
            found.append(event)
            slow.gate.set()
        return found

    assert asyncio.run(read()) == [ONE, TWO, THREE]


def test_what_the_stream_raises_reaches_the_reader_after_its_events():
    def stream() -> Iterator[Event]:
        yield ONE
        raise KeyError("gone")

    async def read() -> list[Event]:
        found = []
        with pytest.raises(KeyError, match="gone"):
            async for event in Running(stream).events():
                found.append(event)
        return found

    assert asyncio.run(read()) == [ONE]


def test_stopping_from_another_thread_ends_the_events_while_the_stream_is_silent():
    slow = Slow()

    async def read() -> list[Event]:
        running = Running(slow)
        found = []
        async for event in running.events():
            found.append(event)
            threading.Thread(target=running.stop).start()
        return found

    assert asyncio.run(read()) == [ONE]
    assert not slow.left.is_set(), "the reader did not wait for the stream"
    slow.gate.set()
    assert slow.left.wait(30)
    assert slow.given == [ONE, TWO], "nothing more is begun"


def test_who_no_longer_waits_is_free_at_once_and_ends_the_stream():
    slow = Slow()

    async def read() -> None:
        reading = asyncio.create_task(all_of(Running(slow)))
        while not slow.given:
            await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(read())
    assert not slow.left.is_set()
    slow.gate.set()
    assert slow.left.wait(30)
    assert slow.given == [ONE, TWO]


def test_an_answer_stopped_before_it_begins_never_begins():
    slow = Slow()

    async def read() -> list[Event]:
        running = Running(slow)
        running.stop()
        return await all_of(running)

    assert asyncio.run(read()) == []
    assert slow.given == []


def test_stopping_what_has_ended_does_nothing_even_when_the_page_is_gone():
    async def read() -> Running:
        running = Running(lambda: iter((ONE,)))
        assert await all_of(running) == [ONE]
        running.stop()
        return running

    asyncio.run(read()).stop()
