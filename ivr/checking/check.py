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
#: Mistakes after which nobody can say where callers get to.
_LEADS_NOWHERE = ("node-missing", "tree-missing", "tree-broken")
#: What the YAML reader says, by its beginning, in Chinese.
_YAML_ZH = {
    "mapping values are not allowed here": "这里不能再写冒号",
    "expected <block end>": "缩进与上面各行不一致",
    "could not find expected ':'": "缺少冒号",
    "found character '\\t'": "不能用制表符（Tab）缩进",
    "found duplicate key": "同一名称写了两次",
    "found undefined alias": "引用了没有定义的锚点（*）",
    "found unexpected end of stream": "引号没有闭合",
    "expected ',' or": "缺少逗号或右括号",
    "while parsing a flow": "括号没有闭合",
}


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
    tree = tree.with_subtrees(others)
    # Where callers can get to is known once every tree and node is.
    unknown = draft.unread or any(each.code in _LEADS_NOWHERE for each in draft.errors)
    if not above and not unknown:
        ways.check(tree, draft)
    return (None if draft.errors else tree), draft


def parse_yaml(text: str, draft: Draft) -> bool:
    """Read YAML into ``draft.document``; whether it is a mapping."""
    try:
        draft.document = YAML().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        draft.add_at((mark.line + 1, mark.column + 1) if mark else (1, 1), "yaml-invalid", **_yaml_says(error))
        return False
    except (YAMLError, ValueError) as error:
        told = " ".join(str(error).split())
        draft.add_at((1, 1), "yaml-invalid", problem_zh=told, problem_en=told)
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
        return _readable_part(draft, {each["loc"][:2] for each in error.errors(include_url=False)})


def _readable_part(draft: Draft, refused: set[tuple[int | str, ...]]) -> Tree | None:
    """The tree without the nodes that were ``refused``, which ``draft`` is told of; None where more was."""
    document = draft.document
    needed = Tree.model_fields.keys() - {"nodes", "layout"}
    nodes, rest = document.get("nodes"), {name: document[name] for name in document if name in needed}
    if not isinstance(nodes, dict) or any(top in needed for top, *_ in refused):
        return None
    wrong = {inner[0] for top, *inner in refused if top == "nodes" and inner}
    try:
        tree = Tree.model_validate(rest | {"nodes": {name: nodes[name] for name in nodes if name not in wrong}})
    except ValidationError:
        return None
    draft.unread = frozenset(map(str, wrong))
    return tree


def _yaml_says(error: MarkedYAMLError) -> dict[str, str]:
    told = (error.problem or error.context or str(error)).split("\n")[0].split(" with value ")[0]
    zh = next((zh for begins, zh in _YAML_ZH.items() if told.startswith(begins)), told)
    return {"problem_zh": zh, "problem_en": told}


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
