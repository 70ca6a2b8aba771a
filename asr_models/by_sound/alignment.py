"""Which of the heard syllables belongs to which of the written characters. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from asr_models.by_sound.distance import distance
from asr_models.by_sound.lexicon import syllables_of
from asr_models.frames import Word
from common.chinese_numbers import in_words

_RUN = re.compile(r"[\u3400-\u9fff]+|[0-9]+|.", re.DOTALL)
_FIGURES = str.maketrans("0123456789", "零一二三四五六七八九")
#: What it costs to leave a character or a syllable without a partner.
_ALONE = 0.7
#: A figure or a Latin letter may be said in several syllables.
_ALONE_AT_FIGURE = 0.4
_UNKNOWN_SOUND = 0.5


@dataclass(frozen=True, slots=True)
class Letter:
    """A written character with the marks behind it."""

    text: str
    #: How sure its engine is of it, 0 to 1.
    confidence: float
    #: Toned; empty for what has no sound of its own, such as Latin letters.
    syllable: str
    #: Marks and blanks that follow.
    marks: str = ""
    start_ms: int = 0
    end_ms: int = 0

    @property
    def chinese(self) -> bool:
        """Whether it may be put right; figures and Latin letters stay."""
        return "\u3400" <= self.text <= "\u9fff"


@dataclass(frozen=True, slots=True)
class Sound:
    """A heard syllable."""

    #: Toned: ``tou2``.
    syllable: str
    confidence: float
    #: What it may have been instead, and how much less likely, natural logarithm; empty where nobody says.
    doubts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the utterance; one of both may be missing."""

    letter: Letter | None
    sound: Sound | None


def letters(words: Sequence[Word]) -> list[Letter]:
    """Letters of a text that comes in pieces; marks before the first letter are left out."""
    text = "".join(word.text for word in words)
    places = [word for word in words for _ in word.text]
    sounds: list[str] = []
    for run in _RUN.findall(text):
        sounds += _sounds_of(run)
    found: list[Letter] = []
    for character, word, syllable in zip(text, places, sounds, strict=True):
        if character.isalnum():
            found.append(Letter(character, word.confidence, syllable, "", word.start_ms, word.end_ms))
        elif found:
            found[-1] = replace(found[-1], marks=found[-1].marks + character)
    return found


def _sounds_of(run: str) -> list[str]:
    """A syllable for each of the characters; those of a number that is said in fewer have none."""
    if "\u3400" <= run[0] <= "\u9fff":
        return list(syllables_of(run))
    if not run.isdecimal() or not run.isascii():
        return [""] * len(run)
    by_digit = run[0] == "0" or (len(run) == 4 and run[:2] in ("19", "20")) or (len(run) > 4 and run[-2:] != "00")
    said = syllables_of(run.translate(_FIGURES) if by_digit else in_words(run))
    return [*said[: len(run)], *[""] * (len(run) - len(said))]


def aligned(written: Sequence[Letter], heard: Sequence[Sound]) -> list[Slot]:
    """The cheapest pairing, in order."""
    rows = _costs(written, heard)
    slots: list[Slot] = []
    i, j = len(written), len(heard)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + _apart(written[i - 1], heard[j - 1]):
            i, j = i - 1, j - 1
            slots.append(Slot(written[i], heard[j]))
        elif i and (not j or rows[i][j] == rows[i - 1][j] + _alone(written[i - 1])):
            i -= 1
            slots.append(Slot(written[i], None))
        else:
            j -= 1
            slots.append(Slot(None, heard[j]))
    return slots[::-1]


def _costs(written: Sequence[Letter], heard: Sequence[Sound]) -> list[list[float]]:
    rows = [[j * _ALONE for j in range(len(heard) + 1)]]
    for i, letter in enumerate(written, 1):
        alone = _alone(letter)
        row = [rows[i - 1][0] + alone]
        for j, sound in enumerate(heard, 1):
            before = rows[i - 1]
            row.append(min(before[j - 1] + _apart(letter, sound), before[j] + alone, row[j - 1] + alone))
        rows.append(row)
    return rows


def _alone(letter: Letter) -> float:
    return _ALONE if letter.chinese else _ALONE_AT_FIGURE


def _apart(letter: Letter, sound: Sound) -> float:
    return distance(letter.syllable, sound.syllable) if letter.syllable else _UNKNOWN_SOUND
