"""What can be read from a caller's words."""

from datetime import date
from typing import Any

import pytest

from gateway.facts import extract

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "我要投诉，我昨天在广州市红星超市买的电饭煲漏电，差点起火。",
            {
                "place": "广州市",
                "company": "红星超市",
                "product": "电饭煲",
                "occurred_on": "2026-11-23",
                "risk_words": ["起火", "漏电"],
            },
        ),
        ("我要投诉，上个月买的电动车充电器爆炸了", {"product": "电动车充电器", "risk_words": ["爆炸"]}),
        ("一瓶一千五百块", {"amount": "1500"}),
        ("花了3280.5元", {"amount": "3280.5"}),
        ("我就问问", {}),
    ],
)
def test_fields(words: str, found: dict[str, Any]) -> None:
    assert extract(words, TODAY) == found
