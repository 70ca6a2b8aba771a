"""Recordings in any common format, as the line would bring them."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np

from asr_models.errors import SoundUnreadable
from asr_models.frames import RATE
from ivr.voices.sound_file import mono


def read_sound(path: Path, rate: int = RATE) -> bytes:
    """s16le, mono, at ``rate`` (Hz). Raises ``SoundUnreadable``."""
    if not path.is_file():
        raise SoundUnreadable(path=str(path), problem="there is no such file")
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            sound = b"".join(piece.tobytes() for piece in mono(_frames(container), "s16", rate))
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise SoundUnreadable(path=str(path), problem=str(error) or "it has no sound") from error
    samples = np.frombuffer(sound, np.int16).astype(np.float32) / 32768
    return bytes((samples * 32767).astype("<i2").tobytes())


def _frames(container: "av.container.InputContainer") -> Iterator[av.AudioFrame]:
    """Frames in a row: what is damaged is left out, and no gap is filled where times jump."""
    decoding = container.decode(audio=0)
    while True:
        try:
            frame = next(decoding)
        except av.InvalidDataError:
            continue
        except StopIteration:
            return
        frame.pts = None
        yield frame
