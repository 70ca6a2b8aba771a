"""Errands: in order for one, beside each other for many, and none lost to another's failure."""

import asyncio

import pytest

from gateway.errands import Errands


async def test_one_that_hangs_holds_up_only_what_is_about_the_same() -> None:
    errands, done, never = Errands(), [], asyncio.Event()

    async def hang() -> None:
        await never.wait()
        done.append("first")

    async def work(what: str) -> None:
        done.append(what)

    errands.run("agent1", "pausing", hang())
    errands.run("agent1", "pausing", work("second"))
    errands.run("agent2", "pausing", work("other"))
    await errands.settled("agent2")
    assert done == ["other"]
    never.set()
    await errands.settled("agent1")
    assert done == ["other", "first", "second"]


async def test_a_failure_is_logged_and_the_next_is_done(caplog: pytest.LogCaptureFixture) -> None:
    errands, done = Errands(), []

    async def fail() -> None:
        raise ValueError("no such member")

    async def work() -> None:
        done.append("second")

    errands.run("agent1", "pausing", fail())
    errands.run("agent1", "pausing", work())
    await errands.finish()
    assert done == ["second"]
    assert "pausing agent1 failed" in caplog.text


async def test_what_is_settled_keeps_nothing() -> None:
    errands = Errands()
    for number in range(100):
        errands.run(number, "closing", asyncio.sleep(0))
    await errands.finish()
    await errands.settled(5)
    assert not errands._newest
