"""Walks a tree: state and input in, state and effects out. Pure: waits for nothing, plays nothing."""

from ivr import effects as fx
from ivr.nodes.ask import Ask
from ivr.nodes.base import Turn
from ivr.nodes.hangup import HangUp
from ivr.nodes.listening import Listening
from ivr.nodes.queue import Queue
from ivr.places import places_of
from ivr.state import State
from ivr.tree import Tree
from ivr.wishes import wants_person

#: How a call ends whose caller hung up in the tree.
ABANDONED = "abandoned"


def learn(tree: Tree) -> None:
    """Learn every question's answers from their examples, before a caller waits for it; seconds each that is new."""
    for here, node in places_of(tree).values():
        if isinstance(node, Ask) or (isinstance(node, Queue) and node.hears):
            node.answers(here.language)


class Interpreter:
    """One tree, any number of callers. The tree must have passed the check: one that has cannot loop without input."""

    def __init__(self, tree: Tree):
        self.tree = tree
        self._places = places_of(tree)

    def start(self, caller: fx.Caller | None = None) -> tuple[State, list[fx.Effect]]:
        """A caller arrives."""
        caller = caller or fx.Caller()
        known = {
            "caller.number": caller.number, "caller.region": caller.region, "caller.carrier": caller.carrier,
            "language": self.tree.language,
        }  # fmt: skip
        return self._go(State(self.tree.start, variables=known), self.tree.start, [])

    def feed(self, state: State, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        """A caller did something, or an effect was answered."""
        here, node = self._places[state.node]
        if self.leaves_queue(state, given):
            return self._carry_out(node.feed(here, state.but(ended=False), given), [])
        wished = self.asked_for_person(state, given)
        if state.ended and not (wished or isinstance(given, fx.Failed)):
            return state, []
        if isinstance(given, fx.CallerGone):
            return self._gone(state, here.hang_up)
        if isinstance(given, fx.Failed):
            return self._carry_out(here.failed(state.but(ended=False)), [])
        if isinstance(given, fx.TimeIs):
            state = state.but(at=given.at)
        if wished:
            told: list[fx.Effect] = [] if state.matter else [fx.SetIntent("agent", 1.0, "asked for a person")]
            return self._go(state, here.person, told)
        if isinstance(node, Listening) and not node.takes(given):
            return self._carry_out(node.mismatch(here, state), [])
        return self._carry_out(node.feed(here, state, given), [])

    def leaves_queue(self, state: State, given: fx.Input) -> str:
        """The key by which a caller who waits in a queue leaves it, pressed or said; empty where they do not."""
        here, node = self._places[state.node]
        return node.key_of(given, here.language) if state.ended and isinstance(node, Queue) else ""

    def asked_for_person(self, state: State, given: fx.Input) -> bool:
        """Whether that is a caller's wish for a person, where they are: also where the call would be ended now."""
        here, node = self._places[state.node]
        hears = not state.ended if node.listens else isinstance(node, HangUp) and not state.gone
        return hears and wants_person(given, here.language, told_freely=node.takes_stories)

    def _gone(self, state: State, hang_up: str | None) -> tuple[State, list[fx.Effect]]:
        """The caller hung up: what the tree does without them."""
        if hang_up is None or state.gone:
            return state.but(gone=True, ended=True), [fx.HangUp(ABANDONED)]
        return self._carry_out(Turn(state.but(gone=True), (), hang_up), [])

    def _go(self, state: State, name: str, before: list[fx.Effect]) -> tuple[State, list[fx.Effect]]:
        here, node = self._places[name]
        before.append(fx.EnterNode(name))
        return self._carry_out(node.enter(here, state.arrived(name)), before)

    def _carry_out(self, turn: Turn, before: list[fx.Effect]) -> tuple[State, list[fx.Effect]]:
        """What a node decided, and what the nodes decide that it leads to."""
        effects = before
        while (name := turn.next) is not None:
            effects += turn.effects
            here, node = self._places[name]
            if turn.state.gone and not node.quiet:
                turn = Turn(turn.state, (fx.HangUp(ABANDONED),))
                break
            effects.append(fx.EnterNode(name))
            turn = node.enter(here, turn.state.arrived(name))
        effects += turn.effects
        ended = bool(effects) and isinstance(effects[-1], fx.END)
        return (turn.state.but(ended=True) if ended else turn.state), effects
