"""Puts a text right by its sound: of all rows of words that sound nearly as was heard, the likeliest. Pure.

A noisy channel (Kernighan, Church and Gale 1990): the cost of a row of words is their rarity, how far their sound is
from the heard one, and how sure the first engine was of each character that they replace. The cheapest row is found
by dynamic programming over the slots of the alignment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asr_models.by_sound.alignment import Letter, Slot, Sound, aligned
from asr_models.by_sound.distance import distance, near
from asr_models.by_sound.lexicon import Entry, Lexicon
from common.pinyin import toneless


@dataclass(frozen=True)
class Weights:
    """What each kind of difference costs, in natural logarithms; tuned on synthetic callers, see the docs."""

    #: A syllable unlike the heard one: so much, and so much more where it was heard surely.
    sound: float = 5.4
    sound_sure: float = 2.5
    #: Another character than the written one: so much, and so much more where that was sure.
    other: float = 1.5
    other_sure: float = 2.0
    #: A written character without a syllable is kept, or left out.
    unheard_kept: float = 0.8
    unheard_dropped: float = 0.7
    #: A syllable without a character is left out, or a character is put there.
    unwritten_dropped: float = 5.0
    unwritten_filled: float = 0.1
    #: A written character that makes no word with its neighbours stands alone.
    stray: float = 12.0


@dataclass(frozen=True, slots=True)
class Step:
    """Some slots and the characters that they become, one a slot; an empty one where nothing stands."""

    begin: int
    end: int
    characters: tuple[str, ...]
    cost: float


def rewritten(
    written: Sequence[Letter], heard: Sequence[Sound], lexicons: Sequence[Lexicon], weights: Weights | None = None
) -> list[Letter]:
    """The letters as they should be; those that stay keep their confidence, new ones have their sound's."""
    slots = aligned(written, heard)
    search = _Search(slots, lexicons, weights or Weights())
    return [
        _letter(slot, character)
        for step in search.cheapest()
        for slot, character in zip(slots[step.begin : step.end], step.characters, strict=True)
        if character
    ]


def _letter(slot: Slot, character: str) -> Letter:
    old = slot.letter
    if old is not None and old.text == character:
        return old
    syllable = slot.sound.syllable if slot.sound else ""
    confidence = slot.sound.confidence if slot.sound else 0.0
    if old is None:
        return Letter(character, confidence, syllable)
    return Letter(character, confidence, syllable, old.marks, old.start_ms, old.end_ms)


class _Search:
    def __init__(self, slots: list[Slot], lexicons: Sequence[Lexicon], weights: Weights):
        self._slots, self._lexicons, self._w = slots, lexicons, weights
        self._choices = [self._likely(slot) for slot in slots]

    def _likely(self, slot: Slot) -> tuple[str, ...]:
        """Toneless syllables that may have been said here."""
        known = self._lexicons[0].syllables
        found = near(slot.sound.syllable, known) if slot.sound else ()
        own = toneless(slot.letter.syllable) if slot.letter else ""
        return found if not own or own in found else (*found, own)

    def cheapest(self) -> list[Step]:
        """The steps of the cheapest way through all slots."""
        costs = [0.0] + [float("inf")] * len(self._slots)
        came: list[Step | None] = [None] * (len(self._slots) + 1)
        for place in range(len(self._slots)):
            for step in self._steps(place):
                if costs[place] + step.cost < costs[step.end]:
                    costs[step.end], came[step.end] = costs[place] + step.cost, step
        steps, place = [], len(self._slots)
        while place:
            last = came[place]
            assert last is not None
            steps.append(last)
            place = last.begin
        return steps[::-1]

    def _steps(self, place: int) -> Iterator[Step]:
        w, slot = self._w, self._slots[place]
        letter, sound = slot.letter, slot.sound
        if letter is None:
            yield Step(place, place + 1, ("",), 0.1 if self._at_figure(place) else w.unwritten_dropped)
        elif not letter.chinese:
            yield Step(place, place + 1, (letter.text,), 0.0)
            return
        else:
            kept = w.unheard_kept if sound is None else self._unlike(letter.syllable, sound)
            yield Step(place, place + 1, (letter.text,), w.stray + kept)
            if sound is None:
                yield Step(place, place + 1, ("",), w.unheard_dropped)
        for end, entry in self._words(place):
            cost = self._cost(place, entry)
            if cost is not None:
                yield Step(place, end, tuple(entry.text), cost)

    def _at_figure(self, place: int) -> bool:
        beside = [self._slots[at].letter for at in (place - 1, place + 1) if 0 <= at < len(self._slots)]
        return any(letter is not None and not letter.chinese for letter in beside)

    def _words(self, begin: int) -> Iterator[tuple[int, Entry]]:
        """Words that may have been said from here on, each with the slot after it."""
        waiting: list[tuple[int, tuple[str, ...]]] = [(begin, ())]
        while waiting:
            place, key = waiting.pop()
            if place >= len(self._slots) or self._ends_before(begin, place):
                continue
            for syllable in self._choices[place]:
                longer = (*key, syllable)
                for lexicon in self._lexicons:
                    for entry in lexicon.words(longer):
                        yield place + 1, entry
                if any(lexicon.goes_on(longer) for lexicon in self._lexicons):
                    waiting.append((place + 1, longer))

    def _ends_before(self, begin: int, place: int) -> bool:
        """No word holds a figure, or a mark inside."""
        letter = self._slots[place].letter
        before = self._slots[place - 1].letter if place > begin else None
        return (letter is not None and not letter.chinese) or (before is not None and bool(before.marks))

    def _cost(self, begin: int, entry: Entry) -> float | None:
        """None where it puts another character in the place of one that nobody heard differently."""
        w, cost = self._w, -entry.log_share
        for slot, character, syllable in zip(self._slots[begin:], entry.text, entry.syllables, strict=False):
            letter, sound = slot.letter, slot.sound
            cost += w.unheard_kept if sound is None else self._unlike(syllable, sound)
            if letter is None:
                cost += w.unwritten_filled
            elif letter.text != character:
                if sound is None:
                    return None
                cost += w.other + w.other_sure * letter.confidence
        return cost

    def _unlike(self, syllable: str, sound: Sound) -> float:
        return distance(syllable, sound.syllable) * (self._w.sound + self._w.sound_sure * sound.confidence)
