"""Sealed cases: who one is from is kept apart from it, read by named roles with a reason, each look on record."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import repository
from agent_api.cases.schemas import CaseShown, IdentityShown, Line, case_shown
from agent_api.cases.tables import CaseIdentity
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
        """Take the caller's name and number off the case. Raises :class:`NotFound`, :class:`Unfit`."""
        async with self._database.transaction() as session:
            case = await repository.find(session, case_id, actor, version)
            if case.sealed:
                raise Unfit(zh="案件已密封。", en="The case is sealed already.")
            if case.closed_at is not None and case.status == "merged":
                raise Unfit(zh="已并入的案件不能密封；请密封并入的案件。", en="Seal the case that this one went into.")
            session.add(
                CaseIdentity(
                    case_id=case.id, caller_name=case.caller_name, caller_number=case.caller_number, sealed_at=now(),
                    sealed_by=actor.id,
                )
            )  # fmt: skip
            case.caller_name = case.caller_number = case.caller_fingerprint = ""
            case.sealed = True
            case.version += 1
            case.updated_at = now()
            self._record(session, "case.sealed", case, actor, reason)
            shown = case_shown(case)
        self._bell.ring()
        return shown

    async def unseal(self, case_id: int, reason: str, actor: User) -> IdentityShown:
        """Who a sealed case is from, and what was said; the case stays sealed.

        Raises :class:`NotFound`, :class:`NotAllowed`, :class:`NotSealed`.
        """
        async with self._database.transaction() as session:
            case = await repository.find(session, case_id, actor)
            above = (await centres.find(session, case.centre_id)).above
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
            self._record(session, "case.unsealed", case, actor, reason)
            shown = IdentityShown(
                caller_name=identity.caller_name, caller_number=identity.caller_number,
                call_numbers=sorted({call.caller_number for call in calls if call.caller_number}),
                transcript=[Line.model_validate(each, from_attributes=True) for each in spoken],
            )  # fmt: skip
        self._bell.ring()
        return shown

    def _record(self, session: AsyncSession, kind: str, case: Case, actor: User, reason: str) -> None:
        data: dict[str, Any] = {"reason": reason, "version": case.version}
        record(session, kind, actor=actor.username, case_id=case.id, agent_id=actor.id, audience=0, data=data)
