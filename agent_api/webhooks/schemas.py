"""What is told of webhook subscriptions."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.ids import Id
from agent_api.versions import with_etag
from agent_api.webhooks.tables import WebhookSubscription

#: What can be subscribed to: a case moved on, was graded, or a limit of it is near or over.
WebhookKind = Literal[
    "case.registered", "case.accepted", "case.refused", "case.classified", "case.assigned", "case.taken",
    "case.handled", "case.supervised", "case.answered", "case.fed_back", "case.company_told", "case.called_back",
    "case.redone", "case.archived", "case.returned", "case.split", "case.merged", "case.transferred", "case.suspended",
    "case.resumed", "case.extended", "case.withdrawn", "case.reopened", "case.risk_graded", "case.clock_mark",
]  # fmt: skip
State = Literal["active", "paused", "disabled"]
_URL = r"^https?://[!-~]+$"


class NewWebhook(BaseModel):
    """A subscription to be made."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(
        max_length=1000, pattern=_URL, description="Where to; a request is sent there for each event.",
        examples=["https://other-system.example.gov.cn/hotline"],
    )  # fmt: skip
    kinds: list[WebhookKind] = Field(
        min_length=1, max_length=50, description="Of which events.", examples=[["case.registered", "case.archived"]]
    )
    centre_id: Id | None = Field(
        None, description="Cases of this centre and those below it; the asker's own centre where unset.", examples=[1]
    )


class WebhookChanges(BaseModel):
    """Changes of a subscription; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"state": "paused"}]})
    url: str | None = Field(None, max_length=1000, pattern=_URL, description="Where to.")
    kinds: list[WebhookKind] | None = Field(None, min_length=1, max_length=50, description="Of which events.")
    state: Literal["active", "paused"] | None = Field(
        None, description="`active` also counts the failures from nought again."
    )


class WebhookShown(BaseModel):
    """A subscription, without its secret."""

    id: int = Field(description="Its number.")
    url: str = Field(description="Where to.")
    kinds: list[WebhookKind] = Field(description="Of which events.")
    owner_id: int = Field(description="Whose it is: what they may not see is not told.")
    centre_id: int = Field(description="Cases of this centre and those below it.")
    state: State = Field(description="`disabled`: given up after 20 failed tries in a row; `last_error` says why.")
    failures: int = Field(description="Failed tries since the last delivery.")
    last_delivered_at: datetime | None = Field(description="When something was taken last.")
    last_failed_at: datetime | None = Field(description="When a try failed last.")
    last_error: str = Field(description="How it failed.")
    made_at: datetime = Field(description="When it was made.")
    version: int = Field(description="Grows with each change.")
    etag: str = Field(description="For If-Match.", examples=['"3"'])


class WebhookMade(BaseModel):
    """A new subscription, with its secret."""

    secret: str = Field(description="Key of the signature; told this once.")
    webhook: WebhookShown = Field(description="The subscription.")


class WebhookTried(BaseModel):
    """What came of a trial."""

    delivered: bool = Field(description="Whether it was taken: an answer 200 to 299.")
    problem: str = Field(description="What went wrong; empty where nothing did.")


def webhook_shown(row: WebhookSubscription) -> WebhookShown:
    """A subscription as the API tells of it."""
    return with_etag(WebhookShown, row)
