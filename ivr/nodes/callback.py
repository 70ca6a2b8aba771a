"""Offer to call back."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Turn, filled, templated
from ivr.nodes.listening import Listening
from ivr.nodes.parts import NodeName, Prompts
from ivr.spoken_values import read_yes_no
from ivr.state import State

#: Keys that answer "shall we call you back?".
YES_KEY, NO_KEY = "1", "2"
#: The number that the caller called from.
OWN_NUMBER = "{caller.number}"


class Callback(Listening):
    """Offer to call back: 1 or a yes puts the caller on the call-back list, 2 or a no leads on."""

    can_fail: ClassVar[bool] = True

    kind: Literal["callback"]
    number: str = OWN_NUMBER
    """The number to call; `{name}` stands for what a variable holds. Where none is known, `failure` is taken."""
    thanks: Prompts
    """Said to who wants it."""
    next: NodeName
    """What follows then."""
    declined: NodeName
    """What follows for who does not want it."""

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """A yes, a no, or neither."""
        match given:
            case fx.Pressed():
                wanted = {YES_KEY: True, NO_KEY: False}.get(given.digits)
            case fx.Said():
                wanted = read_yes_no(given.text, given.sounds)
            case _:
                return self.silence(here, state)
        if wanted is None:
            return self.mismatch(here, state)
        return self._listed(here, state) if wanted else Turn(state, (), here.to(self.declined))

    def _listed(self, here: Here, state: State) -> Turn:
        number = str(filled(self.number, state))
        if not number:
            return here.failed(state)
        thanks = here.play("thanks", self.thanks, "none", state)
        return Turn(state, (fx.OfferCallback(number), thanks), here.to(self.next))

    def edges(self) -> Iterator[Edge]:
        """Wanted, or not."""
        yield Edge(self.next, "caller", ("next",))
        yield Edge(self.declined, "caller", ("declined",))

    def heard(self) -> Iterator[Heard]:
        """The offer, its repetitions, and the thanks."""
        yield from super().heard()
        yield Heard(self.thanks, ("thanks",), "none", False)

    def reads(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """What the number names."""
        yield from templated(self.number, ("number",))
