"""After a backup was restored, the head that is kept is newer than the log: someone says why, and that is on record."""

from agent_api.audit.head import HeadFile
from agent_api.audit.sealer import Sealer
from agent_api.database import Database
from agent_api.events.log import NOBODY, Bell, record
from common.sealed_file import SealedFileBroken

#: Who did it: whoever has the data folder.
ACTOR = "command-line"


async def accept(database: Database, head: HeadFile, reason: str) -> None:
    """Keep the chain's head as it is now. A chain that is broken before its head stays so."""
    try:
        kept = head.read()
        before = vars(kept) if kept else None
    except SealedFileBroken:
        before = None
    async with database.transaction() as session:
        record(session, "audit.accepted", actor=ACTOR, audience=NOBODY, data={"reason": reason, "head_before": before})
    await Sealer(database, Bell(), head).seal(anew=True)
