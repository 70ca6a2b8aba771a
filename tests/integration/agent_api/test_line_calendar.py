"""Opening hours in a tree follow the line's own centre."""

from datetime import date

from agent_api.centres.tables import LINE_CENTRE, Centre
from tests.integration.agent_api.api_under_test import ApiUnderTest


async def test_the_lines_centre_may_differ_from_the_country(api: ApiUnderTest) -> None:
    national_day, ordinary_day = date(2026, 10, 1), date(2026, 11, 24)
    before = await api.ledger.calendar()
    assert not before.works_on(national_day) and before.works_on(ordinary_day)
    async with api.database.transaction() as session:
        centre = await session.get_one(Centre, LINE_CENTRE)
        centre.exceptions = {"2026-10-01": True, "2026-11-24": False}
    after = await api.ledger.calendar()
    assert after.works_on(national_day) and not after.works_on(ordinary_day)
