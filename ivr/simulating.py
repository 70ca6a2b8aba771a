"""A call without a telephone: what a tree says and does when a caller speaks, presses keys or is silent. Pure.

Keys behave as on the line: those pressed ahead answer the next question, and are forgotten when one is asked again.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from common.workdays import Calendar
from ivr import effects as fx
from ivr.interpreter import Interpreter
from ivr.state import State, Value
from ivr.tree import Tree
from ivr.wishes import PERSON_KEY

#: What a caller does.
Step = fx.Said | fx.Pressed | fx.NoInput | fx.CallerGone


def _unworded(_sound: str) -> str:
    return ""


@dataclass(frozen=True)
class World:
    """What is there around a simulated call."""

    #: The centre's own time.
    at: datetime
    caller: fx.Caller = field(default_factory=fx.Caller)
    calendar: Calendar = field(default_factory=Calendar)
    #: Registered cases: the digits of the number → the state.
    cases: Mapping[str, str] = field(default_factory=dict)
    #: The telephone left with such a case, or its end, by the same digits; a case without one is told unasked.
    telephones: Mapping[str, str] = field(default_factory=dict)
    #: How busy queues are; one that is not named is empty, with nobody free.
    queues: Mapping[str, fx.QueueIs] = field(default_factory=dict)
    #: What outside services answer, by the whole address; one that is not named does not answer.
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: The words of a recorded prompt, by its full name (``zh-CN/greeting``); empty where they are not known.
    words: Callable[[str], str] = _unworded


@dataclass(frozen=True)
class Line:
    """Something that was said or done, in order."""

    #: ``hotline`` or ``caller``.
    who: str
    #: The node at which it was.
    node: str
    #: The words; for keys and silence, what was done.
    text: str
    #: The prompt's full name; empty for the caller.
    sound: str = ""
    #: What stops the prompt; nothing for the caller's part.
    barge_in: fx.BargeIn = "none"


@dataclass(frozen=True)
class Simulation:
    """What came of a simulated call."""

    path: tuple[str, ...]
    intent: str | None
    #: How the intent was understood: score (0 to 1) and reason.
    score: float | None
    reason: str
    #: ``queue``, ``transfer``, ``fallback``, ``voice_message``, ``callback``, or as a hangup names it; None until then.
    outcome: str | None
    #: The queue or number that the caller is handed to; empty without one.
    target: str
    lines: tuple[Line, ...]
    variables: Mapping[str, Value]

    def as_json(self) -> dict[str, Any]:
        """``{path, intent, score, reason, outcome, target, said: [{who, node, text, sound, barge_in}], variables}``."""
        said = [asdict(each) for each in self.lines]
        return {
            "path": list(self.path), "intent": self.intent, "score": self.score, "reason": self.reason,
            "outcome": self.outcome, "target": self.target, "said": said, "variables": dict(self.variables),
        }  # fmt: skip


def simulate(tree: Tree, steps: Iterable[Step], world: World) -> Simulation:
    """Walk a caller who does ``steps`` in order, one whenever the line waits for them, and then nothing more."""
    call = SimulatedCall(tree, world)
    for step in steps:
        if call.ended and not call.leaves_queue(step):
            break
        call.take(step)
    while not call.ended:
        call.take(fx.NoInput())
    return call.so_far


class SimulatedCall:
    """One call, step by step."""

    def __init__(self, tree: Tree, world: World):
        self._world = world
        self._interpreter = Interpreter(tree)
        self._path: list[str] = []
        self._intent: fx.SetIntent | None = None
        self._outcome: str | None = None
        self._target = ""
        #: What says more than how the tree calls its end: a message, or the wish to be called back.
        self._left_behind = ""
        self._lines: list[Line] = []
        self._keys: deque[str] = deque()
        #: What the line waits for.
        self._waiting: fx.Listen | fx.RecordMessage | None = None
        self._state: State
        self._go_on(*self._interpreter.start(world.caller))

    @property
    def ended(self) -> bool:
        """Whether the caller has left the tree."""
        return self._outcome is not None

    def leaves_queue(self, step: Step) -> bool:
        """Whether a caller who waits in a queue leaves it by this."""
        return self._outcome == "queue" and self._interpreter.leaves_queue(self._state, step) != ""

    @property
    def waits_for(self) -> fx.Listen | fx.RecordMessage | None:
        """What the line waits for the caller to do; None once the call has ended."""
        return self._waiting

    @property
    def phrases(self) -> tuple[str, ...]:
        """What the line expects to hear now."""
        return self._waiting.phrases if isinstance(self._waiting, fx.Listen) else ()

    @property
    def so_far(self) -> Simulation:
        """What came of it until now."""
        found = self._intent
        return Simulation(
            path=tuple(self._path), intent=found.intent if found else None, score=found.score if found else None,
            reason=found.reason if found else "", outcome=self._outcome, target=self._target,
            lines=tuple(self._lines), variables=dict(self._state.variables),
        )  # fmt: skip

    def take(self, step: Step) -> tuple[Line, ...]:
        """The caller does something; returns what is said from there on, their own part first."""
        before = len(self._lines)
        self._lines.append(Line("caller", self._state.node, _told(step)))
        if self.leaves_queue(step):
            self._outcome, self._target = None, ""
            self._feed(step)
            return tuple(self._lines[before:])
        if isinstance(step, fx.Pressed):
            self._keys.extend(step.digits)
        answer = self._answer(step)
        if answer is not None:
            self._feed(answer)
        return tuple(self._lines[before:])

    def _answer(self, step: Step) -> fx.Input | None:
        if isinstance(step, fx.CallerGone):
            return step
        if isinstance(self._waiting, fx.RecordMessage):
            self._keys.clear()
            if self._interpreter.asked_for_person(self._state, step):
                return step
            spoken = isinstance(step, fx.Said) and step.text
            if spoken:
                self._left_behind = "voice_message"
            return fx.MessageRecorded("", 0) if spoken else fx.NoInput()
        return self._pressed(self._waiting) if isinstance(step, fx.Pressed) and self._waiting else step

    def _pressed(self, listen: fx.Listen) -> fx.Input | None:
        """The keys that answer a question; None where there are none."""
        digits = ""
        while self._keys:
            key = self._keys.popleft()
            if key == listen.terminator and (digits or listen.max_digits > 1):
                return fx.Pressed(digits) if digits else fx.NoInput()
            digits += key
            if len(digits) >= listen.max_digits:
                break
        return fx.Pressed(digits) if digits else None

    def _feed(self, answer: fx.Input) -> None:
        state, effects = self._interpreter.feed(self._state, answer)
        if not any(isinstance(effect, fx.EnterNode) for effect in effects):
            self._keys.clear()
        self._go_on(state, effects)

    def _go_on(self, state: State, effects: list[fx.Effect]) -> None:
        """Carry effects out until the caller is waited for."""
        while True:
            self._state, self._waiting = state, None
            answer: fx.Input | None = None
            node = self._path[-1] if self._path else state.node
            for effect in effects:
                if isinstance(effect, fx.EnterNode):
                    node = effect.node
                found = self._perform(effect, node)
                if found is not None or isinstance(effect, fx.Listen | fx.RecordMessage):
                    answer = found
            if self.ended or (self._waiting is not None and answer is None):
                return
            if answer is None:
                raise RuntimeError(f"the tree stopped at {state.node} without waiting for anything")
            state, effects = self._interpreter.feed(state, answer)

    def _perform(self, effect: fx.Effect, node: str) -> fx.Input | None:
        match effect:
            case fx.EnterNode():
                self._path.append(effect.node)
            case fx.SetIntent():
                self._intent = effect
            case fx.Play():
                self._lines += [self._line(prompt, node) for prompt in effect.prompts]
                return fx.PromptDone()
            case fx.Listen():
                self._waiting = effect
                return self._pressed(effect)
            case fx.RecordMessage():
                self._waiting = effect
            case _:
                return self._look_up(effect)
        return None

    def _look_up(self, effect: fx.Effect) -> fx.Input | None:
        match effect:
            case fx.LookUpCase():
                return self._case(effect)
            case fx.AskTime():
                return fx.TimeIs(self._world.at, self._world.calendar)
            case fx.AskQueue():
                return self._world.queues.get(effect.queue, fx.QueueIs(0, 0, 0))
            case fx.HttpRequest():
                known = effect.url in self._world.answers
                return fx.HttpResult(known, 200 if known else 0, self._world.answers.get(effect.url))
            case fx.EnterQueue():
                self._outcome, self._target = "queue", effect.queue
            case fx.TransferTo():
                self._outcome, self._target = "transfer", effect.target
            case fx.Fallback():
                self._outcome = "fallback"
            case fx.HangUp():
                if PERSON_KEY in self._keys and not self._state.gone:
                    self._keys.clear()
                    return fx.Pressed(PERSON_KEY)
                self._outcome = self._left_behind or effect.outcome
            case fx.OfferCallback():
                self._left_behind = "callback"
        return None

    def _case(self, wanted: fx.LookUpCase) -> fx.Input:
        digits = "".join(filter(str.isdigit, wanted.number))
        stage, left = self._world.cases.get(digits), self._world.telephones.get(digits, "")
        if stage is not None and wanted.guarded and left and left != self._world.caller.number:
            if not wanted.last_digits:
                return fx.CaseGuarded(wanted.number)
            stage = stage if left.endswith(wanted.last_digits) else None
        return fx.CaseMissing(wanted.number) if stage is None else fx.CaseFound(wanted.number, stage, "")

    def _line(self, prompt: fx.Prompt, node: str) -> Line:
        sound = prompt.sound or ""
        return Line("hotline", node, prompt.text or self._world.words(sound), sound, prompt.barge_in)


def _told(step: Step) -> str:
    match step:
        case fx.Said():
            return step.text
        case fx.Pressed():
            return f"[{step.digits}]"
        case fx.NoInput():
            return "[…]"
        case fx.CallerGone():
            return "[✆]"
