"""One telephone in a process of its own: ``python -m hotline.tester.caller``, told what to do by JSON on stdin.

A *caller* dials and goes through its steps; a *desk* registers and answers; a *citizen* answers without registering.
Each line on stdout is a JSON object with what happened.
"""

import json
import signal
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hotline.tester.sip import SipPhone

#: Silence after which a prompt counts as over, s: longer than the pauses between its sentences.
PROMPT_OVER_S = 1.0
#: A prompt is waited for this long, s.
PROMPT_PATIENCE_S = 40.0
#: Pause between two keys, s.
KEY_PAUSE_S = 0.25


@dataclass(frozen=True)
class Plan:
    """What one telephone does."""

    #: ``caller``, ``desk``, or ``citizen``: who is called over the trunk, without an account.
    role: str
    server: str
    heard: str
    number: str = ""
    address: str = "127.0.0.2"
    dial: str = ""
    user: str = ""
    secret: str = ""
    #: ``{"wav": FILE}`` or ``{"dtmf": DIGITS}`` in order, each once a prompt is over; of a caller and a citizen.
    steps: list[dict[str, str]] = field(default_factory=list)
    #: Speak without waiting for the prompt's end.
    barge_in: bool = False
    #: Stay this long after the last step (caller) or the answer (desk), s.
    stay: float = 20.0
    #: Spoken by a desk once it has answered, and so long after it, s.
    greeting: str = ""
    silent_s: float = 0.0
    #: Whether its own words are kept with what it hears, at the moment they are spoken.
    sidetone: bool = False
    #: Whether a desk takes the call that rings.
    answers: bool = True
    #: Where it waits for calls; 0: anywhere.
    port: int = 0


def tell(**what: Any) -> None:
    """Say what happened."""
    print(json.dumps(what, ensure_ascii=False), flush=True)


def _carry_out(phone: SipPhone, step: dict[str, str]) -> None:
    def over() -> bool:
        return phone.state.ended

    if "wav" in step:
        phone.run(phone.play(Path(step["wav"])), over)
        return
    for key in step["dtmf"]:
        phone.press(key)
        phone.run(KEY_PAUSE_S, over)


def call(phone: SipPhone, plan: Plan) -> None:
    """Dial, go through the steps, stay, hang up."""
    phone.dial(plan.dial)
    if not phone.run(10.0, lambda: phone.state.answered or phone.state.ended) or phone.state.ended:
        tell(event="refused", status=phone.state.status)
        return
    tell(event="answered", sip_call_id=phone.state.sip_call_id)
    _go_through(phone, plan)
    phone.run(plan.stay, lambda: phone.state.ended)
    tell(event="over", by_other_side=phone.state.ended)


def _go_through(phone: SipPhone, plan: Plan) -> None:
    for step in plan.steps:
        asked = phone.heard_s()

        def prompt_over(since: float = asked) -> bool:
            quiet = phone.quiet_for(since)
            return phone.state.ended or (quiet is not None and quiet >= PROMPT_OVER_S)

        if plan.barge_in:
            phone.run(2.0, lambda: phone.state.ended)
        else:
            phone.run(PROMPT_PATIENCE_S, prompt_over)
        if phone.state.ended:
            break
        tell(event="step", **step)
        _carry_out(phone, step)


def attend(phone: SipPhone, plan: Plan) -> None:
    """Register where there is an account, answer the first call, go through the steps, greet, stay, hang up."""
    if plan.user and not phone.run(5.0, phone.registered):
        tell(event="refused", status=phone.state.status)
        return
    tell(event="registered")
    phone.run(180.0, phone.ringing)
    if not phone.ringing():
        return
    if not plan.answers:
        tell(event="ringing")
        phone.run(180.0)
        return
    phone.answer()
    phone.run(3.0, lambda: phone.state.answered)
    tell(event="answered", sip_call_id=phone.state.sip_call_id)
    _go_through(phone, plan)
    if plan.greeting:
        phone.run(plan.silent_s, lambda: phone.state.ended)
        phone.run(phone.play(Path(plan.greeting)), lambda: phone.state.ended)
    phone.run(plan.stay, lambda: phone.state.ended)
    tell(event="over", by_other_side=phone.state.ended)


def main() -> None:
    """Entry point."""
    plan = Plan(**json.loads(sys.stdin.readline()))
    phone = SipPhone(
        plan.number, plan.address, Path(plan.heard), plan.user, plan.secret, plan.server, plan.port, plan.sidetone
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        (call if plan.role == "caller" else attend)(phone, plan)
    finally:
        # A second wish to end must not cut the goodbye short.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        phone.close()


def as_line(plan: Plan) -> str:
    """A plan as the process reads it."""
    return json.dumps(asdict(plan), ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
