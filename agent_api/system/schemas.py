"""How the hotline is."""

from typing import Literal

from pydantic import BaseModel, Field

#: ``behind``: callers are served, but hear an older tree than the one in force, because that cannot be loaded.
State = Literal["up", "down", "behind"]


class SystemStatus(BaseModel):
    """Health, without a word about anyone."""

    healthy: bool = Field(description="Whether no component is down.")
    components: dict[str, State] = Field(
        description="Each component's state; `behind`: callers hear an older tree; the one in force cannot be loaded.",
        examples=[{"database": "up", "telephony": "up", "tree": "up"}],
    )
    speech: dict[str, int] = Field(
        description="How it stands with turning speech into text: what waits, is done, was put off.",
        examples=[{"waiting_final": 0, "waiting_second": 2, "done": 1530, "put_off": 0}],
    )
