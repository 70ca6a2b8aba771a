"""``hotline call``."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hotline.errors import NothingToSay
from hotline.paths import ROOT
from hotline.settings import load

VOICES = ROOT / "asr_models" / "carried" / "kokoro-v1.0-zh-voices"


def call(
    wav: Annotated[list[Path] | None, typer.Option(help="A recording to speak (8 kHz mono WAV); repeatable.")] = None,
    say: Annotated[
        list[str] | None, typer.Option(help="Text to speak with a Mandarin voice; repeatable (extra: voice).")
    ] = None,
    dtmf: Annotated[list[str] | None, typer.Option(help="Keys to press; repeatable.")] = None,
    number: Annotated[str, typer.Option("--from", help="The caller's number.")] = "13912345678",
    barge_in: Annotated[bool, typer.Option("--barge-in", help="Speak across the prompts.")] = False,
    answer_as: Annotated[str | None, typer.Option(help="Answer on this agent's desk phone (a user name).")] = None,
    hangup_after: Annotated[float, typer.Option(help="Stay this long after the last step, s.")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Call the running hotline as a citizen would: what is said and pressed comes in the order given."""
    from hotline.tester.call import Tester, Wish, log_in_as

    settings = load()
    with tempfile.TemporaryDirectory() as folder:
        spoken = _spoken(say or [], Path(folder))
        given = {
            "--wav": [{"wav": str(path)} for path in wav or []],
            "--say": [{"wav": str(path)} for path in spoken],
            "--dtmf": [{"dtmf": keys} for keys in dtmf or []],
        }
        steps = in_order(given, sys.argv)
        for step in steps:
            if "wav" in step and not Path(step["wav"]).is_file():
                raise NothingToSay(path=step["wav"])
        names: set[str | None] = {None, answer_as}
        tokens = {name: asyncio.run(log_in_as(settings, name)) for name in names}
        result = Tester(settings, tokens).run(Wish(steps, number, barge_in, answer_as, hangup_after))
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        typer.echo(f"{name:12} {value}")


def in_order(given: dict[str, list[dict[str, str]]], words: Sequence[str]) -> list[dict[str, str]]:
    """The steps as they stand among the command's words: options of different names keep no order by themselves."""
    left = {name: list(steps) for name, steps in given.items()}
    names = (word.partition("=")[0] for word in words)
    return [left[name].pop(0) for name in names if left.get(name)]


def _spoken(texts: list[str], folder: Path) -> list[Path]:
    if not texts:
        return []
    from asr_models.catalogue import KOKORO_INT8
    from hotline.setup.models import store
    from ivr.voices.kokoro import KOKORO_RATE, KokoroVoice
    from ivr.voices.telephone import to_telephone, write_wav

    model = store().get(KOKORO_INT8.name)
    voice = KokoroVoice(next(model.glob("*.onnx")), VOICES)
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.wav")
        write_wav(paths[-1], to_telephone(voice.speak(text, "zm_yunxi"), KOKORO_RATE))
    return paths
