"""What someone at the simulator's microphone says, as a call would hear it."""

import io
import wave
from typing import Protocol

from fastapi import Request

from agent_api.trees.errors import SpokenUnusable
from ivr.effects import Said

#: The only rate that is taken, Hz: a telephone's.
RATE = 8000
#: Longest answer taken, s.
LONGEST_S = 30
#: That long, with some room for what a WAV file says of itself, bytes.
_LARGEST = LONGEST_S * RATE * 2 + 65_536


class Hears(Protocol):
    """Speech to text; see ``hotline.hearing``."""

    async def hear(self, pcm: bytes, words: tuple[str, ...]) -> Said:
        """What is said in ``pcm`` (s16le, mono, 8000 Hz), no text where nothing is; ``words`` are likely to be said.

        Raises :class:`agent_api.trees.errors.SpeechToTextMissing`.
        """


async def body(request: Request) -> bytes:
    """The sound that was sent. Raises :class:`SpokenUnusable` as soon as it is too long."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > _LARGEST:
            raise _too_long()
    return bytes(data)


def samples(data: bytes) -> bytes:
    """A WAV file's sound: s16le, mono, 8000 Hz. Raises :class:`SpokenUnusable`."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            form = file.getnchannels(), file.getsampwidth(), file.getframerate()
            if form != (1, 2, RATE):
                found = f"{form[0]} × {form[1] * 8} bit, {form[2]} Hz"
                raise SpokenUnusable(problem_zh=f"它是 {found}", problem=f"it is {found}")
            pcm: bytes = file.readframes(LONGEST_S * RATE + 1)
    except (wave.Error, EOFError) as error:
        raise SpokenUnusable(problem_zh="它不是 WAV 文件", problem=f"it is no WAV file ({error})") from error
    if len(pcm) > LONGEST_S * RATE * 2:
        raise _too_long()
    if len(pcm) < 2:
        raise SpokenUnusable(problem_zh="其中没有声音", problem="there is no sound in it")
    return pcm[: len(pcm) // 2 * 2]


def _too_long() -> SpokenUnusable:
    return SpokenUnusable(problem_zh=f"超过 {LONGEST_S} 秒", problem=f"it is longer than {LONGEST_S} s")
