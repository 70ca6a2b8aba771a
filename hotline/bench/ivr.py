"""``hotline bench ivr``: callers' wishes understood from their sound, and steps of the tree's interpreter.

Every utterance of :mod:`hotline.bench.utterances` is decoded by the line's own recognisers and understood three ways:
as the tree does, without matching by sound, and by key words alone. No Asterisk takes part.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from hotline.bench.report import Figure
from hotline.bench.utterances import Heard, Spoken, hear, read_heard, spoken, write_heard
from hotline.settings import load as load_settings
from hotline.setup.models import choice, no_text_engine
from hotline.setup.speech import load_speech
from hotline.setup.tree import load_tree
from ivr import effects as fx
from ivr.interpreter import Interpreter, learn
from ivr.understanding import INTENTS, Meaning, Understanding, Understood
from ivr.understanding.meanings import NONE, usual
from ivr.wishes import wants_person

#: Aims: of utterances that tuning never saw, and steps a second.
RIGHT, WRONG, STEPS = 0.95, 0.01, 100_000.0
_WALKED_S = 3.0
_TELL_EVERY = 20
#: What a walk through the tree does at each step, beside pressing keys.
_KEYS = "1234567890"

#: How an utterance was taken: right and acted on; asked back with the right guess, alone or as the first of two; asked
#: back with the right guess as the second of two; asked back with wrong guesses or asked again; acted on wrongly.
RIGHTLY, CONFIRMED, SECOND, ASKED, SILENTLY_WRONG = (
    "right", "confirmed", "second of two guesses", "asked again", "silently wrong",
)  # fmt: skip
Judge = Callable[[Heard], Understood]


def verdict(row: Spoken, found: Understood) -> str:
    """How the utterance was taken. What is no wish at all is right where nothing is made of it."""
    wanted = None if row.intent == NONE else row.intent
    if found.sure:
        return RIGHTLY if found.intent == wanted else SILENTLY_WRONG
    if found.intent == wanted:
        return RIGHTLY if wanted is None else CONFIRMED
    return SECOND if wanted is not None and found.second == wanted else ASKED


class Shares(NamedTuple):
    """How a group of utterances was taken: shares of 1."""

    utterances: int
    right: float
    #: Right, or asked back with the right guess where only the best may be asked.
    one_guess: float
    #: Right, or asked back with the right guess among the one or two that are asked.
    two_guesses: float
    silently_wrong: float
    #: Asked back with two guesses, rightly or not.
    asked_with_two: float


def by_key_words(heard: Heard) -> Understood:
    """The peer: the first key word of any intent that stands in the text."""
    places = (
        (heard.text.find(word), intent) for intent, words in usual().phrases.items() for word in words
        if word in heard.text
    )  # fmt: skip
    place, intent = min(places, default=(-1, None))
    return Understood(intent, 1.0 if intent else 0.0, f"key word at {place}")


def judges() -> dict[str, Judge]:
    """The ways to understand that are compared."""
    meanings = [Meaning(intent, intent) for intent in INTENTS]
    by_sound, by_text = Understanding(meanings), Understanding(meanings, by_sound=False)
    return {
        "by sound": lambda heard: _as_the_tree(by_sound, heard),
        "without sound": lambda heard: by_text.understand(heard.text, (), heard.confidence),
        "key words": by_key_words,
    }


def _as_the_tree(understanding: Understanding, heard: Heard) -> Understood:
    """A wish for a person is heard everywhere in the tree, before the question's own answers."""
    if wants_person(fx.Said(heard.text, heard.sounds, heard.confidence), "zh-CN", told_freely=False):
        return Understood("agent", 1.0, "asked for a person")
    return understanding.understand(heard.text, heard.sounds, heard.confidence)


def shares(rows: Iterable[Spoken], heard: dict[str, Heard], judge: Judge) -> Shares:
    """How the utterances of a group were taken."""
    found = [(row, judge(heard[row.id])) for row in rows]
    took = Counter(verdict(row, understood) for row, understood in found)
    count = max(1, took.total())
    right = took[RIGHTLY]
    return Shares(
        took.total(), right / count, (right + took[CONFIRMED]) / count,
        (right + took[CONFIRMED] + took[SECOND]) / count, took[SILENTLY_WRONG] / count,
        sum(understood.second is not None for _, understood in found) / count,
    )  # fmt: skip


def bench(tell: Callable[[str], None], *, decode: bool) -> list[Figure]:
    """Run it; ``tell`` is given a line as it goes. Raises ``NoTextEngine``.

    Without ``decode`` what the recognisers heard when it was last written down is taken, which is a matter of seconds.
    """
    rows = spoken()
    heard = _decoded(rows, tell) if decode else read_heard()
    return [*intents(rows, heard), *steps()]


def _decoded(rows: list[Spoken], tell: Callable[[str], None]) -> dict[str, Heard]:
    """What the line's recognisers make of the utterances; written down for the next time."""
    settings = load_settings()
    if choice(settings).final is None:
        raise no_text_engine(settings, choice(settings))
    service = load_speech(settings)

    def told(count: int) -> None:
        if count % _TELL_EVERY == 0:
            tell(f"heard {count} of {len(rows)}")

    try:
        heard = hear(service, rows, told)
    finally:
        asyncio.run(service.close())
    write_heard(heard)
    return heard


def intents(rows: list[Spoken], heard: dict[str, Heard]) -> list[Figure]:
    """Shares by seen and unseen, by noise, and by kind of voice; the peer is key words alone."""
    ways = judges()
    unseen = [row for row in rows if row.unseen]
    groups = {"unseen": unseen, "seen": [row for row in rows if not row.unseen]}
    groups |= {f"unseen, {level}": [row for row in unseen if row.level == level] for level in _levels(rows)}
    groups |= {
        "unseen, human-like voices": [row for row in unseen if row.voice != "espeak"],
        "unseen, espeak": [row for row in unseen if row.voice == "espeak"],
    }
    found = []
    for name, group in groups.items():
        aimed = name == "unseen"
        results = {way: shares(group, heard, judge) for way, judge in ways.items()}
        ours, peer, text = results["by sound"], results["key words"], results["without sound"]
        good, wrong = ours.two_guesses, ours.silently_wrong
        label = f"{name} ({ours.utterances})"
        found += [
            Figure(f"{label}: right", _percent(ours.right), "%", "key words", _percent(peer.right)),
            Figure(f"{label}: right or confirmed, one guess asked", _percent(ours.one_guess), "%", "key words",
                   _percent(peer.one_guess)),
            Figure(f"{label}: right or confirmed, two guesses asked where both are likely", _percent(good), "%",
                   aim=f"≥ {RIGHT:.0%}" if aimed else None, met=good >= RIGHT if aimed else None),
            Figure(f"{label}: asked back with two guesses", _percent(ours.asked_with_two), "%"),
            Figure(f"{label}: silently wrong", _percent(wrong), "%", "key words", _percent(peer.silently_wrong),
                   f"< {WRONG:.0%}" if aimed else None, wrong < WRONG if aimed else None),
            Figure(f"{label}: right or confirmed, one guess asked, without sound", _percent(text.one_guess), "%"),
            Figure(f"{label}: silently wrong, without sound", _percent(text.silently_wrong), "%"),
        ]  # fmt: skip
    return found


def _levels(rows: list[Spoken]) -> list[str]:
    return sorted({row.level for row in rows}, key=lambda level: float(level.split()[0]) if level[0].isdigit() else 99)


def _percent(share: float) -> float:
    return round(100 * share, 1)


def steps() -> list[Figure]:
    """Steps a second through the settings' tree: by keys and silence, and with every answer spoken."""
    tree = load_tree(load_settings())
    learn(tree)
    interpreter = Interpreter(tree)
    chance = random.Random(1)
    pressed: list[fx.Input] = [*(fx.Pressed(chance.choice(_KEYS)) for _ in range(900)), *[fx.NoInput()] * 100]
    said: list[fx.Input] = [fx.Said(row.text) for row in spoken()]
    keys, speech = _rate(interpreter, pressed), _rate(interpreter, said)
    return [
        Figure("interpreter steps by keys", round(keys), "steps/s of a core", aim=f"≥ {STEPS:.0f}", met=keys >= STEPS),
        Figure("interpreter steps, each answer spoken", round(speech), "steps/s of a core"),
    ]


def _rate(interpreter: Interpreter, inputs: list[fx.Input]) -> float:
    """Steps a second of one core, of callers who do ``inputs`` one after the other; prompts are heard out."""
    count, place = 0, 0
    state, effects = interpreter.start()
    began = time.process_time()
    while time.process_time() - began < _WALKED_S:
        for _ in range(100):
            count += 1
            match effects[-1]:
                case fx.Listen():
                    place = (place + 1) % len(inputs)
                    state, effects = interpreter.feed(state, inputs[place])
                case fx.LookUpCase(number):
                    state, effects = interpreter.feed(state, fx.CaseMissing(number))
                case fx.Play():
                    state, effects = interpreter.feed(state, fx.PromptDone())
                case _:
                    state, effects = interpreter.start()
    return count / (time.process_time() - began)
