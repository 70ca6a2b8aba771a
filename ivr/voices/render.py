"""Renders a list of texts to telephone sound: ``python -m ivr.voices.render MODEL VOICES LIST FOLDER [VOICE]``.

LIST is tab-separated with a header; its first column names the file, ``text`` is what is said, an optional
``voice`` column says by whom.
"""

import csv
import sys
from pathlib import Path

from ivr.voices.kokoro import KOKORO_RATE, KokoroVoice
from ivr.voices.telephone import to_telephone, write_wav

DEFAULT_VOICE = "zf_xiaoxiao"


def render(model: Path, voices: Path, listing: Path, folder: Path, voice: str = DEFAULT_VOICE) -> int:
    """Render every row whose sound is missing; returns how many were."""
    kokoro = KokoroVoice(model, voices)
    made = 0
    with listing.open(encoding="utf-8", newline="") as source:
        rows = csv.DictReader(source, delimiter="\t")
        first = (rows.fieldnames or ["name"])[0]
        for row in rows:
            path = folder / row[first].removesuffix(".wav")
            path = path.with_name(path.name + ".wav")
            if path.exists():
                continue
            samples = kokoro.speak(row["text"], row.get("voice") or voice)
            write_wav(path, to_telephone(samples, KOKORO_RATE))
            made += 1
    return made


if __name__ == "__main__":
    arguments = [Path(argument) for argument in sys.argv[1:5]]
    print(render(arguments[0], arguments[1], arguments[2], arguments[3], *sys.argv[5:6]))
