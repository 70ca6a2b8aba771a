"""Calls to a number with settings of its own are read by its own engines and models; each model is loaded once."""

import asyncio
from collections.abc import Iterator

import pytest

from asr_models.choice import Passes, choose
from asr_models.engines.whisper import Whisper
from asr_models.legs import TextService
from asr_models.loading import load
from hotline.setup.models import store
from hotline.sound import read_sound
from tests.integration.speech.conftest import SPEECH, errors, recordings

SHOPPER, KOREAN = "12315", "12345"


@pytest.fixture(scope="module")
def three() -> Iterator[TextService]:
    """Mandarin by Whisper and sherpa-onnx; one number by key phrases alone; one in Korean by both of its engines."""
    installed = store().installed()
    lines = {
        SHOPPER: (choose("sherpa", "zh-CN", installed), "zh-CN"),
        KOREAN: (choose("auto", "ko-KR", installed), "ko-KR"),
    }
    mandarin = choose("auto", "zh-CN", installed, Passes(partial="whisper:faster-whisper-base"))
    service = load(mandarin, store().path, "zh-CN", lines=lines, threads=2, at_once=2)
    yield service
    asyncio.run(service.close())


async def test_each_call_is_read_as_its_number_says(three: TextService) -> None:
    row = next(each for each in recordings("callers", "callers.tsv") if each["file"] == "complaint-2.wav")
    caller = read_sound(SPEECH / "callers" / row["file"])
    assert errors(await three.transcribe(caller), row["text"]) < 0.3
    (phrase, *_) = await three.utterances(caller, line=SHOPPER)
    assert phrase.engine == "sherpa" and len(phrase.text) < len(row["text"]) / 2
    # Who called a number that is not known has called the line.
    (said, *_) = await three.utterances(caller, line="10000")
    assert said.engine == "whisper"
    korean = recordings("ko", "transcripts.tsv")[0]
    sound = read_sound(SPEECH / "ko" / korean["file"])
    found = await three.utterances(sound, line=KOREAN)
    assert errors("".join(each.text for each in found), korean["text"]) < 0.6
    assert {each.engine for each in found} <= {"whisper", "vosk"} and not any(each.sounds for each in found)


def test_what_reads_them_is_told(three: TextService) -> None:
    told = three.describe_lines()
    assert told[SHOPPER]["final"].startswith("sherpa") and told[KOREAN]["partial"].startswith("vosk")
    assert three.describe()["final"].startswith("whisper")


def test_a_model_that_several_lines_use_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    made = Whisper.__init__

    def count(self: Whisper, *given: object, **named: object) -> None:
        loaded.append(str(given[0]))
        made(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Whisper, "__init__", count)
    chosen = choose("whisper", "zh-CN", store().installed())
    lines = {SHOPPER: (chosen, "zh-CN"), KOREAN: (chosen, "ko-KR")}
    service = load(chosen, store().path, "zh-CN", lines=lines, threads=1, at_once=1)
    asyncio.run(service.close())
    assert len(loaded) == 1
