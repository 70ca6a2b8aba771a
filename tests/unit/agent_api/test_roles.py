"""Who stands over whom."""

import pytest

from agent_api.roles import ROLES, may_manage


@pytest.mark.parametrize(
    ("manager", "managed"),
    [
        ("agent", []),
        ("supervisor", ["agent"]),
        ("centre_admin", ["agent", "supervisor"]),
        ("system_admin", ["agent", "supervisor", "centre_admin", "system_admin"]),
    ],
)
def test_people_manage_those_below(manager: str, managed: list[str]) -> None:
    assert [role for role in ROLES if may_manage(manager, role)] == managed
