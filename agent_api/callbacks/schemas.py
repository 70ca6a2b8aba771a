"""The call-back list."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class CallbackShown(BaseModel):
    """Someone to be called back."""

    model_config = ConfigDict(from_attributes=True)
    id: int = Field(description="Its number.")
    number: str = Field(description="Whom to call.", examples=["13800138000"])
    reason: str = Field(description="Why: `abandoned`, `asked_in_queue`, `asked_in_tree`, …", examples=["abandoned"])
    case_id: int | None = Field(description="What it is about.")
    call_id: int | None = Field(description="The call it came from.")
    created_at: datetime = Field(description="Since when.")
