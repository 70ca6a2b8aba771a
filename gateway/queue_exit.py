"""What follows the queue: a call-back, a voice message, or goodbye."""

from pathlib import Path

from gateway.agi import AgiChannel
from gateway.live_call import LiveCall
from gateway.voicemail import record_message

#: Keys that callers are told of while they wait.
CALL_BACK_KEY = "1"
MESSAGE_KEY = "2"
#: How long a caller may think about the offer when nobody is there, ms.
OFFER_PATIENCE_MS = 6000


async def leave_queue(channel: AgiChannel, call: LiveCall, messages: Path) -> str:
    """The caller left the queue by a key or because the wait was too long; returns the dialplan's next step."""
    key = await channel.variable("HOTLINE_QUEUE_KEY")
    if key not in (CALL_BACK_KEY, MESSAGE_KEY):
        await channel.say("no-agent")
        key = await _offer(channel)
    return await _take(channel, call, messages, key) or await _goodbye(channel)


async def nobody_there(channel: AgiChannel, call: LiveCall, messages: Path) -> str | None:
    """No agent is logged in: say so and offer what can be done; None when the caller would rather wait."""
    await channel.say("no-agent")
    return await _take(channel, call, messages, await _offer(channel))


async def _offer(channel: AgiChannel) -> str:
    keys = CALL_BACK_KEY + MESSAGE_KEY
    return await channel.say("queue/callback-offer", keys) or await channel.key(OFFER_PATIENCE_MS)


async def _take(channel: AgiChannel, call: LiveCall, messages: Path, key: str) -> str | None:
    if key == CALL_BACK_KEY:
        call.outcome = "callback"
        call.ears.ledger.callback_requested(call.id, "asked_in_queue")
        await channel.say("callback-confirmed")
        return "hangup"
    if key == MESSAGE_KEY:
        await channel.say("voicemail")
        if await record_message(channel, call, messages):
            await channel.say("voicemail-thanks")
        return await _goodbye(channel)
    return None


async def _goodbye(channel: AgiChannel) -> str:
    await channel.say("goodbye")
    return "hangup"
