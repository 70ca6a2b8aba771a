"""This machine's microphone and loudspeaker as a caller's telephone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np

from asr_models.errors import LoudspeakerUnusable
from asr_models.frames import RATE
from hotline.asr_listen import choose, find_microphones, opened


class Headset(Protocol):
    """What a caller hears and speaks with; sound is s16le, 8000 Hz."""

    async def play(self, pcm: bytes) -> None:
        """Play to the end; stops when cancelled. Raises :class:`asr_models.errors.LoudspeakerUnusable`."""
        ...

    def listening(self) -> AbstractContextManager[AsyncIterator[bytes]]:
        """Pieces of what is said from now on. Raises :class:`asr_models.errors.MicrophoneUnusable`."""
        ...


class SoundCard:
    """Both through sounddevice; prompts are played on the system's own choice of output."""

    def __init__(self, microphone: int):
        self._microphone = microphone

    async def play(self, pcm: bytes) -> None:
        """See :class:`Headset`."""
        import sounddevice

        try:
            sounddevice.play(np.frombuffer(pcm, "<i2"), RATE)
            try:
                await asyncio.to_thread(sounddevice.wait)
            finally:
                sounddevice.stop()
        except sounddevice.PortAudioError as error:
            raise LoudspeakerUnusable(problem=str(error)) from error

    def listening(self) -> AbstractContextManager[AsyncIterator[bytes]]:
        """See :class:`Headset`."""
        return opened(self._microphone)


def find_headset(microphone: str | None) -> SoundCard:
    """The microphone that is wanted, by number or part of its name, and the system's loudspeaker.

    Raises :class:`asr_models.errors.MicrophoneUnusable`, :class:`asr_models.errors.LoudspeakerUnusable`.
    """
    chosen = choose(find_microphones(), microphone)
    import sounddevice

    try:
        found: Any = sounddevice.query_devices(kind="output")
        sounddevice.check_output_settings(device=found["index"], channels=1, dtype="int16", samplerate=RATE)
    except (sounddevice.PortAudioError, ValueError) as error:
        raise LoudspeakerUnusable(problem=str(error)) from error
    return SoundCard(chosen)
