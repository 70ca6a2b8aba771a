"""The language that the person at the command line reads."""

import os
from typing import TYPE_CHECKING

from common.errors import Language

if TYPE_CHECKING:
    from ivr.checking.problem import Severity


def spoken() -> Language:
    """By the environment's locale: Chinese where that is set, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-CN" if locale.startswith("zh") else "en"


def marked(severity: "Severity", said: str, language: Language) -> str:
    """What is ``said`` of a file; a warning says that it is one."""
    return said if severity == "error" else f"{'提醒：' if language == 'zh-CN' else 'warning: '}{said}"
