"""A change is of the version that was read: of two who read the same, the second is told of the first."""

from typing import Protocol, TypeVar

from pydantic import BaseModel

from agent_api.errors import EditedMeanwhile

_Shape = TypeVar("_Shape", bound=BaseModel)


class _Versioned(Protocol):
    version: int


def etag_of(version: int) -> str:
    """A version as If-Match takes it."""
    return f'"{version}"'


def with_etag(shape: type[_Shape], row: _Versioned) -> _Shape:
    """A row in a shape whose fields are the row's, but for ``etag``."""
    fields = {name: getattr(row, name) for name in shape.model_fields if name != "etag"}
    return shape.model_validate(fields | {"etag": etag_of(row.version)})


def begin_change(row: _Versioned, version: int) -> None:
    """Make the row's next version. Raises :class:`EditedMeanwhile` where ``version`` is not its newest."""
    if row.version != version:
        raise EditedMeanwhile()
    row.version += 1
