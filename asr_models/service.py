"""What the rest of the product asks of speech: open a leg, push frames, receive events."""

from collections.abc import Callable
from typing import Protocol

from asr_models.barge_in import Heard
from asr_models.frames import AudioFrame, SpeechEvent, Utterance
from asr_models.scheduler import Load
from common.errors import Language


class LegTranscriber(Protocol):
    """One leg of one call."""

    def push(self, frame: AudioFrame) -> None:
        """Take a frame; never blocks. Raises ValueError for one that is not at the line's rate."""

    def beside(self, frame: AudioFrame) -> None:
        """What the other speaker says meanwhile, on this leg's clock: its echo is no utterance; never blocks."""

    def hears(self, prompt: Heard | None) -> None:
        """What the speaker hears from now on: it is stopped by their words, told as ``Interrupted``, and its echo is no
        speech. None: no prompt any more."""

    async def close(self) -> None:
        """Finish what was said so far: returns after the last final or revised utterance was delivered."""


class SpeechService(Protocol):
    """The loaded engines, shared by every leg."""

    def open_leg(
        self,
        leg_id: str,
        on_event: Callable[[SpeechEvent], None],
        *,
        line: str = "",
        words: Callable[[], tuple[str, ...]] = tuple,
        phrases: Callable[[], tuple[str, ...]] = tuple,
        first_index: int = 0,
        live: bool = True,
    ) -> LegTranscriber:
        """Start transcribing a leg. ``on_event`` is called on the event loop that called this.

        A leg that is not live is a recording: final text only, when no live one waits. ``line`` is the number that was
        called: engines and models may be chosen for it.
        ``words`` is asked at each utterance: products, companies, places and whatever else is likely to be said.
        ``phrases`` is asked, in any thread, where one begins: what may be answered to what the speaker is asked now,
        which is spotted by its sound where no engine reads whole utterances.
        """

    async def utterances(
        self, pcm: bytes, words: tuple[str, ...] = (), beside: bytes = b"", line: str = ""
    ) -> list[Utterance]:
        """What is said in a finished recording (s16le, 8000 Hz); it waits for what someone on the line waits for.

        ``beside`` is what the other speaker said meanwhile, from the same moment on: its echo is no utterance.
        """

    def describe(self, language: Language = "en") -> dict[str, str]:
        """Which engines and models are in use, and why; ``{"final": "none", …}`` for keys only."""

    def describe_lines(self, language: Language = "en") -> dict[str, dict[str, str]]:
        """The same of each number with settings of its own."""

    def load(self) -> Load:
        """How it stands with the decoding."""

    async def close(self) -> None:
        """Finish the queued work and free the models."""
