"""Many cases at once: taken in from a sheet, all or none, and given out as one."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.cases import repository
from agent_api.cases.acting import Acting
from agent_api.cases.finding import CaseFinder
from agent_api.cases.schemas import CaseFilter, CaseShown
from agent_api.cases.sheets import columns
from agent_api.cases.sheets.reading import Form, read
from agent_api.cases.sheets.writing import Sheet, sheet
from agent_api.database import Database, now
from agent_api.errors import SheetWrong
from agent_api.events.log import NOBODY, Bell, record
from agent_api.models import User
from common.errors import Language

#: Cases read at once.
_PAGE = 1000
#: Files up to this size stay in memory.
_IN_MEMORY = 8 * 2**20
_COLUMNS = [*columns.GIVEN, *columns.TAKEN]


class Imported(BaseModel):
    """What a sheet became."""

    rows: int = Field(description="Cases in the sheet.", examples=[120])
    cases: list[int] = Field(description="The new drafts, in the sheet's order; empty where it was only checked.")


class SheetService:
    """Imports and exports."""

    def __init__(self, database: Database, bell: Bell, acting: Acting, finder: CaseFinder):
        self._database = database
        self._bell = bell
        self._acting = acting
        self._finder = finder

    async def take_in(self, content: bytes, form: Form, actor: User, *, check_only: bool) -> Imported:
        """Every row becomes a draft, or none does.

        Raises :class:`SheetUnreadable`, :class:`SheetTooLong`, and :class:`SheetWrong` with every cell that is wrong.
        """
        cases, wrong = await asyncio.to_thread(lambda: columns.fields_of(read(content, form)))
        if wrong:
            raise SheetWrong(wrong)
        if check_only:
            return Imported(rows=len(cases), cases=[])

        async def work(session: AsyncSession) -> list[int]:
            drafts = [repository.NewDraft(fields, actor) for fields in cases]
            made = await repository.put_drafts(session, self._database.cipher, now(), self._acting.zone, drafts)
            for case_id, fields in zip(made, cases, strict=True):
                data = {"kind": fields["kind"], "changes": fields}
                record(session, "case.imported", actor=actor.username, case_id=case_id, audience=0, data=data)
            record(session, "cases.imported", actor=actor.username, audience=0, data={"count": len(made)})
            return list(made)

        ids = await self._database.change(work, f"import {len(cases)} cases")
        self._bell.ring()
        return Imported(rows=len(cases), cases=ids)

    async def give_out(self, asked: CaseFilter, form: Form, language: Language, actor: User) -> IO[bytes]:
        """What :meth:`CaseFinder.page` finds, page after page, as a file that is gone when it is closed.

        Who took it is written down. Raises what the finder raises.
        """
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by who sends it
        with await asyncio.to_thread(sheet, form) as written:
            count = await self._all(asked, written, language, actor)
            await asyncio.to_thread(written.save, file)
        file.seek(0)
        wanted = {name: str(value) for name, value in asdict(asked).items() if value not in (None, "")}
        if asked.text:
            # What was looked for may be somebody's name or number: under this name no auditor is shown it.
            wanted["q"] = wanted.pop("text")
        async with self._database.transaction() as session:
            data = {"count": count, "form": form, "query": wanted}
            record(session, "cases.exported", actor=actor.username, audience=NOBODY, data=data)
        self._bell.ring()
        return file

    async def _all(self, asked: CaseFilter, written: Sheet, language: Language, actor: User) -> int:
        """Write the headings and a row a case; returns how many."""
        await asyncio.to_thread(written.row, columns.headings(_COLUMNS, language))
        count, page = 0, await self._finder.page(replace(asked, limit=_PAGE), actor)
        while True:
            # Beside the calls: rows of a thousand cases take a while.
            await asyncio.to_thread(self._write, written, page.items, language)
            count += len(page.items)
            if page.next is None:
                return count
            page = await self._finder.page(replace(asked, limit=_PAGE, cursor=page.next), actor)

    def _write(self, written: Sheet, cases: Sequence[CaseShown], language: Language) -> None:
        for case in cases:
            written.row(self._row(case, language))

    def _row(self, case: CaseShown, language: Language) -> list[str]:
        return [self._cell(name, getattr(case, name), language) for name in _COLUMNS]

    def _cell(self, name: str, value: Any, language: Language) -> str:
        if value is None:
            return ""
        if isinstance(value, datetime):
            return f"{value.astimezone(ZoneInfo(self._acting.zone)):%Y-%m-%d %H:%M}"
        if isinstance(value, bool):
            yes, no = ("是", "否") if language == "zh-CN" else ("yes", "no")
            return yes if value else no
        codes = columns.CODES.get(name)
        return codes[value]["zh-CN"] if codes and language == "zh-CN" else str(value)
