"""The shape of a flow's file."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from case_flow.vocabulary import ACTIONS, Action, Argument, Channel, Form, Kind, Recipient, Standing

StageName = Annotated[str, Field(pattern=r"^[a-z_]{2,16}$")]
ClockName = Annotated[str, Field(pattern=r"^[a-z_]{2,16}$")]
#: ``from: [any]``: every stage that is no end.
ANY = "any"
#: ``to: back``: the stage that the case was suspended in.
BACK = "back"
#: How far the public is told that a case is.
Public = Literal["draft", "abandoned", "registered", "handling", "closed"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Part):
    """What has a name on screen."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Stage(Named):
    """A stage."""

    public: Public
    #: The case is closed here; only a reopening leads on.
    end: bool = False
    #: Documents that people may make in it.
    forms: tuple[Form, ...] = ()


class ClockRule(Named):
    """A time limit. Exactly one of ``days`` (working days) and ``minutes``."""

    days: int | None = Field(None, ge=1, le=1000)
    minutes: int | None = Field(None, ge=1, le=525600)
    #: Whether minutes are of working time.
    working: bool = True
    #: Other lengths for what came in by these channels, in the limit's own unit.
    by_channel: dict[Channel, Annotated[int, Field(ge=1, le=525600)]] = {}
    #: Fields without which it does not begin: nobody is there to be told.
    only_with: tuple[str, ...] = ()
    #: The rule that the limit is from.
    source: str
    #: Amber and red this long before it is due, in the limit's own unit.
    amber: int = Field(ge=0)
    red: int = Field(ge=0)
    #: This long after it was due, each a centre higher up the tree; in the limit's own unit.
    escalate: tuple[Annotated[int, Field(ge=1)], ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> "ClockRule":
        if (self.days is None) == (self.minutes is None):
            raise ValueError("give either `days` or `minutes`")
        if not self.red <= self.amber < self.amount:
            raise ValueError("`red` comes no sooner than `amber`, and both lie within the limit")
        if list(self.escalate) != sorted(set(self.escalate)):
            raise ValueError("`escalate` must grow")
        return self

    @property
    def amount(self) -> int:
        """How long, in :attr:`unit`."""
        return self.days or self.minutes or 0

    @property
    def unit(self) -> Literal["days", "work_minutes", "minutes"]:
        """Working days, minutes of working time, or minutes by the clock."""
        if self.days is not None:
            return "days"
        return "work_minutes" if self.working else "minutes"


class Tell(_Part):
    """A notice: whom, and which text."""

    to: Recipient
    what: Annotated[str, Field(pattern=r"^[a-z_]{2,32}$")]

    @property
    def audience(self) -> Literal["complainant", "staff"]:
        """Whose text it is."""
        return "complainant" if self.to == "complainant" else "staff"


class Rule(_Part):
    """An action: when, by whom, and what follows."""

    from_: tuple[StageName, ...] = Field(alias="from", min_length=1)
    #: Where it leads; nowhere where unset. `assign` leads nowhere while others are at work: a further department joins.
    to: StageName | None = None
    roles: tuple[Standing, ...] = Field(min_length=1)
    #: Fields that must be filled.
    require: tuple[str, ...] = ()
    #: What must be given of that which the action can be given.
    needs: tuple[Argument, ...] = ()
    #: Clocks that begin, unless they run or stand still already.
    starts: tuple[ClockName, ...] = ()
    #: Clocks that begin anew, even where they run.
    restarts: tuple[ClockName, ...] = ()
    #: Clocks whose limit is kept by this.
    stops: tuple[ClockName, ...] = ()
    #: Clocks whose limit must be kept before.
    kept: tuple[ClockName, ...] = ()
    tells: tuple[Tell, ...] = ()
    forms: tuple[Form, ...] = ()
    #: Of `call_back`: after so many failed tries it is closed all the same.
    tries: int | None = Field(None, ge=1, le=10)
    #: Of `extend`: most days at once, and how often.
    most_days: int | None = Field(None, ge=1, le=1000)
    times: int | None = Field(None, ge=1, le=10)


class Flow(_Part):
    """The flow of one kind of case."""

    kind: Kind
    zh: str
    en: str
    start: StageName
    stages: dict[StageName, Stage]
    clocks: dict[ClockName, ClockRule] = {}
    actions: dict[Action, Rule]

    def sources(self, action: Action) -> tuple[str, ...]:
        """The stages that an action may be done in."""
        stages = self.actions[action].from_
        if ANY not in stages:
            return stages
        return (*(name for name, stage in self.stages.items() if not stage.end), *(s for s in stages if s != ANY))

    def needs(self, action: Action) -> tuple[Argument, ...]:
        """What an action must be given here, each once."""
        return tuple(dict.fromkeys((*ACTIONS[action].needs, *self.actions[action].needs)))

    def is_end(self, stage: str) -> bool:
        """Whether a case is closed in this stage."""
        return self.stages[stage].end
