"""``hotline asr score``: how much of what was said is written down wrongly."""

import asyncio
import json
from pathlib import Path

import typer

from asr_models.legs import TextService
from asr_models.references import Reference, references
from asr_models.scoring import Score, rate, score
from hotline.settings import Settings
from hotline.setup.speech import load_speech
from hotline.sound import read_sound


def score_table(settings: Settings, table: Path, words: tuple[str, ...], worst: int, as_json: bool) -> None:
    """Transcribe every recording of ``table`` and print its errors, the alignments of the ``worst``, and the rate.

    Raises ``ReferencesUnreadable``, ``SoundUnreadable`` or ``ModelUnreadable``.
    """
    said = references(table)
    sounds = [read_sound(each.path) for each in said]

    async def work() -> list[Score]:
        service = await asyncio.to_thread(load_speech, settings)
        try:
            if not as_json:
                typer.echo(f"final text: {service.describe()['final']}", err=True)
            return [
                await _one(service, each, pcm, words, as_json) for each, pcm in zip(said, sounds, strict=True)
            ]  # fmt: skip
        finally:
            await service.close()

    scores = asyncio.run(work())
    if as_json:
        total = {"files": len(scores), **_counts(scores)}
        typer.echo(json.dumps(total, ensure_ascii=False))
        return
    _print_worst(said, scores, worst)
    counts = _counts(scores)
    typer.echo(f"{len(scores)} recordings, {counts['characters']} characters: {rate(scores):.1%} wrong")


async def _one(service: TextService, said: Reference, pcm: bytes, words: tuple[str, ...], as_json: bool) -> Score:
    heard = await service.transcribe(pcm, words)
    found = score(said.text, heard)
    if as_json:
        line = {"file": str(said.path), "text": said.text, "heard": heard, **_counts([found])}
        typer.echo(json.dumps(line, ensure_ascii=False))
    else:
        typer.echo(f"{found.rate:6.1%}  {said.path.name}")
    return found


def _counts(scores: list[Score]) -> dict[str, float]:
    return {
        "characters": sum(len(each.said) for each in scores),
        "substitutions": sum(each.substitutions for each in scores),
        "deletions": sum(each.deletions for each in scores),
        "insertions": sum(each.insertions for each in scores),
        "error_rate": round(rate(scores), 4),
    }


def _print_worst(said: list[Reference], scores: list[Score], worst: int) -> None:
    ranked = sorted(zip(said, scores, strict=True), key=lambda pair: pair[1].rate, reverse=True)
    for each, found in ranked[:worst]:
        if not found.errors:
            return
        above, below = found.alignment()
        typer.echo(f"\n{each.path.name}  {found.rate:.1%}\n  said   {above}\n  heard  {below}")
    typer.echo("")
