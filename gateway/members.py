"""Agents as queue members: what the screen says and what the queue does are one thing."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from agent_api.calls.ledger import CallLedger
from agent_api.errors import PhoneNotRegistered, TelephonyUnavailable
from agent_api.staff.member_ledger import Member
from agent_api.telephony import PHONE_LOST, MemberState, PhoneKind
from common.queues import queue_of
from gateway.ami import Ami, tolerating_lost_link
from gateway.errands import Errands
from gateway.errors import ActionTimeout
from gateway.phones import Phones, interface, owner

log = logging.getLogger(__name__)

#: How long "ready" waits for a phone that is just registering, s.
REGISTRATION_PATIENCE_S = 2.0
#: An agent whose phone is back within this time is ready again without asking, s.
RETURN_WITHIN_S = 90.0
#: Why an agent was made busy by the line itself.
REFUSED = "refused"
NO_ANSWER = "no_answer"


def _about(user_id: int) -> tuple[str, int]:
    return "member", user_id


class Members:
    """Brings Asterisk's queues in step with the agents' states."""

    def __init__(self, ami: Ami, ledger: CallLedger, queue: str, seats: Iterable[str], errands: Errands):
        """``queue``: the line's own; ``seats``: the languages that have another."""
        self._ami = ami
        self._ledger = ledger
        #: The language of its seats → the queue.
        self._queues = {language: queue_of(queue, language) for language in ("", *seats)}
        self._errands = errands
        self.phones = Phones()

    async def set_state(self, user_id: int, phone: PhoneKind, state: MemberState, reason: str) -> None:
        """A state chosen on screen.

        Raises :class:`TelephonyUnavailable` when the link is down, :class:`PhoneNotRegistered` for ready without a
        phone.
        """
        if state == "ready":
            await self._until_registered(interface(user_id, phone))
        await self._errands.settled(_about(user_id))
        other: PhoneKind = "desk" if phone == "web" else "web"
        try:
            await self._leave(interface(user_id, other))
            if state == "offline":
                await self._leave(interface(user_id, phone))
            elif state == "ready":
                await self._join(interface(user_id, phone), await self._ledger.members.one(user_id))
            else:
                await self._pause(interface(user_id, phone), reason or state)
        except ActionTimeout as error:
            raise TelephonyUnavailable() from error

    async def _until_registered(self, device: str) -> None:
        """A phone that has just registered is told of a moment later."""
        try:
            async with asyncio.timeout(REGISTRATION_PATIENCE_S):
                while not self.phones.registered(device):
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise PhoneNotRegistered() from error

    def pause(self, user_id: int, reason: str) -> None:
        """Nothing is offered to this agent until the agent is ready again. Done beside the events' row."""
        self._errands.run(_about(user_id), "pausing", self._pause_member(user_id, reason))

    async def _pause_member(self, user_id: int, reason: str) -> None:
        member = await self._ledger.members.one(user_id)
        with tolerating_lost_link("the member stays as it was"):
            await self._pause(interface(user_id, member.phone), reason)

    async def not_taken(self, user_id: int, reason: str) -> None:
        """An offer was refused or not answered: the next call is not for an empty chair.

        Who chose another state meanwhile keeps that.
        """
        if (await self._ledger.members.one(user_id)).state != "ready":
            return
        self.pause(user_id, reason)
        await self._ledger.members.put_state(user_id, "busy", reason)

    async def device(self, device: str, state: str) -> None:
        """A phone's state changed: one that is gone makes its agent unavailable, one that is back makes it good."""
        found = owner(device)
        if found is None:
            return
        user_id, phone = found
        here = self.phones.change(device, state)
        if here is None:
            return
        await self._ledger.members.phone(user_id, phone, here)
        self._errands.run(_about(user_id), "following the phone", self._phone_changed(user_id, phone, here))

    async def _phone_changed(self, user_id: int, phone: PhoneKind, here: bool) -> None:
        member = await self._ledger.members.one(user_id)
        if member.phone == phone:
            await self._follow_phone(member, here)

    async def _follow_phone(self, member: Member, here: bool) -> None:
        device = interface(member.user_id, member.phone)
        if not here and member.state == "ready":
            with tolerating_lost_link("the member stays in the queue"):
                await self._leave(device)
            await self._ledger.members.put_state(member.user_id, "busy", PHONE_LOST)
        elif here and self._only_just_lost(member):
            with tolerating_lost_link("the member stays out of the queue"):
                await self._join(device, member)
                await self._ledger.members.put_state(member.user_id, "ready", "")

    def _only_just_lost(self, member: Member) -> bool:
        """A page that was reloaded, not one that was closed and is opened again the next morning."""
        lost = member.state == "busy" and member.reason == PHONE_LOST
        return lost and (datetime.now(UTC) - member.since).total_seconds() < RETURN_WITHIN_S

    async def rebuild(self) -> None:
        """After a (re)connect: ask for every phone, then put every agent where the ledger says."""
        self.phones.forget()
        for message in await self._ami.action("DeviceStateList", as_list=True):
            if message.event == "DeviceStateChange" and owner(str(message.device)):
                self.phones.change(str(message.device), str(message.state))
        for member in await self._ledger.members.all():
            await self._put_in_place(member)

    async def _put_in_place(self, member: Member) -> None:
        device = interface(member.user_id, member.phone)
        here = self.phones.registered(device)
        if member.state == "ready" and here:
            await self._join(device, member)
        elif member.state == "offline":
            await self._leave(device)
        elif member.state == "ready" or (here and self._only_just_lost(member)):
            await self._follow_phone(member, here)
        else:
            await self._pause(device, member.reason or member.state)

    def follow_languages(self, user_id: int) -> None:
        """An agent takes calls in other languages from now on."""
        self._errands.run(_about(user_id), "following the languages", self._languages_changed(user_id))

    async def _languages_changed(self, user_id: int) -> None:
        with tolerating_lost_link("the member's queues stay as they were"):
            await self._put_in_place(await self._ledger.members.one(user_id))

    async def _join(self, device: str, member: Member) -> None:
        """Be a member of the line's own queue and of those of their languages, and of no other."""
        for language, queue in self._queues.items():
            if language and language not in member.languages:
                await self._ami.action("QueueRemove", Queue=queue, Interface=device)
                continue
            added = await self._ami.action(
                "QueueAdd", Queue=queue, Interface=device, StateInterface=device, MemberName=device, Penalty="0"
            )
            if not added.success:
                await self._ami.action("QueuePause", Queue=queue, Interface=device, Paused="false")

    async def _leave(self, device: str) -> None:
        for queue in self._queues.values():
            await self._ami.action("QueueRemove", Queue=queue, Interface=device)

    async def _pause(self, device: str, reason: str) -> None:
        """In every queue that they are a member of."""
        await self._ami.action("QueuePause", Interface=device, Paused="true", Reason=reason)
