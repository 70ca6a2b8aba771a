"""What callers hear, as samples: so that its echo is known for one."""

import functools
import logging
import wave
from pathlib import Path

import numpy as np

from asr_models.engines.base import Samples
from asr_models.frames import RATE

log = logging.getLogger(__name__)

#: Sounds that are kept in memory; the usual one has 5 s, 160 kB.
_KEPT = 64


class PromptSounds:
    """The prompts in Asterisk's sound folder."""

    def __init__(self, folder: Path):
        """``folder``: a folder a language, and what has no language beside them."""
        self._folder = folder
        self.sound = functools.lru_cache(_KEPT)(self._read)

    def _read(self, language: str, name: str) -> Samples:
        """A prompt's samples at 8000 Hz; none where there is no such recording: its echo is then taken for speech."""
        path = self._folder / language / f"{name}.wav"
        if not path.exists():
            path = self._folder / f"{name}.wav"
        try:
            with wave.open(str(path)) as source:
                if (source.getframerate(), source.getnchannels(), source.getsampwidth()) != (RATE, 1, 2):
                    raise wave.Error("it is not s16le mono at 8000 Hz")
                pcm = source.readframes(source.getnframes())
        except (OSError, EOFError, wave.Error) as error:
            log.warning("the echo of prompt %s/%s is not known: %s", language, name, error)
            return np.zeros(0, np.float32)
        return (np.frombuffer(pcm, "<i2") / 32768).astype(np.float32)
