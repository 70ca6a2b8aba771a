"""The hotline's own words, and which of them were probably said, by their sound."""

from collections.abc import Sequence
from pathlib import Path

from asr_models.by_sound.distance import distance
from asr_models.by_sound.lexicon import is_chinese, syllables_of
from asr_models.errors import WordsUnreadable

#: What callers of any such hotline say; comes with the product.
CARRIED_WORDS = Path(__file__).parent / "carried" / "words-zh" / "words.txt"

#: A word this far from what was heard, on average a syllable, was probably not said.
_FAR = 0.22
#: Whisper's prompt has room for so many words beside the line's own.
_MOST = 12


def read_words(path: Path) -> tuple[str, ...]:
    """A list of words, one a line; lines that begin with ``#`` are notes. Raises ``WordsUnreadable``."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise WordsUnreadable(path=str(path), problem=problem) from error
    return tuple(word for line in lines if (word := line.strip()) and not word.startswith("#"))


def likely(words: Sequence[str], heard: Sequence[str], most: int = _MOST) -> tuple[str, ...]:
    """Those of ``words`` that sound like a part of ``heard`` (toned syllables), the nearest first.

    A word with other than Chinese characters has no syllables to compare: it is always among them.
    """
    ranked = sorted((_apart(word, heard), place, word) for place, word in enumerate(words))
    return tuple(word for apart, _, word in ranked if apart <= _FAR)[:most]


def _apart(word: str, heard: Sequence[str]) -> float:
    if not is_chinese(word):
        return _FAR
    sounds = syllables_of(word)
    starts = range(len(heard) - len(sounds) + 1)
    return min((_mean(sounds, heard[start : start + len(sounds)]) for start in starts), default=1.0)


def _mean(one: Sequence[str], other: Sequence[str]) -> float:
    return sum(map(distance, one, other)) / len(one)


def told(words: Sequence[str]) -> str:
    """The words as Whisper's prompt takes them."""
    return "".join(f"{word}。" for word in words)
