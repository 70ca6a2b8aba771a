"""The service that the gateway turns speech into text with: threads of its own, or speech workers."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent_api.system.transcription import WorkerNow, host_and_port
from asr_models.service import SpeechService
from common.errors import Language
from gateway.remote_speech import RemoteSpeech
from gateway.worker_connection import WorkerUseless, met
from hotline.settings import Settings
from hotline.setup.speech import load_speech
from hotline.worker_addresses import addresses


@dataclass(frozen=True)
class Speech:
    """What the gateway uses; implements :class:`agent_api.system.transcription.Transcription`."""

    service: SpeechService
    #: Begins to connect.
    start: Callable[[], None]
    #: See the protocol.
    workers: Callable[[], list[WorkerNow]]

    def describe(self, language: Language = "en") -> dict[str, str]:
        """See the protocol."""
        return self.service.describe(language)

    def describe_lines(self, language: Language = "en") -> dict[str, dict[str, str]]:
        """See the protocol."""
        return self.service.describe_lines(language)

    def figures(self) -> dict[str, int]:
        """See the protocol."""
        return self.service.load().figures()


def speech_of(settings: Settings) -> Speech:
    """Threads in this process, or workers. Raises ``ModelUnreadable``, ``AddressUnreadable``."""
    if found := addresses(settings):
        s = settings.speech
        remote = RemoteSpeech(found, settings.secrets.worker.get_secret_value(), s.languages, straight=s.straight)
        return Speech(remote, remote.start, remote.workers)
    return Speech(load_speech(settings), lambda: None, list)


def ask(settings: Settings, workers: Iterable[tuple[str, int]]) -> list[WorkerNow]:
    """Meet each worker and ask what it has."""

    async def one(host: str, port: int) -> WorkerNow:
        where = host_and_port(host, port)
        try:
            async with met(host, port, settings.secrets.worker.get_secret_value(), settings.speech.languages) as said:
                return WorkerNow(where, None, engines=said[1]["engines"])
        except WorkerUseless as error:
            return WorkerNow(where, error.problem)

    async def all_of_them() -> list[WorkerNow]:
        return await asyncio.gather(*(one(*each) for each in workers))

    return asyncio.run(all_of_them())
