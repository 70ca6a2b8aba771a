"""The check itself: text in, every mistake out."""

from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ivr.checking import names, shape, ways
from ivr.checking.draft import Draft
from ivr.checking.problem import Problem
from ivr.checking.surroundings import Surroundings
from ivr.errors import TreeInvalid
from ivr.nodes.subtree import SubTree
from ivr.tree import Tree

#: What a tree is called in messages where nobody says which file it came from.
UNNAMED = "tree.yaml"


def check(text: str, *, file: str = UNNAMED, surroundings: Surroundings | None = None) -> list[Problem]:
    """Every mistake of a tree's YAML ``text``, by line; no errors among them for a tree that may be published.

    ``file`` is what messages call it. Raises nothing: what cannot be read is a mistake like others.
    """
    return _judge(text, file, surroundings or Surroundings(), ())[1].sorted()


def read(text: str, *, file: str = UNNAMED, surroundings: Surroundings | None = None) -> Tree:
    """The tree, with its sub-trees. Raises :class:`TreeInvalid` with the first mistake's file, line and column."""
    tree, draft = _judge(text, file, surroundings or Surroundings(), ())
    if tree is None:
        raise _invalid(draft.errors)
    return tree


def _invalid(problems: list[Problem]) -> TreeInvalid:
    first = problems[0]
    return TreeInvalid(
        file=first.file, line=first.line, column=first.column, more=len(problems) - 1,
        problem=first.message("en"), problem_zh=first.message("zh-CN"),
        right=first.remedy("en"), right_zh=first.remedy("zh-CN"),
    )  # fmt: skip


def _judge(text: str, file: str, surroundings: Surroundings, above: tuple[str, ...]) -> tuple[Tree | None, Draft]:
    """The tree if it has no errors. ``above``: names of the trees whose sub-tree this is."""
    draft = Draft(file, surroundings)
    tree = _parse(text, draft)
    if tree is None:
        return None, draft
    others = _subtrees(tree, draft, above)
    names.check(tree, draft)
    if draft.errors:
        return None, draft
    tree = tree.with_subtrees(others)
    # Where callers can get to is known once every tree is.
    if not above:
        ways.check(tree, draft)
    return (None if draft.errors else tree), draft


def parse_yaml(text: str, draft: Draft) -> bool:
    """Read YAML into ``draft.document``; whether it is a mapping."""
    try:
        draft.document = YAML().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        draft.add_at((mark.line + 1, mark.column + 1) if mark else (1, 1), "yaml-invalid", problem=_yaml_says(error))
        return False
    except (YAMLError, ValueError) as error:
        draft.add_at((1, 1), "yaml-invalid", problem=" ".join(str(error).split()))
        return False
    if not isinstance(draft.document, dict):
        draft.add_at((1, 1), "tree-empty")
        return False
    return True


def _parse(text: str, draft: Draft) -> Tree | None:
    if not parse_yaml(text, draft):
        return None
    try:
        return Tree.model_validate(draft.document)
    except ValidationError as error:
        shape.tell(error, draft)
        return None


def _yaml_says(error: MarkedYAMLError) -> str:
    told = (error.problem or error.context or str(error)).split("\n")[0]
    return told.split(" with value ")[0]


def _subtrees(tree: Tree, draft: Draft, above: tuple[str, ...]) -> dict[str, Tree]:
    """The trees that callers can come to from ``tree``, those of its sub-trees included."""
    found: dict[str, Tree] = {}
    for name, node in tree.nodes.items():
        if not isinstance(node, SubTree) or node.tree in (tree.name, *above) or node.tree in found:
            continue
        path: tuple[Any, ...] = ("nodes", name, "tree")
        text = draft.surroundings.tree(node.tree)
        if text is None:
            draft.add(path, "tree-missing", found=node.tree)
            continue
        other, theirs = _judge(text, node.tree, draft.surroundings, (*above, tree.name))
        if other is None:
            first = theirs.errors[0]
            told = {"zh": first.message("zh-CN"), "en": first.message("en")}
            draft.add(path, "tree-broken", found=node.tree, line=first.line, **told)
            continue
        found |= {node.tree: other, **other.subtrees}
    return found
