"""Sound into a smaller form, for keeping."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from agent_api.recordings.sound import RATE

#: How a kept recording's name ends → container, codec, bits a second (None: the codec's own choice).
_FORMS = {".flac.sealed": ("flac", "flac", None), ".opus.sealed": ("ogg", "libopus", 24_000)}


def encode(pcm: Iterator[bytes], ending: str) -> bytes:
    """Samples (s16le, mono, 8000 Hz) as the file that ``ending`` stands for. Raises ``av.FFmpegError``."""
    import av

    container, codec, bits = _FORMS[ending]
    sink = BytesIO()
    with av.open(sink, "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=RATE)
        stream.layout = "mono"
        if bits:
            stream.bit_rate = bits
        place, rest = 0, b""
        for piece in pcm:
            block = rest + piece
            whole = len(block) // 2 * 2
            rest = block[whole:]
            if not whole:
                continue
            frame = av.AudioFrame.from_ndarray(np.frombuffer(block[:whole], "<i2").reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts = RATE, place
            place += whole // 2
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return sink.getvalue()
