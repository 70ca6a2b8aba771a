"""A process that sends one round of notices: ``python -m tests.integration.notices.sender_process JSON``."""

import asyncio
import json
import sys

from agent_api.database import Database, now
from agent_api.events.log import Bell
from agent_api.notices.sender import Sender
from tests.integration.notices.ways import ways


async def main() -> None:
    given = json.loads(sys.argv[1])
    database = Database(given["url"], given["secret"])
    await Sender(database, Bell(), ways(given["mail"], given["http"])).send_due(now())
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
