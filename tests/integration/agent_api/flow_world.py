"""Three centres and the people of them, over the API."""

from dataclasses import dataclass
from typing import Any

import httpx

from agent_api.centres.tables import Centre
from agent_api.models import User
from tests.integration.agent_api.api_under_test import ApiUnderTest

COMPLETE = {"kind": "complaint", "category": "家用电器", "description": "充电时起火，要求退款"}
#: Who works where: user name → role, centre.
PEOPLE = {
    "desk": ("agent", "city"), "dispatch": ("dispatcher", "city"), "boss": ("supervisor", "city"),
    "chief": ("centre_admin", "province"), "handler": ("handler", "county"), "colleague": ("handler", "county"),
    "stranger": ("dispatcher", "sister"), "helper": ("handler", "sister"), "audit": ("auditor", "line"),
    "tuner": ("ivr_admin", "line"),
}  # fmt: skip


@dataclass
class World:
    """Centres by name, and everyone's client."""

    api: ApiUnderTest
    centres: dict[str, int]

    async def as_(self, who: str) -> httpx.AsyncClient:
        """A person who asks."""
        return await self.api.as_(who)

    async def case(self, who: str = "desk", **fields: Any) -> dict[str, Any]:
        """A draft with all that registering needs."""
        answer = await (await self.as_(who)).post("/cases", json={**COMPLETE, **fields})
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def do(self, case_id: int, who: str, action: str, status: int = 200, **given: Any) -> dict[str, Any]:
        """One action on the newest version, as far as ``who`` may see it."""
        client = await self.as_(who)
        seen = (await (await self.as_("admin")).get(f"/cases/{case_id}")).json()
        answer = await client.post(
            f"/cases/{case_id}/actions", json={"action": action, **given}, headers={"If-Match": seen["etag"]}
        )
        assert answer.status_code == status, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def registered(self, **fields: Any) -> int:
        """A registered case."""
        case_id = int((await self.case(**fields))["id"])
        await self.do(case_id, "desk", "register")
        return case_id

    async def handled(self, **fields: Any) -> int:
        """A case that the county handles."""
        case_id = await self.registered(**fields)
        await self.do(case_id, "dispatch", "accept")
        await self.do(case_id, "dispatch", "assign", targets=[{"centre": self.centres["county"], "lead": True}])
        await self.do(case_id, "handler", "take")
        return case_id


async def world(api: ApiUnderTest) -> World:
    """A province, a city with a county, and a sister city."""
    centres = {"line": 1}
    async with api.database.transaction() as session:
        for name, level, parent in (
            ("province", "provincial", "line"), ("city", "municipal", "province"), ("sister", "municipal", "province"),
            ("county", "county", "city"),
        ):  # fmt: skip
            above = await session.get_one(Centre, centres[parent])
            centre = Centre(name=name, level=level, parent_id=above.id, path="", division="", exceptions={}, hours=[])
            session.add(centre)
            await session.flush()
            centre.path = f"{above.path}{centre.id}/"
            centres[name] = centre.id
        for username, (role, where) in PEOPLE.items():
            session.add(
                User(
                    username=username, display_name=username, role=role, centre_id=centres[where], password_hash="x",
                    extension="", sip_secret="x", disabled=False,
                )
            )  # fmt: skip
    return World(api, centres)
