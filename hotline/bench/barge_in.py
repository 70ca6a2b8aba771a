"""``hotline bench barge-in``: how soon speech stops a prompt, and how often noise does.

The detector is given sound that :mod:`hotline.bench.noises` makes, while a prompt plays over and over; beside it the
same sound is judged by its length alone. Then real calls talk over the prompt of a real line.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr_models.barge_in import BargeIn, Heard, Interruption
from asr_models.frames import RATE
from asr_models.vad import WINDOW, VoiceDetector, VoiceStream
from hotline.bench.barge_in_calls import latencies
from hotline.bench.noises import BACKGROUNDS, Samples, at_level, coughs, echo, line, samples_of
from hotline.bench.report import Figure, percentile
from hotline.bench.utterances import FOLDER, spoken
from hotline.paths import ROOT

PROMPT = ROOT / "ivr" / "prompts" / "zh-CN" / "ask-need.wav"
#: A prompt must stop so long after the beginning of speech, ms: 300 after its first 200.
AIM_MS = 500.0
#: Level of a caller's speech on the line, dB of full scale (ITU-T P.56 active speech, a little below the usual).
SPEECH_DB = -26.0
#: Nothing but length counts: what a line without guards does.
LENGTH_ALONE = BargeIn(above_noise_db=-200, protect_ms=0)
_WINDOW_MS = WINDOW * 1000 // RATE
#: Between a prompt's end and its beginning anew, s.
_PAUSE_S = 0.5
#: A line at rest has this noise, dB.
_REST_DB = -62.0
#: Sound in front of a caller's words, s.
_LEAD_S = (3.0, 4.0)
_THRESHOLD = 0.5


@dataclass(frozen=True)
class Sound:
    """What comes from a caller while the prompt plays over and over."""

    samples: Samples
    #: For each window, how likely it is that someone speaks.
    voice: list[float]

    @classmethod
    def of(cls, detector: VoiceDetector, samples: Samples) -> "Sound":
        """As the line carries it."""
        carried = (np.frombuffer(line(samples), "<i2") / 32768).astype(np.float32)
        whole = carried[: len(carried) // WINDOW * WINDOW]
        return cls(whole, VoiceStream(detector).probabilities(whole.reshape(-1, WINDOW)))

    @property
    def minutes(self) -> float:
        """Its length."""
        return len(self.samples) / RATE / 60


def plays(prompt: Samples, length: int) -> Iterator[int]:
    """The samples at which the prompt begins, over and over: always with a window."""
    at = WINDOW
    while at < length:
        yield at
        at += -(-(len(prompt) + int(_PAUSE_S * RATE)) // WINDOW) * WINDOW


def stops(sound: Sound, prompt: Samples, settings: BargeIn, *, knows_prompt: bool = True) -> list[int]:
    """When the prompt is stopped, ms; it is then played on as if it had not been."""
    judge = Interruption(settings)
    begins = set(plays(prompt, len(sound.samples)))
    known = prompt if knows_prompt else np.zeros(0, np.float32)
    found = []
    for number, voice in enumerate(sound.voice):
        begin = number * WINDOW
        if begin in begins:
            judge.hears(Heard(begin * 1000 // RATE, known, True))
        at_ms = (number + 1) * _WINDOW_MS
        if judge.step(sound.samples[begin : begin + WINDOW], voice > _THRESHOLD, at_ms)[1]:
            found.append(at_ms)
    return found


def rest(rng: np.random.Generator, length: int) -> Samples:
    """A line at rest."""
    return (rng.standard_normal(length) * 10 ** (_REST_DB / 20)).astype(np.float32)


def echoes(prompt: Samples, rng: np.random.Generator, length: int, db: float) -> Samples:
    """Each play of the prompt comes back."""
    found = rest(rng, length)
    back = at_level(echo(prompt, rng, len(prompt) + RATE // 2), db)
    for at in plays(prompt, length):
        found[at : at + len(back)] += back[: length - at]
    return found


def noises(prompt: Samples, seconds: int, seed: int = 1) -> Iterator[tuple[str, Samples]]:
    """Every kind of noise at each of its levels, with nobody speaking."""
    length = seconds * RATE

    def chance(kind: str) -> np.random.Generator:
        return np.random.default_rng([seed, *kind.encode()])

    for db in (-30.0, -40.0):
        for kind, noise in BACKGROUNDS.items():
            yield f"{kind} at {db:g} dB", at_level(noise(chance(kind), length), db)
        yield f"echo at {db:g} dB", echoes(prompt, chance("echo"), length, db)
    coughing = at_level(coughs(chance("coughs"), length), -24.0)
    yield "coughs", coughing + rest(chance("rest"), length)
    for kind in ("street", "office"):
        yield f"coughs, {kind} behind", coughing + at_level(BACKGROUNDS[kind](chance(kind), length), -40.0)


def talking_over(prompt: Samples, count: int, seed: int = 2) -> Iterator[tuple[str, int, Samples]]:
    """Callers of the tuned-on share who talk over the prompt: what is behind them, when they begin (ms), the sound."""
    rng = np.random.default_rng(seed)
    rows = [row for row in spoken() if not row.unseen and row.noise == "none" and row.voice != "espeak"]
    for row in rows[:count]:
        words = at_level(samples_of(FOLDER / f"{row.id}.opus"), SPEECH_DB)
        begins = int(np.flatnonzero(np.abs(words) > 0.05 * np.abs(words).max())[0])
        for behind, db in (("nothing", None), ("office", -10.0), ("street", -10.0), ("echo", -10.0)):
            lead = int(rng.uniform(*_LEAD_S) * RATE)
            sound = np.pad(words, (lead, 0))
            match behind:
                case "nothing":
                    sound = sound + rest(rng, len(sound))
                case "echo":
                    sound = sound + echoes(prompt, rng, len(sound), SPEECH_DB - 10)
                case _:
                    sound = sound + at_level(BACKGROUNDS[behind](rng, len(sound)), SPEECH_DB + (db or 0))
            yield behind if db is None else f"{behind} at {-db:g} dB below", (lead + begins) * 1000 // RATE, sound


def bench(tell: Callable[[str], None], calls: int) -> list[Figure]:
    """Run it; ``tell`` is given a line as each step ends."""
    found = [*false_stops(tell), *soon_enough(tell)]
    if calls:
        with tempfile.TemporaryDirectory() as scratch:
            took = latencies(Path(scratch), calls, tell)
        missed = calls - len(took)
        found.append(
            Figure("real calls whose speech did not stop the prompt", missed, "calls", aim="0", met=not missed)
        )
        found += _delays("real calls", took, None, None)
    return found


def false_stops(tell: Callable[[str], None], seconds: int = 120) -> list[Figure]:
    """By kind of noise, stops a minute."""
    detector, prompt = VoiceDetector(), samples_of(PROMPT)
    found = []
    for kind, samples in noises(prompt, seconds):
        sound = Sound.of(detector, samples)
        wrong = len(stops(sound, prompt, BargeIn())) / sound.minutes
        peer = len(stops(sound, prompt, LENGTH_ALONE, knows_prompt=False)) / sound.minutes
        tell(f"{kind}: {wrong:g} false stops a minute, {peer:g} by length alone")
        name = f"false stops, {kind}"
        found.append(Figure(name, round(wrong, 1), "a minute", "length alone", round(peer, 1), "0", wrong == 0))
    return found


def soon_enough(tell: Callable[[str], None], count: int = 40) -> list[Figure]:
    """From the beginning of speech to the decision, without the line."""
    detector, prompt = VoiceDetector(), samples_of(PROMPT)
    took: dict[str, list[float]] = {}
    alone: dict[str, list[float]] = {}
    for behind, began, samples in talking_over(prompt, count):
        sound = Sound.of(detector, samples)
        for settings, known, kept in ((BargeIn(), True, took), (LENGTH_ALONE, False, alone)):
            at = (each - began for each in stops(sound, prompt, settings, knows_prompt=known) if each >= began)
            kept.setdefault(behind, []).append(next(at, float("inf")))
    found = []
    for behind, delays in took.items():
        tell(f"{count} callers with {behind} behind")
        missed = sum(each == float("inf") for each in delays)
        found.append(Figure(f"callers unheard, {behind}", missed, f"of {len(delays)}", aim="0", met=missed == 0))
        found += _delays(f"decided, {behind}", delays, "length alone", alone[behind])
    return found


def _delays(what: str, delays: list[float], peer: str | None, beside: list[float] | None) -> list[Figure]:
    found = []
    for share in (0.5, 0.95):
        value = round(percentile(delays, share)) if delays else float("inf")
        other = round(percentile(beside, share)) if beside else None
        found.append(
            Figure(
                f"from the beginning of speech, {what}, p{share * 100:.0f}", value, "ms", peer, other,
                f"≤ {AIM_MS:.0f}", value <= AIM_MS,
            )
        )  # fmt: skip
    return found
