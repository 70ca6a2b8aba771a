"""A change is of the version that was read: of two who read the same, the second is told of the first.

No version comes twice. What has a number is never followed by another with its number (SQLite: ``AUTOINCREMENT``); what
has a name goes on, where it is made again after it was deleted, from the version that it had.
"""

from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from agent_api.database import Base
from agent_api.errors import EditedMeanwhile

#: What has a name and may be deleted; a prompt's is its full one, ``zh-CN/greeting``.
Named = Literal["prompt", "tree"]

_Shape = TypeVar("_Shape", bound=BaseModel)


class _Versioned(Protocol):
    version: int


class LastVersion(Base):
    """The version that something had when it was deleted."""

    __tablename__ = "last_versions"
    #: One of :data:`Named`.
    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    version: Mapped[int]


async def keep_last(session: AsyncSession, what: Named, name: str, version: int) -> None:
    """It is deleted with this version."""
    await session.merge(LastVersion(what=what, name=name, version=version))


async def last_version(session: AsyncSession, what: Named, name: str) -> int:
    """The version from which it goes on when it is made again; 0 where there was none of the name."""
    row = await session.get(LastVersion, (what, name))
    return row.version if row is not None else 0


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
