"""What auditors look at."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.audit import repository
from agent_api.audit.head import HeadFile
from agent_api.audit.reading import PREFIX
from agent_api.audit.schemas import AuditEntry, AuditFilter, AuditPage, ChainShown
from agent_api.cases.parties import HIDDEN, without_telling
from agent_api.cases.repository import display_names
from agent_api.centres import scope
from agent_api.centres.tables import LINE_CENTRE, Centre
from agent_api.database import Database
from agent_api.live.feed import of_sealed_cases
from agent_api.models import Case, Event, User

#: Events opened for one page, where lists must be looked into for a case.
_LOOKED_THROUGH = 2000
#: Questions in which somebody's name or number may stand.
_LOOKED_FOR = frozenset({"q", "number"})


class AuditService:
    """The event log, searched; and how its chain stands."""

    def __init__(self, database: Database, head: HeadFile):
        self._database = database
        self._head = head

    async def search(self, wanted: AuditFilter, user: User) -> AuditPage:
        """What ``wanted`` describes of the people and cases that ``user`` stands over, newest first."""
        in_lists = wanted.case_id is not None or wanted.call_id is not None
        most = _LOOKED_THROUGH if in_lists else wanted.limit
        query = select(Event).where(*_conditions(wanted), _visible(user)).order_by(Event.id.desc()).limit(most)
        async with self._database.reading() as session:
            rows = list(await session.scalars(query))
            found = [row for row in rows if not in_lists or _tells_of(row, wanted)]
            kept = found[: wanted.limit]
            entries = await _entries(session, kept)
        more = len(found) > wanted.limit or len(rows) == most
        last = kept[-1].id if len(found) > wanted.limit else rows[-1].id if rows else None
        return AuditPage(entries=entries, next=last if more else None)

    async def chain(self) -> ChainShown:
        """How the chain stands. Raises :class:`common.sealed_file.SealedFileBroken`."""
        kept = await asyncio.to_thread(self._head.read)
        newest = repository.as_link(next(iter(await self._database.rows(repository.newest_link())), None))
        fits = newest is None
        if kept is not None:
            found = await self._database.rows(repository.link_of(kept.event_id))
            fits = kept.fits(repository.as_link(next(iter(found), None)))
        async with self._database.reading() as session:
            waiting = await repository.unsealed(session)
        return ChainShown(
            chained=newest.number if newest else 0, waiting=waiting, head=newest.hash.hex() if newest else "",
            head_kept=fits,
        )  # fmt: skip


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(Event.kind.startswith(wanted.kind, autoescape=True))
    if wanted.actor:
        found.append(Event.actor == wanted.actor)
    about = [
        column == number
        for column, number in ((Event.case_id, wanted.case_id), (Event.call_id, wanted.call_id))
        if number is not None
    ]
    if about:
        # A list names those it showed in its data.
        lists = Event.kind.startswith(PREFIX)
        found.append(or_(and_(*about), lists))
    if wanted.since:
        found.append(Event.at >= wanted.since)
    if wanted.until:
        found.append(Event.at < wanted.until)
    if wanted.before:
        found.append(Event.id < wanted.before)
    return found


def _visible(user: User) -> ColumnElement[bool]:
    """A condition on :class:`Event`: all of it for those over the line's centre, else of their centres' part."""
    if user.holds("system_admin") or any(p.role == "auditor" and p.centre == LINE_CENTRE for p in user.posts):
        return Event.id > 0
    centres = select(Centre.id).where(scope.centres_of(user))
    people = select(User.username).where(User.centre_id.in_(centres))
    cases = select(Case.id).where(scope.readable(user))
    return or_(Event.case_id.in_(cases), Event.actor.in_(people))


def _tells_of(row: Event, wanted: AuditFilter) -> bool:
    data = json.loads(row.data)
    return all(
        number is None or number == own or number in data.get(name, ())
        for number, own, name in (
            (wanted.case_id, row.case_id, "cases"), (wanted.call_id, row.call_id, "calls"),
        )
    )  # fmt: skip


async def _entries(session: AsyncSession, rows: Iterable[Event]) -> list[AuditEntry]:
    rows = list(rows)
    names = await display_names(session, {row.actor for row in rows})
    sealed = set(await session.scalars(of_sealed_cases([row.id for row in rows])))
    entries = []
    for row in rows:
        data: dict[str, Any] = json.loads(row.data)
        for name in _LOOKED_FOR & data.get("query", {}).keys():
            # What was looked for may be the name or number of who a sealed case is from.
            data["query"][name] = HIDDEN
        entries.append(
            AuditEntry(
                id=row.id, at=row.at, kind=row.kind, actor=row.actor, actor_name=names.get(row.actor),
                case_id=row.case_id, call_id=row.call_id, agent_id=row.agent_id,
                data=without_telling(row.kind, data) if row.id in sealed else data,
            )
        )  # fmt: skip
    return entries
