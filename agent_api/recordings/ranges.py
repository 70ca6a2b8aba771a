"""The Range header (RFC 9110, 14.2); pure."""

import re

from agent_api.recordings.errors import RangeNotSatisfiable

_ONE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


def asked_range(asked: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None where all is to be sent.

    A header that is not understood, or that asks for several ranges, is ignored, as the RFC allows. Raises
    :class:`RangeNotSatisfiable` for a place behind the end.
    """
    found = _ONE.fullmatch((asked or "").replace(" ", ""))
    if found is None or found.group(0) == "bytes=-":
        return None
    first, last = found.groups()
    if not first:
        length = int(last)
        if length == 0:
            raise RangeNotSatisfiable(size=size)
        return max(0, size - length), size
    start, end = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable(size=size)
    return start, end
