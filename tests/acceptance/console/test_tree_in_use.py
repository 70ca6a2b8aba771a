"""A tree tuned while the line is open: published during a call, drawn by mouse, given sounds of its own."""

import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from ruamel.yaml import YAML

from hotline.bench.noises import Samples, level_db, samples_of
from hotline.tester.telephone import Telephone
from tests.acceptance.console.tree_steps import TREE, Open, draft_of, saved
from tests.hotline_under_test import SPEECH, HotlineUnderTest, until

pytestmark = pytest.mark.timeout(300)

WORDS = str(SPEECH / "consultation-1.wav")


def _path(hotline: HotlineUnderTest, call: Telephone) -> list[str]:
    return [step["node"] for step in hotline.call_of(call)["call"]["path"]]


def _simulated(hotline: HotlineUnderTest, version: int, words: bytes) -> dict[str, object]:
    """What a caller's spoken words lead to in a version, without a telephone."""
    admin = hotline.client("admin")
    step = admin.post("/trees/hear", content=words, timeout=60).json()
    text = admin.get(f"{TREE}/versions/{version}").json()["text"]
    found: dict[str, object] = admin.post("/trees/simulate", json={"text": text, "steps": [step]}, timeout=60).json()
    return found


def test_published_during_a_call_and_rolled_back_and_each_call_goes_where_its_versions_simulation_goes(
    hotline: HotlineUnderTest, editor: Open
) -> None:
    admin = hotline.client("admin")
    page = editor("admin")
    # Not said any more that the matter is recorded.
    page.get_by_test_id("node-search").fill("describe-consultation")
    page.keyboard.press("Enter")
    page.get_by_test_id("entry-next").select_option("to-agent")
    saved(page)
    before = admin.get(TREE).json()["number"]
    # They speak once the question is over; until then the new version is in force.
    running = hotline.dial({"wav": WORDS}, number="13844450001", stay=90)
    until(lambda: _path(hotline, running) == ["greeting"], 20)
    page.get_by_test_id("publish").click()
    page.get_by_test_id("publish-note").fill("少说一句")
    page.get_by_test_id("publish-now").click()
    after = until(lambda: (now := admin.get(TREE).json()["number"]) > before and now)
    log = f"new calls take version {after} of tree 12365"
    until(lambda: log in hotline.log("gateway"))
    late = hotline.dial({"wav": WORDS}, number="13844450002", stay=90)
    words = Path(WORDS).read_bytes()
    old, new = (_simulated(hotline, version, words) for version in (before, after))
    assert old["path"] != new["path"] and old["intent"] == new["intent"] == "consultation"
    for call, version, simulated in ((running, before, old), (late, after, new)):
        until(lambda call=call, simulated=simulated: _path(hotline, call) == simulated["path"], 60)
        shown = hotline.call_of(call)["call"]
        assert (shown["tree_version"], shown["intent"]) == (str(version), simulated["intent"])
        call.hang_up()
    taken = hotline.log("gateway").count(f"new calls take version {before} of tree 12365")
    page.get_by_test_id("pane-history").click()
    page.get_by_test_id(f"roll-back-{before}").click()
    until(lambda: hotline.log("gateway").count(f"new calls take version {before} of tree 12365") > taken)
    third = hotline.dial(number="13844450003", stay=90)
    until(lambda: "need" in _path(hotline, third), 40)
    assert _path(hotline, third) == ["greeting", "need"]
    assert hotline.call_of(third)["call"]["tree_version"] == str(before)
    third.hang_up()


def _middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    # The canvas follows a hand, which does not jump.
    page.mouse.move(*end, steps=12)
    page.mouse.up()


def test_nodes_are_moved_and_joined_by_mouse_and_the_minimap_shows_and_moves_all_of_it(
    hotline: HotlineUnderTest, editor: Open
) -> None:
    page = editor("admin")
    greeting, need = page.get_by_test_id("node-greeting"), page.get_by_test_id("node-need")
    before = greeting.bounding_box()
    x, y = _middle(greeting.locator(".title"))
    _drag(page, (x, y), (x + 60, y + 90))
    saved(page)
    after = greeting.bounding_box()
    assert before and after and after["x"] > before["x"] + 20 and after["y"] > before["y"] + 40
    assert "greeting" in YAML(typ="safe").load(draft_of(hotline))["layout"]
    page.get_by_test_id("add-say").click()
    page.get_by_test_id("entry-prompt").fill("goodbye")
    expect(page.get_by_test_id("problem-count")).to_be_visible()
    fresh = page.get_by_test_id("node-say")
    _drag(
        page, _middle(fresh.locator('.vue-flow__handle[data-handleid="next"]')),
        _middle(need.locator('.vue-flow__handle[data-handleid="in"]')),
    )  # fmt: skip
    _drag(
        page, _middle(greeting.locator('.vue-flow__handle[data-handleid="next"]')),
        _middle(fresh.locator('.vue-flow__handle[data-handleid="in"]')),
    )  # fmt: skip
    expect(page.get_by_test_id("no-problems")).to_be_visible()
    saved(page)
    nodes = YAML(typ="safe").load(draft_of(hotline))["nodes"]
    assert (nodes["greeting"]["next"], nodes["say"]["next"]) == ("say", "need")
    small = page.locator(".vue-flow__minimap")
    expect(small.locator(".vue-flow__minimap-node")).to_have_count(len(nodes))
    shown = page.locator(".vue-flow__transformationpane")
    place = shown.get_attribute("style")
    x, y = _middle(small)
    _drag(page, (x, y), (x + 25, y + 15))
    assert shown.get_attribute("style") != place


def _wav_48k(said: Samples) -> bytes:
    """A faint recording of a studio: 48 kHz, two channels."""
    quiet = np.repeat(said / np.abs(said).max() * 0.02, 6)
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((np.column_stack((quiet, quiet)) * 32767).astype("<i2").tobytes())
    return made.getvalue()


def _mp3(sound: bytes) -> bytes:
    made = io.BytesIO()
    with av.open(io.BytesIO(sound)) as source, av.open(made, "w", format="mp3") as target:
        stream = target.add_stream("mp3", rate=48_000)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return made.getvalue()


def test_a_sound_of_any_usual_format_becomes_a_prompt_as_loud_as_others(
    hotline: HotlineUnderTest, editor: Open, tmp_path: Path
) -> None:
    page = editor("admin")
    admin = hotline.client("admin")
    studio = _wav_48k(samples_of(SPEECH / "agent-greeting.wav"))
    page.get_by_test_id("pane-prompts").click()
    for name, file in (
        ("notice/studio", {"name": "studio.wav", "mimeType": "audio/wav", "buffer": studio}),
        ("notice/song", {"name": "song.mp3", "mimeType": "audio/mpeg", "buffer": _mp3(studio)}),
    ):
        page.get_by_test_id("new-prompt").click()
        page.get_by_test_id("prompt-name").fill(name)
        page.get_by_test_id("prompt-file").set_input_files(files=[file])
        page.get_by_test_id("keep-recording").click()
        page.get_by_test_id("prompt-search").fill(name)
        page.get_by_test_id(f"listen-{name}").click()
        expect(page.get_by_test_id(f"listen-{name}")).to_have_attribute("data-sounding", "true")
        kept = admin.get(f"/prompts/zh-CN/{name}").content
        with wave.open(io.BytesIO(kept)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        (tmp_path / "kept.wav").write_bytes(kept)
        assert level_db(samples_of(tmp_path / "kept.wav")) == pytest.approx(-20, abs=3)
        assert admin.delete(f"/prompts/zh-CN/{name}").status_code == 204
        page.get_by_test_id("prompt-search").fill("")
