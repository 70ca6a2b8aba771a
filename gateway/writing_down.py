"""An utterance as the ledger keeps it."""

from agent_api.calls.ledger import CallLedger
from agent_api.calls.schemas import TimedWord
from asr_models.frames import Utterance


async def write_down(ledger: CallLedger, call_id: int, speaker: str, number: int, said: Utterance) -> None:
    """Keep what was said, with the times of its words, as the speaker's utterance ``number``; times are the call's."""
    words = [TimedWord(text=word.text, start_ms=word.start_ms, end_ms=word.end_ms) for word in said.words]
    await ledger.utterance(
        call_id, speaker, number, said.start_ms, said.end_ms, said.text, said.state, said.engine, said.model,
        said.confidence, words, put_off=said.put_off,
    )  # fmt: skip
