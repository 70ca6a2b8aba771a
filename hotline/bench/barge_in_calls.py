"""Real calls that talk over a prompt: when they began, and when the prompt they heard stopped."""

import os
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML
from scipy.signal import correlate

from asr_models.crosstalk import likeness
from asr_models.frames import RATE
from hotline.bench.noises import Samples, at_level, line, samples_of
from hotline.bench.own import own_hotline
from hotline.bench.utterances import FOLDER, spoken
from hotline.paths import ROOT
from hotline.settings import Settings
from hotline.tester.caller import Plan
from hotline.tester.telephone import Telephone

#: The caller begins about this long after the line has answered, s: steps wait 2 s.
_LEAD_S = 1.5
#: Level of the caller's words, dB of full scale.
_SPEECH_DB = -26.0
#: What is heard after the caller began is compared with the prompt in pieces of this length, s.
_PIECE_S = 0.1
_STEP = RATE // 100
#: A piece of which the prompt explains this share still holds the prompt.
_SAME = 0.5
#: Likeness is asked of an echo, which is quieter than what it is of.
_QUIETER = np.float32(0.5)
#: Quieter than this there is no prompt (mean square).
_SILENT = 1e-6


def latencies(folder: Path, calls: int, tell: Callable[[str], None]) -> list[float]:
    """From the beginning of speech to the last sound of the prompt, ms, for each call whose prompt was stopped.

    Raises :class:`hotline.errors.CallFailed`, :class:`hotline.errors.ChildFailed`.
    """
    prompt = samples_of(ROOT / "ivr" / "prompts" / "zh-CN" / "ask-need.wav")
    rows = [row for row in spoken() if not row.unseen and row.noise == "none" and row.voice != "espeak"]
    found = []
    with own_hotline(ivr__tree=str(_asks_at_once(folder))) as (settings, _):
        for number in range(calls):
            words = at_level(samples_of(FOLDER / f"{rows[number % len(rows)].id}.opus"), _SPEECH_DB)
            took = _call(settings, folder, prompt, np.pad(words, (int(_LEAD_S * RATE), 0)))
            tell(f"call {number + 1} of {calls}: " + ("not stopped" if took is None else f"{took:.0f} ms"))
            if took is not None:
                found.append(took)
    return found


def _asks_at_once(folder: Path) -> Path:
    """The tree without its greeting."""
    yaml = YAML()
    raw = yaml.load((ROOT / "ivr" / "trees" / "12365.yaml").read_text("utf-8"))
    raw["start"] = raw["nodes"].pop("greeting")["next"]
    path = folder / "tree.yaml"
    with path.open("w", encoding="utf-8") as sink:
        yaml.dump(raw, sink)
    return path


def write_wav(path: Path, samples: Samples) -> Path:
    """As the line carries it."""
    with wave.open(str(path), "wb") as sink:
        sink.setparams((1, 2, RATE, 0, "NONE", ""))
        sink.writeframes(line(samples))
    return path


def _call(settings: Settings, folder: Path, prompt: Samples, words: Samples) -> float | None:
    said = write_wav(folder / "said.wav", words)
    server = f"127.0.0.1:{settings.asterisk.sip_port}"
    plan = Plan(
        "caller", server, str(folder / "heard.wav"), "13912345678", "127.0.0.2", settings.asterisk.number,
        steps=[{"wav": str(said)}], barge_in=True, stay=0.5, sidetone=True,
    )  # fmt: skip
    telephone = Telephone(plan, dict(os.environ))
    telephone.wait_for("over")
    telephone.hang_up()
    return stopped_after(samples_of(telephone.heard), samples_of(said), prompt)


def stopped_after(heard: Samples, said: Samples, prompt: Samples) -> float | None:
    """How long after the beginning of what was ``said`` the prompt sounded, ms; None where it was played to its end.

    ``heard`` holds both, sample by sample as they were.
    """
    at = int(np.argmax(correlate(heard, said, "valid" if len(heard) >= len(said) else "full", "fft")))
    own = said[: len(heard) - at]
    gain = float(heard[at : at + len(own)] @ own / (own @ own))
    left = heard.copy()
    left[at : at + len(own)] -= np.float32(gain) * own
    begins = at + int(np.flatnonzero(np.abs(said) > 0.05 * np.abs(said).max())[0])
    piece = int(_PIECE_S * RATE)
    last = None
    for place in range(begins - piece, len(left) - piece, _STEP):
        sound = left[place : place + piece]
        if float(np.mean(sound**2)) > _SILENT and likeness(_QUIETER * sound, prompt) > _SAME:
            last = place + piece
    if last is None or _heard_out(left, prompt):
        return None
    return max(0.0, (last - begins) * 1000 / RATE)


def _heard_out(heard: Samples, prompt: Samples) -> bool:
    """Whether the prompt's last words are in what was heard."""
    end = prompt[-RATE // 2 :]
    return likeness(_QUIETER * end, heard) > _SAME
