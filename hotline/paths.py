"""Where things are: the checkout, and the one settings file."""

import os
from pathlib import Path

#: The checkout: the folder that holds ``pyproject.toml``.
ROOT = Path(__file__).resolve().parent.parent


def config_file() -> Path:
    """``$HOTLINE_CONFIG``; else ``hotline.toml`` in ``$HOTLINE_DATA_DIR``; else the one beside the code."""
    if named := os.environ.get("HOTLINE_CONFIG"):
        return Path(named).expanduser().resolve()
    if data := os.environ.get("HOTLINE_DATA_DIR"):
        return Path(data).expanduser().resolve() / "hotline.toml"
    return ROOT / "hotline.toml"
