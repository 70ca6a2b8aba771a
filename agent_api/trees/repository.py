"""Trees in the database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from agent_api.database import now
from agent_api.errors import NotFound
from agent_api.models import User
from agent_api.trees.schemas import Editor
from agent_api.trees.tables import TreeDraft, TreeEditor, TreeRelease, TreeRow, TreeVersion

#: Whoever has not said for this long that a tree is still open, has left it, s.
EDITING_S = 60


async def every(session: AsyncSession) -> Sequence[TreeRow]:
    """Every tree, by name."""
    return (await session.scalars(select(TreeRow).order_by(TreeRow.name))).all()


async def find(session: AsyncSession, name: str, *, lock: bool = False) -> TreeRow:
    """One tree; locked: nobody else changes anything of it meanwhile. Raises :class:`NotFound`."""
    row = await session.get(TreeRow, name, with_for_update=lock or None)
    if row is None:
        raise NotFound(what="tree")
    return row


async def version(session: AsyncSession, name: str, number: int | None) -> TreeVersion:
    """One version. Raises :class:`NotFound`."""
    query = select(TreeVersion).where(TreeVersion.tree == name, TreeVersion.number == number)
    row = None if number is None else await session.scalar(query)
    if row is None:
        raise NotFound(what="version")
    return row


async def versions(session: AsyncSession, name: str) -> Sequence[TreeVersion]:
    """Every version, newest first."""
    query = select(TreeVersion).where(TreeVersion.tree == name).order_by(TreeVersion.number.desc())
    return (await session.scalars(query)).all()


async def texts_in_force(session: AsyncSession) -> dict[str, str]:
    """Each tree's text that callers hear."""
    return await _in_force(session, TreeVersion.text)


async def tests_in_force(session: AsyncSession) -> dict[str, str]:
    """Each tree's tests, of the version that callers hear."""
    return await _in_force(session, TreeVersion.tests)


async def _in_force(session: AsyncSession, column: InstrumentedAttribute[str]) -> dict[str, str]:
    joined = (TreeVersion.tree == TreeRow.name) & (TreeVersion.number == TreeRow.current)
    rows = await session.execute(select(TreeRow.name, column).join(TreeVersion, joined))
    return {name: written for name, written in rows}


async def releases(session: AsyncSession, name: str) -> Sequence[TreeRelease]:
    """What was in force, newest first."""
    query = select(TreeRelease).where(TreeRelease.tree == name).order_by(TreeRelease.id.desc())
    return (await session.scalars(query)).all()


async def last_release(session: AsyncSession, name: str) -> TreeRelease | None:
    """What is in force."""
    query = select(TreeRelease).where(TreeRelease.tree == name).order_by(TreeRelease.id.desc()).limit(1)
    return await session.scalar(query)


async def draft(session: AsyncSession, name: str) -> TreeDraft | None:
    """The draft, where there is one."""
    return await session.get(TreeDraft, name)


async def editor(session: AsyncSession, name: str) -> TreeEditor | None:
    """Who has the tree open; None where they have left."""
    row = await session.get(TreeEditor, name)
    return row if row is not None and row.seen_at > now() - timedelta(seconds=EDITING_S) else None


async def editor_shown(session: AsyncSession, name: str, asker: str) -> Editor | None:
    """Who has the tree open, for people to read."""
    row = await editor(session, name)
    if row is None:
        return None
    display_name = await session.scalar(select(User.display_name).where(User.username == row.username))
    return Editor(
        username=row.username, display_name=display_name or row.username, since=row.since, me=row.username == asker
    )


async def add_version(
    session: AsyncSession, row: TreeRow, *, text: str, tests: str, sounds: dict[str, str], author: str, note: str,
    kind: str,
) -> TreeVersion:  # fmt: skip
    """The next version, in force from now on. The tree must be locked."""
    highest = await session.scalar(select(func.max(TreeVersion.number)).where(TreeVersion.tree == row.name))
    made = TreeVersion(
        tree=row.name, number=(highest or 0) + 1, text=text, tests=tests, sounds=sounds, author=author, note=note,
        parent=row.current, published_at=now(),
    )  # fmt: skip
    session.add(made)
    put_in_force(session, row, made.number, kind, author, note, made.published_at)
    return made


def put_in_force(
    session: AsyncSession, row: TreeRow, number: int, kind: str, actor: str, note: str, at: datetime
) -> None:
    """Callers hear this version from now on. The tree must be locked."""
    row.current = number
    session.add(TreeRelease(tree=row.name, version=number, kind=kind, actor=actor, note=note, at=at))
