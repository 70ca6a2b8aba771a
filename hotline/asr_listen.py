"""``hotline asr listen``: what is said into this machine's microphone, as text while it is said."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from asr_models.errors import MicrophoneUnusable
from asr_models.frames import RATE, AudioFrame, SpeechEvent, Utterance
from asr_models.service import SpeechService
from hotline.asr_cli import asr_app, text_settings

#: The line gives so much at a time, ms.
_PIECE_MS = 60


@asr_app.command()
def listen(
    device: Annotated[str | None, typer.Option(help="A microphone's number or part of its name.")] = None,
    devices: Annotated[bool, typer.Option("--devices", help="List the microphones and stop.")] = False,
    engine: Annotated[str | None, typer.Option(help="As for transcribe.")] = None,
) -> None:
    """Write down what is said into a microphone until Ctrl-C: growing text grey, finished lines with their time."""
    microphones = find_microphones()
    if devices:
        for number, name in microphones:
            typer.echo(f"{number:3}  {name}")
        return
    chosen = choose(microphones, device)
    settings = text_settings(engine)
    console = Console(highlight=False)

    async def work() -> None:
        from hotline.setup.speech import load_speech

        service = await asyncio.to_thread(load_speech, settings)
        try:
            with opened(chosen) as pieces:
                console.print(f"[{chosen}] …", style="dim", markup=False)
                await follow(service, pieces, console)
        finally:
            await service.close()

    try:
        asyncio.run(work())
    except KeyboardInterrupt:
        console.print()


def find_microphones() -> list[tuple[int, str]]:
    """Number and name of every device that sound can be taken from, the system's own choice first.

    Raises :class:`MicrophoneUnusable`.
    """
    try:
        import sounddevice

        return inputs(list(sounddevice.query_devices()), sounddevice.default.device[0])
    except OSError as error:
        # It is the system's own library that is missing, which no package of Python's brings.
        raise MicrophoneUnusable(problem=f"{error} (Debian, Ubuntu: apt install libportaudio2)") from error


def inputs(devices: list[dict[str, Any]], default: int) -> list[tuple[int, str]]:
    """Those of PortAudio's ``devices`` that sound can be taken from, the ``default`` one first (-1: there is none)."""
    found = [(each["index"], each["name"]) for each in devices if each["max_input_channels"] > 0]
    return sorted(found, key=lambda each: each[0] != default)


def choose(microphones: list[tuple[int, str]], wanted: str | None) -> int:
    """The number of the one that is wanted; the first where none is. Raises :class:`MicrophoneUnusable`."""
    if not microphones:
        raise MicrophoneUnusable(problem="this machine has none")
    if wanted is None:
        return microphones[0][0]
    for number, name in microphones:
        if wanted == str(number) or (not wanted.isdecimal() and wanted.lower() in name.lower()):
            return number
    names = "; ".join(f"{number} {name}" for number, name in microphones)
    raise MicrophoneUnusable(problem=f"there is no {wanted}, only: {names}")


@contextmanager
def opened(number: int) -> Iterator[AsyncIterator[bytes]]:
    """Pieces of sound (s16le, 8000 Hz) as they come; the device gives them at its own rate.

    Raises :class:`MicrophoneUnusable`.
    """
    import sounddevice

    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[bytes] = asyncio.Queue()

    def heard(data: Any, _frames: int, _time: Any, _status: Any) -> None:
        loop.call_soon_threadsafe(waiting.put_nowait, bytes(data))

    try:
        rate = int(sounddevice.query_devices(number)["default_samplerate"])
        stream = sounddevice.RawInputStream(
            samplerate=rate, blocksize=rate * _PIECE_MS // 1000, device=number, channels=1, dtype="int16",
            callback=heard,
        )  # fmt: skip
        with stream:
            yield at_line_rate(_each(waiting), rate)
    except sounddevice.PortAudioError as error:
        raise MicrophoneUnusable(problem=str(error)) from error


async def _each(waiting: "asyncio.Queue[bytes]") -> AsyncIterator[bytes]:
    while True:
        yield await waiting.get()


async def at_line_rate(pieces: AsyncIterator[bytes], rate: int) -> AsyncIterator[bytes]:
    """Pieces of mono sound (s16le) at ``rate`` Hz as the line has it: 8000 Hz, what that cannot carry filtered out."""
    import av

    resampler = av.AudioResampler("s16", "mono", RATE)
    async for pcm in pieces:
        frame = av.AudioFrame.from_ndarray(np.frombuffer(pcm, "<i2")[np.newaxis], "s16", "mono")
        frame.sample_rate = rate
        yield b"".join(each.to_ndarray().astype("<i2").tobytes() for each in resampler.resample(frame))


async def follow(service: SpeechService, pieces: AsyncIterator[bytes], console: Console) -> None:
    """Print what is said in ``pieces`` until they end."""
    with Live(console=console, refresh_per_second=8, transient=True) as live:

        def show(event: SpeechEvent) -> None:
            if not isinstance(event, Utterance):
                return
            if event.state == "partial":
                live.update(Text(event.text, style="dim"))
                return
            live.update(Text(""))
            if event.text:
                mark = "*" if event.state == "revised" else " "
                live.console.print(f"{event.start_ms / 1000:7.1f} s {mark} {event.text}", markup=False)

        leg = service.open_leg("microphone", show)
        at = 0
        try:
            async for pcm in pieces:
                leg.push(AudioFrame(pcm, RATE, at * 1000 // RATE))
                at += len(pcm) // 2
        finally:
            await leg.close()
