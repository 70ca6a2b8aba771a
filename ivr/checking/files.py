"""Trees as files: a sub-tree is the file of its name in the same folder, a tree's tests lie beside it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ivr.checking.check import check, read
from ivr.checking.problem import Problem
from ivr.checking.surroundings import Surroundings
from ivr.tree import Tree


def load(path: Path, surroundings: Surroundings | None = None) -> Tree:
    """The tree in a file. Raises :class:`TreeInvalid`, :class:`OSError`, :class:`UnicodeDecodeError`."""
    return read(path.read_text("utf-8"), file=str(path), surroundings=_beside(path, surroundings))


def check_file(path: Path, surroundings: Surroundings | None = None) -> list[Problem]:
    """Every mistake of the tree in a file. Raises :class:`OSError`, :class:`UnicodeDecodeError`."""
    return check(path.read_text("utf-8"), file=str(path), surroundings=_beside(path, surroundings))


def file_of_tests(path: Path) -> Path:
    """Where the tests of the tree in a file are, if it has any: ``NAME.test.yaml`` beside ``NAME.yaml``."""
    return path.with_suffix(".test.yaml")


def _beside(path: Path, surroundings: Surroundings | None) -> Surroundings:
    return replace(surroundings or Surroundings(), tree=trees_in(path.parent))


def trees_in(folder: Path) -> Callable[[str], str | None]:
    """The text of ``FOLDER/NAME.yaml``; None where there is no such file."""

    def text_of(name: str) -> str | None:
        path = folder / f"{name}.yaml"
        return path.read_text("utf-8") if path.parent == folder and path.is_file() else None

    return text_of
