"""What callers did in trees."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.trees.schemas import ReleaseShown


class ExitFigure(BaseModel):
    """A way on from a node."""

    to: str = Field(description="A node, `queue`, `transfer`, `hangup`, `fallback`, or `gone`: the caller hung up.")
    to_node: bool = Field(description="Whether it is a node.")
    count: int = Field(description="How often.")


class MarkCount(BaseModel):
    """A mark of a survey."""

    mark: str = Field(description="The key.", examples=["5"])
    count: int = Field(description="How often it was given.")


class MarkFigures(BaseModel):
    """What callers answered to a question of a survey."""

    question: str = Field(description="The question.", examples=["attitude"])
    count: int = Field(description="How many marks.")
    mean: float = Field(description="Their mean, 0 (the worst of the scale) to 100.", examples=[82.5])
    given: list[MarkCount] = Field(description="How often each was given, the best first.")


class NodeFigures(BaseModel):
    """What callers did at a node."""

    node: str = Field(description="The node; of a sub-tree `TREE/NODE`.", examples=["need"])
    visits: int = Field(description="How often callers came to it.")
    calls: int = Field(description="How many calls that were.")
    mean_ms: int = Field(description="How long they stayed on average, ms.")
    hang_ups: int = Field(description="How many hung up there.")
    no_input: int = Field(description="Silences.")
    no_match: int = Field(description="Answers that were not understood.")
    refused: int = Field(description="Confirmations that the caller said no to.")
    reached_person: int = Field(description="How many of the calls an agent answered.")
    reached_person_share: float = Field(description="Their share, 0 to 1.")
    exits: list[ExitFigure] = Field(description="Where they went, the most frequent first.")
    marks: list[MarkFigures] = Field(description="Of a survey: each question's marks.")


class Totals(BaseModel):
    """What callers did in a tree."""

    calls: int = Field(description="Calls that came to it.")
    visits: int = Field(description="How often callers came to its nodes.")
    mean_ms: int = Field(description="How long they stayed at one on average, ms.")
    hang_ups: int = Field(description="How many hung up in it.")
    no_input: int = Field(description="Silences.")
    no_match: int = Field(description="Answers that were not understood.")
    refused: int = Field(description="Confirmations that the caller said no to.")
    reached_person: int = Field(description="How many of the calls an agent answered.")


class DayFigures(Totals):
    """One day of a tree, or of one of its nodes."""

    day: date = Field(description="By the centre's clock.")


class Figures(BaseModel):
    """What callers did in a tree in a time."""

    tree: str = Field(description="The tree.")
    version: int | None = Field(description="The version; null for all of them.")
    since: date = Field(description="The first day, by the centre's clock.")
    until: date = Field(description="The last day.")
    totals: Totals = Field(description="The whole tree.")
    nodes: list[NodeFigures] = Field(description="Each node that callers came to, the most visited first.")
    days: list[DayFigures] = Field(description="Each day; of one node where it was asked for.")
    releases: list[ReleaseShown] = Field(description="Versions that came into force in this time, oldest first.")


class PhraseShown(BaseModel):
    """Words that were not understood, or that a caller took back."""

    model_config = ConfigDict(from_attributes=True)
    id: int = Field(description="The phrase's number.")
    call_id: int = Field(description="The call.")
    version: int | None = Field(description="The tree's version; null where it is not known of a sub-tree.")
    node: str = Field(description="Where it was said; of a sub-tree `TREE/NODE`.", examples=["need"])
    kind: Literal["no_match", "refused"] = Field(description="Not understood, or understood wrongly.")
    said_at: datetime = Field(description="When.")
    heard: str = Field(description="As it was recognised.", examples=["我那个东西不对"])
    score: float | None = Field(
        description="How sure the likeliest answer was, 0 to 1; null where none was looked for."
    )
    reason: str = Field(description="Why.", examples=["no answer is likely"])
    settled: str = Field(description="The option that it became an example of; `-`: put aside; empty: waiting.")


class AsExample(BaseModel):
    """Which option a phrase is an example of."""

    model_config = ConfigDict(extra="forbid")
    option: str = Field(max_length=200, description="The option of the node where it was said.", examples=["complaint"])
