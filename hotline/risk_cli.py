"""``hotline risk``: the rules by which cases are graded."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from agent_api.risk.rules_file import load as load_rules
from hotline.settings import load
from risk.grading import Facts
from risk.grading import grade as grade_facts

risk_app = typer.Typer(no_args_is_help=True, help="Grades of risk: check the rules, try them.")
File = Annotated[Path | None, typer.Argument(help="The rules; those in force where left out.", show_default=False)]


@risk_app.command()
def check(file: File = None) -> None:
    """Check a file of rules; says line and mistake, exit status 1."""
    path = file or load().risk.rules
    rules = load_rules(path)
    typer.echo(f"{path}: {len(rules.grades)} grades, {len(rules.rules)} rules, {len(rules.clusters)} clusters")


@risk_app.command()
def grade(
    say: Annotated[str, typer.Option("--say", help="What the caller says.")],
    product: Annotated[str, typer.Option("--product", help="The product.")] = "",
    rules: Annotated[Path | None, typer.Option("--rules", help="A file of rules to try.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Grade words, and say by which rule and which of the words."""
    in_force = load_rules(rules or load().risk.rules)
    found = grade_facts(Facts(say, product=product), in_force)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    named = in_force.grade(found.grade)
    typer.echo(f"{named.code} {named.zh}" if named else "no grade")
    names = {rule.id: rule.zh for rule in in_force.rules}
    for reason in found.reasons:
        words = "、".join(word for because in reason.because for word in because.words)
        typer.echo(f"  {reason.grade:20} {names[reason.rule]}（{words}）")
