"""A leg's sound on disk, readable after any crash."""

import struct
from pathlib import Path

import numpy as np

#: Sound is written in pieces of this length, s: a write for each frame costs more than all else that is done with it.
#: What a killed process had not written yet is lost.
WRITE_EVERY_S = 0.5
#: Samples of a window (32 ms at 8000 Hz), and the root mean square that is more than noise in one (s16le).
_WINDOW = 256
_NOISE = 200.0
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


def _header(rate: int, data_bytes: int) -> bytes:
    return _HEADER.pack(
        b"RIFF", 36 + data_bytes, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", data_bytes
    )


class LegRecorder:
    """Writes mono s16le WAV as it comes; the header is set right on close, or by :func:`repair` after a kill.

    A file that is already there is gone on with, so that one speaker of one call is one file.
    """

    def __init__(self, path: Path, rate: int = 8000):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.rate = rate
        #: Bytes of sound on disk, and sound that is still to be written.
        self._bytes = repair(path) * 2 * rate // 1000 if path.exists() else 0
        self._waiting = bytearray()
        self._file = path.open("ab", buffering=0)
        if not self._bytes:
            self._file.truncate(0)
            self._file.write(_header(rate, 0))

    @property
    def duration_ms(self) -> int:
        """Length so far, ms."""
        return (self._bytes + len(self._waiting)) * 1000 // (2 * self.rate)

    def pad_to(self, duration_ms: int) -> None:
        """Silence up to this length: what was said while nobody listened is missing, its time is not."""
        missing = (duration_ms - self.duration_ms) * self.rate // 1000
        if missing > 0:
            self.write(bytes(2 * missing))

    def write(self, pcm: bytes) -> None:
        """Append s16le samples; they are on disk within :data:`WRITE_EVERY_S`, or after :meth:`close`.

        Raises OSError where they cannot be written; what could not is dropped.
        """
        self._waiting += pcm
        if len(self._waiting) >= 2 * self.rate * WRITE_EVERY_S:
            self._flush()

    def _flush(self) -> None:
        waiting, self._waiting = memoryview(bytes(self._waiting)), bytearray()
        while waiting:
            written = self._file.write(waiting)
            self._bytes += written
            waiting = waiting[written:]

    def close(self) -> None:
        """Finish the file. Raises OSError where the last piece cannot be written; the file is sound all the same."""
        try:
            self._flush()
        finally:
            self._file.close()
            repair(self.path)


def repair(path: Path) -> int:
    """Make the header tell the file's true length; returns the length of the sound, ms."""
    size = path.stat().st_size
    data = max(0, (size - _HEADER.size) // 2 * 2)
    with path.open("r+b") as file:
        rate = int(_HEADER.unpack(file.read(_HEADER.size))[7])
        file.seek(0)
        file.write(_header(rate, data))
        file.truncate(_HEADER.size + data)
    return data * 1000 // (2 * rate)


def sound_of(path: Path) -> bytes:
    """The samples of a finished recording (s16le)."""
    return path.read_bytes()[_HEADER.size :]


def has_sound(path: Path) -> bool:
    """Whether anything louder than line noise is in a mono s16le WAV."""
    samples = np.frombuffer(sound_of(path), "<i2").astype(np.float32)
    windows = samples[: len(samples) // _WINDOW * _WINDOW].reshape(-1, _WINDOW)
    return bool(np.any(np.sqrt(np.mean(windows**2, axis=1)) > _NOISE))
