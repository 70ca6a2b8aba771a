"""The picture of the calls under way: built from events, rebuilt from Asterisk itself after every lost link."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import Any

from agent_api.calls.ledger import CallLedger, OpenCall
from common.caller_id import number_told
from gateway.ami import Ami
from gateway.errands import Errands
from gateway.live_call import Ears, LiveCall, SentOn
from gateway.phones import owner
from gateway.taps import monotonic

log = logging.getLogger(__name__)

#: Contexts of the dialplan in which a channel is a caller's.
_CALLERS_CONTEXTS = (
    "hotline-in", "hotline-next", "hotline-after", "hotline-fallback", "hotline-queue-keys", "hotline-transfer",
    "hotline-not-taken", "hotline-sent-on", "hotline-agents",
)  # fmt: skip
#: What a tree does after its caller hung up may take this long, s: an outside service has ten.
LEAVE_TREE_S = 15.0
#: Named in the ledger for a call that no tree walked: the gateway was away when it came.
NO_TREE = "fallback"


class Channel:
    """A row of ``CoreShowChannels``."""

    def __init__(self, message: Any):
        self.name = str(message.channel)
        self.unique = str(message.uniqueid)
        self.linked = str(message.linkedid)
        self.context = str(message.context)
        self.number = number_told(str(message.calleridnum))
        self.extension = str(message.exten)
        self.bridge = str(message.bridgeid)
        self.application = str(message.application)
        #: Called, and not answered: not every phone says that it rings.
        self.ringing = str(message.channelstatedesc) in ("Down", "Ringing")

    @property
    def from_public(self) -> bool:
        """Whether a citizen is at its end."""
        outside = self.name.startswith(("PJSIP/trunk-", "PJSIP/caller"))
        # AppDial: we called them, not they us.
        return outside and self.context in _CALLERS_CONTEXTS and self.application != "AppDial"


class Board:
    """Every live call by the caller's channel."""

    def __init__(self, ami: Ami, ledger: CallLedger, ears: Ears, errands: Errands):
        self._ami = ami
        self._ledger = ledger
        self._ears = ears
        self._calls: dict[str, LiveCall] = {}
        #: Calls that are being written down as they come.
        self._beginning: dict[str, asyncio.Task[LiveCall]] = {}
        self._errands = errands

    def by_channel(self, unique: str) -> LiveCall | None:
        """The call of a caller's channel."""
        return self._calls.get(unique)

    def by_id(self, call_id: int) -> LiveCall | None:
        """The call with this id, while it lasts."""
        return next((call for call in self._calls.values() if call.id == call_id), None)

    def by_agent_channel(self, name: str) -> LiveCall | None:
        """The call that an agent's channel talks in."""
        return next((call for call in self._calls.values() if call.agent_channel == name), None)

    async def begin(
        self, *, unique: str, channel: str, sip_call_id: str, number: str, called: str, tree: str, version: str
    ) -> LiveCall:
        """A call has come; its caller is tapped from now on. Who meets it twice at once meets the same call."""
        if unique not in self._beginning:
            self._beginning[unique] = asyncio.create_task(
                self._begin(unique, channel, sip_call_id, number, called, tree, version), name=f"call-{unique}"
            )
            self._beginning[unique].add_done_callback(lambda _: self._beginning.pop(unique))
        return await asyncio.shield(self._beginning[unique])

    async def _begin(
        self, unique: str, channel: str, sip_call_id: str, number: str, called: str, tree: str, version: str
    ) -> LiveCall:
        began = monotonic()
        call_id = await self._ledger.start_call(
            asterisk_id=unique, sip_call_id=sip_call_id, caller_number=number,
            called_number=called, tree=tree, tree_version=version,
        )  # fmt: skip
        call = LiveCall(call_id, unique, channel, began, self._ears, called)
        self._calls[unique] = call
        await call.tap("caller", channel)
        return call

    async def called_back(self, *, unique: str, channel: str, callback_id: int, number: str) -> LiveCall:
        """A citizen took the call of an agent; tapped from now on like who calls us."""
        began = monotonic()
        call_id = await self._ledger.callbacks.answered(callback_id, unique, number)
        call = LiveCall(call_id, unique, channel, began, self._ears)
        self._calls[unique] = call
        await call.tap("caller", channel)
        return call

    async def end(self, call: LiveCall) -> None:
        """The caller's channel is gone."""
        if self._calls.pop(call.unique, None) is None:
            return
        if call.left_tree.is_set():
            self._ledger.ended(call.id, call.outcome)
        else:
            self._errands.run(("call", call.id), "ending", self._end_in_tree(call))
        self._close(call)

    async def _end_in_tree(self, call: LiveCall) -> None:
        """The tree may have something to do after its caller hung up, and a name for such an end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_TREE_S):
                await call.left_tree.wait()
        self._ledger.ended(call.id, call.outcome)

    def _close(self, call: LiveCall) -> None:
        self._errands.run(("call", call.id), "closing", call.close())

    async def stop(self) -> None:
        """Finish what was said so far; the calls themselves go on in Asterisk and are adopted at the next start."""
        for call in list(self._calls.values()):
            self._close(call)
        self._calls.clear()
        await self._errands.finish()

    async def ringing(self, user_id: int) -> list[str]:
        """The channels by which an agent's phones ring for a caller. Raises ``ActionTimeout``."""
        found = []
        for channel in await self._channels():
            phone = owner(channel.name)
            if channel.ringing and channel.linked in self._calls and phone is not None and phone[0] == user_id:
                found.append(channel.name)
        return found

    async def look_again(self, call: LiveCall) -> None:
        """Where a call is by now that was sent elsewhere while nobody looked. Raises ``ActionTimeout``."""
        channels = await self._channels()
        for channel in channels:
            if channel.unique == call.unique:
                await self._place(call, channel, channels)

    async def _channels(self) -> list[Channel]:
        shown = await self._ami.action("CoreShowChannels", as_list=True)
        return [Channel(message) for message in shown if message.event == "CoreShowChannel"]

    async def rebuild(self) -> None:
        """What is there is adopted, what is gone is ended."""
        # Read before the channels are: a call that begins in between is then not taken for one that has ended.
        known = {row.asterisk_id: row for row in await self._ledger.open_calls()}
        channels = await self._channels()
        alive = {channel.unique: channel for channel in channels}
        for unique, row in known.items():
            if unique not in alive:
                await self._gone(unique, row)
            elif unique not in self._calls and unique not in self._beginning:
                await self._adopt(row, alive[unique])
        for channel in channels:
            if channel.from_public and channel.unique not in known and channel.unique not in self._calls:
                await self._meet(channel)
        for call in list(self._calls.values()):
            if call.unique in alive:
                await self._place(call, alive[call.unique], channels)

    async def _gone(self, unique: str, row: OpenCall) -> None:
        if (call := self._calls.get(unique)) is not None:
            await self.end(call)
        else:
            self._ledger.ended(row.id, "abandoned")

    async def _adopt(self, row: OpenCall, channel: Channel) -> None:
        age_s = (datetime.now(UTC) - row.started_at).total_seconds()
        call = LiveCall(
            row.id, row.asterisk_id, channel.name, monotonic() - age_s, self._ears, row.line,
            next_utterance=self._ears.backlog.next_numbers(row.id, row.next_utterance), recorded=dict(row.recorded),
        )  # fmt: skip
        self._calls[call.unique] = call
        if channel.application == "Dial":
            call.transferring, call.sent_on = True, SentOn(row.agent_id) if row.agent_id else None
        log.info("call %s goes on", call.id)
        await call.tap("caller", channel.name)

    async def _meet(self, channel: Channel) -> None:
        await self.begin(
            unique=channel.unique, channel=channel.name, sip_call_id="", number=channel.number,
            called=channel.extension, tree=NO_TREE, version="",
        )  # fmt: skip

    async def _place(self, call: LiveCall, caller: Channel, channels: list[Channel]) -> None:
        """Where in the dialplan the call is: with an agent, or waiting for one, whose phone may ring."""
        if caller.bridge:
            talking = [c for c in channels if c.bridge == caller.bridge and c.unique != caller.unique]
            for other in talking:
                if (found := owner(other.name)) is not None:
                    await self.connected(call, found[0], other.name)
            if talking and call.sent_on is not None:
                await self.connected_outside(call)
            return
        if caller.application == "Queue":
            self._ledger.queued(call.id)
        calling = {owner(other.name) for other in channels if other.ringing and other.linked == caller.linked}
        await self._ledger.rings_at(call.id, {found[0] for found in calling if found is not None})

    async def connected_outside(self, call: LiveCall) -> None:
        """A number outside took a caller who was sent on; asking twice changes nothing."""
        call.transferring, call.sent_on = False, None
        await self._ledger.answered_outside(call.id)

    async def connected(self, call: LiveCall, user_id: int, channel: str) -> None:
        """An agent and the caller talk; asking twice changes nothing."""
        if call.agent_channel == channel:
            return
        if call.agent is not None and call.agent != user_id:
            # Sent on, and the next phone answered before the first one was told that its part is over.
            await self._ledger.released(call.id, call.agent)
        call.agent, call.agent_channel, call.transferring, call.sent_on = user_id, channel, False, None
        await self._ledger.answered(call.id, user_id)
        self._errands.run(("call", call.id), "tapping", call.tap("agent", channel))
