"""Puts a text right by its sound: of all rows of words that sound nearly as was heard, the likeliest. Pure.

A noisy channel (Kernighan, Church and Gale 1990): the cost of a row of words is their rarity, how far their sound is
from the heard one, and how sure the first engine was of each character that they replace. The cheapest row is found
by dynamic programming over the slots of the alignment.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from asr_models.by_sound.alignment import Letter, Slot, Sound, aligned
from asr_models.by_sound.heard_syllables import Confusing, Doubting, HeardSyllable
from asr_models.by_sound.lexicon import Entry, Lexicon
from asr_models.by_sound.word_model import Unigrams, WordModel
from common.pinyin import toneless

#: So many ways are followed from a slot, and none that costs so much more than the best, in natural logarithms.
_WAYS, _WORSE = 6, 10.0
#: So many words are tried over the same slots, and none that costs so much more than the best.
_WORDS, _RARER = 20, 10.0
#: No word is tried whose sound is further from what was heard than this costs, tones left out.
_FARTHEST = 7.0


@dataclass(frozen=True)
class Weights:
    """What each kind of difference costs, in natural logarithms; tuned on synthetic callers, see the docs."""

    #: A syllable unlike the heard one, where no doubts are told: so much, and so much more where it was heard surely.
    sound: float = 7.0
    sound_sure: float = 2.5
    #: Another character than the written one: so much, and so much more where that was sure.
    other: float = 1.5
    other_sure: float = 2.0
    #: A written character without a syllable is kept, or left out.
    unheard_kept: float = 0.8
    unheard_dropped: float = 0.7
    #: A syllable without a character is left out, or a character is put there.
    unwritten_dropped: float = 3.5
    unwritten_filled: float = 0.1
    #: A written character that makes no word with its neighbours stands alone.
    stray: float = 12.0


#: Where each sound comes with its doubts.
DOUBTED = Weights(other=2.0)


@dataclass(frozen=True, slots=True)
class Step:
    """Some slots and the characters that they become, one a slot; an empty one where nothing stands."""

    begin: int
    end: int
    characters: tuple[str, ...]
    #: Of the sound and of what was written, not of how rare the word is.
    cost: float
    #: The word, where it is one.
    entry: Entry | None = None


class Way(NamedTuple):
    """A way from the beginning to a slot."""

    cost: float
    #: What its last words are, as far as the next ones depend on them.
    state: Hashable
    last: "Way | None"
    step: Step | None


def rewritten(
    written: Sequence[Letter], heard: Sequence[Sound], lexicons: Sequence[Lexicon], weights: Weights | None = None,
    model: WordModel | None = None,
) -> list[Letter]:  # fmt: skip
    """The letters as they should be; those that stay keep their confidence, new ones have their sound's."""
    slots = aligned(written, heard)
    search = _Search(slots, lexicons, weights or Weights(), model or Unigrams())
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
    def __init__(self, slots: list[Slot], lexicons: Sequence[Lexicon], weights: Weights, model: WordModel):
        self._slots, self._lexicons, self._w, self._model = slots, lexicons, weights, model
        self._heard = [None if slot.sound is None else self._by(slot.sound) for slot in slots]
        self._choices = [self._likely(slot, heard) for slot, heard in zip(slots, self._heard, strict=True)]

    def _by(self, sound: Sound) -> HeardSyllable:
        if sound.doubts:
            return Doubting(sound.syllable, sound.doubts)
        return Confusing(sound.syllable, self._w.sound + self._w.sound_sure * sound.confidence)

    def _likely(self, slot: Slot, heard: HeardSyllable | None) -> list[tuple[str, float]]:
        """Toneless syllables that may have been said here, and what the first engine's hearing costs them at least."""
        known = self._lexicons[0].syllables
        own = toneless(slot.letter.syllable) if slot.letter else ""
        if heard is None:
            return [(own, 0.0)] if own else []
        found = heard.near(known)
        return [(each, heard.bare(each)) for each in (found if not own or own in found else (*found, own))]

    def cheapest(self) -> list[Step]:
        """The steps of the cheapest way through all slots."""
        ways: list[dict[Hashable, Way]] = [{} for _ in range(len(self._slots) + 1)]
        ways[0] = {self._model.start: Way(0.0, self._model.start, None, None)}
        for place in range(len(self._slots)):
            self._go_on(place, ways)
        best = min(ways[-1].values(), key=lambda way: way.cost + self._model.weight * self._model.end(way.state))
        steps: list[Step] = []
        while best.step is not None and best.last is not None:
            steps.append(best.step)
            best = best.last
        return steps[::-1]

    def _go_on(self, place: int, ways: list[dict[Hashable, Way]]) -> None:
        """Take every step that is worth it from the best ways that end at ``place``."""
        model, here = self._model, sorted(ways[place].values(), key=lambda way: way.cost)[:_WAYS]
        if not here:
            return
        here = [way for way in here if way.cost <= here[0].cost + _WORSE]
        for step in self._worth(place):
            there = ways[step.end]
            for way in here:
                cost, state = way.cost + step.cost, way.state
                if step.entry is not None:
                    rarity, state = model.after(state, step.entry)
                    cost += model.weight * rarity
                elif step.characters[0]:
                    state = model.start
                old = there.get(state)
                if old is None or cost < old.cost:
                    there[state] = Way(cost, state, way, step)

    def _worth(self, place: int) -> list[Step]:
        """The steps from a slot, without words that are far worse than others over the same slots."""
        kept: list[Step] = []
        words: dict[int, list[tuple[float, Step]]] = {}
        for step in self._steps(place):
            if step.entry is None:
                kept.append(step)
            else:
                words.setdefault(step.end, []).append((step.cost - self._model.weight * step.entry.log_share, step))
        for many in words.values():
            many.sort(key=lambda each: each[0])
            kept += [step for cost, step in many[:_WORDS] if cost <= many[0][0] + _RARER]
        return kept

    def _steps(self, place: int) -> Iterator[Step]:
        w, slot = self._w, self._slots[place]
        letter, heard = slot.letter, self._heard[place]
        if letter is None:
            yield Step(place, place + 1, ("",), 0.1 if self._at_figure(place) else w.unwritten_dropped)
        elif not letter.chinese:
            yield Step(place, place + 1, (letter.text,), 0.0)
            return
        else:
            kept = w.unheard_kept if heard is None else heard.toned(letter.syllable)
            yield Step(place, place + 1, (letter.text,), w.stray + kept)
            if heard is None:
                yield Step(place, place + 1, ("",), w.unheard_dropped)
        for end, entry in self._words(place):
            cost = self._cost(place, entry)
            if cost is not None:
                yield Step(place, end, tuple(entry.text), cost, entry)

    def _at_figure(self, place: int) -> bool:
        beside = [self._slots[at].letter for at in (place - 1, place + 1) if 0 <= at < len(self._slots)]
        return any(letter is not None and not letter.chinese for letter in beside)

    def _words(self, begin: int) -> Iterator[tuple[int, Entry]]:
        """Words that may have been said from here on, each with the slot after it."""
        waiting: list[tuple[int, tuple[str, ...], float]] = [(begin, (), 0.0)]
        while waiting:
            place, key, far = waiting.pop()
            if place >= len(self._slots) or self._ends_before(begin, place):
                continue
            for syllable, farther in self._choices[place]:
                if far + farther > _FARTHEST:
                    continue
                longer = (*key, syllable)
                for lexicon in self._lexicons:
                    for entry in lexicon.words(longer):
                        yield place + 1, entry
                if any(lexicon.goes_on(longer) for lexicon in self._lexicons):
                    waiting.append((place + 1, longer, far + farther))

    def _ends_before(self, begin: int, place: int) -> bool:
        """No word holds a figure, or a mark inside."""
        letter = self._slots[place].letter
        before = self._slots[place - 1].letter if place > begin else None
        return (letter is not None and not letter.chinese) or (before is not None and bool(before.marks))

    def _cost(self, begin: int, entry: Entry) -> float | None:
        """None where it puts another character in the place of one that nobody heard differently."""
        w, cost = self._w, 0.0
        for place, syllable in enumerate(entry.syllables, begin):
            letter, heard = self._slots[place].letter, self._heard[place]
            cost += w.unheard_kept if heard is None else heard.toned(syllable)
            if letter is None:
                cost += w.unwritten_filled
            elif letter.text != entry.text[place - begin]:
                if heard is None:
                    return None
                cost += w.other + w.other_sure * letter.confidence
        return cost
