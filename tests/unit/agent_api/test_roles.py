"""Who stands over whom."""

import pytest

from agent_api.roles import ROLES, may_give, may_manage
from case_flow.state import Post


@pytest.mark.parametrize(
    ("manager", "managed"),
    [
        ("agent", []),
        ("supervisor", ["agent", "handler", "dispatcher"]),
        ("ivr_admin", []),
        ("centre_admin", ["agent", "handler", "dispatcher", "supervisor", "auditor", "ivr_admin"]),
        ("system_admin", list(ROLES)),
    ],
)
def test_people_manage_those_below(manager: str, managed: list[str]) -> None:
    assert [role for role in ROLES if may_manage(manager, role)] == managed


@pytest.mark.parametrize(
    ("post", "role", "above", "may"),
    [
        (Post(2, "supervisor"), "agent", (3, 2, 1), True),
        (Post(2, "supervisor"), "agent", (4, 1), False),
        (Post(2, "supervisor"), "supervisor", (2, 1), False),
        (Post(2, "centre_admin"), "supervisor", (2, 1), True),
        (Post(4, "system_admin"), "system_admin", (2, 1), True),
        (Post(1, "dispatcher"), "agent", (1,), False),
    ],
)
def test_people_are_put_into_posts_of_the_centres_below_only(
    post: Post, role: str, above: tuple[int, ...], may: bool
) -> None:
    assert may_give([post], role, above) is may
