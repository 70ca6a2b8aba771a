"""What is looked for in texts, by word or by sound, and where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_api.search.matching import By, asked_grams, grams, pieces, syllables, units_of, wanted

SAID = "我买的冲电器，昨天爆炸了。花了 1,500 元 OK？"


def hits(query: str, by: By, said: str = SAID) -> list[str] | None:
    cut = pieces(said, wanted(query, by), by)
    return None if cut is None else [piece.text for piece in cut if piece.hit]


@pytest.mark.parametrize(
    ("query", "by", "found"),
    [
        ("爆炸", "word", ["爆炸"]),
        ("冲电器昨天", "word", ["冲电器，昨天"]),
        ("充电器", "word", None),
        ("充电器", "sound", ["冲电器"]),
        ("chongdianqi", "sound", ["冲电器"]),
        ("Chong Dian", "sound", ["冲电"]),
        ("congdian", "sound", ["冲电"]),
        ("baozha 昨天", "sound", ["昨天爆炸"]),
        ("爆炸 昨天", "word", ["昨天爆炸"]),
        ("爆炸 起火", "word", None),
        ("ok 1500", "word", ["1,500", "OK"]),
        ("炸了花", "word", ["炸了。花"]),
        ("了", "word", ["了", "了"]),
    ],
)
def test_what_is_found(query: str, by: By, found: list[str] | None) -> None:
    assert hits(query, by) == found


@pytest.mark.parametrize("query", ["", "  ", "，。？", "!"])
def test_what_nobody_says_cannot_be_looked_for(query: str) -> None:
    assert wanted(query, "word") == wanted(query, "sound") == []


@pytest.mark.parametrize(
    ("letters", "parts"),
    [
        ("chongdianqi", ["chong", "dian", "qi"]),
        ("xianzai", ["xian", "zai"]),
        ("fangan", ["fang", "an"]),
        ("nvren", ["nv", "ren"]),
        ("qqq", ["q", "q", "q"]),
    ],
)
def test_pinyin_is_read_without_blanks(letters: str, parts: list[str]) -> None:
    assert syllables(letters) == parts


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(0, 39), st.integers(1, 8))
def test_every_part_of_a_text_is_found_in_it_and_in_its_index(text: str, start: int, length: int) -> None:
    part = "".join(text[start : start + length].split())
    kinds: tuple[By, By] = ("word", "sound")
    for by in kinds:
        rows = [units_of(part, by).units] if by == "word" else wanted(part, "word") and [units_of(part, "word").units]
        if by == "sound" or not rows or not rows[0]:
            continue
        cut = pieces("".join(text.split()), rows, by)
        assert cut is not None
        assert "".join(piece.text for piece in cut) == "".join(text.split())
        for longest in (1, 2, 3):
            assert asked_grams(rows, longest) <= set(grams(units_of("".join(text.split()), by).units, longest))
