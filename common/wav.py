"""The header of a mono s16le WAV file."""

import struct

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
HEADER_BYTES = _HEADER.size


def header(rate: int, data_bytes: int) -> bytes:
    """The header before ``data_bytes`` of sound at ``rate`` Hz."""
    return _HEADER.pack(
        b"RIFF", 36 + data_bytes, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", data_bytes
    )


def rate_of(head: bytes) -> int:
    """The rate that a header tells, Hz."""
    return int(_HEADER.unpack(head[:HEADER_BYTES])[7])
