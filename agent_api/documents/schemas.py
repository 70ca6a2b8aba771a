"""Documents as the API shows them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.ids import Id
from case_flow.vocabulary import Form

Format = Literal["docx", "pdf"]


class Said(BaseModel):
    """What the case does not know: said by the person who makes a document, or for the action that asked for it."""

    to: str = Field("", max_length=100, description="Whom a transfer or a supervision notice is for.")
    reason: str = Field("", max_length=4000, description="Why; in a result: what came of it.")
    basis: str = Field("", max_length=500, description="The rule that a refusal rests on.")
    advice: str = Field("", max_length=500, description="Where else to turn.")
    opinion: str = Field("", max_length=2000, description="What is to be done, or said besides.")
    due: str = Field("", max_length=40, description="Until when, as it is to be written.", examples=["2026年12月1日"])


class NewDocument(Said):
    """A document to be made, and what only the person who makes it can say."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"form": "refusal", "reason": "不属于本中心职责范围", "advice": "请向公安机关反映"}]
        },
    )
    form: Form = Field(description="Which document.")
    replaces: Id | None = Field(None, description="The document that this one is made instead of: it is taken back.")


class DocumentChange(BaseModel):
    """Whether a document counts."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"void": True}]})
    void: bool = Field(description="Take it back, or let it count again.")


class FileShown(BaseModel):
    """One of a document's two files."""

    sha256: str = Field(description="SHA-256 of its bytes.")
    bytes: int = Field(description="Its size.")


class DocumentShown(BaseModel):
    """A document that was made."""

    id: int = Field(description="Its number.")
    case_id: int = Field(description="Of which case.")
    form: Form = Field(description="Which document.")
    made_at: datetime = Field(description="When.")
    made_by: int | None = Field(description="Who made it or did what asked for it; null: a limit that passed.")
    centre: str = Field(description="The centre that signs it.")
    said: Said = Field(description="What was said for it.")
    replaces: int | None = Field(description="The document that it was made instead of.")
    void_at: datetime | None = Field(description="When it was taken back; null: it counts.")
    withheld: bool = Field(
        description="It was made before the case was sealed: what was said for it and its files are nobody's to read."
    )
    template: str = Field(description="SHA-256 of the template it was made from.")
    docx: FileShown = Field(description="The file to edit.")
    pdf: FileShown = Field(description="The file to print.")
