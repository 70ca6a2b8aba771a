"""How the hotline is."""

from typing import Literal

from pydantic import BaseModel, Field

State = Literal["up", "down"]


class SystemStatus(BaseModel):
    """Health, without a word about anyone."""

    healthy: bool = Field(description="Whether every component is up.")
    components: dict[str, State] = Field(
        description="Each component's state.", examples=[{"database": "up", "telephony": "up"}]
    )
