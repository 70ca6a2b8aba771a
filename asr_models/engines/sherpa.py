"""Streaming toned pinyin and key phrases from a small sherpa-onnx model; it knows no characters."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pypinyin import Style, pinyin
from pypinyin.contrib.tone_convert import to_tone3

from asr_models.engines.base import Reading, Samples
from asr_models.errors import ModelUnreadable
from asr_models.phrases import KEY_PHRASES
from common.pinyin import INITIALS, split

#: The model's, Hz.
MODEL_RATE = 16000
#: Sound behind the last word that the model needs before it says it, s.
TAIL_S = 0.5


def split_syllable(syllable: str) -> list[str]:
    """Initial and final of a toned syllable, as the model's tokens: ``zhuǎn`` is ``zh``, ``uǎn``."""
    return [part for part in split(syllable) if part]


def to_syllables(tokens: Sequence[str], odds: Sequence[float] = ()) -> tuple[tuple[str, float], ...]:
    """Toned syllables such as ``tou2`` (5 is the neutral tone) of initials and finals.

    Each with the lower of its parts' ``odds`` (0 to 1; 1 where none are given).
    """
    syllables, initial, lowest = [], "", 1.0
    for token, sure in zip(tokens, odds or [1.0] * len(tokens), strict=True):
        lowest = min(lowest, sure)
        if token in INITIALS:
            initial = token
            continue
        toned = str(to_tone3(initial + token, neutral_tone_with_five=True))
        syllables.append((toned, lowest))
        initial, lowest = "", 1.0
    return tuple(syllables)


def doubled(samples: Samples, last: np.float32) -> Samples:
    """At twice the rate; ``last`` is the sample before the first."""
    line = np.concatenate(([last], samples))
    return np.interp(np.arange(1, 2 * len(samples) + 1) / 2, np.arange(len(line)), line).astype(np.float32)


def keyword_line(phrase: str) -> str:
    """A key phrase as the spotter's file has it: tokens, then the phrase."""
    tokens = [token for (syllable,) in pinyin(phrase, style=Style.TONE) for token in split_syllable(syllable)]
    return f"{' '.join(tokens)} @{phrase}"


class Sherpa:
    """The loaded model, for pinyin and for key phrases."""

    name = "sherpa"

    def __init__(self, folder: Path, phrases: tuple[str, ...] = KEY_PHRASES):
        import sherpa_onnx

        self.model = folder.name
        try:
            files = {part: str(next(folder.glob(f"{part}*.onnx"))) for part in ("encoder", "decoder", "joiner")}
            files["tokens"] = str(folder / "tokens.txt")
            self._pinyin: Any = sherpa_onnx.OnlineRecognizer.from_transducer(
                **files, num_threads=1, decoding_method="modified_beam_search"
            )
            with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
                file.write("\n".join(map(keyword_line, phrases)))
                file.flush()
                self._spotter: Any = sherpa_onnx.KeywordSpotter(**files, keywords_file=file.name, num_threads=1)
        except (RuntimeError, StopIteration, AssertionError) as error:
            raise ModelUnreadable(name=folder.name, problem=str(error) or "files are missing") from error

        #: The model's tokens: the spotter takes no phrase with another.
        self._known = set((folder / "tokens.txt").read_text("utf-8").split()[::2])
        #: Spotted in every utterance, and so not told for one.
        self._own = frozenset(phrases)
        #: What may be answered to a question → as :meth:`_keywords` has it.
        self._told: dict[tuple[str, ...], str] = {}

    def open(self, phrases: Sequence[str] = ()) -> "SherpaStream":
        """Begin an utterance, in which ``phrases`` are spotted, too.

        Those that have no pinyin of Mandarin are not, nor one character alone: it sounds like too many others.
        """
        return SherpaStream(self._pinyin, self._spotter, self._keywords(tuple(phrases)))

    def _keywords(self, phrases: tuple[str, ...]) -> str | None:
        """As the spotter takes them for one stream; the same question is asked again and again."""
        if phrases not in self._told:
            more = [each for each in dict.fromkeys(phrases) if len(each) > 1 and each not in self._own]
            lines = [keyword_line(each) for each in more]
            self._told[phrases] = "/".join(each for each in lines if self._known.issuperset(each.split()[:-1]))
        return self._told[phrases] or None


class SherpaStream:
    """One utterance."""

    def __init__(self, recognizer: Any, spotter: Any, keywords: str | None):
        """``keywords``: those of this utterance, as the spotter's file has them, with ``/`` between."""
        self._pinyin, self._spotter = recognizer, spotter
        self._heard, self._spotting = recognizer.create_stream(), spotter.create_stream(keywords)
        self._last = np.float32(0)
        self._phrases: list[str] = []

    def accept(self, samples: Samples) -> None:
        """Take more sound and decode it."""
        if not len(samples):
            return
        wide = doubled(samples, self._last)
        self._last = samples[-1]
        for stream in (self._heard, self._spotting):
            stream.accept_waveform(MODEL_RATE, wide)
        self._decode()

    def _decode(self) -> None:
        while self._pinyin.is_ready(self._heard):
            self._pinyin.decode_stream(self._heard)
        while self._spotter.is_ready(self._spotting):
            self._spotter.decode_stream(self._spotting)
            if phrase := self._spotter.get_result(self._spotting):
                self._phrases.append(phrase)
                self._spotter.reset_stream(self._spotting)

    def reading(self) -> Reading:
        """Sounds and key phrases so far; no text."""
        result = self._pinyin.get_result_all(self._heard)
        odds = [min(1.0, float(np.exp(each))) for each in result.ys_probs]
        heard = to_syllables(list(result.tokens), odds)
        sure = float(np.mean(odds)) if odds else 0.0
        syllables, sureness = (tuple(part) for part in zip(*heard, strict=True)) if heard else ((), ())
        return Reading("", sure, (), syllables, sureness, phrases=tuple(self._phrases))

    def finish(self) -> Reading:
        """The last reading."""
        self.accept(np.zeros(int(TAIL_S * MODEL_RATE / 2), np.float32))
        for stream in (self._heard, self._spotting):
            stream.input_finished()
        self._decode()
        return self.reading()
