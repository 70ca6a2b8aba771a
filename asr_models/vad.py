"""Voice activity by Silero's network, as carried by faster-whisper."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

#: One decision a window of this many samples at the telephone's 8000 Hz (32 ms).
WINDOW = 256
#: The network's own rate is twice ours; it sees each window with this much of the one before.
_CONTEXT = 64
#: Mean square below which a window is no speech on a telephone line (-60 dBFS) and never reaches the network: a line
#: at rest, muted or with nobody on it yet.
_QUIET = 1e-6
#: No sample of a line at rest is louder (s16le); A-law's silence is 8.
_REST = 64


def quiet(pcm: bytes) -> bool:
    """Whether no sample (s16le) is louder than a line at rest: cheap enough for every piece of sound."""
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    return int(samples.max(initial=0)) < _REST and int(samples.min(initial=0)) > -_REST


class VoiceDetector:
    """The loaded network; shared by every leg."""

    def __init__(self) -> None:
        import faster_whisper
        import onnxruntime

        assets = Path(faster_whisper.__file__).parent / "assets"
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        self.session: Any = onnxruntime.InferenceSession(
            str(next(assets.glob("silero_vad*.onnx"))), options, providers=["CPUExecutionProvider"]
        )


class VoiceStream:
    """The detector's memory of one leg."""

    def __init__(self, detector: VoiceDetector):
        self._session = detector.session
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._last = np.float32(0)

    def probability(self, window: npt.NDArray[np.float32]) -> float:
        """How likely it is that someone speaks in these :data:`WINDOW` samples at 8000 Hz (-1 to 1)."""
        if float(window @ window) < _QUIET * WINDOW:
            self._last = window[-1]
            self._context = np.zeros(_CONTEXT, np.float32)
            return 0.0
        wide = np.empty(2 * WINDOW, np.float32)
        wide[1::2] = window
        wide[2::2] = (window[:-1] + window[1:]) / 2
        wide[0] = (self._last + window[0]) / 2
        self._last = window[-1]
        heard = np.concatenate((self._context, wide))[np.newaxis]
        self._context = wide[-_CONTEXT:]
        out, self._h, self._c = self._session.run(None, {"input": heard, "h": self._h, "c": self._c})
        return float(np.ravel(out)[0])
