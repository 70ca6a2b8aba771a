"""Names that lead nowhere, keys taken twice, too much to choose from: mistakes that one node shows by itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from common.workdays import announced
from ivr import effects as fx
from ivr.checking.draft import Draft, nearest
from ivr.nodes.ask import Ask, Option
from ivr.nodes.branch import AnyCondition, Branch, Day, Hours, QueueLoad
from ivr.nodes.http import Http
from ivr.nodes.kinds import AnyNode
from ivr.nodes.listening import Listening
from ivr.nodes.menu import Menu
from ivr.nodes.parts import CALL_VARIABLES, CASE, CASE_FIELDS, Digits, Text, name_of
from ivr.nodes.queue import Queue
from ivr.places import nodes_near_person, written_by_default
from ivr.tree import Defaults, Tree
from ivr.wishes import PERSON_KEY

_Path = tuple[str | int, ...]
#: The State Council announces a year's holidays in the last weeks of the year before it: until then no one can do
#: anything about it, from then on a tree should know them.
_AHEAD = timedelta(days=60)
#: Answers that are asked back at once.
_TWO = 2


def check(tree: Tree, draft: Draft) -> None:
    """Note every such mistake."""
    nodes = {*tree.nodes, *draft.unread}
    for path, name in _node_names(tree):
        if name not in nodes:
            draft.add(path, "node-missing", found=name, **nearest(name, nodes))
    for name in tree.layout:
        if name not in nodes:
            draft.add_key(("layout", name), "layout-unknown", found=name)
    voices = draft.surroundings.voices
    if voices is not None and tree.voice not in voices:
        there = ", ".join(sorted(voices))
        draft.add(("voice",), "voice-unknown", found=tree.voice, known=there, **nearest(tree.voice, voices))
    _variables(tree, draft)
    _prompts(tree, draft)
    _times(tree.defaults, ("defaults",), draft)
    for name, node in tree.nodes.items():
        path = ("nodes", name)
        if isinstance(node, Listening):
            _times(node, path, draft)
        match node:
            case Ask():
                _options(node, path, tree, draft)
            case Menu():
                _menu_keys(node, path, tree, draft)
            case Queue():
                _queue(node.queue, path, draft)
            case Branch():
                for number, test in enumerate(node.ways):
                    if isinstance(test, QueueLoad):
                        _queue(test.queue, (*path, "ways", number), draft)
                    _holidays(test, (*path, "ways", number, "test"), draft)
            case Http():
                known, host = draft.surroundings.http_hosts, urlsplit(node.url).netloc
                if known is not None and host not in known:
                    draft.add((*path, "url"), "host-not-allowed", found=host, known=", ".join(sorted(known)) or "–")


def _queue(name: str, path: _Path, draft: Draft) -> None:
    known = draft.surroundings.queues
    if known is not None and name not in known:
        draft.add((*path, "queue"), "queue-missing", found=name, known=", ".join(sorted(known)))


def _holidays(test: AnyCondition, path: _Path, draft: Draft) -> None:
    """A branch by holidays, of the days ahead of which some are in a year whose holidays nobody knows yet."""
    beside = draft.surroundings
    by_hours = isinstance(test, Hours) and test.calendar and (test.hours or beside.calendar.hours)
    if beside.today is None or not (by_hours or isinstance(test, Day)):
        return
    year = (beside.today + _AHEAD).year
    if not announced(year) and not any(day.year == year for day in beside.calendar.exceptions):
        draft.add(path, "holidays-unannounced", year=year)


def _node_names(tree: Tree) -> Iterator[tuple[_Path, str]]:
    yield ("start",), tree.start
    yield ("person",), tree.person
    for field in ("failure", "hang_up"):
        if (name := getattr(tree.defaults, field)) is not None:
            yield ("defaults", field), name
    for field in ("no_input", "no_match"):
        if (name := getattr(tree.defaults, field).next) is not None:
            yield ("defaults", field, "next"), name
    near = nodes_near_person(tree)
    for name, node in tree.nodes.items():
        for edge in (*node.edges(), *written_by_default(node, tree, name, near)):
            if edge.path:
                yield ("nodes", name, *edge.path), edge.to


def _variables(tree: Tree, draft: Draft) -> None:
    known = set(CALL_VARIABLES)
    for name, node in tree.nodes.items():
        for variable, path in node.writes():
            known.add(variable)
            if variable.startswith(CASE) and variable.removeprefix(CASE) not in CASE_FIELDS:
                add = draft.add_key if path[-1] == variable else draft.add
                add(
                    ("nodes", name, *path), "field-of-case-unknown", found=variable,
                    known=", ".join(CASE + each for each in CASE_FIELDS),
                )  # fmt: skip
    if draft.unread:
        return
    for name, node in tree.nodes.items():
        for variable, path in (*node.reads(), *_read_out(node)):
            if variable not in known:
                draft.add(("nodes", name, *path), "variable-unset", found=variable, **nearest(variable, known))


def _read_out(node: AnyNode) -> Iterator[tuple[str, _Path]]:
    for heard in node.heard():
        for place, item in _items(heard.prompts, heard.path):
            if isinstance(item, Digits):
                yield item.digits, (*place, "digits")


def _items(prompts: tuple[Any, ...], path: _Path) -> Iterator[tuple[_Path, Any]]:
    for number, item in enumerate(prompts):
        yield (*path, number), item


def _prompts(tree: Tree, draft: Draft) -> None:
    everything = draft.surroundings.prompts
    if everything is None:
        return
    known = everything.get(tree.language, {})
    for path, item in _all_prompts(tree):
        if isinstance(item, Digits):
            needed = [f"digits/{digit}" for digit in range(10)]
        elif isinstance(item, Text):
            needed = [fx.sound_of(item.text, tree.voice)] if draft.surroundings.text_ms is None else []
        else:
            needed = [name_of(item)]
        missing = [each for each in needed if each not in known]
        if missing:
            found = item.text if isinstance(item, Text) else missing[0]
            draft.add(path, "prompt-missing", found=found, language=tree.language, **nearest(missing[0], known))


def _all_prompts(tree: Tree) -> Iterator[tuple[_Path, Any]]:
    for field in ("no_input", "no_match"):
        yield from _items(getattr(tree.defaults, field).prompt or (), ("defaults", field, "prompt"))
    for name, node in tree.nodes.items():
        for heard in node.heard():
            yield from _items(heard.prompts, ("nodes", name, *heard.path))


def _times(asking: Listening | Defaults, path: _Path, draft: Draft) -> None:
    limits = draft.surroundings.limits
    for field in ("no_input", "no_match"):
        times = getattr(asking, field).times
        if limits and times is not None and times > limits.times:
            draft.add((*path, field, "times"), "times-too-many", count=times, limit=limits.times)


def _options(node: Ask, path: _Path, tree: Tree, draft: Draft) -> None:
    taken: dict[str, str] = {}
    for name, option in node.options.items():
        here = (*path, "options", name)
        if not (option.key or option.intent or option.phrases or option.examples):
            draft.add_key(here, "option-unreachable", option=name)
        if option.key is None:
            continue
        if option.key in taken:
            draft.add((*here, "key"), "key-twice", pressed=option.key, other=taken[option.key])
        taken[option.key] = name
        if option.key == PERSON_KEY and option.next != tree.person:
            draft.add((*here, "next"), "zero-taken", found=option.next, person=tree.person)
    # What is understood without being named, by its intent or examples, is not read out.
    told = [option for option in node.options.values() if option.key or option.phrases]
    _count(sum(not _of_person(option, tree) for option in told), (*path, "options"), draft)
    _guesses(node, path, draft)


def _of_person(option: Option, tree: Tree) -> bool:
    """Whether it is the way to a person, which every question has."""
    return option.key == PERSON_KEY or (option.key is None and option.next == tree.person)


def _guesses(node: Ask, path: _Path, draft: Draft) -> None:
    """Two answers are asked back where both have their words for it, and the keys are told."""
    named = [name for name, option in node.options.items() if option.either]
    if node.which and len(named) < _TWO:
        draft.add_key((*path, "which"), "guesses-too-few", count=len(named))
    if named and not node.which:
        draft.add_key((*path, "options", named[0], "either"), "guesses-without-keys", option=named[0])


def _menu_keys(node: Menu, path: _Path, tree: Tree, draft: Draft) -> None:
    entry = node.keys.get(PERSON_KEY)
    if entry is not None and entry.next != tree.person:
        draft.add((*path, "keys", PERSON_KEY, "next"), "zero-taken", found=entry.next, person=tree.person)
    _count(len(set(node.keys) - {PERSON_KEY}), (*path, "keys"), draft)


def _count(options: int, path: _Path, draft: Draft) -> None:
    limits = draft.surroundings.limits
    if limits and options > limits.options:
        draft.add_key(path, "options-too-many", count=options, limit=limits.options)
