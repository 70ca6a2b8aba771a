"""The language between the tree interpreter and whatever carries it out: inputs in, effects out.

The interpreter is pure: it never waits, plays or looks anything up. The carrier (a real call, the
simulator, a test) performs the effects in order and feeds back one input at a time.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from common.workdays import Calendar

#: What stops a prompt: the caller's speech, keys, both or none (a legal notice is heard out).
BargeIn = Literal["both", "speech", "keys", "none"]


@dataclass(frozen=True)
class Prompt:
    """One thing the caller hears."""

    #: What is said, in the call's language.
    text: str
    #: Name of a rendered prompt (no extension, e.g. ``zh-CN/greeting``); None means render from ``text``.
    sound: str | None = None
    barge_in: BargeIn = "none"

    @property
    def speech_interrupts(self) -> bool:
        """Whether the caller's speech stops it."""
        return self.barge_in in ("both", "speech")

    @property
    def keys_interrupt(self) -> bool:
        """Whether a key stops it."""
        return self.barge_in in ("both", "keys")


def sound_of(text: str, voice: str) -> str:
    """The name of the prompt that a text is rendered to: ``text/`` and 16 hexadecimal digits of voice and text."""
    return "text/" + hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Caller:
    """What is known of a caller before a word is said; empty where it is not."""

    number: str = ""
    #: Province and city, as on the pop.
    region: str = ""
    carrier: str = ""


# --- effects -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EnterNode:
    """The caller arrived at a node; kept as the call's path."""

    node: str


@dataclass(frozen=True)
class Play:
    """Say prompts in order, then feed ``PromptDone``; what interrupts them answers the ``Listen`` that follows.

    Of the prompts behind the one that was stopped those are left out that would have been stopped so, too.
    """

    prompts: tuple[Prompt, ...]


@dataclass(frozen=True)
class Listen:
    """Wait for the caller after the prompts; feed ``Said``, ``Pressed`` or ``NoInput``."""

    #: Most digits taken, and the key that ends them early ("" for none).
    max_digits: int = 1
    terminator: str = "#"
    #: How long to wait for the first sound or key, ms.
    no_input_ms: int = 6000
    #: Pause between keys that ends the entry, ms.
    between_keys_ms: int = 2500
    #: Longest speech taken, ms; then what was said until there is the answer.
    max_speech_ms: int = 60000
    #: The pause after which what was said is the answer, ms; 0: as soon as it is read.
    settle_ms: int = 0
    #: Phrases expected here: they bias recognition.
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missed:
    """The caller was silent, was not understood, or said that it is not right; told for figures, nothing is done."""

    kind: Literal["no_input", "no_match", "refused"]
    #: How sure the likeliest answer was, 0 to 1, and why; None where the words were not looked at for answers.
    score: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class SetIntent:
    """What the caller wants is known."""

    intent: str
    score: float
    reason: str


@dataclass(frozen=True)
class DraftCase:
    """Open a case draft of this kind (complaint, report, consultation, suggestion, praise)."""

    kind: str


@dataclass(frozen=True)
class SetField:
    """Something collected for the case draft or the call (``anonymous``, ``phone``, ``description``, …)."""

    name: str
    value: Any


@dataclass(frozen=True)
class LookUpCase:
    """Look a case up by its number or the digits of it; feed ``CaseFound``, ``CaseGuarded`` or ``CaseMissing``."""

    number: str
    #: Whether only who knows the telephone left with the case is told: by calling from it, or by its last digits.
    guarded: bool = False
    last_digits: str = ""


@dataclass(frozen=True)
class HttpRequest:
    """Call an outside service; feed ``HttpResult``."""

    method: Literal["GET", "POST"]
    url: str
    #: A POST's JSON.
    body: Mapping[str, Any] = field(default_factory=dict)
    timeout_ms: int = 3000


@dataclass(frozen=True)
class AskQueue:
    """Feed ``QueueIs``: how busy a queue is."""

    queue: str


@dataclass(frozen=True)
class Marked:
    """A mark was given in a survey."""

    node: str
    question: str
    mark: str
    #: Every mark that could be given, the best first.
    scale: str


@dataclass(frozen=True)
class AskTime:
    """Feed ``TimeIs``: whether people are there depends on the hour."""


@dataclass(frozen=True)
class RecordMessage:
    """Take a voice message; feed ``MessageRecorded``, ``NoInput``, or the caller's wish for a person."""

    max_ms: int
    silence_ms: int = 4000


@dataclass(frozen=True)
class OfferCallback:
    """Put the caller on the call-back list."""

    number: str


@dataclass(frozen=True)
class EnterQueue:
    """Hand the caller to a queue. The interpreter has ended when this is the last effect."""

    queue: str
    #: Callers with a higher one are answered before those with a lower one.
    priority: int = 0
    #: Keys that lead out of it: feed ``Pressed`` although the tree has ended.
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransferTo:
    """Hand the caller to a number or extension; where nobody answers, feed ``Failed`` although the tree has ended."""

    target: str


@dataclass(frozen=True)
class Fallback:
    """Leave the caller to the line's fallback: what the tree asked for cannot be done, and it names no other way."""


@dataclass(frozen=True)
class HangUp:
    """End the call. ``outcome`` names how (``completed``, ``abandoned``, ``voicemail``, …)."""

    outcome: str


Effect = (
    EnterNode
    | Play
    | Listen
    | Missed
    | SetIntent
    | DraftCase
    | SetField
    | LookUpCase
    | HttpRequest
    | AskTime
    | AskQueue
    | Marked
    | RecordMessage
    | OfferCallback
    | EnterQueue
    | TransferTo
    | Fallback
    | HangUp
)

#: The caller leaves the tree.
END = (EnterQueue, TransferTo, Fallback, HangUp)

# --- inputs ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PromptDone:
    """The prompts were heard to their end."""


@dataclass(frozen=True)
class Said:
    """The caller said something. ``sounds`` are toned pinyin syllables, ("" when the engine gives none)."""

    text: str
    sounds: tuple[str, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True)
class Pressed:
    """The caller pressed keys (0-9, *, #, A-D), terminator not included."""

    digits: str


@dataclass(frozen=True)
class NoInput:
    """Nothing was said or pressed in time."""


@dataclass(frozen=True)
class CaseFound:
    """The answer to ``LookUpCase``: what may be told over the phone."""

    number: str
    stage: str
    spoken: str


@dataclass(frozen=True)
class CaseGuarded:
    """The answer to ``LookUpCase`` from another telephone, where it is guarded or the number may mean several cases:
    the last digits are to be asked for."""

    number: str


@dataclass(frozen=True)
class CaseMissing:
    """No case has that number, or not with those last digits."""

    number: str


@dataclass(frozen=True)
class HttpResult:
    """The answer to ``HttpRequest``; ``ok`` false on a time-out, a failure, a status of 400 and above, or no JSON."""

    ok: bool
    status: int = 0
    #: JSON.
    body: Any = None


@dataclass(frozen=True)
class QueueIs:
    """The answer to ``AskQueue``."""

    #: Callers who wait.
    waiting: int
    #: Agents who are ready and not in a call.
    free: int
    #: How long callers wait on average, s.
    hold_s: int


@dataclass(frozen=True)
class TimeIs:
    """The answer to ``AskTime``: the centre's own time, and the days on which it differs from the country."""

    at: datetime
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True)
class MessageRecorded:
    """A voice message was left."""

    path: str
    duration_ms: int


@dataclass(frozen=True)
class Failed:
    """The last effect could not be carried out."""

    reason: str


@dataclass(frozen=True)
class CallerGone:
    """The caller hung up."""


Input = (
    PromptDone
    | Said
    | Pressed
    | NoInput
    | CaseFound
    | CaseGuarded
    | CaseMissing
    | HttpResult
    | TimeIs
    | QueueIs
    | MessageRecorded
    | Failed
    | CallerGone
)
