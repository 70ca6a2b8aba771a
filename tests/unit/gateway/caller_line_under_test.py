"""A caller's line whose other end is a test."""

import asyncio

from gateway.agi import AgiChannel
from gateway.caller_line import CallerLine
from gateway.keypad import Keypad


class Asterisk:
    """The other end of an AGI connection, answering what it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, str] = {}
        self.hears_keys = True
        self.keypad = Keypad()

    async def start(self) -> None:
        arrived: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self._server = await asyncio.start_server(lambda r, w: arrived.put_nowait((r, w)), "127.0.0.1", 0)
        self._reader, self.writer = await asyncio.open_connection(*self._server.sockets[0].getsockname())
        ours = await arrived.get()
        self.channel = AgiChannel({}, *ours)
        self.line = CallerLine(self.channel, self.keypad, lambda: self.hears_keys)
        self._task = asyncio.create_task(self._answer())

    async def stop(self) -> None:
        self._task.cancel()
        self.channel.close()
        self._server.close()

    async def _answer(self) -> None:
        while line := (await self._reader.readline()).decode().strip():
            self.asked.append(line)
            answer = next((a for begins, a in self.answers.items() if line.startswith(begins)), "0")
            self.writer.write(f"200 result={answer}\n".encode())
