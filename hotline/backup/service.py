"""A backup of the settings' database, and the database from a backup, checked."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from agent_api.audit.accepting import kept, put_down
from agent_api.audit.head import HeadFile
from agent_api.migrate import upgrade
from common.digest import sha256_of
from common.sealed_file import FileCipher
from hotline.audit_cli import with_chain
from hotline.backup.archive import About, DatabaseKind, read, write
from hotline.backup.copies import Copies, PostgresCopies, SqliteCopies
from hotline.errors import BackupBroken, BackupExists, BackupOfAnotherKind
from hotline.preflight import sqlite_file
from hotline.progress import Steps
from hotline.runfile import RunFile
from hotline.settings import Settings
from hotline.setup.database import known_revisions, unusable


def back_up(settings: Settings, file: Path) -> About:
    """Copy the database into ``file`` while the hotline runs.

    Raises :class:`BackupExists`, :class:`DatabaseUnusable`, ``ProgramMissing``, ``ProgramFailed``, OSError.
    """
    if file.exists():
        raise BackupExists(file=str(file))
    kind, copies = _copies(settings)
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as scratch:
        head, database, draft = Path(scratch) / "head", Path(scratch) / "copy", Path(scratch) / "draft"
        # The head first: a chain may be longer than its head says, never shorter.
        has_head = settings.audit_head.is_file()
        if has_head:
            shutil.copyfile(settings.audit_head, head)
        try:
            revision, rows = copies.copy(database)
        except SQLAlchemyError as error:
            raise unusable(settings, error) from error
        about = About(kind, revision, datetime.now(UTC).isoformat(timespec="seconds"), rows, sha256_of(database))
        write(draft, about, database, head if has_head else None)
        draft.replace(file)
    return about


#: Of :func:`bring_back`.
RESTORE_STEPS = 5


def bring_back(settings: Settings, file: Path, reason: str, steps: Steps) -> tuple[About, Path | None]:
    """Make the database what it was in ``file``, newest form; what it was before is kept: where, None for nothing.

    That it was done and why is the restored log's next event: what came after the backup is in it no more. ``steps``
    shows :data:`RESTORE_STEPS` of them.

    Raises :class:`AlreadyRunning`, :class:`BackupBroken`, :class:`BackupOfAnotherKind`, and what :func:`back_up`
    raises. Where it cannot be done the database is what it was before.
    """
    RunFile.require_none(settings.data_dir)
    kind, copies = _copies(settings)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as scratch:
        with steps.step("reading the backup, checking its hash"):
            about, database, head = read(file, Path(scratch))
        if about.kind != kind:
            raise BackupOfAnotherKind(file=str(file), theirs=about.kind, ours=kind)
        if about.revision not in known_revisions(settings):
            raise BackupBroken(file=str(file), problem=f"it is of a newer version of the program ({about.revision})")
        with steps.step("keeping what is there"):
            before = _keep(settings)
        try:
            with steps.step("putting the copy in place, counting its rows"):
                copies.replace_by(database)
                if (found := copies.state()) != (about.revision, about.rows):
                    raise BackupBroken(file=str(file), problem=f"what came back is not what was copied: {found}")
            with steps.step("bringing it to the newest form"):
                upgrade(settings.database_url)
        except Exception:
            if before is not None:
                _, former, _ = read(before, Path(tempfile.mkdtemp(dir=scratch)))
                copies.replace_by(former)
            raise
        cipher = FileCipher(settings.secrets.field.get_secret_value())
        data = {
            "file": file.name, "sha256": sha256_of(file), "made_at": about.made_at, "reason": reason,
            "head_before": kept(HeadFile(settings.audit_head, cipher)), "kept": before.name if before else None,
        }  # fmt: skip
        if head is not None:
            head.replace(settings.audit_head)
        else:
            # There was none when it was made: a newer one would not fit.
            settings.audit_head.unlink(missing_ok=True)
        with steps.step("putting it on record"):
            with_chain(settings, lambda database, kept_head: put_down(database, kept_head, "database.restored", data))
    return about, before


def _keep(settings: Settings) -> Path | None:
    path = sqlite_file(settings)
    if path is not None and not path.exists():
        return None
    file = settings.data_dir / f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.backup"
    back_up(settings, file)
    return file


def _copies(settings: Settings) -> tuple[DatabaseKind, Copies]:
    path = sqlite_file(settings)
    if path is None:
        return "postgresql", PostgresCopies(settings.database_url)
    return "sqlite", SqliteCopies(path)
