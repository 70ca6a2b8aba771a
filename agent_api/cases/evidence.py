"""Evidence: files that belong to a case, kept under their hash, judged by their content, never executed."""

import asyncio
import codecs
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import puremagic
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import repository
from agent_api.cases.history import CITIZEN
from agent_api.cases.schemas import EvidenceShown
from agent_api.cases.tables import Evidence
from agent_api.database import Database, now
from agent_api.errors import EvidenceRefused, NotFound, TooManyFiles
from agent_api.events.log import Bell, record
from agent_api.models import Case, User
from common.files import draft_beside_calls

log = logging.getLogger(__name__)

#: Extension of a content → its media type: pictures, sound, film, documents. Nothing that a machine executes.
ALLOWED = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jfif": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".bmp": "image/bmp", ".heic": "image/heic", ".pdf": "application/pdf",
    ".wav": "audio/wav", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".amr": "audio/amr",
    ".mp4": "video/mp4", ".mov": "video/quicktime", ".3gp": "video/3gpp",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip
#: Read for judging a text.
_HEAD_BYTES = 65536
#: A scanner that has not answered by then has not said that a file is clean, s.
SCAN_S = 120.0


@dataclass(frozen=True)
class EvidenceSettings:
    """Where files are kept, how large they may be, and what scans them."""

    folder: Path
    most_bytes: int = 50 * 2**20
    #: A command that is given the file's path: exit status 0 clean, 1 infected; empty: none.
    scanner: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """A file that was taken in and judged."""

    media_type: str
    size: int
    sha256: str
    scan: str


def path_of(folder: Path, digest: str) -> Path:
    """Where the file with this SHA-256 is kept in the folder of evidence."""
    return folder / digest[:2] / digest


def media_type(path: Path) -> str:
    """What a file's content is. Raises :class:`EvidenceRefused` where that is nothing that evidence may be."""
    try:
        told = puremagic.magic_file(str(path))
    except (puremagic.PureError, ValueError):
        told = []
    best = max((each.confidence for each in told), default=0.0)
    for each in told:
        if each.confidence == best and each.extension in ALLOWED:
            return ALLOWED[each.extension]
    if not told and _is_text(path):
        return "text/plain"
    raise EvidenceRefused(zh="文件内容不是允许的类型。", en="the content is of no kind that is taken")


def _is_text(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if b"\0" in head or head.startswith(b"#!") or head.lstrip().startswith(b"<"):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < _HEAD_BYTES)
        except UnicodeDecodeError:
            continue
        return True
    return False


class EvidenceService:
    """Takes files in and gives them out."""

    def __init__(self, database: Database, bell: Bell, settings: EvidenceSettings):
        self._database = database
        self._bell = bell
        self._settings = settings

    async def add(self, case_id: int, name: str, content: AsyncIterator[bytes], actor: User) -> EvidenceShown:
        """Keep a file with a case. Raises :class:`NotFound`, :class:`EvidenceRefused`: nothing is left of that one."""
        async with self._database.reading() as session:
            await repository.find(session, case_id, actor)
        async with self._taken_in(content) as (path, taken), self._database.transaction() as session:
            shown = await self._keep(session, case_id, name, taken, path, actor)
        self._bell.ring()
        return shown

    async def add_sent(self, case_id: int, name: str, content: AsyncIterator[bytes], most: int) -> EvidenceShown:
        """Keep a file that the citizen sent; the same content sent to the same case twice is one file.

        Raises :class:`EvidenceRefused`, and :class:`TooManyFiles` beyond ``most``: nothing is left of that one.
        """
        async with self._taken_in(content) as (path, taken), self._database.transaction() as session:
            # Locked, so that files sent at the same time are counted.
            await session.get_one(Case, case_id, with_for_update=True)
            query = select(Evidence).where(Evidence.case_id == case_id, Evidence.added_by.is_(None))
            sent = list(await session.scalars(query))
            if known := [row for row in sent if row.sha256 == taken.sha256]:
                return _shown(known[0], None)
            if len(sent) >= most:
                raise TooManyFiles(most=most)
            shown = await self._keep(session, case_id, name, taken, path, None)
        self._bell.ring()
        return shown

    @property
    def most_bytes(self) -> int:
        """The largest file that is taken, bytes."""
        return self._settings.most_bytes

    @asynccontextmanager
    async def _taken_in(self, content: AsyncIterator[bytes]) -> AsyncIterator[tuple[Path, Content]]:
        """A draft of the file, judged and scanned; gone afterwards unless it was put away."""
        await asyncio.to_thread(self._settings.folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        async with draft_beside_calls(self._settings.folder / "taken-in", 0o600) as path:
            digest, size = await self._receive(path, content)
            kind = await asyncio.to_thread(media_type, path)
            scan = await self._scan(path)
            yield path, Content(kind, size, digest, scan)

    async def _receive(self, path: Path, content: AsyncIterator[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in content:
                size += len(chunk)
                if size > self._settings.most_bytes:
                    most = self._settings.most_bytes // 2**20
                    raise EvidenceRefused(zh=f"文件超过 {most} MB。", en=f"it is larger than {most} MB")
                digest.update(chunk)
                await asyncio.to_thread(file.write, chunk)
        if not size:
            raise EvidenceRefused(zh="文件是空的。", en="it is empty")
        return digest.hexdigest(), size

    async def _scan(self, path: Path) -> str:
        if not self._settings.scanner:
            return "unscanned"
        try:
            process = await asyncio.create_subprocess_exec(
                *self._settings.scanner, str(path), stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            log.error("the scanner of evidence does not run: %s", error)
            raise EvidenceRefused(zh="扫描程序无法运行。", en="the scanner does not run") from error
        try:
            async with asyncio.timeout(SCAN_S):
                status = await process.wait()
        except TimeoutError as error:
            process.kill()
            raise EvidenceRefused(zh="扫描超时。", en="the scanner did not answer in time") from error
        if status == 1:
            raise EvidenceRefused(zh="扫描发现恶意内容。", en="the scanner found something malicious")
        if status != 0:
            raise EvidenceRefused(zh=f"扫描失败（{status}）。", en=f"the scanner failed ({status})")
        return "clean"

    def _path(self, digest: str) -> Path:
        return path_of(self._settings.folder, digest)

    def _put_away(self, draft: Path, digest: str) -> None:
        kept = self._path(digest)
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        draft.chmod(0o400)
        draft.replace(kept)

    async def _keep(
        self, session: AsyncSession, case_id: int, name: str, taken: Content, path: Path, actor: User | None
    ) -> EvidenceShown:
        """Write a file down; ``actor`` is None for the citizen."""
        row = Evidence(
            case_id=case_id, name=name, media_type=taken.media_type, size=taken.size, sha256=taken.sha256,
            scan=taken.scan, added_by=actor.id if actor else None, added_at=now(),
        )  # fmt: skip
        session.add(row)
        await session.flush()
        data = {
            "evidence": row.id, "name": name, "media_type": row.media_type, "size": row.size, "sha256": row.sha256,
        }  # fmt: skip
        record(
            session, "case.evidence_added", actor=actor.username if actor else CITIZEN, case_id=case_id,
            agent_id=row.added_by, audience=0, data=data,
        )  # fmt: skip
        await asyncio.to_thread(self._put_away, path, taken.sha256)
        return _shown(row, actor.display_name if actor else None)

    async def of(self, case_id: int, user: User) -> list[EvidenceShown]:
        """What belongs to a case. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            await repository.find(session, case_id, user)
            rows = await session.execute(
                select(Evidence, User.display_name)
                .outerjoin(User, User.id == Evidence.added_by)
                .where(Evidence.case_id == case_id)
                .order_by(Evidence.id)
            )
            return [_shown(row, name) for row, name in rows]

    async def file(self, case_id: int, evidence_id: int, user: User) -> tuple[Path, Evidence]:
        """One file, to be downloaded; who did is written down. Raises :class:`NotFound`."""
        async with self._database.transaction() as session:
            await repository.find(session, case_id, user)
            row = await session.get(Evidence, evidence_id)
            if row is None or row.case_id != case_id or not await asyncio.to_thread(self._path(row.sha256).is_file):
                raise NotFound(what="evidence")
            record(
                session, "evidence.read", actor=user.username, case_id=case_id, agent_id=user.id, audience=0,
                data={"evidence": evidence_id},
            )  # fmt: skip
        return self._path(row.sha256), row


def _shown(row: Evidence, added_by: str | None) -> EvidenceShown:
    return EvidenceShown.model_validate(
        {
            "id": row.id, "name": row.name, "media_type": row.media_type, "size": row.size, "sha256": row.sha256,
            "scan": row.scan, "added_by": added_by, "added_at": row.added_at,
        }
    )  # fmt: skip
