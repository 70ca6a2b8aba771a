"""Sound of any usual format as telephone sound."""

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Literal

import av
import numpy as np
import numpy.typing as npt

from ivr.errors import PromptUnusable
from ivr.voices.telephone import to_telephone

#: Longest prompt taken, s: callers hear nobody longer.
LONGEST_S = 300
#: The rate that everything is decoded to first, Hz.
_RATE = 48000
#: Fainter than this everywhere is silence (of full scale).
_FAINTEST = 0.003


def telephone_sound(data: bytes) -> npt.NDArray[np.int16]:
    """The first sound of a file (WAV, MP3, M4A, Ogg, WebM, FLAC, …) at 8 kHz, mono, levelled, its ends trimmed.

    Raises :class:`PromptUnusable`.
    """
    try:
        samples = _decoded(data)
    except (av.FFmpegError, IndexError, ValueError) as error:
        problem = f"it cannot be read as sound ({error})"
        raise PromptUnusable(problem_zh="无法识别为声音文件", problem=problem) from error
    if not samples.size or float(np.abs(samples).max()) < _FAINTEST:
        raise PromptUnusable(problem_zh="没有声音", problem="nothing is heard in it")
    return to_telephone(samples, _RATE)


def mono(frames: Iterable[av.AudioFrame], kind: Literal["s16", "flt"], rate: int) -> Iterator[npt.NDArray[Any]]:
    """Decoded sound as one channel at ``rate`` (Hz), piece by piece. Raises :class:`av.FFmpegError`."""
    resampler = av.AudioResampler(format=kind, layout="mono", rate=rate)
    # None at the end takes out what the resampler still holds.
    for frame in chain(frames, [None]):
        for piece in resampler.resample(frame):
            yield piece.to_ndarray().reshape(-1)


def _decoded(data: bytes) -> npt.NDArray[np.float32]:
    parts: list[npt.NDArray[np.float32]] = []
    length = 0
    with av.open(io.BytesIO(data), "r") as container:
        for piece in mono(container.decode(container.streams.audio[0]), "flt", _RATE):
            parts.append(piece.astype(np.float32))
            length += len(piece)
            if length > LONGEST_S * _RATE:
                raise PromptUnusable(problem_zh=f"超过 {LONGEST_S} 秒", problem=f"it is longer than {LONGEST_S} s")
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
