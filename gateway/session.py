"""A caller in the tree: carries out what the tree's interpreter asks for."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from agent_api.calls.ledger import CallLedger
from asr_models.frames import SpeechEvent, SpeechStarted, Utterance
from gateway.agi import AgiChannel
from gateway.ami import Ami, tolerating_lost_link
from gateway.facts import extract
from gateway.live_call import LiveCall
from gateway.voicemail import record_message
from ivr import effects as fx
from ivr.interpreter import Interpreter

log = logging.getLogger(__name__)

#: Keys of a telephone.
KEYS = "0123456789*#"
#: A key is waited for this long at a time while speech is listened for too, ms: the longest that finished words
#: wait to be noticed. Nothing can be finished yet while nobody speaks, so silence is waited for in longer slices.
SLICE_MS = 100
IDLE_SLICE_MS = 500
#: Text that comes within this time of the last one belongs to the same answer, s.
SETTLE_S = 1.5
#: A caller waits no longer than this for a person before a call-back is offered for good, s.
QUEUE_PATIENCE_S = 1800


class CallSession:
    """Walks one caller through the tree."""

    def __init__(self, call: LiveCall, channel: AgiChannel, interpreter: Interpreter, messages: Path):
        self._call = call
        self._agi = channel
        self._ami: Ami = call.ears.ami
        self._ledger: CallLedger = call.ears.ledger
        self._interpreter = interpreter
        self._messages = messages
        self._answers: asyncio.Queue[Utterance] = asyncio.Queue()
        self._speaking = asyncio.Event()
        self._playing = False
        self._interruptible = False
        self._stopping: asyncio.Task[None] | None = None
        call.on_caller(self._heard)

    def _heard(self, event: SpeechEvent) -> None:
        if isinstance(event, SpeechStarted):
            self._speaking.set()
            if self._playing and self._interruptible:
                self._stopping = asyncio.create_task(self._stop_prompt())
        elif event.state == "final":
            self._speaking.clear()
            if event.text:
                self._answers.put_nowait(event)

    async def _stop_prompt(self) -> None:
        with tolerating_lost_link("prompt not interrupted"):
            await self._ami.action("ControlPlayback", Channel=self._call.channel, Control="stop")

    async def walk(self) -> str:
        """Walk the tree to its end; returns what the dialplan does next: ``queue``, ``transfer`` or ``hangup``."""
        state, effects = self._interpreter.start()
        while True:
            answer: fx.Input | None = None
            for effect in effects:
                match effect:
                    case fx.EnterQueue():
                        await enter_queue(self._agi, self._ledger, self._call.id, effect.queue)
                        return "queue"
                    case fx.TransferTo():
                        await self._agi.set_variable("HOTLINE_TRANSFER", effect.target)
                        return "transfer"
                    case fx.HangUp():
                        if self._call.message is None:
                            self._call.outcome = effect.outcome
                        return "hangup"
                    case _:
                        answer = await self._perform(effect, answer)
            if answer is None:
                raise RuntimeError(f"the tree stopped at {state.node} without waiting for anything")
            state, effects = self._interpreter.feed(state, answer)

    async def _perform(self, effect: fx.Effect, answer: fx.Input | None) -> fx.Input | None:
        match effect:
            case fx.EnterNode():
                self._ledger.step(self._call.id, effect.node, self._call.at_ms)
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
                if isinstance(answer, fx.Pressed) and len(answer.digits) >= effect.max_digits:
                    return answer
                return await self._listen(effect, answer)
            case fx.LookUpCase():
                found = await self._ledger.look_up_case(effect.number)
                return fx.CaseFound(found[0], found[1], "") if found else fx.CaseMissing(effect.number)
            case fx.RecordMessage():
                return await self._record(effect)
            case fx.AskTime():
                return fx.TimeIs(self._call.ears.now)
            case _:
                raise NotImplementedError(type(effect).__name__)
        return answer

    async def _record(self, effect: fx.RecordMessage) -> fx.Input:
        message = await record_message(
            self._agi, self._call, self._messages, max_ms=effect.max_ms, silence_ms=effect.silence_ms
        )
        return fx.MessageRecorded(str(message.path), message.duration_ms) if message else fx.NoInput()

    async def _play(self, effect: fx.Play) -> fx.Input:
        keys = KEYS if effect.keys_interrupt else ""
        self._drop_old_answers()
        self._playing, self._interruptible = True, effect.speech_interrupts
        try:
            for prompt in effect.prompts:
                if effect.speech_interrupts and self._speaking.is_set():
                    break
                name = (prompt.sound or "").split("/", 1)[-1]
                if key := await self._agi.say(name, keys):
                    return fx.Pressed(key)
        finally:
            self._playing = False
        return fx.PromptDone()

    def _drop_old_answers(self) -> None:
        while not self._answers.empty() and not self._speaking.is_set():
            self._answers.get_nowait()

    async def _listen(self, effect: fx.Listen, before: fx.Input | None) -> fx.Input:
        digits = before.digits if isinstance(before, fx.Pressed) else ""
        waited_ms = 0
        while True:
            if not digits and effect.speech and (said := await self._said()):
                return said
            slice_ms = SLICE_MS if self._speaking.is_set() else IDLE_SLICE_MS
            if key := await self._agi.key(slice_ms):
                if key == effect.terminator and (digits or effect.max_digits > 1):
                    return fx.Pressed(digits) if digits else fx.NoInput()
                digits += key
                waited_ms = 0
                if len(digits) >= effect.max_digits:
                    return fx.Pressed(digits)
                continue
            if self._speaking.is_set() and waited_ms < effect.max_speech_ms:
                continue
            waited_ms += slice_ms
            if digits and waited_ms >= effect.between_keys_ms:
                return fx.Pressed(digits)
            if not digits and waited_ms >= effect.no_input_ms:
                return fx.NoInput()

    async def _said(self) -> fx.Said | None:
        """The caller's finished words, with whatever follows at once."""
        if self._answers.empty():
            return None
        texts: list[Utterance] = [self._answers.get_nowait()]
        while True:
            try:
                patience = SETTLE_S * 4 if self._speaking.is_set() else 0.05
                texts.append(await asyncio.wait_for(self._answers.get(), patience))
            except TimeoutError:
                break
        confidence = min(each.confidence for each in texts)
        sounds = tuple(sound for each in texts for sound in each.sounds)
        return fx.Said("".join(each.text for each in texts), sounds, confidence)


async def enter_queue(channel: AgiChannel, ledger: CallLedger, call_id: int, queue: str) -> None:
    """Tell the dialplan which queue comes next, and the ledger that the caller waits."""
    await channel.set_variable("HOTLINE_QUEUE", queue)
    await channel.set_variable("HOTLINE_QUEUE_TIMEOUT", str(QUEUE_PATIENCE_S))
    ledger.queued(call_id)
