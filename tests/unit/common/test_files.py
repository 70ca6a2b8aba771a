import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.files import draft_beside_calls, draft_of, put_in_place


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "kept.json"
    path.write_text("old", "utf-8")
    return path


@pytest.fixture
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_file_is_the_old_one_until_the_new_one_is_whole(kept: Path) -> None:
    with put_in_place(kept) as draft:
        draft.write_text("ne", "utf-8")
        assert kept.read_text("utf-8") == "old"
        draft.write_text("new", "utf-8")
    assert kept.read_text("utf-8") == "new"
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("error", [OSError, ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("alone", [True, False])
def test_what_fails_leaves_the_old_file_and_no_draft(kept: Path, error: type[BaseException], alone: bool) -> None:
    with pytest.raises(error), put_in_place(kept, alone=alone) as draft:
        draft.write_text("ne", "utf-8")
        raise error
    assert kept.read_text("utf-8") == "old"
    assert list(kept.parent.iterdir()) == [kept]


def test_what_cannot_be_put_in_place_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError), put_in_place(tmp_path / "folder"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.usefixtures("_umask")
@pytest.mark.parametrize("alone", [True, False])
def test_nobody_else_reads_a_secret_even_while_it_is_written(kept: Path, alone: bool) -> None:
    kept.chmod(0o644)
    with put_in_place(kept, 0o600, alone=alone) as draft:
        assert draft.stat().st_mode & 0o777 == 0o600
        draft.write_text("new", "utf-8")
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("_umask")
def test_what_is_no_secret_has_the_modes_of_any_file(kept: Path) -> None:
    kept.chmod(0o600)
    with put_in_place(kept):
        pass
    assert kept.stat().st_mode & 0o777 == 0o644


def test_of_two_at_once_the_later_stays_whole(kept: Path) -> None:
    with put_in_place(kept) as one, put_in_place(kept) as two:
        one.write_text("one", "utf-8")
        two.write_text("two", "utf-8")
    assert kept.read_text("utf-8") == "one"
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.usefixtures("_umask")
def test_what_a_killed_process_left_goes_away(kept: Path) -> None:
    with draft_of(kept, alone=True) as left:
        pass
    left.write_text("half of what somebody wrote", "utf-8")
    left.chmod(0o644)
    with put_in_place(kept, 0o600, alone=True) as draft:
        assert draft == left
        assert draft.read_text("utf-8") == ""
        assert draft.stat().st_mode & 0o777 == 0o600
    assert list(kept.parent.iterdir()) == [kept]


def test_a_draft_that_nobody_puts_in_place_is_removed(kept: Path) -> None:
    with draft_of(kept) as draft:
        draft.write_text("new", "utf-8")
    assert kept.read_text("utf-8") == "old"
    assert list(kept.parent.iterdir()) == [kept]


def test_a_draft_that_was_renamed_stays(kept: Path) -> None:
    with draft_of(kept) as draft:
        draft.write_text("new", "utf-8")
        draft.replace(kept)
    assert kept.read_text("utf-8") == "new"


@pytest.mark.parametrize("folder", ["missing", "kept.json"])
def test_a_folder_that_is_none_is_told_as_it_is(kept: Path, folder: str) -> None:
    with pytest.raises((FileNotFoundError, NotADirectoryError)), put_in_place(kept.parent / folder / "x"):
        pass
    assert kept.read_text("utf-8") == "old"


def test_beside_calls_a_draft_goes_the_same_way(kept: Path) -> None:
    async def write(*, fails: bool) -> None:
        async with draft_beside_calls(kept, 0o600) as draft:
            assert draft.stat().st_mode & 0o777 == 0o600
            draft.write_text("new", "utf-8")
            if fails:
                raise ValueError
            draft.replace(kept)

    with pytest.raises(ValueError):
        asyncio.run(write(fails=True))
    assert kept.read_text("utf-8") == "old"
    asyncio.run(write(fails=False))
    assert kept.read_text("utf-8") == "new"
    assert list(kept.parent.iterdir()) == [kept]
