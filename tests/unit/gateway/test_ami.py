"""The manager link against faults that a real Asterisk cannot be made to show."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from gateway import ami as ami_module
from gateway.ami import Ami
from gateway.errors import ActionTimeout, UnsafeValue
from tests.hotline_under_test import eventually

Fields = dict[str, str]


class Manager:
    """Asterisk's side: answers log-ins and pings, and the rest as the test says."""

    def __init__(self) -> None:
        self.answer: Callable[[Fields], str | None] = lambda fields: "Response: Success\r\n"
        self.seen: list[Fields] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.mute = False
        self.accept = True

    async def start(self) -> int:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        while block := await self._block(reader):
            self.seen.append(block)
            if self.mute:
                continue
            answer = self._answer(block)
            if answer is not None:
                writer.write(f"{answer}ActionID: {block['ActionID']}\r\n\r\n".encode())
        writer.close()

    async def _block(self, reader: asyncio.StreamReader) -> Fields:
        block: Fields = {}
        while (line := (await reader.readline()).decode().strip()) or not block:
            if not line:
                return {}
            name, _, value = line.partition(": ")
            block[name] = value
        return block

    def _answer(self, block: Fields) -> str | None:
        if block["Action"] == "Login":
            return "Response: Success\r\n" if self.accept else "Response: Error\r\nMessage: Authentication failed\r\n"
        return "Response: Success\r\n" if block["Action"] == "Ping" else self.answer(block)

    def cut(self) -> None:
        for writer in self.writers:
            writer.transport.abort()
        self.writers.clear()


@pytest.fixture
async def manager(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Manager]:
    monkeypatch.setattr(ami_module, "ACTION_PATIENCE_S", 0.4)
    monkeypatch.setattr(ami_module, "PING_EVERY_S", 0.1)
    monkeypatch.setattr(ami_module, "RETRY_CAP_S", 0.2)
    found = Manager()
    yield found
    found.cut()
    found.server.close()


class Listener:
    """What the link's owner is told, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def event(self, event: Fields) -> None:
        self.told.append(event["event"])

    async def up(self) -> None:
        self.told.append("up")

    async def down(self) -> None:
        self.told.append("down")

    async def until(self, *expected: str) -> None:
        await eventually(lambda: self.told[-len(expected) :] == list(expected))


async def _linked(manager: Manager) -> tuple[Ami, Listener]:
    listener = Listener()
    link = Ami(await manager.start(), "secret", listener.event, listener.up, listener.down)
    await link.start()
    await listener.until("up")
    await eventually(lambda: link.ready)
    return link, listener


async def test_nothing_is_sent_on_a_link_that_is_closed_and_not_told_of_yet(
    manager: Manager, caplog: pytest.LogCaptureFixture
) -> None:
    link, listener = await _linked(manager)
    assert link._link is not None
    link._link.protocol.transport.close()
    # Nothing has run since: the loss is told of in the loop's next turn.
    assert not link._link.lost.done() and not link.connected
    with pytest.raises(ActionTimeout):
        await link.action("Ping")
    await listener.until("down", "up")
    assert "Fail to send" not in caplog.text
    await link.stop()


async def test_one_lost_answer_blocks_nothing_else(manager: Manager) -> None:
    link, _ = await _linked(manager)
    manager.answer = lambda fields: None if fields["Action"] == "Lost" else "Response: Success\r\n"
    lost = asyncio.create_task(link.action("Lost"))
    assert (await link.action("Other")).success
    with pytest.raises(ActionTimeout):
        await lost
    assert (await link.action("After")).success
    assert link.ready
    await link.stop()


async def test_a_silent_link_is_given_up_and_readiness_drops_first(manager: Manager) -> None:
    link, listener = await _linked(manager)
    ready_when_told: list[bool] = []

    async def down() -> None:
        ready_when_told.append(link.ready)
        await Listener.down(listener)

    link._on_down = down
    manager.mute = True
    await listener.until("down")
    assert ready_when_told == [False]
    manager.mute = False
    manager.cut()
    await listener.until("down", "up")
    assert (await link.action("Again")).success
    await link.stop()


async def test_an_action_under_way_fails_at_once_when_the_link_is_cut(manager: Manager) -> None:
    link, listener = await _linked(manager)
    manager.answer = lambda fields: None
    under_way = asyncio.create_task(link.action("Lost"))
    await asyncio.sleep(0.05)
    manager.cut()
    with pytest.raises(ActionTimeout):
        await under_way
    await listener.until("down", "up")
    assert [block["Action"] for block in manager.seen].count("Lost") == 1, "nothing is sent twice"
    await link.stop()


async def test_events_that_come_while_the_picture_is_rebuilt_follow_it(manager: Manager) -> None:
    listener = Listener()
    link = Ami(await manager.start(), "secret", listener.event, listener.up, listener.down)

    async def up() -> None:
        manager.writers[-1].write(b"Event: Hangup\r\nUniqueid: 1\r\n\r\n")
        await asyncio.sleep(0.1)
        await Listener.up(listener)

    link._on_up = up
    await link.start()
    await listener.until("up", "Hangup")
    await link.stop()


async def test_a_refused_log_in_is_tried_again_and_never_ready(manager: Manager) -> None:
    manager.accept = False
    listener = Listener()
    link = Ami(await manager.start(), "wrong", listener.event, listener.up, listener.down)
    await link.start()
    async with asyncio.timeout(5):
        while len([block for block in manager.seen if block["Action"] == "Login"]) < 2:
            await asyncio.sleep(0.01)
    assert not link.ready and not listener.told
    manager.accept = True
    await listener.until("up")
    await link.stop()


async def test_without_a_link_an_action_fails_at_once_and_a_line_break_is_never_sent(manager: Manager) -> None:
    link = Ami(1, "secret")
    with pytest.raises(ActionTimeout):
        await link.action("Ping")
    with pytest.raises(UnsafeValue):
        await link.action("Hangup", Channel="x\r\nAction: Command")
    await manager.start()
