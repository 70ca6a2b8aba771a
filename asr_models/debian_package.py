"""Files out of a Debian package (deb(5)): an ar archive with a compressed tar of the files."""

import contextlib
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

_MAGIC = b"!<arch>\n"
_HEADER = 60
_DATA = b"data.tar."


class PackageUnreadable(Exception):
    """It is no Debian package, or lacks a file."""


@contextlib.contextmanager
def debian_files(path: Path) -> Iterator[Callable[[str], IO[bytes]]]:
    """What opens a file of the package by its name inside. Raises :class:`PackageUnreadable`."""
    try:
        with tarfile.open(fileobj=io.BytesIO(_data(path))) as packed:

            def opened(name: str) -> IO[bytes]:
                try:
                    found = packed.extractfile(f"./{name}")
                except KeyError:
                    found = None
                if found is None:
                    raise PackageUnreadable(f"it holds no {name}")
                return found

            yield opened
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise PackageUnreadable(str(error)) from error


def _data(path: Path) -> bytes:
    """The archive of the files. A member's header has its name in 16 bytes and its size in 10 from the 48th on."""
    with path.open("rb") as package:
        if package.read(len(_MAGIC)) != _MAGIC:
            raise PackageUnreadable("it is no Debian package")
        while (header := package.read(_HEADER))[48:58].strip().isdigit():
            size = int(header[48:58])
            if header.startswith(_DATA):
                return package.read(size)
            package.seek(size + size % 2, io.SEEK_CUR)
    raise PackageUnreadable("it holds no files")
