"""An open question, answered in the caller's own words or by a key."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Turn, fields_of
from ivr.nodes.listening import Listening
from ivr.nodes.parts import NodeName, Part, Prompts, VariableName
from ivr.spoken_values import read_yes_no
from ivr.state import State, Value
from ivr.understanding import Meaning, Understanding, understanding_of

#: Intents that open a case draft of their kind.
CASE_KINDS = ("complaint", "report", "consultation", "suggestion", "praise")
#: Keys that answer "is that right?".
YES_KEY, NO_KEY = "1", "2"

Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]


class Option(Part):
    """One of the answers."""

    key: Key | None = None
    """The key for it."""
    intent: str | None = Field(None, pattern=r"^[a-z][a-z0-9_-]*$")
    """What the caller wants who gives this answer; complaint, report, consultation, suggestion and praise open a case
    draft."""
    phrases: tuple[str, ...] = ()
    """Words that are this answer outright."""
    examples: tuple[str, ...] = ()
    """Sentences like which callers say it."""
    confirm: Prompts | None = None
    """Asked back when unsure: is that right?"""
    set: dict[VariableName, Value] = Field({})
    """Variables that this answer sets; those named `case.…` are fields of the case draft."""
    next: NodeName
    """Where this answer leads."""


class Ask(Listening):
    """An open question, answered in the caller's own words or by a key."""

    kind: Literal["ask"]
    options: dict[str, Option] = Field(min_length=1)
    """The answers, by name."""

    @cached_property
    def _by_key(self) -> dict[str, str]:
        return {option.key: name for name, option in self.options.items() if option.key}

    @cached_property
    def _meanings(self) -> tuple[Meaning, ...]:
        return tuple(Meaning(name, each.intent, each.phrases, each.examples) for name, each in self.options.items())

    def answers(self, language: str) -> Understanding:
        """What tells the options apart; the first time it learns from their examples."""
        return understanding_of(self._meanings, language)

    def phrases_expected(self) -> tuple[str, ...]:
        """The options' phrases."""
        return tuple(phrase for option in self.options.values() for phrase in option.phrases)

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """An answer, or none."""
        match given:
            case fx.Pressed():
                return self._pressed(here, state, given.digits)
            case fx.Said():
                return self._said(here, state, given)
            case _:
                return self.silence(here, state)

    def _pressed(self, here: Here, state: State, digits: str) -> Turn:
        if (name := self._by_key.get(digits)) is not None:
            return self._take(here, self._about(state, name, ""), name, 1.0, f"pressed {digits}")
        if state.unsure and digits == YES_KEY:
            return self._confirmed(here, state)
        return self.mismatch(here, state)

    def _said(self, here: Here, state: State, given: fx.Said) -> Turn:
        found = self.answers(here.language).understand(given.text, given.sounds, given.confidence)
        if state.unsure and not found.sure:
            return self._answered(here, state, given)
        if found.intent is None:
            return self.mismatch(here, state)
        if found.sure:
            after = self._about(state, found.intent, given.text)
            return self._take(here, after, found.intent, found.score, found.reason)
        question = self.options[found.intent].confirm
        if question is None:
            return self.mismatch(here, state)
        asked = self._about(state, found.intent, given.text).but(unsure=found.intent)
        return self.ask_back(here, asked, f"confirm {found.intent}", question)

    def _about(self, state: State, name: str, matter: str) -> State:
        """What the caller told along with their wish is kept through questions in between, which tell no wish."""
        return state.but(matter=matter) if self.options[name].intent and state.matter != matter else state

    def _answered(self, here: Here, state: State, given: fx.Said) -> Turn:
        """A yes, a no, or neither."""
        return self._confirmed(here, state) if read_yes_no(given.text, given.sounds) else self.mismatch(here, state)

    def _confirmed(self, here: Here, state: State) -> Turn:
        return self._take(here, state, state.unsure, 0.9, "confirmed by the caller")

    def _take(self, here: Here, state: State, name: str, score: float, reason: str) -> Turn:
        option = self.options[name]
        effects: list[fx.Effect] = []
        if option.intent:
            effects.append(fx.SetIntent(option.intent, score, reason))
            if option.intent in CASE_KINDS:
                effects.append(fx.DraftCase(option.intent))
        effects += fields_of(option.set)
        return Turn(state.keeping(option.set), tuple(effects), here.to(option.next))

    def edges(self) -> Iterator[Edge]:
        """Each option's."""
        for name, option in self.options.items():
            yield Edge(option.next, "caller", ("options", name, "next"))

    def heard(self) -> Iterator[Heard]:
        """The question, its repetitions, and the questions asked back."""
        yield from super().heard()
        for name, option in self.options.items():
            if option.confirm:
                yield Heard(option.confirm, ("options", name, "confirm"), self.barge_in != "none", False)

    def writes(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """What options set."""
        for name, option in self.options.items():
            for variable in option.set:
                yield variable, ("options", name, "set", variable)
