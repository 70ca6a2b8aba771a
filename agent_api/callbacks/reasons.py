"""Why someone is to be called back, and what came of it; pure."""

from typing import Literal

#: They wanted something of us and did not get it (the first five), or the flow of their case asks for it (回访).
#: ``sent_on``: an agent sent them on and they hung up before anyone took them.
Reason = Literal["abandoned", "asked_in_queue", "asked_in_tree", "voice_message", "sent_on", "follow_up", "bad_rating"]
Outcome = Literal["", "reached", "unreachable", "cancelled"]
#: Why a try failed: as the line says it, or by what a person found.
Why = Literal["no_answer", "busy", "not_them"]

#: Asked for by the flow: kept in step with the case's own state.
FOLLOW_UP: Reason = "follow_up"
#: The second one, by someone else, after a bad rating.
SECOND: Reason = "bad_rating"
OF_THE_FLOW: tuple[Reason, ...] = (FOLLOW_UP, SECOND)
#: After so many failed tries one that no flow asks for is closed; the flow's have the flow's own number.
MOST_TRIES = 3
