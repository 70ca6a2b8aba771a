"""Cases, what may be changed on them, and their history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.ids import Id
from agent_api.models import NEVER, Case
from agent_api.recordings.schemas import Track
from agent_api.versions import etag_of
from case_flow.clocks import Light
from case_flow.vocabulary import Channel, Kind


class CaseMatter(BaseModel):
    """What a case is about; fields left out stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"company": "甲公司"}]})
    category: str | None = Field(None, max_length=64, description="The category in the centre's own list.")
    product: str | None = Field(None, max_length=200, description="The product it is about.")
    company: str | None = Field(None, max_length=200, description="The company it is about.")
    place: str | None = Field(None, max_length=200, description="Where it happened.")
    occurred_on: str | None = Field(None, max_length=10, description="When it happened.", examples=["2026-11-20"])
    amount: str | None = Field(None, max_length=32, description="How much money it is about.", examples=["2999"])
    description: str | None = Field(None, max_length=20000, description="What happened.")
    division: str | None = Field(None, max_length=6, description="Division of the place, six digits (GB/T 2260).")
    credit_code: str | None = Field(
        None, max_length=18, description="The company's unified social credit code.", examples=["911100007109250324"]
    )
    brand: str | None = Field(None, max_length=100, description="The product's brand.")
    model: str | None = Field(None, max_length=100, description="The product's model.")
    batch: str | None = Field(None, max_length=100, description="The product's batch.")
    barcode: str | None = Field(
        None, max_length=14, description="The product's barcode (GTIN).", examples=["6901234567892"]
    )

    def given(self) -> dict[str, Any]:
        """Only what was sent."""
        return self.model_dump(exclude_unset=True, exclude_none=True, exclude={"call_id"})


class CaseChanges(CaseMatter):
    """Fields of a case; those left out stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "complaint", "product": "电动自行车"}]}
    )
    kind: Kind | None = Field(None, description="What sort of case it is.")
    channel: Channel | None = Field(None, description="How it came in; `transfer`: from another line.")
    caller_name: str | None = Field(None, max_length=64, description="The caller's name.")
    caller_number: str | None = Field(None, max_length=32, description="Where the caller can be reached.")
    anonymous: bool | None = Field(None, description="Whether the caller wants to stay unnamed.")


class NewCase(CaseChanges):
    """A case that an agent opens."""

    kind: Kind = Field(description="What sort of case it is.")
    call_id: Id | None = Field(
        None, description="A call to put on the new case; its number becomes the caller's where none is given."
    )


class CaseShown(BaseModel):
    """A case without its words."""

    model_config = ConfigDict(from_attributes=True)
    id: int = Field(description="The case's own number in the API.")
    number: str | None = Field(description="Its number once registered.", examples=["TS202611240001"])
    draft_number: str = Field(description="Its number before that.", examples=["CG202611240001"])
    status: str = Field(description="Its stage in the flow.", examples=["registered"])
    kind: Kind = Field(description="What sort of case it is.")
    channel: Channel = Field(description="How it came in; `transfer`: from another line.")
    category: str = Field(description="The category in the centre's own list.")
    caller_name: str = Field(description="The caller's name.")
    caller_number: str = Field(description="Where the caller can be reached.", examples=["13800138000"])
    anonymous: bool = Field(description="Whether the caller wants to stay unnamed.")
    product: str = Field(description="The product it is about.")
    company: str = Field(description="The company it is about.")
    place: str = Field(description="Where it happened.")
    occurred_on: str = Field(description="When it happened.", examples=["2026-11-20"])
    amount: str = Field(description="How much money it is about.", examples=["2999"])
    description: str = Field(description="What happened.")
    risk_words: list[str] = Field(description="Words in what was said that hint at a danger.", examples=[["爆炸"]])
    risk_grade: str | None = Field(description="Its grade of risk; null: nothing hints at one.", examples=["serious"])
    division: str = Field(description="Division of the place.", examples=["350200"])
    credit_code: str = Field(description="The company's unified social credit code.")
    brand: str = Field(description="The product's brand.")
    model: str = Field(description="The product's model.")
    batch: str = Field(description="The product's batch.")
    barcode: str = Field(description="The product's barcode.")
    sealed: bool = Field(description="Whether who it is from is kept apart.")
    centre_id: int = Field(description="The centre it is with.")
    due_at: datetime | None = Field(description="When the nearest limit that runs is over; null where none runs.")
    light: Light = Field(description="How near that is.")
    closed_at: datetime | None = Field(description="When it came to an end; null while it is open.")
    created_at: datetime = Field(description="When the draft was made.")
    updated_at: datetime = Field(description="When it was last changed.")
    version: int = Field(description="Grows with each change.")
    etag: str = Field(description="For If-Match.", examples=['"3"'])


class Line(BaseModel):
    """A line of what was said."""

    call_id: int = Field(description="In which call.")
    speaker: Track = Field(description="Which side.")
    text: str = Field(description="The words.", examples=["我要投诉"])
    start_ms: int = Field(description="Begin, ms into the call.")
    end_ms: int = Field(description="End, ms into the call.")


class CaseDetail(CaseShown):
    """A case with the words of those of its calls that the asker may read."""

    call_ids: list[int] = Field(description="Those calls, oldest first.")
    transcript: list[Line] = Field(description="What was said in them.")


Value = str | bool | list[str] | None


class Change(BaseModel):
    """One field before and after."""

    field: str = Field(description="The field's name.", examples=["product"])
    old: Value = Field(description="Before; null where not known.")
    new: Value = Field(description="After.")


class HistoryEntry(BaseModel):
    """Who did what and when."""

    id: int = Field(description="The event's number.")
    at: datetime = Field(description="When.")
    kind: str = Field(description="What was done.", examples=["case.updated"])
    actor: str = Field(description="Log-in name, `gateway`, or `web`: the public page.", examples=["agent1"])
    actor_name: str | None = Field(description="The person's name; null where no person did it.", examples=["坐席一"])
    source: Literal["person", "citizen", "speech", "line"] = Field(
        description="A person; the citizen on the public page; what the caller said; or the line itself."
    )
    call_id: int | None = Field(description="In which call.")
    case_id: int | None = Field(description="On which case.")
    agent_id: int | None = Field(description="Which agent it concerns.")
    changes: list[Change] = Field(description="What was changed.")
    data: dict[str, Any] = Field(description="What else belongs to it.")


class LinkShown(BaseModel):
    """A case that this one has to do with."""

    case: CaseShown = Field(description="The other case.")
    relation: Literal["duplicate", "related", "split_into", "split_from", "merged_into", "merged_from"] = Field(
        description="What the other is to this one."
    )


class Why(BaseModel):
    """A reason."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=500, description="Why; kept in the history.")


class IdentityShown(BaseModel):
    """Who a sealed case is from."""

    caller_name: str = Field(description="The caller's name.")
    caller_number: str = Field(description="Where the caller can be reached.")
    description: str = Field(description="What happened, as it stood on the case before it was sealed.")
    call_numbers: list[str] = Field(description="The numbers that its calls came from.")
    transcript: list[Line] = Field(description="What was said in its calls.")


class SimilarCase(BaseModel):
    """A case that another one is like."""

    case: CaseShown = Field(description="The other case.")
    score: float = Field(description="How alike, 0 to 1.", examples=[0.7])
    reasons: list[Literal["number", "company", "product", "words"]] = Field(description="What they have in common.")


class EvidenceShown(BaseModel):
    """A file that belongs to a case."""

    id: int = Field(description="Its number.")
    name: str = Field(description="Its name when it was added.", examples=["发票.pdf"])
    media_type: str = Field(description="What its content is.", examples=["application/pdf"])
    size: int = Field(description="Bytes.")
    sha256: str = Field(description="Its hash.")
    scan: Literal["unscanned", "clean"] = Field(description="Whether a scanner looked at it.")
    added_by: str | None = Field(description="Who added it; null: the citizen, by the public page.")
    added_at: datetime = Field(description="When.")


class WorkPage(BaseModel):
    """A page of a list of work."""

    items: list[CaseShown] = Field(description="Soonest due first.")
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


#: What a list of cases may be ordered by; ``-``: the latest first.
Sort = Literal["-id", "id", "due_at", "-due_at", "updated_at", "-updated_at"]


@dataclass(frozen=True)
class CaseFilter:
    """Which cases are wanted, in which order, and how many; None and empty: any."""

    text: str = ""
    kind: Kind | None = None
    channel: Channel | None = None
    status: str | None = None
    centre_id: int | None = None
    light: Light | None = None
    category: str | None = None
    risk_grade: str | None = None
    company: str | None = None
    product: str | None = None
    brand: str | None = None
    credit_code: str | None = None
    #: A division and those below it.
    division: str | None = None
    #: Neither archived nor at another end.
    open: bool | None = None
    #: Made from this moment on, and before that.
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    cursor: str | None = None
    sort: Sort = "-id"
    limit: int = 50


@dataclass(frozen=True)
class CasePage:
    """Cases, and the cursor of the page that follows; None at the end."""

    items: list[CaseShown]
    next: str | None


_SHOWN = tuple(name for name in CaseShown.model_fields if name != "etag")


def case_shown(case: Case) -> CaseShown:
    """A case as the API shows it."""
    return row_shown({name: getattr(case, name) for name in _SHOWN})


def row_shown(row: Mapping[str, Any]) -> CaseShown:
    """The same of its row; a column that is left out is NULL."""
    fields = {name: row.get(name) for name in _SHOWN}
    if fields["due_at"] == NEVER:
        fields["due_at"] = None
    return CaseShown.model_validate({**fields, "etag": etag_of(row["version"])})
