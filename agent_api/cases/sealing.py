"""Sealed cases: who one is from is kept apart from it, read by named roles with a reason, each look on record.

Kept apart are the caller's name and number, and the words that tell who it is. What was drafted from the caller's own
words goes away whole, as their transcript does: only a person can say what happened without saying to whom. From what a
person wrote, the name and the numbers are taken out.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import repository
from agent_api.cases.parties import without_names
from agent_api.cases.schemas import CaseShown, IdentityShown, Line, case_shown
from agent_api.cases.tables import CaseIdentity, CaseLink, CaseTask, Evidence
from agent_api.centres import repository as centres
from agent_api.database import Database, now
from agent_api.errors import NotAllowed, NotSealed
from agent_api.events.log import Bell, record
from agent_api.models import Call, Case, User, Utterance
from agent_api.roles import UNSEALING
from case_flow.errors import Unfit


class SealService:
    """Keeps identities apart, and shows them to those who may see them."""

    def __init__(self, database: Database, bell: Bell):
        self._database = database
        self._bell = bell

    async def seal(self, case_id: int, version: int, reason: str, actor: User) -> CaseShown:
        """Keep apart who the case is from, and those that were merged into it, split from it or it was split from.

        Raises :class:`NotFound`, :class:`Unfit`.
        """
        async with self._database.transaction() as session:
            case = await repository.find(session, case_id, actor, version)
            if case.sealed:
                raise Unfit(zh="案件已密封。", en="The case is sealed already.")
            if case.closed_at is not None and case.status == "merged":
                raise Unfit(zh="已并入的案件不能密封；请密封并入的案件。", en="Seal the case that this one went into.")
            await keep_apart(session, case, actor, reason)
            for other in await _of_the_same_caller(session, case):
                await keep_apart(session, other, actor, reason)
            shown = case_shown(case)
        self._bell.ring()
        return shown

    async def unseal(self, case_id: int, reason: str, actor: User) -> IdentityShown:
        """Who a sealed case is from, and what was said; the case stays sealed.

        Raises :class:`NotFound`, :class:`NotAllowed`, :class:`NotSealed`.
        """
        async with self._database.transaction() as session:
            case = await repository.find(session, case_id, actor)
            above = (await centres.find(session, case.centre_id)).over
            if not any(post.role in UNSEALING and post.centre in above for post in actor.posts):
                raise NotAllowed()
            identity = await session.get(CaseIdentity, case_id)
            if identity is None:
                raise NotSealed()
            calls = list(await session.scalars(select(Call).where(Call.case_id == case_id).order_by(Call.id)))
            spoken = await session.scalars(
                select(Utterance)
                .where(Utterance.call_id.in_([call.id for call in calls]))
                .order_by(Utterance.call_id, Utterance.start_ms)
            )
            _record(session, "case.unsealed", case, actor, reason)
            shown = IdentityShown(
                caller_name=identity.caller_name, caller_number=identity.caller_number,
                description=case.description if identity.description is None else identity.description,
                call_numbers=sorted({call.caller_number for call in calls if call.caller_number}),
                transcript=[Line.model_validate(each, from_attributes=True) for each in spoken],
            )  # fmt: skip
        self._bell.ring()
        return shown


async def keep_apart(session: AsyncSession, case: Case, actor: User | None, reason: str) -> None:
    """Seal a case that is not sealed; ``actor`` None: the line."""
    calls = await session.scalars(select(Call).where(Call.case_id == case.id))
    name, numbers = case.caller_name, {case.caller_number, *(call.caller_number for call in calls)}
    session.add(
        CaseIdentity(
            case_id=case.id, caller_name=name, caller_number=case.caller_number, description=case.description,
            sealed_at=now(), sealed_by=actor.id if actor else None,
        )
    )  # fmt: skip
    typed = "description" in case.typed
    case.description = without_names(case.description, name, numbers) if typed else ""
    for task in await session.scalars(select(CaseTask).where(CaseTask.case_id == case.id)):
        task.result = without_names(task.result, name, numbers)
    for file in await session.scalars(select(Evidence).where(Evidence.case_id == case.id)):
        file.name = without_names(file.name, name, numbers)
    case.caller_name = case.caller_number = case.caller_fingerprint = ""
    case.sealed = True
    case.version += 1
    case.updated_at = now()
    _record(session, "case.sealed", case, actor, reason)


async def _of_the_same_caller(session: AsyncSession, case: Case) -> list[Case]:
    """Cases not sealed yet that tell by their link to ``case`` who it is from, locked."""
    found, waiting = {case.id}, {case.id}
    while waiting:
        from_here, to_here = CaseLink.case_id.in_(waiting), CaseLink.other_id.in_(waiting)
        split = CaseLink.relation == "split_into"
        merged = CaseLink.relation == "merged_into"
        near = set(await session.scalars(select(CaseLink.other_id).where(from_here, split)))
        near |= set(await session.scalars(select(CaseLink.case_id).where(to_here, split | merged)))
        waiting = near - found
        found |= waiting
    others = select(Case).where(Case.id.in_(found - {case.id}), Case.sealed.is_(False)).order_by(Case.id)
    return list(await session.scalars(others.with_for_update()))


def _record(session: AsyncSession, kind: str, case: Case, actor: User | None, reason: str) -> None:
    data: dict[str, Any] = {"reason": reason, "version": case.version}
    who = actor.username if actor else "gateway"
    record(session, kind, actor=who, case_id=case.id, agent_id=actor.id if actor else None, audience=0, data=data)
