"""Renders texts in a process of its own, out of the way of the calls: ``python -m ivr.voices.worker``.

One JSON object comes in on standard input, ``{"model": PATH or null, "styles": PATH or null, "items": [{"engine",
"voice", "language", "text", "path"}, …]}``; each text becomes telephone sound at its path, said as a line of JSON:
``{"path", "duration_ms"}``.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from ivr.voices.kokoro import KOKORO_RATE, KokoroVoice
from ivr.voices.reading import as_read
from ivr.voices.telephone import TELEPHONE_RATE, to_telephone, write_wav

#: Callers' sound goes first.
_NICE = 10


def _speaker(engine: str, order: dict[str, Any]) -> Any:
    if engine == "kokoro":
        kokoro = KokoroVoice(Path(order["model"]), Path(order["styles"]))
        return lambda text, voice: (kokoro.speak(text, voice), KOKORO_RATE)
    from ivr.voices.espeak import EspeakVoice

    return EspeakVoice().speak


def main() -> None:
    """Entry point."""
    os.nice(_NICE)
    order = json.load(sys.stdin)
    speakers: dict[str, Any] = {}
    for item in order["items"]:
        engine = item["engine"]
        if engine not in speakers:
            speakers[engine] = _speaker(engine, order)
        samples, rate = speakers[engine](as_read(item["text"], item["language"]), item["voice"])
        sound = to_telephone(samples, rate)
        write_wav(Path(item["path"]), sound)
        print(json.dumps({"path": item["path"], "duration_ms": len(sound) * 1000 // TELEPHONE_RATE}), flush=True)


if __name__ == "__main__":
    main()
