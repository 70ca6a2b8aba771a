"""Admins edit the hotline's own words, and measure what a change does before they make it."""

import asyncio
import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from agent_api import paging
from agent_api.database import Database, now
from agent_api.errors import NotFound, WordTaken
from agent_api.events.log import Bell, record
from agent_api.models import DomainWord, User
from agent_api.words.schemas import Difference, NewTrial, NewWord, TrialShown, WordShown
from agent_api.words.vocabulary import Vocabulary

log = logging.getLogger(__name__)

#: So many trials are remembered.
_KEPT = 20


@dataclass(frozen=True)
class Comparison:
    """One recording, written down with two lists of words."""

    recording: str
    said: str
    before: str
    after: str
    #: Wrong characters.
    errors_before: int
    errors_after: int
    characters: int


class Compares(Protocol):
    """Speech to text over the recordings whose words are known; see ``hotline.word_trial``."""

    async def compare(self, before: tuple[str, ...], after: tuple[str, ...]) -> Sequence[Comparison]:
        """Write every recording down with each list; what someone on the line waits for goes first."""


class WordService:
    """The list, and its trials."""

    def __init__(self, database: Database, bell: Bell, vocabulary: Vocabulary, recordings: Compares):
        self._database = database
        self._bell = bell
        self._vocabulary = vocabulary
        self._recordings = recordings
        self._numbers = itertools.count(1)
        self._trials: dict[int, TrialShown] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def words(self, cursor: str | None, limit: int) -> tuple[list[WordShown], str | None]:
        """A page of the list, in the order it grew, and the cursor of the next. Raises :class:`CursorInvalid`."""
        query = select(DomainWord).where(DomainWord.id > paging.after(cursor)).order_by(DomainWord.id)
        async with self._database.reading() as session:
            found = (await session.scalars(query.limit(limit + 1))).all()
            rows, following = paging.cut(found, limit, lambda row: (row.id,))
            return [WordShown.model_validate(row) for row in rows], following

    async def add(self, new: NewWord, actor: User) -> WordShown:
        """Expect a word from the next utterances on. Raises :class:`WordTaken`."""
        row = DomainWord(word=new.word, kind=new.kind, added_by=actor.username, added_at=now())
        try:
            async with self._database.transaction() as session:
                session.add(row)
                await session.flush()
                record(session, "word.added", actor=actor.username, audience=0, data={"word": new.word})
                shown = WordShown.model_validate(row)
        except IntegrityError as error:
            raise WordTaken(word=new.word) from error
        self._bell.ring()
        return shown

    async def remove(self, word_id: int, actor: User) -> None:
        """Expect it no longer; taking away what is not there changes nothing."""
        async with self._database.transaction() as session:
            row = await session.get(DomainWord, word_id)
            if row is None:
                return
            await session.delete(row)
            record(session, "word.removed", actor=actor.username, audience=0, data={"word": row.word})
        self._bell.ring()

    async def begin_trial(self, change: NewTrial) -> TrialShown:
        """Measure a change; it takes minutes and goes on by itself. Raises :class:`NotFound` for an unknown number."""
        async with self._database.reading() as session:
            rows = await session.execute(select(DomainWord.id, DomainWord.word))
            listed: dict[int, str] = {number: word for number, word in rows}
        if not set(change.remove) <= set(listed):
            raise NotFound(what="word")
        after = {word for number, word in listed.items() if number not in change.remove} | set(change.add)
        trial = TrialShown(id=next(self._numbers), state="running")
        self._keep(trial)
        lists = self._vocabulary.with_change(set(listed.values())), self._vocabulary.with_change(after)
        task = asyncio.create_task(self._measure(trial, *lists), name=f"word-trial-{trial.id}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return trial

    def trial(self, trial_id: int) -> TrialShown:
        """How far it is, and what it found. Raises :class:`NotFound`."""
        if trial_id not in self._trials:
            raise NotFound(what="trial")
        return self._trials[trial_id]

    def _keep(self, trial: TrialShown) -> None:
        self._trials[trial.id] = trial
        for old in sorted(self._trials)[:-_KEPT]:
            del self._trials[old]

    async def _measure(self, trial: TrialShown, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        try:
            found = await self._recordings.compare(before, after)
        except Exception:
            log.exception("trial %d of words failed", trial.id)
            self._keep(trial.model_copy(update={"state": "failed"}))
            return
        letters = max(1, sum(each.characters for each in found))
        changed = [each for each in found if each.before != each.after]
        changed.sort(key=lambda each: abs(each.errors_before - each.errors_after), reverse=True)
        self._keep(
            TrialShown(
                id=trial.id,
                state="done",
                recordings=len(found),
                error_before=sum(each.errors_before for each in found) / letters,
                error_after=sum(each.errors_after for each in found) / letters,
                differences=[
                    Difference(recording=each.recording, said=each.said, before=each.before, after=each.after)
                    for each in changed
                ],
            )
        )
