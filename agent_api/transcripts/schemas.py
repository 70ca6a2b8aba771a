"""Transcripts that were looked for."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from agent_api.recordings.schemas import Track


class Piece(BaseModel):
    """Part of a line."""

    model_config = ConfigDict(from_attributes=True)
    text: str = Field(description="The words.")
    hit: bool = Field(description="Whether this is what was looked for.")


class FoundLine(BaseModel):
    """A line that holds what was looked for."""

    call_id: int = Field(description="The call.")
    started_at: datetime = Field(description="When that call began.")
    caller_number: str = Field(description="Who called; empty where withheld.")
    speaker: Track = Field(description="Who said it.")
    index: int = Field(description="Its number among this speaker's.")
    start_ms: int = Field(description="Begin, ms into the call.")
    end_ms: int = Field(description="End, ms into the call.")
    pieces: list[Piece] = Field(description="The line, cut where what was looked for stands.")


class FoundLines(BaseModel):
    """One page of what was found, newest first."""

    lines: list[FoundLine] = Field(description="The lines.")
    next: int | None = Field(description="`before` of the next page; null where there is none.")
