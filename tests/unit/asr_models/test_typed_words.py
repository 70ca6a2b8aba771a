"""What of a typed description is worth listening for."""

import pytest

from asr_models.by_sound.typed_words import typed_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Products, places and brands; not what every caller says.
        ("格兰仕微波炉加热的时候冒烟，我要求退货。", ("格兰仕", "微波炉", "冒烟", "退货")),
        # A name that the dictionary lacks stays together.
        ("荔湾区一家五金店", ("荔湾", "五金")),
        ("海珠区的酱油。海珠区的酱油", ("海珠区", "酱油")),
        ("我不知道是什么", ()),
        ("Model X-100, 2026", ()),
        ("", ()),
    ],
)
def test_rare_words_and_names_are_found_each_once(text: str, words: tuple[str, ...]) -> None:
    assert typed_words(text) == words


def test_a_long_story_gives_so_many_words_and_no_more() -> None:
    products = "电饭煲、微波炉、剃须刀、豆浆机、热水器、羊绒衫、血压计、酱油、奶粉、阿胶、叉车、起重机、燃气灶、充电宝"
    places = "海珠区、番禺区、越秀区、天河区、白云区、南沙、茂名、佛山市、增城、荔湾、广州、深圳、东莞、惠州"
    found = typed_words(f"{products}，{places}，{'煤气泄漏，轮胎爆裂，牙膏过期，洗发水假冒，' * 9}")
    assert len(found) <= 40 and found[:2] == ("电饭煲", "微波炉")
