"""A simulated call with a caller who hears the prompts, speaks into a microphone and types keys."""

import asyncio
import contextlib
import sys
import tempfile
import threading
import wave
from collections.abc import Callable, Iterable
from pathlib import Path

from asr_models.frames import RATE, AudioFrame
from asr_models.legs import TextService
from gateway.spoken_answer import SpokenAnswer
from hotline.headset import Headset
from hotline.setup.voices import text_to_speech
from ivr import effects as fx
from ivr.simulating import Line, SimulatedCall, Simulation, Step, World
from ivr.tree import Tree
from ivr.voices.shipped import FOLDER

#: The keys of a telephone.
_KEYS = frozenset("0123456789*#")


async def talk(
    tree: Tree,
    world: World,
    service: TextService,
    headset: Headset,
    typed: "asyncio.Queue[str]",
    show: Callable[[Line], None],
) -> Simulation:
    """Walk a caller through ``tree`` who speaks and types; a cancel hangs up.

    ``typed`` brings lines of keys; any line stops the prompt that is played. ``show`` is told each line as it is
    said. What is said while a prompt plays is not listened to: the microphone would hear the loudspeaker.
    Raises :class:`asr_models.errors.MicrophoneUnusable`, :class:`asr_models.errors.LoudspeakerUnusable`,
    :class:`ivr.errors.SpeechFailed`.
    """
    call = SimulatedCall(tree, world)
    try:
        with tempfile.TemporaryDirectory() as folder:
            voice = _Prompts(tree, Path(folder))
            await _say(call.so_far.lines, voice, headset, typed, show)
            while not call.ended:
                step = await _answer(call, service, headset, typed)
                await _say(call.take(step), voice, headset, typed, show)
    except asyncio.CancelledError:
        if not call.ended:
            for line in call.take(fx.CallerGone()):
                show(line)
    return call.so_far


class _Prompts:
    """The sound of what is said: recorded with the product, else read out once by the tree's voice."""

    def __init__(self, tree: Tree, folder: Path):
        self._voice, self._folder, self._speech = tree.voice, folder, text_to_speech()

    async def sound(self, line: Line) -> bytes:
        """s16le, 8000 Hz; empty for a prompt whose words are not known."""
        path = FOLDER / f"{line.sound}.wav"
        if not line.sound or not path.is_file():
            if not line.text:
                return b""
            path = self._folder / f"{fx.sound_of(line.text, self._voice).partition('/')[2]}.wav"
            if not path.is_file():
                await self._speech.render([(line.text, self._speech.voice(self._voice), path)])
        with wave.open(str(path)) as file:
            return bytes(file.readframes(file.getnframes()))


async def _say(
    lines: Iterable[Line], voice: _Prompts, headset: Headset, typed: "asyncio.Queue[str]", show: Callable[[Line], None]
) -> None:
    for line in lines:
        show(line)
        if line.who == "caller" or not typed.empty():
            continue
        playing = asyncio.ensure_future(headset.play(await voice.sound(line)))
        stopped = asyncio.ensure_future(_until_typed(typed))
        try:
            await asyncio.wait((playing, stopped), return_when=asyncio.FIRST_COMPLETED)
            if playing.done():
                playing.result()
        finally:
            for task in (playing, stopped):
                task.cancel()
            await asyncio.gather(playing, stopped, return_exceptions=True)


async def _until_typed(typed: "asyncio.Queue[str]") -> None:
    """Until a line of keys waits; it is left there."""
    keys = await typed.get()
    typed.put_nowait(keys)


async def _answer(call: SimulatedCall, service: TextService, headset: Headset, typed: "asyncio.Queue[str]") -> Step:
    """What the caller says or types, or their silence."""
    while not typed.empty():
        if keys := typed.get_nowait():
            return fx.Pressed(keys)
    typing = asyncio.ensure_future(_keys(typed))
    hearing = asyncio.ensure_future(_hear(call, service, headset))
    try:
        await asyncio.wait((typing, hearing), return_when=asyncio.FIRST_COMPLETED)
        return typing.result() if typing.done() else hearing.result()
    finally:
        for task in (typing, hearing):
            task.cancel()
        await asyncio.gather(typing, hearing, return_exceptions=True)


async def _keys(typed: "asyncio.Queue[str]") -> Step:
    while not (keys := await typed.get()):
        pass
    return fx.Pressed(keys)


async def _hear(call: SimulatedCall, service: TextService, headset: Headset) -> Step:
    """The caller's words once they pause, as on the line; silence once the line's patience, in sound, is over."""
    waits = call.waits_for
    patience_ms = waits.silence_ms if isinstance(waits, fx.RecordMessage) else waits.no_input_ms if waits else 0
    most_ms = waits.max_ms if isinstance(waits, fx.RecordMessage) else waits.max_speech_ms if waits else 0
    pause_ms = waits.settle_ms if isinstance(waits, fx.Listen) else patience_ms
    answer = SpokenAnswer()
    quiet_ms = spoken_ms = 0
    leg = service.open_leg("microphone", answer.hear, words=lambda: call.phrases, phrases=lambda: call.phrases)
    at = 0
    try:
        with headset.listening() as pieces:
            async for pcm in pieces:
                leg.push(AudioFrame(pcm, RATE, at * 1000 // RATE))
                at += len(pcm) // 2
                piece_ms = len(pcm) // 2 * 1000 // RATE
                if answer.speaking:
                    spoken_ms, quiet_ms = spoken_ms + piece_ms, 0
                else:
                    quiet_ms += piece_ms
                paused_at_ms = answer.paused_at_ms
                over = quiet_ms >= patience_ms
                if paused_at_ms is not None:
                    over = not answer.speaking and at * 1000 // RATE - paused_at_ms >= pause_ms
                if spoken_ms >= most_ms or over:
                    break
    finally:
        await leg.close()
    return answer.take() or fx.NoInput()


def typed_lines() -> "asyncio.Queue[str]":
    """What is typed, line by line, keys only; an empty line where there are none. Needs a running loop."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        # The loop is closed when the call is over; the last line is nobody's then.
        with contextlib.suppress(RuntimeError):
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, "".join(key for key in line if key in _KEYS))

    threading.Thread(target=read, name="keys", daemon=True).start()
    return lines
