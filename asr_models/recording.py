"""A leg's sound on disk: sealed, and readable after any crash as far as it goes."""

from pathlib import Path

import numpy as np

from asr_models.frames import RATE
from common.sealed_file import FileCipher
from common.wav import HEADER_BYTES, header, rate_of

#: The ending of a file with sealed s16le samples at the line's rate.
SUFFIX = ".pcm.sealed"
#: Samples of a window (32 ms at 8000 Hz), and the root mean square that is more than noise in one (s16le).
_WINDOW = 256
_NOISE = 200.0


class LegRecorder:
    """Writes mono s16le samples at the line's rate as they come, half a second at a time, sealed.

    A killed process loses at most that half second. A file that is already there is gone on with, so that one speaker
    of one call is one file.
    """

    def __init__(self, path: Path, cipher: FileCipher):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = cipher.append(path)

    @property
    def duration_ms(self) -> int:
        """Length so far, ms."""
        return self._file.size * 1000 // (2 * RATE)

    def pad_to(self, duration_ms: int) -> None:
        """Silence up to this length: what was said while nobody listened is missing, its time is not.

        Raises OSError, like :meth:`write`.
        """
        missing = (duration_ms - self.duration_ms) * RATE // 1000
        if missing > 0:
            self.write(bytes(2 * missing))

    def write(self, pcm: bytes) -> None:
        """Append s16le samples. Raises OSError where they cannot be written; what could not is dropped."""
        self._file.write(pcm)

    def close(self) -> None:
        """Finish the file. Raises OSError where the last piece cannot be written; the file is sound all the same."""
        self._file.close()


def sealed_sound(path: Path, cipher: FileCipher, from_ms: int = 0, to_ms: int | None = None) -> bytes:
    """Samples (s16le) of a sealed recording, from one place to another, ms. Raises OSError, ``SealedFileBroken``."""
    with cipher.open(path) as reader:
        end = reader.size if to_ms is None else to_ms * RATE // 1000 * 2
        return reader.read(from_ms * RATE // 1000 * 2, end // 2 * 2)


def repair(path: Path) -> int:
    """Make the header of a mono s16le WAV tell the file's true length; returns the length of the sound, ms."""
    data = max(0, (path.stat().st_size - HEADER_BYTES) // 2 * 2)
    with path.open("r+b") as file:
        rate = rate_of(file.read(HEADER_BYTES))
        file.seek(0)
        file.write(header(rate, data))
        file.truncate(HEADER_BYTES + data)
    return data * 1000 // (2 * rate)


def sound_of(path: Path) -> bytes:
    """The samples of a mono s16le WAV."""
    return path.read_bytes()[HEADER_BYTES:]


def has_sound(path: Path) -> bool:
    """Whether anything louder than line noise is in a mono s16le WAV."""
    samples = np.frombuffer(sound_of(path), "<i2").astype(np.float32)
    windows = samples[: len(samples) // _WINDOW * _WINDOW].reshape(-1, _WINDOW)
    return bool(np.any(np.sqrt(np.mean(windows**2, axis=1)) > _NOISE))
