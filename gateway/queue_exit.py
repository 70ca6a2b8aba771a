"""What follows the queue: a call-back, a voice message, or goodbye."""

from pathlib import Path

from gateway.ami import Ami, tolerating_lost_link
from gateway.caller_line import CallerLine
from gateway.live_call import LiveCall
from gateway.voicemail import record_message

#: Keys that callers are told of while they wait.
CALL_BACK_KEY = "1"
MESSAGE_KEY = "2"
#: Those that Asterisk itself takes a caller out of the queue by (``[hotline-queue-keys]``).
TAKEN_KEYS = frozenset({CALL_BACK_KEY, MESSAGE_KEY})
#: How long a caller may think about the offer when nobody is there, ms.
OFFER_PATIENCE_MS = 6000


async def take_out(ami: Ami, channel: str, key: str) -> None:
    """Take a caller out of the queue as by a key: :func:`leave_queue`, or the tree, follows."""
    with tolerating_lost_link("the caller waits on"):
        await ami.action("Setvar", Channel=channel, Variable="HOTLINE_QUEUE_KEY", Value=key)
        await ami.action("Redirect", Channel=channel, Context="hotline-after", Exten="s", Priority="1")


async def leave_queue(line: CallerLine, call: LiveCall, messages: Path, key: str) -> str:
    """The caller left the queue by ``key`` or because the wait was too long; returns the dialplan's next step."""
    if key not in (CALL_BACK_KEY, MESSAGE_KEY):
        await line.say("no-agent")
        key = await _offer(line)
    return await _take(line, call, messages, key) or await _goodbye(line)


async def nobody_there(line: CallerLine, call: LiveCall, messages: Path) -> str | None:
    """No agent is logged in: say so and offer what can be done; None when the caller would rather wait."""
    await line.say("no-agent")
    return await _take(line, call, messages, await _offer(line))


async def _offer(line: CallerLine) -> str:
    await line.say("queue/callback-offer", keys=True)
    return await line.key(OFFER_PATIENCE_MS)


async def _take(line: CallerLine, call: LiveCall, messages: Path, key: str) -> str | None:
    withheld = not line.agi.caller_number
    if key == CALL_BACK_KEY and not withheld:
        call.outcome = "callback"
        call.ears.ledger.callback_requested(call.id, "asked_in_queue")
        await line.say("callback-confirmed")
        return "hangup"
    if key in (CALL_BACK_KEY, MESSAGE_KEY):
        # Who is to be called back at no number is asked to say one.
        await line.say("number-withheld" if key == CALL_BACK_KEY else "voicemail", keys=True)
        if await record_message(line, call, messages):
            await line.say("voicemail-thanks")
        elif line.keypad.take():
            # They would rather have a person after all.
            return "queue"
        return await _goodbye(line)
    return None


async def _goodbye(line: CallerLine) -> str:
    await line.say("goodbye")
    return "hangup"
