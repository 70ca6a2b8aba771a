"""What callers do colours the canvas; what was not understood is heard again and learnt in one click."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from ruamel.yaml import YAML

from hotline.bench.barge_in_calls import write_wav
from hotline.bench.noises import samples_of
from tests.acceptance.console.tree_steps import TREE, Open, draft_of, saved
from tests.hotline_under_test import ROOT, HotlineUnderTest, until

pytestmark = pytest.mark.timeout(300)

#: A sentence of a newspaper: no wish that the tree knows.
ODD = ROOT / "tests" / "speech" / "zh" / "aishell_BAC009S0724W0121.flac"


def test_a_phrase_of_a_real_call_is_heard_again_and_becomes_an_example(
    hotline: HotlineUnderTest, editor: Open, tmp_path: Path
) -> None:
    odd = {"wav": str(write_wav(tmp_path / "odd.wav", samples_of(ODD)))}
    # Said while the first is still being read, the second is part of it; by the third the question was asked again.
    caller = hotline.dial(odd, odd, odd, number="13844450004", stay=90)
    admin = hotline.client("admin")
    phrase = until(lambda: admin.get(f"{TREE}/phrases").json(), 120)[0]
    caller.hang_up()
    until(lambda: hotline.call_of(caller)["call"]["ended_at"])
    page = editor("admin")
    page.get_by_test_id("pane-figures").click()
    hot = page.get_by_test_id("node-greeting").locator(".hot")
    page.get_by_test_id("measure").select_option("visits")
    visits = next(n for n in admin.get(f"{TREE}/figures").json()["nodes"] if n["node"] == "greeting")["visits"]
    expect(hot).to_have_text(str(visits))
    page.get_by_test_id("measure").select_option("mean_ms")
    expect(hot).not_to_have_text(str(visits))
    listed = page.get_by_test_id("phrase").filter(has_text=phrase["heard"])
    listen = listed.locator(".icon").first
    listen.click()
    expect(listen).to_have_text("■")
    listed.get_by_test_id("example-praise").click()
    expect(listed).to_have_count(0)
    saved(page)
    praise = YAML(typ="safe").load(draft_of(hotline))["nodes"]["need"]["options"]["praise"]
    assert phrase["heard"] in praise["examples"]
    page.get_by_test_id("pane-properties").click()
    expect(hot).to_have_count(0)
