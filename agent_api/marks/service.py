"""How well callers are served, for those who stand over agents: how content they are, how soon they are answered."""

import io
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, TypeVar

from agent_api.calls.answering import CONNECTED_AIM, answering
from agent_api.calls.answering import by as by_wait
from agent_api.calls.repository import waited
from agent_api.cases.sheets.writing import sheet
from agent_api.database import Database
from agent_api.figures.days import Days
from agent_api.marks import repository
from agent_api.marks.counting import Given, Tally, by, tally
from agent_api.marks.schemas import (
    AgentContent,
    Answered,
    Answering,
    CentreContent,
    Content,
    DayAnswering,
    DayContent,
    LowMark,
    Quality,
)
from agent_api.models import User

#: So many bad marks are listed, the newest.
MOST_LOW = 200
COLUMNS = ("given_at", "question", "mark", "scale", "score", "agent", "centre")
_Content = TypeVar("_Content", bound=Content)
#: Of agents, centres and cases, by id.
_Names = tuple[dict[int, str], dict[int, str], dict[int, str]]


class QualityService:
    """Marks by agent, centre and day."""

    def __init__(self, database: Database, days: Days, answer_within_s: int):
        """``answer_within_s``: within which a caller who asks for a person is to be answered, s."""
        self._database = database
        self._days = days
        self._answer_within_s = answer_within_s

    async def quality(self, since: date | None, until: date | None, user: User) -> Quality:
        """What callers gave in a time, as far as ``user`` may see it. Raises :class:`WindowTooLong`."""
        first, last = self._days.window(since, until)
        marks, (agents, centres, _) = await self._given((first, last), user)
        daily = by(marks, lambda each: self._days.day_of(each.at))
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return Quality(
            since=first, until=last, whole=Content.model_validate(tally(each.score for each in marks)),
            agents=_worst_first(
                AgentContent(agent_id=agent, agent=agents.get(agent or 0, ""), **vars(found))
                for agent, found in by(marks, lambda each: each.agent_id).items()
            ),
            centres=_worst_first(
                CentreContent(centre_id=centre, centre=centres[centre], **vars(found))
                for centre, found in by(marks, lambda each: each.centre_id).items()
            ),
            days=[DayContent(day=day, **vars(daily.get(day, Tally(0, None, 0)))) for day in days],
        )  # fmt: skip

    async def answering(self, since: date | None, until: date | None, user: User) -> Answered:
        """How soon callers reached a person in a time, as far as ``user`` may see the calls.

        Raises :class:`WindowTooLong`.
        """
        first, last = self._days.window(since, until)
        async with self._database.reading() as session:
            waits = await waited(session, user, *self._days.bounds(first, last))
        daily = by_wait(waits, lambda each: self._days.day_of(each.since), self._answer_within_s)
        return Answered(
            since=first, until=last, within_s=self._answer_within_s, aim=CONNECTED_AIM,
            whole=Answering.model_validate(answering(waits, self._answer_within_s)),
            days=[DayAnswering(day=day, **vars(found)) for day, found in sorted(daily.items())],
        )  # fmt: skip

    async def low(self, since: date | None, until: date | None, user: User) -> list[LowMark]:
        """The newest bad marks in a time, as far as ``user`` may see them. Raises :class:`WindowTooLong`."""
        marks, named = await self._given(self._days.window(since, until), user, low=True, most=MOST_LOW)
        return [LowMark.model_validate({**_said(each, named), "case_id": each.case_id}) for each in marks]

    async def as_csv(self, since: date | None, until: date | None, user: User) -> bytes:
        """A line a mark, newest first, as CSV for spreadsheets; of no call or case. Raises :class:`WindowTooLong`."""
        marks, named = await self._given(self._days.window(since, until), user)
        written, file = sheet("csv"), io.BytesIO()
        written.row(COLUMNS)
        for each in marks:
            said = _said(each, named)
            moment = self._days.local(each.at).isoformat(timespec="seconds")
            written.row([moment, each.question, each.mark, each.scale, str(each.score), said["agent"], said["centre"]])
        written.save(file)
        return file.getvalue()

    async def _given(
        self, window: tuple[date, date], user: User, *, low: bool = False, most: int | None = None
    ) -> tuple[list[Given], _Names]:
        async with self._database.reading() as session:
            marks = await repository.given(session, user, *self._days.bounds(*window), low=low, most=most)
            return marks, await repository.names(session, marks)


def _said(mark: Given, named: _Names) -> dict[str, Any]:
    agents, centres, cases = named
    return {
        "given_at": mark.at, "question": mark.question, "mark": mark.mark, "scale": mark.scale,
        "agent": agents.get(mark.agent_id or 0, ""), "centre": centres[mark.centre_id], "call_id": mark.call_id,
        "case_number": cases.get(mark.case_id or 0, ""),
    }  # fmt: skip


def _worst_first(found: Iterable[_Content]) -> list[_Content]:
    return sorted(found, key=lambda each: (each.mean or 0, -each.count))
