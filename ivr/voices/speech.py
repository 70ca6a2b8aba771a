"""Speech from text, whichever engine there is: Kokoro's Mandarin voices, else espeak-ng's.

Rendering runs in a process of its own that lasts as long as its texts: the voices' memory is not held while nobody
needs it, and callers' sound never waits for it.
"""

import asyncio
import importlib.util
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ivr.errors import SpeechFailed, VoiceUnknown

EngineName = Literal["kokoro", "espeak-ng"]


@dataclass(frozen=True)
class Voice:
    """Someone who reads texts out."""

    #: As trees name it.
    name: str
    engine: EngineName
    language: str
    #: What the engine calls it.
    engine_name: str
    label_zh: str
    label_en: str


def _kokoro(name: str, zh: str, en: str) -> Voice:
    return Voice(name, "kokoro", "zh-CN", name, zh, en)


KOKORO = (
    _kokoro("zf_xiaoxiao", "晓晓（女声）", "Xiaoxiao (female)"),
    _kokoro("zf_xiaobei", "晓北（女声）", "Xiaobei (female)"),
    _kokoro("zf_xiaoni", "晓妮（女声）", "Xiaoni (female)"),
    _kokoro("zf_xiaoyi", "晓伊（女声）", "Xiaoyi (female)"),
    _kokoro("zm_yunjian", "云健（男声）", "Yunjian (male)"),
    _kokoro("zm_yunxi", "云希（男声）", "Yunxi (male)"),
    _kokoro("zm_yunxia", "云夏（男声）", "Yunxia (male)"),
    _kokoro("zm_yunyang", "云扬（男声）", "Yunyang (male)"),
)
ESPEAK = (
    Voice("espeak-cmn", "espeak-ng", "zh-CN", "cmn", "普通话（合成音）", "Mandarin (synthetic)"),
    Voice("espeak-yue", "espeak-ng", "zh-HK", "yue", "粤语（合成音）", "Cantonese (synthetic)"),
    Voice("espeak-en", "espeak-ng", "en", "en", "英语（合成音）", "English (synthetic)"),
)
ALL: Mapping[str, Voice] = {voice.name: voice for voice in (*KOKORO, *ESPEAK)}


@dataclass(frozen=True)
class Rendered:
    """What became of a text."""

    path: Path
    duration_ms: int


class TextToSpeech:
    """Renders texts with the best voice there is."""

    def __init__(self, model: Path, styles: Path):
        """``model``: where Kokoro's model is if it was fetched; ``styles``: the folder of its voices."""
        self._model = model
        self._styles = styles
        self._turn = asyncio.Lock()

    @property
    def has_kokoro(self) -> bool:
        """Whether Kokoro's model and packages are here; looked at each time, for they may be added any day."""
        packages = all(importlib.util.find_spec(name) for name in ("kokoro_onnx", "misaki"))
        return packages and self._model.is_file()

    def voices(self) -> tuple[Voice, ...]:
        """Those that can be chosen now."""
        return (*KOKORO, *ESPEAK) if self.has_kokoro else ESPEAK

    def voice(self, name: str) -> Voice:
        """Who reads for a voice that a tree names: itself, or espeak-ng while Kokoro is not here.

        Raises :class:`VoiceUnknown`.
        """
        voice = ALL.get(name)
        if voice is None:
            raise VoiceUnknown(voice=name, known=", ".join(each.name for each in self.voices()))
        if voice.engine == "espeak-ng" or self.has_kokoro:
            return voice
        return next(each for each in ESPEAK if each.language == voice.language)

    async def render(self, items: Sequence[tuple[str, Voice, Path]]) -> list[Rendered]:
        """Each text by its voice into a file: 8 kHz, mono, s16le, levelled. Raises :class:`SpeechFailed`."""
        order = {
            "model": str(self._model), "styles": str(self._styles),
            "items": [
                {
                    "engine": voice.engine, "voice": voice.engine_name, "language": voice.language, "text": text,
                    "path": str(path),
                }
                for text, voice, path in items
            ],
        }  # fmt: skip
        async with self._turn:
            worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "ivr.voices.worker", stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            try:
                out, problems = await worker.communicate(json.dumps(order).encode())
            finally:
                if worker.returncode is None:
                    worker.kill()
                    await worker.wait()
        if worker.returncode:
            told = problems.decode("utf-8", "replace").strip().splitlines()
            raise SpeechFailed(problem=told[-1] if told else f"exit status {worker.returncode}")
        # Libraries may print lines of their own.
        said = [json.loads(line) for line in out.decode().splitlines() if line.startswith('{"path"')]
        return [Rendered(Path(each["path"]), each["duration_ms"]) for each in said]
