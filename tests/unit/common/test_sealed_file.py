"""Files sealed at rest: read from any place, gone on with, whole after a kill, closed to all without the key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.sealed_file import PIECE, FileCipher, SealedFileBroken

CIPHER = FileCipher("of the tests")
SOUND = bytes(n * 7 % 251 for n in range(3 * PIECE + 1234))


def read(path: Path, start: int = 0, end: int = len(SOUND)) -> bytes:
    with CIPHER.open(path) as reader:
        return reader.read(start, end)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "sound"
    CIPHER.seal(SOUND, path)
    return path


def test_nothing_of_it_can_be_read_in_the_file(sealed: Path) -> None:
    raw = sealed.read_bytes()
    assert all(SOUND[at : at + 16] not in raw for at in range(0, len(SOUND) - 16, 16))
    assert list(sealed.parent.iterdir()) == [sealed]


@given(st.integers(0, len(SOUND) + 10), st.integers(0, len(SOUND) + 10))
def test_any_part_is_read_by_itself(tmp_path_factory: pytest.TempPathFactory, start: int, end: int) -> None:
    path = tmp_path_factory.getbasetemp() / "parts"
    if not path.exists():
        CIPHER.seal(SOUND, path)
    assert read(path, start, end) == SOUND[start:end]


@pytest.mark.parametrize("at", [10, PIECE, PIECE + 10, 2 * PIECE])
def test_a_closed_file_is_gone_on_with(tmp_path: Path, at: int) -> None:
    for part in (SOUND[:at], SOUND[at:]):
        writer = CIPHER.append(tmp_path / "sound")
        writer.write(part)
        writer.close()
    assert read(tmp_path / "sound") == SOUND
    assert writer.size == len(SOUND)


@pytest.mark.parametrize("lost", [1, 100, 1234 + 27, 1234 + 28, 1234 + 29])
def test_what_a_kill_leaves_is_read_as_far_as_it_goes_and_gone_on_with(sealed: Path, lost: int) -> None:
    with sealed.open("r+b") as file:
        file.truncate(sealed.stat().st_size - lost)
    whole = (3 if lost <= 1234 + 28 else 2) * PIECE
    assert read(sealed) == SOUND[:whole]
    writer = CIPHER.append(sealed)
    writer.write(b"more")
    writer.close()
    assert read(sealed) == SOUND[:whole] + b"more"


def test_a_change_and_a_swap_are_noticed_and_another_key_opens_nothing(sealed: Path) -> None:
    raw = bytearray(sealed.read_bytes())
    first, second = slice(24, 24 + PIECE + 28), slice(24 + PIECE + 28, 24 + 2 * (PIECE + 28))
    swapped = raw.copy()
    swapped[first], swapped[second] = raw[second], raw[first]
    raw[100] ^= 1
    for forged in (raw, swapped):
        sealed.write_bytes(forged)
        with pytest.raises(SealedFileBroken, match="cannot be decrypted"):
            read(sealed, 0, 10)
    CIPHER.seal(SOUND, sealed)
    with FileCipher("another").open(sealed) as reader, pytest.raises(SealedFileBroken):
        reader.read(0, 10)


def test_what_is_no_sealed_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"RIFF" * 10)
    with pytest.raises(SealedFileBroken):
        CIPHER.open(tmp_path / "other")
