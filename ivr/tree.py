"""A tree as data: one YAML file, see docs/reference/ivr-tree.md. Reading and checking one: :mod:`ivr.checking`."""

from collections.abc import Mapping

from pydantic import Field, PrivateAttr

from ivr.nodes.base import Retry
from ivr.nodes.kinds import AnyNode
from ivr.nodes.parts import NodeName, Part

#: Silences or answers not understood, in a row at one node, that lead on.
TIMES = 2
#: Who reads texts out where a tree names nobody.
VOICE = "zf_xiaoxiao"


class Defaults(Part):
    """What nodes do that say nothing of their own."""

    no_input: Retry = Retry()
    """When nothing comes in time."""
    no_match: Retry = Retry()
    """When an answer is not understood."""
    failure: NodeName | None = None
    """When what a node asks for cannot be done."""
    hang_up: NodeName | None = None
    """When the caller hangs up."""


class Tree(Part):
    """What callers hear and where their answers lead."""

    name: str = Field(pattern=r"^[\w.-]{1,60}$")
    """Its name, kept with each call."""
    version: str = Field("", max_length=40)
    """What this state of it is called, kept with each call; publishing counts for itself."""
    language: str = Field("zh-CN", pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")
    """The prompts' language."""
    voice: str = Field(VOICE, min_length=1, json_schema_extra={"format": "voice-name"})
    """Who reads texts out that were not recorded."""
    start: NodeName
    """The node that callers come to first."""
    person: NodeName
    """The node that `0` and 人工 lead to from everywhere: a queue or a transfer, or a branch that leads to one."""
    defaults: Defaults = Defaults()
    """For nodes that say nothing of their own."""
    nodes: dict[str, AnyNode] = Field(min_length=1)
    """The nodes by name."""
    layout: dict[str, tuple[int, int]] = Field({})
    """Where the editor draws each node, px from the top left; callers never notice."""

    _subtrees: Mapping[str, "Tree"] = PrivateAttr(default_factory=dict)

    @property
    def subtrees(self) -> Mapping[str, "Tree"]:
        """Every tree that callers can come to from this one, by name; this one is not among them."""
        return self._subtrees

    def with_subtrees(self, trees: Mapping[str, "Tree"]) -> "Tree":
        """This tree with the others that its nodes name."""
        made = self.model_copy()
        made._subtrees = dict(trees)
        return made
