"""Sound over AudioSocket: every sample arrives, in order, at the leg it is for; strangers are sent away."""

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest

from gateway.audiosocket import AudioSocketServer

HANG_UP = struct.pack(">BH", 0, 0)


def frame(payload: bytes, kind: int = 0x10) -> bytes:
    return struct.pack(">BH", kind, len(payload)) + payload


@pytest.fixture
async def server() -> AsyncIterator[AudioSocketServer]:
    served = AudioSocketServer("127.0.0.1", 0)
    await served.start()
    yield served
    await served.stop()


async def test_sound_arrives_whole_and_in_order_however_it_is_cut(server: AudioSocketServer) -> None:
    heard: list[bytes] = []
    name, ended = server.expect(lambda pcm, _at: heard.append(pcm))
    sent = [bytes([number, number]) * 160 for number in range(100)]
    stream = frame(name.bytes, 1) + b"".join(map(frame, sent)) + HANG_UP
    _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for place in range(0, len(stream), 777):
        writer.write(stream[place : place + 777])
        await writer.drain()
        await asyncio.sleep(0)
    await ended.wait()
    assert b"".join(heard) == b"".join(sent)
    writer.close()


async def test_a_peer_that_goes_ends_its_leg(server: AudioSocketServer) -> None:
    heard: list[bytes] = []
    name, ended = server.expect(lambda pcm, _at: heard.append(pcm))
    _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(frame(name.bytes, 1) + frame(b"\x01\x00" * 160))
    writer.close()
    await ended.wait()
    assert heard == [b"\x01\x00" * 160]


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", frame(bytes(320)), frame(bytes(16), 1), HANG_UP])
async def test_strangers_are_sent_away(server: AudioSocketServer, said: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(said)
    assert await reader.read() == b""
    writer.close()


async def test_a_leg_that_is_forgotten_is_heard_no_longer(server: AudioSocketServer) -> None:
    heard = asyncio.Event()
    name, ended = server.expect(lambda _pcm, _at: heard.set())
    _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(frame(name.bytes, 1) + frame(bytes(320)))
    await heard.wait()
    server.forget(name)
    with pytest.raises(ConnectionError):
        while True:
            writer.write(frame(bytes(320)))
            await writer.drain()
            await asyncio.sleep(0)
    await ended.wait()
    writer.close()
