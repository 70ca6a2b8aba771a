"""The gateway put together: AGI, AMI, taps, and the picture of calls and phones."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent_api.calls.ledger import CallLedger
from agent_api.errors import TelephonyUnavailable
from agent_api.telephony import MemberState, PhoneKind
from asr_models.legs import TextService
from gateway.agi import AgiChannel, AgiServer
from gateway.ami import Ami, tolerating_lost_link
from gateway.audiosocket import AudioSocketServer
from gateway.errors import ActionTimeout, CallerHungUp
from gateway.heartbeat import Heartbeat
from gateway.session import CallSession, recording_path
from gateway.taps import Tap, monotonic
from ivr.interpreter import Interpreter
from ivr.tree import Tree

log = logging.getLogger(__name__)

#: DeviceStateChange states in which a phone can ring or talk.
_REGISTERED = {"NOT_INUSE", "INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD"}


@dataclass(frozen=True)
class GatewayConfig:
    """Where the gateway listens and keeps things."""

    agi_port: int
    audiosocket_port: int
    heartbeat_port: int
    ami_port: int
    ami_secret: str
    queue: str
    recordings: Path
    #: Addresses that AGI is taken from.
    asterisk_hosts: frozenset[str] = frozenset({"127.0.0.1"})


class Gateway:
    """Everything that speaks to Asterisk; implements :class:`agent_api.telephony.Telephony`."""

    def __init__(self, config: GatewayConfig, ledger: CallLedger, speech: TextService, tree: Callable[[], Tree]):
        self._config = config
        self._ledger = ledger
        self._speech = speech
        self._tree = tree
        self._ami = Ami(config.ami_port, config.ami_secret, self._event, self._up, self._down)
        self._agi = AgiServer("127.0.0.1", config.agi_port, config.asterisk_hosts, self._call)
        self._sockets = AudioSocketServer("127.0.0.1", config.audiosocket_port)
        self._heartbeat = Heartbeat(config.heartbeat_port)
        #: The caller's channel id → its call.
        self._calls: dict[str, int] = {}
        self._channels: dict[int, str] = {}
        self._sessions: dict[int, CallSession] = {}
        self._phones: dict[str, str] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._outcomes: dict[int, str] = {}

    async def start(self) -> None:
        """Listen and connect."""
        await self._sockets.start()
        await self._agi.start()
        await self._ami.start()
        await self._heartbeat.start()

    async def stop(self) -> None:
        """Finish what callers said, then close."""
        await self._heartbeat.stop()
        await self._agi.stop()
        for call_id in list(self._sessions):
            self._close_session(call_id)
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self._ami.stop()
        await self._sockets.stop()

    # --- calls -----------------------------------------------------------------------------------------

    async def _call(self, script: str, channel: AgiChannel) -> None:
        if script == "after-queue":
            await self._after_queue(channel)
            return
        began = monotonic()
        tree = self._tree()
        unique = channel.headers["agi_uniqueid"]
        number = channel.headers.get("agi_callerid", "")
        call_id = await self._ledger.start_call(
            asterisk_id=unique,
            sip_call_id=await channel.variable("HOTLINE_SIP_CALL_ID"),
            caller_number="" if number == "unknown" else number,
            called_number=channel.headers.get("agi_extension", ""),
            tree=tree.name,
            tree_version=tree.version,
        )
        self._calls[unique] = call_id
        self._channels[call_id] = channel.headers["agi_channel"]
        session = CallSession(call_id, channel, self._ami, self._ledger, Interpreter(tree), began)
        self._sessions[call_id] = session
        await self._tap(session, "caller", session.channel_name, began)
        try:
            following = await session.walk()
            self._outcomes[call_id] = "completed" if following == "hangup" else "abandoned"
            await channel.set_variable("HOTLINE_NEXT", following)
        except CallerHungUp:
            self._outcomes[call_id] = "abandoned"
            raise

    async def _tap(self, session: CallSession, speaker: str, channel: str, began: float) -> None:
        path = recording_path(self._config.recordings, session.call_id, speaker)
        tap = Tap(self._speech, self._sockets, path, began, lambda event: session.heard(speaker, event))
        session.taps[speaker] = tap
        with tolerating_lost_link("the call goes on without text"):
            await tap.start(self._ami, channel)

    async def _after_queue(self, channel: AgiChannel) -> None:
        call_id = self._calls.get(channel.headers["agi_uniqueid"])
        key = await channel.variable("HOTLINE_QUEUE_KEY")
        if call_id is not None and key == "1":
            self._outcomes[call_id] = "callback"
            await self._ledger.callback_requested(call_id, "asked_in_queue")
            await channel.command("STREAM FILE", "callback-confirmed", '""')
        elif call_id is not None and key == "2":
            self._outcomes[call_id] = "voice_message"
            await channel.command("STREAM FILE", "voicemail", '""')
            await channel.command("WAIT FOR DIGIT", "120000")
            await self._ledger.callback_requested(call_id, "voice_message")
            await channel.command("STREAM FILE", "voicemail-thanks", '""')
        else:
            await channel.command("STREAM FILE", "goodbye", '""')
        await channel.set_variable("HOTLINE_NEXT", "hangup")

    def _close_session(self, call_id: int) -> None:
        session = self._sessions.pop(call_id, None)
        if session is None:
            return
        task = asyncio.create_task(session.close(), name=f"close-{call_id}")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    # --- Asterisk's events --------------------------------------------------------------------------------

    async def _event(self, event: dict[str, str]) -> None:
        match event.get("event", "").lower():
            case "agentcalled":
                if found := self._offer(event):
                    await self._ledger.offered(*found)
            case "agentringnoanswer":
                if found := self._offer(event):
                    await self._ledger.offer_ended(*found, "no_answer")
            case "agentconnect":
                if found := self._offer(event):
                    await self._connected(*found, event["destchannel"])
            case "hangup":
                await self._hung_up(event)
            case "devicestatechange":
                await self._device(event["device"], event["state"])

    def _offer(self, event: dict[str, str]) -> tuple[int, int] | None:
        call_id = self._calls.get(event.get("uniqueid", ""))
        user = _user_of(event.get("interface", ""))
        return (call_id, user) if call_id is not None and user is not None else None

    async def _connected(self, call_id: int, user_id: int, channel: str) -> None:
        await self._ledger.answered(call_id, user_id)
        session = self._sessions.get(call_id)
        if session is not None:
            await self._tap(session, "agent", channel, session._began)

    async def _hung_up(self, event: dict[str, str]) -> None:
        call_id = self._calls.pop(event.get("uniqueid", ""), None)
        if call_id is None:
            return
        self._channels.pop(call_id, None)
        await self._ledger.ended(call_id, self._outcomes.pop(call_id, "abandoned"))
        self._close_session(call_id)
        for user_id, state, phone in await self._ledger.members():
            if state == "wrap_up":
                await self._pause(user_id, "web" if phone == "web" else "desk", "wrap_up")

    async def _device(self, device: str, state: str) -> None:
        user_id = _user_of(device)
        if user_id is None:
            return
        phone = "desk" if device.startswith("PJSIP/desk-") else "web"
        was = self._phones.get(device) in _REGISTERED
        self._phones[device] = state
        here = state in _REGISTERED
        if was == here:
            return
        await self._ledger.phone(user_id, phone, here)
        if here:
            return
        for member, member_state, used in await self._ledger.members():
            if member == user_id and used == phone and member_state == "ready":
                await self._leave_queue(device)
                await self._ledger.member_state(user_id, "busy", "phone_lost")

    async def _up(self) -> None:
        """Rebuild the picture: what is there is adopted, what is gone is ended."""
        channels = await self._ami.action("CoreShowChannels", as_list=True)
        alive = {str(c.uniqueid): str(c.channel) for c in channels if getattr(c, "event", "") == "CoreShowChannel"}
        for unique, call_id in (await self._ledger.open_calls()).items():
            if unique in alive:
                self._calls[unique] = call_id
                self._channels[call_id] = alive[unique]
            else:
                self._calls.pop(unique, None)
                await self._ledger.ended(call_id, "abandoned")
                self._close_session(call_id)
        self._phones.clear()
        for message in await self._ami.action("DeviceStateList", as_list=True):
            if getattr(message, "event", "") == "DeviceStateChange":
                await self._device(str(message.device), str(message.state))
        for user_id, state, used in await self._ledger.members():
            phone: PhoneKind = "desk" if used == "desk" else "web"
            if state == "ready" and not self.phone_registered(user_id, phone):
                await self._ledger.member_state(user_id, "busy", "phone_lost")
            elif state == "ready":
                await self._join_queue(_interface(user_id, phone))
        await self._ledger.telephony(True)

    async def _down(self) -> None:
        await self._ledger.telephony(False)

    # --- Telephony ------------------------------------------------------------------------------------------

    async def set_member_state(self, user_id: int, phone: PhoneKind, state: MemberState, reason: str) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        try:
            if state == "ready":
                await self._leave_queue(_interface(user_id, "desk" if phone == "web" else "web"))
                await self._join_queue(_interface(user_id, phone))
            elif state == "offline":
                for kind in ("web", "desk"):
                    await self._leave_queue(f"PJSIP/{'agent' if kind == 'web' else 'desk'}-{user_id}")
            else:
                await self._pause(user_id, phone, reason or state)
        except ActionTimeout as error:
            raise TelephonyUnavailable() from error

    async def _join_queue(self, interface: str) -> None:
        queue = self._config.queue
        added = await self._ami.action(
            "QueueAdd", Queue=queue, Interface=interface, StateInterface=interface, MemberName=interface, Penalty="0"
        )
        if not added.success:
            await self._ami.action("QueuePause", Queue=queue, Interface=interface, Paused="false")

    async def _leave_queue(self, interface: str) -> None:
        await self._ami.action("QueueRemove", Queue=self._config.queue, Interface=interface)

    async def _pause(self, user_id: int, phone: PhoneKind, reason: str) -> None:
        with tolerating_lost_link("the member stays as it was"):
            await self._ami.action(
                "QueuePause",
                Queue=self._config.queue,
                Interface=_interface(user_id, phone),
                Paused="true",
                Reason=reason,
            )

    async def hang_up(self, call_id: int) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        if channel := self._channels.get(call_id):
            await self._ami.action("Hangup", Channel=channel)

    async def transfer(self, call_id: int, target: str) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        channel = self._channels.get(call_id)
        if channel is None:
            return
        context, extension = "hotline-agents", target.removeprefix("queue:")
        await self._ami.action("Redirect", Channel=channel, Context=context, Exten=extension, Priority="1")

    async def call_out(self, user_id: int, number: str) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        await self._ami.action(
            "Originate", Channel=_interface(user_id, "web"), Context="hotline-agents", Exten=number, Priority="1",
            Async="true",
        )  # fmt: skip

    def phone_registered(self, user_id: int, phone: PhoneKind) -> bool:
        """See :class:`agent_api.telephony.Telephony`."""
        return self._phones.get(_interface(user_id, phone)) in _REGISTERED

    def ready(self) -> bool:
        """See :class:`agent_api.telephony.Telephony`."""
        return self._ami.ready


def _interface(user_id: int, phone: PhoneKind) -> str:
    return f"PJSIP/{'agent' if phone == 'web' else 'desk'}-{user_id}"


def _user_of(interface: str) -> int | None:
    name, _, number = interface.removeprefix("PJSIP/").partition("-")
    return int(number) if name in ("agent", "desk") and number.isdigit() else None
