"""Cases from before there were limits and a list of call-backs."""

from datetime import timedelta

from sqlalchemy import delete

from agent_api.callbacks.tables import Callback
from agent_api.cases.catch_up import CatchUp
from agent_api.cases.clock_worker import ClockWorker
from agent_api.database import now
from agent_api.models import Case
from tests.integration.agent_api.api_under_test import ApiUnderTest
from tests.integration.agent_api.flow_world import World, world


async def registered_before(here: World) -> int:
    """A case that was registered twenty days ago, when there was no flow."""
    case_id = int((await here.case())["id"])
    async with here.api.database.transaction() as session:
        case = await session.get_one(Case, case_id)
        case.status, case.number, case.created_at = "registered", "TS202611040001", now() - timedelta(days=20)
    return case_id


async def test_they_get_the_limits_and_call_backs_of_their_stage_once(api: ApiUnderTest) -> None:
    here = await world(api)
    registered, waiting = await registered_before(here), await here.handled(caller_number="13911112222")
    await here.do(waiting, "handler", "feed_back", result="已退款")
    draft = int((await here.case())["id"])
    async with api.database.transaction() as session:
        await session.execute(delete(Callback))
    for _ in range(2):
        await CatchUp(api.database, api.ledger.acting).run()
    boss = await here.as_("boss")
    (clock,) = (await boss.get(f"/cases/{registered}/clocks")).json()
    assert (clock["name"], clock["state"], clock["light"]) == ("acceptance", "running", "overdue")
    assert (await boss.get(f"/cases/{draft}/clocks")).json() == []
    assert [row["case_id"] for row in (await boss.get("/callbacks")).json()] == [waiting]
    # From here on its limit is followed like any, and it goes its way.
    await ClockWorker(api.database, api.bell, api.ledger.acting).tick(now())
    assert (await boss.get("/work")).json()["overdue"] == 1
    accepted = await here.do(registered, "dispatch", "accept")
    assert accepted["light"] == "green"
    kept = (await boss.get(f"/cases/{registered}/clocks")).json()[0]
    assert (kept["state"], kept["light"]) == ("kept", "overdue")
