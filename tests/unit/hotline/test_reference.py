"""The documentation says what the program does: every setting and command, as they are now."""

from hotline.reference import pages


def test_the_reference_is_in_step_with_the_program() -> None:
    for path, text in pages().items():
        assert path.read_text("utf-8") == text, f"{path.name} is out of date: run `make docs`"


def test_every_setting_and_command_says_what_it_is() -> None:
    for path, text in pages().items():
        undocumented = [line for line in text.splitlines() if line.startswith("| `") and line.endswith("|  |")]
        assert not undocumented, f"{path.name}: {undocumented}"
