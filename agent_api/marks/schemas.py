"""How well callers are served, as the API tells it."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class MarkShown(BaseModel):
    """A mark that a caller gave in a survey."""

    model_config = ConfigDict(from_attributes=True)
    question: str = Field(description="What it is about, as the tree names it.", examples=["attitude"])
    mark: str = Field(description="The key.", examples=["4"])
    scale: str = Field(description="Every key that could be given, the best first.", examples=["54321"])
    score: int = Field(description="0 for the worst of its scale to 100 for the best.", examples=[75])
    agent_id: int | None = Field(description="The agent whom the caller had talked to.")
    given_at: datetime = Field(description="When.")


class Content(BaseModel):
    """Marks in numbers."""

    model_config = ConfigDict(from_attributes=True)
    count: int = Field(description="How many marks.")
    mean: float | None = Field(description="Their mean, 0 (worst) to 100; null where there is none.", examples=[82.5])
    low: int = Field(description="How many were bad: on a scale of 1 to 5, those of 1 and 2.")


class AgentContent(Content):
    """Marks of an agent's calls."""

    agent_id: int | None = Field(description="The agent; null: nobody had talked to the caller, or a call-back's.")
    agent: str = Field(description="That agent's name.")


class CentreContent(Content):
    """Marks about a centre's cases."""

    centre_id: int = Field(description="The centre.")
    centre: str = Field(description="Its name.")


class DayContent(Content):
    """Marks of a day."""

    day: date = Field(description="By the centre's clock.")


class Quality(BaseModel):
    """How content callers were in a time: surveys and call-backs together."""

    since: date = Field(description="The first day, by the centre's clock.")
    until: date = Field(description="The last day.")
    whole: Content = Field(description="All of them.")
    agents: list[AgentContent] = Field(description="By agent, the least content callers first.")
    centres: list[CentreContent] = Field(description="By the centre that the case is with, the same way.")
    days: list[DayContent] = Field(description="Each day.")


class LowMark(BaseModel):
    """A bad mark."""

    given_at: datetime = Field(description="When.")
    question: str = Field(description="What was asked; `call_back`: the rating of a call-back.", examples=["attitude"])
    mark: str = Field(description="The mark.", examples=["1"])
    scale: str = Field(description="Every mark that could be given, the best first.", examples=["54321"])
    agent: str = Field(description="The agent's name; empty: nobody's.")
    centre: str = Field(description="The name of the centre that the case is with.")
    call_id: int | None = Field(description="The call that it was given in.")
    case_id: int | None = Field(description="The case.")
    case_number: str = Field(description="That case's number.", examples=["TS202611240001"])


class Answering(BaseModel):
    """Callers who asked for a person, and how soon they reached one."""

    model_config = ConfigDict(from_attributes=True)
    count: int = Field(description="How many asked, by word, key or the tree's way.")
    answered: int = Field(description="How many of them a person answered.")
    in_time: int = Field(description="How many of these within `within_s`.")
    connected: float | None = Field(
        description="`answered` of `count`, 0 to 1; null where nobody asked.", examples=[0.9612]
    )
    mean_wait_s: float | None = Field(description="Mean wait of those who were answered, s.", examples=[8.4])
    longest_wait_s: float | None = Field(description="The longest of these, s.", examples=[41.0])


class DayAnswering(Answering):
    """The same of those who began to wait on a day."""

    day: date = Field(description="By the centre's clock.")


class Answered(BaseModel):
    """How soon callers reached a person in a time. Who waits still is not counted."""

    since: date = Field(description="The first day, by the centre's clock.")
    until: date = Field(description="The last day.")
    within_s: int = Field(
        description="What counts as in time, s (GB/T 33358; `asterisk.answer_within_s`).", examples=[15]
    )
    aim: float = Field(description="Of those who ask so many are to be answered (GB/T 33358).", examples=[0.95])
    whole: Answering = Field(description="All of them.")
    days: list[DayAnswering] = Field(description="Each day on which somebody asked.")
