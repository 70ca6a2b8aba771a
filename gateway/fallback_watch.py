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

#: Time from an answer to the next question, and between two looks for an answer, s.
ASK_EVERY_S = 0.2
LOOK_EVERY_S = 0.2
#: Looks in a row without an answer after which it counts as gone: 0.8 s after its last answer. Looks are counted, not
#: seconds: on a machine that is short of processors the watch waits for its turns as the gateway does.
GONE_AFTER = 3
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
        #: One at a time; asked before, where its answer is late.
        self._question: asyncio.Task[bool] | None = None

    async def alive(self) -> bool:
        """Whether an answer has come by the end of this look; one that is late is waited for by the next."""
        if self._question is None:
            self._question = asyncio.create_task(self._ask(), name="heartbeat-question")
        done, _ = await asyncio.wait({self._question}, timeout=LOOK_EVERY_S)
        if not done:
            return False
        self._question = None
        answered = done.pop().result()
        if not answered:
            self._drop()
            await asyncio.sleep(LOOK_EVERY_S)
        return answered

    async def _ask(self) -> bool:
        try:
            if self._reader is None or self._writer is None:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            self._writer.write(b"ping\n")
            await self._writer.drain()
            return await self._reader.readexactly(5) == b"pong\n"
        except (OSError, asyncio.IncompleteReadError):
            return False

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


class Watch:
    """Asks, and tells Asterisk."""

    def __init__(self, heartbeat_port: int, agi_port: int, ami_port: int, ami_secret: str):
        self._line = HeartbeatLine(heartbeat_port)
        self._agi = f":{agi_port}/"
        self._ami = Ami(ami_port, ami_secret)
        #: Answers in a row, and looks in a row that found none.
        self._answers = self._silences = 0
        self._told = 0.0
        #: What Asterisk was told last.
        self._up = True

    async def run(self) -> None:
        """Watch until cancelled."""
        await self._ami.start()
        try:
            while True:
                if await self._look():
                    await asyncio.sleep(ASK_EVERY_S)
        finally:
            await self._ami.stop()

    async def _look(self) -> bool:
        """Whether it has answered."""
        if await self._line.alive():
            self._answers, self._silences = self._answers + 1, 0
            if not self._up and self._answers >= BACK_AFTER:
                await self._tell(up=True)
            return True
        self._answers, self._silences = 0, self._silences + 1
        if self._silences >= GONE_AFTER and (self._up or time.monotonic() - self._told >= REPEAT_S):
            await self._tell(up=False)
        return False

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
