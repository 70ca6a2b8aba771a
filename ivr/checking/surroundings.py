"""What a tree is checked against."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from common.workdays import Calendar

#: Three to four syllables a second.
TEXT_MS = 280


@dataclass(frozen=True)
class Limits:
    """What a caller may be asked to bear; docs/reference/settings.md tells where each number comes from."""

    #: Options read out at one question, the key for a person not counted.
    options: int = 5
    #: The longest sound that a caller cannot stop, s.
    unstoppable_s: float = 60
    #: Silences, or answers not understood, before the caller is led on.
    times: int = 3


def _no_tree(name: str) -> str | None:
    return None


@dataclass(frozen=True)
class Surroundings:
    """What is there beside the tree. What is None is not known, and nothing is refused for it."""

    #: Language → prompt's name → its length, ms.
    prompts: Mapping[str, Mapping[str, int]] | None = None
    #: How long a text that was not rendered yet is taken to last, ms a character; None: it is refused.
    text_ms: int | None = None
    #: Names of those who read texts out.
    voices: frozenset[str] | None = None
    #: Names of the queues.
    queues: frozenset[str] | None = None
    #: Hosts that trees may ask, with the port where it is not the scheme's own: ``crm.example.cn``, ``127.0.0.1:8080``.
    http_hosts: frozenset[str] | None = None
    #: The text of another tree by its name; None where there is none.
    tree: Callable[[str], str | None] = _no_tree
    limits: Limits | None = None
    #: The centre's own day.
    today: date | None = None
    #: The days and hours of the line's centre.
    calendar: Calendar = field(default_factory=Calendar)
