"""Cases whose limits are over: the lists "overdue" and "to supervise", of who stands over them and of who has them."""

import re
import subprocess
import sys

from playwright.sync_api import expect

from tests.acceptance.console.conftest import At
from tests.acceptance.console.flow_steps import by_letter, do, go, id_of, open_in
from tests.hotline_under_test import ROOT, HotlineUnderTest

#: The hotline's own worker looks at limits each five seconds.
NOTICED_MS = 30_000


def _later(hotline: HotlineUnderTest, case_id: int, days: int) -> None:
    """Put the clock forward for one case."""
    command = [sys.executable, "-m", "tests.acceptance.console.later", str(case_id), str(days)]
    subprocess.run(command, env=hotline.environment, cwd=ROOT, check=True)


def test_a_limit_that_is_over_comes_to_the_supervisor_and_to_who_handles_the_case(
    hotline: HotlineUnderTest, at: At, people: dict[str, int]
) -> None:
    number = by_letter(hotline, description="热水器漏电，迟迟没有答复")
    case_id = id_of(hotline, number)
    chief = at("chief")
    chief.goto(f"{chief.url.split('#')[0]}#/work/to_supervise")
    expect(chief.get_by_test_id("case-row").filter(has_text=number)).to_have_count(0)
    _later(hotline, case_id, 30)
    # The page learns of it by itself.
    row = chief.get_by_test_id("case-row").filter(has_text=number)
    expect(row.locator("[data-light=overdue]")).to_be_visible(timeout=NOTICED_MS)
    chief.goto(f"{chief.url.split('#')[0]}#/work/overdue")
    expect(chief.get_by_test_id("work-overdue")).to_have_class(re.compile(r"\blate\b"), timeout=NOTICED_MS)
    open_in(chief, "overdue", number)
    expect(chief.get_by_test_id("case-history")).to_contain_text("超期")
    chief.get_by_test_id("action-supervise").click()
    chief.get_by_test_id("given-reason").fill("已超过受理时限")
    chief.get_by_test_id("action-submit").click()
    expect(chief.get_by_test_id("case-history")).to_contain_text("已超过受理时限")

    do(hotline, "city-desk", case_id, "accept")
    officer = hotline.client("officer").get("/me").json()["id"]
    city = at("city-desk")
    go(city, f"cases/{case_id}", number)
    city.get_by_test_id("action-assign").click()
    city.get_by_test_id("target-0").select_option(str(people["officer"]))
    city.get_by_test_id("target-handler-0").select_option(str(officer))
    city.get_by_test_id("action-submit").click()
    expect(city.get_by_test_id("task")).to_contain_text("officer")
    _later(hotline, case_id, 120)
    handler = at("officer")
    handler.goto(f"{handler.url.split('#')[0]}#/work/overdue")
    expect(handler.get_by_test_id("case-row").filter(has_text=number)).to_be_visible(timeout=NOTICED_MS)
    expect(handler.get_by_test_id("nav-work")).to_contain_text(re.compile(r"\d"))
