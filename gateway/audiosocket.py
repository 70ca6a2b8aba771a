"""AudioSocket: callers' and agents' sound from Asterisk, 8000 Hz s16le."""

import asyncio
import logging
import struct
import time
import uuid
from collections.abc import Callable
from typing import cast

from asr_models.vad import quiet
from gateway.listener import port_of

log = logging.getLogger(__name__)

_HEAD = struct.Struct(">BH")
_HANGUP, _UUID, _SOUND, _ERROR = 0x00, 0x01, 0x10, 0xFF
#: A peer must name its leg within this time, s.
INTRODUCTION_S = 5.0
#: A leg without a frame for this long is over, s.
SILENT_PEER_S = 60.0
#: Frames come every 20 ms; what comes within this time is taken together, s. It adds to the time until speech is
#: noticed, and saves two wake-ups of three.
GATHER_S = 0.06
#: The same on a line that has been at rest for some time. Speech is noticed once there is more of it than this, and
#: whoever has just stopped speaking waits for an answer: so nothing is noticed later.
GATHER_AT_REST_S = 0.16
AT_REST_AFTER_S = 1.0

#: Takes s16le samples and the moment they came, s on the monotonic clock.
Sink = Callable[[bytes, float], None]


class AudioSocketServer:
    """Sends each connection's sound to the leg that its UUID names."""

    def __init__(self, host: str, port: int):
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._legs: dict[uuid.UUID, tuple[Sink, asyncio.Event]] = {}
        self._connections: set[_Connection] = set()
        self._heard: dict[uuid.UUID, _Connection] = {}

    @property
    def port(self) -> int:
        """See :func:`port_of`."""
        assert self._server is not None
        return port_of(self._server)

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), self._host, self._port)

    async def stop(self) -> None:
        """Stop listening and end what runs."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.end()

    def expect(self, sink: Sink) -> tuple[uuid.UUID, asyncio.Event]:
        """A fresh leg's name, and an event that is set when its sound has ended."""
        name, ended = uuid.uuid4(), asyncio.Event()
        self._legs[name] = (sink, ended)
        return name, ended

    def forget(self, name: uuid.UUID) -> None:
        """No sound is wanted for this leg any more."""
        self._legs.pop(name, None)
        if (connection := self._heard.pop(name, None)) is not None:
            connection.end()

    def take(self, name: uuid.UUID, connection: "_Connection") -> tuple[Sink, asyncio.Event] | None:
        """The leg of this name, which is given out once."""
        leg = self._legs.pop(name, None)
        if leg is not None:
            self._heard[name] = connection
        return leg

    def opened(self, connection: "_Connection") -> None:
        """A peer has connected."""
        self._connections.add(connection)

    def closed(self, connection: "_Connection", name: uuid.UUID | None) -> None:
        """A peer is gone."""
        self._connections.discard(connection)
        if name is not None:
            self._heard.pop(name, None)


class _Connection(asyncio.Protocol):
    """One peer."""

    def __init__(self, server: AudioSocketServer):
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._name: uuid.UUID | None = None
        self._leg: tuple[Sink, asyncio.Event] | None = None
        self._transport: asyncio.Transport
        self._patience: asyncio.TimerHandle
        self._heard_at = self._sounded_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._patience = self._loop.call_later(INTRODUCTION_S, self._unnamed)
        self._server.opened(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.closed(self, self._name)
        self._patience.cancel()
        if self._leg is not None:
            self._leg[1].set()

    def end(self) -> None:
        """Close the connection; the leg's sound has then ended."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        block = self._rest + data
        at, sound = 0, []
        while len(block) - at >= _HEAD.size:
            kind, length = _HEAD.unpack_from(block, at)
            following = at + _HEAD.size + length
            if self._leg is None and (kind != _UUID or length != 16):
                self._unnamed()
                return
            if following > len(block):
                break
            if kind == _SOUND:
                sound.append(block[at + _HEAD.size : following])
            elif kind == _UUID and self._leg is None:
                if not self._named(block[at + _HEAD.size : following]):
                    return
            elif kind in (_HANGUP, _ERROR):
                self._transport.close()
                break
            at = following
        self._rest = block[at:]
        if sound:
            self._give(b"".join(sound))

    def _give(self, pcm: bytes) -> None:
        assert self._leg is not None
        self._heard_at = time.monotonic()
        self._leg[0](pcm, self._heard_at)
        self._transport.pause_reading()
        if not quiet(pcm):
            self._sounded_at = self._heard_at
        at_rest = self._heard_at - self._sounded_at > AT_REST_AFTER_S
        self._loop.call_later(GATHER_AT_REST_S if at_rest else GATHER_S, self._transport.resume_reading)

    def _named(self, name: bytes) -> bool:
        self._name = uuid.UUID(bytes=name)
        self._leg = self._server.take(self._name, self)
        if self._leg is None:
            log.warning("AudioSocket peer named a leg that nobody expects; closed")
            self._transport.close()
            return False
        self._patience.cancel()
        self._heard_at = self._sounded_at = time.monotonic()
        self._patience = self._loop.call_later(SILENT_PEER_S, self._still_there)
        return True

    def _unnamed(self) -> None:
        log.warning("AudioSocket peer did not name its leg; closed")
        self._transport.close()

    def _still_there(self) -> None:
        left = self._heard_at + SILENT_PEER_S - time.monotonic()
        if left > 0:
            self._patience = self._loop.call_later(left, self._still_there)
            return
        log.info("AudioSocket peer was silent for %.0f s; closed", SILENT_PEER_S)
        self._transport.close()
