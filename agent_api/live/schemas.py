"""What an agent's page shows."""

from pydantic import BaseModel, Field

from agent_api.calls.schemas import Pop
from agent_api.staff.schemas import AgentShown


class Desk(BaseModel):
    """Everything an agent's page should show now."""

    agent: AgentShown | None = Field(description="The agent's own state; null for people who are no agents.")
    offer: Pop | None = Field(None, description="The call that rings at this agent.")
    active: Pop | None = Field(None, description="The call this agent is in.")
    wrap_up: Pop | None = Field(None, description="The call this agent is wrapping up.")
    last_event_id: int = Field(description="What `after` of the live events goes on from.")
