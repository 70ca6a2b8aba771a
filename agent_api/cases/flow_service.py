"""What a page shows of a case's flow: what may be done, tasks, limits, links, and the lists of work."""

from sqlalchemy import or_, select

from agent_api.cases import repository, states, worklists
from agent_api.cases.acting import Acting
from agent_api.cases.actions import ActionAllowed, ClockShown, TaskShown
from agent_api.cases.schemas import LinkShown, WorkPage, case_shown
from agent_api.cases.tables import CaseLink
from agent_api.cases.worklists import WorkList
from agent_api.centres import repository as centres
from agent_api.centres import scope
from agent_api.database import Database, now
from agent_api.models import Case, User
from case_flow import clocks
from case_flow.vocabulary import ACTIONS, Kind

#: What each relation is called from the other side.
_FROM_THERE = {"split_into": "split_from", "merged_into": "merged_from"}
#: Done by the line, and with a call by its own endpoint.
_ELSEWHERE = frozenset({"take_call", "abandon", "take_message"})


class FlowService:
    """Reads what the flow says of a case."""

    def __init__(self, database: Database, acting: Acting):
        self._database = database
        self._acting = acting

    async def actions(self, case_id: int, user: User) -> list[ActionAllowed]:
        """What ``user`` may do now. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            case = await repository.find(session, case_id, user)
            names = await self._acting.allowed(session, case, user)
            filled = (await states.state_of(session, case)).filled
        flow = self._acting.flows[case.kind]
        return [
            ActionAllowed(
                action=name, zh=ACTIONS[name].zh, en=ACTIONS[name].en, needs=list(flow.needs(name)),
                may=[each for each in ACTIONS[name].may if each not in flow.needs(name)],
                missing=[field for field in flow.actions[name].require if field not in filled],
            )
            for name in names
            if name not in _ELSEWHERE
        ]  # fmt: skip

    async def tasks(self, case_id: int, user: User) -> list[TaskShown]:
        """Each department's part. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            await repository.find(session, case_id, user)
            rows = await states.tasks_of(session, case_id)
            tree = await centres.tree(session, {row.centre_id for row in rows})
            people = {row.handler_id for row in rows if row.handler_id is not None}
            named = await session.execute(select(User.id, User.display_name).where(User.id.in_(people)))
            names = {number: name for number, name in named}
        return [
            TaskShown.model_validate(
                {
                    "number": row.number, "centre_id": row.centre_id, "centre": tree[row.centre_id].name,
                    "handler_id": row.handler_id, "handler": names.get(row.handler_id or 0), "lead": row.lead,
                    "state": row.state, "result": row.result, "assigned_at": row.assigned_at,
                }
            )
            for row in rows
        ]  # fmt: skip

    async def clocks(self, case_id: int, user: User) -> list[ClockShown]:
        """Each time limit, as it stands now. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            case = await repository.find(session, case_id, user)
            rows = await states.clocks_of(session, case_id)
            calendar = (await states.context_of(session, case, (), self._acting.zone)).calendar
            asked = (await states.state_of(session, case)).extension
        rules, shown = self._acting.flows[case.kind].clocks, []
        for row in rows:
            clock, rule = states.clock_of(row), rules.get(row.name)
            # A limit from before the flow's file was changed has lost its names.
            zh, en = (rule.zh, rule.en) if rule else (row.name, row.name)
            due_at = clocks.due(clock, calendar)
            shown.append(
                ClockShown(
                    name=row.name, zh=zh, en=en, unit=clock.unit, amount=clock.amount, held=clock.held,
                    extended=clock.extended, asked=asked.days if asked and asked.clock == row.name else None,
                    started_at=clock.started_at, due_at=due_at, state=clock.state,
                    holidays_known=clock.unit == "minutes" or calendar.is_settled(due_at),
                    light=clocks.light(clock, now(), calendar),
                )
            )  # fmt: skip
        return shown

    async def links(self, case_id: int, user: User) -> list[LinkShown]:
        """The cases that this one has to do with and ``user`` may see. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            await repository.find(session, case_id, user)
            rows = list(
                await session.scalars(
                    select(CaseLink).where(or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id))
                )
            )
            others = {row.other_id if row.case_id == case_id else row.case_id for row in rows}
            visible = await session.scalars(scope.cases(user).where(Case.id.in_(others)))
            seen = {case.id: case_shown(case) for case in visible}
        shown = []
        for row in rows:
            mine = row.case_id == case_id
            other = seen.get(row.other_id if mine else row.case_id)
            if other is not None:
                relation = row.relation if mine else _FROM_THERE.get(row.relation, row.relation)
                shown.append(LinkShown.model_validate({"case": other, "relation": relation}))
        return shown

    async def counts(self, user: User) -> dict[WorkList, int]:
        """How many cases wait for ``user`` in each list."""
        async with self._database.reading() as session:
            return await worklists.counts(session, user, self._acting.flows)

    async def work(self, name: WorkList, kind: Kind | None, cursor: str | None, limit: int, user: User) -> WorkPage:
        """A page of a list. Raises :class:`CursorInvalid`."""
        where = worklists.condition(name, user, self._acting.flows)
        if kind is not None:
            where = where & (Case.kind == kind)
        async with self._database.reading() as session:
            found, following = await worklists.page(session, where, cursor, limit)
            return WorkPage(items=[case_shown(case) for case in found], next=following)
