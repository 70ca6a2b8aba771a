"""Trees as published versions and drafts."""

from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from agent_api.asking import InLanguage, ServicesHere, TunerOnly, Version
from agent_api.errors import ETagMissing, NotAllowed, NotFound, NotLoggedIn
from agent_api.idempotency.route import CreatingRoute
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.trees.errors import (
    AlreadyInForce,
    DraftChanged,
    DraftExists,
    LeadingTreeRefused,
    NoteMissing,
    PublishedMeanwhile,
    SpeechToTextMissing,
    SpokenUnusable,
    TreeBeingEdited,
    TreeNamesDiffer,
    TreeRefused,
    TreeTestsFailed,
)
from agent_api.trees.hearing import body, samples
from agent_api.trees.schemas import (
    Checked,
    Difference,
    DraftSaved,
    DraftShown,
    Editing,
    Editor,
    History,
    Publishing,
    ReleaseShown,
    RollingBack,
    Source,
    SourceWithTests,
    TreeShown,
    VersionShown,
    VersionWithText,
)
from agent_api.trees.trials import Heard, SimulationShown, TestsRun, Trial, simulation_shown
from ivr import tree_schema

router = Router(prefix="/trees", tags=["trees"], route_class=CreatingRoute)
Name = Annotated[str, Path(description="The tree's name.", examples=["12365"])]
Which = Annotated[str, Query(pattern=r"^([0-9]{1,9}|draft)$", description="A version's number, or `draft`.")]
Number = Annotated[Id | None, Query(description="A version's number; left out: the one in force.")]
WAV = {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}, "required": True}
READING = documented(NotLoggedIn, NotAllowed, NotFound)
CHANGING = documented(NotLoggedIn, NotAllowed, NotFound, TreeBeingEdited, DraftChanged, ETagMissing)
PUBLISHING = documented(
    NotLoggedIn, NotAllowed, NotFound, TreeBeingEdited, DraftChanged, ETagMissing, PublishedMeanwhile, NoteMissing,
    TreeRefused, TreeNamesDiffer, TreeTestsFailed, LeadingTreeRefused,
)  # fmt: skip

ROLLING_BACK = documented(NotLoggedIn, NotAllowed, NotFound, AlreadyInForce, LeadingTreeRefused)


@router.get("", responses=documented(NotLoggedIn, NotAllowed))
async def trees(user: TunerOnly, services: ServicesHere) -> list[TreeShown]:
    """Every tree, by name."""
    return await services.trees.trees(user.username)


@router.get("/schema", responses=documented(NotLoggedIn, NotAllowed))
async def schema(_user: TunerOnly, services: ServicesHere) -> dict[str, Any]:
    """The JSON Schema of a tree's YAML; `format` tells which texts name nodes, prompts and more.

    `examples` are the queues and trees that there are.
    """
    return tree_schema.schema(await services.judge.names())


@router.post("/check", responses=documented(NotLoggedIn, NotAllowed))
async def check(source: Source, _user: TunerOnly, language: InLanguage, services: ServicesHere) -> Checked:
    """Every mistake of a text, with its place; nothing is kept."""
    problems = await services.judge.problems(source.text, language)
    return Checked(problems=problems, publishable=all(problem.severity != "error" for problem in problems))


@router.post("/simulate", responses=documented(NotLoggedIn, NotAllowed, TreeRefused))
async def simulate(trial: Trial, _user: TunerOnly, services: ServicesHere) -> SimulationShown:
    """Walk a caller through a text without a telephone; nothing is kept."""
    return simulation_shown(await services.judge.simulate(trial, services.figures.now))


@router.post(
    "/hear",
    responses=documented(NotLoggedIn, NotAllowed, SpokenUnusable, SpeechToTextMissing),
    openapi_extra={"requestBody": WAV},
)
async def hear(request: Request, _user: TunerOnly, services: ServicesHere) -> Heard:
    """What is said in a sound (the body: WAV, one channel, 16 bit, 8000 Hz, at most 30 s), as a call would hear it.

    The answer is a step for `simulate`; nothing is kept.
    """
    settings = services.settings
    said = await settings.hearing.hear(samples(await body(request)), settings.vocabulary.listed)
    return Heard.model_validate(said)


@router.post("/test", responses=documented(NotLoggedIn, NotAllowed, TreeRefused))
async def test(source: SourceWithTests, _user: TunerOnly, language: InLanguage, services: ServicesHere) -> TestsRun:
    """Run a text's tests, as a publish does."""
    return await services.judge.tests(source.text, source.tests, language)


@router.post(
    "/import", status_code=201, responses=documented(NotLoggedIn, NotAllowed, TreeBeingEdited, DraftExists, TreeRefused)
)
async def import_text(source: SourceWithTests, user: TunerOnly, services: ServicesHere) -> TreeShown:
    """A text becomes the draft of the tree that it names, which is made where there is none."""
    return await services.trees.import_text(source.text, source.tests, user.username)


@router.get("/{name}", responses=READING)
async def tree(name: Name, _user: TunerOnly, services: ServicesHere) -> VersionWithText:
    """The version in force."""
    return await services.trees.version(name)


@router.get("/{name}/versions", responses=READING)
async def history(name: Name, _user: TunerOnly, services: ServicesHere) -> History:
    """Every version and what was in force when, newest first."""
    return await services.trees.history(name)


@router.get("/{name}/versions/{number}", responses=READING)
async def version(name: Name, number: Id, _user: TunerOnly, services: ServicesHere) -> VersionWithText:
    """One version."""
    return await services.trees.version(name, number)


@router.get("/{name}/diff", responses=READING)
async def diff(name: Name, older: Which, newer: Which, _user: TunerOnly, services: ServicesHere) -> Difference:
    """How two versions differ, or a version and the draft."""
    return await services.trees.difference(name, older, newer)


@router.get("/{name}/export", response_class=Response, responses=READING)
async def export(name: Name, _user: TunerOnly, services: ServicesHere, version: Number = None) -> Response:
    """A version's YAML as a file; the one in force where no version is given."""
    found = await services.trees.version(name, version)
    headers = {"Content-Disposition": f'attachment; filename="tree-{found.number}.yaml"'}
    return Response(found.text, media_type="application/yaml", headers=headers)


@router.get("/{name}/draft", responses=READING)
async def draft(name: Name, user: TunerOnly, services: ServicesHere) -> DraftShown:
    """The draft; where there is none, the text in force."""
    return await services.drafts.get(name, user)


@router.put("/{name}/draft", responses=CHANGING)
async def save(name: Name, new: DraftSaved, user: TunerOnly, version: Version, services: ServicesHere) -> DraftShown:
    """Keep a draft, mistakes and all. Refused while someone else has the tree open."""
    return await services.drafts.save(name, version, new, user)


@router.delete("/{name}/draft", status_code=204, responses=CHANGING)
async def discard(name: Name, user: TunerOnly, version: Version, services: ServicesHere) -> None:
    """Give the draft up. A tree that was never published is gone with it."""
    await services.drafts.discard(name, version, user)


@router.post("/{name}/editor", responses=documented(NotLoggedIn, NotAllowed, NotFound, TreeBeingEdited))
async def edit(name: Name, editing: Editing, user: TunerOnly, services: ServicesHere) -> Editor:
    """Have the tree open to change it. To be said again every 20 s: after 60 s of silence the asker has left."""
    return await services.drafts.open(name, editing.take_over, user)


@router.delete("/{name}/editor", status_code=204, responses=READING)
async def leave(name: Name, user: TunerOnly, services: ServicesHere) -> None:
    """No longer have the tree open."""
    await services.drafts.leave(name, user)


@router.post("/{name}/publish", status_code=201, responses=PUBLISHING)
async def publish(
    name: Name, publishing: Publishing, user: TunerOnly, version: Version, services: ServicesHere
) -> VersionShown:
    """Put the draft in force: calls under way go on as they began, the next ones hear it within a second.

    Without a draft, the version in force is published anew where its prompts have other sounds by now.
    """
    return await services.trees.publish_draft(name, version, publishing.note, user.username)


@router.post("/{name}/rollback", responses=ROLLING_BACK)
async def rollback(name: Name, back: RollingBack, user: TunerOnly, services: ServicesHere) -> ReleaseShown:
    """Another version is in force again, within a second."""
    return await services.trees.roll_back(name, back.version, back.note, user.username)
