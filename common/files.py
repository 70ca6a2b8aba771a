"""Files that are there under their name only once they are whole."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

#: How drafts' names end.
DRAFT = ".new"
#: Less what the process's umask takes away.
_MODE = 0o666


@contextmanager
def draft_of(path: Path, mode: int = _MODE, *, alone: bool = False) -> Iterator[Path]:
    """An empty file beside ``path``, to be written and renamed; removed at the end where it was not.

    ``mode``: its bits from the first. ``alone``: nobody else writes this file at the same time, so that the draft can
    bear the same name each time, and what a killed process left goes away. Raises OSError.
    """
    draft = path.with_name(f".{path.name}{'' if alone else f'.{uuid4().hex}'}{DRAFT}")
    if alone:
        draft.unlink(missing_ok=True)
    draft.touch(mode, exist_ok=False)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def put_in_place(path: Path, mode: int = _MODE, *, alone: bool = False) -> Iterator[Path]:
    """The same, renamed to ``path`` at the end; where anything raises, what was there stays as it was."""
    with draft_of(path, mode, alone=alone) as draft:
        yield draft
        draft.replace(path)


@asynccontextmanager
async def draft_beside_calls(path: Path, mode: int = _MODE) -> AsyncIterator[Path]:
    """:func:`draft_of` where calls wait: other threads do what waits for the disk."""
    made = draft_of(path, mode)
    draft = await asyncio.to_thread(made.__enter__)
    try:
        yield draft
    finally:
        await asyncio.to_thread(made.__exit__, None, None, None)
