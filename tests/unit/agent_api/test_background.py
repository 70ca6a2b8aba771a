"""Work beside requests goes on after whatever ended it, and the log says why."""

import asyncio
import logging

import pytest
from sqlalchemy.exc import OperationalError

from agent_api import background
from agent_api.background import Background

LOCKED = OperationalError("UPDATE cases", {}, Exception("database is locked"))


@pytest.mark.parametrize(
    ("failure", "level", "told"),
    [
        (LOCKED, logging.WARNING, "letters waits for the database or the disk"),
        (OSError(28, "No space left on device"), logging.WARNING, "No space left on device"),
        (KeyError("form"), logging.ERROR, "letters stopped; it begins anew"),
    ],
)
async def test_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    failure: Exception,
    level: int,
    told: str,
) -> None:
    monkeypatch.setattr(background, "RETRY_S", 0.0)
    monkeypatch.setattr(background, "AGAIN_S", 0.0)
    goes_on = asyncio.Event()
    failures = [failure]

    async def work() -> None:
        if failures:
            raise failures.pop()
        goes_on.set()
        await asyncio.Event().wait()

    works = Background([("letters", work)])
    works.start()
    await asyncio.wait_for(goes_on.wait(), 5)
    await works.stop()

    (record,) = caplog.records
    assert record.levelno == level
    assert told in record.getMessage()
    assert (record.exc_info is not None) == (level == logging.ERROR)
