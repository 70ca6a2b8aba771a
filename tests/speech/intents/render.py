"""Renders the utterances of ``utterances.tsv``: ``python tests/speech/intents/render.py MODEL VOICES``.

MODEL is Kokoro's .onnx file and VOICES the folder of its voices (extra ``voice``); the voice ``espeak`` needs the
program espeak-ng. Each utterance becomes an Opus file of 8 kHz beside the table, without noise: the noise of its row is
added when it is heard. Files that are there stay.
"""

import csv
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from pypinyin import Style, pinyin

from ivr.voices.kokoro import KOKORO_RATE, KokoroVoice
from ivr.voices.telephone import TELEPHONE_RATE, to_telephone

HERE = Path(__file__).parent
BITS_S = 16000
#: espeak-ng's usual speed, words a minute.
_ESPEAK_WORDS = 175


def espeak(text: str, speed: float, pitch: str) -> tuple[npt.NDArray[np.float32], int]:
    """``text`` by espeak-ng's Mandarin voice, and its rate, Hz.

    It is given pinyin: characters that its small dictionary lacks are spelt out in English.
    """
    spelt = "".join(
        f"{each} " for part in pinyin(text, style=Style.TONE3, neutral_tone_with_five=True) for each in part
    )
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        words = str(round(_ESPEAK_WORDS * speed))
        subprocess.run(
            ["espeak-ng", "-v", "cmn-latn-pinyin", "-s", words, "-p", pitch, "-w", file.name, spelt], check=True
        )
        with wave.open(file.name) as sound:
            pcm = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
            return (pcm / 32768).astype(np.float32), sound.getframerate()


def write_opus(path: Path, samples: npt.NDArray[np.int16]) -> None:
    """Mono s16 at the telephone's rate, as Opus."""
    with av.open(str(path), "w", format="ogg") as sink:
        stream = sink.add_stream("libopus", rate=TELEPHONE_RATE)
        stream.layout, stream.bit_rate = "mono", BITS_S
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = TELEPHONE_RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            sink.mux(packet)


def render(model: Path, voices: Path) -> int:
    """Render what is missing; returns how many were."""
    kokoro = KokoroVoice(model, voices)
    made = 0
    with (HERE / "utterances.tsv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source, delimiter="\t"):
            path = HERE / f"{row['id']}.opus"
            if path.exists():
                continue
            if row["voice"] == "espeak":
                samples, rate = espeak(row["text"], float(row["speed"]), row["pitch"])
            else:
                samples, rate = kokoro.speak(row["text"], row["voice"], float(row["speed"])), KOKORO_RATE
            write_opus(path, to_telephone(samples, rate))
            made += 1
    return made


if __name__ == "__main__":
    print(render(Path(sys.argv[1]), Path(sys.argv[2])))
