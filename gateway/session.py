"""One call from its first second to its hand-over: carries out what the tree's interpreter asks for."""

import asyncio
import logging
from datetime import date
from pathlib import Path
from typing import Any

from agent_api.calls.ledger import CallLedger
from asr_models.frames import SpeechEvent, SpeechStarted, Utterance
from gateway.agi import AgiChannel
from gateway.ami import Ami, tolerating_lost_link
from gateway.errors import CallerHungUp
from gateway.facts import extract
from gateway.taps import Tap, monotonic
from ivr import effects as fx
from ivr.interpreter import Interpreter

log = logging.getLogger(__name__)

#: Keys of a telephone.
KEYS = "0123456789*#"
#: A key is waited for this long at a time while speech is listened for too, ms.
SLICE_MS = 200
#: Text that comes within this time of the last one belongs to the same answer, s.
SETTLE_S = 1.5


class CallSession:
    """A caller in the tree."""

    def __init__(
        self, call_id: int, channel: AgiChannel, ami: Ami, ledger: CallLedger, interpreter: Interpreter, began: float
    ):
        self.call_id = call_id
        self._agi = channel
        self._ami = ami
        self._ledger = ledger
        self._interpreter = interpreter
        self._began = began
        self._answers: asyncio.Queue[Utterance] = asyncio.Queue()
        self._speaking = asyncio.Event()
        self._writing: asyncio.Queue[tuple[str, Utterance] | None] = asyncio.Queue()
        self._playing = False
        self._interruptible = False
        self.taps: dict[str, Tap] = {}
        self._writer = asyncio.create_task(self._write(), name=f"words-{call_id}")

    @property
    def channel_name(self) -> str:
        """The caller's channel."""
        return self._agi.headers["agi_channel"]

    def heard(self, speaker: str, event: SpeechEvent) -> None:
        """A speech event of one of the call's taps."""
        if isinstance(event, SpeechStarted):
            if speaker == "caller":
                self._speaking.set()
                if self._playing and self._interruptible:
                    asyncio.get_running_loop().create_task(self._stop_prompt())
            return
        self._writing.put_nowait((speaker, event))
        if speaker == "caller" and event.state == "final":
            self._speaking.clear()
            if event.text:
                self._answers.put_nowait(event)

    async def _stop_prompt(self) -> None:
        with tolerating_lost_link("prompt not interrupted"):
            await self._ami.action("ControlPlayback", Channel=self.channel_name, Control="stop")

    async def walk(self) -> str:
        """Walk the tree to its end; returns what the dialplan does next: ``queue``, ``transfer`` or ``hangup``."""
        state, effects = self._interpreter.start()
        while True:
            answer: fx.Input | None = None
            for effect in effects:
                match effect:
                    case fx.EnterQueue():
                        await self._agi.set_variable("HOTLINE_QUEUE", effect.queue)
                        await self._agi.set_variable("HOTLINE_QUEUE_TIMEOUT", "1800")
                        await self._ledger.queued(self.call_id)
                        return "queue"
                    case fx.TransferTo():
                        await self._agi.set_variable("HOTLINE_TRANSFER", effect.target)
                        return "transfer"
                    case fx.HangUp():
                        return "hangup"
                    case _:
                        answer = await self._perform(effect, answer)
            if answer is None:
                raise RuntimeError(f"the tree stopped at {state.node} without waiting for anything")
            state, effects = self._interpreter.feed(state, answer)

    async def _perform(self, effect: fx.Effect, answer: fx.Input | None) -> fx.Input | None:
        match effect:
            case fx.EnterNode():
                await self._ledger.step(self.call_id, effect.node, int((monotonic() - self._began) * 1000))
            case fx.SetIntent():
                await self._ledger.intent(self.call_id, effect.intent, effect.score, effect.reason)
            case fx.DraftCase():
                await self._ledger.draft_case(self.call_id, effect.kind)
            case fx.SetField():
                fields: dict[str, Any] = {effect.name: effect.value}
                if effect.name == "description":
                    fields |= extract(str(effect.value), date.today())
                await self._ledger.set_fields(self.call_id, fields)
            case fx.Play():
                return await self._play(effect)
            case fx.Listen():
                if isinstance(answer, fx.Pressed) and len(answer.digits) >= effect.max_digits:
                    return answer
                return await self._listen(effect, answer)
            case fx.LookUpCase():
                found = await self._ledger.look_up_case(effect.number)
                return fx.CaseFound(found[0], found[1], "") if found else fx.CaseMissing(effect.number)
            case _:
                raise NotImplementedError(type(effect).__name__)
        return answer

    async def _play(self, effect: fx.Play) -> fx.Input:
        keys = KEYS if effect.keys_interrupt else ""
        self._drop_old_answers()
        self._playing, self._interruptible = True, effect.speech_interrupts
        try:
            for prompt in effect.prompts:
                if effect.speech_interrupts and self._speaking.is_set():
                    break
                name = (prompt.sound or "").split("/", 1)[-1]
                reply = await self._agi.command("STREAM FILE", name, f'"{keys}"')
                code = int(self._agi.result(reply))
                if code < 0:
                    raise CallerHungUp()
                if code > 0:
                    return fx.Pressed(chr(code))
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
            reply = await self._agi.command("WAIT FOR DIGIT", str(SLICE_MS))
            code = int(self._agi.result(reply))
            if code < 0:
                raise CallerHungUp()
            if code > 0:
                key = chr(code)
                if key == effect.terminator and (digits or effect.max_digits > 1):
                    return fx.Pressed(digits) if digits else fx.NoInput()
                digits += key
                waited_ms = 0
                if len(digits) >= effect.max_digits:
                    return fx.Pressed(digits)
                continue
            if self._speaking.is_set() and waited_ms < effect.max_speech_ms:
                continue
            waited_ms += SLICE_MS
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
        return fx.Said("".join(each.text for each in texts), (), confidence)

    async def _write(self) -> None:
        """Keep words in the order in which they came."""
        while (item := await self._writing.get()) is not None:
            speaker, u = item
            try:
                await self._ledger.utterance(
                    self.call_id,
                    speaker,
                    u.index,
                    u.start_ms,
                    u.end_ms,
                    u.text,
                    u.state,
                    u.engine,
                    u.model,
                    u.confidence,
                )
                fields = extract(u.text, date.today()) if speaker == "caller" and u.state == "final" else {}
                if fields:
                    await self._ledger.set_fields(self.call_id, fields)
            except Exception:
                log.exception("words of call %s could not be stored", self.call_id)

    async def close(self) -> None:
        """Finish taps and words, note the recordings."""
        for speaker, tap in self.taps.items():
            await tap.close()
            await self._ledger.recording(self.call_id, speaker, str(tap.path), tap.offset_ms, tap.duration_ms)
        self._writing.put_nowait(None)
        await self._writer


def recording_path(folder: Path, call_id: int, speaker: str) -> Path:
    """Where a speaker's sound is kept: a folder a day."""
    return folder / f"{date.today():%Y-%m-%d}" / f"{call_id}-{speaker}.wav"
