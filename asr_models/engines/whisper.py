"""Whole utterances to text with faster-whisper's model, in a window as long as the utterance."""

import os
import re
import zlib
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import zhconv

from asr_models.engines.base import Reading, Samples
from asr_models.errors import ModelUnreadable
from asr_models.frames import Word
from asr_models.written import written

#: Told to the model beforehand: what the line is about. Measured to take a quarter off its errors.
LINE_WORDS = "我要投诉。我要举报。我要咨询。转人工。查询案件进度。提个建议。表扬。匿名。假冒伪劣，漏电，三包，退款。"
#: Whisper's own rate, Hz, and its features a second.
WHISPER_RATE = 16000
#: The decoder's attention looks at so many places a second.
_ALIGNED_S = 50
_WINDOW_S = 30
#: The model was taught with silence up to 30 s behind the words. Reading 30 s takes three times as long as the
#: utterance with this much silence behind it, for the same errors; a text that loops is read again in all 30 s.
_TAIL_S = 1.5
#: Above these the model made the text up from noise (values of its authors).
_NO_SPEECH = 0.6
_COMPRESSION = 2.4
#: More tokens than anyone speaks: a loop ends here.
_TOKENS_S = 12
_TOKENS_LEAST = 16
#: What Whisper writes when it hears nothing: captions of the films it learnt from.
_CAPTIONS = re.compile(r"字幕|订阅|点赞|观看|谢谢收看|优优独播|明镜|Amara|中文字幕")


class _Stopped(Exception):
    """A quick reading gave way."""


class Whisper:
    """The loaded model; ``read`` may be called from several threads, ``at_once`` of them decode side by side."""

    name = "whisper"

    def __init__(self, folder: Path, language: str, *, threads: int, at_once: int):
        # Read when the library is loaded. Threads that wait for each other by spinning keep each other from their turns
        # where the processors have more to do: with two busy neighbours on two cores a reading never came to its end.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        from faster_whisper import WhisperModel

        self.model = folder.name
        try:
            self._whisper: Any = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, num_workers=at_once,
                local_files_only=True,
            )  # fmt: skip
        except (RuntimeError, ValueError) as error:
            raise ModelUnreadable(name=folder.name, problem=str(error)) from error
        self._expect(language)

    def in_language(self, language: str) -> "Whisper":
        """The same loaded model, for another language."""
        other = copy(self)
        other._expect(language)
        return other

    def _expect(self, language: str) -> None:
        from faster_whisper.tokenizer import Tokenizer

        self._language = language.split("-")[0]
        self._tokens: Any = Tokenizer(self._whisper.hf_tokenizer, True, task="transcribe", language=self._language)

    def read(
        self,
        samples: Samples,
        *,
        careful: bool,
        words: str = "",
        begins: str = "",
        stop: Callable[[], bool] | None = None,
    ) -> Reading | None:
        """See :class:`asr_models.engines.base.WholeEngine`."""
        wide = np.interp(np.arange(len(samples) * 2) / 2, np.arange(len(samples)), samples).astype(np.float32)
        try:
            reading = self._decode(wide, _TAIL_S, careful, words, begins, stop)
            if careful and _loops(reading.text):
                reading = self._decode(wide, _WINDOW_S, careful, words, begins, stop)
        except _Stopped:
            return None
        return Reading() if _loops(reading.text) or _CAPTIONS.search(reading.text) else reading

    def _decode(
        self,
        wide: npt.NDArray[np.float32],
        tail_s: float,
        careful: bool,
        words: str,
        begins: str,
        stop: Callable[[], bool] | None,
    ) -> Reading:
        padded = np.concatenate((wide, np.zeros(int(tail_s * WHISPER_RATE), np.float32)))
        features = self._whisper.feature_extractor(padded[: _WINDOW_S * WHISPER_RATE], padding=0)
        features = features[:, : features.shape[-1] // 2 * 2]
        known = self._tokens.encode(begins) if begins else []
        prompt = [*self._prompt(words), *known]
        most = int(len(prompt) + _TOKENS_LEAST + _TOKENS_S * len(wide) / WHISPER_RATE)
        encoded = self._whisper.encode(np.ascontiguousarray(features))
        if stop is not None and not careful and stop():
            raise _Stopped
        result = self._whisper.model.generate(
            encoded, [prompt], beam_size=5 if careful else 1, max_length=min(most, self._whisper.max_length),
            return_scores=True, return_no_speech_prob=True,
        )[0]  # fmt: skip
        if result.no_speech_prob > _NO_SPEECH:
            return Reading()
        ids = result.sequences_ids[0]
        text = _whole(self._tokens.decode([*known, *ids]))
        found = self._words(encoded, ids, features.shape[-1]) if careful and ids else ()
        return Reading(written(self._simplified(text)), float(np.exp(result.scores[0])), found)

    def _simplified(self, text: str) -> str:
        return str(zhconv.convert(text, "zh-cn")) if self._language == "zh" else text

    def _words(self, encoded: Any, ids: list[int], frames: int) -> tuple[Word, ...]:
        """Each character, or piece of one's word, with its time and confidence, from the decoder's attention."""
        found = self._whisper.model.align(encoded, self._tokens.sot_sequence, [ids], frames)[0]
        pairs = np.asarray(found.alignments)
        begins = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
        times = [round(int(time) * 1000 / _ALIGNED_S) for time in pairs[begins, 1]]
        words, before, first, odds = [], "", 0, 1.0
        for place, sure in enumerate(found.text_token_probs):
            odds = min(odds, float(sure))
            text = _whole(self._tokens.decode(ids[: place + 1]))
            # A character may be spread over several tokens.
            if len(text) > len(before):
                end = times[min(place + 1, len(times) - 1)]
                words.append(Word(text[len(before) :], times[first], end, odds))
                before, first, odds = text, min(place + 1, len(times) - 1), 1.0
        plain = self._simplified(before)
        return _renamed(words, plain) if len(plain) == len(before) else tuple(words)

    def _prompt(self, words: str) -> list[int]:
        t = self._tokens
        told = (LINE_WORDS if self._language == "zh" else "") + words
        before = [t.sot_prev, *t.encode(f" {told}")[-200:]] if told else []
        return [*before, *t.sot_sequence, t.no_timestamps]


def _whole(text: str) -> str:
    """Without pieces of characters that were never finished."""
    return text.replace("\ufffd", "")


def _renamed(words: list[Word], text: str) -> tuple[Word, ...]:
    """The words with the characters of ``text``, which has as many."""
    renamed, place = [], 0
    for word in words:
        renamed.append(replace(word, text=text[place : place + len(word.text)]))
        place += len(word.text)
    return tuple(renamed)


def _loops(text: str) -> bool:
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) > _COMPRESSION if raw else False
