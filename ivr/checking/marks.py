"""Where in a YAML text something stands."""

from collections.abc import Sequence
from typing import Any, NamedTuple


class Mark(NamedTuple):
    """A place in a text, counted from 1."""

    line: int
    column: int


def mark_of(document: Any, path: Sequence[str | int]) -> Mark:
    """The place of what is found along ``path``: a plain value's own, else its key's.

    Where the path leads out of the document, the last thing on it counts.
    """
    found = Mark(1, 1)
    for part in path:
        try:
            is_map = hasattr(document, "keys")
            inner = document[part]
            at = document.lc.key(part) if is_map else document.lc.item(part)
            if is_map and not hasattr(inner, "lc"):
                at = document.lc.value(part)
        except (KeyError, IndexError, TypeError, AttributeError):
            break
        found = Mark(at[0] + 1, at[1] + 1)
        document = inner
    return found


def key_mark(document: Any, path: Sequence[str | int]) -> Mark:
    """The place of the last key on ``path``."""
    for part in path[:-1]:
        document = document[part]
    line, column = document.lc.key(path[-1])
    return Mark(line + 1, column + 1)
