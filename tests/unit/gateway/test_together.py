"""Work that serves all who asked before it began."""

import asyncio

import pytest

from gateway.together import Together


class Work:
    """Counts how often it is done; each time waits to be let go on."""

    def __init__(self) -> None:
        self.begun = 0
        self.fails = False
        self.go_on = asyncio.Semaphore(0)

    async def __call__(self) -> None:
        self.begun += 1
        await self.go_on.acquire()
        if self.fails:
            self.fails = False
            raise OSError("no room")


async def test_those_who_ask_meanwhile_are_served_by_one_more_turn() -> None:
    work = Work()
    together = Together(work)
    first = asyncio.create_task(together.do())
    await asyncio.sleep(0)
    others = [asyncio.create_task(together.do()) for _ in range(5)]
    await asyncio.sleep(0)
    work.go_on.release()
    await first
    assert not any(other.done() for other in others)
    work.go_on.release()
    await asyncio.gather(*others)
    assert work.begun == 2


async def test_what_fails_is_told_to_who_asked_and_done_again_for_the_next() -> None:
    work = Work()
    together = Together(work)
    work.fails = True
    first = asyncio.create_task(together.do())
    await asyncio.sleep(0)
    second = asyncio.create_task(together.do())
    await asyncio.sleep(0)
    work.go_on.release()
    with pytest.raises(OSError, match="no room"):
        await first
    work.go_on.release()
    await second
    assert work.begun == 2
