"""Centres, and their own limits."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from agent_api.centres.tables import Centre
from agent_api.ids import Id
from agent_api.versions import with_etag
from case_flow.vocabulary import Kind
from common.hours import parse

Level = Literal["national", "provincial", "municipal", "county"]
#: From the top down.
LEVELS: tuple[Level, ...] = ("national", "provincial", "municipal", "county")
Division = Annotated[str, Field(pattern=r"^([0-9]{6})?$")]


def _line(text: str) -> str:
    parse(text)
    return text


HoursLine = Annotated[str, AfterValidator(_line)]


class CentreFields(BaseModel):
    """What may be said of a centre."""

    model_config = ConfigDict(extra="forbid")
    division: Division = Field("", description="Administrative division, six digits (GB/T 2260).", examples=["350200"])
    exceptions: dict[date, bool] = Field(
        {},
        max_length=400,
        description="Days that are worked (true) or not (false) against the statutory calendar.",
        examples=[{"2026-12-24": False}],
    )
    hours: list[HoursLine] = Field(
        [],
        max_length=20,
        description="Working hours; those of the centre above where empty.",
        examples=[["mon-fri 08:30-12:00", "mon-fri 13:30-17:30"]],
    )


class NewCentre(CentreFields):
    """A centre to be added."""

    name: str = Field(min_length=1, max_length=100, description="What it is called.", examples=["厦门市 12365 中心"])
    level: Level = Field(description="Its level.")
    parent_id: Id = Field(description="The centre above it.", examples=[1])
    shared_with_id: Id | None = Field(
        None, description="The centre of another bureau that shares it; whoever adds it is admin of both."
    )


class CentreChanges(BaseModel):
    """What may be changed of a centre; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=100, description="What it is called.")
    level: Level | None = Field(None, description="Its level.")
    division: Division | None = Field(None, description="Administrative division.")
    exceptions: dict[date, bool] | None = Field(None, max_length=400, description="Days that differ.")
    hours: list[HoursLine] | None = Field(None, max_length=20, description="Working hours.")
    active: bool | None = Field(None, description="Whether new cases and people may come to it.")
    shared_with_id: Id | None = Field(
        None,
        description="The centre of another bureau that shares it from now on; whoever changes it is admin of both. "
        "Null: it is shared no longer.",
    )


class CentreShown(BaseModel):
    """A centre."""

    id: int = Field(description="Its number.")
    name: str = Field(description="What it is called.")
    level: Level = Field(description="Its level.")
    parent_id: int | None = Field(description="The centre above it; null at the top.")
    shared_with_id: int | None = Field(description="The other bureau's centre, where two share this one.")
    division: str = Field(description="Administrative division; empty where none is set.")
    exceptions: dict[date, bool] = Field(description="Days that differ from the statutory calendar.")
    hours: list[str] = Field(description="Working hours; those of the centre above where empty.")
    active: bool = Field(description="Whether new cases and people may come to it.")
    version: int = Field(description="Grows with each change.")
    etag: str = Field(description="For If-Match.", examples=['"3"'])


class HandlerShown(BaseModel):
    """Someone whom a task may be given to."""

    id: int = Field(description="The person's number: a target's `handler`.")
    display_name: str = Field(description="What colleagues see.", examples=["王科员"])


class LimitSet(BaseModel):
    """A centre's own limit."""

    model_config = ConfigDict(extra="forbid")
    amount: int | None = Field(ge=1, le=525600, description="In the clock's unit; null: the flow's own again.")
    reason: str = Field(min_length=1, max_length=500, description="Why.")


class LimitShown(BaseModel):
    """A time limit as it holds at a centre."""

    kind: Kind = Field(description="Of which kind of case.")
    clock: str = Field(description="Which clock.", examples=["acceptance"])
    zh: str = Field(description="Its Chinese name.")
    en: str = Field(description="Its English name.")
    unit: Literal["days", "work_minutes", "minutes"] = Field(description="Working days, working minutes, minutes.")
    amount: int = Field(description="The limit in force.")
    flow_amount: int = Field(description="The flow's own.")
    source: str = Field(description="The rule that the flow's own limit is from.")
    set_by: str | None = Field(description="Who set another; null where nobody did.")
    set_at: datetime | None = Field(description="When.")
    reason: str = Field(description="Why; empty where nobody did.")
    version: int = Field(description="Grows with each change.")
    etag: str = Field(description="For If-Match.", examples=['"3"'])


def centre_shown(centre: Centre) -> CentreShown:
    """A centre as the API shows it."""
    return with_etag(CentreShown, centre)
