"""Ask for a case number and say how far the case is."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Turn
from ivr.nodes.listening import Listening
from ivr.nodes.parts import NodeName, Prompts
from ivr.spoken_values import read_case_number
from ivr.state import State

#: The most digits of a case number, and some to spare.
_MOST_DIGITS = 16


class LookUp(Listening):
    """Ask for a case number and say how far the case is. A number that no case has counts as not understood."""

    can_fail: ClassVar[bool] = True

    kind: Literal["look-up"]
    stages: dict[str, Prompts] = Field(min_length=1)
    """What is said of a case by its state."""
    other: Prompts
    """What is said of a case whose state is none of those."""
    next: NodeName
    """What follows."""

    def most_digits(self) -> int:
        """A case number's."""
        return _MOST_DIGITS

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """A number, no answer, or what was found."""
        match given:
            case fx.Pressed():
                return self._wanted(here, state, given.digits if given.digits.isdigit() else None)
            case fx.Said():
                return self._wanted(here, state, read_case_number(given.text, given.sounds))
            case fx.CaseFound():
                said = self.stages.get(given.stage)
                place = f"stage {given.stage}" if said else "other"
                return Turn(state, (here.play(place, said or self.other, self.barge_in, state),), here.to(self.next))
            case fx.CaseMissing():
                return self.mismatch(here, state)
            case _:
                return self.silence(here, state)

    def _wanted(self, here: Here, state: State, number: str | None) -> Turn:
        return Turn(state, (fx.LookUpCase(number),)) if number else self.mismatch(here, state)

    def edges(self) -> Iterator[Edge]:
        """On."""
        yield Edge(self.next, "caller", ("next",))

    def heard(self) -> Iterator[Heard]:
        """The question, its repetitions, and what is said of a case."""
        yield from super().heard()
        for stage, prompts in self.stages.items():
            yield Heard(prompts, ("stages", stage), self.barge_in != "none", False)
        yield Heard(self.other, ("other",), self.barge_in != "none", False)
