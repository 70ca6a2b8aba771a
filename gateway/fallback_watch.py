"""Notices within a second that the gateway is gone, and sends its calls to the fallback.

Asterisk waits for a hung AGI peer for ever, and notices a closed one only when the command under way is done;
so someone else has to look.
"""

import asyncio
import logging
import time

from gateway.ami import Ami
from gateway.errors import ActionTimeout

log = logging.getLogger(__name__)

#: Time between two questions, s.
ASK_EVERY_S = 0.2
#: One question's patience, and how long without any answer means gone, s.
ANSWER_S = 0.2
GONE_AFTER_S = 0.6
#: Answers in a row after which it counts as back.
BACK_AFTER = 3
#: While it is away Asterisk is told again this often, s: Asterisk too may have been restarted.
REPEAT_S = 1.0


class HeartbeatLine:
    """The line on which the gateway's event loop is asked whether it still turns."""

    def __init__(self, port: int):
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def alive(self) -> bool:
        """Whether it answered in time."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._ask()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self._drop()
            return False

    async def _ask(self) -> bool:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(b"ping\n")
        await self._writer.drain()
        if await self._reader.readexactly(5) == b"pong\n":
            return True
        self._drop()
        return False

    def _drop(self) -> None:
        """A late answer to an old question must not pass for one to a new one."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


class Watch:
    """Asks, and tells Asterisk."""

    def __init__(self, heartbeat_port: int, agi_port: int, ami_port: int, ami_secret: str):
        self._line = HeartbeatLine(heartbeat_port)
        self._agi = f":{agi_port}/"
        self._ami = Ami(ami_port, ami_secret)
        self._answered = time.monotonic()
        self._in_a_row = 0
        self._told = 0.0
        #: What Asterisk was told last.
        self._up = True

    async def run(self) -> None:
        """Watch until cancelled."""
        await self._ami.start()
        try:
            while True:
                await self._look()
                await asyncio.sleep(ASK_EVERY_S)
        finally:
            await self._ami.stop()

    async def _look(self) -> None:
        if await self._line.alive():
            self._answered, self._in_a_row = time.monotonic(), self._in_a_row + 1
            if not self._up and self._in_a_row >= BACK_AFTER:
                await self._tell(up=True)
            return
        self._in_a_row = 0
        gone = time.monotonic() - self._answered >= GONE_AFTER_S
        if gone and (self._up or time.monotonic() - self._told >= REPEAT_S):
            await self._tell(up=False)

    async def _tell(self, up: bool) -> None:
        """Where Asterisk cannot be told now, the next look tries again."""
        word = "up" if up else "down"
        try:
            await self._ami.action("Setvar", Variable="GATEWAY", Value=word)
            moved = 0 if up else await self._rescue()
        except ActionTimeout as error:
            log.warning("Asterisk could not be told that the gateway is %s: %s", word, error)
            return
        if up != self._up or moved:
            log.warning("the gateway is %s; %s calls were sent to the fallback", word, moved)
        self._up, self._told = up, time.monotonic()

    async def _rescue(self) -> int:
        """Redirect every call that waits for an answer from the gateway."""
        shown = await self._ami.action("CoreShowChannels", as_list=True)
        waiting = [
            str(row.channel)
            for row in shown
            if row.event == "CoreShowChannel" and row.application == "AGI" and self._agi in str(row.applicationdata)
        ]
        for channel in waiting:
            await self._ami.action("Redirect", Channel=channel, Context="hotline-fallback", Exten="s", Priority="1")
        return len(waiting)
