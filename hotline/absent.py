"""Files that the database names and the data folder does not have: a database restored without them, or a disk lost."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Select, select

from common.errors import Language
from hotline.settings import Settings


@dataclass(frozen=True)
class Absent:
    """How many are not there."""

    evidence: int
    recordings: int

    def __bool__(self) -> bool:
        """Whether any is."""
        return bool(self.evidence or self.recordings)


def absent(settings: Settings, newest_only: int | None = None) -> Absent:
    """Look for the file of every row, or of so many of the newest of each kind."""
    # The database's driver and the API's tables take a second to import.
    from agent_api.cases.evidence import path_of
    from agent_api.cases.tables import Evidence
    from agent_api.database import Database
    from agent_api.models import Recording

    async def named() -> tuple[set[str], set[str]]:
        database = Database(settings.database_url, settings.secrets.field.get_secret_value())

        async def column(query: Select[str]) -> set[str]:
            return {row[0] for row in await database.rows(query.limit(newest_only))}

        try:
            digests = await column(select(Evidence.sha256).order_by(Evidence.id.desc()))
            kept = select(Recording.path).where(Recording.state != "deleted")
            return digests, await column(kept.order_by(Recording.id.desc()))
        finally:
            await database.close()

    digests, paths = asyncio.run(named())
    return Absent(
        sum(not path_of(settings.evidence_dir, digest).is_file() for digest in digests),
        sum(not Path(path).is_file() for path in paths),
    )


def told_absent(found: Absent, language: Language) -> str:
    """For people."""
    if language == "zh-CN":
        return f"数据库记有、磁盘上没有的文件：证据 {found.evidence} 个，录音 {found.recordings} 个"
    return f"named by the database and not on the disk: {found.evidence} evidence files, {found.recordings} recordings"
