"""Notices as the API shows them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.cases.parties import HIDDEN
from agent_api.models import Case
from agent_api.notices.outbox import ChannelName, is_for_complainant
from agent_api.notices.tables import Notice

State = Literal["waiting", "claimed", "handing_over", "sent", "dead", "unsure"]
#: Digits or letters that stay to be seen at either end.
_SHOWN = 3


class ContactSet(BaseModel):
    """Where a person is to be told."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)
    email: str = Field(
        "",
        max_length=254,
        pattern=r"^$|^[^@\s,;<>\"]+@[^@\s,;<>\"]+$",
        description="For mail; empty: none.",
        examples=["li@example.gov.cn"],
    )
    mobile: str = Field(
        "", max_length=20, pattern=r"^$|^\+?[0-9]{5,19}$", description="For SMS; empty: none.", examples=["13800138000"]
    )
    language: Literal["zh-CN", "en"] = Field("zh-CN", description="Of the notices.")


class ContactShown(ContactSet):
    """Where a person is told."""

    etag: str = Field(description="For If-Match; version 0 is where nothing was set yet.", examples=['"0"'])


class NoticeShown(BaseModel):
    """A notice in the outbox; the address is shown in part."""

    id: int = Field(description="Its number.")
    what: str = Field(description="What it tells.", examples=["staff.risk_graded"])
    channel: ChannelName = Field(description="By which way; `subscription`: a webhook that somebody subscribed.")
    recipient: str = Field(description="To whom, in part; the number of a subscription.", examples=["138*****000"])
    case_id: int | None = Field(description="What it is about.")
    state: State = Field(
        description="`dead`: given up; `unsure`: the other side may have it, so it is not sent again by itself."
    )
    attempts: int = Field(description="How often it was tried.")
    error: str = Field(description="What went wrong last.")
    created_at: datetime = Field(description="When it was made.")
    next_at: datetime = Field(description="When it is tried next.")
    sent_at: datetime | None = Field(description="When it was sent.")


def masked(recipient: str) -> str:
    """An address of which nobody can be found: its first and last characters."""
    name, at, host = recipient.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    if len(recipient) <= 2 * _SHOWN:
        return "*" * len(recipient)
    return recipient[:_SHOWN] + "*" * (len(recipient) - 2 * _SHOWN) + recipient[-_SHOWN:]


def notice_shown(row: Notice, case: Case | None) -> NoticeShown:
    """A notice without its words; to whom one of a sealed ``case`` went is not told even in part."""
    told = {name: getattr(row, name) for name in NoticeShown.model_fields}
    if row.channel not in ("webhook", "subscription"):
        told["recipient"] = masked(row.recipient)
    if case is not None and case.sealed and is_for_complainant(row):
        # What the other side answered may repeat the number.
        told |= {"recipient": HIDDEN, "error": HIDDEN if row.error else ""}
    return NoticeShown.model_validate(told)
