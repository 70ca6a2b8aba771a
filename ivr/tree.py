"""The tree as data, and its loader: a mistake is told with file and line."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from common import hours
from ivr.errors import TreeInvalid

#: A text that names a node or a prompt; the schema's ``format`` tells editors so.
NodeName = Annotated[str, Field(json_schema_extra={"format": "node-name"})]
PromptName = Annotated[str, Field(json_schema_extra={"format": "prompt-name"})]


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Say(_Node):
    """Say something and go on."""

    kind: Literal["say"]
    prompt: PromptName
    interruptible: bool = True
    next: NodeName


class Option(_Node):
    """A way on from an open question."""

    key: str | None = None
    next: NodeName
    #: Where to go when it was said rather than pressed; ``next`` where unset.
    said: NodeName | None = None
    #: Asked back when unsure.
    confirm: PromptName | None = None


class Ask(_Node):
    """An open question, answered by speech or keys; options are intents."""

    kind: Literal["ask"]
    prompt: PromptName
    again: PromptName
    silent: PromptName
    options: dict[str, Option]


class Choice(_Node):
    """A way on from a closed question."""

    key: str
    words: tuple[str, ...] = ()
    value: bool | str | None = None
    next: NodeName | None = None


class Choose(_Node):
    """A closed question; silence takes ``next``."""

    kind: Literal["choose"]
    prompt: PromptName
    field: str | None = None
    default: bool | str | None = None
    choices: tuple[Choice, ...]
    next: NodeName


class Describe(_Node):
    """Free speech, kept as the case's description; # goes on without."""

    kind: Literal["describe"]
    prompt: PromptName
    max_ms: int = 60000
    next: NodeName


class LookUp(_Node):
    """Ask for a case number and say how far the case is."""

    kind: Literal["look-up"]
    prompt: PromptName
    missing: PromptName
    stages: dict[str, PromptName]
    next: NodeName


class Queue(_Node):
    """Hand over to a person, within the hours; outside them ``closed`` takes over."""

    kind: Literal["queue"]
    prompt: PromptName
    queue: str
    #: Lines like ``mon-fri 08:30-17:30``; none at all mean day and night.
    hours: tuple[str, ...] = ()
    closed: NodeName | None = None

    @field_validator("hours")
    @classmethod
    def _hours_can_be_read(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        for line in lines:
            hours.parse(line)
        return lines

    @model_validator(mode="after")
    def _closed_hours_lead_somewhere(self) -> "Queue":
        if self.hours and self.closed is None:
            raise ValueError("a queue with hours needs `closed`: the node that callers go to outside them")
        return self


class Voicemail(_Node):
    """Take a voice message, then go on."""

    kind: Literal["voicemail"]
    prompt: PromptName
    #: Said once a message was left.
    thanks: PromptName
    max_ms: int = Field(180_000, ge=5_000, le=600_000)
    next: NodeName


class HangUpNode(_Node):
    """Say goodbye."""

    kind: Literal["hangup"]
    prompt: PromptName
    outcome: str


Node = Annotated[Say | Ask | Choose | Describe | LookUp | Queue | Voicemail | HangUpNode, Field(discriminator="kind")]


class Tree(BaseModel):
    """A whole tree."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    version: str
    language: str
    start: NodeName
    failures: int = Field(2, ge=1, le=5)
    #: The node where a person takes over.
    person: NodeName
    nodes: dict[str, Node]
    #: Where the editor draws each node, px from the top left; callers never notice.
    layout: dict[str, tuple[int, int]] = {}

    def ways(self, name: str) -> list[str]:
        """The nodes that can follow this one."""
        node = self.nodes[name]
        match node:
            case Ask():
                found = [way for o in node.options.values() for way in (o.next, o.said) if way]
            case Choose():
                found = [node.next, *(c.next for c in node.choices if c.next)]
            case Queue():
                found = [node.closed] if node.closed else []
            case HangUpNode():
                found = []
            case _:
                found = [node.next]
        return found


def _line(marks: Any, path: tuple[Any, ...]) -> int:
    """The line (from 1) of the innermost thing on ``path`` that YAML kept a mark of."""
    line = 1
    for part in path:
        try:
            line = (marks.lc.key(part) if hasattr(marks, "keys") else marks.lc.item(part))[0] + 1
            marks = marks[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line


def load(path: Path, prompts: set[str] | None = None) -> Tree:
    """Read and check a tree. Raises :class:`TreeInvalid` with file and line.

    ``prompts``: names that are rendered for its language; a tree that needs another is refused.
    """
    try:
        raw = YAML().load(path.read_text("utf-8"))
        tree = Tree.model_validate(raw)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TreeInvalid(file=str(path), line=line, problem=error.problem or str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TreeInvalid(file=str(path), line=_line(raw, first["loc"]), problem=f"{where}: {first['msg']}") from error
    _check(path, raw, tree, prompts)
    return tree


def _check(path: Path, raw: Any, tree: Tree, prompts: set[str] | None) -> None:
    def refuse(node: str, problem: str) -> None:
        raise TreeInvalid(file=str(path), line=_line(raw, ("nodes", node)), problem=problem)

    for name in (tree.start, tree.person):
        if name not in tree.nodes:
            raise TreeInvalid(file=str(path), line=1, problem=f"there is no node {name!r}")
    for name, node in tree.nodes.items():
        for way in tree.ways(name):
            if way not in tree.nodes:
                refuse(name, f"{name!r} leads to {way!r}, which does not exist")
        if prompts is not None and (missing := sorted(_own_prompts(node) - prompts)):
            refuse(name, f"prompt {missing[0]!r} is not rendered for {tree.language}")
    silent = {name for name, node in tree.nodes.items() if isinstance(node, Say)}
    for name in silent:
        seen, here = {name}, tree.ways(name)[0]
        while here in silent:
            if here in seen:
                refuse(name, f"{name!r} leads back to itself without asking the caller anything")
            seen.add(here)
            here = tree.ways(here)[0]
    if not isinstance(tree.nodes[tree.person], Queue):
        refuse(tree.person, f"{tree.person!r} must hand over to a queue")


def _own_prompts(node: Node) -> set[str]:
    """Every prompt of one node."""
    found = {node.prompt}
    if isinstance(node, Ask):
        found |= {node.again, node.silent} | {o.confirm for o in node.options.values() if o.confirm}
    if isinstance(node, Voicemail):
        found.add(node.thanks)
    if isinstance(node, LookUp):
        found |= {node.missing, *node.stages.values()}
    return found
