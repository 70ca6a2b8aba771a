"""What is known of Mandarin's words: their sounds, and how likely one follows another."""

import contextlib
import functools
import gzip
import sys
from dataclasses import dataclass
from pathlib import Path

from asr_models.by_sound.lexicon import Lexicon, Row, carried, carried_rows, is_chinese, syllables_of
from asr_models.by_sound.word_model import Trigrams, Unigrams, WordModel
from asr_models.errors import ModelUnreadable
from common.files import put_in_place

#: Libime's trigrams: KenLM's binary form, whose vocabulary stands at its end, a zero byte behind each word.
TRIGRAMS = "zh_CN.lm"
_FIRST_WORD = b"<unk>\0"
#: The words' sounds, worked out once (about ten seconds) and kept beside the model.
_SOUNDS = ".sounds.tsv.gz"
#: No word of more characters is looked for.
_LONGEST = 8


@dataclass(frozen=True)
class Mandarin:
    """Words by their sound, and what makes a row of them likely."""

    lexicon: Lexicon
    model: WordModel


@functools.cache
def plain() -> Mandarin:
    """What comes with the product: each word by its own frequency; about a second the first time."""
    return Mandarin(carried(), Unigrams())


@functools.cache
def trigrams(folder: Path) -> Mandarin:
    """Libime's words and trigrams from ``folder``; read once a process. Raises ``ModelUnreadable``."""
    try:
        model = Trigrams(folder / TRIGRAMS)
        rows = _sounds(folder)
    except (OSError, ValueError) as error:
        raise ModelUnreadable(name=folder.name, problem=str(error)) from error
    return Mandarin(Lexicon(rows, lambda word, _: model.log_share(word)), model)


def _sounds(folder: Path) -> list[Row]:
    """Each word with its toned syllables; words with several readings stand once for each."""
    kept = folder / _SOUNDS
    if kept.exists():
        with gzip.open(kept, "rt", encoding="utf-8") as source:
            lines = (line.rstrip("\n").split("\t") for line in source)
            return [(word, tuple(map(sys.intern, said.split(" "))), 0) for word, said in lines]
    rows = spoken_words(folder / TRIGRAMS)
    # In a folder that cannot be written they are worked out each time.
    with contextlib.suppress(OSError), put_in_place(kept) as draft, gzip.open(draft, "wt", encoding="utf-8") as sink:
        sink.writelines(f"{word}\t{' '.join(said)}\n" for word, said, _ in rows)
    return rows


def spoken_words(path: Path) -> list[Row]:
    """The words of a KenLM model with their toned syllables, once for each reading of those that have several.

    Raises ``ValueError`` for a model that keeps no words.
    """
    packed = path.read_bytes()
    place = packed.rfind(_FIRST_WORD)
    if place < 0:
        raise ValueError("it holds no vocabulary")
    known: dict[str, set[tuple[str, ...]]] = {}
    for word, said, _ in carried_rows():
        known.setdefault(word, set()).add(said)
    words = packed[place + len(_FIRST_WORD) :].decode("utf-8").split("\0")
    return [
        (word, said, 0)
        for word in filter(_looked_for, words)
        for said in sorted(known.get(word) or {syllables_of(word)})
    ]


def _looked_for(word: str) -> bool:
    return is_chinese(word) and len(word) <= _LONGEST
