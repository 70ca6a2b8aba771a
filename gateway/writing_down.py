"""An utterance as the ledger keeps it, and what it says of the case."""

from datetime import date

from agent_api.calls.ledger import CallLedger
from agent_api.calls.schemas import TimedWord
from asr_models.frames import Utterance
from gateway.facts import extract


async def write_down(ledger: CallLedger, call_id: int, speaker: str, number: int, said: Utterance) -> None:
    """Keep what was said, with the times of its words, as the speaker's utterance ``number``; times are the call's."""
    words = [TimedWord(text=word.text, start_ms=word.start_ms, end_ms=word.end_ms) for word in said.words]
    await ledger.utterance(
        call_id, speaker, number, said.start_ms, said.end_ms, said.text, said.state, said.engine, said.model,
        said.confidence, words, put_off=said.put_off,
    )  # fmt: skip


def suggest(ledger: CallLedger, call_id: int, said: Utterance, today: date) -> None:
    """Suggest for the case what can be read from a caller's words; ``today``: the day that they were said on."""
    if found := extract(said.text, today, said.sounds, said.confidence):
        ledger.suggest_fields(call_id, found)
