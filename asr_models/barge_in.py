"""When a caller's speech stops a prompt, and when what sounds like speech is the prompt's own echo. Pure.

Speech is told from a cough by its length, from people and things behind the caller by standing out from them, from a
cough in front of people by the pitch of what stands out, and from an echo by what the caller hears at that moment.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from asr_models.crosstalk import likeness
from asr_models.engines.base import Samples
from asr_models.frames import RATE
from asr_models.pitch import periodicity
from asr_models.vad import WINDOW

WINDOW_MS = WINDOW * 1000 // RATE


@dataclass(frozen=True)
class BargeIn:
    """What it takes to stop a prompt."""

    #: Speech in a row, ms; shorter bursts are coughs.
    least_speech_ms: int = 224
    #: Speech louder than what was on the line before by this much, dB.
    above_noise_db: float = 10.0
    #: Time after a prompt's start in which nothing stops it, ms.
    protect_ms: int = 300
    #: Time after a prompt was stopped in which no other is, ms.
    cool_down_ms: int = 500


@dataclass(frozen=True)
class Heard:
    """A prompt that the speaker hears."""

    #: When it began, ms on the leg's clock.
    at_ms: int
    #: 8000 Hz; empty where its sound is not known: then its echo is not, either.
    sound: Samples
    #: Whether the speaker's words stop it.
    stoppable: bool

    @property
    def end_ms(self) -> int:
        """When it will have been heard to its end, ms on the leg's clock."""
        return self.at_ms + len(self.sound) * 1000 // RATE


#: What was on the line before is told from this much of it, ms, the newest left out: it may be the speech's beginning.
_BEFORE_MS, _NEWEST_MS = 3000, 320
#: The windows of it, in percent, that are no louder than noise: someone who spoke all along paused as often.
_USUAL = 20
#: Noise is taken to be at least this loud, dB of full scale.
_FAINTEST_DB = -60.0
#: With noise louder than this, dB of full scale, the detector may take voices in it for the beginning of a cough: then
#: so large a share of the windows must be loud and repeat themselves this much.
_QUIET_DB = -58.0
_WITH_PITCH, _PERIODIC = 0.55, 0.45
#: Sound that is compared with the prompt, ms.
_COMPARED_MS = 192
#: An echo comes at most this long after what it is of; Asterisk may begin this much earlier than it was noted, ms.
_LATEST_MS, _EARLIEST_MS = 900, 100
#: The share of a sound's energy that the prompt explains from which on it is its echo; see :mod:`asr_models.crosstalk`.
_ECHO = 0.5
#: Prompts that are remembered.
_REMEMBERED = 3


class Interruption:
    """One leg's judgement, window by window."""

    def __init__(self, settings: BargeIn):
        self._settings = settings
        self._heard: tuple[Heard, ...] = ()
        self._hears = False
        self._levels: deque[float] = deque(maxlen=(_BEFORE_MS + _NEWEST_MS) // WINDOW_MS)
        self._recent: deque[Samples] = deque(
            maxlen=max(_COMPARED_MS, settings.least_speech_ms + WINDOW_MS) // WINDOW_MS
        )
        self._run: list[float] = []
        self._calm_from_ms = 0

    def hears(self, prompt: Heard | None) -> None:
        """What the speaker hears from now on; None: nothing more."""
        if prompt is not None:
            self._heard = (*self._heard, prompt)[-_REMEMBERED:]
        self._hears = prompt is not None

    def step(self, window: Samples, voiced: bool, at_ms: int) -> tuple[bool, bool]:
        """Take a window that ends ``at_ms``: whether the speaker speaks in it, and whether that stops the prompt.

        ``voiced``: whether it sounds like speech.
        """
        self._recent.append(window)
        power = float(window @ window) / WINDOW
        self._levels.append(power)
        voiced = voiced and not self._echoes(at_ms)
        self._run = [*self._run, power] if voiced else []
        return voiced, voiced and self._stops(at_ms)

    def _stops(self, at_ms: int) -> bool:
        s = self._settings
        if not self._hears or not self._heard[-1].stoppable or at_ms < self._calm_from_ms:
            return False
        if at_ms < self._heard[-1].at_ms + s.protect_ms or len(self._run) * WINDOW_MS < s.least_speech_ms:
            return False
        newest = self._run[-(s.least_speech_ms // WINDOW_MS) :]
        noise_db = self._noise_db()
        if _db(float(np.median(newest))) < noise_db + s.above_noise_db:
            return False
        if noise_db > _QUIET_DB and not self._has_pitch(newest, noise_db + s.above_noise_db):
            return False
        self._calm_from_ms = at_ms + s.cool_down_ms
        return True

    def _noise_db(self) -> float:
        before = list(self._levels)[: -_NEWEST_MS // WINDOW_MS]
        if not before:
            return _FAINTEST_DB
        return max(_FAINTEST_DB, _db(float(np.percentile(before, _USUAL))))

    def _has_pitch(self, newest: list[float], least_db: float) -> bool:
        """Whether what stands out in the ``newest`` windows, of which these are the powers, is a voice."""
        windows = list(self._recent)[-len(newest) - 1 :]
        found = 0
        for power, *pair in zip(newest[1 - len(windows) :], windows[:-1], windows[1:], strict=True):
            found += _db(power) >= least_db and periodicity(np.concatenate(pair)) > _PERIODIC
        return found >= _WITH_PITCH * len(newest)

    def _echoes(self, at_ms: int) -> bool:
        """Whether the newest sound is what the speaker was just hearing."""
        if not self._heard or at_ms > self._heard[-1].end_ms + _LATEST_MS:
            return False
        sound = np.concatenate(list(self._recent)[-(_COMPARED_MS // WINDOW_MS) :])
        end = at_ms * RATE // 1000
        first = end - len(sound) - _LATEST_MS * RATE // 1000
        prompt = np.zeros(end + _EARLIEST_MS * RATE // 1000 - first, np.float32)
        for each in self._heard:
            place = each.at_ms * RATE // 1000 - first
            piece = each.sound[max(0, -place) : max(0, len(prompt) - place)]
            prompt[max(0, place) :][: len(piece)] = piece
        return bool(prompt.any()) and likeness(sound, prompt) > _ECHO


def _db(power: float) -> float:
    """Of full scale."""
    return 10 * float(np.log10(power + 1e-12))
