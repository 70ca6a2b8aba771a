"""Files that are encrypted at rest, written as they grow and read from any place.

AES-256-GCM in pieces: each has a random nonce of its own and is bound to its place, so none can be changed, left out or
put elsewhere unnoticed; only the end can be missing, and that is what a crash leaves. Each file has a key of its own,
derived (HKDF, RFC 5869) from the secret and the file's salt.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from common.errors import HotlineError
from common.files import put_in_place

_MAGIC = b"12365-1\n"
_SALT_BYTES, _NONCE_BYTES, _TAG_BYTES = 16, 12, 16
_HEAD_BYTES = len(_MAGIC) + _SALT_BYTES
#: Bytes of a piece before it is sealed: half a second of a telephone leg (s16le, 8000 Hz).
PIECE = 8000
_MORE = _NONCE_BYTES + _TAG_BYTES
_SEALED_PIECE = PIECE + _MORE


class SealedFileBroken(HotlineError):
    """A sealed file cannot be opened."""

    code = "sealed-file-broken"
    zh = "文件 {path} 无法解密：内容被改动过，或密钥不是写入时的密钥。"
    en = "The file {path} cannot be decrypted: it was changed, or sealed with another key."
    remedy_zh = "请恢复写入时的 secrets.field，或从备份中恢复该文件。"
    remedy_en = "Restore the secrets.field it was written with, or the file itself, from a backup."


class FileCipher:
    """Makes and opens sealed files of one secret."""

    def __init__(self, secret: str):
        self._secret = hashlib.sha256(b"file:" + secret.encode()).digest()

    def key(self, salt: bytes) -> AESGCM:
        """The key of the file with this salt."""
        return AESGCM(HKDF(SHA256(), 32, salt, b"hotline12365 sealed file").derive(self._secret))

    def append(self, path: Path) -> "SealedWriter":
        """Go on with a file, or begin it. Raises OSError, :class:`SealedFileBroken`."""
        return SealedWriter(path, self)

    def open(self, path: Path) -> "SealedReader":
        """Read a file. Raises OSError, :class:`SealedFileBroken`."""
        return SealedReader(path, self)

    def seal(self, plain: bytes, path: Path) -> None:
        """Write a whole file, which is there under its name only once it is whole; of two at once the later stays."""
        with put_in_place(path) as draft:
            writer = self.append(draft)
            try:
                writer.write(plain)
            finally:
                writer.close()


class SealedWriter:
    """Appends; what was written is on disk by the whole :data:`PIECE`, and all of it after :meth:`close`."""

    def __init__(self, path: Path, cipher: FileCipher):
        self._waiting = bytearray()
        self._pieces = 0
        if path.exists() and path.stat().st_size >= _HEAD_BYTES:
            reader = cipher.open(path)
            with reader:
                self._pieces, last = divmod(reader.size, PIECE)
                self._waiting += reader.read(reader.size - last, reader.size)
                self._aead = reader.aead
            self._file = path.open("r+b", buffering=0)
        else:
            salt = os.urandom(_SALT_BYTES)
            self._aead = cipher.key(salt)
            self._file = path.open("wb", buffering=0)
            self._file.write(_MAGIC + salt)

    @property
    def size(self) -> int:
        """Bytes so far, those that are still to be written among them."""
        return self._pieces * PIECE + len(self._waiting)

    def write(self, plain: bytes) -> None:
        """Append. Raises OSError where it cannot be written; the pieces that could not are dropped."""
        self._waiting += plain
        while len(self._waiting) >= PIECE:
            piece = bytes(self._waiting[:PIECE])
            del self._waiting[:PIECE]
            self._put(piece)
            self._pieces += 1

    def close(self) -> None:
        """Write the rest. Raises OSError where that fails; the pieces before it are sound all the same."""
        try:
            if self._waiting:
                self._put(bytes(self._waiting))
        finally:
            self._file.close()

    def _put(self, piece: bytes) -> None:
        place = _place(self._pieces)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = memoryview(nonce + self._aead.encrypt(nonce, piece, _index(self._pieces)))
        try:
            self._file.seek(place)
            while sealed:
                sealed = sealed[self._file.write(sealed) :]
        except OSError:
            # Half a piece is no piece.
            self._file.truncate(place)
            raise
        self._file.truncate(self._file.tell())


class SealedReader:
    """Reads from any place."""

    def __init__(self, path: Path, cipher: FileCipher):
        self._path = path
        self._file = path.open("rb")
        try:
            head = self._file.read(_HEAD_BYTES)
            if len(head) < _HEAD_BYTES or not head.startswith(_MAGIC):
                raise SealedFileBroken(path=str(path))
            self.aead = cipher.key(head[len(_MAGIC) :])
            #: Bytes that can be read.
            self.size = self._measure()
        except BaseException:
            self._file.close()
            raise

    def _measure(self) -> int:
        whole, rest = divmod(self._path.stat().st_size - _HEAD_BYTES, _SEALED_PIECE)
        if rest <= _MORE:
            return whole * PIECE
        try:
            return whole * PIECE + len(self._piece(whole))
        except SealedFileBroken:
            # Written half when the writer was killed.
            return whole * PIECE

    def read(self, start: int, end: int) -> bytes:
        """The bytes from ``start`` to before ``end``. Raises :class:`SealedFileBroken`."""
        return b"".join(self.pieces(start, end))

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """The same in parts of at most :data:`PIECE`."""
        end = min(end, self.size)
        while start < end:
            number, skip = divmod(start, PIECE)
            part = self._piece(number)[skip : skip + end - start]
            start += len(part)
            yield part

    def _piece(self, number: int) -> bytes:
        self._file.seek(_place(number))
        sealed = self._file.read(_SEALED_PIECE)
        try:
            return self.aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _index(number))
        except (InvalidTag, ValueError) as error:
            raise SealedFileBroken(path=str(self._path)) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> "SealedReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _place(number: int) -> int:
    return _HEAD_BYTES + number * _SEALED_PIECE


def _index(number: int) -> bytes:
    return number.to_bytes(8, "big")
