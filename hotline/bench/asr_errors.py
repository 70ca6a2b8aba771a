"""Character error rate by engine, pass, noise, and with and without the hotline's own words."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from asr_models.by_sound.correction import SpeltOut, put_right
from asr_models.by_sound.mandarin import Mandarin
from asr_models.domain_words import likely, read_words, told
from asr_models.engines.base import Ear, Reading, Samples, StreamingEngine, WholeEngine, with_doubts
from asr_models.frames import RATE
from asr_models.references import references
from asr_models.scoring import Score, rate, score
from hotline.bench.report import Figure
from hotline.paths import ROOT
from hotline.sound import read_sound

SPEECH = ROOT / "tests" / "speech"


@dataclass(frozen=True)
class ByEar:
    """What puts characters right, as the line has it."""

    sounds: StreamingEngine
    ear: Ear
    mandarin: Mandarin


def bench_mandarin(whole: WholeEngine, by_ear: ByEar, noise: int | None) -> Iterator[Figure]:
    """Final text, put right by sound and by the hotline's own words, and growing text.

    ``noise``: white noise so far under the speech, dB; None is
    the line as it is.
    """
    words = read_words(SPEECH / "domain" / "words.txt")
    under = f", noise {noise} dB under" if noise else ""
    table = _table(SPEECH / "domain" / "unseen.tsv", noise)
    alone, right = _rates(whole, by_ear, table, ())
    yield _figure(f"domain utterances{under}: Whisper, final", alone)
    yield _figure(f"domain utterances{under}: Whisper, put right by pinyin", right)
    _, own = _rates(whole, by_ear, table, words)
    yield _figure(f"domain utterances{under}: and by the hotline's own words", own, None if noise else 0.05)
    yield _figure(f"domain utterances{under}: growing text, from pinyin alone", _spelt(by_ear, table, ()))
    yield _figure(f"domain utterances{under}: and with the hotline's own words", _spelt(by_ear, table, words))
    table = _table(SPEECH / "zh" / "transcripts.tsv", noise)
    alone, right = _rates(whole, by_ear, table, ())
    yield _figure(f"open recordings{under}: Whisper, final", alone)
    yield _figure(f"open recordings{under}: Whisper, put right by pinyin", right, None if noise else 0.10)
    yield _figure(f"open recordings{under}: growing text, from pinyin alone", _spelt(by_ear, table, ()))


def bench_korean(engine: StreamingEngine, folder: Path) -> Iterator[Figure]:
    """Vosk's Korean model on the telephone's band, and the model in ``folder`` by itself on its own band."""
    import vosk

    vosk.SetLogLevel(-1)
    model = vosk.Model(str(folder))
    for each in references(SPEECH / "ko" / "transcripts.tsv"):
        narrow = _stream(engine, _samples(read_sound(each.path)), each.text).rate
        own = score(each.text, _by_itself(model, read_sound(each.path, 2 * RATE))).rate
        found = _figure(f"Korean, {each.path.stem}: Vosk, telephone band", narrow, 1.5 * own)
        yield replace(found, peer="16 kHz", peer_value=round(100 * own, 1))


def _by_itself(model: Any, pcm: bytes) -> str:
    import vosk

    recognizer: Any = vosk.KaldiRecognizer(model, 2.0 * RATE)
    size = 2 * RATE // 5
    # Each sentence has a result of its own when it ends; the last one ends with the sound.
    texts = [
        json.loads(recognizer.Result())["text"]
        for place in range(0, len(pcm), size)
        if recognizer.AcceptWaveform(pcm[place : place + size])
    ]
    return " ".join([*texts, json.loads(recognizer.FinalResult())["text"]])


def _figure(name: str, found: float, most: float | None = None) -> Figure:
    aim, met = (f"≤ {100 * most:.1f}", found <= most) if most else (None, None)
    return Figure(f"wrong characters, {name}", round(100 * found, 1), "%", aim=aim, met=met)


def _table(path: Path, noise: int | None) -> list[tuple[Samples, str]]:
    return [(noisy(_samples(read_sound(each.path)), noise), each.text) for each in references(path)]


def _samples(pcm: bytes) -> Samples:
    return np.asarray(np.frombuffer(pcm, "<i2") / 32768, np.float32)


def noisy(samples: Samples, under_db: int | None) -> Samples:
    """With white noise so far under the sound, the same each time."""
    if under_db is None:
        return samples
    level = float(np.sqrt(np.mean(samples**2))) * 10 ** (-under_db / 20)
    noise = np.random.default_rng(0).standard_normal(len(samples), np.float32)
    return np.asarray(samples + noise * np.float32(level), np.float32)


def _spelt(by_ear: ByEar, table: list[tuple[Samples, str]], words: tuple[str, ...]) -> float:
    """Errors of what the heard pinyin alone gives, as it is heard while someone speaks."""
    spelt = SpeltOut(words, by_ear.mandarin)
    return rate(
        score(said, "".join(spelt.read(_heard(by_ear, piece)).text for piece in pieces(samples)))
        for samples, said in table
    )


def _heard(by_ear: ByEar, samples: Samples) -> Reading:
    stream = by_ear.sounds.open()
    stream.accept(samples)
    return stream.finish()


def _rates(
    whole: WholeEngine, by_ear: ByEar, table: list[tuple[Samples, str]], words: tuple[str, ...]
) -> tuple[float, float]:
    """Errors of Whisper alone, and put right by the heard pinyin and ``words``."""
    found = [(said, *_read(whole, by_ear, samples, words)) for samples, said in table]
    return rate(score(said, alone) for said, alone, _ in found), rate(score(said, right) for said, _, right in found)


def _read(whole: WholeEngine, by_ear: ByEar, samples: Samples, words: tuple[str, ...]) -> tuple[str, str]:
    """Long recordings are read in pieces, cut at the quietest place."""
    alone = right = ""
    for piece in pieces(samples):
        heard = _heard(by_ear, piece)
        reading = whole.read(piece, careful=True, words=told(likely(words, heard.sounds))) or Reading()
        alone += reading.text
        reading = with_doubts(reading, by_ear.ear, piece)
        right += put_right(reading, reading if reading.doubts else heard, words, by_ear.mandarin).text
    return alone, right


def _stream(engine: StreamingEngine, samples: Samples, said: str) -> Score:
    stream = engine.open()
    for place in range(0, len(samples), 800):
        stream.accept(samples[place : place + 800])
    return score(said, stream.finish().text)


def pieces(samples: Samples, longest_s: int = 12) -> Sequence[Samples]:
    """Of at most so many seconds each, cut in pauses: Whisper's window is 30 s, and its errors grow with the length."""
    longest, window = longest_s * RATE, 800
    if len(samples) <= longest:
        return [samples]
    levels = [float(np.mean(samples[at : at + window] ** 2)) for at in range(longest // 2, longest, window)]
    cut = longest // 2 + window * int(np.argmin(levels))
    return [samples[:cut], *pieces(samples[cut:], longest_s)]
