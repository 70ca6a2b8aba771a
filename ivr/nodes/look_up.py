"""Ask for a case number and say how far the case is."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Turn
from ivr.nodes.listening import Listening
from ivr.nodes.parts import NodeName, Prompts
from ivr.spoken_values import read_case_number, read_digits
from ivr.state import State

#: The most digits of a case number, and some to spare.
_MOST_DIGITS = 16
#: How many of the telephone's last digits are asked for, as on the public page.
CHECK_DIGITS = 4
#: The parts of the node: the case's number is asked for, then the telephone's last digits.
_NUMBER, _CHECK = 0, 1


class LookUp(Listening):
    """Ask for a case number and say how far the case is. A number that no case has counts as not understood."""

    can_fail: ClassVar[bool] = True

    kind: Literal["look-up"]
    stages: dict[str, Prompts] = Field(min_length=1)
    """What is said of a case by its state."""
    other: Prompts
    """What is said of a case whose state is none of those."""
    check: Prompts | None = None
    """Asked where the call comes from another telephone than the one left with the case: its last four digits.
    Without it, the state is told by the number alone where that means one case. An anonymous case and a sealed one
    cannot be asked for."""
    next: NodeName
    """What follows."""

    def most_digits(self) -> int:
        """A case number's."""
        return _MOST_DIGITS

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """A number, the telephone's last digits, no answer, or what was found."""
        match given:
            case fx.Pressed():
                return self._wanted(here, state, given.digits if given.digits.isdigit() else None)
            case fx.Said():
                return self._wanted(here, state, self._heard_digits(state, given))
            case fx.CaseFound():
                said = self.stages.get(given.stage)
                place = f"stage {given.stage}" if said else "other"
                return Turn(state, (here.play(place, said or self.other, self.barge_in, state),), here.to(self.next))
            case fx.CaseGuarded() if self.check is not None:
                asked = here.play("check", self.check, self.barge_in, state)
                return Turn(state.but(part=_CHECK, unsure=given.number), (asked, self._wait(here, CHECK_DIGITS)))
            case fx.CaseMissing() | fx.CaseGuarded():
                return self.mismatch(here, state)
            case _:
                return self.silence(here, state)

    def longest_pause_s(self) -> float:
        """Digits are told in groups."""
        return 1

    def silence(self, here: Here, state: State) -> Turn:
        """The number is asked for again, whichever was asked for."""
        return super().silence(here, state.but(part=_NUMBER))

    def mismatch(self, here: Here, state: State, score: float | None = None, reason: str = "") -> Turn:
        """The number is asked for again, whichever was not understood."""
        return super().mismatch(here, state.but(part=_NUMBER, unsure=""), score, reason)

    def _heard_digits(self, state: State, given: fx.Said) -> str | None:
        if state.part == _CHECK:
            return read_digits(given.text, given.sounds, CHECK_DIGITS) or None
        return read_case_number(given.text, given.sounds)

    def _wanted(self, here: Here, state: State, digits: str | None) -> Turn:
        if not digits:
            return self.mismatch(here, state)
        if state.part == _CHECK:
            return Turn(state, (fx.LookUpCase(state.unsure, True, digits),))
        return Turn(state, (fx.LookUpCase(digits, self.check is not None),))

    def edges(self) -> Iterator[Edge]:
        """On."""
        yield Edge(self.next, "caller", ("next",))

    def heard(self) -> Iterator[Heard]:
        """The question, its repetitions, and what is said of a case."""
        yield from super().heard()
        for stage, prompts in self.stages.items():
            yield Heard(prompts, ("stages", stage), self.barge_in, False)
        yield Heard(self.other, ("other",), self.barge_in, False)
        if self.check:
            yield Heard(self.check, ("check",), self.barge_in, False)
