"""A caller in the tree: carries out what the tree's interpreter asks for."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from agent_api.calls.ledger import CallLedger
from agent_api.calls.pop import origin
from asr_models.frames import Interrupted, SpeechEvent, SpeechStarted
from common.queues import parts_of, queue_of
from gateway import look_up
from gateway.agi import AgiChannel
from gateway.ami import Ami, tolerating_lost_link
from gateway.caller_line import CallerLine
from gateway.errors import CallerHungUp
from gateway.facts import extract
from gateway.live_call import LiveCall
from gateway.outside import ask_service, queue_load
from gateway.prompt_sounds import PromptSounds
from gateway.queue_exit import take_out
from gateway.spoken_answer import SpokenAnswer
from gateway.voicemail import record_message
from ivr import effects as fx
from ivr.interpreter import ABANDONED, Interpreter
from ivr.nodes.queue import LINE
from ivr.state import State
from ivr.wishes import PERSON_KEY

log = logging.getLogger(__name__)

#: Who speaks longer than is taken is given this long to come to a pause, s: its text is better than a growing one.
LAST_WORDS_S = 2.0
#: What a caller who asks for a person is spared: prompts, questions and the end.
_HEARD = (fx.Play, fx.Listen, fx.RecordMessage, fx.HangUp)
#: A caller waits no longer than this for a person before a call-back is offered for good, s.
QUEUE_PATIENCE_S = 1800


class CallSession:
    """Walks one caller through the tree."""

    def __init__(
        self, call: LiveCall, line: CallerLine, interpreter: Interpreter, messages: Path, hosts: frozenset[str],
        prompts: PromptSounds, queue: str,
    ):  # fmt: skip
        """``hosts``: those that trees may ask over HTTP; ``prompts``: what callers hear; ``queue``: the line's own."""
        self._call = call
        self._line = line
        self._hosts = hosts
        self._prompts = prompts
        self._queue = queue
        #: The prompts' language as Asterisk has it.
        self._language = ""
        #: Where the caller was handed to a number that may not answer.
        self._handed: State | None = None
        self._ami: Ami = call.ears.ami
        self._ledger: CallLedger = call.ears.ledger
        self._interpreter = interpreter
        self._messages = messages
        self._answer = SpokenAnswer()
        #: What was said where no answer was waited for.
        self._unasked: fx.Said | None = None
        #: The last answer at the node that the caller is at.
        self._answered: str | None = None
        self._playing = False
        self._interruptible = self._interrupted = False
        #: Where in the tree a message is being taken; None while none is.
        self._recording: State | None = None
        self._stopping: asyncio.Task[None] | None = None
        call.on_caller(self._heard)

    def _heard(self, event: SpeechEvent) -> None:
        self._answer.hear(event)
        if isinstance(event, Interrupted):
            if self._playing and self._interruptible:
                self._interrupted = True
                self._stopping = asyncio.create_task(self._stop_prompt())
        elif isinstance(event, SpeechStarted) or event.state == "final":
            self._line.wake()
            self._perhaps_wished()

    def _perhaps_wished(self) -> None:
        """Who asks for a person instead of leaving a message, or for a way out of the queue, gets it as by the key."""
        if self._call.queued and self._handed is not None and (words := self._answer.take()) is not None:
            if key := self._interpreter.leaves_queue(self._handed, words):
                self._stopping = asyncio.create_task(take_out(self._ami, self._call.channel, key))
            return
        said = self._answer.read
        if self._recording and said and self._interpreter.asked_for_person(self._recording, said):
            self._recording = None
            self._stopping = asyncio.create_task(self._press_for_person())

    async def _press_for_person(self) -> None:
        with tolerating_lost_link("the message goes on"):
            await self._ami.action("PlayDTMF", Channel=self._call.channel, Digit=PERSON_KEY, Receive="true")

    async def _stop_prompt(self) -> None:
        with tolerating_lost_link("prompt not interrupted"):
            await self._ami.action("ControlPlayback", Channel=self._call.channel, Control="stop")

    async def walk(self) -> str:
        """Walk the tree to its end; returns what the dialplan does next: ``queue``, ``transfer``, ``fallback`` or
        ``hangup``. Raises :class:`CallerHungUp` once what the tree does without the caller is done."""
        number = self._line.agi.caller_number
        return await self._walk_on(*self._interpreter.start(fx.Caller(number, *origin(number))))

    async def not_taken(self, line: CallerLine) -> str:
        """The number that the tree handed the caller to did not answer: the tree's failure edge; see :meth:`walk`."""
        return await self._handed_back(line, fx.Failed("nobody answered"))

    async def left_queue(self, line: CallerLine, key: str) -> str:
        """The caller left the queue by a key of the tree's; see :meth:`walk`."""
        return await self._handed_back(line, fx.Pressed(key))

    async def _handed_back(self, line: CallerLine, given: fx.Input) -> str:
        """The tree goes on where it handed the caller over."""
        if self._handed is None:
            return "fallback"
        self._line = line
        return await self._walk_on(*self._feed(self._handed, given))

    async def _walk_on(self, state: State, effects: list[fx.Effect]) -> str:
        self._call.left_tree.clear()
        try:
            return await self._to_the_end(state, effects)
        finally:
            self._call.left_tree.set()

    async def _to_the_end(self, state: State, effects: list[fx.Effect]) -> str:
        while True:
            answer: fx.Input | None = None
            wish: fx.Input | None = None
            # From the question's first sound on: an answer may come before its end.
            self._call.expected = tuple(p for each in effects if isinstance(each, fx.Listen) for p in each.phrases)
            for effect in effects:
                try:
                    wish = wish or await self._wish(effect, state)
                    if wish is not None and isinstance(effect, _HEARD):
                        answer = wish
                        continue
                    if isinstance(effect, fx.END):
                        return await self._leave(state, effect)
                    answer = await self._perform(effect, answer, state)
                except CallerHungUp:
                    await self._without_caller(state)
                    raise
            if answer is None:
                raise RuntimeError(f"the tree stopped at {state.node} without waiting for anything")
            state, effects = self._feed(state, answer)
            if not any(isinstance(effect, fx.EnterNode) for effect in effects):
                # Keys pressed ahead were for what would have come, not for a question asked again.
                self._line.keypad.forget()

    def _feed(self, state: State, given: fx.Input) -> tuple[State, list[fx.Effect]]:
        match given:
            case fx.Said():
                self._answered, self._unasked = given.text, None
            case fx.Pressed():
                self._answered, self._unasked = given.digits, None
        return self._interpreter.feed(state, given)

    async def _leave(self, state: State, end: fx.Effect) -> str:
        match end:
            case fx.EnterQueue():
                if end.priority:
                    await self._line.agi.set_variable("QUEUE_PRIO", str(end.priority))
                self._answer.take()
                self._handed, self._call.left_queue = state, self.left_queue
                self._call.queue_keys = frozenset(end.keys)
                await enter_queue(self._line.agi, self._ledger, self._call.id, self._named(end.queue))
                return "queue"
            case fx.TransferTo():
                self._handed, self._call.transferring, self._call.not_taken = state, True, self.not_taken
                await self._line.agi.set_variable("HOTLINE_TRANSFER", end.target)
                return "transfer"
            case fx.HangUp():
                self._over(end.outcome)
                return "hangup"
        log.error("the tree cannot go on at %s: the caller of call %s goes to the fallback", state.node, self._call.id)
        return "fallback"

    def _named(self, queue: str) -> str:
        line, language = parts_of(queue)
        return queue_of(self._queue, language) if line == LINE else queue

    def _over(self, outcome: str) -> None:
        """A message or the wish to be called back says more than how the tree calls its end."""
        if self._call.outcome == ABANDONED:
            self._call.outcome = outcome

    async def _without_caller(self, state: State) -> None:
        """The caller hung up: what the tree does then, all of it without a line."""
        state, effects = self._interpreter.feed(state, fx.CallerGone())
        while True:
            answer: fx.Input | None = None
            for effect in effects:
                if isinstance(effect, fx.HangUp):
                    self._over(effect.outcome)
                elif not isinstance(effect, fx.END):
                    answer = await self._perform(effect, answer, state)
            if state.ended or answer is None:
                return
            state, effects = self._interpreter.feed(state, answer)

    async def _perform(self, effect: fx.Effect, answer: fx.Input | None, state: State) -> fx.Input | None:
        match effect:
            case fx.EnterNode():
                self._ledger.step(self._call.id, effect.node, self._call.at_ms, self._answered)
                self._answered = None
            case fx.SetIntent():
                self._ledger.intent(self._call.id, effect.intent, effect.score, effect.reason)
            case fx.DraftCase():
                self._ledger.draft_case(self._call.id, effect.kind)
            case fx.SetField():
                fields: dict[str, Any] = {effect.name: effect.value}
                if effect.name == "description":
                    fields |= extract(str(effect.value), self._call.ears.now.date())
                self._ledger.set_fields(self._call.id, fields)
            case fx.Play():
                return await self._play(effect)
            case fx.Listen():
                return await self._listen(effect)
            case fx.LookUpCase():
                return await self._look_up(effect)
            case fx.RecordMessage():
                return await self._record(effect, state)
            case fx.AskTime():
                return await self._time()
            case fx.AskQueue():
                return await queue_load(self._ami, self._named(effect.queue))
            case fx.HttpRequest():
                return await ask_service(effect, self._hosts)
            case fx.OfferCallback():
                self._call.outcome = "callback"
                self._ledger.callback_requested(self._call.id, "asked_in_tree", effect.number)
            case fx.Marked():
                self._ledger.marked(self._call.id, effect.node, effect.question, effect.mark, effect.scale)
            case _:
                raise NotImplementedError(type(effect).__name__)
        return answer

    async def _time(self) -> fx.Input:
        try:
            return fx.TimeIs(self._call.ears.now, await self._ledger.calendar())
        except SQLAlchemyError as error:
            log.exception("the centre's calendar could not be read for call %s", self._call.id)
            return fx.Failed(str(error))

    async def _look_up(self, wanted: fx.LookUpCase) -> fx.Input:
        try:
            found = await self._ledger.look_up_cases(wanted.number)
        except SQLAlchemyError as error:
            log.exception("a case could not be looked up for call %s", self._call.id)
            return fx.Failed(str(error))
        return look_up.answer(wanted, found, self._line.agi.caller_number)

    async def _record(self, effect: fx.RecordMessage, state: State) -> fx.Input:
        self._answer.take()
        self._recording = state
        try:
            message = await record_message(
                self._line, self._call, self._messages, max_ms=effect.max_ms, silence_ms=effect.silence_ms
            )
        finally:
            self._recording = None
        if key := self._line.keypad.take():
            return fx.Pressed(key)
        return fx.MessageRecorded(str(message.path), message.duration_ms) if message else fx.NoInput()

    async def _play(self, effect: fx.Play) -> fx.Input:
        self._playing, self._interrupted = True, False
        try:
            for prompt in effect.prompts:
                if self._interrupted and prompt.speech_interrupts:
                    continue
                self._interruptible = prompt.speech_interrupts
                language, _, name = (prompt.sound or "").partition("/")
                if language != self._language:
                    self._language = language
                    await self._line.agi.set_variable("CHANNEL(language)", language)
                self._call.caller_hears(self._prompts.sound(language, name), stoppable=prompt.speech_interrupts)
                await self._line.say(name, keys=prompt.keys_interrupt)
        finally:
            self._playing = False
            self._call.caller_hears(None)
        return fx.PromptDone()

    async def _listen(self, effect: fx.Listen) -> fx.Input:
        digits = ""
        clock = asyncio.get_running_loop().time
        #: How much of the patience for silence and for speech is used up, s.
        quiet_s, spoken_s = 0.0, 0.0
        while True:
            if key := self._line.keypad.take():
                if key == effect.terminator and (digits or effect.max_digits > 1):
                    return fx.Pressed(digits) if digits else fx.NoInput()
                digits, quiet_s = digits + key, 0.0
                if len(digits) >= effect.max_digits:
                    return fx.Pressed(digits)
                continue
            speaking = self._answer.speaking and not digits
            left_s = self._patience_s(effect, digits, speaking) - (spoken_s if speaking else quiet_s)
            if not (digits or speaking) and (paused_at_ms := self._answer.paused_at_ms) is not None:
                # The pause is the caller's own: what is read late has been followed by silence meanwhile.
                left_s = (effect.settle_ms + paused_at_ms - self._call.at_ms) / 1000
            if left_s <= 0:
                return fx.Pressed(digits) if digits else await self._words(speaking=speaking)
            began = clock()
            await self._line.rest(left_s)
            if speaking:
                spoken_s += clock() - began
            else:
                quiet_s += clock() - began

    @staticmethod
    def _patience_s(effect: fx.Listen, digits: str, speaking: bool) -> float:
        if digits:
            return effect.between_keys_ms / 1000
        return (effect.max_speech_ms if speaking else effect.no_input_ms) / 1000

    async def _wish(self, effect: fx.Effect, state: State) -> fx.Input | None:
        """A wish for a person that no question waited for: it counts as soon as the tree listens or would end."""
        match effect:
            case fx.HangUp():
                return await self._last_wish(state)
            case fx.Play():
                if not self._answer.speaking:
                    # What else was said before a prompt is no answer to what it asks.
                    self._unasked = self._answer.take() or self._unasked
                said = self._unasked
                return said if said is not None and self._interpreter.asked_for_person(state, said) else None
        return None

    async def _last_wish(self, state: State) -> fx.Input | None:
        """What was pressed or said while the last prompts were told, where it asks for a person."""
        if PERSON_KEY in self._line.keypad:
            self._line.keypad.forget()
            return fx.Pressed(PERSON_KEY)
        said = await self._words(speaking=self._answer.speaking)
        return said if self._interpreter.asked_for_person(state, said) else None

    async def _words(self, *, speaking: bool) -> fx.Input:
        """What the caller has said, or their silence; ``speaking``: for longer than is taken."""
        clock = asyncio.get_running_loop().time
        until = clock() + LAST_WORDS_S
        while speaking and self._answer.speaking and (left_s := until - clock()) > 0:
            await self._line.rest(left_s)
        return self._answer.take(unfinished=True) or fx.NoInput()


async def enter_queue(channel: AgiChannel, ledger: CallLedger, call_id: int, queue: str) -> None:
    """Tell the dialplan which queue comes next, and the ledger that the caller waits."""
    await channel.set_variable("HOTLINE_QUEUE", queue)
    await channel.set_variable("HOTLINE_QUEUE_TIMEOUT", str(QUEUE_PATIENCE_S))
    ledger.queued(call_id)
