"""How well callers are served, for those who stand over agents: how content they are, how soon they are answered."""

import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.calls.answering import CONNECTED_AIM, answering
from agent_api.calls.answering import by as by_wait
from agent_api.calls.repository import waited
from agent_api.cases.sheets.writing import sheet
from agent_api.database import Database
from agent_api.figures.days import Days
from agent_api.marks import repository
from agent_api.marks.counting import Tally, by, tally
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
#: The first and the last day.
_Window = tuple[date, date]


class QualityService:
    """Marks by agent, centre and day. A quarter has hundreds of thousands: they are counted beside the calls."""

    def __init__(self, database: Database, days: Days, answer_within_s: int):
        """``answer_within_s``: within which a caller who asks for a person is to be answered, s."""
        self._database = database
        self._days = days
        self._answer_within_s = answer_within_s

    async def quality(self, since: date | None, until: date | None, user: User) -> Quality:
        """What callers gave in a time, as far as ``user`` may see it. Raises :class:`WindowTooLong`."""
        window = self._days.window(since, until)
        return await self._database.look(lambda session: self._quality(session, window, user))

    async def _quality(self, session: AsyncSession, window: _Window, user: User) -> Quality:
        first, last = window
        marks = await repository.given(session, user, *self._days.bounds(first, last))
        agents, centres = await repository.names(session, marks)
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
        window = self._days.window(since, until)
        return await self._database.look(lambda session: self._answering(session, window, user))

    async def _answering(self, session: AsyncSession, window: _Window, user: User) -> Answered:
        first, last = window
        waits = await waited(session, user, *self._days.bounds(first, last))
        daily = by_wait(waits, lambda each: self._days.day_of(each.since), self._answer_within_s)
        return Answered(
            since=first, until=last, within_s=self._answer_within_s, aim=CONNECTED_AIM,
            whole=Answering.model_validate(answering(waits, self._answer_within_s)),
            days=[DayAnswering(day=day, **vars(found)) for day, found in sorted(daily.items())],
        )  # fmt: skip

    async def low(self, since: date | None, until: date | None, user: User) -> list[LowMark]:
        """The newest bad marks in a time, as far as ``user`` may see them. Raises :class:`WindowTooLong`."""
        bounds = self._days.bounds(*self._days.window(since, until))
        async with self._database.reading() as session:
            marks = await repository.given(session, user, *bounds, low=True, most=MOST_LOW)
            agents, centres = await repository.names(session, marks)
            cases = await repository.numbers(session, marks)
        return [
            LowMark(
                given_at=each.at, question=each.question, mark=each.mark, scale=each.scale,
                agent=agents.get(each.agent_id or 0, ""), centre=centres[each.centre_id], call_id=each.call_id,
                case_id=each.case_id, case_number=cases.get(each.case_id or 0, ""),
            )
            for each in marks
        ]  # fmt: skip

    async def as_csv(self, since: date | None, until: date | None, user: User) -> bytes:
        """A line a mark, newest first, as CSV for spreadsheets; of no call or case. Raises :class:`WindowTooLong`."""
        bounds = self._days.bounds(*self._days.window(since, until))
        return await self._database.look(lambda session: self._csv(session, bounds, user))

    async def _csv(self, session: AsyncSession, bounds: tuple[datetime, datetime], user: User) -> bytes:
        marks = await repository.given(session, user, *bounds)
        agents, centres = await repository.names(session, marks)
        file = io.BytesIO()
        with sheet("csv") as written:
            written.row(COLUMNS)
            for each in marks:
                moment = self._days.local(each.at).isoformat(timespec="seconds")
                agent, centre = agents.get(each.agent_id or 0, ""), centres[each.centre_id]
                written.row([moment, each.question, each.mark, each.scale, str(each.score), agent, centre])
            written.save(file)
        return file.getvalue()


def _worst_first(found: Iterable[_Content]) -> list[_Content]:
    return sorted(found, key=lambda each: (each.mean or 0, -each.count))
