"""What is said of the system's own health, and of how it turns speech into text."""

from typing import Literal

from pydantic import BaseModel, Field

from agent_api.system.transcription import WorkerProblem

#: ``behind``: callers are served, but hear an older tree than the one in force, because that cannot be loaded; or not
#: all speech workers are used.
State = Literal["up", "down", "behind"]


class SpeechWorker(BaseModel):
    """A process that turns speech into text, without where it is."""

    state: Literal["up", "full", "down"] = Field(
        description="`full`: more to do than it can; new calls go elsewhere as long as another worker has less."
    )
    problem: WorkerProblem | None = Field(description="Why it is not used; null where it is.")
    legs: int = Field(description="Speakers that it listens to now.")


class SystemStatus(BaseModel):
    """Health, without a word about anyone."""

    healthy: bool = Field(description="Whether no component is down.")
    components: dict[str, State] = Field(
        description="Each component's state; `behind`: callers hear an older tree; the one in force cannot be loaded. "
        "`speech`, with speech workers; `behind`: not all are used.",
        examples=[{"database": "up", "telephony": "up", "tree": "up"}],
    )
    speech: dict[str, int] = Field(
        description="How it stands with turning speech into text: what waits, is done, was put off; "
        "`behind_ms`: how long the oldest sound of someone on the line waits to be heard, ms.",
        examples=[{"waiting_final": 0, "waiting_second": 2, "done": 1530, "put_off": 0, "behind_ms": 40}],
    )
    speech_workers: list[SpeechWorker] = Field(
        description="The speech workers, in the order of the settings: those of the hotline's machine first; none "
        "where the gateway's own process has the engines."
    )

    holidays_until: int = Field(
        description="The last year whose holidays are announced; a limit in working days that ends later is "
        "provisional: its end may move once they are.",
        examples=[2026],
    )


class AddressedWorker(SpeechWorker):
    """A process that turns speech into text."""

    address: str = Field(description="Where it is.", examples=["10.1.2.3:4577"])
    engines: dict[str, str] = Field(description="Its engines and models, and why; empty until it has told.")


class SpeechShown(BaseModel):
    """How speech is turned into text."""

    engines: dict[str, str] = Field(
        description="What reads growing text (`partial`), what reads final text (`final`), what hears pinyin and key "
        "phrases (`sounds`), each with its reason; `advice`: how to get better.",
        examples=[{"partial": "none", "final": "whisper (model, reason)", "sounds": "none", "advice": ""}],
    )
    lines: dict[str, dict[str, str]] = Field(
        description="The same of calls to numbers with settings of their own (`speech.lines`), by number."
    )
    load: dict[str, int] = Field(description="What waits, is done, was put off.")
    workers: list[AddressedWorker] = Field(description="The speech workers.")
