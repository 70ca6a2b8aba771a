"""An agent who is added, and one who is disabled, while the line is open."""

import pytest

from tests.hotline_under_test import HotlineUnderTest, until

pytestmark = pytest.mark.timeout(300)


def test_a_new_agents_phone_registers_at_once_and_takes_a_call_until_it_is_disabled(hotline: HotlineUnderTest) -> None:
    admin = hotline.client("admin")
    added = admin.post("/staff", json={"username": "agent9", "display_name": "坐席九", "role": "agent"}).json()
    assert added["note"] == ""
    hotline.logins["agent9"] = added["password"]
    try:
        phone = hotline.desk("agent9", stay=20)
        hotline.set_state("agent9", "ready", "desk")
        hotline.dial({"dtmf": "0"}, number="13833360001", barge_in=True, stay=60)
        phone.wait_for("answered")
        until(lambda: hotline.client("agent9").get("/live/desk").json()["active"])
    finally:
        gone = admin.patch(
            f"/staff/{added['person']['id']}", json={"disabled": True}, headers={"If-Match": added["person"]["etag"]}
        ).json()
    assert gone["note"] == ""
    user = f"desk-{added['person']['id']}"
    until(lambda: "Unable to find" in hotline.asterisk(f"pjsip show endpoint {user}"))
