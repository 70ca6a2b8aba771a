"""When a notice is tried again, and when it is given up. Pure.

States: ``waiting`` → ``claimed`` → ``handing_over`` → ``sent``. A claim that ends without a word (the process was
killed) goes back to waiting while nothing was handed over. From ``handing_over`` on the other side may have it: where
that side tells doubles by the key it is sent again, else it is ``unsure`` and a person decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: A claim is believed this long, s; longer than any channel's own patience.
CLAIM_S = 180.0
FIRST_RETRY_S = 30.0
LONGEST_RETRY_S = 6 * 3600.0
TRIES = 10


class SendFailed(Exception):
    """A channel could not send.

    ``for_good``: trying again will not help; ``unsure``: the other side may have it all the same; ``after_s``: the
    other side asks to be left alone this long, s.
    """

    def __init__(
        self, problem: str, *, for_good: bool = False, unsure: bool = False, after_s: float | None = None
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.for_good = for_good
        self.unsure = unsure
        self.after_s = after_s


@dataclass(frozen=True)
class Next:
    """What becomes of a notice."""

    state: str
    at: datetime


def retry_s(attempts: int) -> float:
    """How long to wait after so many tries, s: twice as long each time."""
    return min(FIRST_RETRY_S * 2.0 ** min(attempts - 1, 32), LONGEST_RETRY_S)


def after_failure(failure: SendFailed, attempts: int, tells_doubles: bool, moment: datetime) -> Next:
    """What follows a failure of the try number ``attempts``."""
    if failure.unsure and not tells_doubles:
        return Next("unsure", moment)
    if failure.for_good or attempts >= TRIES:
        return Next("dead", moment)
    wait_s = max(retry_s(attempts), failure.after_s or 0.0)
    return Next("waiting", moment + timedelta(seconds=min(wait_s, LONGEST_RETRY_S)))


def after_silence(state: str, attempts: int, tells_doubles: bool, moment: datetime) -> Next:
    """What becomes of a claim whose time is over: whoever held it is gone."""
    failure = SendFailed("the process that sent it is gone", unsure=state == "handing_over")
    return after_failure(failure, attempts, tells_doubles, moment)
