"""The rules of risk, read from their file."""

from functools import cache
from pathlib import Path

from risk.errors import RulesInvalid
from risk.rules import Rules, parse

#: The rules that come with the product.
SHIPPED = Path(__file__).parents[2] / "risk" / "rules.yaml"


def load(path: Path = SHIPPED) -> Rules:
    """Raises :class:`RulesInvalid` with file and line."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesInvalid(file=str(path), line=1, problem=f"it cannot be read: {error}") from error
    return parse(text, str(path))


@cache
def shipped() -> Rules:
    """The rules that come with the product: they cannot change while it runs, and are read once."""
    return load()
