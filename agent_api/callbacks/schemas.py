"""The call-back list."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from agent_api.callbacks.reasons import Outcome, Reason, Why
from agent_api.ids import Id


class TryShown(BaseModel):
    """A try in vain."""

    at: datetime = Field(description="When.")
    by: int | None = Field(description="Who tried.")
    why: str = Field(description="`no_answer`, `busy` as the line said it, `not_them`.", examples=["no_answer"])
    call_id: int | None = Field(description="The call, where it was answered.")


class CallbackShown(BaseModel):
    """Someone to be called back."""

    id: int = Field(description="Its number.")
    number: str = Field(description="Whom to call; empty where the case is sealed.", examples=["13800138000"])
    reason: Reason = Field(description="Why; `follow_up` and `bad_rating` are asked for by the case's flow.")
    case_id: int | None = Field(description="What it is about.")
    case_number: str = Field(description="That case's number.", examples=["TS202611240001"])
    call_id: int | None = Field(description="The call it came from.")
    created_at: datetime = Field(description="Since when.")
    due_at: datetime | None = Field(description="When it is to be made; null: as soon as can be.")
    assignee_id: int | None = Field(description="Who is to make it; null: whoever comes first.")
    assignee: str | None = Field(description="Their name.")
    not_by: int | None = Field(description="Who may not make it: somebody else is to ask again.")
    tries: list[TryShown] = Field(description="What was tried in vain.")
    done_at: datetime | None = Field(description="When it was over.")
    done_by: int | None = Field(description="Who made it.")
    outcome: Outcome = Field(description="What came of it; empty while it waits.")
    rating: int | None = Field(description="How content the caller was, 1 (not at all) to 5.")
    result: str = Field(description="What the caller said; empty where the case is sealed.")
    etag: str = Field(description="For If-Match; another after each try and each change of the plan.", examples=['"3"'])


class CallbackResult(BaseModel):
    """What came of a try."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reached": True, "rating": 5, "result": "已退款，满意"}]}
    )
    reached: bool = Field(description="Whether the caller was reached.")
    rating: int | None = Field(None, ge=1, le=5, description="How content the caller is; where the flow asks for it.")
    result: str = Field("", max_length=4000, description="What the caller said.")
    why: Why = Field("no_answer", description="Why not, where the caller was not reached.")

    @model_validator(mode="after")
    def _rated_by_who_was_reached(self) -> "CallbackResult":
        if self.rating is not None and not self.reached:
            raise ValueError("only who was reached can have given a rating")
        return self


class CallbackPlan(BaseModel):
    """When a call-back is to be made, and by whom."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"due_at": "2026-11-26T02:00:00Z", "assignee_id": 2}]}
    )
    due_at: AwareDatetime | None = Field(None, description="When; null: as soon as can be.")
    assignee_id: Id | None = Field(None, description="Who; null: whoever comes first.")
