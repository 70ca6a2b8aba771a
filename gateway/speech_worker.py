"""A speech worker: the engines in a process of their own, here or on another machine, for the legs of gateways."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from asr_models.frames import RATE, AudioFrame, SpeechEvent
from asr_models.service import LegTranscriber, SpeechService
from common.errors import LANGUAGES
from gateway.arriving import DRAIN_S, Arriving
from gateway.audiosocket import AudioSocketServer
from gateway.errors import SpeechPeerRefused
from gateway.listener import Listener
from gateway.speech_link import BEAT_S, SpeechLink, event_told, prompt_of

log = logging.getLogger(__name__)


class SpeechWorker:
    """Listens for gateways."""

    def __init__(
        self, speech: SpeechService, secret: str, languages: Mapping[str, str], threads: int, host: str, port: int,
        sound_port: int | None = None,
    ):  # fmt: skip
        """``languages``: by number that is called, the other calls' by an empty one.

        ``threads`` decode: as many more legs it is given than a worker with one.

        ``sound_port``: where it takes sound from Asterisk itself, 0 for any that is free; None: nowhere.
        """
        self._speech = speech
        self._sounds = AudioSocketServer(host, sound_port) if sound_port is not None else None
        self._secret = secret
        self._languages, self._threads = languages, threads
        self._listener = Listener(host, port, self._serve)

    @property
    def port(self) -> int:
        """The port in use."""
        return self._listener.port

    async def start(self) -> None:
        """Listen. Raises OSError."""
        if self._sounds is not None:
            await self._sounds.start()
        await self._listener.start()

    async def stop(self) -> None:
        """Stop listening and end what runs."""
        await self._listener.stop()
        if self._sounds is not None:
            await self._sounds.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        try:
            link = await SpeechLink.meet(reader, writer, self._secret, calling=False)
        except SpeechPeerRefused as error:
            log.warning("%s: %s", peer, error)
            return
        link.send({
            "do": "describe",
            "engines": {language: self._speech.describe(language) for language in LANGUAGES},
            "lines": {language: self._speech.describe_lines(language) for language in LANGUAGES},
            "languages": dict(self._languages), "threads": self._threads,
            "sound_port": self._sounds.port if self._sounds is not None else 0,
        })  # fmt: skip
        beating = asyncio.create_task(self._beat(link), name="speech-worker-beat")
        gateway = _Gateway(self._speech, link, self._sounds)
        try:
            await gateway.listen()
        except SpeechPeerRefused as error:
            log.warning("%s: %s", peer, error)
        finally:
            beating.cancel()
            link.close()
            await gateway.gone()

    async def _beat(self, link: SpeechLink) -> None:
        while True:
            link.send({"do": "load", "load": asdict(self._speech.load())})
            await asyncio.sleep(BEAT_S)


class _Gateway:
    """One gateway."""

    def __init__(self, speech: SpeechService, link: SpeechLink, sounds: AudioSocketServer | None):
        self._speech = speech
        self._link = link
        self._sounds = sounds
        #: Legs whose sound comes from Asterisk, by the names that it connects with.
        self._straight: dict[int, tuple[uuid.UUID, asyncio.Event]] = {}
        self._legs: dict[int, LegTranscriber] = {}
        self._words: dict[int, tuple[str, ...]] = {}
        self._phrases: dict[int, tuple[str, ...]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Do what it says. Raises what :meth:`SpeechLink.receive` raises once it is gone."""
        while True:
            message, body = await self._link.receive()
            self._do(message, body)

    async def gone(self) -> None:
        """What its legs still say is for nobody."""
        for number in list(self._legs):
            self._close(number)
        await asyncio.gather(*self._closing)

    def _do(self, message: dict[str, Any], body: bytes) -> None:
        what, number = message["do"], message.get("leg", -1)
        if what == "open":
            self._words[number], self._phrases[number] = tuple(message["words"]), tuple(message["phrases"])
            self._legs[number] = self._speech.open_leg(
                message["name"], lambda event: self._tell(number, event), line=message["line"],
                words=lambda: self._words[number], phrases=lambda: self._phrases[number],
                first_index=message["first_index"], live=message["live"],
            )  # fmt: skip
        # One that is not known was being closed when this was sent.
        elif (leg := self._legs.get(number)) is not None:
            self._do_with(leg, number, message, body)

    def _do_with(self, leg: LegTranscriber, number: int, message: dict[str, Any], body: bytes) -> None:
        match message["do"]:
            case "sound":
                leg.push(AudioFrame(body, RATE, message["at_ms"]))
            case "beside":
                leg.beside(AudioFrame(body, RATE, message["at_ms"]))
            case "hears":
                leg.hears(prompt_of(message, body))
            case "words":
                self._words[number] = tuple(message["words"])
            case "phrases":
                self._phrases[number] = tuple(message["phrases"])
            case "straight" if self._sounds is not None:
                self._expect(leg, number, self._sounds)
            case "close":
                self._close(number)

    def _expect(self, leg: LegTranscriber, number: int, sounds: AudioSocketServer) -> None:
        arriving = Arriving()

        def take(pcm: bytes, at: float) -> None:
            if arriving.first is None:
                self._link.send({"do": "first", "leg": number, "ago_ms": len(pcm) // 2 * 1000 // RATE})
            leg.push(arriving.take(pcm, at)[1])

        name, ended = sounds.expect(take)
        self._straight[number] = name, ended
        self._link.send({"do": "expects", "leg": number, "name": str(name)})
        watching = asyncio.create_task(self._until_ended(number, arriving, ended))
        self._closing.add(watching)
        watching.add_done_callback(self._closing.discard)

    async def _until_ended(self, number: int, arriving: Arriving, ended: asyncio.Event) -> None:
        await ended.wait()
        self._link.send({"do": "ended", "leg": number, "length_ms": arriving.length_ms})

    def _tell(self, number: int, event: SpeechEvent) -> None:
        self._link.send({"do": "event", "leg": number, "event": event_told(event)})

    def _close(self, number: int) -> None:
        task = asyncio.create_task(self._finish(number, self._legs.pop(number)))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _finish(self, number: int, leg: LegTranscriber) -> None:
        read = True
        try:
            if number in self._straight:
                await self._drain(*self._straight.pop(number))
            await leg.close()
        except Exception:
            log.exception("a leg could not be read to its end")
            read = False
        del self._words[number], self._phrases[number]
        self._link.send({"do": "closed", "leg": number, "read": read})

    async def _drain(self, name: uuid.UUID, ended: asyncio.Event) -> None:
        """Take what is still on its way from Asterisk."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), DRAIN_S)
        assert self._sounds is not None
        self._sounds.forget(name)
        ended.set()
