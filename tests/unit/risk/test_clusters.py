"""Cases of one product or company, near in time and place."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.clusters import Sighting, area, callers, city, cluster, key, near, of_one_subject
from risk.rules import Cluster, Place
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


@pytest.mark.parametrize(
    ("division", "place", "found"),
    [
        ("440106", "county", "440106"), ("440106", "city", "4401"), ("440106", "province", "44"),
        ("440100", "county", ""), ("440000", "city", ""), ("440000", "province", "44"),
        ("110108", "city", "11"), ("110000", "city", "11"), ("", "city", ""), ("440106", "anywhere", ""),
    ],
)  # fmt: skip
def test_the_place_of_a_division(division: str, place: Place, found: str) -> None:
    assert area(division, place) == found


def test_a_city_is_known_by_its_division_or_by_its_name() -> None:
    both = replace(sighting(1, 0), division="440106")
    coded, named = replace(sighting(2, 0, ""), division="440104"), sighting(3, 0)
    assert near("city", both, coded) and near("city", both, named) and not near("city", coded, named)
    # Divisions go before names: there is more than one 城关区.
    assert not near("city", both, replace(both, division="440305"))
    assert near("province", both, replace(both, division="440305"))
    assert not near("province", named, named)


COMPANY = replace(sighting(1, 0), key="红星", code="A")


def test_one_company_under_two_spellings_is_one_by_its_code() -> None:
    other_spelling = replace(COMPANY, case_id=2, key="红星超市")
    other_company = replace(COMPANY, case_id=3, code="B")
    without, elsewhere = replace(COMPANY, case_id=4, key="红星超市", code=""), replace(COMPANY, case_id=5, key="蓝星")
    everyone = [COMPANY, other_spelling, other_company, without, replace(elsewhere, code="")]
    assert [each.case_id for each in of_one_subject(COMPANY, everyone)] == [1, 2, 4]
    assert [each.case_id for each in of_one_subject(without, everyone)] == [1, 2, 4]
    assert [each.case_id for each in of_one_subject(other_company, everyone)] == [3]


def test_a_name_that_two_companies_have_is_without_a_code_neither() -> None:
    unclear = replace(COMPANY, case_id=9, code="")
    assert of_one_subject(unclear, [COMPANY, replace(COMPANY, code="B"), unclear]) == [unclear]


CODES = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["", "A", "B"])), min_size=1, max_size=8)


@given(CODES)
def test_nobody_is_put_with_another_code_and_each_is_with_itself(named: list[tuple[str, str]]) -> None:
    all_of_them = [replace(COMPANY, case_id=n, key=k, code=c) for n, (k, c) in enumerate(named)]
    for mine in all_of_them:
        found = of_one_subject(mine, all_of_them)
        assert mine in found
        assert len({each.code for each in found} - {""}) <= 1
        assert all(other in found for other in all_of_them if mine.code and other.code == mine.code)


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
