"""Whether a text can be published: its mistakes and its tests."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from agent_api.trees.errors import TreeNamesDiffer, TreeRefused
from agent_api.trees.schemas import ProblemShown
from common.errors import Language
from ivr.errors import TreeInvalid
from ivr.tree import Tree, load

#: Language → names of its prompts.
Prompts = Mapping[str, set[str]]


def _load(text: str, prompts: Prompts | None = None) -> Tree:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tree.yaml"
        path.write_text(text, "utf-8")
        tree = load(path)
        return tree if prompts is None else load(path, prompts.get(tree.language, set()))


def parse(text: str) -> Tree:
    """A text as a tree. Raises :class:`ivr.errors.TreeInvalid`."""
    return _load(text)


class Judge:
    """Looks at texts; never on the event loop's time."""

    def __init__(self, prompts: Callable[[], Awaitable[Prompts]]):
        self._prompts = prompts

    async def problems(self, text: str, language: Language) -> list[ProblemShown]:
        """Every mistake of a text."""
        try:
            await asyncio.to_thread(_load, text, await self._prompts())
        except TreeInvalid as error:
            return [
                ProblemShown(
                    line=error.details["line"], column=1, severity="error", code=error.code,
                    message=error.details["problem"], remedy="",
                )
            ]  # fmt: skip
        return []

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
        try:
            tree = await asyncio.to_thread(_load, text, await self._prompts())
        except TreeInvalid as error:
            raise _refused(error) from error
        if tree.name != name:
            raise TreeNamesDiffer(found=tree.name, expected=name)
        return {}


def _refused(error: TreeInvalid) -> TreeRefused:
    return TreeRefused(count=1, first=f"{error.details['line']}: {error.details['problem']}")
