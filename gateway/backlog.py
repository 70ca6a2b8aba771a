"""Text that is still owed: what a killed process heard and did not store, and second passes that were put off.

The recordings are the spool. A recording is ``open`` in the ledger until all its text is stored; what lies behind the
last stored words of an open one is read again when nobody on the line waits.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from agent_api.calls.ledger import CallLedger
from agent_api.recordings.ledger import IN_CONVERSATION, OpenRecording, PutOff, Recorded
from agent_api.words.vocabulary import Vocabulary
from asr_models.frames import RATE, Utterance
from asr_models.recording import SUFFIX, sealed_sound
from asr_models.service import SpeechService
from asr_models.written import joined
from common.errors import HotlineError
from common.sealed_file import FileCipher
from gateway.errors import SpeechAway
from gateway.writing_down import suggest, write_down

log = logging.getLogger(__name__)

#: Shorter sound holds no word, ms.
_LEAST_MS = 300
#: No two utterances begin closer to each other than this, ms: as many numbers are kept free for what will be read.
_CLOSEST_MS = 800
#: Where no speech worker is there, it is tried again after this time, s.
AWAY_S = 5.0
#: Sound behind an utterance that is read with it, ms.
_TAIL_MS = 300
#: The other speaker is heard from so long before a stretch: an echo in its beginning is of what they said then, ms.
_BESIDE_BEFORE_MS = 1000


@dataclass(frozen=True)
class Unread:
    """A stretch of a recording."""

    recording: OpenRecording
    #: Where it ends within the recording, ms.
    to_ms: int

    @property
    def from_ms(self) -> int:
        """Where it begins within the recording, ms."""
        return max(0, self.recording.said_until_ms - self.recording.start_ms)

    @property
    def after(self) -> int:
        """The first utterance's number that it leaves to others."""
        return self.recording.next_number + 1 + max(0, self.to_ms - self.from_ms) // _CLOSEST_MS


class Backlog:
    """Finds what is owed, and reads it while nobody on the line waits."""

    def __init__(
        self, ledger: CallLedger, speech: SpeechService, cipher: FileCipher, vocabulary: Vocabulary, zone: ZoneInfo
    ):  # fmt: skip
        """``zone``: the centre's; "yesterday" is a day of its calendar."""
        self._ledger = ledger
        self._speech = speech
        self._cipher = cipher
        self._vocabulary = vocabulary
        self._zone = zone
        self._unread: dict[int, list[Unread]] = {}
        self._found: list[int] = []
        self._calls: asyncio.Queue[int] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def find(self) -> None:
        """Look at the open recordings. To be called before calls are gone on with: then their recordings grow again."""
        for recording in await self._ledger.recordings.open():
            unread = Unread(recording, await asyncio.to_thread(self._length_ms, recording))
            self._unread.setdefault(recording.call_id, []).append(unread)
        self._found = list(self._unread)
        self._look_at(self._found)

    def _length_ms(self, recording: OpenRecording) -> int:
        path = Path(recording.path)
        if not path.name.endswith(SUFFIX):
            return 0
        try:
            return len(sealed_sound(path, self._cipher)) // 16
        except (OSError, HotlineError) as error:
            log.error("call %s: the recording cannot be read: %s", recording.call_id, error)
            return 0

    def _look_at(self, calls: list[int]) -> None:
        for call_id in calls:
            self._calls.put_nowait(call_id)

    def next_numbers(self, call_id: int, numbers: dict[str, int]) -> dict[str, int]:
        """Where a call that is gone on with counts its utterances from: behind those that are still to be read."""
        owed = {unread.recording.speaker: unread.after for unread in self._unread.get(call_id, [])}
        return {who: max(numbers.get(who, 0), owed.get(who, 0)) for who in {*numbers, *owed}}

    def calls_are_known(self) -> None:
        """Calls that are not going on have been ended in the ledger: their recordings can be whole."""
        self._look_at(self._found)
        self._found = []

    def closed(self, call_id: int) -> None:
        """All that was heard of a call is stored, unless some of it was put off."""
        self._look_at([call_id])

    async def start(self) -> None:
        """Begin to read."""
        self._task = asyncio.create_task(self._work(), name="backlog")

    async def stop(self) -> None:
        """Read no more; what is owed then is found at the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        while True:
            call_id = await self._calls.get()
            try:
                await self._pay(call_id)
            except SpeechAway as error:
                log.info("call %s: %s", call_id, error)
                await asyncio.sleep(AWAY_S)
                self._look_at([call_id])
            except Exception:
                # The recordings stay open: it is tried again at the next start.
                log.exception("call %s: words could not be read from the recording", call_id)

    async def _pay(self, call_id: int) -> None:
        owed = self._unread.get(call_id, [])
        words = await self._vocabulary.of_call(call_id)
        for unread in owed:
            beside = IN_CONVERSATION.get(unread.recording.speaker)
            other = next((each.recording for each in owed if each.recording.speaker == beside), None)
            await self._read_on(unread, other, words)
        # Only now: a call that is gone on with meanwhile counts from behind them.
        self._unread.pop(call_id, None)
        for utterance in await self._ledger.recordings.put_off(call_id):
            await self._better(call_id, utterance, words)
        self._ledger.recordings.kept(call_id, if_ended=True)

    async def _read_on(self, unread: Unread, other: OpenRecording | None, words: tuple[str, ...]) -> None:
        recording, said = unread.recording, list[Utterance]()
        if unread.to_ms - unread.from_ms >= _LEAST_MS:
            log.info("call %s: %d ms of the %s are read from the recording", recording.call_id,
                     unread.to_ms - unread.from_ms, recording.speaker)  # fmt: skip
            said = await self._said(
                Recorded(recording.path, recording.start_ms), Recorded(other.path, other.start_ms) if other else None,
                recording.start_ms + unread.from_ms, recording.start_ms + unread.to_ms, words, recording.line,
            )  # fmt: skip
            for u in said:
                # What the engine fails on is put off, and so tried once more.
                number = recording.next_number + u.index
                await write_down(self._ledger, recording.call_id, recording.speaker, number, u)
                self._suggest(recording.call_id, recording.speaker, u, recording.call_began)
        self._ledger.settle_partial(recording.call_id, recording.speaker, read_again=any(u.text for u in said))

    async def _better(self, call_id: int, put_off: PutOff, words: tuple[str, ...]) -> None:
        """The second pass that was put off; where it hears nothing, the text stays."""
        from_ms = max(put_off.recorded.from_ms, put_off.start_ms)
        # The recording goes on a little behind the last word, as the first pass had it.
        found = await self._said(
            put_off.recorded, put_off.beside, from_ms, put_off.end_ms + _TAIL_MS, words, put_off.line
        )  # fmt: skip
        said = [u for u in found if u.text]
        last = said[-1] if said else Utterance.unread(put_off.number, put_off.start_ms, put_off.end_ms)
        better = replace(
            last, start_ms=put_off.start_ms, end_ms=put_off.end_ms, state="revised", put_off=False,
            text=joined(u.text for u in said) or put_off.text, words=tuple(word for u in said for word in u.words),
        )  # fmt: skip
        await write_down(self._ledger, call_id, put_off.speaker, put_off.number, better)
        for u in said:
            self._suggest(call_id, put_off.speaker, u, put_off.call_began)

    def _suggest(self, call_id: int, speaker: str, said: Utterance, call_began: datetime) -> None:
        if speaker == "agent":
            return
        day = call_began.astimezone(self._zone).date()
        suggest(self._ledger, call_id, said, day)

    async def _said(
        self, recorded: Recorded, beside: Recorded | None, from_ms: int, to_ms: int, words: tuple[str, ...], line: str
    ) -> list[Utterance]:
        """What a speaker says between two moments of the call, on the call's clock."""
        pcm = await asyncio.to_thread(self._sound, recorded, from_ms, to_ms)
        other = await asyncio.to_thread(self._sound_beside, beside, from_ms - _BESIDE_BEFORE_MS, to_ms)
        silence = bytes(2 * RATE * _BESIDE_BEFORE_MS // 1000)
        found = await self._speech.utterances(silence + pcm, words, other, line)
        said = [u.later(from_ms - _BESIDE_BEFORE_MS) for u in found]
        # The sound kept from before an utterance may reach into that silence.
        return [_not_before(u, from_ms) for u in said]

    def _sound(self, recorded: Recorded, from_ms: int, to_ms: int) -> bytes:
        """What a recording holds between two moments of the call; silence where it had not begun."""
        begins_ms, ends_ms = from_ms - recorded.from_ms, to_ms - recorded.from_ms
        before = bytes(2 * RATE * max(0, min(0, ends_ms) - begins_ms) // 1000)
        return before + sealed_sound(Path(recorded.path), self._cipher, max(0, begins_ms), max(0, ends_ms))

    def _sound_beside(self, recorded: Recorded | None, from_ms: int, to_ms: int) -> bytes:
        if recorded is None:
            return b""
        try:
            return self._sound(recorded, from_ms, to_ms)
        except (OSError, HotlineError):
            # It is read itself, too: there it is said that it cannot be.
            return b""


def _not_before(said: Utterance, ms: int) -> Utterance:
    words = tuple(replace(w, start_ms=max(ms, w.start_ms), end_ms=max(ms, w.end_ms)) for w in said.words)
    return replace(said, start_ms=max(ms, said.start_ms), words=words)
