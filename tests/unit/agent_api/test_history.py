"""A case's history in readable form."""

from dataclasses import dataclass
from datetime import UTC, datetime

from agent_api.cases.history import entries


@dataclass(frozen=True)
class Happened:
    id: int
    kind: str
    actor: str = "gateway"
    at: datetime = datetime(2026, 11, 24, tzinfo=UTC)
    call_id: int | None = 1
    case_id: int | None = 1
    agent_id: int | None = None


def test_it_says_who_and_what_was_before_and_after() -> None:
    told = entries(
        [
            (Happened(1, "case.drafted"), {"kind": "complaint"}),
            (Happened(2, "case.updated"), {"changes": {"product": "电动车"}, "version": 2}),
            (
                Happened(3, "case.updated", "agent1"),
                {"changes": {"product": "电动自行车"}, "before": {"product": "电动车"}},
            ),
            (Happened(4, "case.updated", "agent1"), {"changes": {"kind": "report"}}),
            (Happened(5, "case.registered", "agent1"), {"number": "JB202611240001"}),
        ],
        {"agent1": "坐席一"},
    )
    assert [(e.source, e.actor_name) for e in told] == [
        ("line", None), ("speech", None), ("person", "坐席一"), ("person", "坐席一"), ("person", "坐席一"),
    ]  # fmt: skip
    assert [[(c.field, c.old, c.new) for c in e.changes] for e in told] == [
        [], [("product", None, "电动车")], [("product", "电动车", "电动自行车")], [("kind", "complaint", "report")], [],
    ]  # fmt: skip
    assert told[1].data == {"version": 2}
    assert told[4].data == {"number": "JB202611240001"}


def test_without_the_old_value_in_the_event_the_last_known_one_is_told() -> None:
    events = [
        (Happened(n, "case.updated"), {"changes": {"place": place}}) for n, place in enumerate(("朝阳区", "海淀区"))
    ]
    assert [(e.changes[0].old, e.changes[0].new) for e in entries(events, {})] == [
        (None, "朝阳区"),
        ("朝阳区", "海淀区"),
    ]
