"""A tree is changed in a browser: canvas and YAML are one, nothing is lost or overwritten, and back is one click."""

import re
import shutil
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect
from ruamel.yaml import YAML

from tests.acceptance.browser import FLAGS, enter, manage
from tests.acceptance.console.tree_steps import TREE, Open, add_notice, draft_of, saved
from tests.hotline_under_test import SPEECH, HotlineUnderTest, until

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def colleague(hotline: HotlineUnderTest) -> str:
    """A second person who tunes trees."""
    if "tuner" not in hotline.logins:
        new = {"username": "tuner", "display_name": "菜单管理员", "role": "ivr_admin"}
        made = hotline.client("admin").post("/staff", json=new)
        assert made.status_code == 201, made.text
        hotline.logins["tuner"] = made.json()["password"]
    return "tuner"


def yaml_of(page: Page) -> str:
    """What the YAML view shows of the tree's end."""
    page.get_by_test_id("pane-yaml").click()
    page.locator(".cm-content").press("Control+End")
    return page.locator(".cm-content").inner_text()


def test_canvas_and_yaml_are_one_and_undo_takes_back_either(hotline: HotlineUnderTest, editor: Open) -> None:
    page = editor("admin")
    add_notice(page)
    assert "kind: say" in yaml_of(page)
    page.keyboard.type("\n# for the festival\n")
    page.keyboard.press("Control+Home")
    saved(page)
    kept = draft_of(hotline)
    assert "# for the festival" in kept
    assert "# the notice of recording is heard out" in kept
    page.reload()
    expect(page.get_by_test_id("node-say")).to_be_visible()
    page.get_by_test_id("node-say").click()
    page.get_by_test_id("pane-properties").click()
    page.get_by_test_id("node-name").fill("festival")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("node-festival")).to_be_visible()
    saved(page)
    assert "next: festival" in draft_of(hotline)
    page.get_by_test_id("tree-canvas").press("Control+z")
    expect(page.get_by_test_id("node-say")).to_be_visible()
    saved(page)
    assert draft_of(hotline) == kept
    page.get_by_test_id("node-say").click()
    page.get_by_test_id("remove-node").click()
    expect(page.get_by_test_id("problems-greeting")).to_be_visible()
    assert "# the notice of recording is heard out" in draft_of(hotline)


def test_how_two_guesses_are_asked_back_is_filled_in_by_form(hotline: HotlineUnderTest, editor: Open) -> None:
    page = editor("admin")
    page.get_by_test_id("node-need").click()
    option = page.locator("details.entry", has=page.get_by_test_id("entry-options.feedback"))
    page.get_by_test_id("entry-options.feedback").click()
    option.get_by_text("作为两个猜测之一").click()
    page.get_by_test_id("entry-options.feedback.either.as_first").fill("guess-praise")
    expect(page.get_by_test_id("problems-need")).to_be_visible()
    page.get_by_test_id("entry-options.feedback.either.as_second").fill("or-praise")
    expect(page.get_by_test_id("no-problems")).to_be_visible()
    saved(page)
    feedback = YAML(typ="safe").load(draft_of(hotline))["nodes"]["need"]["options"]["feedback"]
    assert feedback["either"] == {"as_first": "guess-praise", "as_second": "or-praise"}
    page.get_by_test_id("entry-which").fill("")
    expect(page.get_by_test_id("no-problems")).to_be_visible()
    saved(page)
    assert "which" not in YAML(typ="safe").load(draft_of(hotline))["nodes"]["need"]


def test_what_is_chosen_is_written_and_a_default_is_not(hotline: HotlineUnderTest, editor: Open) -> None:
    page = editor("admin")
    page.get_by_test_id("node-need").click()
    page.locator("summary", has_text="更多设置").click()
    terminator = page.get_by_test_id("entry-terminator")
    expect(terminator).to_have_value("#")
    terminator.select_option(label="无")
    saved(page)
    assert YAML(typ="safe").load(draft_of(hotline))["nodes"]["need"]["terminator"] == ""
    expect(page.get_by_test_id("no-problems")).to_be_visible()
    terminator.select_option("#")
    saved(page)
    assert "terminator" not in YAML(typ="safe").load(draft_of(hotline))["nodes"]["need"]
    page.locator(".vue-flow__pane").click(position={"x": 5, "y": 5})
    voice = page.get_by_test_id("entry-voice")
    offered = page.locator(f"#{voice.get_attribute('list')} option")
    expect(offered.first).to_be_attached()
    voice.fill("nobody")
    expect(page.get_by_test_id("problem-count")).to_be_visible()
    voice.fill(str(offered.first.get_attribute("value")))
    expect(page.get_by_test_id("no-problems")).to_be_visible()
    saved(page)


def test_a_draft_is_published_with_a_note_and_rolled_back_in_one_click(hotline: HotlineUnderTest, editor: Open) -> None:
    page = editor("admin")
    admin = hotline.client("admin")
    first = admin.get(TREE).json()
    page.get_by_test_id("node-greeting").click()
    page.get_by_test_id("entry-next").select_option("")
    expect(page.get_by_test_id("problem-count")).to_be_visible()
    page.get_by_test_id("publish").click()
    page.get_by_test_id("publish-note").fill("春节放假通知")
    expect(page.get_by_test_id("publish-now")).to_be_disabled()
    page.keyboard.press("Escape")
    page.get_by_test_id("undo").click()
    page.get_by_test_id("entry-label").fill("春节欢迎")
    expect(page.get_by_test_id("no-problems")).to_be_visible()
    page.get_by_test_id("publish").click()
    expect(page.get_by_test_id("compare")).to_contain_text("label: 春节欢迎")
    page.get_by_test_id("publish-note").fill("春节放假通知")
    page.get_by_test_id("publish-now").click()
    second = until(lambda: (now := admin.get(TREE).json())["number"] > first["number"] and now)
    assert second["note"] == "春节放假通知"
    assert "label: 春节欢迎" in second["text"]
    page.get_by_test_id("pane-history").click()
    page.get_by_test_id(f"roll-back-{first['number']}").click()
    until(lambda: admin.get(TREE).json()["number"] == first["number"])
    expect(page.get_by_test_id("node-greeting")).not_to_contain_text("春节欢迎")
    saved(page)


def test_two_admins_see_each_other_and_neither_overwrites_the_other(
    hotline: HotlineUnderTest, editor: Open, colleague: str
) -> None:
    mine = editor("admin")
    theirs = editor(colleague)
    expect(theirs.get_by_test_id("other-editor")).to_contain_text("管理员")
    expect(theirs.get_by_test_id("add-say")).to_be_disabled()
    mine.context.set_offline(True)
    add_notice(mine)
    expect(mine.get_by_test_id("draft-state")).to_have_attribute("data-state", "unsaved")
    theirs.get_by_test_id("take-over").click()
    theirs.get_by_test_id("add-hangup").click()
    saved(theirs)
    mine.context.set_offline(False)
    expect(mine.get_by_test_id("draft-conflict")).to_be_visible(timeout=30_000)
    assert "kind: say\n    prompt: goodbye" not in draft_of(hotline)
    mine.get_by_test_id("draft-mine").click()
    expect(mine.get_by_test_id("other-editor")).to_be_visible()
    mine.get_by_test_id("take-over").click()
    saved(mine)
    expect(theirs.get_by_test_id("node-say")).to_be_visible()
    expect(theirs.get_by_test_id("other-editor")).to_be_visible()


def test_a_simulated_caller_lights_the_way_and_becomes_a_test_that_guards_it(
    hotline: HotlineUnderTest, editor: Open
) -> None:
    page = editor("admin")
    page.get_by_test_id("pane-simulator").click()
    page.get_by_test_id("simulator-say").fill("我要投诉，我买的电饭煲漏电")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("simulator-outcome")).to_have_attribute("data-outcome", "queue")
    expect(page.get_by_test_id("node-describe-complaint")).to_have_class(re.compile("lit"))
    expect(page.get_by_test_id("node-describe-report")).not_to_have_class(re.compile("lit"))
    page.get_by_test_id("keep-test").click()
    saved(page)
    page.get_by_test_id("pane-tests").click()
    page.get_by_test_id("run-tests").click()
    kept = page.get_by_test_id("test-result").last
    expect(kept).to_have_class("passed")
    page.get_by_test_id("node-search").fill("describe-complaint")
    page.keyboard.press("Enter")
    page.get_by_test_id("pane-properties").click()
    page.get_by_test_id("entry-next").select_option("to-agent")
    page.get_by_test_id("publish").click()
    page.get_by_test_id("publish-note").fill("不再复述")
    page.get_by_test_id("publish-now").click()
    expect(page.get_by_test_id("publish-refused")).to_be_visible()


def test_a_caller_is_spoken_with_the_microphone_and_prompts_are_heard(
    hotline: HotlineUnderTest, browser: Browser, editor: Open
) -> None:
    said = f"--use-file-for-fake-audio-capture={SPEECH / 'report-1.wav'}%noloop"
    with closing(
        browser.browser_type.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, said])
    ) as speaking:
        page = editor("admin", speaking)
        page.get_by_test_id("pane-simulator").click()
        voice = page.get_by_test_id("simulator-voice")
        page.get_by_test_id("simulator-restart").click()
        expect(page.locator(".dialogue .icon", has_text="■").first).to_be_visible()
        page.keyboard.press("Alt+KeyM")
        expect(voice.get_by_test_id("record")).to_contain_text("00:07")
        expect(page.locator(".dialogue .icon", has_text="■")).to_have_count(0)
        voice.get_by_test_id("record").click()
        expect(page.get_by_test_id("simulator-heard")).to_contain_text("举报", timeout=30_000)
        expect(page.get_by_test_id("simulator-heard")).to_contain_text("bao4 you3 ren2")
        expect(page.get_by_test_id("node-ask-anonymous")).to_have_class(re.compile("lit"))


def test_a_prompt_is_recorded_and_heard_in_the_page_and_figures_come_as_a_file(
    hotline: HotlineUnderTest, editor: Open
) -> None:
    page = editor("admin")
    page.get_by_test_id("pane-prompts").click()
    page.get_by_test_id("new-prompt").click()
    page.get_by_test_id("prompt-name").fill("notice/festival")
    page.get_by_test_id("prompt-text").fill("春节期间照常接听。")
    page.get_by_test_id("record").click()
    expect(page.get_by_test_id("record")).to_contain_text("00:01")
    page.get_by_test_id("record").click()
    page.get_by_test_id("keep-recording").click()
    page.get_by_test_id("prompt-search").fill("春节")
    page.get_by_test_id("listen-notice/festival").click()
    expect(page.get_by_test_id("listen-notice/festival")).to_have_attribute("data-sounding", "true")
    admin = hotline.client("admin")
    assert admin.get("/prompts/zh-CN/notice/festival").content[:4] == b"RIFF"
    assert admin.delete("/prompts/zh-CN/notice/festival").status_code == 204
    page.get_by_test_id("pane-figures").click()
    calls = int(page.get_by_test_id("total-calls").inner_text())
    figures = admin.get(f"{TREE}/figures").json()
    assert calls == figures["totals"]["calls"]
    for node in figures["nodes"]:
        # Some lie beyond the canvas's edge.
        page.get_by_test_id(f"node-{node['node']}").dispatch_event("click")
        for count in ("hang_ups", "no_input", "no_match", "refused"):
            expect(page.get_by_test_id(f"node-{count}")).to_have_text(str(node[count]))
        share = f"{node['reached_person']} {round(node['reached_person_share'] * 100)}%"
        expect(page.get_by_test_id("node-reached_person")).to_have_text(share)
    with page.expect_download() as downloading:
        page.get_by_test_id("save-csv").click()
    assert downloading.value.path().read_text("utf-8-sig").startswith("tree,version,node")


def test_a_tree_is_made_by_hand_or_from_a_file(hotline: HotlineUnderTest, browser: Browser) -> None:
    page = browser.new_page()
    enter(page, hotline, "admin")
    manage(page, "trees")
    page.get_by_test_id("tree-new").click()
    page.get_by_test_id("new-tree-name").fill("12365")
    expect(page.get_by_test_id("new-tree-submit")).to_be_disabled()
    page.get_by_test_id("new-tree-name").fill("holiday")
    page.get_by_test_id("new-tree-submit").click()
    expect(page.get_by_test_id("node-to-agent")).to_be_visible()
    made = hotline.client("admin").get("/trees/holiday/draft").json()["text"]
    assert 'name: "holiday"' in made and 'queue: "line"' in made

    manage(page, "trees")
    recall = made.replace("holiday", "recall").encode()
    file = {"name": "recall.yaml", "mimeType": "application/yaml", "buffer": recall}
    page.get_by_test_id("tree-import").set_input_files(files=[file])
    expect(page.get_by_test_id("node-to-agent")).to_be_visible()
    assert hotline.client("admin").get("/trees/recall/draft").json()["text"].encode() == recall
    page.close()
