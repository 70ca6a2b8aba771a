"""What all kinds of node have in common."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from typing_extensions import TypeAliasType

from ivr import effects as fx
from ivr.state import State, Value

#: Texts that name something; the schema's ``format`` tells editors so.
NodeName = Annotated[str, Field(json_schema_extra={"format": "node-name"})]
PromptName = Annotated[str, Field(json_schema_extra={"format": "prompt-name"})]
VariableName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$", json_schema_extra={"format": "variable-name"})]

#: Variables with this prefix are also fields of the case draft.
CASE = "case."
#: Fields of the case draft that a tree may fill.
CASE_FIELDS = (
    "anonymous", "caller_name", "product", "company", "place", "occurred_on", "amount", "description",
)  # fmt: skip
#: Variables that every call has from its start.
CALL_VARIABLES = ("caller.number", "caller.region", "caller.carrier", "language")

_TEMPLATE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


class Part(BaseModel):
    """A piece of a tree; a misspelt name is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Text(Part):
    """Words that are rendered to sound before the tree is published."""

    text: str = Field(min_length=1, max_length=2000)
    """What is said."""


class Digits(Part):
    """A variable, read out digit by digit."""

    digits: VariableName
    """The variable."""


def _kind_of_item(value: Any) -> str:
    if isinstance(value, Mapping):
        return "digits" if "digits" in value else "text"
    if isinstance(value, Text):
        return "text"
    return "digits" if isinstance(value, Digits) else "name"


#: A recorded prompt by its name, words to render, or a variable to read out.
PromptItem = TypeAliasType(
    "PromptItem",
    Annotated[
        Annotated[PromptName, Tag("name")] | Annotated[Text, Tag("text")] | Annotated[Digits, Tag("digits")],
        Discriminator(_kind_of_item),
    ],
)


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


#: One prompt or several in a row.
Prompts = TypeAliasType(
    "Prompts",
    Annotated[
        tuple[PromptItem, ...],
        BeforeValidator(_listed, json_schema_input_type=PromptItem | list[PromptItem]),
        Field(min_length=1),
    ],
)

#: What stops a prompt: the caller's speech, keys, both or none (a legal notice is heard out).
BargeIn = Literal["both", "speech", "keys", "none"]


class Retry(Part):
    """What follows a silence, or an answer that was not understood."""

    times: int | None = Field(None, ge=1)
    """The one that leads to `next`; those before it are asked again. 2 by default."""
    prompt: Prompts | None = None
    """Said when asking again; by default the node's own prompt."""
    next: NodeName | None = None
    """Where the last one leads; by default to a person."""


Why = Literal["caller", "goes on", "no_input", "no_match", "failure", "hang_up"]


class Edge(NamedTuple):
    """One edge of the tree."""

    to: str
    #: Who takes it: the caller by an answer, or what happens by itself.
    why: Why
    #: Where in the node it is written; empty for a default.
    path: tuple[str | int, ...]


class Heard(NamedTuple):
    """Prompts as one place in a node has them."""

    prompts: tuple[Any, ...]
    path: tuple[str | int, ...]
    #: Whether the caller can stop them.
    stoppable: bool
    #: Whether everyone hears them who comes to the node.
    on_arrival: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """What a node decides: effects to carry out, and where to go (None: wait for the caller or an answer)."""

    state: State
    effects: tuple[fx.Effect, ...] = ()
    next: str | None = None


@dataclass
class Here:
    """A node's place in its tree: what the node asks its surroundings for."""

    name: str
    language: str
    voice: str
    #: Put before this tree's node names; empty in the tree that callers begin in.
    prefix: str
    person: str
    no_input: Retry
    no_match: Retry
    #: Where a failure leads; None: to the line's fallback.
    failure: str | None
    #: Where a caller leads who hangs up; None: the call ends.
    hang_up: str | None
    #: Where each tree begins.
    starts: Mapping[str, str]
    _plays: dict[str, fx.Play] = field(default_factory=dict)
    _listens: dict[int, fx.Listen] = field(default_factory=dict)

    def to(self, name: str) -> str:
        """A node of the same tree by its full name."""
        return self.prefix + name

    def start_of(self, tree: str) -> str:
        """Where another tree begins, by its full name."""
        return self.starts[tree]

    def failed(self, state: State) -> Turn:
        """What the node asked for cannot be done."""
        return Turn(state, (), self.failure) if self.failure else Turn(state, (fx.Fallback(),))

    def play(self, place: str, prompts: tuple[Any, ...], barge_in: BargeIn, state: State) -> fx.Play:
        """Say prompts; ``place`` tells a node's own prompts apart."""
        ready = self._plays.get(place)
        if ready is None:
            ready = fx.Play(
                tuple(each for item in prompts for each in self._sounds(item, state)),
                speech_interrupts=barge_in in ("both", "speech"),
                keys_interrupt=barge_in in ("both", "keys"),
            )
            if not any(isinstance(item, Digits) for item in prompts):
                self._plays[place] = ready
        return ready

    def listen(self, most_digits: int, node: "Listening") -> fx.Listen:
        """Wait for the caller as the node does."""
        ready = self._listens.get(most_digits)
        if ready is None:
            ready = self._listens[most_digits] = node.listen(most_digits)
        return ready

    def _sounds(self, item: Any, state: State) -> Iterator[fx.Prompt]:
        match item:
            case Digits():
                for digit in re.sub(r"\D", "", str(state.variables.get(item.digits, ""))):
                    yield fx.Prompt(digit, f"{self.language}/digits/{digit}")
            case Text():
                yield fx.Prompt(item.text, f"{self.language}/{fx.sound_of(item.text, self.voice)}")
            case _:
                yield fx.Prompt("", f"{self.language}/{item}")


class Node(Part):
    """A place in the tree that callers come to."""

    #: Whether a caller who hung up can be taken through it.
    quiet: ClassVar[bool] = False
    #: Whether it waits for the caller.
    listens: ClassVar[bool] = False
    #: Whether what it asks of its surroundings can fail.
    can_fail: ClassVar[bool] = False
    #: Whether the caller leaves the tree here.
    ends: ClassVar[bool] = False
    #: Whether the caller reaches a person here.
    reaches_person: ClassVar[bool] = False

    @property
    def takes_stories(self) -> bool:
        """Whether an answer may be free speech."""
        return False

    label: str | None = Field(None, max_length=60)
    """Its name on screens."""
    failure: NodeName | None = None
    """Where to go when what the node asks for cannot be done; by default to a person."""
    hang_up: NodeName | None = None
    """Where to go when the caller hangs up here: to nodes that need no caller."""

    def enter(self, here: Here, state: State) -> Turn:
        """The caller arrives."""
        raise NotImplementedError

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """The caller did something, or an effect was answered."""
        raise NotImplementedError

    def edges(self) -> Iterator[Edge]:
        """The edges that are written in it, but for those that every node has."""
        raise NotImplementedError

    def heard(self) -> Iterator[Heard]:
        """Its prompts."""
        return iter(())

    def reads(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """The variables that it uses, beside those its prompts read out."""
        return iter(())

    def writes(self) -> Iterator[tuple[str, tuple[str | int, ...]]]:
        """The variables that it sets."""
        return iter(())


class Listening(Node):
    """A node that waits for the caller."""

    listens: ClassVar[bool] = True

    prompt: Prompts
    """What is asked."""
    barge_in: BargeIn = "both"
    """What stops the prompt."""
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

    def listen(self, most_digits: int) -> fx.Listen:
        """Wait for the answer."""
        return fx.Listen(
            speech=self.input != "keys", keys=self.input != "speech", max_digits=most_digits,
            terminator=self.terminator, no_input_ms=int(self.wait_s * 1000),
            between_keys_ms=int(self.between_keys_s * 1000), max_speech_ms=int(self.longest_speech_s() * 1000),
            phrases=self.phrases_expected(),
        )  # fmt: skip

    def ask(self, here: Here, state: State, place: str = "prompt", prompts: tuple[Any, ...] | None = None) -> Turn:
        """Say something, by default the question, then wait for the answer."""
        if prompts is None:
            prompts, place = self.asked_now(state)
        said = here.play(place, prompts, self.barge_in, state)
        return Turn(state, (said, here.listen(self.most_digits(), self)))

    def asked_now(self, state: State) -> tuple[tuple[Any, ...], str]:
        """The question that the caller is at, and its place in the node."""
        return self.prompt, "prompt"

    def ask_back(self, here: Here, state: State, place: str, question: tuple[Any, ...]) -> Turn:
        """Ask whether what was understood is right: a yes or a no, or one of their keys."""
        return Turn(state, (here.play(place, question, self.barge_in, state), here.listen(1, self)))

    def enter(self, here: Here, state: State) -> Turn:
        """Ask."""
        return self.ask(here, state)

    def silence(self, here: Here, state: State) -> Turn:
        """Nothing came in time."""
        return self._again(
            here, replace(state, silent=state.silent + 1, unsure=""), "no_input", here.no_input, fx.Missed("no_input")
        )

    def mismatch(self, here: Here, state: State) -> Turn:
        """The answer was not understood."""
        missed = fx.Missed("refused" if state.unsure else "no_match")
        return self._again(here, replace(state, wrong=state.wrong + 1, unsure=""), "no_match", here.no_match, missed)

    def _again(
        self, here: Here, state: State, place: Literal["no_input", "no_match"], retry: Retry, missed: fx.Missed
    ) -> Turn:
        count = state.silent if place == "no_input" else state.wrong
        if retry.times is not None and count >= retry.times:
            return Turn(state, (missed,), retry.next)
        asked = self.ask(here, state, place, retry.prompt)
        return replace(asked, effects=(missed, *asked.effects))

    def heard(self) -> Iterator[Heard]:
        """The question and its repetitions."""
        stoppable = self.barge_in != "none"
        yield Heard(self.prompt, ("prompt",), stoppable, True)
        for name, retry in (("no_input", self.no_input), ("no_match", self.no_match)):
            if retry.prompt:
                yield Heard(retry.prompt, (name, "prompt"), stoppable, False)


def filled(template: Value, state: State, written: Callable[[str], str] = str) -> Value:
    """A text with each ``{variable}`` replaced by what it holds, as ``written``; empty where it holds nothing."""
    if not isinstance(template, str):
        return template
    return _TEMPLATE.sub(lambda found: written(str(state.variables.get(found[1], ""))), template)


def templated(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The variables in a text, with its place."""
    if isinstance(value, str):
        for name in _TEMPLATE.findall(value):
            yield name, path


def fields_of(values: dict[str, Value]) -> tuple[fx.Effect, ...]:
    """What of these variables belongs on the case draft."""
    return tuple(fx.SetField(n.removeprefix(CASE), v) for n, v in values.items() if n.startswith(CASE))
