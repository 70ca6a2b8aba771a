"""Speech to text by workers: each leg's sound goes to the worker with the fewest, and comes again where one is lost.

The gateway records all sound itself, and keeps in memory what has no final text yet: a worker that is killed, or a host
that is gone, costs the time to read that again elsewhere, and no word.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping

from agent_api.system.transcription import WorkerNow
from asr_models.frames import SpeechEvent, Utterance
from asr_models.legs import utterances_by
from asr_models.scheduler import Load, Urgency
from common.errors import Language
from gateway.errors import SpeechAway
from gateway.remote_leg import RemoteLeg
from gateway.worker_connection import WorkerConnection

_NONE_THERE: dict[Language, dict[str, str]] = {
    "zh-CN": {"partial": "无", "final": "无", "sounds": "无", "advice": "没有连上语音识别进程"},
    "en": {"partial": "none", "final": "none", "sounds": "none", "advice": "no speech worker is there"},
}


class RemoteSpeech:
    """Implements :class:`asr_models.service.SpeechService` with workers."""

    def __init__(
        self, addresses: tuple[tuple[str, int], ...], secret: str, languages: Mapping[str, str], *,
        straight: bool = False,
    ):  # fmt: skip
        """``languages``: by number that is called, the other calls' by an empty one.

        ``straight``: Asterisk sends sound to the workers itself, where they take it.
        """
        self._numbers = itertools.count()
        self._workers = [
            WorkerConnection(
                host, port, secret, languages, self._numbers, straight=straight, changed=self._place_all
            ) for host, port in addresses
        ]  # fmt: skip
        self._waiting: set[RemoteLeg] = set()

    def start(self) -> None:
        """Begin to connect."""
        for worker in self._workers:
            worker.start()

    def workers(self) -> list[WorkerNow]:
        """How it stands with each worker."""
        return [worker.now() for worker in self._workers]

    def describe(self, language: Language = "en") -> dict[str, str]:
        """See the protocol; what the first worker that is there says."""
        return next((worker.engines for worker in self._workers if worker.there), _NONE_THERE)[language]

    def describe_lines(self, language: Language = "en") -> dict[str, dict[str, str]]:
        """See the protocol; what the first worker that is there says."""
        return next((worker.lines[language] for worker in self._workers if worker.there), {})

    def load(self) -> Load:
        """All workers' together; of what waits to be heard, the oldest."""
        loads = [worker.load for worker in self._workers if worker.load is not None]
        waiting = Counter({each.name.lower(): 0 for each in Urgency})
        for load in loads:
            waiting.update(load.waiting)
        return Load(
            dict(waiting), sum(load.done for load in loads), sum(load.put_off for load in loads),
            max((load.behind_ms for load in loads), default=0),
        )  # fmt: skip

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
    ) -> RemoteLeg:
        """See the protocol."""
        leg = RemoteLeg(next(self._numbers), leg_id, on_event, line, words, phrases, first_index, live)
        self._place_all([leg])
        return leg

    async def utterances(
        self, pcm: bytes, words: tuple[str, ...] = (), beside: bytes = b"", line: str = ""
    ) -> list[Utterance]:
        """See the protocol. Raises :class:`SpeechAway` where no worker is there for long."""
        found = await utterances_by(self, pcm, words, beside, line)
        if any(each.is_unread for each in found):
            raise SpeechAway()
        return found

    async def close(self) -> None:
        """Disconnect."""
        for worker in self._workers:
            await worker.stop()

    def _place_all(self, more: list[RemoteLeg]) -> None:
        """A worker has come, or is gone and has lost these legs, or there is a new one."""
        waiting, self._waiting = [*self._waiting, *more], set()
        for leg in waiting:
            if leg.over:
                continue
            if there := [worker for worker in self._workers if worker.there]:
                min(there, key=lambda worker: worker.burden).take(leg)
            else:
                self._waiting.add(leg)
