"""How a leg takes sound: live ones in time, recordings so that nobody on the line waits for them."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from asr_models.barge_in import Heard
from asr_models.choice import choose
from asr_models.engines.base import Samples
from asr_models.frames import RATE, AudioFrame, Interrupted
from asr_models.legs import Leg, TextService
from asr_models.loading import load
from hotline.bench.noises import samples_of
from hotline.paths import ROOT
from hotline.setup.models import store

SAID = ROOT / "tests" / "speech" / "callers" / "complaint-1.wav"


@pytest.fixture
async def service() -> TextService:
    """Voice activity, and no engine."""
    return load(choose("none", "zh-CN", frozenset()), store().path, "zh-CN", threads=1, at_once=1)


async def test_a_recording_is_heard_bit_by_bit_in_a_thread_of_its_own_with_all_that_was_beside_it(
    service: TextService, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, int, int]] = []
    hear = Leg.hear

    def noted(leg: Leg, pcm: Samples, beside: Sequence[AudioFrame] = ()) -> None:
        other = sum(len(frame.pcm) // 2 for frame in beside)
        heard.append((threading.current_thread().name, len(pcm), other))
        hear(leg, pcm, beside)

    monkeypatch.setattr(Leg, "hear", noted)
    silence = bytes(2 * RATE * 700)
    assert await service.utterances(silence, beside=silence) == []
    assert {name.rpartition("_")[0] for name, *_ in heard} == {"recording"}
    assert max(length for _, length, _ in heard) <= 2 * RATE
    assert all(length == other for _, length, other in heard)
    assert sum(length for _, length, _ in heard) == 700 * RATE
    await service.close()


async def test_only_live_legs_are_on_the_line_and_what_waits_of_them_is_told(service: TextService) -> None:
    live = service._desk.scheduler.live
    recording = service.open_leg("recording", lambda _event: None, live=False)
    assert not live.any()
    leg = service.open_leg("caller", lambda _event: None)
    assert live.any()
    leg.push(AudioFrame(np.zeros(RATE, "<i2").tobytes(), RATE, 0))
    await leg.close()
    await recording.close()
    assert not live.any() and service.load().behind_ms == 0
    await service.close()


async def test_a_caller_on_a_line_with_direct_current_stops_a_prompt(service: TextService) -> None:
    said = samples_of(SAID)
    quiet = np.concatenate((np.zeros(RATE, np.float32), said * np.float32(0.4))) + np.float32(0.05)
    interrupted: list[Interrupted] = []
    leg = service.open_leg(
        "caller", lambda event: interrupted.append(event) if isinstance(event, Interrupted) else None
    )
    leg.hears(Heard(0, np.zeros(0, np.float32), True))
    leg.push(AudioFrame((quiet * 32767).astype("<i2").tobytes(), RATE, 0))
    await leg.close()
    assert interrupted and interrupted[0].at_ms > 1000
    await service.close()
