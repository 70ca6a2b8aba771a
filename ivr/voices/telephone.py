"""Makes speech fit the telephone: 8 kHz, one channel, one level, no dead air at the ends."""

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

#: The telephone's rate, Hz.
TELEPHONE_RATE = 8000
#: Level of speech, root mean square relative to full scale (about -20 dBFS, usual for announcements).
_LEVEL = 0.1
#: Quieter than this share of the peak counts as silence at the ends.
_SILENCE = 0.02
#: Silence kept at both ends, s.
_MARGIN_S = 0.12


def to_telephone(samples: npt.NDArray[np.float32], rate: int) -> npt.NDArray[np.int16]:
    """Resample, trim, level; returns s16 samples at :data:`TELEPHONE_RATE`."""
    # A second's import: every command of the hotline would wait for what few of them use.
    from scipy.signal import resample_poly

    narrow = resample_poly(samples, TELEPHONE_RATE, rate)
    loud = np.flatnonzero(np.abs(narrow) > _SILENCE * np.abs(narrow).max())
    margin = int(_MARGIN_S * TELEPHONE_RATE)
    trimmed = narrow[max(0, loud[0] - margin) : loud[-1] + margin]
    active = trimmed[np.abs(trimmed) > _SILENCE * np.abs(trimmed).max()]
    gain = min(_LEVEL / float(np.sqrt(np.mean(active**2))), 0.9 / float(np.abs(trimmed).max()))
    scaled: npt.NDArray[np.int16] = (trimmed * gain * 32767).astype(np.int16)
    return scaled


def write_wav(path: Path, samples: npt.NDArray[np.int16], rate: int = TELEPHONE_RATE) -> None:
    """Write mono s16le."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(rate)
        sink.writeframes(samples.astype("<i2").tobytes())
