"""Who stands over whom."""

import pytest

from agent_api.roles import ROLES, may_manage


@pytest.mark.parametrize(
    ("manager", "managed"),
    [
        ("agent", []),
        ("supervisor", ["agent"]),
        ("ivr_admin", []),
        ("centre_admin", ["agent", "supervisor", "ivr_admin"]),
        ("system_admin", list(ROLES)),
    ],
)
def test_people_manage_those_below(manager: str, managed: list[str]) -> None:
    assert [role for role in ROLES if may_manage(manager, role)] == managed
