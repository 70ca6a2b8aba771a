"""The caller's words to one of a question's answers."""

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ivr.understanding.classifier import Classifier, Learnt, Numbers, Phrases, learn
from ivr.understanding.hearing import Hearing, doubtful, hear, misheard
from ivr.understanding.meanings import SURE, UNSURE, Meaning, Understood, Usual, usual

#: The usual intents.
INTENTS = ("complaint", "report", "consultation", "suggestion", "praise", "status", "agent")
#: How much a text of the usual confidence counts, the rest being the pinyin engine's; one of the least counts nothing.
_TEXT_SHARE, _USUAL, _LEAST = 0.7, 0.5, 0.1
#: A text less certain than this is acted on unasked only where its syllables alone mean the same.
_CERTAIN = 0.7
#: Of fewer syllables each weighs too much: what is no phrase that tells an answer is not acted on unasked.
_ENOUGH = 3
#: The share of misheard syllables in the copies of examples that are learnt from, and the copies of each.
_MISHEARD, _COPIES = 0.35, 2
#: How likely the next best answer is against the best, that both are asked back.
_CLOSE = 0.1
#: The score of a question's own phrase that was heard by its sound.
_SOUNDS_LIKE = 0.9


#: Given what there is to learn from, as JSON can hold it, and how: returns what was learnt, now or before.
Recall = Callable[[object, Callable[[], Sequence[Learnt]]], Sequence[Learnt]]


def _learn_now(_told: object, learn_it: Callable[[], Sequence[Learnt]]) -> Sequence[Learnt]:
    return learn_it()


_recall: Recall = _learn_now


def recall_by(recall: Recall) -> None:
    """From now on this process asks ``recall`` for what it would have to learn."""
    global _recall
    _recall = recall


@dataclass(frozen=True)
class _Ears:
    """What was learnt from examples."""

    text: Classifier
    #: From syllables alone; None where the examples have none, or matching by sound is off.
    sound: Classifier | None


def _learn(phrases: Mapping[str, Sequence[str]], examples: Iterable[tuple[str, str]], by_sound: bool) -> _Ears | None:
    labelled = list(examples)
    if len({label for _, label in labelled}) < 2:
        return None
    told = Phrases(phrases)
    by_text = told.by_text if by_sound else told.by_characters

    def learn_it() -> list[Learnt]:
        heard = [(hear(text), label) for text, label in labelled]
        for hearing, label in tuple(heard):
            heard += [(each, label) for each in misheard(hearing, _MISHEARD, _COPIES)]
        learnt = [learn(by_text, heard)]
        sounding = [(Hearing("", (), hearing.syllables), label) for hearing, label in heard]
        if by_sound and any(hearing.sounds for hearing, _ in sounding):
            learnt.append(learn(told.by_sound, sounding))
        return learnt

    key = [{label: list(words) for label, words in phrases.items()}, labelled, by_sound]
    text, *sound = _recall(key, learn_it)
    return _Ears(Classifier(by_text, text), Classifier(told.by_sound, sound[0]) if sound else None)


@functools.cache
def _usual(by_sound: bool) -> _Ears:
    """The usual intents by their own names, learnt once for every question that has no examples of its own."""
    known = usual()
    examples = [(text, intent) for intent, texts in known.examples.items() for text in texts]
    learnt = _learn(known.phrases, examples, by_sound)
    assert learnt is not None
    return learnt


class Understanding:
    """One question's answers; learnt once, asked by any number of callers."""

    def __init__(self, meanings: Iterable[Meaning], language: str = "zh-CN", *, by_sound: bool = True):
        """Without ``by_sound``, characters alone count: what matching by sound is worth is measured so."""
        self.meanings = tuple(meanings)
        own = [(hear(phrase), each.name) for each in self.meanings for phrase in each.phrases]
        # The one that says more wins, for 不匿名 holds 匿名; of two as long the later.
        self._own_phrases = sorted(reversed(own), key=lambda each: -len(each[0].characters))
        self._by_sound = by_sound
        self._names = {each.intent or each.name: each.name for each in self.meanings if each.intent or each.examples}
        self._learnt = self._learn(language)

    def _learn(self, language: str) -> _Ears | None:
        """Labels are intents, and the names of meanings that are no usual intent. Usual intents that are no answer here
        and what is no answer at all keep their labels: words are known for what they are."""
        mandarin = language.startswith("zh")
        if mandarin and not any(each.examples for each in self.meanings):
            return _usual(self._by_sound)
        known = usual() if mandarin else Usual({}, {})
        examples = [(text, intent) for intent, texts in known.examples.items() for text in texts]
        phrases = dict(known.phrases)
        for each in self.meanings:
            label = each.intent or each.name
            phrases[label] = (*phrases.get(label, ()), *each.phrases)
            examples += [(text, label) for text in each.examples]
        return _learn(phrases, examples, self._by_sound)

    def understand(self, text: str, sounds: tuple[str, ...] = (), confidence: float = 1.0) -> Understood:
        """What ``text`` means. ``sounds`` are the pinyin engine's syllables of the same words, ``confidence`` is the
        recogniser's of the text."""
        hearing = hear(text, sounds)
        if not (hearing.characters or hearing.sounds):
            return Understood(None, 0.0, "nothing was said")
        return self._said(hearing) or self._like(hearing, confidence)

    def _said(self, hearing: Hearing) -> Understood | None:
        """A phrase of the question's own, by its characters or its sound."""
        for phrase, name in self._own_phrases:
            if phrase.characters in hearing.characters:
                return Understood(name, 1.0, f"said {phrase.characters}")
        if self._by_sound:
            rows = [f" {' '.join(each)} " for each in (hearing.syllables, hearing.sounds)]
            for phrase, name in self._own_phrases:
                sound = f" {' '.join(phrase.syllables)} "
                if len(phrase.syllables) > 1 and any(sound in row for row in rows):
                    return Understood(name, _SOUNDS_LIKE, f"sounds like {phrase.characters}")
        return None

    def _like(self, hearing: Hearing, confidence: float) -> Understood:
        """What the words are like, by the examples."""
        learnt = self._learnt
        if learnt is None:
            return Understood(None, 0.0, "no answer is like it")
        scores, agreed = learnt.text.scores(hearing), False
        if hearing.sounds and learnt.sound is not None:
            sounds = learnt.sound.scores(hearing)
            agreed = int(np.argmax(scores)) == int(np.argmax(sounds))
            share = _TEXT_SHARE * min(1.0, max(0.0, (confidence - _LEAST) / (_USUAL - _LEAST)))
            scores = share * scores + (1 - share) * sounds
        chances = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
        place = int(np.argmax(chances))
        label, score = learnt.text.labels[place], float(chances[place])
        if agreed:
            # Two who heard it apart seldom err alike.
            score = math.sqrt(score)
        unwitnessed = hearing.sounds and not agreed and confidence < _CERTAIN
        brief = 0 < len(hearing.syllables) < _ENOUGH and not learnt.text.says_outright(hearing, label)
        if unwitnessed or brief or doubtful(hearing, confidence):
            score = min(score, SURE - 0.01)
        reason = ", ".join(learnt.text.reasons(hearing, label)) or "single sounds"
        if label not in self._names or score < UNSURE:
            return Understood(None, score, f"nearest was {label}: {reason}")
        second = self._second(chances) if score < SURE else None
        return Understood(self._names[label], score, f"by {reason}", second)

    def _second(self, chances: Numbers) -> str | None:
        """The answer that is likely behind the likeliest, where it is near enough to be asked beside it."""
        assert self._learnt is not None
        labels = self._learnt.text.labels
        own = sorted(((chances[n], self._names[label]) for n, label in enumerate(labels) if label in self._names))[-2:]
        return own[0][1] if len(own) > 1 and own[0][0] >= _CLOSE * own[1][0] else None


@functools.lru_cache(64)
def understanding_of(meanings: tuple[Meaning, ...], language: str) -> Understanding:
    """One for all calls of a question: learning takes seconds."""
    return Understanding(meanings, language)


def understand(text: str, among: frozenset[str], sounds: tuple[str, ...] = (), confidence: float = 1.0) -> Understood:
    """The usual intent of ``text`` among those that a question offers; see :meth:`Understanding.understand`."""
    meanings = tuple(Meaning(intent, intent) for intent in sorted(among))
    return understanding_of(meanings, "zh-CN").understand(text, sounds, confidence)
