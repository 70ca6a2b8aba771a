"""Voice activity by Silero's network, which comes with the product."""

from typing import Any

import numpy as np
import numpy.typing as npt

from asr_models.catalogue import SILERO_VAD

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
        import onnxruntime

        assert SILERO_VAD.carried is not None
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        self.session: Any = onnxruntime.InferenceSession(
            str(SILERO_VAD.carried / SILERO_VAD.files[0].name), options, providers=["CPUExecutionProvider"]
        )


class VoiceStream:
    """The detector's memory of one leg."""

    def __init__(self, detector: VoiceDetector):
        self._session = detector.session
        self._h = np.zeros((1, 1, 128), np.float32)
        self._c = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._last = np.float32(0)

    def probabilities(self, windows: npt.NDArray[np.float32]) -> list[float]:
        """How likely it is that someone speaks in each row of :data:`WINDOW` samples at 8000 Hz (-1 to 1).

        Rows that follow each other and are not at rest go through the network in one run: its batch is one leg's time.
        """
        loud = np.einsum("ij,ij->i", windows, windows) >= _QUIET * WINDOW
        if loud.all():
            return self._run(windows) if len(windows) else []
        found = [0.0] * len(windows)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if begin:
                self._rest(windows[begin - 1])
            found[begin:end] = self._run(windows[begin:end])
        if not loud[-1]:
            self._rest(windows[-1])
        return found

    def _rest(self, window: npt.NDArray[np.float32]) -> None:
        self._last = window[-1]
        self._context = np.zeros(_CONTEXT, np.float32)

    def _run(self, windows: npt.NDArray[np.float32]) -> list[float]:
        line = windows.ravel()
        rows = np.empty((len(windows), _CONTEXT + 2 * WINDOW), np.float32)
        wide = np.empty(2 * len(line), np.float32)
        wide[1::2] = line
        wide[2::2] = (line[:-1] + line[1:]) / 2
        wide[0] = (self._last + line[0]) / 2
        rows[:, _CONTEXT:] = wide.reshape(len(windows), -1)
        # Each row begins with the end of the one before.
        rows[0, :_CONTEXT] = self._context
        rows[1:, :_CONTEXT] = rows[:-1, -_CONTEXT:]
        self._last, self._context = line[-1], rows[-1, -_CONTEXT:]
        out, self._h, self._c = self._session.run(None, {"input": rows, "h": self._h, "c": self._c})
        return [float(each) for each in out.ravel()]
