"""A speech worker's process: ``python -m hotline.speech_worker HOST PORT``."""

import asyncio
import logging
import signal
import sys

from gateway.speech_worker import SpeechWorker
from hotline.part_process import begin, run
from hotline.settings import Settings, load
from hotline.setup.speech import load_speech


async def work(settings: Settings, host: str, port: int, sound_port: int | None) -> None:
    """Serve gateways until a termination signal; see :class:`SpeechWorker`.

    Raises ``ModelUnreadable``, OSError for an address that is taken.
    """
    s = settings.speech
    speech = await asyncio.to_thread(load_speech, settings)
    try:
        secret = settings.secrets.worker.get_secret_value()
        worker = SpeechWorker(speech, secret, s.languages, s.threads, host, port, sound_port)
        await worker.start()
        logging.getLogger(__name__).info("speech worker at %s:%d: %s", host, port, speech.describe())
        stopping = asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
        await stopping.wait()
        await worker.stop()
    finally:
        # A process whose threads go on is never seen to have ended.
        await speech.close()


def main(host: str, port: int, sound_port: int | None = None) -> None:
    """Entry point; without ``sound_port`` Asterisk's sound is taken at any free one, where it is to come straight."""
    settings = load()
    if sound_port is None and settings.speech.straight:
        sound_port = 0
    begin()
    run(work(settings, host, port, sound_port))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
