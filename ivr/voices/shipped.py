"""The prompts that come with the product."""

from pathlib import Path

#: One folder of rendered prompts a language.
FOLDER = Path(__file__).parent.parent / "prompts"


def shipped(language: str) -> dict[str, Path]:
    """Name → sound, of the prompts of a language; none for a language that has none."""
    folder = FOLDER / language
    return {str(path.relative_to(folder).with_suffix("")): path for path in sorted(folder.rglob("*.wav"))}


def languages() -> list[str]:
    """The languages that prompts come in."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
