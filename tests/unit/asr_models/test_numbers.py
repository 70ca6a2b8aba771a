"""Numbers as they are usually written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr_models.numbers import written_numbers


@pytest.mark.parametrize(
    ("spoken", "right"),
    [
        ("一瓶一千五百块", "一瓶1500块"),
        ("一万两千三百元", "12300元"),
        ("三万块", "3万块"),
        ("一千五百万", "1500万"),
        ("一亿三千万", "1.3亿"),
        ("两百块", "200块"),
        ("一百五", "150"),
        ("一千零五十", "1050"),
        ("这里是一二三六五热线", "这里是12365热线"),
        ("幺三八零零一三八零零零", "13800138000"),
        ("十二月三号", "12月3号"),
        ("二零二六年三月五日", "2026年3月5日"),
        ("二六年三月", "26年三月"),
        ("百分之十五", "15%"),
        ("百分之三点五", "3.5%"),
        ("三点五公斤", "3.5公斤"),
        ("零点五", "0.5"),
        ("第十二条", "第12条"),
        ("二十多个", "20多个"),
    ],
)
def test_a_number_is_written_in_figures(spoken: str, right: str) -> None:
    assert written_numbers(spoken) == right


@pytest.mark.parametrize(
    "words",
    [
        "三包规定", "一下", "七个工作日", "万一出事", "千万要小心", "十分满意", "三三两两", "一五一十", "四五十个",
        "十几个", "二十几岁", "五六百块", "一二十个", "十点半", "三点二十五分", "1500块", "",
    ],
)  # fmt: skip
def test_what_is_no_plain_number_stays(words: str) -> None:
    assert written_numbers(words) == words


@given(st.text("零〇一二两三四五六七八九幺十百千万亿点月号年百分之几a1，", max_size=12))
def test_any_text_is_taken_and_written_once(text: str) -> None:
    once = written_numbers(text)
    assert "".join(c for c in once if c in "a，") == "".join(c for c in text if c in "a，")
