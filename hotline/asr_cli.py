"""``hotline asr``: the speech models, and recordings to text."""

import asyncio
import json
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from rich.console import Console
from rich.table import Table

from asr_models.catalogue import MODELS
from asr_models.choice import PASSES, Setting
from asr_models.domain_words import read_words
from asr_models.errors import ModelCorrupt, ModelUnavailable
from asr_models.written import joined
from hotline.bench.cli import asr as bench
from hotline.errors import SecretMissing
from hotline.language import spoken
from hotline.preflight import check_port
from hotline.progress import Steps
from hotline.settings import Settings, SpeechSection, load
from hotline.setup.models import (
    choice,
    choices,
    compose_graph,
    get_models,
    no_text_engine,
    store,
    told_choice,
    told_number,
)
from hotline.setup.speech import load_speech
from hotline.sound import read_sound
from hotline.speech_worker import main as serve_speech
from hotline.worker_addresses import address

if TYPE_CHECKING:
    from asr_models.frames import Utterance

asr_app = typer.Typer(no_args_is_help=True, help="Speech to text: the models, and recordings to text.")
models_app = typer.Typer(no_args_is_help=True, help="The speech models: what is here, what can be got.")
asr_app.add_typer(models_app, name="models")


@models_app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Every model, whether it is here, and which of them the settings use."""
    installed = store().installed()
    settings = load()
    chosen = choice(settings)
    by_number = choices(settings)
    used = {use.model for each in (chosen, *by_number.values()) for use in each.uses()}
    if as_json:
        rows = [
            {"name": m.name, "engine": m.engine, "installed": m.name in installed, "used": m.name in used,
             "megabytes": m.megabytes, "languages": list(m.languages), "licence": m.licence, "does": m.does}
            for m in MODELS.values()
        ]  # fmt: skip
        lines = {number: each.describe() for number, each in by_number.items()}
        typer.echo(json.dumps({"models": rows, "choice": chosen.describe(), "lines": lines}, ensure_ascii=False))
        return
    table = Table("model", "MB", "here", "used", "does")
    table.columns[0].overflow = "fold"
    for model in MODELS.values():
        here, in_use = ("yes" if model.name in names else "" for names in (installed, used))
        table.add_row(model.name, str(model.megabytes), here, in_use, model.does)
    console = Console(highlight=False)
    console.print(table)
    for what, which in chosen.describe(spoken()).items():
        console.print(f"{what}: {which}", markup=False, soft_wrap=True)
    for number, each in by_number.items():
        console.print(told_number(number, spoken()) + told_choice(each, spoken()), markup=False, soft_wrap=True)


@models_app.command("get")
def get(name: Annotated[str, typer.Argument(help="The model's name, from the list.")]) -> None:
    """Fetch a model and verify it; a download that was interrupted is gone on with."""
    store().find(name)
    steps = Steps(1)
    with steps.step(name):
        steps.note(str(store(load()).get(name, steps.bytes)))


@models_app.command("compose")
def compose(name: Annotated[str, typer.Argument(help="A Vosk model that is here, by its name or folder.")]) -> None:
    """Compose a Vosk model's two graphs into one, once: it reads three times as fast then.

    It takes minutes and gigabytes of memory. Set-up does it for a model that the line uses, where there is room.
    """
    steps = Steps(1)
    with steps.step(name):
        steps.note(str(compose_graph(name, steps.bytes, load())))


@models_app.command("verify")
def verify(
    name: Annotated[str | None, typer.Argument(help="One model; all that are here when left out.")] = None,
) -> None:
    """Hash every file of the models that are here; exit status 1 where one is wrong."""
    names = [name] if name else [each for each in MODELS if store().present(each)]
    right = True
    for each in names:
        try:
            store().verify(each)
            typer.echo(f"ok   {each}")
        except (ModelCorrupt, ModelUnavailable) as error:
            right = False
            typer.echo(f"FAIL {each}: {error.message(spoken())} {error.remedy(spoken())}")
    raise typer.Exit(0 if right else 1)


@models_app.command("remove")
def remove(name: Annotated[str, typer.Argument(help="The model's name, from the list.")]) -> None:
    """Delete a model's files."""
    typer.echo(f"removed {name}" if store().remove(name) else f"{name} was not here")


Engine = Annotated[str | None, typer.Option(help="auto, vosk, whisper or sherpa; the setting when left out.")]


@asr_app.command("transcribe")
def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Recordings, in any common format.")],
    engine: Engine = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Write down what is said in recordings, through the telephone's band, as the line would."""
    settings = text_settings(engine)
    sounds = [(path, read_sound(path)) for path in files]

    async def work() -> None:
        service = await asyncio.to_thread(load_speech, settings)
        try:
            for path, pcm in sounds:
                began = time.monotonic()
                said = await service.utterances(pcm)
                _print(path, said, len(pcm) / 16000, time.monotonic() - began, as_json)
        finally:
            await service.close()

    asyncio.run(work())


@asr_app.command("score")
def score(
    table: Annotated[Path, typer.Argument(metavar="REFERENCES.tsv", help="Columns file and text, tab-separated.")],
    engine: Engine = None,
    words: Annotated[Path | None, typer.Option(help="Words likely to be said, one a line, as UTF-8 text.")] = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst are shown letter by letter.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, the sum of all last.")] = False,
) -> None:
    """Character error rate of recordings whose words are known, through the telephone's band."""
    from hotline.asr_score import score_table

    score_table(text_settings(engine), table, read_words(words) if words else (), worst, as_json)


asr_app.command("bench")(bench)


def text_settings(engine: str | None) -> Settings:
    """The settings without those of single numbers, with another engine where one is named. Raises ``NoTextEngine``."""
    settings = load()
    if engine is not None and engine not in get_args(Setting):
        raise typer.BadParameter(f"{engine} is none of {', '.join(get_args(Setting))}", param_hint="--engine")
    speech = settings.speech.model_copy(update={"lines": {}})
    if engine is not None:
        speech = SpeechSection.model_validate({**speech.model_dump(exclude={*PASSES}), "engine": engine})
    settings = settings.model_copy(update={"speech": speech})
    chosen = choice(settings)
    if chosen.final is None:
        raise no_text_engine(settings, chosen)
    return settings


def _print(path: Path, said: "list[Utterance]", audio_s: float, decode_s: float, as_json: bool) -> None:
    if not as_json:
        for each in said:
            typer.echo(f"{path} {each.start_ms / 1000:7.1f} s  {each.text}")
        return
    segments = [
        {"start_ms": u.start_ms, "end_ms": u.end_ms, "text": u.text, "engine": u.engine, "model": u.model,
         "confidence": round(u.confidence, 3), "sounds": list(u.sounds),
         "words": [{"text": w.text, "start_ms": w.start_ms, "end_ms": w.end_ms} for w in u.words]}
        for u in said
    ]  # fmt: skip
    engines = sorted({f"{u.engine} ({u.model})" for u in said})
    line = {
        "file": str(path), "text": joined(u.text for u in said), "engine": ", ".join(engines),
        "audio_s": round(audio_s, 2), "decode_s": round(decode_s, 2), "segments": segments,
    }  # fmt: skip
    typer.echo(json.dumps(line, ensure_ascii=False))


@asr_app.command("worker")
def worker(
    listen: Annotated[str, typer.Option(help="Address to listen on, HOST:PORT.")] = "127.0.0.1:4577",
    audiosocket_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Take sound from Asterisk itself there (speech.straight).")
    ] = None,
) -> None:
    """Turn speech into text for the gateway of another machine, which names this one in speech.worker_hosts.

    Both must have the same secrets.worker.
    """
    host, port = address(listen)
    settings = load()
    if not settings.secrets.worker.get_secret_value():
        raise SecretMissing(name="secrets.worker")
    check_port("--listen", host, port, socket.SOCK_STREAM, "--listen")
    if audiosocket_port is not None:
        check_port("--audiosocket-port", host, audiosocket_port, socket.SOCK_STREAM, "--audiosocket-port")
    steps = Steps(1)
    with steps.step("Speech models"):
        get_models(settings, steps.note, steps.bytes)
    serve_speech(host, port, audiosocket_port)
