"""Recordings, and what keeps them from being deleted."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

#: Whose sound: one side of the call, or the voice message that was left.
Track = Literal["caller", "agent", "message"]


class RecordingShown(BaseModel):
    """One speaker's sound."""

    model_config = ConfigDict(from_attributes=True)
    speaker: Track = Field(description="Which side of the call, or the voice message.")
    start_ms: int = Field(description="Where in the call it begins, ms.")
    duration_ms: int = Field(description="Its length, ms.")
    state: Literal["open", "kept", "deleted"] = Field(
        description="`open` while it grows or its text is not all there, `deleted` when its time was over."
    )


class HoldWanted(BaseModel):
    """Why recordings must not be deleted."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=200, description="Why.", examples=["行政复议"])


class HoldShown(BaseModel):
    """The recordings of a case's calls are not deleted, however old."""

    model_config = ConfigDict(from_attributes=True)
    case_id: int = Field(description="The case.")
    reason: str = Field(description="Why.")
    held_by: str = Field(description="The person's log-in name.")
    held_at: datetime = Field(description="When.")
