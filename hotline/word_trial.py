"""What a change to the hotline's own words does to the recordings whose words are known."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from agent_api.words.service import Comparison
from asr_models.references import Reference, references
from asr_models.scoring import score
from asr_models.service import SpeechService
from asr_models.written import joined
from hotline.sound import read_sound


class KnownRecordings:
    """Implements :class:`agent_api.words.service.Compares` over a table of recordings."""

    def __init__(self, speech: SpeechService, table: Path):
        self._speech = speech
        self._table = table

    async def compare(self, before: tuple[str, ...], after: tuple[str, ...]) -> Sequence[Comparison]:
        """See the protocol. Raises ``ReferencesUnreadable``."""
        return [await self._one(each, before, after) for each in references(self._table)]

    async def _one(self, said: Reference, before: tuple[str, ...], after: tuple[str, ...]) -> Comparison:
        pcm = await asyncio.to_thread(read_sound, said.path)
        texts = [joined(u.text for u in await self._speech.utterances(pcm, words)) for words in (before, after)]
        scores = [score(said.text, text) for text in texts]
        return Comparison(
            said.path.name, said.text, texts[0], texts[1], scores[0].errors, scores[1].errors, len(scores[0].said)
        )
