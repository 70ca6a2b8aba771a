"""The tree of centres, and each one's calendar and limits."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases.tables import CaseClock
from agent_api.centres import repository
from agent_api.centres.schemas import (
    LEVELS,
    CentreChanges,
    CentreShown,
    HandlerShown,
    LimitSet,
    LimitShown,
    NewCentre,
    centre_shown,
)
from agent_api.centres.tables import Centre, CentreLimit
from agent_api.database import Database, now
from agent_api.errors import CentreUnfit, EditedMeanwhile, NotAllowed, NotFound
from agent_api.events.log import Bell, record
from agent_api.models import Case, User
from agent_api.roles import may_administer
from agent_api.versions import begin_change, etag_of
from case_flow.definition import Flow
from case_flow.errors import Unfit
from case_flow.vocabulary import KINDS, Kind


class CentreService:
    """What is done to centres."""

    def __init__(self, database: Database, bell: Bell, flows: Mapping[str, Flow]):
        self._database = database
        self._bell = bell
        self._flows = flows

    async def all(self) -> list[CentreShown]:
        """Every centre, those above before those below: who works with cases must be able to name them."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(Centre).order_by(Centre.path))
            return [centre_shown(row) for row in rows]

    async def add(self, new: NewCentre, actor: User) -> CentreShown:
        """A centre below another, or below two that share it.

        Raises :class:`NotFound`, :class:`NotAllowed`, :class:`CentreUnfit`, :class:`Unfit`.
        """
        async with self._database.transaction() as session:
            parent = await repository.find(session, new.parent_id)
            _require_over(actor, parent)
            _require_below(new.level, parent.level)
            other = await _sharing(session, new.shared_with_id, new.level, parent, actor)
            fields = new.model_dump(mode="json")
            centre = Centre(**fields, active=True, version=1)
            session.add(centre)
            await session.flush()
            centre.path = f"{parent.path}{centre.id}/"
            centre.shared_path = _shared_path(centre, parent, other)
            record(session, "centre.added", actor=actor.username, audience=0, data={"centre_id": centre.id, **fields})
            shown = centre_shown(centre)
        self._bell.ring()
        return shown

    async def change(self, centre_id: int, version: int, changes: CentreChanges, actor: User) -> CentreShown:
        """Change a centre.

        Raises :class:`NotFound`, :class:`NotAllowed`, :class:`EditedMeanwhile`, :class:`CentreUnfit`, :class:`Unfit`.
        """
        told = changes.model_dump(mode="json", exclude_unset=True)
        given = {name: value for name, value in told.items() if value is not None or name == "shared_with_id"}
        async with self._database.transaction() as session:
            centre = await repository.find(session, centre_id, lock=True)
            _require_over(actor, centre)
            begin_change(centre, version)
            if "level" in given:
                await self._require_level(session, centre, given["level"])
            if "shared_with_id" in given:
                level = given.get("level", centre.level)
                await _share(session, centre, given["shared_with_id"], level, actor)
            before = {name: getattr(centre, name) for name in given}
            for name, value in given.items():
                setattr(centre, name, value)
            if given.keys() & {"exceptions", "hours"}:
                await _have_recounted(session, centre)
            data: dict[str, Any] = {"centre_id": centre.id, "changes": given, "before": before}
            record(session, "centre.changed", actor=actor.username, audience=0, data=data)
            shown = centre_shown(centre)
        self._bell.ring()
        return shown

    async def _require_level(self, session: AsyncSession, centre: Centre, level: str) -> None:
        if centre.parent_id is not None:
            _require_below(level, (await repository.find(session, centre.parent_id)).level)
        for child in await session.scalars(select(Centre).where(Centre.parent_id == centre.id)):
            _require_below(child.level, level)

    async def handlers(self, centre_id: int) -> list[HandlerShown]:
        """Who may be given a task at a centre. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            await repository.find(session, centre_id)
            return [
                HandlerShown(id=user.id, display_name=user.display_name)
                for user in await repository.handlers(session, centre_id)
            ]

    async def limits(self, centre_id: int) -> list[LimitShown]:
        """Every limit as it holds at a centre. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            centre = await repository.find(session, centre_id)
            shown = []
            for kind in KINDS:
                own = await repository.limits_of(session, centre, kind)
                versions = await repository.limit_versions(session, centre, kind)
                for name in self._flows[kind].clocks:
                    shown.append(await self._limit(session, kind, name, own.get(name), versions[name]))
            return shown

    async def set_limit(
        self, centre_id: int, kind: Kind, clock: str, version: int, new: LimitSet, actor: User
    ) -> LimitShown:
        """A centre's own limit, for clocks that begin from now on.

        Raises :class:`NotFound`, :class:`NotAllowed`, :class:`EditedMeanwhile`.
        """
        if clock not in self._flows[kind].clocks:
            raise NotFound(what="clock")
        async with self._database.transaction() as session:
            centre = await repository.find(session, centre_id, lock=True)
            _require_over(actor, centre)
            if version != (await repository.limit_versions(session, centre, kind))[clock]:
                raise EditedMeanwhile()
            row = CentreLimit(
                centre_id=centre_id, kind=kind, clock=clock, amount=new.amount, reason=new.reason, set_by=actor.id,
                set_at=now(),
            )  # fmt: skip
            session.add(row)
            data = {"centre_id": centre_id, "kind": kind, "clock": clock, "amount": new.amount, "reason": new.reason}
            record(session, "centre.limit_set", actor=actor.username, audience=0, data=data)
            await session.flush()
            own = await repository.limits_of(session, centre, kind)
            shown = await self._limit(session, kind, clock, own.get(clock), 1 + row.id)
        self._bell.ring()
        return shown

    async def _limit(
        self, session: AsyncSession, kind: Kind, name: str, own: CentreLimit | None, version: int
    ) -> LimitShown:
        rule = self._flows[kind].clocks[name]
        by = await session.get(User, own.set_by) if own else None
        return LimitShown(
            kind=kind, clock=name, zh=rule.zh, en=rule.en, unit=rule.unit, flow_amount=rule.amount, source=rule.source,
            amount=own.amount if own and own.amount else rule.amount, set_by=by.display_name if by else None,
            set_at=own.set_at if own else None, reason=own.reason if own else "", version=version,
            etag=etag_of(version),
        )  # fmt: skip


async def _sharing(
    session: AsyncSession, other_id: int | None, level: str, parent: Centre, actor: User
) -> Centre | None:
    """The other bureau's centre. Raises :class:`Unfit` where it stands over this one already, or a third would."""
    if other_id is None:
        return None
    other = await repository.find(session, other_id)
    _require_over(actor, other)
    _require_below(level, other.level)
    if parent.shared_path:
        raise Unfit(zh="上级中心已由两局共用，不能再与第三局共用。", en="Two bureaux share the one above already.")
    if other.id in parent.above or parent.id in other.above:
        raise Unfit(zh="共用的两局须互不隶属。", en="Of two that share a centre neither is above the other.")
    return other


def _shared_path(centre: Centre, parent: Centre, other: Centre | None) -> str:
    above = other.path if other is not None else parent.shared_path
    return f"{above}{centre.id}/" if above else ""


async def _share(session: AsyncSession, centre: Centre, other_id: int | None, level: str, actor: User) -> None:
    """From now on the other bureau stands over it and over what is below it, and the one that did no longer."""
    if other_id == centre.shared_with_id:
        return
    if centre.parent_id is None:
        raise Unfit(zh="最上级中心不能共用。", en="The centre at the top has nobody beside it to share it with.")
    below = Centre.path.startswith(centre.path) & (Centre.id != centre.id)
    under = list(await session.scalars(select(Centre).where(below).with_for_update()))
    if other_id is not None and any(each.shared_with_id is not None for each in under):
        raise Unfit(zh="下级中心已由两局共用，不能再与第三局共用。", en="Two bureaux share one below it already.")
    parent = await repository.find(session, centre.parent_id)
    other = await _sharing(session, other_id, level, parent, actor)
    centre.shared_path = _shared_path(centre, parent, other)
    for each in under:
        each.shared_path = centre.shared_path + each.path.removeprefix(centre.path) if centre.shared_path else ""


async def _have_recounted(session: AsyncSession, centre: Centre) -> None:
    """Its calendar is another now: the limits of its cases, and of those below it, are counted anew."""
    below = select(Centre.id).where(Centre.path.startswith(centre.path))
    cases = select(Case.id).where(Case.centre_id.in_(below), Case.closed_at.is_(None))
    await session.execute(
        update(CaseClock)
        .where(CaseClock.state == "running", CaseClock.case_id.in_(cases))
        .values(next_mark_at=now())
        .execution_options(synchronize_session=False)
    )


def _require_over(actor: User, centre: Centre) -> None:
    """Admins of a centre and of those above it, and system admins."""
    if not may_administer(actor.posts, centre.over):
        raise NotAllowed()


def _require_below(level: str, above: str) -> None:
    order: tuple[str, ...] = LEVELS
    if order.index(level) <= order.index(above):
        raise CentreUnfit(level=level, above=above)
