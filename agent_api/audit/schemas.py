"""The event log as auditors see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True)
class AuditFilter:
    """What an auditor looks for."""

    kind: str
    actor: str
    case_id: int | None
    call_id: int | None
    since: datetime | None
    until: datetime | None
    before: int | None
    limit: int


class AuditEntry(BaseModel):
    """Something that was read or changed."""

    model_config = ConfigDict(from_attributes=True)
    id: int = Field(description="Its number; they grow with time.", examples=[4711])
    at: datetime = Field(description="When.")
    kind: str = Field(description="What: `read.…` for readings, else what happened.", examples=["read.cases"])
    actor: str = Field(description="Log-in name of who did it; `gateway` is the line.", examples=["agent1"])
    actor_name: str | None = Field(description="What colleagues call them; null where it is no person.")
    case_id: int | None = Field(description="The case, where it is about one.")
    call_id: int | None = Field(description="The call, where it is about one.")
    agent_id: int | None = Field(description="The person, where it is about one.")
    data: dict[str, Any] = Field(description="The rest; without who it is from where the case is sealed.")


class AuditPage(BaseModel):
    """Part of the log, newest first."""

    entries: list[AuditEntry] = Field(description="What was found.")
    next: int | None = Field(description="`before` of the next page; null at the end.")


class ChainShown(BaseModel):
    """How the chain stands."""

    chained: int = Field(description="Events that are chained.")
    waiting: int = Field(description="Newest events that are not chained yet; a second's worth.")
    head: str = Field(description="The last hash, hex; write it down to compare with later.")
    head_kept: bool = Field(description="Whether the head that is kept outside the database fits the chain.")
