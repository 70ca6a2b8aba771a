"""Cases of one product or company, near in time and place."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.clusters import Sighting, callers, city, cluster, key
from risk.rules import Cluster
from tests.unit.risk.rules_here import RULES

START = datetime(2026, 11, 1, tzinfo=UTC)
RULE = Cluster(id="x", zh="x", en="x", by="product", place="city", days=7, at_least=3, grade="serious")


def sighting(number: int, day: float, where: str = "广州市", grade: str | None = None, caller: str = "") -> Sighting:
    return Sighting(number, START + timedelta(days=day), where, grade, caller)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("红星超市有限公司", "红星超市"),
        ("ABC 电池", "abc电池"),
        ("Ａ型　奶粉", "a型奶粉"),
        ("充电宝（白色）", "充电宝白色"),
    ],
)
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert key(one) == key(other) != ""


def test_a_number_in_a_name_is_nobodys_business() -> None:
    assert key("张三13800138000的电饭煲") == key("张三的电饭煲")


@pytest.mark.parametrize(
    ("place", "expected"),
    [("广东省广州市天河区", "广州市"), ("北京市海淀区", "北京市"), ("广州市", "广州市"), ("天河区", ""), ("", "")],
)
def test_the_city_of_a_place(place: str, expected: str) -> None:
    assert city(place) == expected


def test_enough_cases_in_the_window_and_place_are_a_cluster() -> None:
    old, other_city = sighting(1, 0), sighting(2, 9, "深圳市")
    newest = sighting(5, 10)
    assert cluster(RULE, RULES, newest, [old, other_city, sighting(3, 4), sighting(4, 5)]) == [
        sighting(3, 4), sighting(4, 5), newest
    ]  # fmt: skip
    assert cluster(RULE, RULES, newest, [old, other_city, sighting(4, 5)]) == []


def test_one_caller_is_no_cluster() -> None:
    newest = sighting(5, 3, caller="a")
    assert cluster(RULE, RULES, newest, [sighting(n, 1, caller="a") for n in range(4)]) == []
    assert cluster(RULE, RULES, newest, [sighting(n, 1) for n in range(4)])


def test_only_graded_cases_count_where_the_rule_says_so() -> None:
    rule = RULE.model_copy(update={"graded": "relatively_serious"})
    newest = sighting(5, 3, grade="serious")
    mild = [sighting(n, 2, grade="ordinary") for n in range(4)]
    assert cluster(rule, RULES, newest, mild) == []
    grave = [sighting(n, 2, grade="relatively_serious") for n in range(2)]
    assert len(cluster(rule, RULES, newest, [*mild, *grave])) == 3
    assert cluster(rule, RULES, sighting(6, 3), [*mild, *grave]) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from(["广州市", "深圳市", ""]), st.sampled_from("abc")), max_size=15
    )
)
def test_a_cluster_is_in_one_window_and_city_with_enough_callers(told: list[tuple[int, str, str]]) -> None:
    sightings = [sighting(number, *each[:2], caller=each[2]) for number, each in enumerate(told)]
    if not sightings:
        return
    newest = max(sightings, key=lambda each: each.at)
    found = cluster(RULE, RULES, newest, sightings)
    near = [s for s in sightings if s.city == newest.city != "" and newest.at - s.at <= timedelta(days=7)]
    assert set(found) == (set(near) if callers(near) >= 3 else set())
