"""The actions of the flow as they are asked for: one body each, told apart by ``action``."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_api.cases.schemas import CaseChanges, CaseMatter
from agent_api.ids import Id
from case_flow.state import Request, Target

Reason = Annotated[str, Field(min_length=1, max_length=500, description="Why; kept in the history.")]
Result = Annotated[str, Field(min_length=1, max_length=4000, description="What was found and done.")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    def request(self) -> Request:
        """As the flow is asked."""
        return Request(**self.model_dump())


class Plain(_Body):
    """Actions that need nothing more."""

    action: Literal["accept", "take", "archive", "resume", "approve_extension"] = Field(description="Which.")


class WithReason(_Body):
    """Actions that need a reason."""

    action: Literal[
        "return", "withdraw", "reopen", "redo", "supervise", "suspend", "decline_extension"
    ] = Field(description="Which.")  # fmt: skip
    reason: Reason


class Refuse(_Body):
    """不予受理: with what its letter says besides the reason."""

    action: Literal["refuse"] = Field(description="Which.")
    reason: Reason
    basis: str = Field(
        "", max_length=500, description="The rule that the refusal rests on; whether it must be given is the flow's."
    )
    advice: str = Field("", max_length=500, description="Where else to turn; likewise.")


class Register(_Body):
    """登记: give the case its number."""

    action: Literal["register"] = Field(description="Which.")
    changes: CaseChanges = Field(CaseChanges(), description="Last changes of its fields.")

    def request(self) -> Request:
        """As the flow is asked."""
        return Request("register")


class Classify(_Body):
    """分类."""

    action: Literal["classify"] = Field(description="Which.")
    category: str = Field(min_length=1, max_length=64, description="The category in the centre's own list.")


class TargetGiven(BaseModel):
    """A department that is given a part."""

    model_config = ConfigDict(extra="forbid")
    centre: Id = Field(description="Its number.", examples=[4])
    handler: Id | None = Field(None, description="The one person it is for; null: whoever of them takes it.")
    lead: bool = Field(False, description="Whether it leads; one does.")


class Assign(_Body):
    """转办（交办）: one department, or several with one lead."""

    action: Literal["assign"] = Field(description="Which.")
    targets: list[TargetGiven] = Field(min_length=1, max_length=20, description="Who is given a part.")

    def request(self) -> Request:
        """As the flow is asked."""
        return Request("assign", targets=tuple(Target(t.centre, t.handler, t.lead) for t in self.targets))


class Handle(_Body):
    """处置: what was done."""

    action: Literal["handle"] = Field(description="Which.")
    result: Result
    done: bool = Field(False, description="Whether this department's part is done.")


class Answer(_Body):
    """答复, 反馈."""

    action: Literal["answer", "feed_back"] = Field(description="Which.")
    result: Result


class Inform(_Body):
    """告知被投诉方: the company was told what came of it."""

    action: Literal["inform"] = Field(description="Which.")
    result: str = Field(min_length=1, max_length=4000, description="How the company was told, and what it said.")


class CallBack(_Body):
    """回访: the result of a call-back."""

    action: Literal["call_back"] = Field(description="Which.")
    reached: bool = Field(description="Whether the caller was reached.")
    rating: int | None = Field(None, ge=1, le=5, description="How content the caller is, 1 (not at all) to 5.")
    result: str = Field("", max_length=4000, description="What the caller said.")


class Split(_Body):
    """拆分: a new case for each part, of the same kind, by the same person, under the same limits."""

    action: Literal["split"] = Field(description="Which.")
    parts: list[CaseMatter] = Field(min_length=1, max_length=20, description="What differs in each new case.")
    reason: Reason

    def request(self) -> Request:
        """As the flow is asked."""
        return Request("split", parts=tuple(part.given() for part in self.parts), reason=self.reason)


class Merge(_Body):
    """合并: this case goes into another; its calls go along."""

    action: Literal["merge"] = Field(description="Which.")
    into: Id = Field(description="The other case.")
    reason: Reason


class Link(_Body):
    """关联: the two have to do with each other."""

    action: Literal["link"] = Field(description="Which.")
    to: Id = Field(description="The other case.")
    relation: Literal["duplicate", "related"] = Field(description="How.")


class TransferCase(_Body):
    """移送: up, down or across to another centre."""

    action: Literal["transfer"] = Field(description="Which.")
    centre: Id = Field(description="The other centre.")
    reason: Reason


class Extend(_Body):
    """申请延期: a supervisor decides."""

    action: Literal["extend"] = Field(description="Which.")
    clock: str = Field(max_length=16, description="Which limit.", examples=["handling"])
    days: int = Field(ge=1, le=1000, description="How many working days more.")
    reason: Reason


ActionBody = Annotated[
    Plain | WithReason | Refuse | Register | Classify | Assign | Handle | Answer | Inform | CallBack | Split | Merge
    | Link | TransferCase | Extend,
    Field(discriminator="action"),
]  # fmt: skip


class ActionAllowed(BaseModel):
    """Something the asker may do now."""

    action: str = Field(description="What to ask for.", examples=["accept"])
    zh: str = Field(description="Its Chinese name.", examples=["受理"])
    en: str = Field(description="Its English name.", examples=["accept"])
    needs: list[str] = Field(description="What it must be given.", examples=[["reason", "basis", "advice"]])
    may: list[str] = Field(description="What else it can be given.", examples=[["rating", "result"]])
    missing: list[str] = Field(description="Fields of the case that must be filled first.", examples=[["category"]])


class TaskShown(BaseModel):
    """One department's part."""

    number: int = Field(description="Its number within the case.")
    centre_id: int = Field(description="Whose it is.")
    centre: str = Field(description="That centre's name.")
    handler_id: int | None = Field(description="Who has it; null: nobody yet.")
    handler: str | None = Field(description="That person's name.")
    lead: bool = Field(description="Whether it leads.")
    state: Literal["open", "taken", "done", "returned"] = Field(description="How far it is.")
    result: str = Field(description="What was found and done.")
    assigned_at: datetime = Field(description="When it was given.")


class ClockShown(BaseModel):
    """One time limit."""

    name: str = Field(description="Which.", examples=["acceptance"])
    zh: str = Field(description="Its Chinese name.")
    en: str = Field(description="Its English name.")
    unit: Literal["days", "work_minutes", "minutes"] = Field(description="Working days, working minutes, minutes.")
    amount: int = Field(description="How long.")
    extended: int = Field(description="What was given on top.")
    asked: int | None = Field(description="Working days that were asked for on top and wait for a decision.")
    held: int = Field(description="How long it stood still.")
    started_at: datetime = Field(description="When it began.")
    due_at: datetime = Field(description="When it is over.")
    holidays_known: bool = Field(
        description="Whether the holidays up to then are announced; where not, working days may move yet."
    )
    state: Literal["running", "paused", "kept", "cancelled"] = Field(description="How it stands.")
    light: Literal["green", "amber", "red", "overdue"] = Field(description="How near it is, or was when it ended.")
