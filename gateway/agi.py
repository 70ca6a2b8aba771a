"""FastAGI, hardened: panoramisk's parsing behind a reader that nothing from outside can hold up.

panoramisk's own server loops for ever at end of file, has no header limit and no time-out, and does not expect
``HANGUP`` between replies; its result parser is what is used here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from panoramisk.utils import parse_agi_result

from common.caller_id import number_told
from gateway.errors import AgiBroken, CallerHungUp, UnsafeValue
from gateway.listener import Listener

log = logging.getLogger(__name__)

#: Longest line, most lines, and time for a peer to introduce its call.
LINE_BYTES = 8192
HEADER_LINES = 200
HEADER_PATIENCE_S = 5.0
#: Lines that wait to be taken for answers; a peer that sends more waits itself.
MOST_LINES = 64
#: Peers that have connected but not yet introduced a call; one more, and the one that has idled longest is dropped:
#: Asterisk introduces a call at once, so it is never the one.
MOST_UNINTRODUCED = 200


class AgiChannel:
    """One call's AGI connection: one command at a time, each with its answer.

    It is read from at all times, so that a hang-up is noticed between commands too.
    """

    def __init__(self, headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.headers = headers
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()
        #: Lines that came; at the end the error that ended them.
        self._lines: asyncio.Queue[str | Exception] = asyncio.Queue(MOST_LINES)
        self._reading = asyncio.create_task(self._read(), name=f"agi-{headers.get('agi_uniqueid')}")
        #: Done once the caller is gone, or the channel was sent elsewhere.
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def command(self, *words: str) -> dict[str, Any]:
        """Send one command and read its answer. Raises :class:`CallerHungUp` once the caller is gone."""
        for word in words:
            if "\n" in word or "\r" in word:
                raise UnsafeValue(name=words[0])
        async with self._turn:
            if self.gone.done():
                raise CallerHungUp()
            try:
                self._writer.write((" ".join(words) + "\n").encode())
                await self._writer.drain()
            except ConnectionError as error:
                raise CallerHungUp() from error
            return await self._answer()

    @property
    def caller_number(self) -> str:
        """The caller's number; empty where it is withheld."""
        return number_told(self.headers.get("agi_callerid", ""))

    def close(self) -> None:
        """Nothing more is wanted from the other end."""
        self._reading.cancel()

    async def _read(self) -> None:
        ended: Exception = CallerHungUp()
        try:
            while (line := await self._reader.readline()).endswith(b"\n"):
                text = line.decode("utf-8", "replace").strip()
                # HANGUP comes between answers; the answer to the command under way still follows.
                if text != "HANGUP":
                    await self._lines.put(text)
        except ConnectionError as error:
            ended.__cause__ = error
        except ValueError:
            ended = AgiBroken(problem="an answer longer than a line may be")
        self.gone.set_result(None)
        await self._lines.put(ended)

    async def _line(self) -> str:
        line = await self._lines.get()
        if isinstance(line, Exception):
            raise line
        return line

    async def _answer(self) -> dict[str, Any]:
        while True:
            text = await self._line()
            if text.startswith("520-"):
                while not (await self._line()).startswith("520 "):
                    pass
                raise AgiBroken(problem="a usage error for a command of ours")
            if text[:3].isdigit():
                if text.startswith("511"):
                    raise CallerHungUp()
                parsed: dict[str, Any] = parse_agi_result(text)
                return parsed

    async def variable(self, name: str) -> str:
        """A channel variable; empty where unset."""
        answer = await self.command("GET FULL VARIABLE", f'"${{{name}}}"')
        return str(answer.get("result", [None, ""])[1] or "")

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""
        await self.command("SET VARIABLE", name, f'"{value}"')

    async def play(self, prompt: str, keys: str = "") -> str:
        """Play a prompt of the channel's language; the key that ended it, or empty.

        Raises :class:`CallerHungUp`.
        """
        return self.key_of(await self.command("STREAM FILE", prompt, f'"{keys}"'))

    async def wait_for_digit(self, patience_ms: int) -> str:
        """The next key pressed within the time, or empty. Raises :class:`CallerHungUp`."""
        return self.key_of(await self.command("WAIT FOR DIGIT", str(patience_ms)))

    def key_of(self, answer: dict[str, Any]) -> str:
        """The key that ended a command, or empty. Raises :class:`CallerHungUp`."""
        code = int(self.result(answer))
        if code < 0:
            raise CallerHungUp()
        return chr(code) if code else ""

    @staticmethod
    def result(answer: dict[str, Any]) -> str:
        """The answer's ``result=`` value."""
        return str(answer.get("result", ["-1"])[0])


class AgiServer(Listener):
    """Takes calls from the Asterisk hosts it knows."""

    def __init__(
        self, host: str, port: int, peers: frozenset[str], handle: Callable[[str, AgiChannel], Awaitable[None]]
    ):
        super().__init__(host, port, self._take, longest_line=LINE_BYTES)
        self._peers = peers
        self._handle = handle
        self._unintroduced: dict[asyncio.StreamWriter, None] = {}

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        if not peer or peer[0] not in self._peers:
            log.warning("AGI connection from %s refused", peer)
            return
        if len(self._unintroduced) >= MOST_UNINTRODUCED:
            idlest = next(iter(self._unintroduced))
            del self._unintroduced[idlest]
            idlest.transport.abort()
        self._unintroduced[writer] = None
        try:
            headers = await asyncio.wait_for(self._headers(reader), HEADER_PATIENCE_S)
        except (AgiBroken, TimeoutError, ValueError, ConnectionError) as error:
            log.warning("AGI connection from %s dropped: %s", peer, error or type(error).__name__)
            return
        finally:
            self._unintroduced.pop(writer, None)
        channel = AgiChannel(headers, reader, writer)
        try:
            await self._handle(headers.get("agi_network_script", ""), channel)
        except CallerHungUp:
            log.info("caller on %s hung up", headers.get("agi_channel"))
        except Exception:
            log.exception("the call on %s failed; Asterisk goes on with the fallback", headers.get("agi_channel"))
        finally:
            channel.close()

    async def _headers(self, reader: asyncio.StreamReader) -> dict[str, str]:
        headers: dict[str, str] = {}
        for _ in range(HEADER_LINES):
            line = (await reader.readline()).decode("utf-8", "replace")
            if not line:
                raise AgiBroken(problem="end of file before the call was introduced")
            if not line.strip():
                if "agi_uniqueid" not in headers:
                    raise AgiBroken(problem="an introduction without agi_uniqueid")
                return headers
            name, colon, value = line.partition(":")
            if not colon:
                raise AgiBroken(problem="a header line without a colon")
            headers[name.strip()] = value.strip()
        raise AgiBroken(problem="too many header lines")
