"""Ask for a value and keep it."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Turn, fields_of
from ivr.nodes.listening import Listening
from ivr.nodes.parts import NodeName, Prompts, VariableName
from ivr.spoken_values import (
    read_amount,
    read_case_number,
    read_date,
    read_digits,
    read_phone_number,
    read_place,
    read_yes_no,
)
from ivr.state import State

What = Literal["case_number", "phone", "digits", "date", "amount", "place", "text"]

#: The most digits of each when pressed; none: keys cannot enter it.
_MOST_DIGITS = {"case_number": 16, "phone": 16, "date": 8, "amount": 9}
#: Callers think between the sentences of a story, and tell digits in groups, s.
_PAUSES_S = {"text": 2.0, "case_number": 1.0, "phone": 1.0, "digits": 1.0}
#: Keys that answer "is that right?".
YES_KEY, NO_KEY = "1", "2"


def _amount(given: fx.Said) -> str | None:
    found = read_amount(given.text, asked=True)
    return None if found is None else format(found, "f")


#: How each is read from words; the date is the day on which it is said.
_READERS: dict[str, Callable[[fx.Said, date], str | None]] = {
    "case_number": lambda given, _: read_case_number(given.text, given.sounds),
    "phone": lambda given, _: read_phone_number(given.text, given.sounds),
    "date": lambda given, today: read_date(given.text, today),
    "amount": lambda given, _: _amount(given),
    "place": lambda given, _: read_place(given.text) or None,
    "text": lambda given, _: given.text.strip() or None,
}


class Collect(Listening):
    """Ask for a value and keep it."""

    kind: Literal["collect"]
    what: What
    """A case number, a telephone number, a row of digits, a date, a sum of money, a place, or free speech."""
    into: VariableName
    """The variable that keeps it; named `case.…` it is a field of the case draft, too."""
    digits: int | None = Field(None, ge=1, le=32)
    """How many digits a row of digits has; without it any number of them up to 32, ended by the terminator."""
    max_s: float = Field(60, ge=2, le=300)
    """The longest speech that is taken, s."""
    pause_s: float | None = Field(None, ge=0, le=10)
    """The pause that ends a spoken answer, s; by default 2 for free speech, 1 where digits are told, else 0."""
    enough: int | None = Field(None, ge=1)
    """Free speech: what the caller said at the question before is taken where it has this many characters."""
    confirm: Prompts | None = None
    """Asked back: is that right?"""
    next: NodeName
    """What follows once it is known."""

    @property
    def takes_stories(self) -> bool:
        """Free speech is."""
        return self.what == "text"

    def most_digits(self) -> int:
        """By what is collected."""
        return self.digits or _MOST_DIGITS.get(self.what, 32 if self.what == "digits" else 1)

    def longest_speech_s(self) -> float:
        """As set."""
        return self.max_s

    def longest_pause_s(self) -> float:
        """As set, else by what is collected."""
        return _PAUSES_S.get(self.what, 0) if self.pause_s is None else self.pause_s

    def enter(self, here: Here, state: State) -> Turn:
        """Ask, unless it was told already. A date needs the day on which it is said."""
        if self.what == "date" and state.at is None:
            return Turn(state, (fx.AskTime(),))
        if self.enough and len(state.matter) >= self.enough:
            return self._keep(here, state, state.matter)
        return self.ask(here, state)

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """An answer, or none."""
        if state.unsure:
            return self._confirm(here, state, given)
        match given:
            case fx.Pressed():
                value = self._pressed(given.digits)
            case fx.Said():
                value = self._said(given, state)
            case fx.TimeIs():
                return self.ask(here, state)
            case _:
                return self.silence(here, state)
        if value is None:
            return self.mismatch(here, state)
        if self.confirm is None:
            return self._keep(here, state, value)
        asked = state.keeping({self.into: value}).but(unsure=value)
        return self.ask_back(here, asked, "confirm", self.confirm)

    def _pressed(self, digits: str) -> str | None:
        if self.what in ("place", "text") or not digits.isdigit():
            return None
        if self.what == "date":
            return read_date(digits, date.max) if len(digits) == _MOST_DIGITS["date"] else None
        return digits if self.digits is None or len(digits) == self.digits else None

    def _said(self, given: fx.Said, state: State) -> str | None:
        if self.what == "digits":
            return read_digits(given.text, given.sounds, self.digits) or None
        return _READERS[self.what](given, state.at.date() if state.at else date.max)

    def _confirm(self, here: Here, state: State, given: fx.Input) -> Turn:
        match given:
            case fx.Pressed():
                yes = {YES_KEY: True, NO_KEY: False}.get(given.digits)
            case fx.Said():
                yes = read_yes_no(given.text, given.sounds)
            case _:
                return self.silence(here, state)
        return self._keep(here, state, state.unsure) if yes else self.mismatch(here, state)

    def _keep(self, here: Here, state: State, value: str) -> Turn:
        known = {self.into: value}
        matter = value if self.what == "text" else state.matter
        return Turn(state.but(matter=matter).keeping(known), fields_of(dict(known)), here.to(self.next))

    def edges(self) -> Iterator[Edge]:
        """On."""
        yield Edge(self.next, "goes on" if self.enough else "caller", ("next",))

    def heard(self) -> Iterator[Heard]:
        """The question, its repetitions, and the question asked back."""
        yield from super().heard()
        if self.confirm:
            yield Heard(self.confirm, ("confirm",), self.barge_in, False)

    def writes(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """What it keeps."""
        yield self.into, ("into",)
