"""The documentation says what the program does: every setting and command, as they are now."""

from pathlib import Path

import pytest

from hotline.reference import pages


@pytest.fixture(scope="module")
def written() -> dict[Path, str]:
    """Every page, as the program writes it now."""
    return pages()


def test_the_reference_is_in_step_with_the_program(written: dict[Path, str]) -> None:
    for path, text in written.items():
        assert path.read_text("utf-8") == text, f"{path.name} is out of date: run `make docs`"


def test_every_setting_and_command_says_what_it_is(written: dict[Path, str]) -> None:
    for path, text in written.items():
        undocumented = [line for line in text.splitlines() if line.startswith("| `") and line.endswith("|  |")]
        assert not undocumented, f"{path.name}: {undocumented}"
