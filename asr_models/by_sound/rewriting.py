"""Puts a text right by its sound: of all rows of words that sound nearly as was heard, the likeliest. Pure.

A noisy channel (Kernighan, Church and Gale 1990): the cost of a row of words is their rarity, how far their sound is
from the heard one, and how sure the first engine was of each character that they replace. The cheapest row is found
by dynamic programming over the slots of the alignment.
"""

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
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
    search = _Search(lexicons, weights or Weights(), model or Unigrams())
    search.extend(aligned(written, heard))
    return search.letters()


class Growing:
    """The letters of what is heard, where none is written: while more is heard, only that is looked at."""

    def __init__(self, lexicons: Sequence[Lexicon], weights: Weights, model: WordModel):
        self._search = partial(_Search, lexicons, weights, model)
        self._heard: list[Sound] = []
        self._known = self._search()

    def letters(self, heard: Sequence[Sound]) -> list[Letter]:
        """Those of all that was ``heard``: the same that :func:`rewritten` gives."""
        before = len(self._heard)
        if self._heard != list(heard[:before]):
            before, self._known = 0, self._search()
        self._heard = list(heard)
        self._known.extend(aligned((), heard[before:]))
        return self._known.letters()


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
    """The ways through slots, of which more may come."""

    def __init__(self, lexicons: Sequence[Lexicon], weights: Weights, model: WordModel):
        self._lexicons, self._w, self._model = lexicons, weights, model
        self._slots: list[Slot] = []
        self._heard: list[HeardSyllable | None] = []
        self._choices: list[list[tuple[str, float]]] = []
        #: By slot: how words begin from there that the last slot is inside of; see :meth:`_words`.
        self._open: list[list[tuple[int, tuple[str, ...], float]]] = []
        self._ways: list[dict[Hashable, Way]] = [{model.start: Way(0.0, model.start, None, None)}]

    def extend(self, slots: Sequence[Slot]) -> None:
        """More slots, behind those that there are; none of what ends before them changes."""
        known = len(self._slots)
        heard = [None if slot.sound is None else self._by(slot.sound) for slot in slots]
        self._slots += slots
        self._heard += heard
        self._choices += [self._likely(slot, sound) for slot, sound in zip(slots, heard, strict=True)]
        self._ways += [{} for _ in slots]
        self._open += [[(place, (), 0.0)] for place in range(known, len(self._slots))]
        for place in range(len(self._slots)):
            if self._open[place]:
                self._go_on(place, whole=place >= known)

    def letters(self) -> list[Letter]:
        """The cheapest way's."""
        return [
            _letter(slot, character)
            for step in self._cheapest()
            for slot, character in zip(self._slots[step.begin : step.end], step.characters, strict=True)
            if character
        ]

    def _by(self, sound: Sound) -> HeardSyllable:
        if sound.doubts:
            return Doubting(sound.syllable, sound.doubts)
        return Confusing(sound.syllable, self._w.sound + self._w.sound_sure * sound.confidence)

    def _likely(self, slot: Slot, heard: HeardSyllable | None) -> list[tuple[str, float]]:
        """Toneless syllables that may have been said here, nearest first, and what the hearing costs them at least."""
        known = self._lexicons[0].syllables
        own = toneless(slot.letter.syllable) if slot.letter else ""
        if heard is None:
            return [(own, 0.0)] if own else []
        found = heard.near(known)
        every = found if not own or own in found else (*found, own)
        return sorted(((each, heard.bare(each)) for each in every), key=lambda each: each[1])

    def _cheapest(self) -> list[Step]:
        """The steps of the cheapest way through all slots."""
        ends = self._ways[-1].values()
        best = min(ends, key=lambda way: way.cost + self._model.weight * self._model.end(way.state))
        steps: list[Step] = []
        while best.step is not None and best.last is not None:
            steps.append(best.step)
            best = best.last
        return steps[::-1]

    def _go_on(self, place: int, *, whole: bool) -> None:
        """Take every step that is worth it from the best ways that end at ``place``; unless ``whole``, only the words
        that were open."""
        model, here = self._model, sorted(self._ways[place].values(), key=lambda way: way.cost)[:_WAYS]
        if not here:
            self._open[place] = []
            return
        here = [way for way in here if way.cost <= here[0].cost + _WORSE]
        for step in chain(self._steps(place) if whole else (), self._worth(place)):
            there = self._ways[step.end]
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

    def _steps(self, place: int) -> Iterator[Step]:
        """The steps from a slot that are no words."""
        w, slot = self._w, self._slots[place]
        letter, heard = slot.letter, self._heard[place]
        if letter is None:
            yield Step(place, place + 1, ("",), 0.1 if self._at_figure(place) else w.unwritten_dropped)
        elif not letter.chinese:
            yield Step(place, place + 1, (letter.text,), 0.0)
        else:
            kept = w.unheard_kept if heard is None else heard.toned(letter.syllable)
            yield Step(place, place + 1, (letter.text,), w.stray + kept)
            if heard is None:
                yield Step(place, place + 1, ("",), w.unheard_dropped)

    def _worth(self, place: int) -> Iterator[Step]:
        """The words from a slot, without those that are far worse than others over the same slots."""
        for end, many in self._words(place).items():
            many.sort(key=lambda each: each[0])
            for whole, cost, entry in many[:_WORDS]:
                if whole <= many[0][0] + _RARER:
                    yield Step(place, end, tuple(entry.text), cost, entry)

    def _at_figure(self, place: int) -> bool:
        beside = [self._slots[at].letter for at in (place - 1, place + 1) if 0 <= at < len(self._slots)]
        return any(letter is not None and not letter.chinese for letter in beside)

    def _words(self, begin: int) -> dict[int, list[tuple[float, float, Entry]]]:
        """Words that may have been said from here on, by the slot after them: what each costs with its rarity, and
        without."""
        found: dict[int, list[tuple[float, float, Entry]]] = {}
        waiting, self._open[begin] = self._open[begin], []
        while waiting:
            place, key, far = waiting.pop()
            if place >= len(self._slots):
                self._open[begin].append((place, key, far))
                continue
            if self._ends_before(begin, place):
                continue
            there = found.setdefault(place + 1, [])
            for syllable, farther in self._choices[place]:
                if far + farther > _FARTHEST:
                    break
                longer, goes_on = (*key, syllable), False
                for lexicon in self._lexicons:
                    if entries := lexicon.words(longer):
                        self._add(there, begin, entries, far + farther)
                    goes_on = goes_on or lexicon.goes_on(longer)
                if goes_on:
                    waiting.append((place + 1, longer, far + farther))
        return found

    def _add(self, there: list[tuple[float, float, Entry]], begin: int, entries: Sequence[Entry], least: float) -> None:
        """Those of ``entries``, commonest first, that are not far worse than what is ``there``; each costs ``least``,
        or more."""
        best = there[0][0] if there else math.inf
        for entry in entries:
            rarity = -self._model.weight * entry.log_share
            if least + rarity > best + _RARER:
                break
            cost = self._cost(begin, entry)
            if cost is None or cost + rarity > best + _RARER:
                continue
            there.append((cost + rarity, cost, entry))
            if cost + rarity < best:
                # The best of them stands first.
                best = cost + rarity
                there[0], there[-1] = there[-1], there[0]

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
