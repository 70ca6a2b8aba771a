"""The gateway put together: AGI, AMI, taps, and the picture of calls and phones."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from agent_api.calls.ledger import CallLedger
from agent_api.database import Database
from agent_api.errors import CallNotLive, TelephonyUnavailable
from agent_api.figures.visits import Visits
from agent_api.telephony import Destination, MemberState, PhoneKind, ToColleague, ToNumber, ToQueue
from agent_api.words.vocabulary import Vocabulary
from asr_models.service import SpeechService
from common.queues import parts_of
from common.sealed_file import FileCipher
from gateway.agi import AgiChannel, AgiServer
from gateway.ami import Ami
from gateway.audiosocket import AudioSocketServer
from gateway.backlog import Backlog
from gateway.board import NO_TREE, Board
from gateway.call_backs import CallBacks
from gateway.caller_line import CallerLine
from gateway.errands import Errands
from gateway.errors import ActionTimeout, CallerHungUp
from gateway.heartbeat import Heartbeat
from gateway.live_call import Ears, LiveCall, SentOn
from gateway.members import NO_ANSWER, REFUSED, Members
from gateway.phones import interface, owner
from gateway.prompt_sounds import PromptSounds
from gateway.queue_exit import TAKEN_KEYS, leave_queue, nobody_there, take_out
from gateway.session import QUEUE_PATIENCE_S, CallSession, enter_queue
from gateway.spool import Spool
from gateway.together import Together
from gateway.trees import Published, Trees
from gateway.walk import Walk

log = logging.getLogger(__name__)

#: A caller who comes back from where an agent sent them waited before: ahead of all who have no such priority.
SENT_ON_PRIORITY = 10
#: What has to read a new phone: its account, and its extension.
_MODULES_OF_PHONES = ("res_pjsip.so", "pbx_config.so")


@dataclass(frozen=True)
class GatewayConfig:
    """Where the gateway listens and keeps things."""

    agi_port: int
    audiosocket_port: int
    heartbeat_port: int
    ami_port: int
    ami_secret: str
    queue: str
    #: Languages and dialects that have a queue of their own.
    seats: tuple[str, ...]
    #: How long an agent's phone rings, s: an offer that ends sooner was refused.
    ring_s: int
    #: The centre's zone: opening hours follow it.
    zone: str
    recordings: Path
    #: Where Asterisk looks prompts up, a folder a language.
    sounds: Path
    #: Seals the recordings.
    cipher: FileCipher
    #: What the fallback left for us.
    spool: Path
    #: Whether there is a trunk to call outside over.
    trunk: bool
    #: Addresses that AGI is taken from.
    asterisk_hosts: frozenset[str]
    #: Hosts that trees may ask over HTTP.
    http_hosts: frozenset[str] = frozenset()


class Gateway:
    """Everything that speaks to Asterisk; implements :class:`agent_api.telephony.Telephony`."""

    def __init__(
        self, config: GatewayConfig, ledger: CallLedger, speech: SpeechService, trees: Trees, database: Database,
        vocabulary: Vocabulary, render_phones: Callable[[], Awaitable[None]],
    ):  # fmt: skip
        """``vocabulary``: what is likely to be said in a call; ``render_phones`` writes Asterisk's configuration with
        the phones of now.
        """
        self._config = config
        self._ledger = ledger
        self._trees = trees
        self._visits = Visits(database)
        self._render_phones = render_phones
        self._phone_changes = Together(self._tell_of_phones)
        self._ami = Ami(config.ami_port, config.ami_secret, self._event, self._up, self._down, self._key)
        self._agi = AgiServer("127.0.0.1", config.agi_port, config.asterisk_hosts, self._call)
        self._sockets = AudioSocketServer("127.0.0.1", config.audiosocket_port)
        self._heartbeat = Heartbeat(config.heartbeat_port)
        self._prompts = PromptSounds(config.sounds)
        zone = ZoneInfo(config.zone)
        self._backlog = Backlog(ledger, speech, config.cipher, vocabulary, zone)
        ears = Ears(
            self._ami, self._sockets, speech, ledger, self._backlog, config.recordings, config.cipher,
            zone, vocabulary,
        )  # fmt: skip
        self._errands = Errands()
        self._board = Board(self._ami, ledger, ears, self._errands)
        self._members = Members(self._ami, ledger, config.queue, config.seats, self._errands)
        self._spool = Spool(config.spool, ears)
        self._call_backs = CallBacks(self._board, ledger.callbacks, self._connected, config.queue)

    async def start(self) -> None:
        """Listen and connect."""
        await self._trees.start()
        await self._backlog.find()
        await self._sockets.start()
        await self._agi.start()
        await self._ami.start()
        await self._heartbeat.start()
        await self._spool.start()
        await self._backlog.start()

    async def stop(self) -> None:
        """Finish what callers said, then close."""
        await self._heartbeat.stop()
        await self._spool.stop()
        await self._backlog.stop()
        await self._agi.stop()
        await self._board.stop()
        await self._ami.stop()
        await self._sockets.stop()
        await self._trees.stop()

    # --- calls -----------------------------------------------------------------------------------------

    async def _call(self, script: str, channel: AgiChannel) -> None:
        unique = channel.headers["agi_uniqueid"]
        published = self._trees.current
        call = self._board.by_channel(unique)
        if call is None:
            came_by_tree = script == "call"
            call = await self._board.begin(
                unique=unique, channel=channel.headers["agi_channel"],
                sip_call_id=channel.headers.get("agi_arg_1", ""),
                number=channel.caller_number, called=channel.headers.get("agi_extension", ""),
                tree=published.tree.name if came_by_tree else NO_TREE,
                version=str(published.version) if came_by_tree else "",
            )  # fmt: skip
        line = CallerLine(channel, call.keypad, lambda: self._ami.connected)
        call.queued = False
        try:
            if script == "after-queue":
                call.keypad.forget()
                following = await self._after_queue(line, call)
            elif script == "not-taken":
                call.keypad.forget()
                following = await self._handed_back(line, call)
            else:
                following = await self._walk(line, call, published)
            await channel.set_variable("HOTLINE_NEXT", following)
            call.queued = following == "queue"
        except CallerHungUp:
            await self._perhaps_gone(call)
            raise

    async def _walk(self, line: CallerLine, call: LiveCall, published: Published) -> str:
        walk = Walk(published, lambda: call.at_ms)
        tree, version = published.tree.name, published.version
        call.note_walk = lambda: self._visits.keep(call.id, tree, version, walk.over())
        session = CallSession(
            call, line, walk, self._messages, self._config.http_hosts, self._prompts, self._config.queue
        )
        return await self._walked(line, call, session.walk())

    async def _after_queue(self, line: CallerLine, call: LiveCall) -> str:
        """The caller left the queue, by a key or because the wait was too long."""
        key = await line.agi.variable("HOTLINE_QUEUE_KEY")
        if call.left_queue is None or key not in call.queue_keys:
            return await leave_queue(line, call, self._messages, key)
        return await self._walked(line, call, call.left_queue(line, key))

    async def _handed_back(self, line: CallerLine, call: LiveCall) -> str:
        """Nobody took the caller whom an agent sent on, or the tree handed to a number."""
        call.transferring = False
        if call.sent_on is not None:
            return await self._or_what_can_be_done(line, call, await self._back(line, call, call.sent_on))
        return await self._walked(line, call, call.not_taken(line)) if call.not_taken else "fallback"

    async def _walked(self, line: CallerLine, call: LiveCall, walking: Awaitable[str]) -> str:
        """Where the caller's way through the tree leads; it is written down however it ends."""
        try:
            following = await walking
        finally:
            call.note_walk()
        return await self._or_what_can_be_done(line, call, following)

    async def _back(self, line: CallerLine, call: LiveCall, sent_on: SentOn) -> str:
        """The agent who sent the caller on is rung again, once; then the queue, ahead of others."""
        call.sent_on = SentOn(None)
        if sent_on.by is not None:
            await self._ledger.released(call.id, sent_on.by)
            member = await self._ledger.members.one(sent_on.by)
            phone = interface(member.user_id, member.phone)
            if member.state == "wrap_up" and self._members.phones.registered(phone):
                call.transferring = True
                await line.agi.set_variable("HOTLINE_SENT_TO", phone)
                return "sent-on"
        await line.agi.set_variable("QUEUE_PRIO", str(SENT_ON_PRIORITY))
        await enter_queue(line.agi, self._ledger, call.id, self._config.queue)
        return "queue"

    async def _or_what_can_be_done(self, line: CallerLine, call: LiveCall, following: str) -> str:
        """A queue without agents is offered otherwise first."""
        if following == "queue":
            _, language = parts_of(await line.agi.variable("HOTLINE_QUEUE"))
            if not await self._ledger.members.anyone_at_work(language):
                return await nobody_there(line, call, self._messages) or following
        return following

    @property
    def _messages(self) -> Path:
        return self._config.recordings

    async def _perhaps_gone(self, call: LiveCall) -> None:
        """AGI ended early: the caller hung up, or the channel was sent elsewhere because we seemed dead."""
        try:
            answer = await self._ami.action("Getvar", Channel=call.channel, Variable="CHANNEL(state)")
            if answer.success:
                await self._board.look_again(call)
                return
        except ActionTimeout:
            return  # the picture is rebuilt once the link is back
        await self._board.end(call)

    # --- Asterisk's events --------------------------------------------------------------------------------

    async def _event(self, event: dict[str, str]) -> None:
        match event.get("event", "").lower():
            case "agentcalled":
                await self._offered(event.get("uniqueid", ""), event.get("interface", ""))
            case "agentringnoanswer":
                await self._not_taken(event)
            case "agentconnect":
                await self._connected(event.get("uniqueid", ""), event.get("destchannel", ""))
            case "dialbegin":
                if self._sent_on(event.get("uniqueid", "")):
                    await self._offered(event["uniqueid"], event.get("destchannel", ""))
            case "dialend":
                await self._call_backs.dial_ended(event)
                await self._dial_ended(event)
            case "blindtransfer" | "attendedtransfer":
                self._transferred(event)
            case "hangup":
                await self._hung_up(event)
            case "devicestatechange":
                await self._members.device(event["device"], event["state"])

    def _key(self, unique: str, key: str) -> None:
        if (call := self._board.by_channel(unique)) is not None:
            call.keypad.press(key)
            if call.queued and key in call.queue_keys - TAKEN_KEYS:
                self._errands.run(("call", call.id), "leaving the queue", take_out(self._ami, call.channel, key))

    async def _offered(self, unique: str, name: str) -> None:
        call, found = self._board.by_channel(unique), owner(name)
        if call is not None and found is not None:
            await self._ledger.offered(call.id, found[0])

    async def _not_taken(self, event: dict[str, str]) -> None:
        call, found = self._board.by_channel(event.get("uniqueid", "")), owner(event.get("interface", ""))
        if call is None or found is None:
            return
        rang_ms = int(event.get("ringtime", "0"))
        reason = REFUSED if rang_ms < (self._config.ring_s - 1) * 1000 else NO_ANSWER
        await self._ledger.offer_ended(call.id, found[0], reason)
        if self._members.phones.registered(event["interface"]):
            await self._members.not_taken(found[0], reason)

    async def _connected(self, unique: str, channel: str) -> None:
        call, found = self._board.by_channel(unique), owner(channel)
        if call is not None and found is not None:
            call.queued = False
            self._members.pause(found[0], "on_call")
            await self._board.connected(call, found[0], channel)

    def _sent_on(self, unique: str) -> bool:
        call = self._board.by_channel(unique)
        return call is not None and call.transferring

    async def _dial_ended(self, event: dict[str, str]) -> None:
        unique, name = event.get("uniqueid", ""), event.get("destchannel", "")
        call, found = self._board.by_channel(unique), owner(name)
        if call is None or not call.transferring:
            return
        status = event.get("dialstatus")
        if status == "ANSWER" and found is None:
            await self._board.connected_outside(call)
        elif status == "ANSWER":
            await self._connected(unique, name)
        elif found is not None:
            await self._ledger.offer_ended(call.id, found[0], REFUSED if status == "BUSY" else NO_ANSWER)

    def _transferred(self, event: dict[str, str]) -> None:
        """A phone's own transfer key: from here on whatever rings, rings for this call."""
        call = self._board.by_agent_channel(event.get("transfererchannel") or event.get("origtransfererchannel", ""))
        if call is not None:
            call.transferring, call.sent_on = True, SentOn(call.agent)

    async def _hung_up(self, event: dict[str, str]) -> None:
        self._call_backs.hung_up(event.get("uniqueid", ""))
        if (call := self._board.by_channel(event.get("uniqueid", ""))) is not None:
            await self._board.end(call)
            if call.agent is not None:
                self._members.pause(call.agent, "wrap_up")
            return
        name = event.get("channel", "")
        if (call := self._board.by_agent_channel(name)) is not None and call.agent is not None:
            call.agent_channel = ""
            if call.transferring:
                await self._ledger.released(call.id, call.agent)

    async def _up(self) -> None:
        await self._members.rebuild()
        await self._board.rebuild()
        self._backlog.calls_are_known()
        await self._ledger.members.telephony(True)

    async def _down(self) -> None:
        await self._ledger.members.telephony(False)

    # --- Telephony ------------------------------------------------------------------------------------------

    async def set_member_state(self, user_id: int, phone: PhoneKind, state: MemberState, reason: str) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        await self._members.set_state(user_id, phone, state, reason)
        if state != "ready":
            await self._refuse(user_id)

    async def _refuse(self, user_id: int) -> None:
        """Who takes no calls has refused the one that rings."""
        try:
            ringing = await self._board.ringing(user_id)
        except ActionTimeout as error:
            raise TelephonyUnavailable() from error
        for channel in ringing:
            await self._order("Hangup", Channel=channel)

    async def hang_up(self, call_id: int) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        if (call := self._board.by_id(call_id)) is not None:
            await self._order("Hangup", Channel=call.channel)

    async def transfer(self, call_id: int, to: Destination) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        if (call := self._board.by_id(call_id)) is None:
            raise CallNotLive()
        match to:
            case ToQueue():
                context, step = "hotline-next", "queue"
                told = {"HOTLINE_QUEUE": self._config.queue, "HOTLINE_QUEUE_TIMEOUT": str(QUEUE_PATIENCE_S)}
            case ToColleague():
                context, step = "hotline-sent-on", "colleague"
                told = {"HOTLINE_SENT_TO": interface(to.user_id, to.phone)}
            case ToNumber():
                context, step = "hotline-sent-on", "number"
                told = {"HOTLINE_SENT_TO": to.number}
        before = call.transferring, call.sent_on
        # Known beforehand: the agent's phone is hung up, and the next one rings, before the answer is here.
        call.transferring, call.sent_on = True, SentOn(call.agent)
        sent = False
        try:
            for name, value in told.items():
                await self._order("Setvar", Channel=call.channel, Variable=name, Value=value)
            sent = await self._order("Redirect", Channel=call.channel, Context=context, Exten=step, Priority="1")
        finally:
            if not sent:
                call.transferring, call.sent_on = before
        if not sent:
            raise CallNotLive()
        if isinstance(to, ToQueue):
            self._ledger.queued(call.id)

    async def call_out(self, user_id: int, number: str, callback_id: int) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        member = await self._ledger.members.one(user_id)
        order = self._call_backs.order(user_id, interface(user_id, member.phone), number, callback_id)
        if not await self._order("Originate", **order):
            raise TelephonyUnavailable()

    async def _order(self, action: str, **fields: str) -> bool:
        """Whether Asterisk took an order; raises :class:`TelephonyUnavailable` where it does not answer."""
        try:
            answer = await self._ami.action(action, as_list=False, **fields)
        except ActionTimeout as error:
            raise TelephonyUnavailable() from error
        if not answer.success:
            log.warning("Asterisk refused %s: %s", action, answer.message)
        return bool(answer.success)

    async def phones_changed(self) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        await self._phone_changes.do()

    async def _tell_of_phones(self) -> None:
        try:
            await self._render_phones()
        except OSError as error:
            log.exception("the phones could not be written down")
            raise TelephonyUnavailable() from error
        for module in _MODULES_OF_PHONES:
            if not await self._order("Reload", Module=module):
                raise TelephonyUnavailable()

    async def languages_changed(self, user_id: int) -> None:
        """See :class:`agent_api.telephony.Telephony`."""
        self._members.follow_languages(user_id)

    def phone_registered(self, user_id: int, phone: PhoneKind) -> bool:
        """See :class:`agent_api.telephony.Telephony`."""
        return self._members.phones.registered(interface(user_id, phone))

    def trunk(self) -> bool:
        """See :class:`agent_api.telephony.Telephony`."""
        return self._config.trunk

    def ready(self) -> bool:
        """See :class:`agent_api.telephony.Telephony`."""
        return self._ami.ready

    def tree_behind(self) -> bool:
        """See :class:`agent_api.telephony.Telephony`."""
        return self._trees.behind
