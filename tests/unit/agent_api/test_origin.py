"""Where a caller's number is from, and whose it is."""

import pytest

from agent_api.calls.pop import origin


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("13912345678", ("江苏省常州市", "中国移动")),
        ("18612345678", ("北京市", "中国联通")),
        ("+8613300000000", ("广西南宁市", "中国电信")),
        ("057188888888", ("浙江省杭州市", "")),
        ("95588", ("", "")),
        ("anonymous", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_number_tells_region_and_carrier_as_far_as_they_are_known(number: str, found: tuple[str, str]) -> None:
    assert origin(number) == found
