"""A TCP listener whose connections end with it, and never take anything else down."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def port_of(server: asyncio.Server) -> int:
    """The port in use: the one asked for, or the free one that 0 stands for."""
    return int(server.sockets[0].getsockname()[1])


class Listener:
    """Serves each connection in a task of its own; ``serve`` may raise what a broken connection raises."""

    def __init__(self, host: str, port: int, serve: Serve, longest_line: int = 65536):
        self._host = host
        self._port = port
        self._serve = serve
        #: Longest line or block that is read at once, bytes.
        self._longest_line = longest_line
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """See :func:`port_of`."""
        assert self._server is not None
        return port_of(self._server)

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._accept, self._host, self._port, limit=self._longest_line)

    async def stop(self) -> None:
        """Stop listening and end what runs."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._run(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError, ValueError) as error:
            log.info("connection from %s ended: %s", writer.get_extra_info("peername"), type(error).__name__)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
