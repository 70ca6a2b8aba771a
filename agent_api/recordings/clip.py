"""A piece of a recording, as a WAV file of its own."""

import io
from itertools import chain

import av

from agent_api.recordings.sound import RATE, Sound
from common.wav import HEADER_BYTES, header

_BYTES_A_MS = 2 * RATE // 1000


def clip(sound: Sound, begin_ms: int, end_ms: int) -> bytes:
    """What is heard from ``begin_ms`` to ``end_ms`` of the recording; without samples where it ends before."""
    first, last = max(begin_ms, 0) * _BYTES_A_MS, max(end_ms, 0) * _BYTES_A_MS
    if sound.media == "audio/wav":
        pcm = b"".join(sound.parts(min(HEADER_BYTES + first, sound.size), min(HEADER_BYTES + last, sound.size)))
    else:
        pcm = _decoded(b"".join(sound.parts(0, sound.size)))[first:last]
    return header(RATE, len(pcm)) + pcm


def _decoded(data: bytes) -> bytes:
    """s16le at :data:`RATE`."""
    pcm = bytearray()
    with av.open(io.BytesIO(data), "r") as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        # None at the end takes out what the resampler still holds.
        for frame in chain(container.decode(container.streams.audio[0]), [None]):
            for piece in resampler.resample(frame):
                pcm += piece.to_ndarray().tobytes()
    return bytes(pcm)
