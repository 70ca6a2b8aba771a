"""The console has a word, in both languages, for every code the server can send, and none for a code that it cannot."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from agent_api.app import api
from agent_api.audit.reading import is_noted, kind_of
from agent_api.cases.actions import TaskShown
from agent_api.cases.attaching import CALL_MOVED
from agent_api.cases.schemas import CaseChanges, LinkShown
from agent_api.cases.worklists import WorkList
from agent_api.centres.schemas import Level
from agent_api.notices.outbox import ChannelName
from agent_api.roles import ROLES
from agent_api.routing import PREFIX
from agent_api.system.schemas import SpeechWorker
from agent_api.system.transcription import WorkerProblem
from agent_api.tokens.scopes import SCOPES
from agent_api.webhooks.schemas import WebhookKind
from asr_models.choice import Choice, Told
from asr_models.scheduler import Load, Urgency
from case_flow.clocks import ClockState, Light, Unit
from case_flow.similarity import Why
from case_flow.vocabulary import CHANNELS, Form, Kind

ROOT = Path(__file__).parents[3]
SCREENS = ROOT / "console" / "src"
SERVER = [
    path.read_text("utf-8")
    for part in ("agent_api", "case_flow", "gateway", "risk", "ivr", "hotline")
    for suffix in ("*.py", "*.yaml")
    for path in (ROOT / part).rglob(suffix)
]


PREFIXES = "event|how|status|reason|outcome|node|channel|form|task|relation|mark|role|level"


def _words(language: str, part: str = "shared") -> set[str]:
    text = (SCREENS / part / f"words.{language}.ts").read_text("utf-8")
    return set(re.findall(r"^  '?([\w:-]+)'?:", text, re.M))


def _literals(shape: Any, field: str) -> tuple[str, ...]:
    return get_args(shape.model_fields[field].annotation)


def _told() -> set[str]:
    texts = yaml.safe_load((ROOT / "agent_api/notices/texts.yaml").read_text("utf-8"))
    return {f"{audience}_{what}" for audience, whats in texts.items() for what in whats}


def _stages() -> set[str]:
    flows = (ROOT / "case_flow" / "flows").glob("*.yaml")
    return {stage for path in flows for stage in yaml.safe_load(path.read_text("utf-8"))["stages"]}


def _changes_of_limits() -> set[str]:
    return {how for text in SERVER for how in re.findall(r'(?:ClockChanged\(|"how": )"([a-z_]+)"', text)}


def _deeds() -> set[str]:
    return {deed for text in SERVER for deed in re.findall(r'"case\.([a-z_]+)"', text)}


#: What comes before a code in the key of its word → the codes.
CODES = {
    "": (*get_args(Kind), *CaseChanges.model_fields),
    "told_": _told(),
    "status_": _stages(),
    "event_": _deeds(),
    "how_": _changes_of_limits(),
    "because_": (CALL_MOVED,),
    "role_": ROLES,
    "scope_": SCOPES,
    "work_": get_args(WorkList),
    "level_": get_args(Level),
    "unit_": get_args(Unit),
    "light_": get_args(Light),
    "clock_": get_args(ClockState),
    "similar_": get_args(Why),
    "form_": get_args(Form),
    "channel_": get_args(ChannelName),
    "came_": CHANNELS,
    "task_": _literals(TaskShown, "state"),
    "relation_": _literals(LinkShown, "relation"),
    "worker_": get_args(WorkerProblem),
    "speech_": (
        *get_args(SpeechWorker.model_fields["state"].annotation),
        *Choice(None, None, None, Told("-", "-")).describe(),
        *Load({each.name.lower(): 0 for each in Urgency}, 0, 0).figures(),
    ),
    "mark_": ("amber", "red", "overdue", "escalated"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("before", CODES)
def test_every_code_has_a_word(before: str, language: str) -> None:
    assert {f"{before}{code}" for code in CODES[before]} - _words(language) == set()


def _written_in_trees(found: Any, what: str) -> set[str]:
    """The fields, kinds or choices of the tree's schema."""
    if isinstance(found, list):
        return {name for each in found for name in _written_in_trees(each, what)}
    if not isinstance(found, dict):
        return set()
    here = {"field": found.get("properties", {}), "kind": [found.get("const")], "choice": found.get("enum", [])}[what]
    return {name for name in here if isinstance(name, str)} | _written_in_trees(list(found.values()), what)


#: What the tree's editor shows in another way, or as it is written.
UNTOLD = {
    "field": {"kind", "test", "name", "nodes", "layout", "recorded"},
    "kind": {"keys"},
    "choice": {"#", "*", "GET", "POST"},
}


@pytest.mark.parametrize("what", UNTOLD)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tree_editor_has_a_word_for_all_that_is_written_in_trees_and_no_other(language: str, what: str) -> None:
    schema = json.loads((ROOT / "ivr/schema/tree.schema.json").read_text("utf-8"))
    words = {word.removeprefix(f"{what}_") for word in _words(language, "trees") if word.startswith(f"{what}_")}
    assert words == _written_in_trees(schema, what) - UNTOLD[what]


def test_a_list_can_be_narrowed_to_each_stage_and_each_channel() -> None:
    text = (SCREENS / "shared" / "types.ts").read_text("utf-8")
    offered = {
        name: set(re.findall(r"'([a-z_]+)'", within))
        for name, within in re.findall(r"const (\w+) = \[(.+?)\]", text, re.S)
    }
    assert (offered["STATUSES"], offered["CHANNELS"]) == (_stages(), set(CHANNELS))


def test_a_subscription_can_be_of_all_that_the_server_tells_of() -> None:
    text = (SCREENS / "webhooks" / "types.ts").read_text("utf-8")
    assert tuple(re.findall(r"^  '(case\.[a-z_]+)',", text, re.M)) == get_args(WebhookKind)


@cache
def _on_record() -> set[str]:
    """The kinds of event that are none of a case's own, as their words' keys have them."""
    paths = api().openapi()["paths"]
    read = {path.removeprefix(PREFIX) for path, methods in paths.items() if "get" in methods}
    written = re.compile(r'record\(\s*\w+, "([a-z_.]+)"')
    done = {kind for text in SERVER for kind in written.findall(text) if not kind.startswith("case.")}
    return {kind.replace(".", "_") for kind in done | {kind_of(path) for path in read if is_noted(path)}}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_audit_page_has_words_for_what_is_on_record(language: str) -> None:
    kinds = _on_record()
    assert {"read_cases", "token_made", "cases_imported"} <= kinds
    assert {f"audit_{kind}" for kind in kinds} - _words(language, "audit") == set()


def test_no_word_is_for_a_code_that_the_server_does_not_know() -> None:
    known = {token for text in SERVER for token in re.findall(r"[a-z][a-z0-9_-]+", text)}
    # Agents choose these themselves; the server keeps what it is given.
    known |= set(re.findall(r"'([a-z]+)'", (SCREENS / "desk" / "readiness.ts").read_text("utf-8")))
    coded = re.compile(rf"(told_(?:complainant|staff)|{PREFIXES})_(.+)")
    unknown = {word for word in _words("zh") if (found := coded.fullmatch(word)) and found[2] not in known | {"intent"}}
    assert unknown == set()
