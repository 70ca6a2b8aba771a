"""Trees as published versions and drafts."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.ids import Id
from ivr.checking.problem import Severity

Text = Field(max_length=2_000_000, description="The tree's YAML.")
Tests = Field("", max_length=2_000_000, description="The tree's tests, YAML; empty for none.")


class Editor(BaseModel):
    """Who has a tree open to change it."""

    username: str = Field(description="The person's log-in name.", examples=["admin"])
    display_name: str = Field(description="What colleagues see.", examples=["管理员"])
    since: datetime = Field(description="Since when.")
    me: bool = Field(description="Whether it is the asker.")


class TreeShown(BaseModel):
    """A tree without its text."""

    name: str = Field(description="The tree's name.", examples=["12365"])
    current: int | None = Field(description="The version in force; null while nothing was published.", examples=[3])
    published_at: datetime | None = Field(description="Since when that version is in force.")
    published_by: str = Field(description="Who put it in force; empty while nothing was.", examples=["admin"])
    note: str = Field(description="Why it was.")
    draft_saved_at: datetime | None = Field(description="When the draft was saved last; null where there is none.")
    draft_saved_by: str = Field(description="Who saved it; empty where there is none.")
    editor: Editor | None = Field(description="Who has it open to change it.")


class VersionShown(BaseModel):
    """A published version without its text."""

    model_config = ConfigDict(from_attributes=True)
    number: int = Field(description="Counts from 1 within the tree.", examples=[3])
    author: str = Field(description="Who made it.", examples=["admin"])
    note: str = Field(description="Why.", examples=["春节放假通知"])
    parent: int | None = Field(description="The version it was made from.")
    published_at: datetime = Field(description="When.")


class VersionWithText(VersionShown):
    """A published version."""

    text: str = Field(description="The tree's YAML.")
    tests: str = Field(description="The tree's tests; empty for none.")
    sounds: dict[str, str] = Field(
        description="The prompts of this version that were not shipped: name to SHA-256 of the sound."
    )
    changed_sounds: list[str] = Field(
        description="Its prompts that have another sound by now; callers hear it once the tree is published anew."
    )


class HistoryEntry(VersionShown):
    """A version in the tree's history."""

    in_force: bool = Field(description="Whether callers hear it now.")
    added: int = Field(description="Lines that its parent does not have.")
    removed: int = Field(description="Lines of its parent that it does not have.")


class ReleaseShown(BaseModel):
    """A version came into force."""

    model_config = ConfigDict(from_attributes=True)
    version: int = Field(description="Which.")
    kind: Literal["set_up", "publish", "rollback"] = Field(description="How.")
    actor: str = Field(description="Who did it.")
    note: str = Field(description="Why.")
    at: datetime = Field(description="When.")


class History(BaseModel):
    """What a tree was, newest first."""

    versions: list[HistoryEntry] = Field(description="Every version.")
    releases: list[ReleaseShown] = Field(description="Which of them was in force from when on.")


class Difference(BaseModel):
    """How two texts of a tree differ."""

    older: str = Field(description="A version's number, or `draft`.", examples=["2"])
    newer: str = Field(description="A version's number, or `draft`.", examples=["draft"])
    unified: str = Field(description="Unified diff of the YAML; empty where they are the same.")
    tests: str = Field(description="Unified diff of the tests.")


class DraftShown(BaseModel):
    """The text of a tree that is being worked on; the published one where nobody has begun."""

    text: str = Field(description="The tree's YAML.")
    tests: str = Field(description="The tree's tests; empty for none.")
    base: int | None = Field(description="The published version it was made from.")
    saved_by: str = Field(description="Who saved it last; empty where nobody has.")
    saved_at: datetime | None = Field(description="When.")
    editor: Editor | None = Field(description="Who has the tree open to change it.")
    etag: str = Field(description="For If-Match.", examples=['"4"'])


class DraftSaved(BaseModel):
    """A draft to be kept."""

    model_config = ConfigDict(extra="forbid")
    text: str = Text
    tests: str = Tests
    base: Id | None = Field(
        None, description="The published version that this takes into account; left out: the one the draft has."
    )


class Editing(BaseModel):
    """Opens a tree to change it, or says that it is still open."""

    model_config = ConfigDict(extra="forbid")
    take_over: bool = Field(False, description="Take it from whoever has it open.")


class Source(BaseModel):
    """A text to be looked at."""

    model_config = ConfigDict(extra="forbid")
    text: str = Text


class SourceWithTests(Source):
    """A text and its tests."""

    tests: str = Tests


class ProblemShown(BaseModel):
    """A mistake in a tree."""

    model_config = ConfigDict(from_attributes=True)
    line: int = Field(description="From 1.", examples=[12])
    column: int = Field(description="From 1.", examples=[5])
    severity: Severity = Field(description="An error stops the publish, a warning does not.")
    code: str = Field(description="Stable, for machines.", examples=["unknown-node"])
    message: str = Field(description="What is wrong, in the asker's language.")
    remedy: str = Field(description="What would be right.")


class Checked(BaseModel):
    """What a check found."""

    problems: list[ProblemShown] = Field(description="Every mistake, in the order of the text.")
    publishable: bool = Field(description="Whether none of them is an error.")


class Publishing(BaseModel):
    """Why a draft is published."""

    model_config = ConfigDict(extra="forbid")
    note: str = Field(max_length=500, description="For the history.", examples=["春节放假通知"])


class RollingBack(BaseModel):
    """Which version is to be in force again."""

    model_config = ConfigDict(extra="forbid")
    version: Id = Field(description="Its number.")
    note: str = Field("", max_length=500, description="Why.")
