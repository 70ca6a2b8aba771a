"""Whose page shows a call: it is offered to an agent, or is so no longer."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls.pop import pop
from agent_api.database import now
from agent_api.events.log import record
from agent_api.models import AgentState, Call

#: Why an offer is over that another agent's phone took over.
ELSEWHERE = "rings_elsewhere"


def takes_offers(state: AgentState, call_id: int) -> bool:
    """Whether an offer may come on an agent's page: it takes no other call's place that is talked in or wrapped up."""
    return state.call_id in (None, call_id) or state.call_role == "offer"


async def put_offer(session: AsyncSession, call: Call, state: AgentState) -> None:
    """The call is offered to this agent, and to nobody else."""
    if call.popped_to not in (None, state.user_id):
        await end_offers(session, call, ELSEWHERE, but={state.user_id})
    call.state, call.popped_to, call.offered_at = "offered", state.user_id, now()
    state.call_id, state.call_role = call.id, "offer"
    await session.flush()
    shown = await pop(session, call)
    record(session, "call.offered", call_id=call.id, agent_id=state.user_id, audience=state.user_id, data=shown)


def end_offer(session: AsyncSession, call: Call, state: AgentState, reason: str) -> None:
    """The call is no longer offered to this agent, who goes on with the wrap-up of this very call if there is one."""
    wrapping = state.state == "wrap_up" and call.agent_id == state.user_id
    state.call_id, state.call_role = (call.id, "wrap_up") if wrapping else (None, "")
    record(
        session, "call.offer_ended", call_id=call.id, agent_id=state.user_id, audience=state.user_id,
        data={"reason": reason},
    )  # fmt: skip


async def end_offers(session: AsyncSession, call: Call, reason: str, but: Collection[int] = ()) -> None:
    """The call is offered to none but these agents."""
    offered = select(AgentState).where(AgentState.call_id == call.id, AgentState.call_role == "offer")
    for state in await session.scalars(offered.where(AgentState.user_id.not_in(but))):
        end_offer(session, call, state, reason)
