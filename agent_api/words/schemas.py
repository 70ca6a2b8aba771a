"""The hotline's own words."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agent_api.ids import Id

Kind = Literal["product", "company", "place", "term"]
#: Chinese characters, letters and figures; at least two: one character sounds like too many others.
WordText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=32, pattern=r"^[\u3400-\u9fffA-Za-z0-9·-]+$")
]


class NewWord(BaseModel):
    """A word to expect."""

    word: WordText = Field(description="As it is to be written.", examples=["格兰仕"])
    kind: Kind = Field("term", description="What it names.")


class WordShown(BaseModel):
    """A word that is expected."""

    model_config = ConfigDict(from_attributes=True)
    id: int = Field(description="Its number.")
    word: str = Field(description="As it is written.", examples=["格兰仕"])
    kind: Kind = Field(description="What it names.")
    added_by: str = Field(description="By whom it was added.")
    added_at: datetime = Field(description="When.")


class NewTrial(BaseModel):
    """A change to the list, to be measured before it is made."""

    add: list[WordText] = Field(default=[], max_length=200, description="Words that would be added.")
    remove: list[Id] = Field(default=[], max_length=200, description="Numbers of words that would be removed.")


class Difference(BaseModel):
    """A recording that would be written down otherwise."""

    recording: str = Field(description="The recording's file name.")
    said: str = Field(description="What is said in it.")
    before: str = Field(description="What is written now.")
    after: str = Field(description="What would be written.")


class TrialShown(BaseModel):
    """What a change to the list does to the recordings whose words are known."""

    id: int = Field(description="Its number; kept until the hotline is started again.")
    state: Literal["running", "done", "failed"] = Field(description="How far it is.")
    recordings: int = Field(0, description="How many were heard.")
    error_before: float | None = Field(None, description="Character error rate now, 0 to 1.")
    error_after: float | None = Field(None, description="Character error rate with the change.")
    differences: list[Difference] = Field(default=[], description="What would change, the most changed first.")
