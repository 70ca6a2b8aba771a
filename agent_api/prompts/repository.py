"""Prompts in the database."""

from collections.abc import Sequence

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent_api.prompts.tables import PromptRow
from agent_api.trees import repository as trees


async def every(session: AsyncSession) -> Sequence[PromptRow]:
    """Every prompt that did not come with the product."""
    return (await session.scalars(select(PromptRow).order_by(PromptRow.language, PromptRow.name))).all()


async def find(session: AsyncSession, language: str, name: str) -> PromptRow | None:
    """One of them."""
    return await session.scalar(select(PromptRow).where(PromptRow.language == language, PromptRow.name == name))


async def texts_in_use(session: AsyncSession) -> dict[str, list[str]]:
    """Each tree's texts that count: the version in force and the draft."""
    found: dict[str, list[str]] = {}
    for row in await trees.every(session):
        texts = found.setdefault(row.name, [])
        if row.current is not None:
            texts.append((await trees.version(session, row.name, row.current)).text)
        if (draft := await trees.draft(session, row.name)) is not None:
            texts.append(draft.text)
    return found


def words_of(text: str) -> frozenset[str]:
    """Every text value in a YAML document: what it names is among them. None where it cannot be read."""
    try:
        waiting = [YAML(typ="safe", pure=True).load(text)]
    except YAMLError:
        return frozenset()
    words: set[str] = set()
    while waiting:
        match waiting.pop():
            case str(word):
                words.add(word)
            case dict(many):
                waiting += many.values()
            case list(many):
                waiting += many
    return frozenset(words)
