"""Streaming text with word times from a Vosk model."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from asr_models.bandwidth import BandwidthExtension, is_wide, model_rate
from asr_models.engines.base import Reading, Samples
from asr_models.errors import ModelUnreadable
from asr_models.frames import RATE, Word
from asr_models.written import written


class Vosk:
    """The loaded model."""

    name = "vosk"

    def __init__(self, folder: Path):
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

    def open(self) -> "VoskStream":
        """Begin an utterance."""
        recognizer = self._recognizer(self._vosk, float(self._rate))
        recognizer.SetWords(True)
        return VoskStream(recognizer, BandwidthExtension() if self._wide else None)


class VoskStream:
    """One utterance; what Vosk itself takes for several is joined."""

    def __init__(self, recognizer: Any, extension: BandwidthExtension | None):
        self._recognizer = recognizer
        self._extension = extension
        self._ended: list[dict[str, Any]] = []

    def accept(self, samples: Samples) -> None:
        """Take more sound and decode it."""
        sound = self._extension.widen(samples) if self._extension else samples
        pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
        if self._recognizer.AcceptWaveform(pcm):
            self._ended += _words(self._recognizer.Result())

    def reading(self) -> Reading:
        """What was read so far; words that may still change have no times."""
        growing = json.loads(self._recognizer.PartialResult()).get("partial", "")
        return _reading(self._ended, growing)

    def finish(self) -> Reading:
        """The last reading."""
        self._ended += _words(self._recognizer.FinalResult())
        return _reading(self._ended, "")


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
