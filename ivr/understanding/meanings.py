"""What an answer can mean, and what a caller's words were taken to mean."""

import functools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

EXAMPLES = Path(__file__).parent.parent / "examples.zh-CN.yaml"
#: The label of what is no answer.
NONE = "none"
#: A sentence with places for words is taken this often, each time with other words.
_TIMES = 8
_PLACE = re.compile(r"\{(\w+)\}")

#: A score from here on is acted on; below it, and above the lower bound, the caller is asked back.
SURE = 0.85
UNSURE = 0.15


@dataclass(frozen=True)
class Meaning:
    """One of the answers to a question."""

    #: The option's name.
    name: str
    #: A usual intent, whose examples then count: one of :data:`ivr.understanding.INTENTS`.
    intent: str | None = None
    #: Words that mean it outright.
    phrases: tuple[str, ...] = ()
    #: Sentences like which callers say it.
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """A decision with its score (0 to 1) and its reason."""

    #: The name of the meaning; None where the words fit none.
    intent: str | None
    score: float
    reason: str
    #: The next best meaning, where it is nearly as likely and neither can be acted on.
    second: str | None = None

    @property
    def sure(self) -> bool:
        """Whether it can be acted on without asking back."""
        return self.intent is not None and self.score >= SURE


@dataclass(frozen=True)
class Usual:
    """What is known of the usual intents, and of :data:`NONE`."""

    #: Words that tell one outright.
    phrases: dict[str, tuple[str, ...]]
    #: Sentences like which callers say it.
    examples: dict[str, tuple[str, ...]]


@functools.cache
def usual() -> Usual:
    """From :data:`EXAMPLES`."""
    raw = YAML(typ="safe").load(EXAMPLES)
    words, phrases = raw.pop("words"), raw.pop("phrases")
    return Usual(
        {intent: tuple(many) for intent, many in phrases.items()},
        {intent: tuple(text for line in lines for text in _filled(line, words)) for intent, lines in raw.items()},
    )


def _filled(line: str, words: dict[str, list[str]]) -> Iterator[str]:
    """The sentence with words in its places; the same words each time."""
    if not _PLACE.search(line):
        yield line
        return
    chance = random.Random(line)
    for _ in range(_TIMES):
        yield _PLACE.sub(lambda place: chance.choice(words[place[1]]), line)
