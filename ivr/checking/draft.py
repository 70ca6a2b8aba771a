"""A tree while it is looked at: its document, and the mistakes found so far."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ivr.checking.marks import key_mark, mark_of
from ivr.checking.problem import Problem
from ivr.checking.surroundings import Surroundings


@dataclass
class Draft:
    """A tree's text as YAML read it."""

    file: str
    surroundings: Surroundings
    document: Any = None
    #: Nodes whose form is wrong: they are there, but nothing is known of what they say and where they lead.
    unread: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Sequence[str | int], code: str, **details: Any) -> None:
        """Note a mistake at what ``path`` leads to."""
        self.add_at(mark_of(self.document, path), code, path=path, **details)

    def add_key(self, path: Sequence[str | int], code: str, **details: Any) -> None:
        """Note a mistake at the last name on ``path``, not at its value."""
        self.add_at(key_mark(self.document, path), code, path=path, **details)

    def add_at(self, mark: tuple[int, int], code: str, path: Sequence[str | int] = (), **details: Any) -> None:
        """Note a mistake at a line and column."""
        problem = Problem(self.file, mark[0], mark[1], code, details, tuple(path))
        if problem not in self.problems:
            self.problems.append(problem)

    @property
    def errors(self) -> list[Problem]:
        """The mistakes that stop a publish, by their place."""
        return [each for each in self.sorted() if each.severity == "error"]

    def sorted(self) -> list[Problem]:
        """The mistakes by their place."""
        return sorted(self.problems, key=lambda each: (each.line, each.column, each.code))


def nearest(name: Any, known: Iterable[str]) -> dict[str, str]:
    """What was perhaps meant, as details of a message."""
    near = difflib.get_close_matches(str(name), list(known), 1)
    return {
        "nearest_zh": f"是否想写 {near[0]}？" if near else "",
        "nearest_en": f"Did you mean {near[0]}? " if near else "",
    }
