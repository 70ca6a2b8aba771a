"""The gateway's pen for call-backs that agents dial."""

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.callbacks.reasons import OF_THE_FLOW, Why
from agent_api.callbacks.service import tried
from agent_api.callbacks.tables import Callback
from agent_api.cases.acting import Acting
from agent_api.database import now
from agent_api.events.log import Bell, record
from agent_api.models import Call, Case, User
from agent_api.pen import Pen, change
from agent_api.writer import Writer
from case_flow.errors import FlowError
from case_flow.state import Request


class CallbackLedger(Pen):
    """What the line has to say of a call-back."""

    def __init__(self, writer: Writer, bell: Bell, acting: Acting):
        super().__init__(writer, bell)
        self._acting = acting

    @change()
    async def answered(self, session: AsyncSession, callback_id: int, asterisk_id: str, number: str) -> int:
        """The citizen took the call: from here on it is a call like any, about the call-back's case."""
        row = await session.get_one(Callback, callback_id)
        case = await session.get(Case, row.case_id) if row.case_id else None
        # That this number has to do with a sealed case is part of what is sealed.
        shown = "" if case is not None and case.sealed else number
        call = Call(
            asterisk_id=asterisk_id, sip_call_id="", caller_number=shown,
            caller_fingerprint=self._acting.cipher.caller(shown), called_number=shown,
            tree="", tree_version="", path=[], started_at=now(), direction="out", callback_id=callback_id,
            case_id=row.case_id,
        )  # fmt: skip
        session.add(call)
        await session.flush()
        record(session, "call.started", call_id=call.id, case_id=row.case_id, audience=0)
        return call.id

    @change()
    async def in_vain(self, session: AsyncSession, callback_id: int, user_id: int, why: Why) -> None:
        """The citizen did not take the call: a failed try of whoever dialled."""
        row = await session.get_one(Callback, callback_id)
        user = await session.get_one(User, user_id)
        if row.done_at is not None:
            return
        case = await session.get(Case, row.case_id) if row.case_id else None
        if row.reason not in OF_THE_FLOW or case is None:
            tried(session, row, user, why)
            return
        try:
            request = Request("call_back", reached=False, reason=why)
            await self._acting.perform(session, case, request, user, now())
        except FlowError as refused:
            # The case went on while it rang: there is nothing left to be tried.
            data = {"callback_id": callback_id, "code": refused.code}
            record(session, "callback.refused", case_id=row.case_id, agent_id=user_id, audience=user_id, data=data)

    @change()
    async def not_dialled(self, session: AsyncSession, callback_id: int, user_id: int, status: str) -> None:
        """The line could not dial: no try of anybody's, and whoever pressed the button is told."""
        row = await session.get_one(Callback, callback_id)
        data = {"callback_id": callback_id, "status": status}
        record(session, "callback.not_dialled", case_id=row.case_id, agent_id=user_id, audience=user_id, data=data)
