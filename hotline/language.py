"""The language that the person at the command line reads."""

import os
from typing import Literal

from common.errors import Language


def spoken() -> Language:
    """By the environment's locale: Chinese where that is set, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-CN" if locale.startswith("zh") else "en"


def marked(severity: Literal["error", "warning"], said: str, language: Language) -> str:
    """What is ``said`` of a file; a warning says that it is one."""
    return said if severity == "error" else f"{'提醒：' if language == 'zh-CN' else 'warning: '}{said}"
