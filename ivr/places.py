"""Every node that a caller can come to, with what it does where it says nothing of its own. Pure."""

from collections.abc import Iterator, Mapping
from typing import Literal

from ivr.nodes.base import Edge, Here, Node, Retry
from ivr.nodes.listening import Listening
from ivr.tree import TIMES, Tree

#: A node with its place, by full name.
Places = Mapping[str, tuple[Here, Node]]


def places_of(tree: Tree) -> Places:
    """The tree's own nodes, and those of its sub-trees as ``TREE/NODE``."""
    trees = {"": tree} | {f"{name}/": other for name, other in tree.subtrees.items()}
    starts = {name: f"{name}/{other.start}" for name, other in tree.subtrees.items()} | {tree.name: tree.start}
    return {
        prefix + name: (_place(prefix, name, each, near, starts), node)
        for prefix, each in trees.items()
        for near in [nodes_near_person(each)]
        for name, node in each.nodes.items()
    }


def nodes_near_person(tree: Tree) -> frozenset[str]:
    """The person's node and what follows it: nothing there can lead to the person by default."""
    seen: set[str] = set()
    waiting = [tree.person]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in tree.nodes:
            continue
        seen.add(name)
        waiting += [edge.to for edge in tree.nodes[name].edges()]
    return frozenset(seen)


def _place(prefix: str, name: str, tree: Tree, near: frozenset[str], starts: Mapping[str, str]) -> Here:
    node = tree.nodes[name]
    no_input, no_match = (
        _resolved(getattr(node, field, Retry()), getattr(tree.defaults, field), prefix, tree.person)
        for field in ("no_input", "no_match")
    )
    failure = node.failure or tree.defaults.failure or (None if name in near else tree.person)
    hang_up = node.hang_up or tree.defaults.hang_up
    return Here(
        name=prefix + name, language=tree.language, voice=tree.voice, prefix=prefix, person=prefix + tree.person,
        no_input=no_input, no_match=no_match, failure=failure and prefix + failure,
        hang_up=hang_up and prefix + hang_up, starts=starts,
    )  # fmt: skip


def _resolved(own: Retry, default: Retry, prefix: str, person: str) -> Retry:
    return Retry(
        times=own.times or default.times or TIMES, prompt=own.prompt or default.prompt,
        next=prefix + (own.next or default.next or person),
    )  # fmt: skip


def written_by_default(node: Node, tree: Tree, name: str, near: frozenset[str]) -> Iterator[Edge]:
    """The edges that every node has; their path is empty where nobody wrote them."""
    if isinstance(node, Listening):
        yield _retry_edge("no_input", node.no_input, tree.defaults.no_input, tree)
        yield _retry_edge("no_match", node.no_match, tree.defaults.no_match, tree)
    failure = node.failure or tree.defaults.failure or (None if name in near else tree.person)
    if failure and node.can_fail:
        yield Edge(failure, "failure", ("failure",) if node.failure else ())
    if hang_up := node.hang_up or tree.defaults.hang_up:
        yield Edge(hang_up, "hang_up", ("hang_up",) if node.hang_up else ())


def _retry_edge(why: Literal["no_input", "no_match"], own: Retry, default: Retry, tree: Tree) -> Edge:
    return Edge(own.next or default.next or tree.person, why, (why, "next") if own.next else ())
