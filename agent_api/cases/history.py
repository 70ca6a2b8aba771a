"""A case's history in readable form; pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from agent_api.cases.schemas import Change, HistoryEntry
from agent_api.events.happened import Happened

#: Who writes what nobody typed.
GATEWAY = "gateway"
#: What a case begins with.
BEGINS = ("case.drafted", "case.imported")
#: Who writes what the citizen sends by the public page.
CITIZEN = "web"


def entries(events: Iterable[tuple[Happened, Mapping[str, Any]]], names: Mapping[str, str]) -> list[HistoryEntry]:
    """Events of one case and their data, oldest first, as history; ``names`` are display names by log-in name.

    A field's old value is the one the event tells of, else what an earlier one of ``events`` made of it.
    """
    known: dict[str, Any] = {}
    told = []
    for event, data in events:
        changes = _changes(data, known)
        known |= {change.field: change.new for change in changes}
        if event.kind in BEGINS and "kind" in data:
            known.setdefault("kind", data["kind"])
        told.append(
            HistoryEntry(
                id=event.id, at=event.at, kind=event.kind, actor=event.actor, actor_name=names.get(event.actor),
                source=_source(event), call_id=event.call_id, case_id=event.case_id, agent_id=event.agent_id,
                changes=changes, data={k: v for k, v in data.items() if k not in ("changes", "before")},
            )
        )  # fmt: skip
    return told


def _changes(data: Mapping[str, Any], known: Mapping[str, Any]) -> list[Change]:
    before: Mapping[str, Any] = data.get("before", {})
    new: Mapping[str, Any] = data.get("changes", {})
    return [Change(field=name, old=before.get(name, known.get(name)), new=value) for name, value in new.items()]


def _source(event: Happened) -> Literal["person", "citizen", "speech", "line"]:
    if event.actor == CITIZEN:
        return "citizen"
    if event.actor != GATEWAY:
        return "person"
    return "speech" if event.kind == "case.updated" else "line"
