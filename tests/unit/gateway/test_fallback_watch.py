"""The watch's question: who is slow is not taken for gone, and who is gone is noticed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.fallback_watch import GONE_AFTER, HeartbeatLine
from gateway.listener import Listener


class Slow(Listener):
    """Answers once it is let."""

    def __init__(self, port: int = 0):
        super().__init__("127.0.0.1", port, self._serve)
        self.let = asyncio.Event()
        self.asked = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            self.asked += 1
            await self.let.wait()
            writer.write(b"pong\n")
            await writer.drain()


@pytest.fixture
async def gateway() -> AsyncIterator[Slow]:
    slow = Slow()
    await slow.start()
    yield slow
    await slow.stop()


async def test_a_late_answer_is_waited_for_and_counts(gateway: Slow) -> None:
    line = HeartbeatLine(gateway.port)
    looks = [await line.alive() for _ in range(GONE_AFTER - 1)]
    gateway.let.set()
    assert [*looks, await line.alive()] == [*[False] * (GONE_AFTER - 1), True]
    assert gateway.asked == 1


async def test_nobody_there_is_seen_by_every_look_and_who_comes_is_found(gateway: Slow) -> None:
    gateway.let.set()
    line = HeartbeatLine(gateway.port)
    assert await line.alive()
    port = gateway.port
    await gateway.stop()
    assert [await line.alive() for _ in range(GONE_AFTER)] == [False] * GONE_AFTER
    back = Slow(port)
    back.let.set()
    await back.start()
    try:
        assert await line.alive()
    finally:
        await back.stop()
