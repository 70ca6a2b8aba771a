"""Calls, their words, and the pop."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.cases.schemas import CaseShown
from agent_api.ids import Id
from agent_api.marks.schemas import MarkShown
from agent_api.recordings.schemas import RecordingShown, Track


@dataclass(frozen=True)
class CallFilter:
    """Which calls somebody wants to see."""

    sip_call_id: str | None
    number: str | None
    agent_id: int | None
    outcome: str | None
    since: datetime | None
    until: datetime | None
    before: int | None
    limit: int


class Transfer(BaseModel):
    """Where to send a caller."""

    target: str = Field(
        pattern=r"^(queue:[0-9A-Za-z_-]{1,32}|\+?[0-9]{1,32})$",
        description="A colleague's extension, a number outside, or `queue:` and the line's number.",
        examples=["8002"],
    )


class CallChange(BaseModel):
    """What may be changed of a call."""

    model_config = ConfigDict(extra="forbid")
    case_id: Id = Field(description="The case that the call is about.")


class PathStep(BaseModel):
    """One node of the tree that the caller passed."""

    node: str = Field(description="The node's name.", examples=["ask-need"])
    at_ms: int = Field(description="When, ms into the call.")
    answer: str | None = Field(
        None, description="What the caller said or pressed there; only in a call with its words."
    )


class TimedWord(BaseModel):
    """A word or character, and when it was said."""

    text: str = Field(description="The word, with the marks behind it.", examples=["投"])
    start_ms: int = Field(description="Begin, ms into the call.")
    end_ms: int = Field(description="End, ms into the call.")


class UtteranceShown(BaseModel):
    """A transcript line: what one speaker said between two pauses."""

    speaker: Track = Field(description="Which side of the call.")
    index: int = Field(description="Its number among this speaker's.")
    start_ms: int = Field(description="Begin, ms into the call.")
    end_ms: int = Field(description="End, ms into the call.")
    text: str = Field(description="The words.", examples=["我要投诉"])
    state: Literal["partial", "final", "revised"] = Field(description="How settled the text is.")
    words: list[TimedWord] = Field(
        [],
        description="The words as they were heard, before figures were written; empty where no engine has times.",
    )
    put_off: bool = Field(False, description="A better text follows, at the latest after the call.")


class CallShown(BaseModel):
    """A call without its words."""

    id: int = Field(description="The call's number.")
    sip_call_id: str = Field(description="Call-ID of the caller's SIP leg.")
    caller_number: str = Field(description="Empty where withheld.", examples=["13800138000"])
    region: str = Field(description="Where the number is from; empty where unknown.", examples=["北京市"])
    carrier: str = Field(description="Whose number it is; empty where unknown.", examples=["中国移动"])
    state: str = Field(description="`ivr`, `queued`, `offered`, `answered`, `ended`.", examples=["answered"])
    direction: Literal["in", "out"] = Field(description="`in` from the public, `out` to it.")
    callback_id: int | None = Field(description="The call-back that it is a try of.")
    intent: str | None = Field(description="What the caller wants.", examples=["complaint"])
    intent_score: float | None = Field(description="How sure the line was of it, 0 to 1; null where it knew none.")
    intent_reason: str = Field(description="Why it took it for that; empty where it knew none.", examples=["pressed 1"])
    tree: str = Field(description="The tree that answered; `fallback` where none did.", examples=["12365"])
    tree_version: str = Field(description="Its version, which the call kept to its end.", examples=["3"])
    path: list[PathStep] = Field(description="The way through the tree.")
    started_at: datetime = Field(description="When the hotline answered.")
    answered_at: datetime | None = Field(description="When an agent answered.")
    ended_at: datetime | None = Field(description="When it was over.")
    agent_id: int | None = Field(description="The agent who answered.")
    popped_to: int | None = Field(description="The agent it was offered to last.")
    popped_after_ms: int | None = Field(description="When that was, ms into the call.")
    outcome: str = Field(description="`answered`, `abandoned`, `callback`, …; empty until it is over.")
    case_id: int | None = Field(description="The case it is about.")


class CallWithWords(CallShown):
    """A call with what was said."""

    utterances: list[UtteranceShown] = Field(description="Both sides, in the order of time.")


class Pop(BaseModel):
    """Everything an agent needs to see of a call."""

    call: CallWithWords = Field(description="The call.")
    case: CaseShown | None = Field(description="The case it is about.")
    earlier_calls: list[CallShown] = Field(description="The caller's last calls before, newest first.")
    open_cases: list[CaseShown] = Field(description="The caller's other cases that are open, newest first.")
    earlier_cases: list[CaseShown] = Field(description="The caller's other cases, newest first.")


class CallDetail(Pop):
    """A call with all that belongs to it."""

    recordings: list[RecordingShown] = Field(description="What can be listened to.")
    marks: list[MarkShown] = Field(description="What the caller answered in a survey, in their order.")
