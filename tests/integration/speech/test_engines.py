"""Real models through the one interface, at the telephone's 8000 Hz."""

import asyncio
import os
import shutil
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest
from vosk import KaldiRecognizer

from asr_models.by_sound.alignment import Sound, aligned, letters
from asr_models.by_sound.lexicon import is_chinese, syllables_of
from asr_models.catalogue import LIBIME_ZH, SHERPA_KWS, VOSK_KO, WHISPER_BASE
from asr_models.choice import Choice, Passes, choose
from asr_models.engines.base import Reading
from asr_models.engines.pinyin_ear import PinyinEar
from asr_models.engines.sherpa import Sherpa
from asr_models.engines.vosk import Recognizer, Vosk, VoskStream
from asr_models.engines.whisper import Whisper
from asr_models.errors import ModelUnreadable
from asr_models.frames import RATE, Utterance, Word
from asr_models.legs import TextService
from asr_models.loading import load
from hotline.setup.models import store
from hotline.sound import read_sound
from ivr.understanding import INTENTS, understand
from tests.integration.speech.conftest import SPEECH, errors, hear, pcm, recordings

CALLERS = [row for row in recordings("callers", "callers.tsv") if row["intent"] != "-"]
KOREAN = recordings("ko", "transcripts.tsv")[1]
PAUSE = bytes(2 * RATE)


def states(utterances: list[Utterance], index: int) -> list[str]:
    return [u.state for u in utterances if u.index == index]


async def test_callers_in_mandarin_are_written_down_and_understood(mandarin: TextService) -> None:
    wrong, letters = 0.0, 0
    for row in CALLERS:
        heard = await hear(mandarin, pcm(SPEECH / "callers" / row["file"]) + PAUSE)
        assert heard.started >= 1
        assert understand(heard.text, frozenset(INTENTS)).intent == row["intent"], heard.text
        assert not set(heard.text) & set(",?! "), heard.text
        wrong += errors(heard.text, row["text"]) * len(row["text"])
        letters += len(row["text"])
    assert wrong / letters < 0.15


def nice_threads(choice: Choice) -> int:
    """How many more of this process's threads give way to others while the models of ``choice`` are loaded."""

    def count() -> int:
        threads = [int(each.name) for each in Path("/proc/self/task").iterdir()]
        return sum(os.getpriority(os.PRIO_PROCESS, each) > 0 for each in threads)

    before = count()
    service = load(choice, store().path, "zh-CN", threads=1, at_once=1)
    found = count() - before
    asyncio.run(service.close())
    return found


def test_whisper_gives_way_where_a_quicker_text_comes_before_its_own() -> None:
    names = frozenset({WHISPER_BASE.name, SHERPA_KWS.name, LIBIME_ZH.name})
    # One is the scheduler's, for what nobody waits for.
    assert nice_threads(choose("auto", "zh-CN", names, Passes(partial=f"whisper:{WHISPER_BASE.name}"))) == 1
    assert nice_threads(choose("auto", "zh-CN", names)) > 1


async def test_an_utterance_grows_ends_once_and_has_its_sounds(mandarin: TextService) -> None:
    heard = await hear(mandarin, pcm(SPEECH / "callers" / "complaint-2.wav") + PAUSE, pace_s=0.1)
    assert {u.index for u in heard.utterances} == set(range(len({u.index for u in heard.utterances})))
    for index in {u.index for u in heard.utterances}:
        told = states(heard.utterances, index)
        assert told.count("final") == 1 and "partial" not in told[told.index("final") :]
    assert heard.utterances[0].state == "partial"
    final = heard.settled[0]
    assert {"tou2", "su4"} <= set(final.sounds)
    assert (final.engine, final.model) == ("whisper", WHISPER_BASE.name)


async def test_key_phrases_are_heard_without_any_model_for_text(spotting: TextService) -> None:
    assert "人工" in (await hear(spotting, pcm(SPEECH / "callers" / "agent-1.wav") + PAUSE)).text
    assert "举报" in (await hear(spotting, pcm(SPEECH / "callers" / "report-1.wav") + PAUSE)).text
    assert (await hear(spotting, pcm(SPEECH / "callers" / "agent-greeting.wav") + PAUSE)).text == ""


async def test_what_may_be_answered_is_heard_besides_them(spotting: TextService) -> None:
    sound = pcm(SPEECH / "callers" / "complaint-2.wav") + PAUSE
    # What no pinyin has, and one character alone, are passed over.
    asked = ("电动车", "VIP客户", "电饭煲", "1号", "是")
    assert (await hear(spotting, sound)).text == "我要投诉"
    assert (await hear(spotting, sound, phrases=asked)).text == "我要投诉，电动车"


def test_what_was_heard_wrong_is_among_the_doubts() -> None:
    ear, streaming = PinyinEar(store().path(SHERPA_KWS.name)), Sherpa(store().path(SHERPA_KWS.name))
    said = right = doubted = 0
    for row in CALLERS:
        samples = np.frombuffer(pcm(SPEECH / "callers" / row["file"]), "<i2").astype(np.float32) / 32768
        heard, stream = ear.hear(samples), streaming.open()
        stream.accept(samples)
        assert SequenceMatcher(None, heard.sounds, stream.finish().sounds).ratio() > 0.9
        assert len(heard.sounds) == len(heard.sureness) == len(heard.doubts)
        assert all(doubts[sound] == 0 for sound, doubts in zip(heard.sounds, heard.doubts, strict=True))
        sounds = [Sound(*each) for each in zip(heard.sounds, heard.sureness, heard.doubts, strict=True)]
        for slot in aligned(letters((Word(row["text"], 0, 0, 1.0),)), sounds):
            if slot.letter and slot.sound:
                said += 1
                right += slot.letter.syllable == slot.sound.syllable
                doubted += slot.letter.syllable in slot.sound.doubts
    assert said - doubted < (said - right) / 2
    assert ear.hear(np.zeros(10, np.float32)) == Reading()


async def test_vosk_streams_with_word_times(korean: TextService) -> None:
    heard = await hear(korean, read_sound(SPEECH / "ko" / KOREAN["file"]) + PAUSE)
    assert "partial" in {u.state for u in heard.utterances}
    finals = [u for u in heard.utterances if u.state == "final"]
    for u in finals:
        assert u.engine == "vosk" and 0 < u.confidence <= 1
        times = [time for word in u.words for time in (word.start_ms, word.end_ms)]
        assert times == sorted(times) and u.start_ms <= times[0] and times[-1] <= u.end_ms + 1000
    assert errors(heard.text, KOREAN["text"]) < 0.5


def test_the_upper_band_saves_words_that_a_wide_band_model_loses() -> None:
    model = Vosk(store().path(VOSK_KO.name))
    sound = np.frombuffer(read_sound(SPEECH / "ko" / KOREAN["file"]), "<i2").astype(np.float32)[: 15 * RATE] / 32768
    words = KOREAN["text"]
    wide, narrow = model.open(), VoskStream(model, Recognizer(KaldiRecognizer(model._vosk, float(RATE)), RATE), None)
    found = []
    for stream in (wide, narrow):
        for place in range(0, len(sound), 800):
            stream.accept(sound[place : place + 800])
        said = stream.finish().text
        found.append(errors(said, words[: len(said)]))
    assert found[0] < found[1] - 0.1


def test_a_recogniser_goes_from_one_utterance_to_the_next_and_takes_nothing_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = Vosk(store().path(VOSK_KO.name))
    made = []
    monkeypatch.setattr(model, "_new", lambda: made.append(1))
    sound = np.frombuffer(read_sound(SPEECH / "ko" / KOREAN["file"]), "<i2").astype(np.float32) / 32768
    silence = np.zeros(2 * RATE, np.float32)
    # The second ends in a silence in which Vosk itself ends a stretch.
    for words in (
        sound[: 4 * RATE],
        np.concatenate((sound[8 * RATE : 12 * RATE], silence)),
        silence,
        sound[: 4 * RATE],
    ):
        stream = model.open()
        for place in range(0, len(words), 800):
            stream.accept(words[place : place + 800])
        reading = stream.finish()
        times = [time for word in reading.words for time in (word.start_ms, word.end_ms)]
        assert times == sorted(times) and all(0 <= time <= len(words) * 1000 // RATE for time in times)
        assert bool(reading.text) == bool(np.any(words)) and reading.text == reading.text.strip()
    assert not made


def test_phrases_are_heard_again_by_grammar_and_those_outside_the_vocabulary_by_sound(
    caplog: pytest.LogCaptureFixture,
) -> None:
    model = Vosk(store().path(VOSK_KO.name), ("인식", "업로드", "포털이댜", "프로젝트"))
    assert [record.getMessage().rpartition(": ")[2] for record in caplog.records] == ["포털이댜"]
    sound = np.frombuffer(read_sound(SPEECH / "ko" / KOREAN["file"]), "<i2").astype(np.float32) / 32768
    heard = {}
    for begin_s, end_s in ((10, 12), (11.9, 12.8), (14.2, 15.2), (20, 22)):
        stream = model.open()
        stream.accept(sound[int(begin_s * RATE) : int(end_s * RATE)])
        reading = stream.finish()
        assert reading.text == " ".join(reading.text.split())
        heard[begin_s] = reading.phrases
        if begin_s == 11.9:
            # However wrong the text is, the sound is read again.
            assert model.phrases_in(b"".join(stream._said), "모델") == ("업로드",)
    assert heard == {10: ("포털이댜",), 11.9: ("업로드",), 14.2: ("인식",), 20: ()}


async def test_whisper_betters_what_vosk_streams(korean_bettered: TextService) -> None:
    sound = read_sound(SPEECH / "ko" / KOREAN["file"])[: 2 * RATE * 6] + PAUSE
    heard = await hear(korean_bettered, sound, pace_s=0.1)
    assert next(u.engine for u in heard.utterances if u.state == "partial") == "vosk"
    ends = [u for u in heard.utterances if u.state != "partial"]
    assert ends[-1].engine == "whisper"
    for index in {u.index for u in heard.utterances}:
        told = [state for state in states(heard.utterances, index) if state != "partial"]
        assert told in (["final"], ["final", "revised"])


@pytest.mark.parametrize(
    ("model", "file", "load"),
    [
        (VOSK_KO.name, "am/final.mdl", Vosk),
        (SHERPA_KWS.name, "encoder-epoch-12-avg-2-chunk-16-left-64.int8.onnx", Sherpa),
        (SHERPA_KWS.name, "joiner-epoch-12-avg-2-chunk-16-left-64.int8.onnx", PinyinEar),
        (SHERPA_KWS.name, "tokens.txt", PinyinEar),
        (WHISPER_BASE.name, "model.bin", lambda folder: Whisper(folder, "zh-CN", threads=1, at_once=1)),
    ],
)
def test_a_model_cut_short_is_refused(tmp_path: Path, model: str, file: str, load: Callable[[Path], object]) -> None:
    folder = tmp_path / model
    shutil.copytree(store().path(model), folder)
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(whole[: len(whole) // 3])
    with pytest.raises(ModelUnreadable, match=model):
        load(folder)


async def test_real_voices_of_open_recordings_are_written_down_and_their_sounds_heard(mandarin: TextService) -> None:
    """Some short ones; all of them, with the aim for them, are in `hotline bench asr`."""
    wrong, letters, heard_right, syllables = 0.0, 0, 0, 0
    for row in recordings("zh", "transcripts.tsv")[:11:3]:
        heard = await hear(mandarin, read_sound(SPEECH / "zh" / row["file"]) + PAUSE)
        finals = heard.settled
        assert finals and {u.engine for u in finals} == {"whisper"}
        wrong += errors(heard.text, row["text"]) * len(row["text"])
        letters += len(row["text"])
        said = syllables_of("".join(filter(is_chinese, row["text"])))
        sounds = [sound for u in finals for sound in u.sounds]
        alike = SequenceMatcher(None, sounds, said, autojunk=False).get_matching_blocks()
        heard_right += sum(block.size for block in alike)
        syllables += len(said)
    assert wrong / letters < 0.15
    assert heard_right / syllables > 0.7
