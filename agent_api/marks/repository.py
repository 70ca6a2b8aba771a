"""Marks in the database; every query begins with what the asker may see."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.callbacks.tables import Callback
from agent_api.calls.repository import readable
from agent_api.centres import scope
from agent_api.centres.tables import LINE_CENTRE, Centre
from agent_api.marks.counting import LOW, RATED, Given, score
from agent_api.marks.tables import Mark
from agent_api.models import Case, User

#: What the rating of a call-back is an answer to.
CALL_BACK = "call_back"


async def given(
    session: AsyncSession, user: User, since: datetime, until: datetime, *, low: bool = False, most: int | None = None
) -> list[Given]:
    """Marks from ``since`` to before ``until``, newest first: of calls that ``user`` may read, and the ratings of
    call-backs about cases that they may see. ``low``: only bad ones; ``most``: so many at most.
    """
    calls = readable(user).subquery()
    surveys = (
        select(
            Mark.given_at, Mark.question, Mark.mark, Mark.scale, Mark.score, Mark.agent_id,
            func.coalesce(Case.centre_id, LINE_CENTRE), Mark.call_id, calls.c.case_id,
        )
        .join(calls, calls.c.id == Mark.call_id)
        .outerjoin(Case, Case.id == calls.c.case_id)
        .where(Mark.given_at >= since, Mark.given_at < until)
        .order_by(Mark.given_at.desc(), Mark.id.desc())
        .limit(most)
    )  # fmt: skip
    worst = [each for each in RATED if score(each, RATED) <= LOW]
    rated = (
        select(func.coalesce(Callback.done_at, Callback.created_at), Callback.rating, Case.centre_id, Case.id)
        .join(Case, Case.id == Callback.case_id)
        .where(scope.readable(user), Callback.rating.is_not(None))
        .where(Callback.done_at >= since, Callback.done_at < until)
        .order_by(Callback.done_at.desc(), Callback.id.desc())
        .limit(most)
    )
    if low:
        surveys = surveys.where(Mark.score <= LOW)
        rated = rated.where(Callback.rating.in_([int(each) for each in worst]))
    found = [Given(*mark) for mark in await session.execute(surveys)]
    ratings = await session.execute(rated)
    found += [_rating(at, mark, centre, case) for at, mark, centre, case in ratings if mark is not None]
    return sorted(found, key=lambda each: each.at, reverse=True)[:most]


def _rating(at: datetime, rating: int, centre_id: int, case_id: int) -> Given:
    """Nobody's but the centre's: whoever called back was told how others had handled the case."""
    mark = str(rating)
    return Given(at, CALL_BACK, mark, RATED, score(mark, RATED), None, centre_id, None, case_id)


async def of_call(session: AsyncSession, call_id: int) -> list[Mark]:
    """The marks that a caller gave in a call, in their order."""
    return list(await session.scalars(select(Mark).where(Mark.call_id == call_id).order_by(Mark.id)))


async def names(session: AsyncSession, marks: Collection[Given]) -> tuple[dict[int, str], dict[int, str]]:
    """What the agents and centres of marks are called."""
    agents, centres = {each.agent_id for each in marks}, {each.centre_id for each in marks}
    people = await session.execute(select(User.id, User.display_name).where(User.id.in_(agents)))
    places = await session.execute(select(Centre.id, Centre.name).where(Centre.id.in_(centres)))
    return {number: name for number, name in people}, {number: name for number, name in places}


async def numbers(session: AsyncSession, marks: Collection[Given]) -> dict[int, str]:
    """What the cases of marks are called, of some hundreds at most."""
    cases = {each.case_id for each in marks}
    rows = await session.execute(select(Case.id, Case.number, Case.draft_number).where(Case.id.in_(cases)))
    return {case: number or draft for case, number, draft in rows}
