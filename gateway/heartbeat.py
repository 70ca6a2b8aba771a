"""Answers the fallback's question whether the gateway's event loop still turns."""

import asyncio


class Heartbeat:
    """A line in, a line out."""

    def __init__(self, port: int):
        self._port = port
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on loopback."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self._port, limit=64)

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readline() == b"ping\n":
                writer.write(b"pong\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            return
        finally:
            writer.close()
