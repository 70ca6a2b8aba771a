"""Pinyin syllables: their parts. Pure."""

import functools

#: Longest first: zh before z.
INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")


def split(syllable: str) -> tuple[str, str]:
    """Initial and final, tone and all: ``zhuan3`` is ``zh``, ``uan3``; a syllable without initial has an empty one."""
    for initial in INITIALS:
        if syllable.startswith(initial):
            return initial, syllable[len(initial) :]
    return "", syllable


@functools.lru_cache(4096)
def toneless(syllable: str) -> str:
    """``tou2`` without its tone."""
    return syllable.rstrip("12345")
