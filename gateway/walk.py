"""One caller's walk: the interpreter's, with the sounds that the version was published with."""

from collections.abc import Iterable
from dataclasses import replace

from gateway.trees import Published
from ivr import effects as fx
from ivr.interpreter import Interpreter
from ivr.state import State

#: Where Asterisk finds sounds by their hash.
KEPT = "kept"


class Walk(Interpreter):
    """Walks a published version."""

    def __init__(self, published: Published):
        super().__init__(published.tree)
        self._sounds = published.sounds

    def start(self, caller: fx.Caller | None = None) -> tuple[State, list[fx.Effect]]:
        """See :meth:`Interpreter.start`."""
        state, effects = super().start(caller)
        return state, self._as_kept(effects)

    def feed(self, state: State, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        """See :meth:`Interpreter.feed`."""
        after, effects = super().feed(state, given)
        return after, self._as_kept(effects)

    def _as_kept(self, effects: Iterable[fx.Effect]) -> list[fx.Effect]:
        if not self._sounds:
            return list(effects)
        return [
            replace(effect, prompts=tuple(map(self._sound, effect.prompts))) if isinstance(effect, fx.Play) else effect
            for effect in effects
        ]

    def _sound(self, prompt: fx.Prompt) -> fx.Prompt:
        language, _, name = (prompt.sound or "").partition("/")
        sha256 = self._sounds.get(name)
        return replace(prompt, sound=f"{language}/{KEPT}/{sha256}") if sha256 else prompt
