"""Where a caller is in a tree."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

#: What a variable may hold.
Value = bool | int | float | str


class State(NamedTuple):
    """Where a caller is. Never changed in place: each step gives a new one."""

    #: Full name of the node: a sub-tree's nodes are ``TREE/NODE``.
    node: str
    #: Silences and answers that were not understood, at this node, since the caller came to it.
    silent: int = 0
    wrong: int = 0
    #: Which of several things a node waits for (a branch's way, a survey's question).
    part: int = 0
    #: The option or value that awaits a yes.
    unsure: str = ""
    #: The option that is asked back beside it, as the second of two guesses.
    second: str = ""
    #: How sure that is, 0 to 1, and why.
    score: float = 0
    reason: str = ""
    #: What the caller said when their intent was understood.
    matter: str = ""
    #: The centre's own time as it was last told.
    at: datetime | None = None
    variables: Mapping[str, Value] = MappingProxyType({})
    #: The caller hung up; what follows is done without them.
    gone: bool = False
    #: Nothing follows.
    ended: bool = False

    def but(self, **changes: Any) -> "State":
        """The same, but for what is named."""
        return self._replace(**changes)

    def arrived(self, node: str) -> "State":
        """The same caller, newly come to a node."""
        return State(node, 0, 0, 0, "", "", 0, "", self.matter, self.at, self.variables, self.gone)

    def keeping(self, values: Mapping[str, Value]) -> "State":
        """The same caller, with more known."""
        return self._replace(variables={**self.variables, **values}) if values else self
