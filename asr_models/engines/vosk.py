"""Streaming text with word times, and key phrases, from a Vosk model."""

import json
import logging
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from asr_models.bandwidth import BandwidthExtension, is_wide, model_rate
from asr_models.by_sound.spelling import sounds_in, spelt
from asr_models.composed_graph import composed
from asr_models.engines.base import Reading, Samples
from asr_models.errors import ModelUnreadable
from asr_models.frames import RATE, Word
from asr_models.language_graph import quick
from asr_models.written import written

log = logging.getLogger(__name__)

#: Longer utterances are not read again for a key phrase: they say more than one, ms.
_LONGEST_PHRASE_MS = 3000
#: What a recogniser has worked out of the graph grows by 1 to 2 MB a second of speech: after so much it is given up, s.
_LIFE_S = 120
#: So many that nobody needs are kept, whatever the line's busiest moment was.
_IDLE = 16
#: What a new one is given to read: from here all words may follow, and working that out takes a second of a core.
_WARM_UP_S = 1
#: Closes what Vosk itself has begun after the last words.
_CLOSING_S = 0.1


class Vosk:
    """The loaded model."""

    name = "vosk"

    def __init__(self, folder: Path, phrases: tuple[str, ...] = (), ready: int = 1):
        """``phrases`` are listened for in short utterances; those with words that the model lacks, by their sound.

        So many recognisers are made ``ready`` at once: nobody waits for them.
        """
        import vosk

        vosk.SetLogLevel(-1)
        self.model = folder.name
        self._kaldi: Any = vosk.KaldiRecognizer
        conf = folder / "conf" / "mfcc.conf"
        try:
            features = conf.read_text("utf-8")
            one = composed(folder)
            self._vosk: Any = vosk.Model(str(one or quick(folder)))
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
        #: A graph that was composed beforehand takes no grammar.
        self._of_grammars: Any = self._vosk
        if self._spelling.known and one:
            self._of_grammars = vosk.Model(str(quick(folder)))

        self._idle: deque[Recognizer] = deque(maxlen=_IDLE)
        with ThreadPoolExecutor(thread_name_prefix="warm-up") as pool:
            list(pool.map(self._warm_up, [self._new() for _ in range(ready)]))

    def open(self, phrases: Sequence[str] = ()) -> "VoskStream":
        """Begin an utterance. Its recognisers, which are kept, are told no ``phrases``."""
        try:
            # The one that was used last knows most, and its memory is still at hand.
            recognizer = self._idle.pop()
        except IndexError:
            recognizer = self._new()
        return VoskStream(self, recognizer, BandwidthExtension() if self._wide else None)

    def _warm_up(self, recognizer: "Recognizer") -> None:
        recognizer.accept(bytes(2 * self._rate * _WARM_UP_S))
        self.give_back(recognizer)

    def _new(self) -> "Recognizer":
        return Recognizer(self._kaldi(self._vosk, float(self._rate)), self._rate)

    def give_back(self, recognizer: "Recognizer") -> None:
        """Its utterance is over: another may use what it has worked out."""
        recognizer.close()
        if recognizer.read_s < _LIFE_S:
            self._idle.append(recognizer)

    @property
    def listens(self) -> bool:
        """Whether there are key phrases to be heard."""
        return bool(self._phrases)

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
            recognizer = self._kaldi(self._of_grammars, float(self._rate), grammar)
            recognizer.AcceptWaveform(pcm)
            again = f" {json.loads(recognizer.FinalResult())['text']} "
            if rather := tuple(phrase for words, phrase in spelling.known.items() if f" {words} " in again):
                return _longest(rather)
        return tuple(each for each in spelling.unknown if sounds_in(each, heard))


class Recognizer:
    """A Vosk recogniser, for one utterance after another.

    Unless the model's graphs are composed beforehand, it composes them as it goes and keeps what it has composed. A new
    one begins with nothing, which makes it cost a second before its first word and then twice as much for each.
    """

    def __init__(self, vosk: Any, rate: int):
        self._vosk = vosk
        vosk.SetWords(True)
        self._rate = rate
        self._read = self._before = 0
        self._between = True

    @property
    def read_s(self) -> float:
        """How much it has read, s."""
        return self._read / self._rate

    def accept(self, pcm: bytes) -> list[dict[str, Any]]:
        """Read on (s16le at the model's rate): the words of a stretch that Vosk takes to have ended here."""
        self._read += len(pcm) // 2
        self._between = bool(self._vosk.AcceptWaveform(pcm))
        return self._words(self._vosk.Result()) if self._between else []

    def growing(self) -> str:
        """Words that may still change."""
        return str(json.loads(self._vosk.PartialResult()).get("partial", ""))

    def finish(self) -> list[dict[str, Any]]:
        """The last words of the utterance."""
        return self._words(self._vosk.FinalResult())

    def close(self) -> None:
        """Forget the utterance and its speaker."""
        if self._between:
            # Between two stretches Vosk finishes nothing: what it knows of the speaker would stay.
            self.accept(bytes(2 * int(self._rate * _CLOSING_S)))
        self.finish()
        self._before = self._read

    def _words(self, result: str) -> list[dict[str, Any]]:
        """Times count from the utterance's beginning, s; Vosk counts from the recogniser's."""
        found: list[dict[str, Any]] = json.loads(result).get("result", [])
        shift = self._before / self._rate
        return [{**each, "start": each["start"] - shift, "end": each["end"] - shift} for each in found]


class VoskStream:
    """One utterance; what Vosk itself takes for several is joined."""

    def __init__(self, model: Vosk, recognizer: Recognizer, extension: BandwidthExtension | None):
        self._model = model
        self._recognizer = recognizer
        self._extension = extension
        self._said: list[bytes] = []
        self._ended: list[dict[str, Any]] = []

    def accept(self, samples: Samples) -> None:
        """Take more sound and decode it."""
        self._decode(self._extension.widen(samples) if self._extension else samples)

    def _decode(self, sound: Samples) -> None:
        pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
        if self._model.listens:
            self._said.append(pcm)
        self._ended += self._recognizer.accept(pcm)

    def reading(self) -> Reading:
        """What was read so far; words that may still change have no times."""
        return _reading(self._ended, self._recognizer.growing())

    def finish(self) -> Reading:
        """The last reading."""
        if self._extension:
            self._decode(self._extension.rest())
        self._ended += self._recognizer.finish()
        self._model.give_back(self._recognizer)
        reading = _reading(self._ended, "")
        if not self._model.listens or not self._ended:
            return reading
        heard = " ".join(each["word"] for each in self._ended)
        return replace(reading, phrases=self._model.phrases_in(b"".join(self._said), heard))


def _longest(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Without those that are a part of another."""
    return tuple(each for each in phrases if not any(each in other and each != other for other in phrases))


def _reading(found: list[dict[str, Any]], growing: str) -> Reading:
    words = tuple(
        Word(each["word"], round(each["start"] * 1000), round(each["end"] * 1000), float(each["conf"]))
        for each in found
    )
    text = written(" ".join([*(word.text for word in words), growing]))
    return Reading(text, float(np.mean([word.confidence for word in words])) if words else 0.0, words)
