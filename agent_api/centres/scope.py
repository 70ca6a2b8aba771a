"""What each person may see, as a part of every query: a forgotten check cannot leak a row."""

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from agent_api.cases.tables import CaseCentre, CaseTask
from agent_api.centres.tables import LINE_CENTRE, Centre
from agent_api.models import Case, User
from agent_api.roles import ABOVE, BESIDE, SUPERVISING


def centres_of(user: User) -> ColumnElement[bool]:
    """A condition on :class:`Centre`: those whose cases ``user`` may see."""
    if user.holds("system_admin"):
        return true()
    beside = {post.centre for post in user.posts if post.role in BESIDE}
    above = {post.centre for post in user.posts if post.role in ABOVE}
    lines = (Centre.path, Centre.shared_path)
    found: list[ColumnElement[bool]] = [line.contains(f"/{centre}/") for centre in sorted(above) for line in lines]
    if beside - above:
        found.append(Centre.id.in_(sorted(beside - above)))
    return or_(*found) if found else false()


def sees_all(user: User) -> bool:
    """Whether every call and event of the line is for them: those who stand over the line's own centre."""
    return any(p.role == "system_admin" or (p.role in SUPERVISING and p.centre == LINE_CENTRE) for p in user.posts)


def readable(user: User) -> ColumnElement[bool]:
    """A condition on :class:`Case`: those that ``user`` may see.

    Where a centre had a part in a case, its agents and dispatchers see it, and the supervisors, admins and auditors of
    that centre and of those above; handlers see what they, or nobody yet of their department, have a task of.
    """
    if user.holds("system_admin") or any(p.role in ABOVE and p.centre == LINE_CENTRE for p in user.posts):
        # The line's centre is the top of the tree unless someone put another above it: then it is asked for, too.
        return true()
    ids = select(Centre.id).where(centres_of(user))
    parts = exists().where(CaseCentre.case_id == Case.id, CaseCentre.centre_id.in_(ids))
    departments = sorted({post.centre for post in user.posts if post.role == "handler"})
    if not departments:
        return parts
    theirs = and_(
        CaseTask.case_id == Case.id,
        CaseTask.centre_id.in_(departments),
        or_(CaseTask.handler_id == user.id, CaseTask.handler_id.is_(None)),
    )
    return or_(parts, exists().where(theirs))


def cases(user: User) -> Select[Case]:
    """The cases that ``user`` may see."""
    return select(Case).where(readable(user))
