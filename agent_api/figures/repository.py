"""What callers did, read from the database."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, exists, func, select
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
    """Which visits."""

    tree: str
    version: int | None
    since: datetime
    #: Exclusive.
    until: datetime
    node: str | None = None

    def where(self) -> list[ColumnElement[bool]]:
        """As conditions on visits."""
        found = [NodeVisit.tree == self.tree, NodeVisit.entered_at >= self.since, NodeVisit.entered_at < self.until]
        if self.version is not None:
            found.append(NodeVisit.version == self.version)
        if self.node is not None:
            found.append(NodeVisit.node == self.node)
        return found


#: Of a call that an agent answered its id, else nothing: distinct ones are counted.
_ANSWERED = func.count(distinct(case((Call.answered_at.is_not(None), NodeVisit.call_id))))
#: Of a phrase: whether the case of its call is sealed.
_SEALED = exists().where(Call.id == MissedPhrase.call_id, Case.id == Call.case_id, Case.sealed)
_MISSES = (func.sum(NodeVisit.no_input), func.sum(NodeVisit.no_match), func.sum(NodeVisit.refused))
_HANG_UPS = func.sum(case((NodeVisit.exit == GONE, 1), else_=0))


async def totals(session: AsyncSession, window: Window) -> Totals:
    """The whole window."""
    query = select(func.count(distinct(NodeVisit.call_id)), _HANG_UPS, *_MISSES, _ANSWERED)
    row = (await session.execute(query.join(Call, Call.id == NodeVisit.call_id).where(*window.where()))).one()
    calls, hang_ups, no_input, no_match, refused, answered = (value or 0 for value in row)
    return Totals(
        calls=calls, hang_ups=hang_ups, no_input=no_input, no_match=no_match, refused=refused, reached_person=answered
    )


async def nodes(session: AsyncSession, window: Window) -> list[NodeFigures]:
    """Each node, the most visited first."""
    exits, marks = await _exits(session, window), await _marks(session, window)
    query = select(
        NodeVisit.node, func.count(), func.count(distinct(NodeVisit.call_id)),
        func.avg(NodeVisit.left_ms - NodeVisit.entered_ms), _HANG_UPS, *_MISSES, _ANSWERED,
    ).join(Call, Call.id == NodeVisit.call_id).where(*window.where()).group_by(NodeVisit.node)  # fmt: skip
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
    where = [Call.tree == window.tree, Mark.given_at >= window.since, Mark.given_at < window.until]
    if window.version is not None:
        where.append(Call.tree_version == str(window.version))
    what = (Mark.node, Mark.question, Mark.mark, Mark.score)
    query = select(*what, func.count()).join(Call, Call.id == Mark.call_id).where(*where).group_by(*what)
    found: defaultdict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
    for node, question, mark, score, many in await session.execute(query.order_by(Mark.question, Mark.score.desc())):
        found[node, question].append((mark, score, many))
    shown: defaultdict[str, list[MarkFigures]] = defaultdict(list)
    for (node, question), marks in found.items():
        count = sum(many for _, _, many in marks)
        mean = round(sum(score * many for _, score, many in marks) / count, 1)
        given = [MarkCount(mark=mark, count=many) for mark, _, many in marks]
        shown[node].append(MarkFigures(question=question, count=count, mean=mean, given=given))
    return shown


async def _exits(session: AsyncSession, window: Window) -> defaultdict[str, list[ExitFigure]]:
    count = func.count()
    ways = select(NodeVisit.node, NodeVisit.exit, NodeVisit.to_node, count).where(*window.where())
    rows = await session.execute(
        ways.group_by(NodeVisit.node, NodeVisit.exit, NodeVisit.to_node).order_by(count.desc())
    )
    found: defaultdict[str, list[ExitFigure]] = defaultdict(list)
    for node, to, to_node, many in rows:
        found[node].append(ExitFigure(to=to, to_node=to_node, count=many))
    return found


async def versions(session: AsyncSession, window: Window) -> list[int]:
    """The versions that callers walked through, in order."""
    return sorted(await session.scalars(select(NodeVisit.version).where(*window.where()).distinct()))


async def phrases(
    session: AsyncSession, window: Window, *, waiting: bool, before: int | None, limit: int
) -> Sequence[MissedPhrase]:
    """Phrases, newest first; none of a sealed case."""
    query = select(MissedPhrase).where(
        MissedPhrase.tree == window.tree, MissedPhrase.said_at >= window.since, MissedPhrase.said_at < window.until,
        ~_SEALED,
    )  # fmt: skip
    if window.version is not None:
        query = query.where(MissedPhrase.version == window.version)
    if window.node is not None:
        query = query.where(MissedPhrase.node == window.node)
    if waiting:
        query = query.where(MissedPhrase.settled == "")
    if before is not None:
        query = query.where(MissedPhrase.id < before)
    return (await session.scalars(query.order_by(MissedPhrase.id.desc()).limit(limit))).all()


async def phrase(session: AsyncSession, tree: str, phrase_id: int) -> MissedPhrase:
    """One phrase. Raises :class:`NotFound`, also where it is of a sealed case."""
    asked = (MissedPhrase.id == phrase_id, MissedPhrase.tree == tree, ~_SEALED)
    found = await session.scalar(select(MissedPhrase).where(*asked))
    if found is None:
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
