"""Recordings in any common format, as the line would bring them."""

from pathlib import Path

from asr_models.errors import SoundUnreadable
from asr_models.frames import RATE


def read_sound(path: Path, rate: int = RATE) -> bytes:
    """s16le, mono, at ``rate`` (Hz). Raises ``SoundUnreadable``."""
    import av
    from faster_whisper import decode_audio

    if not path.is_file():
        raise SoundUnreadable(path=str(path), problem="there is no such file")
    try:
        samples = decode_audio(str(path), sampling_rate=rate)
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise SoundUnreadable(path=str(path), problem=str(error) or "it has no sound") from error
    return bytes((samples * 32767).astype("<i2").tobytes())
