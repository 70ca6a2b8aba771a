"""When Asterisk offered calls to agents, and a bare WebSocket push of the same moment to compare with."""

import asyncio
import threading
from typing import Any

from panoramisk import Manager
from websockets.asyncio.server import ServerConnection, broadcast, serve

from hotline.settings import Settings

#: Time to log in and to listen, s.
_PATIENCE_S = 10.0


class Offers:
    """A manager link of the bench's own, in a thread of its own, and a WebSocket beside it."""

    def __init__(self, settings: Settings):
        self._settings = settings
        #: Asterisk's own time of each AgentCalled, ms since the epoch.
        self.at_ms: list[float] = []
        #: Where the bare page connects.
        self.url = ""
        self._pages: set[ServerConnection] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._work(),), daemon=True)

    def __enter__(self) -> "Offers":
        self._thread.start()
        if not self._ready.wait(_PATIENCE_S):
            raise TimeoutError("no log-in to Asterisk's manager")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_PATIENCE_S)

    async def _work(self) -> None:
        manager = Manager(
            loop=self._loop, host="127.0.0.1", port=self._settings.asterisk.ami_port, username="hotline",
            secret=self._settings.secrets.ami.get_secret_value(),
        )  # fmt: skip
        manager.register_event("AgentCalled", self._called)
        await manager.connect()
        async with serve(self._page, "127.0.0.1", 0) as server:
            self.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"
            self._ready.set()
            await self._stop.wait()
        manager.close()

    def _called(self, _manager: Any, event: Any) -> None:
        broadcast(self._pages, str(len(self.at_ms)))
        self.at_ms.append(float(event.Timestamp) * 1000)

    async def _page(self, page: ServerConnection) -> None:
        self._pages.add(page)
        try:
            await page.wait_closed()
        finally:
            self._pages.discard(page)
