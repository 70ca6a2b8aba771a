"""Answers the watch's question whether the gateway's event loop still turns."""

import asyncio

from gateway.listener import Listener


class Heartbeat(Listener):
    """A line in, a line out, on loopback."""

    def __init__(self, port: int):
        super().__init__("127.0.0.1", port, self._answer, longest_line=64)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline() == b"ping\n":
            writer.write(b"pong\n")
            await writer.drain()
