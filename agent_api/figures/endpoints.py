"""What callers did in trees."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response

from agent_api.asking import Before, Limit, ServicesHere, TunerOnly, Version
from agent_api.errors import ETagMissing, NotAllowed, NotFound, NotLoggedIn
from agent_api.figures.errors import ExtraMissing, PhraseNotRecorded, WindowTooLong
from agent_api.figures.schemas import AsExample, Figures, PhraseShown
from agent_api.ids import Id
from agent_api.problems import documented
from agent_api.routing import Router
from agent_api.trees.errors import DraftChanged, TreeBeingEdited
from agent_api.trees.schemas import DraftShown
from ivr.errors import NoSuchOption

router = Router(prefix="/trees/{name}", tags=["figures"])
Name = Annotated[str, Path(description="The tree's name.", examples=["12365"])]
OfVersion = Annotated[Id | None, Query(description="Only this version; left out: all.")]
Since = Annotated[date | None, Query(description="The first day, by the centre's clock; left out: a week in all.")]
Until = Annotated[date | None, Query(description="The last day; left out: today.")]
OfNode = Annotated[str | None, Query(max_length=200, description="Only this node.")]
Waiting = Annotated[bool, Query(description="Only those that nobody has dealt with.")]
READING = documented(NotLoggedIn, NotAllowed, NotFound, WindowTooLong)


@router.get("/figures", responses=READING)
async def figures(
    name: Name, _user: TunerOnly, services: ServicesHere, version: OfVersion = None, since: Since = None,
    until: Until = None, node: OfNode = None,
) -> Figures:  # fmt: skip
    """What callers did: the whole tree, each node, and day by day (with `node`, the days of that node)."""
    return await services.figures.figures(name, version, since, until, node)


@router.get("/figures.csv", response_class=Response, responses=READING)
async def as_csv(
    name: Name, _user: TunerOnly, services: ServicesHere, version: OfVersion = None, since: Since = None,
    until: Until = None,
) -> Response:  # fmt: skip
    """A line a version and node, as CSV."""
    return _file(await services.figures.as_csv(name, version, since, until), "text/csv", "figures.csv")


@router.get(
    "/figures.parquet",
    response_class=Response,
    responses=documented(NotLoggedIn, NotAllowed, NotFound, WindowTooLong, ExtraMissing),
)
async def as_parquet(
    name: Name, _user: TunerOnly, services: ServicesHere, version: OfVersion = None, since: Since = None,
    until: Until = None,
) -> Response:  # fmt: skip
    """A line a version and node, as Parquet."""
    data = await services.figures.as_parquet(name, version, since, until)
    return _file(data, "application/vnd.apache.parquet", "figures.parquet")


def _file(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/phrases", responses=READING)
async def phrases(
    name: Name, _user: TunerOnly, services: ServicesHere, version: OfVersion = None, since: Since = None,
    until: Until = None, node: OfNode = None, waiting: Waiting = True, before: Before = None, limit: Limit = 50,
) -> list[PhraseShown]:  # fmt: skip
    """Phrases that were not understood, or understood wrongly, newest first."""
    return await services.figures.phrases(
        name, version, since, until, node, waiting=waiting, before=before, limit=limit
    )


@router.get(
    "/phrases/{phrase_id}/sound",
    response_class=Response,
    responses=documented(NotLoggedIn, NotAllowed, NotFound, PhraseNotRecorded),
)
async def sound(name: Name, phrase_id: Id, user: TunerOnly, services: ServicesHere) -> Response:
    """A phrase as the caller said it, audio/wav; who listened is written down."""
    return Response(await services.figures.sound(name, phrase_id, user), media_type="audio/wav")


@router.post(
    "/phrases/{phrase_id}/example",
    responses=documented(
        NotLoggedIn, NotAllowed, NotFound, TreeBeingEdited, DraftChanged, ETagMissing, NoSuchOption
    ),
)  # fmt: skip
async def make_example(
    name: Name, phrase_id: Id, example: AsExample, user: TunerOnly, version: Version,
    services: ServicesHere,
) -> DraftShown:  # fmt: skip
    """A phrase becomes an example of an option, in the draft; nothing else of the text changes.

    If-Match: the draft of the tree where it was said, for a node of a sub-tree that sub-tree's.
    """
    return await services.figures.make_example(name, phrase_id, example.option, version, user)


@router.delete("/phrases/{phrase_id}", status_code=204, responses=documented(NotLoggedIn, NotAllowed, NotFound))
async def put_aside(name: Name, phrase_id: Id, user: TunerOnly, services: ServicesHere) -> None:
    """A phrase is nothing to learn from; it stays in the figures."""
    await services.figures.put_aside(name, phrase_id, user)
