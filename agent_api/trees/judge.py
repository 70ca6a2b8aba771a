"""Whether a text can be published: its mistakes and its tests."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from agent_api.centres.repository import calendar_at
from agent_api.database import Database
from agent_api.prompts.named import Named, named_in
from agent_api.prompts.service import PromptService
from agent_api.trees import repository
from agent_api.trees.errors import LeadingTreeRefused, TreeNamesDiffer, TreeRefused, TreeTestsFailed
from agent_api.trees.schemas import ProblemShown
from agent_api.trees.trials import TestsRun, Trial, test_shown, tried, world_of
from common.errors import Language
from common.workdays import Calendar
from ivr.checking import TEXT_MS, Problem, Surroundings, check, read
from ivr.errors import TreeInvalid
from ivr.simulating import Simulation
from ivr.tree import Tree
from ivr.tree_tests import run_tests

_DIGITS = frozenset(f"digits/{digit}" for digit in range(10))


def parse(text: str, trees: Callable[[str], str | None]) -> Tree:
    """A text as a tree with its sub-trees, whatever else is there. Raises :class:`ivr.errors.TreeInvalid`."""
    return read(text, surroundings=Surroundings(tree=trees))


class Judge:
    """Looks at texts; never on the event loop's time."""

    def __init__(self, database: Database, prompts: PromptService, rules: Surroundings, zone: str):
        """``rules``: what is there beside trees but for the prompts and other trees; ``zone``: the centre's, IANA."""
        self._database = database
        self._prompts = prompts
        self._rules = rules
        self._zone = zone

    async def _surroundings(self, texts: Mapping[str, str]) -> Surroundings:
        """What is there now; ``texts``: the trees by name."""
        calendar = await self._calendar()
        return replace(
            self._rules, prompts=await self._prompts.lengths(), text_ms=TEXT_MS, tree=texts.get,
            today=calendar.day_of(datetime.now(UTC)), calendar=calendar,
        )  # fmt: skip

    async def _calendar(self) -> Calendar:
        async with self._database.reading() as session:
            return await calendar_at(session, self._zone)

    async def in_force(self) -> dict[str, str]:
        """Each tree's text that callers hear."""
        async with self._database.reading() as session:
            return await repository.texts_in_force(session)

    async def names(self) -> dict[str, list[str]]:
        """What a text may name, by the schema's format: queues, and trees that callers hear."""
        async with self._database.reading() as session:
            trees = [row.name for row in await repository.every(session) if row.current is not None]
        return {"queue-name": sorted(self._rules.queues or ()), "tree-name": trees}

    async def _problems(self, text: str, texts: Mapping[str, str]) -> list[Problem]:
        surroundings = await self._surroundings(texts)
        return await asyncio.to_thread(check, text, surroundings=surroundings)

    async def problems(self, text: str, language: Language) -> list[ProblemShown]:
        """Every mistake of a text."""
        return [_shown(each, language) for each in await self._problems(text, await self.in_force())]

    async def name_of(self, text: str) -> str:
        """The name that a text gives its tree. Raises :class:`TreeRefused`."""
        try:
            return (await asyncio.to_thread(parse, text, (await self.in_force()).get)).name
        except TreeInvalid as error:
            raise TreeRefused(count=1, first=f"{error.details['line']}: {error.details['problem']}") from error

    async def _tree(self, text: str) -> tuple[Tree, Mapping[str, str]]:
        """A text as a tree, and what prompts say. Raises :class:`TreeRefused`."""
        texts = await self.in_force()
        await self._require_no_errors(text, texts)
        return await asyncio.to_thread(parse, text, texts.get), await self._prompts.words()

    async def simulate(self, trial: Trial, now: datetime) -> Simulation:
        """A simulated call; ``now``: by the centre's clock. Raises :class:`TreeRefused`."""
        tree, words = await self._tree(trial.text)
        world = world_of(trial, now, await self._calendar(), words)
        return await asyncio.to_thread(tried, tree, trial, world)

    async def tests(self, text: str, tests: str, language: Language) -> TestsRun:
        """Run a tree's tests. Raises :class:`TreeRefused`."""
        tree, words = await self._tree(text)
        results, problems = await asyncio.to_thread(run_tests, tree, tests, words=lambda sound: words.get(sound, ""))
        return TestsRun(
            passed=not problems and all(each.passed for each in results),
            problems=[_shown(each, language) for each in problems], results=[test_shown(each) for each in results],
        )  # fmt: skip

    async def require_sound(self, name: str, text: str, tests: str, author: str) -> dict[str, str]:
        """A text that may be published under ``name``; returns the prompts it needs that were not shipped, by hash.

        Its texts are rendered first. Raises :class:`TreeRefused`, :class:`TreeNamesDiffer`, :class:`TreeTestsFailed`,
        :class:`LeadingTreeRefused`, :class:`ivr.errors.VoiceUnknown`, :class:`ivr.errors.SpeechFailed`.
        """
        texts = await self.in_force() | {name: text}
        await self._require_no_errors(text, texts)
        tree = await asyncio.to_thread(parse, text, texts.get)
        if tree.name != name:
            raise TreeNamesDiffer(found=tree.name, expected=name)
        await self._require_passed(tree, tests)
        await self.require_leading_sound(name, text)
        named = await asyncio.to_thread(named_in, text)
        await self._prompts.ensure(named.language, [(each, named.voice) for each in named.texts], author)
        # Once more, with the lengths that the rendered texts have.
        await self._require_no_errors(text, texts)
        return await self._sounds(named)

    async def sounds(self, text: str) -> dict[str, str]:
        """The prompts that a text needs and that were not shipped, as they sound now: name → hash."""
        return await self._sounds(await asyncio.to_thread(named_in, text))

    async def _sounds(self, named: Named) -> dict[str, str]:
        return await self._prompts.sounds(named.language, named.values | named.rendered | _DIGITS)

    async def require_leading_sound(self, name: str, text: str, *, tested: bool = True) -> None:
        """Trees in force that lead into ``name`` stay right with this text of it and, ``tested``, pass their tests.

        Those that were not right before are left as they are. Raises :class:`LeadingTreeRefused`.
        """
        before = await self.in_force()
        after = before | {name: text}
        async with self._database.reading() as session:
            tests = await repository.tests_in_force(session)
        for other, its_text in before.items():
            if other != name and await asyncio.to_thread(_leads, its_text, before, name):
                try:
                    await self._require_no_errors(its_text, after)
                    tree = await asyncio.to_thread(parse, its_text, after.get)
                    await self._require_passed(tree, tests[other] if tested else "")
                except (TreeRefused, TreeTestsFailed) as error:
                    raise LeadingTreeRefused(tree=other, first=error.details["first"]) from error

    async def _require_passed(self, tree: Tree, tests: str) -> None:
        results, problems = await asyncio.to_thread(run_tests, tree, tests)
        if problems:
            first = f"{problems[0].line}: {problems[0].message('en')}"
            raise TreeTestsFailed(count=len(problems), first=first)
        if failed := [each for each in results if not each.passed]:
            one = failed[0].differences[0]
            first = f"{failed[0].name}: {one.what}: {one.expected} ≠ {one.found}"
            raise TreeTestsFailed(count=len(failed), first=first)

    async def _require_no_errors(self, text: str, texts: Mapping[str, str]) -> None:
        if problems := [each for each in await self._problems(text, texts) if each.severity == "error"]:
            raise TreeRefused(count=len(problems), first=f"{problems[0].line}: {problems[0].message('en')}")


def _leads(text: str, texts: Mapping[str, str], name: str) -> bool:
    """Whether callers can come from a tree to the one of this name."""
    try:
        return name in parse(text, texts.get).subtrees
    except TreeInvalid:
        return False


def _shown(problem: Problem, language: Language) -> ProblemShown:
    return ProblemShown(
        line=problem.line, column=problem.column, severity=problem.severity, code=problem.code,
        message=problem.message(language), remedy=problem.remedy(language),
    )  # fmt: skip
