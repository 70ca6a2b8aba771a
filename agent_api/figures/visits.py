"""What the gateway writes down of a caller's walk, once it is over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database, now
from agent_api.figures.tables import MissedPhrase, NodeVisit


@dataclass
class Miss:
    """An answer that led nowhere."""

    #: ``no_input``, ``no_match`` or ``refused``.
    kind: str
    #: ms into the call.
    at_ms: int
    #: The words; empty for silence and keys.
    heard: str
    #: How sure the likeliest answer was, 0 to 1, and why.
    score: float | None = None
    reason: str = ""


@dataclass
class Visit:
    """A caller at a node."""

    node: str
    entered_ms: int
    left_ms: int = 0
    #: The node that followed, or how the tree was left.
    exit: str = ""
    to_node: bool = False
    misses: list[Miss] = field(default_factory=list)
    #: The sub-tree that the node is of, and its version; empty and None in the tree that answered.
    sub_tree: str = ""
    sub_version: int | None = None

    def count(self, kind: str) -> int:
        """How many answers led nowhere in this way."""
        return sum(miss.kind == kind for miss in self.misses)


class Visits:
    """The gateway's pen for walks; nobody waits for it."""

    def __init__(self, database: Database):
        self._writer = database.writer

    def keep(self, call_id: int, tree: str, version: int, visits: Sequence[Visit]) -> None:
        """Write a whole walk down soon; its last visit ends now."""
        if not visits:
            return
        began = now() - timedelta(milliseconds=visits[-1].left_ms)

        async def work(session: AsyncSession) -> None:
            for visit in visits:
                session.add(
                    NodeVisit(
                        call_id=call_id, tree=tree, version=version, node=visit.node,
                        sub_tree=visit.sub_tree, sub_version=visit.sub_version,
                        entered_at=began + timedelta(milliseconds=visit.entered_ms), entered_ms=visit.entered_ms,
                        left_ms=visit.left_ms, exit=visit.exit, to_node=visit.to_node,
                        no_input=visit.count("no_input"), no_match=visit.count("no_match"),
                        refused=visit.count("refused"),
                    )
                )  # fmt: skip
                for miss in visit.misses:
                    if miss.heard:
                        session.add(
                            MissedPhrase(
                                call_id=call_id, tree=tree, version=version, node=visit.node, kind=miss.kind,
                                sub_tree=visit.sub_tree, sub_version=visit.sub_version,
                                said_at=began + timedelta(milliseconds=miss.at_ms), at_ms=miss.at_ms,
                                heard=miss.heard, score=miss.score, reason=miss.reason[:500], settled="",
                            )
                        )  # fmt: skip

        self._writer.put(work, f"walk of {call_id}", call_id)
