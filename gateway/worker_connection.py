"""The gateway's end of a speech worker's connection: kept up, tried again, and why it is not used."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

from agent_api.system.transcription import WorkerNow, WorkerProblem, host_and_port
from asr_models.scheduler import Load
from common.errors import Language
from gateway.errors import SpeechPeerRefused
from gateway.remote_leg import RemoteLeg
from gateway.speech_link import BEAT_S, SpeechLink, event_of

log = logging.getLogger(__name__)

#: Between two tries to reach a worker, s; longer where it answers and cannot be used.
AGAIN_S, USELESS_AGAIN_S = 0.5, 5.0
_CONNECT_S = 3.0


class WorkerUseless(Exception):
    """A worker cannot be reached or used; ``problem`` says why."""

    def __init__(self, problem: WorkerProblem, told: str):
        super().__init__(told)
        self.problem = problem


@contextlib.asynccontextmanager
async def met(
    host: str, port: int, secret: str, languages: Mapping[str, str]
) -> AsyncIterator[tuple[SpeechLink, dict[str, Any]]]:
    """A connection to a worker that can be used, and what it says of itself.

    Raises :class:`WorkerUseless`, also for what happens while the connection is in use.
    """
    try:
        async with asyncio.timeout(_CONNECT_S):
            reader, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        raise WorkerUseless("unreachable", str(error) or "no answer") from error
    try:
        if writer.get_extra_info("sockname") == writer.get_extra_info("peername"):
            # Nobody listens there, and the system chose that very port as ours; held on to, nobody could.
            raise WorkerUseless("unreachable", "the connection is to itself")
        link = await SpeechLink.meet(reader, writer, secret, calling=True)
        described, _ = await link.receive()
        engines, lines = described["engines"]["en"], described["lines"]["en"]
        if all(each["final"] == "none" for each in (engines, *lines.values())):
            raise WorkerUseless("no_engine", engines.get("advice", "it has no model"))
        reads: dict[str, str] = described["languages"]
        for number, language in languages.items():
            if (its := reads.get(number, reads[""])) != language:
                calls = f" of calls to {number}" if number else ""
                raise WorkerUseless("other_language", f"its language{calls} is {its}")
        yield link, described
    except SpeechPeerRefused as error:
        raise WorkerUseless("refused", error.message("en")) from error
    except TimeoutError as error:
        raise WorkerUseless("silent", "it says nothing any more") from error
    except asyncio.IncompleteReadError as error:
        raise WorkerUseless("closed", "it has closed the connection") from error
    except OSError as error:
        raise WorkerUseless("closed", str(error)) from error
    finally:
        writer.transport.abort()


class WorkerConnection:
    """One worker, as the gateway has it."""

    def __init__(
        self, host: str, port: int, secret: str, languages: Mapping[str, str], numbers: Iterator[int], *,
        straight: bool, changed: Callable[[list[RemoteLeg]], None],
    ):  # fmt: skip
        """``languages``: by number that is called; ``numbers`` are the legs'.

        ``straight``: Asterisk sends sound to it, where it takes some.
        ``changed`` is called when it has come, and when it is gone with the legs that it has lost.
        """
        self._host, self._port, self._secret, self._languages = host, port, secret, languages
        self._numbers, self._straight, self._changed = numbers, straight, changed
        self._sound_at: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._link: SpeechLink | None = None
        self._problem: WorkerProblem | None = "connecting"
        self._threads = 1
        self.engines: dict[Language, dict[str, str]] = {}
        self.lines: dict[Language, dict[str, dict[str, str]]] = {}
        self.load: Load | None = None
        self._legs: dict[int, RemoteLeg] = {}

    @property
    def there(self) -> bool:
        """Whether it can be given legs."""
        return self._link is not None

    @property
    def full(self) -> bool:
        """Whether more texts that someone waits for are to be read than it has threads, or sound waits to be heard."""
        if self.load is None:
            return False
        waiting = self.load.waiting
        return waiting.get("final", 0) + waiting.get("early", 0) > self._threads or self.load.is_behind

    @property
    def burden(self) -> tuple[bool, float]:
        """Legs are given where this is least."""
        return self.full, len(self._legs) / self._threads

    def now(self) -> WorkerNow:
        """How it stands with it."""
        address = host_and_port(self._host, self._port)
        return WorkerNow(address, self._problem, self.there and self.full, len(self._legs), self.engines)

    def start(self) -> None:
        """Begin to connect."""
        self._task = asyncio.create_task(self._keep(), name=f"speech-worker-{self._host}-{self._port}")

    async def stop(self) -> None:
        """Disconnect."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def take(self, leg: RemoteLeg) -> None:
        """A leg is this worker's from now on."""
        assert self._link is not None
        self._legs[leg.number] = leg
        leg.go_on(self._link, self._sound_at, self._again)

    def _again(self, leg: RemoteLeg) -> None:
        """The leg begins anew, by another number: what is still said of the old one is not of it."""
        if self._link is None or self._legs.pop(leg.number, None) is None:
            return
        self._link.send({"do": "close", "leg": leg.number})
        leg.number = next(self._numbers)
        self.take(leg)

    async def _keep(self) -> None:
        while True:
            try:
                await self._be_connected()
            except WorkerUseless as error:
                self._gone(error.problem, str(error))
            except Exception:
                # What it says makes no sense; the others and the calls go on.
                log.exception("speech worker %s:%d", self._host, self._port)
                self._gone("refused", "what it says makes no sense")
            useless = self._problem in ("refused", "no_engine", "other_language")
            await asyncio.sleep(USELESS_AGAIN_S if useless else AGAIN_S)

    def _gone(self, problem: WorkerProblem, told: str) -> None:
        if problem != self._problem:
            log.error("speech worker %s:%d is not used: %s", self._host, self._port, told)
        self._problem, self._link, self.load = problem, None, None
        lost = list(self._legs.values())
        self._legs.clear()
        for leg in lost:
            leg.lost()
        self._changed(lost)

    async def _be_connected(self) -> None:
        async with met(self._host, self._port, self._secret, self._languages) as (link, described):
            log.info("speech worker %s:%d is there", self._host, self._port)
            self._link, self._problem = link, None
            self.engines, self.lines, self._threads = described["engines"], described["lines"], described["threads"]
            port = described["sound_port"] if self._straight else 0
            self._sound_at = host_and_port(self._host, port) if port else None
            beating = asyncio.create_task(self._beat(link), name="speech-worker-beat")
            try:
                self._changed([])
                while True:
                    message, _ = await link.receive()
                    self._hear(message)
            finally:
                beating.cancel()

    async def _beat(self, link: SpeechLink) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            link.send({"do": "beat"})

    def _hear(self, message: dict[str, Any]) -> None:
        match message["do"]:
            case "load":
                self.load = Load(**message["load"])
            case "expects" if (leg := self._legs.get(message["leg"])) is not None:
                leg.expected(message["name"])
            case "first" if (leg := self._legs.get(message["leg"])) is not None:
                leg.reached(message["ago_ms"])
            case "ended" if (leg := self._legs.get(message["leg"])) is not None:
                leg.ended(message["length_ms"])
            case "event" if (leg := self._legs.get(message["leg"])) is not None:
                leg.told(event_of(message["event"]))
            case "closed" if (leg := self._legs.pop(message["leg"], None)) is not None:
                leg.closed(read=message["read"])
