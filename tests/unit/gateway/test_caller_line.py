"""Keys by event and by AGI, ahead of a prompt, in it, and after it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.errors import CallerHungUp
from gateway.keypad import MOST_AHEAD, Keypad
from tests.unit.gateway.caller_line_under_test import Asterisk


@pytest.fixture
async def asterisk() -> AsyncIterator[Asterisk]:
    found = Asterisk()
    await found.start()
    yield found
    await found.stop()


async def test_a_prompt_is_not_played_over_a_key_pressed_ahead(asterisk: Asterisk) -> None:
    asterisk.keypad.press("4")
    await asterisk.line.say("menu", keys=True)
    assert asterisk.asked == []
    await asterisk.line.say("notice")
    assert asterisk.asked == ['STREAM FILE notice ""']
    assert await asterisk.line.key(1000) == "4"


async def test_the_key_that_ends_a_prompt_counts_once(asterisk: Asterisk) -> None:
    asterisk.answers["STREAM FILE"] = str(ord("7"))
    asyncio.get_running_loop().call_later(0.05, asterisk.keypad.press, "7")
    await asterisk.line.say("menu", keys=True)
    assert await asterisk.line.key(1000) == "7"
    assert await asterisk.line.key(20) == ""


async def test_without_events_keys_are_asked_for(asterisk: Asterisk) -> None:
    asterisk.hears_keys = False
    asterisk.answers["STREAM FILE"] = str(ord("7"))
    await asterisk.line.say("menu", keys=True)
    assert asterisk.keypad.take() == "7"
    asterisk.answers["WAIT FOR DIGIT"] = str(ord("8"))
    assert await asterisk.line.key(1000) == "8"


async def test_who_hangs_up_between_commands_is_noticed(asterisk: Asterisk) -> None:
    asyncio.get_running_loop().call_later(0.05, asterisk.writer.close)
    with pytest.raises(CallerHungUp):
        await asterisk.line.rest(30)
    with pytest.raises(CallerHungUp):
        await asterisk.line.say("menu")


async def test_waking_ends_the_rest_without_a_key(asterisk: Asterisk) -> None:
    asyncio.get_running_loop().call_later(0.05, asterisk.line.wake)
    await asterisk.line.rest(30)
    assert not asterisk.keypad


def test_what_no_telephone_has_is_no_key() -> None:
    keypad = Keypad()
    for key in ("A", "", "12", "\n"):
        keypad.press(key)
    assert keypad.take() == ""


def test_a_phone_that_leans_on_a_key_fills_no_memory() -> None:
    keypad = Keypad()
    for _ in range(10 * MOST_AHEAD):
        keypad.press("1")
    assert sum(1 for _ in iter(keypad.take, "")) == MOST_AHEAD
