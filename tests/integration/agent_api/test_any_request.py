"""Whatever is asked, by whatever role: the answer is one that the description tells of, and never a failure of ours.

Requests are made up from the API's own description by schemathesis; a few for each endpoint and role here, more with
``--requests N``.
"""

import asyncio
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.schemas import APIOperation

from agent_api.auth.service import AuthService
from agent_api.models import User
from agent_api.roles import ROLES
from tests.integration.agent_api.api_under_test import ApiUnderTest, listening
from tests.integration.agent_api.described import described
from tests.integration.agent_api.flow_world import world

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
# Sound is sent as it is.
for sound in ("audio/*", "audio/wav"):
    schemathesis.serializer.alias(sound, "application/octet-stream")
#: What is there to be found: each endpoint's numbers are these half of the time.
THERE = st.integers(1, 3)
#: Ends the session that asks.
APART = {"/api/v1/auth/logout"}
ASKER = "agent2"


@cache
def operations() -> tuple[APIOperation, ...]:
    """Every endpoint, as it is described; what requests are made up from is worked out once for all roles."""
    found = [each.ok() for each in schemathesis.openapi.from_dict(described()).get_all_operations()]
    return tuple(operation for operation in found if operation.path not in APART)


def numbered(operation: APIOperation) -> st.SearchStrategy[dict[str, Any]]:
    """Values of a path's numbers: of what is there, or none in particular."""
    numbers = [p.name for p in operation.path_parameters if p.definition.get("schema", {}).get("type") == "integer"]
    return st.one_of(st.just({}), st.fixed_dictionaries({name: THERE for name in numbers}))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("role", ROLES)
async def test_no_request_of_any_role_is_answered_otherwise_than_described(
    api: ApiUnderTest, role: str, request: pytest.FixtureRequest
) -> None:
    examples = request.config.getoption("--requests")
    here = await world(api)
    for _ in range(3):
        await here.case(caller_name="李四")
        await api.call()
    asker = (await api.user(ASKER)).id
    loop = asyncio.get_running_loop()

    async def session() -> str:
        """As the asker was before: some requests change who may ask."""
        async with api.database.transaction() as change:
            user = await change.get_one(User, asker)
            user.role, user.disabled = role, False
        return await AuthService(api.database).open_session(asker)

    def ask(host: str, operation: APIOperation) -> None:
        token = asyncio.run_coroutine_threadsafe(session(), loop).result()
        headers = {"Authorization": f"Bearer {token}", "If-Match": '"1"'}

        @seed(12365)
        @settings(
            max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.data())
        def answered(data: st.DataObject) -> None:
            mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
            case = data.draw(operation.as_strategy(generation_mode=mode))
            case.path_parameters = {**case.path_parameters, **data.draw(numbered(operation))}
            response = case.call(base_url=f"http://{host}", headers=headers)
            case.validate_response(response, checks=CHECKS)

        answered()

    failed: list[str] = []
    async with listening(api.app) as host:
        for operation in operations():
            try:
                await asyncio.to_thread(ask, host, operation)
            except FailureGroup as error:
                failed.append(f"{operation.label}: {error}\n{error.exceptions}")
    assert not failed, "\n\n".join(failed)
