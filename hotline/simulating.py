"""Simulated calls with this hotline's prompts, recognisers and regions."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from agent_api.calls.pop import origin
from common.workdays import Calendar
from hotline.asr_cli import text_settings
from hotline.headset import find_headset
from hotline.hearing import hear
from hotline.setup.known import Known
from hotline.setup.speech import load_speech
from hotline.simulating_aloud import talk, typed_lines
from hotline.sound import read_sound
from ivr import effects as fx
from ivr.simulating import Line, Simulation, Step, World, simulate
from ivr.tree import Tree
from ivr.voices.shipped import words


def world_of(
    at: datetime, number: str, region: str, known: Known | None, *, cases: Mapping[str, str],
    telephones: Mapping[str, str], queues: Mapping[str, fx.QueueIs], answers: Mapping[str, Any],
) -> World:  # fmt: skip
    """What is there around a simulated call, by this hotline's calendar where it is ``known``; see :class:`World`."""
    from_there, carrier = origin(number)
    return World(
        at, fx.Caller(number, region or from_there, carrier), known.calendar if known else Calendar(), cases=cases,
        telephones=telephones, queues=queues, answers=answers,
        words=words if known is None else lambda sound: known.words.get(sound, ""),
    )  # fmt: skip


def play(tree: Tree, given: list[dict[str, str]], world: World) -> Simulation:
    """Walk a caller through ``tree`` who does what is ``given``, in order: ``{speech}``, ``{wav}`` or ``{dtmf}``.

    Raises :class:`asr_models.errors.SoundUnreadable`, :class:`asr_models.errors.NoTextEngine`.
    """
    wavs = [Path(each["wav"]) for each in given if "wav" in each]
    heard = dict(zip(wavs, asyncio.run(_hear(wavs)), strict=True)) if wavs else {}
    return simulate(tree, [_step(each, heard) for each in given], world)


def play_aloud(tree: Tree, world: World, microphone: str | None, show: Callable[[Line], None]) -> Simulation:
    """Walk a caller through ``tree`` who speaks into a microphone and types keys; Ctrl-C hangs up.

    Raises :class:`asr_models.errors.MicrophoneUnusable`, :class:`asr_models.errors.LoudspeakerUnusable`,
    :class:`asr_models.errors.NoTextEngine`.
    """
    headset = find_headset(microphone)
    settings = text_settings(None)

    async def work() -> Simulation:
        service = await asyncio.to_thread(load_speech, settings)
        try:
            return await talk(tree, world, service, headset, typed_lines(), show)
        finally:
            await service.close()

    return asyncio.run(work())


def _step(given: dict[str, str], heard: dict[Path, fx.Said]) -> Step:
    if "dtmf" in given:
        return fx.Pressed(given["dtmf"])
    return heard[Path(given["wav"])] if "wav" in given else fx.Said(given["speech"])


async def _hear(wavs: list[Path]) -> list[fx.Said]:
    sounds = [read_sound(path) for path in wavs]
    service = await asyncio.to_thread(load_speech, text_settings(None))
    try:
        return [await hear(service, pcm) for pcm in sounds]
    finally:
        await service.close()
