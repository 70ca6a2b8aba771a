"""The AGI reader: what Asterisk sends, and what nobody should."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.agi import MOST_UNINTRODUCED, AgiChannel, AgiServer
from gateway.errors import AgiBroken, CallerHungUp, UnsafeValue

HEADERS = b"agi_network: yes\nagi_network_script: call\nagi_uniqueid: 1.1\nagi_channel: PJSIP/x-1\n\n"


class Served:
    """A server on a free port, and what its handler saw."""

    def __init__(self) -> None:
        self.scripts: list[str] = []
        self.outcome: asyncio.Queue[object] = asyncio.Queue()
        self.server = AgiServer("127.0.0.1", 0, frozenset({"127.0.0.1"}), self.handle)
        self.words: tuple[str, ...] = ("ANSWER",)

    async def handle(self, script: str, channel: AgiChannel) -> None:
        self.scripts.append(script)
        try:
            self.outcome.put_nowait(await channel.command(*self.words))
        except Exception as error:
            self.outcome.put_nowait(error)
            raise

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.server.port)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    found = Served()
    await found.server.start()
    yield found
    await found.server.stop()


async def _exchange(served: Served, answer: bytes) -> object:
    reader, writer = await served.connect()
    writer.write(HEADERS)
    await reader.readline()
    writer.write(answer)
    found = await asyncio.wait_for(served.outcome.get(), 5)
    writer.close()
    return found


async def test_an_answer_is_the_answer_to_its_command(served: Served) -> None:
    found = await _exchange(served, b"200 result=49 endpos=1600\n")
    assert isinstance(found, dict) and AgiChannel.result(found) == "49"
    assert served.scripts == ["call"]


async def test_hangup_between_answers_is_no_answer(served: Served) -> None:
    found = await _exchange(served, b"HANGUP\n200 result=0\n")
    assert isinstance(found, dict) and AgiChannel.result(found) == "0"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"511 Command Not Permitted on a dead channel\n", CallerHungUp),
        (b"520-Invalid command syntax.  Proper usage follows:\nUsage: ANSWER\n520 End of proper usage.\n", AgiBroken),
        (b"x" * 20000 + b"\n", AgiBroken),
    ],
)
async def test_what_is_no_answer_is_an_error(served: Served, answer: bytes, error: type[Exception]) -> None:
    assert isinstance(await _exchange(served, answer), error)


async def test_a_peer_that_closes_in_mid_answer_is_a_hang_up(served: Served) -> None:
    reader, writer = await served.connect()
    writer.write(HEADERS)
    await reader.readline()
    writer.write(b"200 resu")
    writer.close()
    assert isinstance(await asyncio.wait_for(served.outcome.get(), 5), CallerHungUp)


async def test_a_line_break_in_a_value_never_becomes_a_second_command(served: Served) -> None:
    served.words = ("SET VARIABLE", "X", '"1"\nHANGUP')
    _, writer = await served.connect()
    writer.write(HEADERS)
    assert isinstance(await asyncio.wait_for(served.outcome.get(), 5), UnsafeValue)
    writer.close()


@pytest.mark.parametrize("poke", [b"", b"\n", b"agi_network: yes\n\n", b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 9000])
async def test_a_peer_that_introduces_no_call_is_closed_and_the_next_is_served(served: Served, poke: bytes) -> None:
    reader, writer = await served.connect()
    writer.write(poke)
    if not poke:
        writer.write_eof()
    assert await asyncio.wait_for(reader.read(), 10) == b""
    writer.close()
    assert isinstance(await _exchange(served, b"200 result=0\n"), dict)


async def test_idle_peers_cannot_keep_a_call_out(served: Served) -> None:
    idle = [await served.connect() for _ in range(MOST_UNINTRODUCED + 20)]
    assert isinstance(await _exchange(served, b"200 result=0\n"), dict)
    assert await idle[0][0].read() == b""
    for _, writer in idle:
        writer.close()


async def test_other_hosts_are_refused() -> None:
    served = Served()
    served.server = AgiServer("127.0.0.1", 0, frozenset({"192.0.2.1"}), served.handle)
    await served.server.start()
    reader, writer = await served.connect()
    assert await reader.read() == b""
    assert not served.scripts
    writer.close()
    await served.server.stop()
