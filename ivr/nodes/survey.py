"""Ask for marks."""

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.ask import Key
from ivr.nodes.base import Edge, Heard, Here, Turn
from ivr.nodes.listening import Listening
from ivr.nodes.parts import NodeName, Part, Prompts, VariableName
from ivr.spoken_values import read_digits
from ivr.state import State


class Question(Part):
    """One of a survey's questions."""

    name: VariableName
    """What it is about; the mark is kept in the variable `survey.NAME`."""
    prompt: Prompts
    """The question."""


class Survey(Listening):
    """Ask some questions that are answered by marks."""

    kind: Literal["survey"]
    questions: tuple[Question, ...] = Field(min_length=1, max_length=5)
    """The questions, in order; `prompt` is said before the first."""
    marks: dict[Key, tuple[str, ...]] = Field(min_length=2)
    """The keys that are marks, the best first, with words that stand for each: `"5": [非常满意]`."""
    thanks: Prompts
    """Said after the last."""
    next: NodeName
    """What follows."""

    def enter(self, here: Here, state: State) -> Turn:
        """Say what it is about, then ask."""
        before = here.play("prompt", self.prompt, self.barge_in, state)
        asked = self.ask(here, state, "question 0", self.questions[0].prompt)
        return Turn(state, (before, *asked.effects))

    def asked_now(self, state: State) -> tuple[tuple[Any, ...], str]:
        """The question that was not answered, and its place."""
        return self.questions[state.part].prompt, f"question {state.part}"

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """A mark, or none."""
        match given:
            case fx.Pressed():
                mark = given.digits if given.digits in self.marks else None
            case fx.Said():
                mark = self._said(given)
            case _:
                return self.silence(here, state)
        return self.mismatch(here, state) if mark is None else self._marked(here, state, mark)

    def _said(self, given: fx.Said) -> str | None:
        said = [(len(word), mark) for mark, words in self.marks.items() for word in words if word in given.text]
        if said:
            return max(said)[1]
        digit = read_digits(given.text, given.sounds, 1)
        return digit if digit in self.marks else None

    def _marked(self, here: Here, state: State, mark: str) -> Turn:
        question = self.questions[state.part].name
        told = fx.Marked(here.name, question, mark, "".join(self.marks))
        state = state.keeping({f"survey.{question}": mark}).but(part=state.part + 1, silent=0, wrong=0)
        if state.part == len(self.questions):
            return Turn(state, (told, here.play("thanks", self.thanks, self.barge_in, state)), here.to(self.next))
        asked = self.ask(here, state, f"question {state.part}", self.questions[state.part].prompt)
        return Turn(state, (told, *asked.effects))

    def edges(self) -> Iterator[Edge]:
        """On."""
        yield Edge(self.next, "caller", ("next",))

    def heard(self) -> Iterator[Heard]:
        """What is said before, the questions, and the thanks."""
        yield from super().heard()
        for number, question in enumerate(self.questions):
            yield Heard(question.prompt, ("questions", number, "prompt"), self.barge_in, False)
        yield Heard(self.thanks, ("thanks",), self.barge_in, False)

    def writes(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The marks."""
        for number, question in enumerate(self.questions):
            yield f"survey.{question.name}", ("questions", number, "name")
