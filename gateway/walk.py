"""One caller's walk: the interpreter's, with the sounds that the version was published with, and noted for figures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from agent_api.figures.visits import Miss, Visit
from gateway.trees import Published
from ivr import effects as fx
from ivr.interpreter import Interpreter
from ivr.state import State

#: Where Asterisk finds sounds by their hash.
KEPT = "kept"
#: How a visit ends whose caller hung up.
GONE = "gone"


class Walk(Interpreter):
    """Walks one caller through a published version."""

    def __init__(self, published: Published, clock: Callable[[], int]):
        """``clock``: ms into the call."""
        super().__init__(published.tree)
        self._sounds = published.sounds
        self._sub_versions = published.sub_versions
        self._clock = clock
        self._visits: list[Visit] = []
        self._ended = False

    def start(self, caller: fx.Caller | None = None) -> tuple[State, list[fx.Effect]]:
        """See :meth:`Interpreter.start`."""
        state, effects = super().start(caller)
        return state, self._noted(effects, self.tree.start, "")

    def feed(self, state: State, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        """See :meth:`Interpreter.feed`."""
        if isinstance(given, fx.CallerGone):
            # What the tree does without them is not their visit.
            self._left(GONE, to_node=False)
            self._ended = True
        elif self._ended and (
            isinstance(given, fx.Failed) or self.leaves_queue(state, given) or self.asked_for_person(state, given)
        ):
            # The number that the caller was handed to did not answer, or they left the queue, or asked for a person at
            # the last moment: in the tree again.
            self._ended = False
        after, effects = super().feed(state, given)
        return after, self._noted(effects, state.node, given.text if isinstance(given, fx.Said) else "")

    def over(self) -> list[Visit]:
        """The visits that were not given before, once the walk has ended: where the tree did not, the caller did.

        The last one lasts until now: what is said on the way out is part of it.
        """
        if not self._ended:
            self._left(GONE, to_node=False)
            self._ended = True
        visits, self._visits = self._visits, []
        if visits:
            visits[-1].left_ms = self._clock()
        return visits

    def _noted(self, effects: Iterable[fx.Effect], node: str, heard: str) -> list[fx.Effect]:
        """Note what happened from ``node`` on; returns what is to be carried out."""
        left: list[fx.Effect] = []
        here = not self._ended
        sounds = self._sounds_of(node)
        for effect in effects:
            if isinstance(effect, fx.EnterNode):
                sounds = self._sounds_of(effect.node)
            match effect:
                case fx.EnterNode() if here:
                    self._left(effect.node, to_node=True)
                    other = self._sub_tree_of(effect.node)
                    version = self._sub_versions.get(other)
                    self._visits.append(Visit(effect.node, self._clock(), sub_tree=other, sub_version=version))
                case fx.Missed():
                    if self._visits:
                        self._visits[-1].misses.append(
                            Miss(effect.kind, self._clock(), heard, effect.score, effect.reason)
                        )
                    continue
                case fx.Play() if sounds:
                    effect = replace(effect, prompts=tuple(_published(each, sounds) for each in effect.prompts))
            left.append(effect)
        if here and left and isinstance(left[-1], fx.END):
            self._left(_how(left[-1]), to_node=False)
            self._ended = True
        return left

    def _left(self, where: str, *, to_node: bool) -> None:
        if self._visits:
            last = self._visits[-1]
            last.left_ms, last.exit, last.to_node = self._clock(), where, to_node

    def _sounds_of(self, node: str) -> Mapping[str, str]:
        """What the tree that a node is of was published with."""
        return self._sounds.get(self._sub_tree_of(node) or self.tree.name, {})

    def _sub_tree_of(self, node: str) -> str:
        """The sub-tree that a node is of; empty for the tree that answers."""
        return self._places[node][0].prefix.removesuffix("/")


def _published(prompt: fx.Prompt, sounds: Mapping[str, str]) -> fx.Prompt:
    language, _, name = (prompt.sound or "").partition("/")
    sha256 = sounds.get(name)
    return replace(prompt, sound=f"{language}/{KEPT}/{sha256}") if sha256 else prompt


def _how(end: fx.Effect) -> str:
    match end:
        case fx.EnterQueue():
            return "queue"
        case fx.TransferTo():
            return "transfer"
        case fx.HangUp():
            return "hangup"
        case _:
            return "fallback"
