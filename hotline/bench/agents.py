"""Many agents' pages without browsers: ``python -m hotline.bench.agents URL``, a log-in token a line on stdin.

Prints ``connected`` once every WebSocket is open, then what came through each second until stdin ends.
"""

import asyncio
import sys

from websockets.asyncio.client import connect


async def _listen(url: str, token: str, opened: asyncio.Semaphore, ready: list[str]) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with opened:
        page = await connect(url, additional_headers=headers, proxy=None)
        ready.append(token)
    async with page:
        async for _message in page:
            pass


async def attend(url: str, tokens: list[str]) -> None:
    """Keep a page open for each token until stdin ends. Raises what ended a page before that."""
    opened = asyncio.Semaphore(20)
    ready: list[str] = []
    pages = [asyncio.create_task(_listen(url, token, opened, ready)) for token in tokens]
    while len(ready) < len(tokens):
        await asyncio.sleep(0.1)
        for page in pages:
            if page.done():
                page.result()
    print("connected", flush=True)
    ending = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    done, _ = await asyncio.wait([ending, *pages], return_when=asyncio.FIRST_COMPLETED)
    for page in pages:
        page.cancel()
    await asyncio.gather(*pages, return_exceptions=True)
    if ending not in done:
        raise ConnectionError("a page was closed by the server")


def main() -> None:
    """Entry point."""
    tokens = []
    for line in sys.stdin:
        if not line.strip():
            break
        tokens.append(line.strip())
    asyncio.run(attend(sys.argv[1], tokens))


if __name__ == "__main__":
    main()
