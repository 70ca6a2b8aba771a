"""Roles, and who stands over whom; pure."""

from collections.abc import Collection, Iterable

from case_flow.state import Post
from case_flow.vocabulary import Role

#: Lowest first.
ROLES: tuple[Role, ...] = (
    "agent", "handler", "dispatcher", "supervisor", "auditor", "ivr_admin", "centre_admin", "system_admin",
)  # fmt: skip
#: Roles that see every call and event of their centre and those below.
SUPERVISING: tuple[Role, ...] = ("supervisor", "centre_admin", "system_admin")
#: Roles that change what callers hear.
TUNING: tuple[Role, ...] = ("ivr_admin", "centre_admin", "system_admin")
#: Roles that see the cases of their own centre.
BESIDE: tuple[Role, ...] = ("agent", "dispatcher")
#: Roles that see the cases of their centre and of those below.
ABOVE: tuple[Role, ...] = ("supervisor", "centre_admin", "auditor")
#: Roles that may learn who a sealed case is from, with a reason.
UNSEALING: tuple[Role, ...] = ("supervisor", "centre_admin")
#: Roles that see who read and changed what.
AUDITING: tuple[Role, ...] = ("auditor", "system_admin")
#: Roles that take many cases in and out at once.
BULK: tuple[Role, ...] = ("dispatcher", *SUPERVISING)
#: Roles that work on cases; auditors and IVR admins only look.
WORKING: tuple[Role, ...] = ("agent", "dispatcher", "handler", "supervisor", "centre_admin", "system_admin")


def may_manage(manager: str, role: str) -> bool:
    """Whether ``manager`` may create and change people of ``role``: those below, and a system admin all."""
    if manager == "system_admin":
        return True
    return manager in SUPERVISING and ROLES.index(role) < ROLES.index(manager)


def may_administer(posts: Iterable[Post], above: Iterable[int]) -> bool:
    """Whether who has ``posts`` is admin of a centre; ``above`` is that centre and those above."""
    return stands_over(posts, ("centre_admin",), above)


def stands_over(posts: Iterable[Post], roles: Collection[str], above: Iterable[int]) -> bool:
    """Whether who has ``posts`` has one of ``roles`` at a centre or, by ``above`` that are its own and those above it,
    over it; a system admin stands over all.
    """
    reach = set(above)
    return any(p.role == "system_admin" or (p.role in roles and p.centre in reach) for p in posts)


def may_give(posts: Iterable[Post], role: str, above: Iterable[int]) -> bool:
    """Whether who has ``posts`` may put people into ``role`` at a centre; ``above`` is that centre and those above."""
    reach = set(above)
    return any(may_manage(p.role, role) and (p.role == "system_admin" or p.centre in reach) for p in posts)
