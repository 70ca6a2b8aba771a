"""Recordings as what a caller said."""

from agent_api.trees.errors import SpeechToTextMissing
from asr_models.service import SpeechService
from gateway.spoken_answer import said
from ivr.effects import Said


class Hearing:
    """Implements :class:`agent_api.trees.hearing.Hears` with the line's own models."""

    def __init__(self, speech: SpeechService):
        self._speech = speech

    async def hear(self, pcm: bytes, words: tuple[str, ...]) -> Said:
        """See the protocol."""
        if self._speech.describe()["final"] == "none":
            raise SpeechToTextMissing()
        return await hear(self._speech, pcm, words)


async def hear(speech: SpeechService, pcm: bytes, words: tuple[str, ...] = ()) -> Said:
    """All that is said in a recording (s16le, 8000 Hz) as one answer: as sure as its least sure part."""
    return said(await speech.utterances(pcm, words))
