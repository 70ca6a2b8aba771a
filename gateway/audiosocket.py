"""AudioSocket: callers' and agents' sound from Asterisk, 8000 Hz s16le."""

import asyncio
import logging
import struct
import time
import uuid
from collections.abc import Callable

from gateway.listener import Listener

log = logging.getLogger(__name__)

_HEAD = struct.Struct(">BH")
_HANGUP, _UUID, _SOUND, _ERROR = 0x00, 0x01, 0x10, 0xFF
#: A peer must name its leg within this time, s.
INTRODUCTION_S = 5.0
#: A leg without a frame for this long is over, s.
SILENT_PEER_S = 60.0

#: Takes s16le samples and the moment they came, s on the monotonic clock.
Sink = Callable[[bytes, float], None]


class AudioSocketServer(Listener):
    """Sends each connection's sound to the leg that its UUID names."""

    def __init__(self, host: str, port: int):
        super().__init__(host, port, self._take)
        self._legs: dict[uuid.UUID, tuple[Sink, asyncio.Event]] = {}

    def expect(self, sink: Sink) -> tuple[uuid.UUID, asyncio.Event]:
        """A fresh leg's name, and an event that is set when its sound has ended."""
        name, ended = uuid.uuid4(), asyncio.Event()
        self._legs[name] = (sink, ended)
        return name, ended

    def forget(self, name: uuid.UUID) -> None:
        """No sound is expected for this leg any more."""
        self._legs.pop(name, None)

    async def _take(self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        kind, length = _HEAD.unpack(await asyncio.wait_for(reader.readexactly(_HEAD.size), INTRODUCTION_S))
        if kind != _UUID or length != 16:
            log.warning("AudioSocket peer did not name its leg; closed")
            return
        name = uuid.UUID(bytes=await asyncio.wait_for(reader.readexactly(16), INTRODUCTION_S))
        leg = self._legs.pop(name, None)
        if leg is None:
            log.warning("AudioSocket peer named a leg that nobody expects; closed")
            return
        sink, ended = leg
        try:
            while True:
                kind, length = _HEAD.unpack(await asyncio.wait_for(reader.readexactly(_HEAD.size), SILENT_PEER_S))
                payload = await reader.readexactly(length)
                if kind == _SOUND:
                    sink(payload, time.monotonic())
                elif kind in (_HANGUP, _ERROR):
                    return
        finally:
            ended.set()
