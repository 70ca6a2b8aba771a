"""What callers did, read from the database."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.errors import NotFound
from agent_api.figures.schemas import ExitFigure, MarkCount, MarkFigures, NodeFigures, Totals
from agent_api.figures.tables import MissedPhrase, NodeVisit
from agent_api.marks.tables import Mark
from agent_api.models import Call, Case, Recording, Utterance

GONE = "gone"
#: A phrase is looked for in the recording this long before it was understood to be over, ms.
_BEFORE_MS = 30_000


@dataclass(frozen=True)
class Window:
    """Which visits: those in a tree that answered, or that another one led into."""

    tree: str
    version: int | None
    since: datetime
    #: Exclusive.
    until: datetime
    node: str | None = None

    def where(self, what: type[NodeVisit] | type[MissedPhrase] = NodeVisit) -> list[ColumnElement[bool]]:
        """As conditions on visits, or on phrases."""
        moment = what.entered_at if issubclass(what, NodeVisit) else what.said_at
        found = [or_(what.tree == self.tree, what.sub_tree == self.tree), moment >= self.since, moment < self.until]
        if self.version is not None:
            found.append(self.version_of(what) == self.version)
        if self.node is not None:
            found.append(self.named(what, what.node) == self.node)
        return found

    def version_of(self, what: type[NodeVisit] | type[MissedPhrase] = NodeVisit) -> ColumnElement[int]:
        """This tree's version."""
        return case((what.sub_tree == self.tree, what.sub_version), else_=what.version)

    def named(self, what: type[NodeVisit] | type[MissedPhrase], name: Any) -> ColumnElement[str]:
        """A node's name as this tree has it: without the tree's own name before it."""
        prefix = f"{self.tree}/"
        own = (what.sub_tree == self.tree) & (func.substr(name, 1, len(prefix)) == prefix)
        return case((own, func.substr(name, len(prefix) + 1)), else_=name)


#: Of a call that an agent answered its id, else nothing: distinct ones are counted.
_ANSWERED = func.count(distinct(case((Call.answered_at.is_not(None), NodeVisit.call_id))))
#: Of a phrase: whether the case of its call is sealed.
_SEALED = exists().where(Call.id == MissedPhrase.call_id, Case.id == Call.case_id, Case.sealed)
_MISSES = (func.sum(NodeVisit.no_input), func.sum(NodeVisit.no_match), func.sum(NodeVisit.refused))
_MEAN_MS = func.avg(NodeVisit.left_ms - NodeVisit.entered_ms)
_HANG_UPS = func.sum(case((NodeVisit.exit == GONE, 1), else_=0))


async def totals(session: AsyncSession, window: Window) -> Totals:
    """The whole window."""
    query = select(func.count(distinct(NodeVisit.call_id)), func.count(), _MEAN_MS, _HANG_UPS, *_MISSES, _ANSWERED)
    row = (await session.execute(query.join(Call, Call.id == NodeVisit.call_id).where(*window.where()))).one()
    calls, visits, mean_ms, hang_ups, no_input, no_match, refused, answered = (value or 0 for value in row)
    return Totals(
        calls=calls, visits=visits, mean_ms=round(float(mean_ms)), hang_ups=hang_ups, no_input=no_input,
        no_match=no_match, refused=refused, reached_person=answered,
    )  # fmt: skip


async def nodes(session: AsyncSession, window: Window) -> list[NodeFigures]:
    """Each node, the most visited first."""
    exits, marks = await _exits(session, window), await _marks(session, window)
    name = window.named(NodeVisit, NodeVisit.node)
    query = select(
        name, func.count(), func.count(distinct(NodeVisit.call_id)),
        _MEAN_MS, _HANG_UPS, *_MISSES, _ANSWERED,
    ).join(Call, Call.id == NodeVisit.call_id).where(*window.where()).group_by(name)  # fmt: skip
    found = [_node(row, exits[row[0]], marks[row[0]]) for row in await session.execute(query)]
    return sorted(found, key=lambda each: (-each.visits, each.node))


def _node(row: Any, exits: list[ExitFigure], marks: list[MarkFigures]) -> NodeFigures:
    node, visits, calls, mean_ms, hang_ups, no_input, no_match, refused, answered = row
    return NodeFigures(
        node=node, visits=visits, calls=calls, mean_ms=round(float(mean_ms)), hang_ups=hang_ups, no_input=no_input,
        no_match=no_match, refused=refused, reached_person=answered, reached_person_share=round(answered / calls, 4),
        exits=exits, marks=marks,
    )  # fmt: skip


async def _marks(session: AsyncSession, window: Window) -> defaultdict[str, list[MarkFigures]]:
    """Each survey's questions."""
    there = [NodeVisit.call_id == Mark.call_id, NodeVisit.node == Mark.node, *window.where()]
    where = [exists().where(*there), Mark.given_at >= window.since, Mark.given_at < window.until]
    what = (Mark.node, Mark.question, Mark.mark, Mark.score)
    query = select(*what, func.count()).where(*where).group_by(*what)
    found: defaultdict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
    for node, question, mark, score, many in await session.execute(query.order_by(Mark.question, Mark.score.desc())):
        found[node.removeprefix(f"{window.tree}/"), question].append((mark, score, many))
    shown: defaultdict[str, list[MarkFigures]] = defaultdict(list)
    for (node, question), marks in found.items():
        count = sum(many for _, _, many in marks)
        mean = round(sum(score * many for _, score, many in marks) / count, 1)
        given = [MarkCount(mark=mark, count=many) for mark, _, many in marks]
        shown[node].append(MarkFigures(question=question, count=count, mean=mean, given=given))
    return shown


async def _exits(session: AsyncSession, window: Window) -> defaultdict[str, list[ExitFigure]]:
    count = func.count()
    way = window.named(NodeVisit, NodeVisit.node), window.named(NodeVisit, NodeVisit.exit), NodeVisit.to_node
    rows = await session.execute(select(*way, count).where(*window.where()).group_by(*way).order_by(count.desc()))
    found: defaultdict[str, list[ExitFigure]] = defaultdict(list)
    for node, to, to_node, many in rows:
        found[node].append(ExitFigure(to=to, to_node=to_node, count=many))
    return found


async def versions(session: AsyncSession, window: Window) -> list[int]:
    """The versions that callers walked through, in order."""
    found = await session.scalars(select(window.version_of()).where(*window.where()).distinct())
    return sorted(version for version in found if version is not None)


async def phrases(
    session: AsyncSession, window: Window, *, waiting: bool, before: int | None, limit: int
) -> Sequence[MissedPhrase]:
    """Phrases, newest first; none of a sealed case."""
    query = select(MissedPhrase).where(*window.where(MissedPhrase), ~_SEALED)
    if waiting:
        query = query.where(MissedPhrase.settled == "")
    if before is not None:
        query = query.where(MissedPhrase.id < before)
    return (await session.scalars(query.order_by(MissedPhrase.id.desc()).limit(limit))).all()


async def phrase(session: AsyncSession, tree: str, phrase_id: int) -> MissedPhrase:
    """One phrase, of a tree that answered or was led into. Raises :class:`NotFound`, also where its case is sealed."""
    found = await session.scalar(select(MissedPhrase).where(MissedPhrase.id == phrase_id, ~_SEALED))
    if found is None or tree not in (found.tree, found.sub_tree):
        raise NotFound(what="phrase")
    return found


async def spoken_at(session: AsyncSession, phrase: MissedPhrase) -> tuple[int, int] | None:
    """From when to when the phrase was said, ms into the call; None where its words are not in the transcript."""
    rows = await session.scalars(
        select(Utterance)
        .where(
            Utterance.call_id == phrase.call_id, Utterance.speaker == "caller", Utterance.start_ms <= phrase.at_ms,
            Utterance.end_ms >= phrase.at_ms - _BEFORE_MS, Utterance.state != "partial",
        )
        .order_by(Utterance.start_ms.desc())
    )  # fmt: skip
    said: list[Utterance] = []
    left = len(phrase.heard)
    for row in rows:
        # The newest come first; the phrase may be several utterances, and their text may have been revised since.
        if left <= 0:
            break
        said.append(row)
        left -= max(len(row.text), 1)
    return (said[-1].start_ms, said[0].end_ms) if said else None


async def recording(session: AsyncSession, call_id: int) -> Recording | None:
    """The caller's side of a call."""
    return await session.scalar(select(Recording).where(Recording.call_id == call_id, Recording.speaker == "caller"))
