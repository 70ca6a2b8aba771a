"""The line's queues by name. Pure."""

#: What a language or a dialect with seats of its own is called: en, yue, zh-HK.
LANGUAGE = r"^[a-z]{2,3}(-[A-Z]{2})?$"


def queue_of(line: str, language: str = "") -> str:
    """The queue of a line (``12365``); with a ``language`` that of its seats (``12365-en``)."""
    return f"{line}-{language}" if language else line


def parts_of(queue: str) -> tuple[str, str]:
    """The line of a queue and the language whose seats it is of; empty for the line's own."""
    line, _, language = queue.partition("-")
    return line, language
