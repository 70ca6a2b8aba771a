"""The prompts that come with the product."""

import csv
import functools
from pathlib import Path

#: One folder of rendered prompts a language.
FOLDER = Path(__file__).parent.parent / "prompts"


def shipped(language: str) -> dict[str, Path]:
    """Name → sound, of the prompts of a language; none for a language that has none."""
    folder = FOLDER / language
    return {str(path.relative_to(folder).with_suffix("")): path for path in sorted(folder.rglob("*.wav"))}


@functools.cache
def _texts(language: str) -> dict[str, str]:
    listing = FOLDER / language / "prompts.tsv"
    if not listing.is_file():
        return {}
    with listing.open(encoding="utf-8", newline="") as source:
        return {row["name"]: row["text"] for row in csv.DictReader(source, delimiter="\t")}


def words(sound: str) -> str:
    """What a prompt says, by its full name (``zh-CN/greeting``); empty where it did not come with the product."""
    language, _, name = sound.partition("/")
    return _texts(language).get(name, "")


def languages() -> list[str]:
    """The languages that prompts come in."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
