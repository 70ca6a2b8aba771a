"""What the API asks of speech to text. The gateway's side implements it; tests may too."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from common.errors import Language

#: Why a speech worker is not used: not tried yet; does not answer; other secret or version; has ended; says nothing
#: any more; has no model for its settings; is set to another language.
WorkerProblem = Literal[
    "connecting", "unreachable", "refused", "closed", "silent", "no_engine", "other_language"
]  # fmt: skip


@dataclass(frozen=True)
class WorkerNow:
    """How it stands with a speech worker."""

    #: HOST:PORT.
    address: str
    #: Why it is not used; None where it is.
    problem: WorkerProblem | None
    #: It has more to do than it can: new calls go elsewhere as long as another has not.
    full: bool = False
    #: Speakers that it listens to.
    legs: int = 0
    #: What its engines are, and why, by language; empty until it has told.
    engines: dict[Language, dict[str, str]] = field(default_factory=dict)


def host_and_port(host: str, port: int) -> str:
    """An address as people write it: an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class Transcription(Protocol):
    """How speech is turned into text here."""

    def describe(self, language: Language = "en") -> dict[str, str]:
        """Which engines and models are in use, and why."""

    def describe_lines(self, language: Language = "en") -> dict[str, dict[str, str]]:
        """The same of calls to each number with settings of its own."""

    def figures(self) -> dict[str, int]:
        """What waits by urgency, what was done and put off, how long sound waits to be heard."""

    def workers(self) -> list[WorkerNow]:
        """The speech workers, those of this machine first; none where the gateway's own process has the engines."""


class NoTranscription:
    """Implements :class:`Transcription` where nothing is turned into text."""

    def describe(self, language: Language = "en") -> dict[str, str]:
        """See the protocol."""
        return {}

    def describe_lines(self, language: Language = "en") -> dict[str, dict[str, str]]:
        """See the protocol."""
        return {}

    def figures(self) -> dict[str, int]:
        """See the protocol."""
        return {}

    def workers(self) -> list[WorkerNow]:
        """See the protocol."""
        return []
