"""What a caller hears and presses: prompts go out by AGI, keys come in as AMI events.

Asterisk reads and drops a key that arrives between two AGI commands, but tells of it by ``DTMFEnd``; so none is lost.
While the AMI link is away AGI is asked for keys instead.
"""

import asyncio
import contextlib
from collections.abc import Callable

from gateway.agi import AgiChannel
from gateway.errors import CallerHungUp
from gateway.keypad import KEYS, Keypad

#: A key that ended a command is told of by AMI within this time, s.
KEY_LAG_S = 1.0
#: While the AMI link is away a key is waited for this long at a time, s: words are listened for in between.
SLICE_S = 0.25


class CallerLine:
    """One caller's ear and keypad for as long as one AGI script runs."""

    def __init__(self, agi: AgiChannel, keypad: Keypad, hears_keys: Callable[[], bool]):
        """``hears_keys``: whether keys come as events now."""
        self.agi = agi
        self.keypad = keypad
        self._hears_keys = hears_keys
        agi.gone.add_done_callback(lambda _: keypad.woken.set())

    async def say(self, prompt: str, *, keys: bool = False) -> None:
        """Play a prompt of the channel's language; with ``keys`` one that is pressed ends it and stays on the keypad.

        Raises :class:`CallerHungUp`.
        """
        if not (keys and self.keypad):
            await self.kept(await self.agi.play(prompt, KEYS if keys else ""))

    async def key(self, patience_ms: int) -> str:
        """The next key, or empty where none is pressed in time. Raises :class:`CallerHungUp`."""
        deadline = asyncio.get_running_loop().time() + patience_ms / 1000
        while not self.keypad and (left := deadline - asyncio.get_running_loop().time()) > 0:
            await self.rest(left)
        return self.keypad.take()

    async def rest(self, patience_s: float) -> None:
        """Wait until a key is pressed, :meth:`wake` is called, or the time is over. Raises :class:`CallerHungUp`."""
        if not self._hears_keys():
            self.keypad.press(await self.agi.wait_for_digit(int(min(patience_s, SLICE_S) * 1000) + 1))
            return
        try:
            async with asyncio.timeout(patience_s):
                await self.keypad.woken.wait()
        except TimeoutError:
            return
        self.keypad.woken.clear()
        if self.agi.gone.done():
            raise CallerHungUp()

    def wake(self) -> None:
        """Something else that was waited for has come."""
        self.keypad.woken.set()

    async def kept(self, key: str) -> None:
        """Returns once the key that ended a command, if one did, is on the keypad too."""
        if not key:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(KEY_LAG_S):
                while self._hears_keys() and not self.keypad:
                    self.keypad.woken.clear()
                    await self.keypad.woken.wait()
        if not self.keypad:
            self.keypad.press(key)
