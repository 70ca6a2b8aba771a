"""FastAGI, hardened: panoramisk's parsing behind a reader that nothing from outside can hold up.

panoramisk's own server loops for ever at end of file, has no header limit and no time-out, and does not expect
``HANGUP`` between replies; its result parser is what is used here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from panoramisk.utils import parse_agi_result

from gateway.errors import AgiBroken, CallerHungUp, UnsafeValue
from gateway.listener import Listener

log = logging.getLogger(__name__)

#: Longest line, most lines, and time for a peer to introduce its call.
LINE_BYTES = 8192
HEADER_LINES = 200
HEADER_PATIENCE_S = 5.0
#: Peers that have connected but not yet introduced a call; one more, and the one that has idled longest is dropped:
#: Asterisk introduces a call at once, so it is never the one.
MOST_UNINTRODUCED = 200


class AgiChannel:
    """One call's AGI connection: one command at a time, each with its answer."""

    def __init__(self, headers: dict[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.headers = headers
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()

    async def command(self, *words: str) -> dict[str, Any]:
        """Send one command and read its answer. Raises :class:`CallerHungUp` once the caller is gone."""
        for word in words:
            if "\n" in word or "\r" in word:
                raise UnsafeValue(name=words[0])
        async with self._turn:
            try:
                self._writer.write((" ".join(words) + "\n").encode())
                await self._writer.drain()
                return await self._answer()
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                raise CallerHungUp() from error
            except ValueError as error:
                raise AgiBroken(problem="an answer longer than a line may be") from error

    async def _answer(self) -> dict[str, Any]:
        while True:
            line = await self._reader.readline()
            if not line.endswith(b"\n"):
                raise asyncio.IncompleteReadError(line, None)
            text = line.decode("utf-8", "replace").strip()
            if text == "HANGUP":
                # Comes between answers; the answer to the command under way still follows.
                continue
            if text.startswith("520-"):
                await self._usage()
                raise AgiBroken(problem="a usage error for a command of ours")
            if text[:3].isdigit():
                if text.startswith("511"):
                    raise CallerHungUp()
                parsed: dict[str, Any] = parse_agi_result(text)
                return parsed

    async def _usage(self) -> None:
        while line := await self._reader.readline():
            if line.startswith(b"520 "):
                return

    async def variable(self, name: str) -> str:
        """A channel variable; empty where unset."""
        answer = await self.command("GET FULL VARIABLE", f'"${{{name}}}"')
        return str(answer.get("result", [None, ""])[1] or "")

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""
        await self.command("SET VARIABLE", name, f'"{value}"')

    async def say(self, prompt: str, keys: str = "") -> str:
        """Play a prompt of the channel's language; the key that ended it, or empty.

        Raises :class:`CallerHungUp`.
        """
        code = int(self.result(await self.command("STREAM FILE", prompt, f'"{keys}"')))
        if code < 0:
            raise CallerHungUp()
        return chr(code) if code else ""

    async def key(self, patience_ms: int) -> str:
        """The next key pressed within the time, or empty. Raises :class:`CallerHungUp`."""
        code = int(self.result(await self.command("WAIT FOR DIGIT", str(patience_ms))))
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
        try:
            await self._handle(headers.get("agi_network_script", ""), AgiChannel(headers, reader, writer))
        except CallerHungUp:
            log.info("caller on %s hung up", headers.get("agi_channel"))
        except Exception:
            log.exception("the call on %s failed; Asterisk goes on with the fallback", headers.get("agi_channel"))

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
