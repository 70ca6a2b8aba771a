"""The bell that wakes readers of the log."""

import asyncio

from agent_api.events.log import Bell


async def test_a_ring_between_two_waits_is_not_missed() -> None:
    bell = Bell()
    heard = bell.rings
    bell.ring()
    await bell.wait(heard, patience_s=3600)


async def test_one_ring_wakes_all_who_wait() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait(bell.rings, patience_s=3600)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    await asyncio.gather(*waiting)
