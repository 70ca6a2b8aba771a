"""What callers hear: shipped, recorded, or read out from text."""

import asyncio
import csv
import hashlib
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.database import Database, now
from agent_api.errors import EditedMeanwhile, NotFound
from agent_api.events.log import Bell, record
from agent_api.prompts import repository
from agent_api.prompts.errors import PromptInUse, PromptNameWrong, PromptShipped
from agent_api.prompts.named import named_in
from agent_api.prompts.schemas import PromptShown
from agent_api.prompts.tables import PromptRow
from agent_api.versions import keep_last, last_version
from common.files import draft_beside_calls
from ivr.effects import sound_of
from ivr.prompt_lengths import lengths
from ivr.voices.shipped import FOLDER, languages, shipped
from ivr.voices.sound_file import telephone_sound
from ivr.voices.speech import TextToSpeech
from ivr.voices.telephone import TELEPHONE_RATE, write_wav

_NAME = re.compile(r"[\w-]+(/[\w-]+)*")
#: Names that the product gives itself: of texts, and of sounds by their hash.
_RESERVED = ("text/", "kept/")
_LONGEST_NAME = 100


@cache
def _shipped(language: str) -> dict[str, PromptShown]:
    listing = FOLDER / language / "prompts.tsv"
    with listing.open(encoding="utf-8", newline="") as lines:
        texts = {row["name"]: row["text"] for row in csv.DictReader(lines, delimiter="\t")}
    found = {}
    for name, duration_ms in lengths(shipped(language)).items():
        found[name] = PromptShown(
            language=language, name=name, source="shipped", duration_ms=duration_ms, text=texts.get(name, "")
        )
    return found


def _every_shipped() -> list[PromptShown]:
    return [prompt for language in languages() for prompt in _shipped(language).values()]


def _named(texts: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """What each tree's texts name, and whatever other words are in them."""
    return {tree: frozenset[str]().union(*(named_in(each).values for each in many)) for tree, many in texts.items()}


class PromptService:
    """Prompts by name; each one's sound is a file named by its hash, which nobody changes or removes."""

    def __init__(self, database: Database, bell: Bell, folder: Path, speech: TextToSpeech):
        """``folder``: where sounds are kept; Asterisk finds it as ``kept/``."""
        self._database = database
        self._bell = bell
        self._folder = folder
        self.speech = speech

    async def prompts(self, language: str | None) -> list[PromptShown]:
        """Every prompt by language and name; an own one takes the place of the shipped one of its name."""
        async with self._database.reading() as session:
            rows = await repository.every(session)
            texts = await repository.texts_in_use(session)
        found = {(prompt.language, prompt.name): prompt for prompt in await asyncio.to_thread(_every_shipped)}
        found |= {(row.language, row.name): PromptShown.model_validate(row) for row in rows}
        named = await asyncio.to_thread(_named, texts)
        return [
            prompt.model_copy(update={"used_by": [tree for tree, words in named.items() if prompt.name in words]})
            for _, prompt in sorted(found.items())
            if language in (None, prompt.language)
        ]

    async def lengths(self) -> dict[str, dict[str, int]]:
        """Language → name → length, ms: what a tree may name."""
        async with self._database.reading() as session:
            rows = await repository.every(session)
        known: dict[str, dict[str, int]] = {}
        for prompt in await asyncio.to_thread(_every_shipped):
            known.setdefault(prompt.language, {})[prompt.name] = prompt.duration_ms
        for row in rows:
            known.setdefault(row.language, {})[row.name] = row.duration_ms
        return known

    async def words(self) -> dict[str, str]:
        """What each prompt says, by its full name (``zh-CN/greeting``), where that was written down."""
        async with self._database.reading() as session:
            rows = await repository.every(session)
        shipped_words = {_full_name(p): p.text for p in await asyncio.to_thread(_every_shipped)}
        return shipped_words | {_full_name(row): row.text for row in rows}

    async def sounds(self, language: str, names: Iterable[str]) -> dict[str, str]:
        """Name → hash, of those names whose sound did not come with the product."""
        wanted = set(names)
        async with self._database.reading() as session:
            rows = await repository.every(session)
        return {row.name: row.sha256 for row in rows if row.language == language and row.name in wanted}

    async def sound(self, language: str, name: str) -> Path:
        """The file with a prompt's sound. Raises :class:`NotFound`."""
        async with self._database.reading() as session:
            row = await repository.find(session, language, name)
        path = self._path(row.sha256) if row is not None else shipped(language).get(name)
        if path is None or not await asyncio.to_thread(path.is_file):
            raise NotFound(what="prompt")
        return path

    async def record(self, language: str, name: str, version: int, data: bytes, text: str, author: str) -> PromptShown:
        """A recording under a name; ``version``: of what it takes the place of, 0 where nobody made one.

        Raises :class:`PromptNameWrong`, :class:`ivr.errors.PromptUnusable`, :class:`EditedMeanwhile`.
        """
        _require_name(name)
        samples = await asyncio.to_thread(telephone_sound, data)
        made = PromptRow(
            language=language, name=name, duration_ms=len(samples) * 1000 // TELEPHONE_RATE, source="recording",
            text=text, voice="", engine="", author=author,
        )  # fmt: skip
        async with self._drafts(1) as (draft,):
            await asyncio.to_thread(write_wav, draft, samples)
            return await self._keep(draft, made, version)

    async def speak(self, language: str, name: str, version: int, text: str, voice: str, author: str) -> PromptShown:
        """A text, read out, under a name; ``version`` as for :meth:`record`.

        Raises :class:`PromptNameWrong`, :class:`ivr.errors.VoiceUnknown`, :class:`ivr.errors.SpeechFailed`,
        :class:`EditedMeanwhile`.
        """
        _require_name(name)
        (made,) = await self._render(language, [(name, text, voice)], author, version)
        return made

    async def preview(self, text: str, voice: str, author: str) -> Path:
        """A text, read out, to be listened to; kept, so that it is rendered once."""
        language = self.speech.voice(voice).language
        await self.ensure(language, [(text, voice)], author)
        return await self.sound(language, sound_of(text, voice))

    async def ensure(self, language: str, texts: Iterable[tuple[str, str]], author: str) -> None:
        """Have every text with its voice rendered, by the best engine there is now; what is there already stays.

        Raises :class:`ivr.errors.VoiceUnknown`, :class:`ivr.errors.SpeechFailed`.
        """
        wanted = {sound_of(text, voice): (text, voice, self.speech.voice(voice).engine) for text, voice in texts}
        async with self._database.reading() as session:
            rows = await repository.every(session)
        there = {row.name: row.engine for row in rows if row.language == language}
        missing = [(name, text, voice) for name, (text, voice, engine) in wanted.items() if there.get(name) != engine]
        if missing:
            await self._render(language, missing, author)

    async def _render(
        self, language: str, wanted: list[tuple[str, str, str]], author: str, version: int | None = None
    ) -> list[PromptShown]:
        voices = [self.speech.voice(voice) for _, _, voice in wanted]
        async with self._drafts(len(wanted)) as drafts:
            texts = [text for _, text, _ in wanted]
            rendered = await self.speech.render(list(zip(texts, voices, drafts, strict=True)))
            made = []
            for (name, text, voice), by, sound in zip(wanted, voices, rendered, strict=True):
                row = PromptRow(
                    language=language, name=name, duration_ms=sound.duration_ms, source="speech", text=text,
                    voice=voice, engine=by.engine, author=author,
                )  # fmt: skip
                made.append(await self._keep(sound.path, row, version))
        return made

    async def delete(self, language: str, name: str, actor: str) -> None:
        """Forget a prompt; one of the same name that was shipped is heard again.

        Raises :class:`NotFound`, :class:`PromptShipped`, :class:`PromptInUse`.
        """
        async with self._database.transaction() as session:
            row = await repository.find(session, language, name)
            if row is None:
                raise PromptShipped(name=name) if name in shipped(language) else NotFound(what="prompt")
            if name not in shipped(language):
                await self._require_unused(session, name)
            await keep_last(session, "prompt", _full_name(row), row.version)
            await session.delete(row)
            record(session, "prompt.deleted", actor=actor, data={"language": language, "name": name})
        self._bell.ring()

    async def _require_unused(self, session: AsyncSession, name: str) -> None:
        users = [tree for tree, words in _named(await repository.texts_in_use(session)).items() if name in words]
        if users:
            raise PromptInUse(name=name, trees=", ".join(users))

    def _path(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.wav"

    @asynccontextmanager
    async def _drafts(self, count: int) -> AsyncIterator[list[Path]]:
        """Files for sounds; gone afterwards but for those that were kept."""
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        async with AsyncExitStack() as drafts:
            wav = self._folder / "sound.wav"
            yield [await drafts.enter_async_context(draft_beside_calls(wav)) for _ in range(count)]

    async def _keep(self, draft: Path, made: PromptRow, version: int | None) -> PromptShown:
        """The sound gets its lasting name, and the prompt that sound. ``version``: as it was read; None: whichever.

        Raises :class:`EditedMeanwhile`.
        """
        made.sha256 = await asyncio.to_thread(self._store, draft)
        made.made_at = now()
        async with self._database.transaction() as session:
            before = await repository.find(session, made.language, made.name)
            there = before.version if before is not None else 0
            if version not in (None, there):
                raise EditedMeanwhile()
            made.version = 1 + (there or await last_version(session, "prompt", _full_name(made)))
            if before is not None:
                await session.delete(before)
                await session.flush()
            session.add(made)
            data = {"language": made.language, "name": made.name, "sha256": made.sha256}
            record(session, "prompt.changed", actor=made.author, data=data)
            shown = PromptShown.model_validate(made)
        self._bell.ring()
        return shown

    def _store(self, draft: Path) -> str:
        sha256 = hashlib.sha256(draft.read_bytes()).hexdigest()
        draft.replace(self._path(sha256))
        return sha256


def _full_name(prompt: PromptRow | PromptShown) -> str:
    return f"{prompt.language}/{prompt.name}"


def _require_name(name: str) -> None:
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or name.startswith(_RESERVED):
        raise PromptNameWrong(name=name)
