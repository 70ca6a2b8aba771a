"""What is done to the log by command, on record in the log itself.

After a backup was restored by hand, the head that is kept is newer than the log: someone says why.
"""

from collections.abc import Mapping
from typing import Any

from agent_api.audit.head import HeadFile
from agent_api.audit.sealer import Sealer
from agent_api.database import Database
from agent_api.events.log import NOBODY, Bell, record
from common.sealed_file import SealedFileBroken

#: Who did it: whoever has the data folder.
ACTOR = "command-line"


async def put_down(
    database: Database, head: HeadFile, kind: str, data: Mapping[str, Any], *, anew: bool = False
) -> None:
    """Write down what was done and chain it; ``anew``: keep the chain's head whatever was kept before."""
    async with database.transaction() as session:
        record(session, kind, actor=ACTOR, audience=NOBODY, data=dict(data))
    await Sealer(database, Bell(), head).seal(anew=anew)


def kept(head: HeadFile) -> dict[str, Any] | None:
    """The head that is kept, as an event tells it; None where there is none that can be read."""
    try:
        found = head.read()
    except SealedFileBroken:
        return None
    return vars(found) if found else None


async def accept(database: Database, head: HeadFile, reason: str) -> None:
    """Keep the chain's head as it is now. A chain that is broken before its head stays so."""
    data = {"reason": reason, "head_before": kept(head)}
    await put_down(database, head, "audit.accepted", data, anew=True)
