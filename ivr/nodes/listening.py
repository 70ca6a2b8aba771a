"""What all kinds of node have in common that wait for the caller."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Heard, Here, Node, Retry, Turn
from ivr.nodes.parts import Prompts
from ivr.state import State


class Listening(Node):
    """A node that waits for the caller."""

    listens: ClassVar[bool] = True

    prompt: Prompts
    """What is asked."""
    barge_in: fx.BargeIn = "both"
    """What stops its prompts, but for those that say it for themselves."""
    input: Literal["both", "speech", "keys"] = "both"
    """How the caller may answer."""
    wait_s: float = Field(6, ge=1, le=60)
    """How long to wait for the caller to begin, s."""
    between_keys_s: float = Field(2.5, ge=0.5, le=20)
    """The pause between keys that ends an entry, s."""
    terminator: Literal["#", "*", ""] = "#"
    """The key that ends an entry early."""
    no_input: Retry = Retry()
    """When nothing comes in time."""
    no_match: Retry = Retry()
    """When the answer is not understood."""

    def phrases_expected(self) -> tuple[str, ...]:
        """Words that bias recognition here."""
        return ()

    def most_digits(self) -> int:
        """The longest entry."""
        return 1

    def longest_speech_s(self) -> float:
        """The longest answer, s."""
        return 60

    def longest_pause_s(self) -> float:
        """The pause that ends a spoken answer, s."""
        return 0

    def takes(self, given: fx.Input) -> bool:
        """Whether it may be answered so: in words, by keys."""
        return not isinstance(given, fx.Said if self.input == "keys" else fx.Pressed) or self.input == "both"

    def listen(self, most_digits: int) -> fx.Listen:
        """Wait for the answer."""
        return fx.Listen(
            max_digits=1 if self.input == "speech" else most_digits, terminator=self.terminator,
            no_input_ms=int(self.wait_s * 1000), between_keys_ms=int(self.between_keys_s * 1000),
            max_speech_ms=int(self.longest_speech_s() * 1000), settle_ms=int(self.longest_pause_s() * 1000),
            phrases=self.phrases_expected(),
        )  # fmt: skip

    def _wait(self, here: Here, most_digits: int) -> fx.Listen:
        ready = here.listens.get(most_digits)
        if ready is None:
            ready = here.listens[most_digits] = self.listen(most_digits)
        return ready

    def ask(self, here: Here, state: State, place: str = "prompt", prompts: tuple[Any, ...] | None = None) -> Turn:
        """Say something, by default the question, then wait for the answer."""
        if prompts is None:
            prompts, place = self.asked_now(state)
        said = here.play(place, prompts, self.barge_in, state)
        return Turn(state, (said, self._wait(here, self.most_digits())))

    def asked_now(self, state: State) -> tuple[tuple[Any, ...], str]:
        """The question that the caller is at, and its place in the node."""
        return self.prompt, "prompt"

    def ask_back(self, here: Here, state: State, place: str, question: tuple[Any, ...]) -> Turn:
        """Ask whether what was understood is right, or which of two things is: in a word, or by one key."""
        return Turn(state, (here.play(place, question, self.barge_in, state), self._wait(here, 1)))

    def enter(self, here: Here, state: State) -> Turn:
        """Ask."""
        return self.ask(here, state)

    def silence(self, here: Here, state: State) -> Turn:
        """Nothing came in time."""
        return self._again(
            here,
            state.but(silent=state.silent + 1, unsure="", second=""),
            "no_input",
            here.no_input,
            fx.Missed("no_input"),
        )

    def mismatch(self, here: Here, state: State, score: float | None = None, reason: str = "") -> Turn:
        """The answer was not understood, or a guess was refused; ``score`` and ``reason``: of the likeliest answer."""
        missed = fx.Missed("no_match", score, reason)
        if state.unsure:
            missed = fx.Missed("refused", state.score or None, state.reason)
        again = state.but(wrong=state.wrong + 1, unsure="", second="", score=0, reason="")
        return self._again(here, again, "no_match", here.no_match, missed)

    def _again(
        self, here: Here, state: State, place: Literal["no_input", "no_match"], retry: Retry, missed: fx.Missed
    ) -> Turn:
        count = state.silent if place == "no_input" else state.wrong
        if retry.times is not None and count >= retry.times:
            return Turn(state, (missed,), retry.next)
        asked = self.ask(here, state, place, retry.prompt)
        return Turn(asked.state, (missed, *asked.effects), asked.next)

    def heard(self) -> Iterator[Heard]:
        """The question and its repetitions."""
        yield Heard(self.prompt, ("prompt",), self.barge_in, True)
        for name, retry in (("no_input", self.no_input), ("no_match", self.no_match)):
            if retry.prompt:
                yield Heard(retry.prompt, (name, "prompt"), self.barge_in, False)
