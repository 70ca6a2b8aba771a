"""Text in its usual written form."""

import pytest

from asr_models.written import joined, written


@pytest.mark.parametrize(
    ("raw", "right"),
    [
        ("我要投诉,我昨天买的电饭煲漏电,差点起火.", "我要投诉，我昨天买的电饭煲漏电，差点起火。"),
        ("三包规定是什么?", "三包规定是什么？"),
        ("我 要 投诉", "我要投诉"),
        ("一瓶 一 千 五 百 块", "一瓶1500块"),
        ("拨打 一 二 三 六 五", "拨打12365"),
        ("一瓶1500块", "一瓶1500块"),
        ("花了 3.5 元,退款 !", "花了3.5元，退款！"),
        ("the price is 3.5, sir.", "the price is 3.5, sir."),
        ("사용자 지정 음성", "사용자 지정 음성"),
        ("您好，。请问", "您好，请问"),
        ("", ""),
    ],
)
def test_written(raw: str, right: str) -> None:
    assert written(raw) == right


@pytest.mark.parametrize(
    ("texts", "right"),
    [
        (["我要投诉。", "", "红星超市"], "我要投诉。红星超市"),
        (["사용자 지정", "음성"], "사용자 지정 음성"),
        (["我买的", "iPhone"], "我买的iPhone"),
        (["the price", "is 3.5"], "the price is 3.5"),
        ([], ""),
    ],
)
def test_joined(texts: list[str], right: str) -> None:
    assert joined(texts) == right
