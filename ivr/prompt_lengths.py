"""How long prompts are."""

import wave
from collections.abc import Mapping
from pathlib import Path


def lengths(sounds: Mapping[str, Path]) -> dict[str, int]:
    """Prompt's name → its length, ms, of telephone sound in WAV files."""
    return {name: _length_ms(path) for name, path in sounds.items()}


def _length_ms(path: Path) -> int:
    with wave.open(str(path), "rb") as sound:
        return sound.getnframes() * 1000 // sound.getframerate()
