"""What differs between two trees, node by node: order, comments and ways of writing the same do not count. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ivr.tree import Tree


@dataclass(frozen=True)
class Change:
    """One difference."""

    kind: Literal["added", "removed", "changed"]
    #: Where it is: ``nodes.need.options.complaint.next``.
    path: str
    old: Any = None
    new: Any = None

    def as_json(self) -> dict[str, Any]:
        """``{kind, path, old, new}``."""
        return {"kind": self.kind, "path": self.path, "old": self.old, "new": self.new}

    def __str__(self) -> str:
        match self.kind:
            case "added":
                return f"+ {self.path}: {_short(self.new)}"
            case "removed":
                return f"- {self.path}: {_short(self.old)}"
        return f"~ {self.path}: {_short(self.old)} → {_short(self.new)}"


def differences(old: Tree, new: Tree) -> list[Change]:
    """What became of ``old``; where nodes are drawn does not count."""
    without = {"layout"}
    before = old.model_dump(mode="json", exclude_defaults=True, exclude=without)
    after = new.model_dump(mode="json", exclude_defaults=True, exclude=without)
    return list(_between(before, after, ""))


def _between(old: Any, new: Any, path: str) -> Iterator[Change]:
    if old == new:
        return
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield Change("changed", path, old, new)
        return
    for key in [*old, *(key for key in new if key not in old)]:
        inner = f"{path}.{key}" if path else str(key)
        if key not in new:
            yield Change("removed", inner, old[key])
        elif key not in old:
            yield Change("added", inner, None, new[key])
        else:
            yield from _between(old[key], new[key], inner)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_short, value))
    if isinstance(value, dict):
        return str(value["kind"]) if "kind" in value else ", ".join(f"{k}={_short(v)}" for k, v in value.items())
    return str(value)
