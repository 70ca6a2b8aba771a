"""An event loop that does nothing but answer: ``python -m hotline.bench.bare_heartbeat PORT``, until it is ended."""

import asyncio
import sys

from gateway.heartbeat import Heartbeat


async def _answer(port: int) -> None:
    heartbeat = Heartbeat(port)
    await heartbeat.start()
    print("answering", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_answer(int(sys.argv[1])))
