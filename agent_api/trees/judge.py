"""Whether a text can be published: its mistakes and its tests."""

import asyncio
from collections.abc import Awaitable, Callable

from agent_api.trees.errors import TreeNamesDiffer, TreeRefused
from agent_api.trees.schemas import ProblemShown
from common.errors import Language
from ivr.checking import Problem, Surroundings, check, read
from ivr.errors import TreeInvalid
from ivr.tree import Tree


def parse(text: str) -> Tree:
    """A text as a tree, whatever is there beside it. Raises :class:`ivr.errors.TreeInvalid`."""
    return read(text)


class Judge:
    """Looks at texts; never on the event loop's time."""

    def __init__(self, surroundings: Callable[[], Awaitable[Surroundings]]):
        self._surroundings = surroundings

    async def _problems(self, text: str) -> list[Problem]:
        return await asyncio.to_thread(check, text, surroundings=await self._surroundings())

    async def problems(self, text: str, language: Language) -> list[ProblemShown]:
        """Every mistake of a text."""
        return [
            ProblemShown(
                line=each.line, column=each.column, severity="error", code=each.code, message=each.message(language),
                remedy=each.remedy(language),
            )
            for each in await self._problems(text)
        ]  # fmt: skip

    async def name_of(self, text: str) -> str:
        """The name that a text gives its tree. Raises :class:`TreeRefused`."""
        try:
            return (await asyncio.to_thread(parse, text)).name
        except TreeInvalid as error:
            raise _refused(error) from error

    async def require_sound(self, name: str, text: str, tests: str) -> dict[str, str]:
        """A text that may be published under ``name``; returns the prompts it needs that were not shipped, by hash.

        Raises :class:`TreeRefused`, :class:`TreeNamesDiffer`, :class:`TreeTestsFailed`.
        """
        if problems := await self._problems(text):
            raise TreeRefused(count=len(problems), first=f"{problems[0].line}: {problems[0].message('en')}")
        tree = await asyncio.to_thread(parse, text)
        if tree.name != name:
            raise TreeNamesDiffer(found=tree.name, expected=name)
        return {}


def _refused(error: TreeInvalid) -> TreeRefused:
    return TreeRefused(count=1, first=f"{error.details['line']}: {error.details['problem']}")
