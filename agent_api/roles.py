"""Roles, and who stands over whom; pure."""

from typing import Literal

Role = Literal["agent", "supervisor", "ivr_admin", "centre_admin", "system_admin"]

#: Lowest first.
ROLES: tuple[Role, ...] = ("agent", "supervisor", "ivr_admin", "centre_admin", "system_admin")
#: Roles that see every call and event.
SUPERVISING: tuple[Role, ...] = ("supervisor", "centre_admin", "system_admin")

#: Roles that change what callers hear.
TUNING: tuple[Role, ...] = ("ivr_admin", "centre_admin", "system_admin")


def may_manage(manager: str, role: str) -> bool:
    """Whether ``manager`` may create and change people of ``role``: those below, and a system admin all."""
    if manager == "system_admin":
        return True
    return manager in SUPERVISING and ROLES.index(role) < ROLES.index(manager)
