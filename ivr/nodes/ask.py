"""An open question, answered in the caller's own words or by a key."""

from collections.abc import Iterator
from functools import cached_property
from itertools import permutations
from typing import Annotated, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Heard, Here, Turn, fields_of
from ivr.nodes.listening import Listening
from ivr.nodes.parts import NodeName, Part, PromptItem, Prompts, VariableName
from ivr.spoken_values import Which, read_which, read_yes_no
from ivr.state import State, Value
from ivr.understanding import Meaning, Understanding, Understood, understanding_of

#: Intents that open a case draft of their kind.
CASE_KINDS = ("complaint", "report", "consultation", "suggestion", "praise")
#: Keys that answer "is that right?".
YES_KEY, NO_KEY = "1", "2"
#: Keys that answer "this or that?": the first, the second, neither.
WHICH_KEYS: dict[str, Which] = {"1": "first", "2": "second", "3": "neither"}

Key = Annotated[str, Field(pattern=r"^[0-9*#]$")]


class Either(Part):
    """How an answer is named where two are asked back, one after the other."""

    as_first: Prompts
    """As the first of the two: 您是要投诉，"""
    as_second: Prompts
    """As the second: 还是要投诉？"""


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
    either: Either | None = None
    """Asked back when another answer is nearly as likely: this or that?"""
    set: dict[VariableName, Value] = Field({})
    """Variables that this answer sets; those named `case.…` are fields of the case draft."""
    next: NodeName
    """Where this answer leads."""


class Ask(Listening):
    """An open question, answered in the caller's own words or by a key."""

    kind: Literal["ask"]
    options: dict[str, Option] = Field(min_length=1)
    """The answers, by name."""
    which: Prompts | None = None
    """Said behind two answers that are asked back: 1 is the first, 2 the second, 3 neither; without it one answer is
    asked back at a time."""

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
        if state.second and digits in WHICH_KEYS:
            return self._chosen(here, state, WHICH_KEYS[digits])
        if (name := self._by_key.get(digits)) is not None:
            return self._take(here, self._about(state, name, ""), name, 1.0, f"pressed {digits}")
        if state.unsure and digits == YES_KEY:
            return self._confirmed(here, state)
        return self.mismatch(here, state)

    def _said(self, here: Here, state: State, given: fx.Said) -> Turn:
        which = read_which(given.text, given.sounds) if state.second else None
        if which in ("first", "second"):
            return self._chosen(here, state, which)
        found = self.answers(here.language).understand(given.text, given.sounds, given.confidence)
        if state.unsure and not found.sure:
            return self._answered(here, state, given, found, which)
        if found.intent is None:
            return self.mismatch(here, state, found.score, found.reason)
        if found.sure:
            after = self._about(state, found.intent, given.text)
            return self._take(here, after, found.intent, found.score, found.reason)
        asked = self._about(state, found.intent, given.text)
        asked = asked.but(unsure=found.intent, score=found.score, reason=found.reason)
        if found.second is not None and (both := self._either(found.intent, found.second)):
            asked = asked.but(second=found.second)
            return self.ask_back(here, asked, f"either {found.intent} {found.second}", both)
        question = self.options[found.intent].confirm
        if question is None:
            return self.mismatch(here, state, found.score, found.reason)
        return self.ask_back(here, asked, f"confirm {found.intent}", question)

    def _either(self, first: str, second: str) -> tuple[PromptItem, ...]:
        """The question which of two answers is meant; empty where it cannot be asked."""
        one, other = self.options[first].either, self.options[second].either
        return (*one.as_first, *other.as_second, *self.which) if one and other and self.which else ()

    def _about(self, state: State, name: str, matter: str) -> State:
        """What the caller told along with their wish is kept through questions in between, which tell no wish."""
        return state.but(matter=matter) if self.options[name].intent and state.matter != matter else state

    def _answered(self, here: Here, state: State, given: fx.Said, found: Understood, which: Which | None) -> Turn:
        """A yes, a no, or neither; of two answers the one that the words mean more than the other."""
        if state.second:
            guesses: dict[str, Which] = {state.unsure: "first", state.second: "second"}
            likely = guesses.get(found.intent or "") if found.second not in guesses else None
            return self._chosen(here, state, which or likely)
        return self._confirmed(here, state) if read_yes_no(given.text, given.sounds) else self.mismatch(here, state)

    def _chosen(self, here: Here, state: State, which: Which | None) -> Turn:
        """One of two answers that were asked back, or neither."""
        if which == "first":
            return self._confirmed(here, state)
        if which == "second":
            return self._confirmed(here, state.but(unsure=state.second))
        return self.mismatch(here, state)

    def _confirmed(self, here: Here, state: State) -> Turn:
        return self._take(here, state, state.unsure, state.score, f"{state.reason}; confirmed by the caller")

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
                yield Heard(option.confirm, ("options", name, "confirm"), self.barge_in, False)
            if option.either:
                yield Heard(option.either.as_first, ("options", name, "either", "as_first"), self.barge_in, False)
                yield Heard(option.either.as_second, ("options", name, "either", "as_second"), self.barge_in, False)
        if self.which:
            yield Heard(self.which, ("which",), self.barge_in, False)

    def heard_in_one(self) -> Iterator[Heard]:
        """The questions that ask back two answers."""
        for first, second in permutations(self.options, 2):
            if both := self._either(first, second):
                yield Heard(both, ("which",), self.barge_in, False)

    def writes(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """What options set."""
        for name, option in self.options.items():
            for variable in option.set:
                yield variable, ("options", name, "set", variable)
