"""Calls and the cases they are about."""

from datetime import datetime
from functools import partial

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.callbacks.tables import Callback
from agent_api.cases.acting import Acting, require_as_sealed
from agent_api.cases.repository import holder_of_call
from agent_api.cases.schemas import case_shown
from agent_api.events.log import record
from agent_api.models import Call, Case, User
from case_flow.state import Request

#: The reason of a merger that no person gave; screens have its words.
CALL_MOVED = "call_put_on_another_case"


def is_untouched(case: Case) -> bool:
    """Whether a draft holds nothing that a person typed but its kind and number, or what they typed is gone again."""
    typed = set(case.typed) - {"kind", "caller_number"}
    return case.status in ("draft", "abandoned") and not any(getattr(case, name) for name in typed)


async def attach(
    session: AsyncSession, acting: Acting, call: Call, case: Case, actor: User, moment: datetime
) -> None:  # fmt: skip
    """Put a call on a case instead of the one it was on. Raises what the flow refuses, and :class:`Unfit` where the
    call is a sealed case's and the other one is not sealed.
    """
    if call.case_id == case.id:
        return
    await acting.require(session, case, "take_call", actor, moment)
    before = await session.get(Case, call.case_id, with_for_update=True) if call.case_id else None
    if before is not None:
        require_as_sealed(before, case)
    call.case_id = case.id
    await session.execute(
        update(Callback).where(Callback.call_id == call.id, Callback.done_at.is_(None)).values(case_id=case.id)
    )
    await session.flush()
    holder = await holder_of_call(session, call.id)
    tell = partial(record, session, actor=actor.username, call_id=call.id, audience=holder or 0)
    tell("case.call_attached", case_id=case.id, data={"from": before and before.id})
    if before is not None:
        await _leave(session, acting, before, case, moment)
        # That its caller has to do with a sealed case is part of what is sealed.
        data = {"to": None if case.sealed else case.id, "status": before.status, "version": before.version}
        tell("case.call_detached", case_id=before.id, data=data)
    shown = {"case": case_shown(case).model_dump(mode="json")}
    tell("call.case_changed", case_id=case.id, agent_id=holder, data=shown)


async def _leave(session: AsyncSession, acting: Acting, case: Case, to: Case, moment: datetime) -> None:
    """An untouched draft without a call has nothing left to be worked on."""
    calls = await session.scalar(select(func.count()).select_from(Call).where(Call.case_id == case.id))
    if calls or not is_untouched(case):
        return
    request = Request("merge", into=to.id, reason=CALL_MOVED)
    await acting.perform(session, case, request, None, moment, to)
