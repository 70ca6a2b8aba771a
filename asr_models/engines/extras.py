"""Which engines' libraries are installed: each engine is an optional extra of its own name in ``pyproject.toml``."""

from importlib.util import find_spec

from asr_models.choice import EngineName

#: What each engine's file imports.
MODULES: dict[EngineName, tuple[str, ...]] = {
    "vosk": ("vosk",),
    "sherpa": ("sherpa_onnx", "kaldi_native_fbank"),
    "whisper": ("faster_whisper",),
}


def missing_engines() -> frozenset[EngineName]:
    """The engines that nothing can be read with on this machine."""
    return frozenset(
        engine for engine, modules in MODULES.items() if any(find_spec(module) is None for module in modules)
    )
