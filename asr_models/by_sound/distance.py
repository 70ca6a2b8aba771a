"""How unlike two syllables are to a telephone's ear. Pure."""

from functools import lru_cache

from common.pinyin import split, toneless

#: Initials that accents and 8 kHz confuse.
_NEAR = frozenset(
    frozenset(pair.split())
    for pair in (
        "zh z", "ch c", "sh s", "n l", "f h", "r l", "b p", "d t", "g k", "j q", "zh ch", "z c", "j zh", "q ch", "x sh",
    )
)  # fmt: skip
_NEAR_INITIAL = 0.2
_OTHER_INITIAL = 0.5
#: an and ang, en and eng, in and ing.
_NEAR_FINAL = 0.15
_OTHER_FINAL = 0.5
_OTHER_TONE = 0.08
#: 您 is said short, and heard as 你.
_YOU = {"ni", "nin"}
#: Syllables further apart than this are not looked for in each other's place.
_REACH = 0.36


@lru_cache(1 << 16)
def distance(one: str, other: str) -> float:
    """0 for the same syllable (``tou2``), up to 1.08 for nothing in common."""
    if one == other:
        return 0.0
    (initial, final), (initial_b, final_b) = split(toneless(one)), split(toneless(other))
    apart = 0.0
    if initial != initial_b:
        apart += _NEAR_INITIAL if frozenset((initial, initial_b)) in _NEAR else _OTHER_INITIAL
    if final != final_b:
        alike = final.rstrip("g") == final_b.rstrip("g") or {toneless(one), toneless(other)} == _YOU
        apart += _NEAR_FINAL if alike else _OTHER_FINAL
    return apart + (_OTHER_TONE if one[-1] != other[-1] else 0.0)


def near(syllable: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The toneless syllables of ``known`` that ``syllable`` may have been taken for, itself among them."""
    return _near(toneless(syllable), known)


@lru_cache(1 << 12)
def _near(bare: str, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in known if distance(f"{bare}1", f"{each}1") <= _REACH)
