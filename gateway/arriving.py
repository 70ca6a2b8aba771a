"""A leg's sound as it arrives from Asterisk, put on the leg's clock."""

from asr_models.frames import RATE, AudioFrame
from asr_models.pace import Pace
from asr_models.vad import quiet

#: After the speaker hung up Asterisk may still send this long, s.
DRAIN_S = 2.0


class Arriving:
    """What was lost on its way is missing from the stream, not from the clock."""

    def __init__(self) -> None:
        #: When the first sound began, s on the monotonic clock: the leg's clock counts from there. None until it came.
        self.first: float | None = None
        self._pace = Pace()
        self._samples = 0

    @property
    def length_ms(self) -> int:
        """How long it is so far, ms on the leg's clock."""
        return self._samples * 1000 // RATE

    def take(self, pcm: bytes, at: float) -> tuple[int, AudioFrame]:
        """Sound that came ``at`` this moment (s16le, 8000 Hz): samples that are missing before it, and its frame."""
        length = len(pcm) // 2
        if self.first is None:
            self.first = at - length / RATE
        missing = self._pace.missing(at, length, quiet(pcm))
        self._samples += missing
        frame = AudioFrame(pcm, RATE, self._samples * 1000 // RATE)
        self._samples += length
        return missing, frame
