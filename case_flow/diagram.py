"""A flow as a page: a drawn diagram (Mermaid) and its tables; pure."""

from case_flow.definition import ANY, BACK, ClockRule, Flow
from case_flow.vocabulary import ACTIONS, CHANNEL_NAMES, ROLE_WORDS, Action


def mermaid(flow: Flow) -> str:
    """The stages and the actions that lead from one to another."""
    lines = ["stateDiagram-v2", "  direction TB"]
    lines += [f'  state "{stage.zh}<br/>{name}" as {name}' for name, stage in flow.stages.items()]
    lines.append(f"  [*] --> {flow.start}")
    ways: dict[tuple[str, str], list[str]] = {}
    for action, rule in flow.actions.items():
        if rule.to is None:
            continue
        for stage in flow.sources(action):
            to = _back(flow) if rule.to == BACK else [rule.to]
            for target in to:
                if target != stage:
                    ways.setdefault((stage, target), []).append(ACTIONS[action].zh)
    lines += [f"  {source} --> {target}: {'、'.join(names)}" for (source, target), names in ways.items()]
    lines += [f"  {name} --> [*]" for name, stage in flow.stages.items() if stage.end]
    return "\n".join(lines)


def _back(flow: Flow) -> list[str]:
    return list(flow.actions["suspend"].from_) if "suspend" in flow.actions else []


def page(flow: Flow, source: str) -> str:
    """The whole page, Markdown; ``source`` is the file it is drawn from."""
    parts = [
        f"# {flow.zh} / {flow.en}\n\nGenerated from `{source}` by `make docs`.\n\n```mermaid\n{mermaid(flow)}\n```",
        "\n## Stages\n\n| stage | 名称 | name | the public is told | end | forms |\n|---|---|---|---|---|---|",
        *(
            f"| `{name}` | {s.zh} | {s.en} | {s.public} | {'yes' if s.end else 'no'} | {', '.join(s.forms) or '–'} |"
            for name, s in flow.stages.items()
        ),
        "\n## Time limits\n\n| clock | 名称 | limit | from | amber, red before | escalates after |"
        "\n|---|---|---|---|---|---|",
        *(_clock(name, clock) for name, clock in flow.clocks.items()),
        "\n## Actions\n\n| action | 名称 | in | leads to | by | needs | clocks | told | forms |"
        "\n|---|---|---|---|---|---|---|---|---|",
        *(_action(flow, name) for name in flow.actions),
    ]
    return "\n".join(parts) + "\n"


def _clock(name: str, clock: ClockRule) -> str:
    unit = {"days": "working days", "work_minutes": "working minutes", "minutes": "minutes"}[clock.unit]
    after = ", ".join(map(str, clock.escalate)) or "never"
    others = [f"{CHANNEL_NAMES[channel]['en']} {amount}" for channel, amount in clock.by_channel.items()]
    where = [f"only where there is `{field}`" for field in clock.only_with]
    limit = "; ".join([f"{clock.amount} {unit}", *others, *where])
    return f"| `{name}` | {clock.zh} | {limit} | {clock.source} | {clock.amber}, {clock.red} | {after} |"


def _action(flow: Flow, name: Action) -> str:
    rule, word = flow.actions[name], ACTIONS[name]
    stages = ", ".join("any open" if stage == ANY else f"`{stage}`" for stage in rule.from_)
    roles = "、".join(ROLE_WORDS[role][0] for role in rule.roles)
    needs = ", ".join(f"`{each}`" for each in (*rule.require, *flow.needs(name)))
    clocks = [f"{verb} {clock}" for verb in ("starts", "restarts", "stops") for clock in getattr(rule, verb)]
    clocks += [f"after {clock} is kept" for clock in rule.kept]
    limits = [f"{rule.tries} tries"] if rule.tries else []
    if rule.most_days:
        limits.append(f"at most {rule.most_days} days, {rule.times or 'any number of'} time(s)")
    told = ", ".join(f"{t.to}: {t.what}" for t in rule.tells)
    leads = f"`{rule.to}`" if rule.to else ""
    forms = ", ".join(rule.forms) or "–"
    return (
        f"| `{name}` | {word.zh} | {stages} | {leads} | {roles} | {needs} | {', '.join([*clocks, *limits])} "
        f"| {told} | {forms} |"
    )
