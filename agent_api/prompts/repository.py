"""Prompts in the database."""

from collections.abc import Sequence

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
