"""``hotline call``."""

import asyncio
import json
import re
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from common.caller_id import number_told
from hotline.errors import CallerUnreadable, NothingToSay, NotRunning
from hotline.runfile import RunFile
from hotline.settings import load

#: Who speaks for the caller where that voice is here.
VOICE = "zm_yunxi"
#: What an exchange says of a caller who withholds their number.
WITHHELD = "anonymous"


def keys_alone(rows: list[str] | None) -> list[str] | None:
    """Rows of keys as they are; what no telephone has is refused."""
    for keys in rows or []:
        if not re.fullmatch("[0-9*#]+", keys):
            raise typer.BadParameter(f"{keys!r} is no row of keys: 0 to 9, * and #")
    return rows


Keys = Annotated[
    list[str] | None, typer.Option("--dtmf", help="Keys to press (0 to 9, *, #); repeatable.", callback=keys_alone)
]


def call(
    wav: Annotated[list[Path] | None, typer.Option(help="A recording to speak (8 kHz mono WAV); repeatable.")] = None,
    say: Annotated[
        list[str] | None,
        typer.Option(help="Text to speak with the best Mandarin voice that is here; repeatable."),
    ] = None,
    dtmf: Keys = None,
    number: Annotated[
        str, typer.Option("--from", help=f"The caller's number; {WITHHELD} withholds it.")
    ] = "13912345678",
    barge_in: Annotated[bool, typer.Option("--barge-in", help="Speak across the prompts.")] = False,
    answer_as: Annotated[str | None, typer.Option(help="Answer on this agent's desk phone (a user name).")] = None,
    hangup_after: Annotated[float, typer.Option(min=0, help="Stay this long after the last step, s.")] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Call the running hotline as a citizen would: what is said and pressed comes in the order given."""
    from hotline.tester.call import Tester, Wish, log_in_as

    settings = load()
    if number != WITHHELD and not number_told(number):
        raise CallerUnreadable(number=number)
    for path in wav or []:
        require_playable(path)
    if RunFile.read(settings.data_dir) is None:
        raise NotRunning()
    with tempfile.TemporaryDirectory() as folder:
        spoken = _spoken(say or [], Path(folder))
        given = {
            "--wav": [{"wav": str(path)} for path in wav or []],
            "--say": [{"wav": str(path)} for path in spoken],
            "--dtmf": [{"dtmf": keys} for keys in dtmf or []],
        }
        steps = in_order(given, sys.argv)
        names: set[str | None] = {None, answer_as}
        tokens = {name: asyncio.run(log_in_as(settings, name)) for name in names}
        result = Tester(settings, tokens).run(Wish(steps, number, barge_in, answer_as, hangup_after))
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    for name, value in result.items():
        typer.echo(f"{name:12} {value}")


def require_playable(path: Path) -> None:
    """See that a telephone can play a recording: mono, 16 bit. Raises :class:`NothingToSay`."""
    try:
        with wave.open(str(path)) as sound:
            form = (sound.getnchannels(), sound.getsampwidth())
    except OSError as error:
        raise NothingToSay(path=path, problem=error.strerror or str(error)) from error
    except (wave.Error, EOFError) as error:
        raise NothingToSay(path=path, problem=str(error) or "the file is empty") from error
    if form != (1, 2):
        raise NothingToSay(path=path, problem=f"{form[0]} channels of {8 * form[1]} bit")


def in_order(given: dict[str, list[dict[str, str]]], words: Sequence[str]) -> list[dict[str, str]]:
    """The steps as they stand among the command's words: options of different names keep no order by themselves."""
    left = {name: list(steps) for name, steps in given.items()}
    names = (word.partition("=")[0] for word in words)
    return [left[name].pop(0) for name in names if left.get(name)]


def _spoken(texts: list[str], folder: Path) -> list[Path]:
    if not texts:
        return []
    from hotline.setup.voices import text_to_speech

    speech = text_to_speech()
    voice = speech.voice(VOICE)
    typer.echo(f"spoken by {voice.name} ({voice.engine})", err=True)
    paths = [folder / f"{number}.wav" for number in range(len(texts))]
    asyncio.run(speech.render([(text, voice, path) for text, path in zip(texts, paths, strict=True)]))
    return paths
