"""Values as they are said."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.spoken_values import (
    read_amount,
    read_case_number,
    read_date,
    read_digits,
    read_phone_number,
    read_place,
    read_which,
    read_yes_no,
)

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("幺洞两三", "1023"),
        ("二〇二六", "2026"),
        ("八个八", "88888888"),
        ("三八，四个零", "380000"),
        ("一三八 零零幺三", "1380013"),
        ("嗯，那个，五五五，啊，六", "5556"),
        ("１２３", "123"),
        ("我有一个号码是四五六七", "4567"),
        ("幺二三，不对，是四五六", "456"),
        ("拐洞勾", "709"),
        ("双零三连八叁连九", "00888999"),
        ("one two three", "123"),
        ("it's oh five seven one, double two", "057122"),
        ("triple eight nine sorry one two", "12"),
        ("someone phoned", ""),
        ("没有", ""),
        ("", ""),
    ],
)
def test_digits(said: str, digits: str) -> None:
    assert read_digits(said) == digits


def test_digits_of_a_known_count_are_found_by_sound() -> None:
    assert read_digits("要洞二三", count=4) == "1023"
    assert read_digits("听不清", ("wu3", "si4", "ba1", "jiu3"), count=4) == "5489"
    assert read_digits("五六", count=4) == "56"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("TS202611240001", "TS202611240001"),
        ("T S 二零二六幺幺二四零零零幺", "TS202611240001"),
        ("t.s.2026 1124 0001", "TS202611240001"),
        ("二零二六年十一月二十四号第一号", "202611240001"),
        ("JB二零二六年三月五日零零一二", "JB202603050012"),
        ("二〇二六，一一二四，三个零，一", "202611240001"),
        ("我的编号是202611240123，谢谢", "202611240123"),
        ("二零二六幺幺二五零零零幺，说错了，二零二六幺幺二四零零零幺", "202611240001"),
        ("尾号零零零幺", "0001"),
        ("二零二六要要二四零零零要", "202611240001"),
        ("TS2026112410001", "TS2026112410001"),
        ("我忘了", None),
    ],
)
def test_case_numbers(said: str, number: str | None) -> None:
    assert read_case_number(said) == number


def test_a_case_number_is_found_in_what_the_pinyin_engine_heard() -> None:
    sounds = ("er4", "ling2", "er4", "liu4", "yao1", "yao1", "er4", "si4", "ling2", "ling2", "ling2", "yao1")
    assert read_case_number("而您而留腰腰", sounds) == "202611240001"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("幺三八零零幺三八零零零", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("一三八，零零一三，八，三个零", "13800138000"),
        ("我的电话是139 0000 1234，你记一下", "13900001234"),
        ("幺三八零零幺三八零零零，不对，幺三九零零零零幺二三四", "13900001234"),
        ("零二零八七六五四三二幺", "02087654321"),
        ("010-62345678", "01062345678"),
        ("八七六五四三二幺", "87654321"),
        ("要三八零零要三八零零零", "13800138000"),
        ("一三八双零一三八三个零", "13800138000"),
        ("one three eight double zero one three eight triple zero", "13800138000"),
        ("一二三", None),
        ("就这个号码", None),
    ],
)
def test_phone_numbers(said: str, number: str | None) -> None:
    assert read_phone_number(said) == number


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("二零二六年十一月二十四号", "2026-11-24"),
        ("二零二六年十一月", "2026-11"),
        ("2026年11月3日", "2026-11-03"),
        ("2026-11-03", "2026-11-03"),
        ("20261103", "2026-11-03"),
        ("二五年八月份", "2025-08"),
        ("九八年五月一号", "1998-05-01"),
        ("去年十月一号", "2025-10-01"),
        ("前年三月", "2024-03"),
        ("去年", "2025"),
        ("十月五号买的", "2026-10-05"),
        ("十二月三号", "2025-12-03"),
        ("十一月二十四号", "2026-11-24"),
        ("十一月二十五号", "2025-11-25"),
        ("上个月五号", "2026-10-05"),
        ("上个月", "2026-10"),
        ("三号", "2026-11-03"),
        ("二十八号", "2026-10-28"),
        ("昨天下午", "2026-11-23"),
        ("大前天", "2026-11-21"),
        ("前天晚上", "2026-11-22"),
        ("三天前", "2026-11-21"),
        ("两个星期以前", "2026-11-10"),
        ("半个月前", "2026-11-09"),
        ("两个月前", "2026-09"),
        ("三年前", "2023"),
        ("上周三", "2026-11-18"),
        ("上上个星期天", "2026-11-15"),
        ("星期五", "2026-11-20"),
        ("周二", "2026-11-24"),
        ("国庆节", "2026-10-01"),
        ("去年国庆", "2025-10-01"),
        ("双十一", "2026-11-11"),
        ("圣诞节", "2025-12-25"),
        ("十一月二十四", "2026-11-24"),
        ("十月五，在超市买的", "2026-10-05"),
        ("上个月十五买的", "2026-10-15"),
        ("11月3", "2026-11-03"),
        ("十月三个人买的", "2026-10"),
        ("十一月", "2026-11"),
        ("十三月五号", None),
        ("二月三十号", None),
        ("记不清了", None),
        ("三号楼", None),
    ],
)
def test_dates(said: str, day: str | None) -> None:
    assert read_date(said, TODAY) == day


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("三百五十块", "350"),
        ("花了三百五", "350"),
        ("一万二千元", "12000"),
        ("一万二块钱", "12000"),
        ("三块五", "3.5"),
        ("三块五毛", "3.5"),
        ("八块八毛八", "8.88"),
        ("三百二十八块八", "328.8"),
        ("两块半", "2.5"),
        ("五毛钱", "0.5"),
        ("花了3280.5元", "3280.5"),
        ("1.5万元", "15000"),
        ("两千多块", "2000"),
        ("2,999元", "2999"),
        ("一瓶一千五百块，一共四千五百块", "4500"),
        ("损失了三万五", "35000"),
        ("￥1999", "1999"),
        ("两百零五块", "205"),
        ("三四百块", None),
        ("买了三个", None),
        ("我要投诉", None),
    ],
)
def test_amounts(said: str, amount: str | None) -> None:
    found = read_amount(said)
    assert (None if found is None else format(found, "f")) == amount


@pytest.mark.parametrize(
    ("said", "amount"), [("三百五", "350"), ("一万二", "12000"), ("大概五百", "500"), ("十", "10")]
)
def test_a_bare_number_is_money_only_where_money_was_asked_for(said: str, amount: str) -> None:
    assert read_amount(said) is None
    assert format(read_amount(said, asked=True) or 0, "f") == amount


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("是的", True), ("对", True), ("嗯嗯", True), ("没错", True), ("好的，可以", True), ("没问题", True),
        ("要", True), ("不是", False), ("不对，我要举报", False), ("不用了", False), ("没有", False), ("错了", False),
        ("取消", False), ("四的", True), ("不试", False), ("队", True), ("对不起，不是", False), ("是不是啊", None),
        ("yeah that's right", True), ("Yes, please", True), ("OK的", True), ("no", False), ("that's not right", False),
        ("I don't think so", False), ("no problem", True), ("I know nothing", None),
        ("三百块", None), ("", None),
    ],
)  # fmt: skip
def test_yes_and_no(said: str, meaning: bool | None) -> None:
    assert read_yes_no(said) is meaning


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("前一个", "first"), ("第一个。", "first"), ("是前面那个", "first"), ("钱一个", "first"), ("后一个", "second"),
        ("第二个吧", "second"), ("都不是", "neither"), ("不是第一个", "neither"), ("多不是", "neither"), ("是的", None),
        ("投诉", None), ("我买的第一个就坏了，第二个也坏了", None), ("", None),
    ],
)  # fmt: skip
def test_which_of_two(said: str, which: str | None) -> None:
    assert read_which(said) == which


def test_which_of_two_by_the_pinyin_engine() -> None:
    assert read_which("", ("hou4", "yi1", "ge4")) == "second"
    assert read_which("", ("dou1", "bu2", "si4")) == "neither"


def test_yes_by_the_pinyin_engine() -> None:
    assert read_yes_no("", ("shi4", "de5")) is True
    assert read_yes_no("", ("bu2", "si4")) is False


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("我在广州市天河区买的", "广州市天河区"),
        ("广东省广州市红星超市", "广东省广州市"),
        ("有人在人民路卖假酒", "人民路"),
        ("我就问问", None),
    ],
)
def test_places(said: str, place: str | None) -> None:
    assert read_place(said) == place


@given(
    st.text(
        alphabet="零一二两三四五六七八九十百千万点块毛元年月日号上个周星期幺洞不是对错0123456789.-TS半前天", max_size=20
    )
)
def test_whatever_is_said_gives_a_value_or_none(said: str) -> None:
    read_digits(said)
    read_case_number(said)
    read_phone_number(said)
    read_date(said, TODAY)
    read_amount(said, asked=True)
    read_yes_no(said)
    read_place(said)


@given(st.dates(date(2000, 1, 1), TODAY))
def test_a_whole_date_in_figures_is_read_back(day: date) -> None:
    assert read_date(f"{day.year}年{day.month}月{day.day}号", TODAY) == day.isoformat()


@given(st.integers(1, 99999))
def test_an_amount_in_figures_is_read_back(yuan: int) -> None:
    assert read_amount(f"{yuan}元") == yuan
