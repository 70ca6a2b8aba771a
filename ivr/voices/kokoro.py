"""Kokoro's Mandarin voices (optional extra ``voice``)."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

#: What Kokoro renders at, Hz.
KOKORO_RATE = 24000


class KokoroVoice:
    """One voice; loads the model once."""

    def __init__(self, model: Path, voices: Path):
        from kokoro_onnx import Kokoro
        from misaki.zh import ZHG2P

        self._voices = voices
        self._g2p: Any = ZHG2P()
        # The package wants all voices in one archive; ours are single files.
        archive: dict[str, Any] = {path.stem: self._style(path.stem) for path in sorted(voices.glob("*.bin"))}
        packed = voices / ".voices.npz"
        np.savez(packed, **archive)
        self._kokoro: Any = Kokoro(str(model), str(packed))
        packed.unlink()

    def _style(self, voice: str) -> npt.NDArray[np.float32]:
        return np.fromfile(self._voices / f"{voice}.bin", dtype="<f4").reshape(510, 1, 256)

    def speak(self, text: str, voice: str, speed: float = 1.0) -> npt.NDArray[np.float32]:
        """``text`` as float samples at :data:`KOKORO_RATE`."""
        phonemes, _ = self._g2p(text)
        samples, rate = self._kokoro.create(phonemes, voice=voice, speed=speed, is_phonemes=True)
        assert rate == KOKORO_RATE
        return np.asarray(samples, dtype=np.float32)
