"""A recording as it is sent: decrypted piece by piece, from any place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from common.sealed_file import FileCipher
from common.wav import header

#: The line's rate, Hz; samples are mono s16le.
RATE = 8000
#: How a sealed recording's name ends → what it is sent as.
MEDIA = {".pcm.sealed": "audio/wav", ".flac.sealed": "audio/flac", ".opus.sealed": "audio/ogg"}
PCM = ".pcm.sealed"
#: Pieces are sent together up to this, bytes: each part costs a change of threads.
_PART = 64_000


class Sound(Protocol):
    """Bytes of a media file."""

    media: str
    size: int

    def parts(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from ``start`` to before ``end``; closes the file."""


def open_sound(path: Path, cipher: FileCipher) -> Sound:
    """Open a recording. Raises OSError, :class:`common.sealed_file.SealedFileBroken`."""
    return _SealedSound(path, cipher) if path.suffix == ".sealed" else _PlainSound(path)


class _SealedSound:
    def __init__(self, path: Path, cipher: FileCipher):
        kind = next(ending for ending in MEDIA if path.name.endswith(ending))
        self.media = MEDIA[kind]
        self._reader = cipher.open(path)
        self._head = header(RATE, self._reader.size) if kind == PCM else b""
        self.size = len(self._head) + self._reader.size

    def parts(self, start: int, end: int) -> Iterator[bytes]:
        with self._reader:
            part = bytearray(self._head[start:end])
            skip = len(self._head)
            for piece in self._reader.pieces(max(0, start - skip), max(0, end - skip)):
                part += piece
                if len(part) >= _PART:
                    yield bytes(part)
                    part.clear()
            if part:
                yield bytes(part)


class _PlainSound:
    """From before recordings were sealed."""

    media = "audio/wav"

    def __init__(self, path: Path):
        self._path = path
        self.size = path.stat().st_size

    def parts(self, start: int, end: int) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(start)
            while start < end and (part := file.read(min(_PART, end - start))):
                start += len(part)
                yield part
