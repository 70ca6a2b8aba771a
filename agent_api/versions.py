"""A change is of the version that was read: of two who read the same, the second is told of the first."""

from typing import Protocol

from agent_api.errors import EditedMeanwhile


class _Versioned(Protocol):
    version: int


def etag_of(version: int) -> str:
    """A version as If-Match takes it."""
    return f'"{version}"'


def begin_change(row: _Versioned, version: int) -> None:
    """Make the row's next version. Raises :class:`EditedMeanwhile` where ``version`` is not its newest."""
    if row.version != version:
        raise EditedMeanwhile()
    row.version += 1
