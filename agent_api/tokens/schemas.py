"""What is told of tokens."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.ids import Id
from agent_api.tokens.scopes import Scope
from agent_api.tokens.tables import ApiToken

#: Agents have a phone; who administers the system is a person.
TokenRole = Literal["handler", "dispatcher", "supervisor", "auditor", "ivr_admin", "centre_admin"]


class NewToken(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(
        pattern=r"^[a-z0-9._-]{2,32}$",
        description="Which system it is for; never given twice. What it does is on record as of `api:NAME`.",
        examples=["market-bureau"],
    )
    scopes: list[Scope] = Field(min_length=1, max_length=20, description="What it opens.", examples=[["cases:read"]])
    role: TokenRole = Field(description="It sees and does no more than a person of this role would.")
    centre_id: Id | None = Field(None, description="At this centre; the asker's own where unset.", examples=[1])
    days: int = Field(365, ge=1, le=1095, description="It is good for so many days.")


class TokenShown(BaseModel):
    """A token, without its secret."""

    id: int = Field(description="The token's number.")
    name: str = Field(description="Which system it is for.", examples=["market-bureau"])
    scopes: list[Scope] = Field(description="What it opens.")
    role: TokenRole = Field(description="The role it acts in.")
    centre_id: int = Field(description="The centre it acts at.")
    made_by: str = Field(description="Who made it: a user name.", examples=["admin"])
    made_at: datetime = Field(description="When it was made.")
    expires_at: datetime = Field(description="It is good until then.")
    last_used_at: datetime | None = Field(description="When it was used last, to the minute; null: never.")
    revoked_at: datetime | None = Field(description="When it was taken back; null: it was not.")


class TokenMade(BaseModel):
    """A new token."""

    secret: str = Field(description="For `Authorization: Bearer`. Told this once: only its hash is kept.")
    token: TokenShown = Field(description="What it is for.")


def token_shown(row: ApiToken) -> TokenShown:
    """A token, without its secret; its account must have been read."""
    return TokenShown.model_validate(
        {
            "id": row.id, "name": row.name, "scopes": row.scopes, "role": row.user.role,
            "centre_id": row.user.centre_id, "made_by": row.made_by, "made_at": row.made_at,
            "expires_at": row.expires_at, "last_used_at": row.last_used_at, "revoked_at": row.revoked_at,
        }
    )  # fmt: skip
