"""Where callers can get to: traps, loops, nodes that nobody reaches, sound that nobody can stop."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from ivr import effects as fx
from ivr.checking.draft import Draft
from ivr.checking.surroundings import Surroundings
from ivr.nodes.base import Heard, Here, Node
from ivr.nodes.hangup import HangUp
from ivr.nodes.parts import Digits, Text, name_of
from ivr.nodes.subtree import SubTree
from ivr.places import Places, nodes_near_person, places_of, written_by_default
from ivr.tree import Tree

#: A digit that is read out, ms; and how many of them a variable has at most.
_DIGIT_MS, _MOST_DIGITS = 500, 20
#: What a caller's answer decides, and what their going does; all else happens by itself.
_BY_CALLER = ("caller", "hang_up")


class Step(NamedTuple):
    """An edge between nodes by their full names."""

    start: str
    to: str
    why: str
    #: Where it is written in the document; empty where it is a default or in a sub-tree.
    path: tuple[str | int, ...]


def check(tree: Tree, draft: Draft) -> None:
    """Note every such mistake. Names must be right already."""
    places = places_of(tree)
    steps = list(_steps(tree))
    _unreached(tree, steps, draft)
    _person(tree, ("person",), draft)
    for name, other in tree.subtrees.items():
        _person(other, _way_into(tree, f"{name}/"), draft)
    _gone(tree, draft)
    passive = [step for step in steps if step.why not in _BY_CALLER]
    order = _without_loops(tree, passive, draft)
    _unstoppable(tree, places, passive, order, draft)


def _steps(tree: Tree) -> Iterator[Step]:
    trees = {"": tree} | {f"{name}/": other for name, other in tree.subtrees.items()}
    places = places_of(tree)
    for prefix, each in trees.items():
        near = nodes_near_person(each)
        for name, node in each.nodes.items():
            at = ("nodes", name)
            if isinstance(node, SubTree):
                written: tuple[str | int, ...] = () if prefix else (*at, "tree")
                yield Step(prefix + name, places[prefix + name][0].start_of(node.tree), "goes on", written)
            for edge in (*node.edges(), *written_by_default(node, each, name, near)):
                written = () if prefix or not edge.path else (*at, *edge.path)
                yield Step(prefix + name, prefix + edge.to, edge.why, written)
            if node.listens:
                yield Step(prefix + name, prefix + each.person, "caller", ())


def _unreached(tree: Tree, steps: list[Step], draft: Draft) -> None:
    onward: dict[str, set[str]] = {}
    for step in steps:
        onward.setdefault(step.start, set()).add(step.to)
    # The person's node is where 0 leads: every tree needs it, also one that nobody is asked anything in.
    seen: set[str] = set()
    waiting = [tree.start, tree.person]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += onward.get(name, ())
    for name in tree.nodes:
        if name not in seen:
            draft.add_key(("nodes", name), "node-unreachable", node=name)


def _person(tree: Tree, path: tuple[str | int, ...], draft: Draft) -> None:
    """The person's node hands over by itself, one way or another."""
    seen: set[str] = set()
    waiting = [tree.person]
    while waiting:
        name = waiting.pop()
        node = tree.nodes[name]
        if node.reaches_person:
            return
        if name not in seen and not node.listens:
            seen.add(name)
            waiting += [edge.to for edge in node.edges()]
    draft.add(path, "person-unreachable", found=tree.person)


def _gone(tree: Tree, draft: Draft) -> None:
    """What follows a hang-up needs no caller."""
    written = {("defaults", "hang_up"): tree.defaults.hang_up} | {
        ("nodes", name, "hang_up"): node.hang_up for name, node in tree.nodes.items()
    }
    for path, first in written.items():
        seen: set[str] = set()
        waiting = [first] if first is not None else []
        while waiting:
            name = waiting.pop()
            node = tree.nodes[name]
            if not node.quiet or isinstance(node, SubTree) or (isinstance(node, HangUp) and node.prompt):
                draft.add(path, "hang-up-heard", found=name)
                break
            if name not in seen:
                seen.add(name)
                waiting += [edge.to for edge in node.edges()]


def _without_loops(tree: Tree, passive: list[Step], draft: Draft) -> list[str]:
    """Note each loop that nobody has to do anything for; returns the nodes in order once those are cut."""
    before: dict[str, set[str]] = {}
    for step in passive:
        before.setdefault(step.to, set()).add(step.start)
        before.setdefault(step.start, set())
    rank = {name: number for number, name in enumerate(tree.nodes)}
    while True:
        try:
            return list(TopologicalSorter(before).static_order())
        except CycleError as error:
            loop = list(error.args[1])
            pairs = list(pairwise(loop))
            start, to = min(pairs, key=lambda pair: (rank.get(pair[1], len(rank)), -rank.get(pair[0], 0)))
            before[to].discard(start)
            _tell_loop(tree, passive, start, to, loop, draft)


def _tell_loop(tree: Tree, passive: list[Step], start: str, to: str, loop: list[str], draft: Draft) -> None:
    ring = loop[:-1]
    first = ring.index(to)
    told = " → ".join([*ring[first:], *ring[:first], to])
    between = [step for step in passive if step.start == start and step.to == to]
    for step in between:
        if step.path:
            draft.add(step.path, "loop-without-input", loop=told)
        elif start in tree.nodes:
            draft.add_key(("nodes", start), "loop-without-input", loop=told)
        else:
            draft.add(_way_into(tree, start), "loop-without-input", loop=told)


def _way_into(tree: Tree, name: str) -> tuple[str | int, ...]:
    """Where the tree leads to the sub-tree that a node is in, or else to any."""
    ways = [(node.tree, ("nodes", each, "tree")) for each, node in tree.nodes.items() if isinstance(node, SubTree)]
    return next((path for other, path in ways if name.startswith(f"{other}/")), ways[0][1])


def _unstoppable(tree: Tree, places: Places, passive: list[Step], order: list[str], draft: Draft) -> None:
    """Sound that adds up from node to node until the caller can do something."""
    limits = draft.surroundings.limits
    if draft.surroundings.prompts is None or limits is None:
        return
    limit_ms = limits.unstoppable_s * 1000
    into: dict[str, list[str]] = {}
    for step in passive:
        if step.why == "goes on":
            into.setdefault(step.to, []).append(step.start)
    so_far: dict[str, float] = {}

    def tell(name: str, path: tuple[str | int, ...], length_ms: float) -> None:
        seconds, limit = round(length_ms / 1000), round(limit_ms / 1000)
        draft.add(("nodes", name, *path), "too-long-unstoppable", seconds=seconds, limit=limit)

    for name in [*order, *(set(places) - set(order))]:
        here, node = places[name]
        before = max((so_far.get(each, 0) for each in into.get(name, ())), default=0)
        arriving = [heard for heard in node.heard() if heard.on_arrival and heard.heard_out]
        own = sum(_heard_out_ms(heard, here, draft.surroundings) for heard in arriving)
        if name in tree.nodes and before <= limit_ms < before + own:
            tell(name, arriving[0].path, before + own)
        if name in tree.nodes:
            for path, length in _later(node, here, draft.surroundings).items():
                if length > limit_ms:
                    tell(name, path, length)
        so_far[name] = 0 if _lets_act(node) else before + own


def _later(node: Node, here: Here, surroundings: Surroundings) -> dict[tuple[str | int, ...], float]:
    """What a caller may hear later at a node and cannot stop, by its place; of several in one place the longest."""
    found: dict[tuple[str | int, ...], float] = {}
    for heard in (*node.heard(), *node.heard_in_one()):
        if not heard.on_arrival:
            found[heard.path] = max(found.get(heard.path, 0), _heard_out_ms(heard, here, surroundings))
    return found


def _lets_act(node: Node) -> bool:
    """Whether callers can do something here, so that what they heard before is over."""
    return node.listens or node.ends or any(len(heard.heard_out) < len(heard.prompts) for heard in node.heard())


def _heard_out_ms(heard: Heard, here: Here, surroundings: Surroundings) -> float:
    """How long those of some prompts last that nothing stops."""
    known = (surroundings.prompts or {}).get(here.language, {})
    total = 0
    for item in heard.heard_out:
        match item:
            case Digits():
                total += _DIGIT_MS * _MOST_DIGITS
            case Text():
                unread_ms = len(item.text) * (surroundings.text_ms or 0)
                total += known.get(fx.sound_of(item.text, here.voice), unread_ms)
            case _:
                total += known.get(name_of(item), 0)
    return total
