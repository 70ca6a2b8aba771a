"""Streaming text with word times, and key phrases, from a Vosk model."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from asr_models.bandwidth import BandwidthExtension, is_wide, model_rate
from asr_models.by_sound.spelling import sounds_in, spelt
from asr_models.engines.base import Reading, Samples
from asr_models.errors import ModelUnreadable
from asr_models.frames import RATE, Word
from asr_models.written import written

log = logging.getLogger(__name__)

#: Longer utterances are not read again for a key phrase: they say more than one, ms.
_LONGEST_PHRASE_MS = 3000


class Vosk:
    """The loaded model."""

    name = "vosk"

    def __init__(self, folder: Path, phrases: tuple[str, ...] = ()):
        """``phrases`` are listened for in short utterances; those with words that the model lacks, by their sound."""
        import vosk

        vosk.SetLogLevel(-1)
        self.model = folder.name
        self._recognizer: Any = vosk.KaldiRecognizer
        conf = folder / "conf" / "mfcc.conf"
        try:
            features = conf.read_text("utf-8")
            self._vosk: Any = vosk.Model(str(folder))
        except Exception as error:
            # Vosk raises bare Exception for a model that Kaldi cannot read.
            raise ModelUnreadable(name=folder.name, problem=str(error)) from error
        self._wide = is_wide(features)
        self._rate = model_rate(features) if self._wide else RATE
        self._phrases = phrases
        self._spelling = spelt(phrases, lambda word: self._vosk.vosk_model_find_word(word) >= 0)
        if self._spelling.unknown:
            missing = ", ".join(self._spelling.unknown)
            log.warning("%s lacks words of these phrases, which are matched by sound: %s", self.model, missing)

    def open(self) -> "VoskStream":
        """Begin an utterance."""
        recognizer = self._recognizer(self._vosk, float(self._rate))
        recognizer.SetWords(True)
        extension = BandwidthExtension() if self._wide else None
        return VoskStream(recognizer, extension, self if self._phrases else None)

    def phrases_in(self, pcm: bytes, heard: str) -> tuple[str, ...]:
        """The phrases said in ``pcm`` (s16le at the model's rate), which was read as ``heard``.

        They are in the text; or the sound is read again by a grammar of phrases and that text, and rather fits a
        phrase; or, for words that no grammar can have, the text sounds like one.
        """
        solid = "".join(heard.split())
        if there := tuple(each for each in self._phrases if "".join(each.split()) in solid):
            return _longest(there)
        spelling = self._spelling
        if spelling.known and len(pcm) <= 2 * self._rate * _LONGEST_PHRASE_MS // 1000:
            grammar = json.dumps([*spelling.known, heard], ensure_ascii=False)
            recognizer = self._recognizer(self._vosk, float(self._rate), grammar)
            recognizer.AcceptWaveform(pcm)
            again = f" {json.loads(recognizer.FinalResult())['text']} "
            if rather := tuple(phrase for words, phrase in spelling.known.items() if f" {words} " in again):
                return _longest(rather)
        return tuple(each for each in spelling.unknown if sounds_in(each, heard))


class VoskStream:
    """One utterance; what Vosk itself takes for several is joined."""

    def __init__(self, recognizer: Any, extension: BandwidthExtension | None, listens: Vosk | None = None):
        """``listens`` for key phrases when the utterance has ended."""
        self._recognizer = recognizer
        self._extension = extension
        self._listens = listens
        self._said: list[bytes] = []
        self._ended: list[dict[str, Any]] = []

    def accept(self, samples: Samples) -> None:
        """Take more sound and decode it."""
        sound = self._extension.widen(samples) if self._extension else samples
        pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
        if self._listens:
            self._said.append(pcm)
        if self._recognizer.AcceptWaveform(pcm):
            self._ended += _words(self._recognizer.Result())

    def reading(self) -> Reading:
        """What was read so far; words that may still change have no times."""
        growing = json.loads(self._recognizer.PartialResult()).get("partial", "")
        return _reading(self._ended, growing)

    def finish(self) -> Reading:
        """The last reading."""
        self._ended += _words(self._recognizer.FinalResult())
        reading = _reading(self._ended, "")
        if not self._listens or not self._ended:
            return reading
        heard = " ".join(each["word"] for each in self._ended)
        return replace(reading, phrases=self._listens.phrases_in(b"".join(self._said), heard))


def _longest(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that are a part of another."""
    return tuple(each for each in phrases if not any(each in other and each != other for other in phrases))


def _words(result: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result).get("result", [])
    return found


def _reading(found: list[dict[str, Any]], growing: str) -> Reading:
    words = tuple(
        Word(each["word"], round(each["start"] * 1000), round(each["end"] * 1000), float(each["conf"]))
        for each in found
    )
    text = written(" ".join([*(word.text for word in words), growing]))
    return Reading(text, float(np.mean([word.confidence for word in words])) if words else 0.0, words)
