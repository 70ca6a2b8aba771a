"""Ask an outside service."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import Field

from ivr import effects as fx
from ivr.nodes.base import Edge, Here, Node, Turn, fields_of, filled, templated
from ivr.nodes.parts import NodeName, VariableName
from ivr.state import State, Value

#: An answer's part that may be kept is a plain value this long at most, characters.
_LONGEST = 500


class Http(Node):
    """Ask an outside service by HTTP and keep parts of its JSON answer; `failure` is taken when it does not answer in
    time, answers with a status of 400 and above, or not with JSON."""

    quiet: ClassVar[bool] = True
    can_fail: ClassVar[bool] = True

    kind: Literal["http"]
    method: Literal["GET", "POST"] = "GET"
    """How it is asked."""
    url: str = Field(pattern=r"^https?://[A-Za-z0-9.:-]+(/\S*)?$", json_schema_extra={"format": "uri-template"})
    """Where; `{name}` behind the host stands for what a variable holds. The host must be one of `ivr.http_hosts`."""
    body: dict[str, Value] = Field({})
    """A POST's JSON: name to value, `{name}` in a text stands for what a variable holds."""
    timeout_s: float = Field(3, ge=0.2, le=10)
    """How long it may take, s; the caller hears nothing meanwhile."""
    keep: dict[VariableName, str] = Field({})
    """Variable to the answer's part, like `case.items.0.name`; a part that is not there leaves the variable empty."""
    next: NodeName
    """What follows an answer."""

    def enter(self, here: Here, state: State) -> Turn:
        """Ask."""
        body = {name: filled(value, state) for name, value in self.body.items()}
        url = filled(self.url, state, lambda text: quote(text, safe=""))
        return Turn(state, (fx.HttpRequest(self.method, str(url), body, int(self.timeout_s * 1000)),))

    def feed(self, here: Here, state: State, given: fx.Input) -> Turn:
        """The answer."""
        if not isinstance(given, fx.HttpResult) or not given.ok:
            return here.failed(state)
        values = {name: _part(given.body, path) for name, path in self.keep.items()}
        return Turn(state.keeping(values), fields_of(values), here.to(self.next))

    def edges(self) -> Iterator[Edge]:
        """On."""
        yield Edge(self.next, "goes on", ("next",))

    def reads(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """What its texts name."""
        yield from templated(self.url, ("url",))
        for name, value in self.body.items():
            yield from templated(value, ("body", name))

    def writes(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """What it keeps."""
        for name in self.keep:
            yield name, ("keep", name)


def _part(body: Any, path: str) -> Value:
    """A plain value inside an answer; empty where there is none."""
    for step in path.split("."):
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        else:
            return ""
    if isinstance(body, bool | int | float):
        return body
    return body[:_LONGEST] if isinstance(body, str) else ""
