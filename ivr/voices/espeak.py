"""espeak-ng's voices: plain, but in any language, and there without a model."""

import ctypes
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

_RETRIEVAL = 1
_BY_CHARACTER = 1
_UTF8 = 1
#: Words a minute: announcements are spoken a little slower than espeak-ng's 175.
_RATE_PARAMETER, _WORDS_A_MINUTE = 1, 150

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakVoice:
    """The library, loaded once a process; it holds one state, so one text is spoken at a time."""

    name: ClassVar[str] = "espeak-ng"

    def __init__(self) -> None:
        import espeakng_loader

        self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self._rate = int(self._library.espeak_Initialize(_RETRIEVAL, 0, data, 0))
        if self._rate <= 0:
            raise RuntimeError(f"espeak-ng cannot read its data in {data.decode()}")
        self._library.espeak_SetParameter(_RATE_PARAMETER, _WORDS_A_MINUTE, 0)

    def speak(self, text: str, voice: str) -> tuple[npt.NDArray[np.float32], int]:
        """``text`` as float samples and their rate, Hz; ``voice`` is espeak-ng's name of a language (``cmn``)."""
        heard: list[npt.NDArray[np.int16]] = []

        def take(samples: Any, count: int, _events: Any) -> int:
            if samples and count:
                heard.append(np.ctypeslib.as_array(samples, (count,)).astype(np.int16))
            return 0

        callback = _Callback(take)
        self._library.espeak_SetSynthCallback(callback)
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise RuntimeError(f"espeak-ng has no voice {voice}")
        spoken = text.encode()
        self._library.espeak_Synth(spoken, len(spoken) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        whole = np.concatenate(heard) if heard else np.zeros(0, np.int16)
        return (whole / np.float32(32768)).astype(np.float32), self._rate
