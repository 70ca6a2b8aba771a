"""Reads flows; a mistake is told with line and column, all mistakes of a file at once."""

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from case_flow.check import Texts, problems_of
from case_flow.definition import Flow
from case_flow.errors import FlowInvalid
from case_flow.vocabulary import ACTIONS, KINDS

#: The flows that come with the product.
SHIPPED = Path(__file__).parent / "flows"


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake in a flow's file; line and column count from 1."""

    line: int
    column: int
    what: str


def _place(raw: Any, path: tuple[Any, ...]) -> tuple[int, int]:
    """Line and column of the innermost thing on ``path`` that YAML kept a mark of."""
    line, column = 0, 0
    for part in path:
        try:
            line, column = raw.lc.key(part) if hasattr(raw, "keys") else raw.lc.item(part)
            raw = raw[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line + 1, column + 1


def read(text: str, texts: Texts | None = None) -> tuple[Flow | None, list[Problem]]:
    """A flow and what is wrong with it, with ``texts`` also what is told without one.

    No flow where its shape is wrong.
    """
    try:
        raw = YAML().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return None, [Problem(line, column, error.problem or str(error))]
    try:
        flow = Flow.model_validate(raw)
    except ValidationError as error:
        return None, sorted(Problem(*_place(raw, e["loc"]), _told(e)) for e in error.errors())
    return flow, sorted(Problem(*_place(raw, path), what) for path, what in problems_of(flow, texts))


def _told(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    text = f"{where}: {error['msg'].removeprefix('Value error, ')}"
    if error["type"] == "literal_error":
        near = difflib.get_close_matches(str(error["input"]), ACTIONS, 1)
        text += f" (did you mean {near[0]!r}?)" if near else ""
    return text


def load(path: Path, texts: Texts | None = None) -> Flow:
    """One flow. Raises :class:`FlowInvalid` with the first mistake, :class:`OSError`."""
    flow, problems = read(path.read_text("utf-8"), texts)
    if problems or flow is None:
        first = problems[0]
        raise FlowInvalid(file=str(path), line=first.line, column=first.column, problem=first.what)
    return flow


def path_of(kind: str, folder: Path | None) -> Path:
    """The file of a kind's flow: ``KIND.yaml`` in ``folder`` where it is there, else the product's own."""
    own = folder / f"{kind}.yaml" if folder else None
    return own if own is not None and own.is_file() else SHIPPED / f"{kind}.yaml"


def load_all(folder: Path | None = None, texts: Texts | None = None) -> dict[str, Flow]:
    """Every kind's flow, see :func:`path_of`.

    Raises :class:`FlowInvalid`, also where a file is about another kind than its name says.
    """
    flows: dict[str, Flow] = {}
    for kind in KINDS:
        path = path_of(kind, folder)
        flows[kind] = load(path, texts)
        if flows[kind].kind != kind:
            raise FlowInvalid(file=str(path), line=1, column=1, problem=f"kind must be {kind!r}, as the file's name")
    return flows


@cache
def shipped() -> dict[str, Flow]:
    """The flows that come with the product."""
    return load_all()
