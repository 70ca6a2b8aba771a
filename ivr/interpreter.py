"""Walks a tree: state and input in, state and effects out. Pure: waits for nothing, plays nothing."""

from dataclasses import replace

from ivr import effects as fx
from ivr.nodes.base import Turn
from ivr.places import places_of
from ivr.state import State
from ivr.tree import Tree
from ivr.wishes import wants_person


class Interpreter:
    """One tree, any number of callers. The tree must have passed the check: one that has cannot loop without input."""

    def __init__(self, tree: Tree):
        self.tree = tree
        self._places = places_of(tree)

    def start(self) -> tuple[State, list[fx.Effect]]:
        """A caller arrives."""
        return self._go(State(self.tree.start, variables={"language": self.tree.language}), self.tree.start, [])

    def feed(self, state: State, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        """A caller did something, or an effect was answered."""
        if state.ended:
            return state, []
        if isinstance(given, fx.CallerGone):
            return replace(state, gone=True, ended=True), [fx.HangUp("abandoned")]
        if isinstance(given, fx.TimeIs):
            state = replace(state, at=given.at)
        here, node = self._places[state.node]
        if node.listens and wants_person(given, here.language, told_freely=node.takes_stories):
            told: list[fx.Effect] = [] if state.matter else [fx.SetIntent("agent", 1.0, "asked for a person")]
            return self._go(state, here.person, told)
        return self._carry_out(node.feed(here, state, given), [])

    def _go(self, state: State, name: str, before: list[fx.Effect]) -> tuple[State, list[fx.Effect]]:
        here, node = self._places[name]
        before.append(fx.EnterNode(name))
        return self._carry_out(node.enter(here, state.arrived(name)), before)

    def _carry_out(self, turn: Turn, before: list[fx.Effect]) -> tuple[State, list[fx.Effect]]:
        """What a node decided, and what the nodes decide that it leads to."""
        effects = before
        while turn.next is not None:
            effects += turn.effects
            effects.append(fx.EnterNode(turn.next))
            here, node = self._places[turn.next]
            turn = node.enter(here, turn.state.arrived(turn.next))
        effects += turn.effects
        ended = bool(effects) and isinstance(effects[-1], fx.END)
        return (replace(turn.state, ended=True) if ended else turn.state), effects
