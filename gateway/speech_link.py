"""What gateway and speech workers say to each other: sealed frames on one TCP connection, and the messages in them.

Both sides send 16 random bytes; the keys, one for each direction, are derived from these and the shared secret (HKDF,
RFC 5869). Whoever does not know the secret can neither read, change nor repeat a frame (AES-256-GCM, counters as
nonces).
"""

import asyncio
import json
import os
import struct
from dataclasses import asdict
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from asr_models.barge_in import Heard
from asr_models.frames import RATE, Interrupted, SpeechEvent, SpeechStarted, Utterance, Word
from gateway.errors import SpeechPeerRefused

#: Its number goes up with every change of the messages: both sides must speak the same ones.
_MAGIC = b"12365-s3"
_RANDOM_BYTES = 16
_LENGTH = struct.Struct(">I")
_HEAD = struct.Struct(">I")
#: The longest prompt that is told, bytes: two minutes of s16le.
_LONGEST_PROMPT = 120 * 2 * RATE
#: The longest frame, bytes; before the other side has shown that it knows the secret, and then: a prompt, or all of a
#: hotline's own words.
_LONGEST_HELLO, _LONGEST = 1024, 16 << 20
#: The other side must have shown that it knows the secret within this time, s.
INTRODUCTION_S = 5.0
#: How often each side says that it lives, s.
BEAT_S = 1.0
#: A side that says nothing for so long is gone, s. One that was killed is seen at once.
SILENT_PEER_S = 10.0


class SpeechLink:
    """One connection, once both sides have shown that they know the secret."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sealing: AESGCM, opening: AESGCM):
        self._reader, self._writer = reader, writer
        self._sealing, self._opening = sealing, opening
        self._sent = self._received = 0

    @classmethod
    async def meet(
        cls, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, secret: str, *, calling: bool
    ) -> "SpeechLink":
        """Agree on keys; ``calling``: whether this is the side that connected.

        Raises :class:`SpeechPeerRefused`, TimeoutError, OSError, asyncio.IncompleteReadError.
        """
        if not secret:
            raise SpeechPeerRefused(problem="no secret is set here")
        own = os.urandom(_RANDOM_BYTES)
        writer.write(_MAGIC + own)
        async with asyncio.timeout(INTRODUCTION_S):
            said = await reader.readexactly(len(_MAGIC) + _RANDOM_BYTES)
            if not said.startswith(_MAGIC):
                raise SpeechPeerRefused(problem="it is no speech worker of this version")
            other = said[len(_MAGIC) :]
            salt = own + other if calling else other + own
            caller, called = (_key(secret, salt, side) for side in (b"caller", b"called"))
            link = cls(reader, writer, *((caller, called) if calling else (called, caller)))
            link.send({"do": "hello"})
            await link._next(_LONGEST_HELLO)
        return link

    def send(self, message: dict[str, Any], body: bytes = b"") -> None:
        """Send a message; one whose connection is gone goes nowhere."""
        if self._writer.is_closing():
            return
        head = json.dumps(message, ensure_ascii=False).encode()
        sealed = self._sealing.encrypt(self._sent.to_bytes(12, "big"), _HEAD.pack(len(head)) + head + body, None)
        self._sent += 1
        self._writer.write(_LENGTH.pack(len(sealed)) + sealed)

    async def receive(self) -> tuple[dict[str, Any], bytes]:
        """The next message and its body.

        Raises :class:`SpeechPeerRefused`, TimeoutError where the other side is silent, OSError,
        asyncio.IncompleteReadError.
        """
        async with asyncio.timeout(SILENT_PEER_S):
            return await self._next(_LONGEST)

    async def _next(self, longest: int) -> tuple[dict[str, Any], bytes]:
        (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
        if length > longest:
            raise SpeechPeerRefused(problem=f"a frame of {length} bytes")
        sealed = await self._reader.readexactly(length)
        try:
            frame = self._opening.decrypt(self._received.to_bytes(12, "big"), sealed, None)
        except InvalidTag as error:
            raise SpeechPeerRefused(problem="its secret is another one") from error
        self._received += 1
        (size,) = _HEAD.unpack_from(frame)
        message: dict[str, Any] = json.loads(frame[_HEAD.size : _HEAD.size + size])
        return message, frame[_HEAD.size + size :]

    def close(self) -> None:
        """End the connection; what a hung peer has not taken yet is for nobody."""
        self._writer.transport.abort()


def _key(secret: str, salt: bytes, side: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"speech worker, " + side).derive(secret.encode()))


_EVENTS: dict[str, type[SpeechStarted] | type[Interrupted]] = {"started": SpeechStarted, "interrupted": Interrupted}


def event_told(event: SpeechEvent) -> dict[str, Any]:
    """An event as a message can carry it."""
    if isinstance(event, Utterance):
        return {"kind": "utterance", **asdict(event)}
    kind = next(name for name, each in _EVENTS.items() if isinstance(event, each))
    return {"kind": kind, "at_ms": event.at_ms}


def event_of(told: dict[str, Any]) -> SpeechEvent:
    """What :func:`event_told` told."""
    fields = dict(told)
    kind = fields.pop("kind")
    if kind in _EVENTS:
        return _EVENTS[kind](**fields)
    words = tuple(Word(**word) for word in fields.pop("words"))
    return Utterance(**{**fields, "sounds": tuple(fields["sounds"]), "words": words})


def prompt_told(prompt: Heard | None) -> tuple[dict[str, Any], bytes]:
    """A prompt as a message can carry it, and its sound (s16le); of a very long one the first two minutes."""
    if prompt is None:
        return {"prompt": None}, b""
    sound = (np.clip(prompt.sound, -1, 1) * 32767).astype("<i2").tobytes()
    return {"prompt": {"at_ms": prompt.at_ms, "stoppable": prompt.stoppable}}, sound[:_LONGEST_PROMPT]


def prompt_of(told: dict[str, Any], body: bytes) -> Heard | None:
    """What :func:`prompt_told` told."""
    if told["prompt"] is None:
        return None
    return Heard(sound=np.asarray(np.frombuffer(body, "<i2") / 32768, np.float32), **told["prompt"])
