"""The shipped rules."""

from pathlib import Path

import risk
from risk.rules import Rules, parse

FILE = Path(risk.__file__).parent / "rules.yaml"
TEXT = FILE.read_text("utf-8")
RULES: Rules = parse(TEXT, FILE.name)
