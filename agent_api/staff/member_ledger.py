"""What is written down about agents as queue members and about their phones."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import now
from agent_api.events.log import record
from agent_api.models import AgentState, User
from agent_api.pen import Pen, change
from agent_api.telephony import PhoneKind


@dataclass(frozen=True)
class Member:
    """What an agent is to the queue."""

    user_id: int
    #: ``ready``, ``busy``, ``wrap_up`` or ``offline``.
    state: str
    reason: str
    phone: PhoneKind
    since: datetime
    #: In which they take calls, beside the line's own.
    languages: tuple[str, ...]


class MemberLedger(Pen):
    """The pen for who is at work, and on which phone."""

    @change()
    async def put_state(
        self, session: AsyncSession, user_id: int, state: str, reason: str, phone: str | None = None
    ) -> None:
        """An agent's state changed: by hand, or because the phone is gone."""
        row = await session.get_one(AgentState, user_id)
        row.state, row.reason, row.since = state, reason, now()
        row.phone = phone or row.phone
        if row.call_role == "wrap_up" and state != "wrap_up":
            row.call_id, row.call_role = None, ""
        record(
            session,
            "agent.state",
            agent_id=user_id,
            data={"state": state, "reason": reason, "phone": row.phone},
        )

    @change()
    async def phone(self, session: AsyncSession, user_id: int, phone: str, registered: bool) -> None:
        """A phone of an agent came or went."""
        kind = "phone.registered" if registered else "phone.lost"
        record(session, kind, agent_id=user_id, data={"phone": phone})

    @change()
    async def telephony(self, session: AsyncSession, up: bool) -> None:
        """The link to Asterisk came or went."""
        record(session, "telephony.up" if up else "telephony.down")

    @change(tells=False)
    async def all(self, session: AsyncSession) -> list[Member]:
        """Every agent as a queue member."""
        rows = await session.execute(_MEMBERS)
        return [_member(row, languages) for row, languages in rows]

    @change(tells=False)
    async def anyone_at_work(self, session: AsyncSession, language: str) -> bool:
        """Whether any agent is at work, if perhaps busy now, who takes calls in ``language``; empty: the line's own."""
        # Who is disabled in a conversation is left in its wrap-up.
        there = AgentState.state != "offline", User.disabled.is_(False), User.role == "agent"
        rows = await session.execute(_MEMBERS.where(*there))
        return any(not language or language in languages for _, languages in rows)

    @change(tells=False)
    async def one(self, session: AsyncSession, user_id: int) -> Member:
        """One agent as a queue member."""
        row, languages = (await session.execute(_MEMBERS.where(User.id == user_id))).one()
        return _member(row, languages)


_MEMBERS = select(AgentState, User.languages).join(User, User.id == AgentState.user_id)


def _member(row: AgentState, languages: list[str]) -> Member:
    phone: PhoneKind = "desk" if row.phone == "desk" else "web"
    return Member(row.user_id, row.state, row.reason, phone, row.since, tuple(languages))
