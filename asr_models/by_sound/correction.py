"""A whole utterance's text put right by its pinyin."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from asr_models.by_sound.alignment import Letter, Sound, letters
from asr_models.by_sound.lexicon import domain
from asr_models.by_sound.mandarin import Mandarin, plain
from asr_models.by_sound.rewriting import DOUBTED, Growing, Weights, rewritten
from asr_models.engines.base import Reading
from asr_models.frames import Word
from asr_models.written import written

#: Shorter than this, what comes again was said again, letters.
_LOOP = 4
#: What a syllable costs that becomes no character, where no engine wrote any.
_LEFT_OUT = 8.0
#: A text with so many more letters than syllables were heard runs in a loop.
_TOO_LONG = 1.3


def put_right(reading: Reading, sounds: Reading, words: tuple[str, ...], known: Mandarin | None = None) -> Reading:
    """``reading`` (of an engine that gives characters) by the syllables of ``sounds``; ``words`` are the hotline's own.
    ``known`` is the language's words; without them, what comes with the product.

    Without syllables, or without characters to put right, it stays as it is.
    """
    heard = _heard(sounds)
    whole = Word(reading.text, 0, 0, reading.confidence)
    before = _without_loop(letters(reading.words or (whole,)), len(heard))
    if not heard or not any(letter.chinese for letter in before):
        return reading
    known, weights = known or plain(), _weights(sounds)
    found = _timed(rewritten(before, heard, (known.lexicon, domain(words)), weights, known.model))
    text = written("".join(word.text for word in found))
    return Reading(text, reading.confidence, found if reading.words else ())


class SpeltOut:
    """Heard syllables in the characters that they most likely are, where no engine has written any.

    ``words`` are the hotline's own, ``known`` the language's. May be asked from any thread.
    """

    def __init__(self, words: tuple[str, ...], known: Mandarin):
        weights = replace(Weights(), unwritten_dropped=_LEFT_OUT)
        self._growing = Growing((known.lexicon, domain(words)), weights, known.model)
        self._one_at_a_time = threading.Lock()

    def read(self, sounds: Reading) -> Reading:
        """The text of all ``sounds`` of an utterance so far; quick where only more of them came since the last time.
        The confidence is that of the syllables."""
        heard = _heard(sounds)
        if not heard:
            return Reading()
        with self._one_at_a_time:
            found = self._growing.letters(heard)
        text = written("".join(letter.text for letter in found))
        return Reading(text, sum(sounds.sureness) / len(sounds.sureness))


def _heard(sounds: Reading) -> list[Sound]:
    doubts: Sequence[Mapping[str, float]] = sounds.doubts or [{}] * len(sounds.sounds)
    return [Sound(*each) for each in zip(sounds.sounds, sounds.sureness, doubts, strict=True)]


def _weights(sounds: Reading) -> Weights:
    return DOUBTED if sounds.doubts else Weights()


def _without_loop(found: list[Letter], syllables: int) -> list[Letter]:
    """A text that says the same over and over, and more than was heard, ends where it begins again."""
    if len(found) <= _TOO_LONG * syllables:
        return found
    texts = [letter.text for letter in found]
    for period in range(_LOOP, len(texts) - 1):
        if texts[period:] == texts[:-period]:
            return found[:period]
    return found


def _timed(found: Sequence[Letter]) -> tuple[Word, ...]:
    """Words with times; a character that nobody had written follows the one before it at once."""
    words: list[Word] = []
    for letter in found:
        start, end = letter.start_ms, letter.end_ms
        if not end and words:
            start = end = words[-1].end_ms
        words.append(Word(letter.text + letter.marks, start, end, letter.confidence))
    return tuple(words)
