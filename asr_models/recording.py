"""A leg's sound on disk, readable after any crash."""

import struct
from pathlib import Path

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


def _header(rate: int, data_bytes: int) -> bytes:
    return _HEADER.pack(
        b"RIFF", 36 + data_bytes, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", data_bytes
    )


class LegRecorder:
    """Writes mono s16le WAV as it comes; the header is set right on close, or by :func:`repair` after a kill."""

    def __init__(self, path: Path, rate: int = 8000):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.rate = rate
        self._bytes = 0
        self._file = path.open("wb", buffering=0)
        self._file.write(_header(rate, 0))

    @property
    def duration_ms(self) -> int:
        """Length so far, ms."""
        return self._bytes * 1000 // (2 * self.rate)

    def write(self, pcm: bytes) -> None:
        """Append s16le samples."""
        self._file.write(pcm)
        self._bytes += len(pcm)

    def close(self) -> None:
        """Finish the file."""
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
