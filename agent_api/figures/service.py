"""What callers do in trees, for people to read, to listen to, and to learn from."""

import asyncio
import csv
import importlib.util
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from agent_api.database import Database
from agent_api.events.log import Bell, record
from agent_api.figures import repository
from agent_api.figures.days import Days
from agent_api.figures.errors import ExtraMissing, PhraseNotRecorded
from agent_api.figures.repository import Window
from agent_api.figures.schemas import DayFigures, Figures, NodeFigures, PhraseShown
from agent_api.figures.tables import MissedPhrase
from agent_api.models import User
from agent_api.recordings.clip import clip
from agent_api.recordings.sound import open_sound
from agent_api.trees import repository as trees
from agent_api.trees.drafts import DraftService
from agent_api.trees.schemas import DraftShown, ReleaseShown
from common.sealed_file import FileCipher
from common.wav import HEADER_BYTES

#: Heard before and after a phrase, ms.
_AROUND_MS = 300
#: A phrase that was put aside.
ASIDE = "-"

COLUMNS = (
    "tree", "version", "node", "visits", "calls", "mean_ms", "hang_ups", "no_input", "no_match", "refused",
    "reached_person", "reached_person_share", "exits", "marks",
)  # fmt: skip


class FigureService:
    """Figures and phrases of trees."""

    def __init__(self, database: Database, bell: Bell, drafts: DraftService, cipher: FileCipher, days: Days):
        self._database = database
        self._bell = bell
        self._drafts = drafts
        self._cipher = cipher
        self._days = days

    @property
    def now(self) -> datetime:
        """The centre's own time."""
        return datetime.now(self._days.zone)

    def _window(self, tree: str, version: int | None, first: date, last: date, node: str | None = None) -> Window:
        return Window(tree, version, *self._days.bounds(first, last), node)

    async def figures(
        self, tree: str, version: int | None, since: date | None, until: date | None, node: str | None
    ) -> Figures:
        """What callers did in a time. Raises :class:`NotFound`, :class:`WindowTooLong`."""
        first, last = self._days.window(since, until)
        window = self._window(tree, version, first, last)
        async with self._database.reading() as session:
            await trees.find(session, tree)
            days = [
                DayFigures(
                    day=day, **dict(await repository.totals(session, self._window(tree, version, day, day, node)))
                )
                for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
            ]
            releases = [r for r in await trees.releases(session, tree) if window.since <= r.at < window.until]
            return Figures(
                tree=tree, version=version, since=first, until=last, totals=await repository.totals(session, window),
                nodes=await repository.nodes(session, window), days=days,
                releases=[ReleaseShown.model_validate(each) for each in reversed(releases)],
            )  # fmt: skip

    async def _rows(
        self, tree: str, version: int | None, since: date | None, until: date | None
    ) -> list[dict[str, Any]]:
        """A line a version and node."""
        window = self._window(tree, version, *self._days.window(since, until))
        async with self._database.reading() as session:
            await trees.find(session, tree)
            return [
                _row(tree, each, node)
                for each in await repository.versions(session, window)
                for node in await repository.nodes(session, replace(window, version=each))
            ]

    async def as_csv(self, tree: str, version: int | None, since: date | None, until: date | None) -> bytes:
        """Figures as CSV (UTF-8 with a mark, for spreadsheets). Raises :class:`NotFound`, :class:`WindowTooLong`."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(await self._rows(tree, version, since, until))
        return text.getvalue().encode("utf-8-sig")

    async def as_parquet(self, tree: str, version: int | None, since: date | None, until: date | None) -> bytes:
        """Figures as Parquet. Raises :class:`ExtraMissing`, :class:`NotFound`, :class:`WindowTooLong`."""
        if importlib.util.find_spec("pyarrow") is None:
            raise ExtraMissing()
        return await asyncio.to_thread(_parquet, await self._rows(tree, version, since, until))

    async def phrases(
        self, tree: str, version: int | None, since: date | None, until: date | None, node: str | None, *,
        waiting: bool, before: int | None, limit: int,
    ) -> list[PhraseShown]:  # fmt: skip
        """Phrases that were not understood, newest first. Raises :class:`NotFound`, :class:`WindowTooLong`."""
        window = self._window(tree, version, *self._days.window(since, until), node)
        async with self._database.reading() as session:
            await trees.find(session, tree)
            found = await repository.phrases(session, window, waiting=waiting, before=before, limit=limit)
            return [_phrase(tree, each) for each in found]

    async def sound(self, tree: str, phrase_id: int, user: User) -> bytes:
        """A phrase as it was said, a WAV file; who listened is written down.

        Raises :class:`NotFound`, :class:`PhraseNotRecorded`.
        """
        async with self._database.transaction() as session:
            phrase = await repository.phrase(session, tree, phrase_id)
            place = await repository.spoken_at(session, phrase)
            kept = await repository.recording(session, phrase.call_id)
            if place is None or kept is None or kept.state == "deleted":
                raise PhraseNotRecorded()
            record(
                session, "recording.heard", actor=user.username, call_id=phrase.call_id, agent_id=user.id, audience=0
            )
        self._bell.ring()
        begin, end = (moment - kept.start_ms for moment in place)
        return await asyncio.to_thread(_heard, Path(kept.path), self._cipher, begin - _AROUND_MS, end + _AROUND_MS)

    async def make_example(self, tree: str, phrase_id: int, option: str, version: int, user: User) -> DraftShown:
        """A phrase becomes an example of an option in the draft of the tree where it was said.

        Raises :class:`NotFound`, :class:`ivr.errors.NoSuchOption`, and what :meth:`DraftService.add_example` raises.
        """
        async with self._database.reading() as session:
            phrase = await repository.phrase(session, tree, phrase_id)
        own = phrase.sub_tree or phrase.tree
        node = _phrase(own, phrase).node
        shown = await self._drafts.add_example(own, version, node, option, phrase.heard, user)
        await self._settle(tree, phrase_id, option, user)
        return shown

    async def put_aside(self, tree: str, phrase_id: int, user: User) -> None:
        """A phrase is nothing to learn from. Raises :class:`NotFound`."""
        await self._settle(tree, phrase_id, ASIDE, user)

    async def _settle(self, tree: str, phrase_id: int, how: str, user: User) -> None:
        async with self._database.transaction() as session:
            phrase = await repository.phrase(session, tree, phrase_id)
            data = {"tree": tree, "phrase": phrase_id, "settled": how, "before": phrase.settled}
            phrase.settled = how
            record(
                session, "phrase.settled", actor=user.username, call_id=phrase.call_id, agent_id=user.id, audience=0,
                data=data,
            )  # fmt: skip
        self._bell.ring()


def _phrase(tree: str, row: MissedPhrase) -> PhraseShown:
    """A phrase as a tree has it: one that was led into knows it by its own names."""
    shown = PhraseShown.model_validate(row)
    if row.sub_tree != tree:
        return shown
    node = row.node.removeprefix(f"{tree}/")
    return shown.model_copy(update={"node": node, "version": row.sub_version})


def _row(tree: str, version: int, node: NodeFigures) -> dict[str, Any]:
    exits = json.dumps({each.to: each.count for each in node.exits}, ensure_ascii=False)
    given = {each.question: {one.mark: one.count for one in each.given} for each in node.marks}
    marks = json.dumps(given, ensure_ascii=False)
    own = node.model_dump(exclude={"exits", "marks"})
    return {"tree": tree, "version": version, **own, "exits": exits, "marks": marks}


def _parquet(rows: Iterable[dict[str, Any]]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    kinds = {"tree": pyarrow.string(), "node": pyarrow.string(), "exits": pyarrow.string(), "marks": pyarrow.string()}
    kinds |= {"reached_person_share": pyarrow.float64()}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.int64())) for name in COLUMNS])
    sink = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema), sink)
    return sink.getvalue()


def _heard(path: Path, cipher: FileCipher, begin_ms: int, end_ms: int) -> bytes:
    """Raises :class:`PhraseNotRecorded` where the recording is gone or ends before."""
    try:
        heard = clip(open_sound(path, cipher), begin_ms, end_ms)
    except FileNotFoundError as error:
        raise PhraseNotRecorded() from error
    if len(heard) <= HEADER_BYTES:
        raise PhraseNotRecorded()
    return heard
