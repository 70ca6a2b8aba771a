"""Centres in the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.centres.tables import LINE_CENTRE, Centre, CentreLimit, PostRow
from agent_api.errors import NotFound
from agent_api.models import User
from common.workdays import Calendar


async def find(session: AsyncSession, centre_id: int, *, lock: bool = False) -> Centre:
    """One centre, locked where it is to be changed. Raises :class:`NotFound`."""
    centre = await session.get(Centre, centre_id, with_for_update=lock)
    if centre is None:
        raise NotFound(what="centre")
    return centre


async def handlers(session: AsyncSession, centre_id: int) -> Sequence[User]:
    """People who may log in and handle cases at a centre, by name; systems have no password."""
    further = select(PostRow.user_id).where(PostRow.centre_id == centre_id, PostRow.role == "handler")
    mainly = and_(User.centre_id == centre_id, User.role == "handler")
    query = select(User).where(User.disabled.is_(False), User.password_hash != "", or_(mainly, User.id.in_(further)))
    return (await session.scalars(query.order_by(User.display_name, User.id))).all()


async def tree(session: AsyncSession, ids: Iterable[int]) -> dict[int, Centre]:
    """These centres and all that stand over them; those that are not there are left out."""
    wanted = set(ids)
    found = {c.id: c for c in await session.scalars(select(Centre).where(Centre.id.in_(wanted)))}
    missing = {up for centre in found.values() for up in centre.over} - set(found)
    if missing:
        found |= {c.id: c for c in await session.scalars(select(Centre).where(Centre.id.in_(missing)))}
    return found


def calendar_of(centre_id: int, centres: dict[int, Centre], zone: str) -> Calendar:
    """A centre's calendar: its own days and hours, else those of the nearest centre above that has some."""
    line = [centres[each] for each in centres[centre_id].above]
    days: dict[date, bool] = {}
    for centre in reversed(line):
        days |= {date.fromisoformat(day): works for day, works in centre.exceptions.items()}
    hours = next((centre.hours for centre in line if centre.hours), [])
    return Calendar(days, tuple(hours), zone)


async def calendar_at(session: AsyncSession, zone: str, centre_id: int = LINE_CENTRE) -> Calendar:
    """The days and hours of a centre, where none is named of the line's own."""
    return calendar_of(centre_id, await tree(session, [centre_id]), zone)


async def limits_of(session: AsyncSession, centre: Centre, kind: str) -> dict[str, CentreLimit]:
    """Clock → the limit in force: the newest of the nearest centre that set one."""
    rows = await session.scalars(
        select(CentreLimit)
        .where(CentreLimit.centre_id.in_(centre.above), CentreLimit.kind == kind)
        .order_by(CentreLimit.id)
    )
    newest = {(row.centre_id, row.clock): row for row in rows}
    found: dict[str, CentreLimit] = {}
    for centre_id in reversed(centre.above):
        for (of, clock), row in newest.items():
            if of == centre_id and row.amount is not None:
                found[clock] = row
    return found


async def limit_versions(session: AsyncSession, centre: Centre, kind: str) -> dict[str, int]:
    """Clock → the version of its limit at a centre; 1 where nobody has set one. Every change is a row, a reset too."""
    query = select(CentreLimit.clock, func.max(CentreLimit.id))
    query = query.where(CentreLimit.centre_id.in_(centre.above), CentreLimit.kind == kind).group_by(CentreLimit.clock)
    versions = {clock: 1 + newest for clock, newest in await session.execute(query)}
    return defaultdict(lambda: 1, versions)
