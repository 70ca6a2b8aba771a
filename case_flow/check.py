"""What makes a flow wrong though its shape is right; pure."""

from collections.abc import Callable, Container, Iterable, Iterator
from typing import Any, Literal

from case_flow.definition import ANY, BACK, Flow, Tell
from case_flow.engine import OWN_TELLS
from case_flow.vocabulary import ACTIONS, FIELDS, Action

Path = tuple[Any, ...]
#: The names of the texts that there are for ``complainant`` and for ``staff``.
Texts = Callable[[Literal["complainant", "staff"]], Container[str]]
#: A case on its way: its stage, the limits it stands under, and where it goes on once resumed.
_Standing = tuple[str, frozenset[str], str | None]
#: Stages that the line itself makes, and whether they are ends.
_OWN = {"draft": False, "abandoned": False, "registered": False, "merged": True}
#: Actions that must lead somewhere, and those that must not.
_MOVING: frozenset[Action] = frozenset(
    {"register", "abandon", "take_message", "accept", "refuse", "assign", "take", "answer", "feed_back", "call_back",
     "redo", "archive", "return", "merge", "transfer", "suspend", "resume", "withdraw", "reopen"}
)  # fmt: skip
#: The only actions that an end may be left by.
_FROM_END: frozenset[Action] = frozenset({"reopen", "link", "take_call"})
#: An action of no use without the others.
_TOGETHER: tuple[tuple[Action, Action], ...] = (
    ("suspend", "resume"), ("resume", "suspend"), ("extend", "approve_extension"), ("extend", "decline_extension"),
    ("approve_extension", "extend"), ("decline_extension", "extend"), ("assign", "take"), ("take", "assign"),
    ("handle", "take"), ("feed_back", "take"),
)  # fmt: skip


def problems_of(flow: Flow, texts: Texts | None = None) -> Iterator[tuple[Path, str]]:
    """Each mistake and where it is; with ``texts`` also what is told without a text."""
    if texts is not None:
        yield from _untold(flow, texts)
    named = list(_names(flow))
    yield from named
    if named:
        # Ways cannot be followed through names that are not there.
        return
    yield from _own_stages(flow)
    yield from _actions(flow)
    yield from _clocks(flow)
    yield from _ways(flow)
    yield from _unlimited(flow)


def _unknown_fields(here: Path, fields: Iterable[str]) -> Iterator[tuple[Path, str]]:
    for place, field in enumerate(fields):
        if field not in FIELDS:
            yield (*here, place), f"there is no field {field!r}: {', '.join(FIELDS)}"


def _names(flow: Flow) -> Iterator[tuple[Path, str]]:
    for clock_name, clock_rule in flow.clocks.items():
        yield from _unknown_fields(("clocks", clock_name, "only_with"), clock_rule.only_with)
    if flow.start not in flow.stages:
        yield ("start",), f"there is no stage {flow.start!r}"
    for name, rule in flow.actions.items():
        here: Path = ("actions", name)
        for place, stage in enumerate(rule.from_):
            if stage != ANY and stage not in flow.stages:
                yield (*here, "from", place), f"there is no stage {stage!r}"
        if rule.to not in (None, BACK) and rule.to not in flow.stages:
            yield (*here, "to"), f"there is no stage {rule.to!r}"
        for key in ("starts", "restarts", "stops", "kept"):
            for place, clock in enumerate(getattr(rule, key)):
                if clock not in flow.clocks:
                    yield (*here, key, place), f"there is no clock {clock!r}"
        yield from _unknown_fields((*here, "require"), rule.require)
        given = (*ACTIONS[name].needs, *ACTIONS[name].may)
        for place, argument in enumerate(rule.needs):
            if argument not in given:
                yield (*here, "needs", place), f"{name!r} is not given {argument!r}: {', '.join(given) or 'nothing'}"


def _untold(flow: Flow, texts: Texts) -> Iterator[tuple[Path, str]]:
    for name, rule in flow.actions.items():
        told: list[tuple[Path, Tell]] = [((name, "tells", n, "what"), tell) for n, tell in enumerate(rule.tells)]
        if name in OWN_TELLS:
            told.append(((name,), OWN_TELLS[name]))
        for place, tell in told:
            if tell.what not in texts(tell.audience):
                yield ("actions", *place), f"there is no text {tell.what!r} for {tell.audience}"


def _own_stages(flow: Flow) -> Iterator[tuple[Path, str]]:
    for name, end in _OWN.items():
        if name not in flow.stages:
            yield ("stages",), f"a stage {name!r} is missing: the line itself makes it"
        elif flow.stages[name].end != end:
            yield ("stages", name), f"{name!r} must {'be' if end else 'not be'} an end"
    if flow.start != "draft":
        yield ("start",), "every case begins as a 'draft'"
    for needed in ("register", "edit", "take_call", "abandon", "take_message", "merge"):
        if needed not in flow.actions:
            yield ("actions",), f"an action {needed!r} is missing"


def _actions(flow: Flow) -> Iterator[tuple[Path, str]]:
    for name, rule in flow.actions.items():
        here: Path = ("actions", name)
        if name in _MOVING and rule.to is None:
            yield here, f"{name!r} must say where it leads (`to`)"
        made_in = flow.sources(name) if rule.to in (None, BACK) else (rule.to,)
        for place, form in enumerate(rule.forms):
            if lacks := [stage for stage in made_in if form not in flow.stages[stage].forms]:
                yield (*here, "forms", place), f"{form!r} is not among the forms of {lacks[0]!r}"
        if name not in _MOVING and rule.to is not None:
            yield (*here, "to"), f"{name!r} leads nowhere"
        if (rule.to == BACK) != (name == "resume"):
            yield (*here, "to"), f"`to: {BACK}` is for 'resume', and 'resume' leads nowhere else"
        for stage in flow.sources(name):
            if flow.is_end(stage) and name not in _FROM_END:
                place = rule.from_.index(stage)
                yield (
                    (*here, "from", place),
                    f"{stage!r} is an end: only {', '.join(sorted(_FROM_END))} may be done there",
                )
            if name == "split" and stage in _at_work(flow):
                place = rule.from_.index(stage if stage in rule.from_ else ANY)
                yield (*here, "from", place), f"a part split off in {stage!r} would have nobody at work on it"
        if rule.tries is not None and name != "call_back":
            yield (*here, "tries"), "`tries` is for 'call_back'"
        if (rule.most_days is not None or rule.times is not None) and name != "extend":
            yield here, "`most_days` and `times` are for 'extend'"
    for name, needed in _TOGETHER:
        if name in flow.actions and needed not in flow.actions:
            yield ("actions", name), f"{name!r} needs {needed!r}"
    if "register" in flow.actions and flow.actions["register"].to != "registered":
        yield ("actions", "register", "to"), "'register' leads to 'registered'"


def _at_work(flow: Flow) -> set[str]:
    """Stages in which a case has departments at work on it, or goes on with those it had."""
    needing: tuple[Action, ...] = ("take", "handle", "feed_back", "resume")
    return {stage for name in needing if name in flow.actions for stage in flow.sources(name)}


def _clocks(flow: Flow) -> Iterator[tuple[Path, str]]:
    started = {c for rule in flow.actions.values() for c in (*rule.starts, *rule.restarts)}
    stopped = {c for rule in flow.actions.values() for c in rule.stops}
    for name in flow.clocks:
        if name not in started:
            yield ("clocks", name), f"nothing starts the clock {name!r}"
        if name not in stopped:
            yield ("clocks", name), f"nothing stops the clock {name!r}: its limit could not be kept"
    for action, rule in flow.actions.items():
        for place, name in enumerate(rule.kept):
            keeping = {s for other, r in flow.actions.items() if name in r.stops for s in flow.sources(other)}
            for stage in flow.sources(action):
                if stage not in keeping:
                    yield ("actions", action, "kept", place), f"in {stage!r} nothing stops the clock {name!r}"

    reopen = flow.actions.get("reopen")
    if reopen is not None and flow.clocks and not reopen.restarts:
        yield ("actions", "reopen"), "a reopened case needs a limit: let 'reopen' restart a clock"


def _ways(flow: Flow) -> Iterator[tuple[Path, str]]:
    onward: dict[str, set[str]] = {name: set() for name in flow.stages}
    for name, rule in flow.actions.items():
        if rule.to is None:
            continue
        for stage in flow.sources(name):
            onward[stage] |= set(flow.actions["suspend"].from_) if rule.to == BACK else {rule.to}
    for stage in sorted(set(flow.stages) - _reached([flow.start, "merged"], onward)):
        yield ("stages", stage), f"nothing leads to the stage {stage!r}"
    backward: dict[str, set[str]] = {name: set() for name in flow.stages}
    for stage, ways in onward.items():
        for way in ways & set(flow.stages):
            backward[way].add(stage)
    ends = [name for name, stage in flow.stages.items() if stage.end]
    for stage in sorted(set(flow.stages) - _reached(ends, backward)):
        yield ("stages", stage), f"no end can be reached from {stage!r}"


def _reached(first: Iterable[str], ways: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(first)
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting += ways.get(here, set())
    return seen


def _unlimited(flow: Flow) -> Iterator[tuple[Path, str]]:
    """Actions after which a registered case could stand under no limit, followed along every way of the flow."""
    if not flow.clocks:
        return
    seen: set[_Standing] = set()
    told: set[tuple[str, str]] = set()
    waiting: list[_Standing] = [(flow.start, frozenset(), None)]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        for name, after in _onward(flow, here):
            stage, running, _ = after
            waiting.append(after)
            limited = running or flow.is_end(stage) or stage in ("draft", "abandoned")
            if not limited and after != here and (name, stage) not in told:
                told.add((name, stage))
                yield ("actions", name), f"after {name!r} a case could be in {stage!r} without a limit"


def _onward(flow: Flow, here: _Standing) -> Iterator[tuple[Action, _Standing]]:
    stage, running, resume_to = here
    for name, rule in flow.actions.items():
        if stage not in flow.sources(name):
            continue
        to = (resume_to if rule.to == BACK else rule.to) or stage
        after = (running - set(rule.stops)) | set(rule.starts) | set(rule.restarts)
        back = stage if name == "suspend" else None if rule.to == BACK else resume_to
        yield name, (to, frozenset() if flow.is_end(to) else after, back)
