"""Which case a caller asks for, and whether they are told of it. Pure."""

from collections.abc import Sequence

from agent_api.calls.ledger import Progress
from common.caller_id import national
from ivr import effects as fx


def answer(wanted: fx.LookUpCase, found: Sequence[Progress], own: str) -> fx.Input:
    """What may be told of the cases that a number may mean, the likeliest first; ``own``: the caller's telephone, as
    :func:`common.caller_id.number_told` has it.

    Guarded, a case without a telephone is as if it were not there, as on the public page; unguarded, several cases of
    which none is the caller's are told to nobody.
    """
    theirs = [case for case in found if case.telephone and national(case.telephone) == own]
    if not theirs and wanted.last_digits:
        theirs = [case for case in found if case.telephone and case.telephone.endswith(wanted.last_digits)]
    elif not theirs and wanted.guarded and any(case.telephone for case in found):
        return fx.CaseGuarded(wanted.number)
    elif not theirs and not wanted.guarded and found:
        if len(found) > 1:
            return fx.CaseGuarded(wanted.number)
        theirs = list(found)
    return fx.CaseFound(theirs[0].number, theirs[0].stage, "") if theirs else fx.CaseMissing(wanted.number)
