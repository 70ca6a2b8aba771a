"""The tree that callers hear, checked against the prompts that are rendered."""

from hotline.paths import ROOT
from hotline.settings import Settings
from ivr.tree import Tree, load

PROMPTS = ROOT / "ivr" / "prompts"


def rendered(language: str) -> set[str]:
    """Names of the prompts of a language."""
    folder = PROMPTS / language
    return {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.wav")}


def load_tree(settings: Settings) -> Tree:
    """The tree in force. Raises :class:`ivr.errors.TreeInvalid` with file and line."""
    return load(settings.ivr.tree, rendered(settings.speech.language))
