"""Agents with a voice: each sits in a browser of their own, whose microphone plays a recording."""

import base64
import shutil
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.acceptance.browser import FLAGS, log_in
from tests.hotline_under_test import SPEECH, HotlineUnderTest

#: Records what the page plays until asked for it; the page's own element is what the agent hears.
RECORD = """() => {
  const recorder = new MediaRecorder(document.getElementById('remote-audio').srcObject)
  const parts = []
  recorder.ondataavailable = (event) => parts.push(event.data)
  recorder.start()
  window.__heard = () => new Promise((resolve) => {
    recorder.onstop = () => {
      const reader = new FileReader()
      reader.onload = () => resolve(reader.result.split(',')[1])
      reader.readAsDataURL(new Blob(parts))
    }
    recorder.stop()
  })
}"""


@dataclass
class Agent:
    """An agent at their page."""

    name: str
    page: Page

    def ready(self) -> None:
        """Press Ready and wait until it is so."""
        self.page.get_by_test_id("state-ready").click()
        expect(self.page.get_by_test_id("agent-state")).to_have_attribute("data-state", "ready")

    def expect_offer(self, patience_s: float = 60) -> None:
        """Wait for the pop."""
        expect(self.page.get_by_test_id("pop")).to_have_attribute("data-role", "offer", timeout=patience_s * 1000)

    def expect_no_pop(self) -> None:
        """Nothing is offered any more."""
        expect(self.page.get_by_test_id("pop")).to_have_count(0)

    def answer(self) -> None:
        """Answer and wait until sound goes both ways."""
        self.page.get_by_test_id("pop-answer").click()
        expect(self.page.get_by_test_id("call-mute")).to_be_visible()

    def packets(self) -> tuple[int, int]:
        """RTP packets received and sent."""
        counts = self.page.evaluate("window.__hotline.rtpStats()")
        return counts["inbound"], counts["outbound"]

    def record(self) -> None:
        """Begin to keep what the agent hears."""
        self.page.evaluate(RECORD)

    def heard(self, path: Path) -> Path:
        """Write what the agent heard as 8000 Hz WAV."""
        webm = path.with_suffix(".webm")
        webm.write_bytes(base64.b64decode(self.page.evaluate("window.__heard()")))
        resample = av.AudioResampler("s16", "mono", 8000)
        with av.open(str(webm)) as source, wave.open(str(path), "wb") as sink:
            sink.setparams((1, 2, 8000, 0, "NONE", ""))
            for frame in source.decode(audio=0):
                for piece in resample.resample(frame):
                    sink.writeframes(piece.to_ndarray().astype(np.int16).tobytes())
        return path


class Desks:
    """Seats agents, and clears the room."""

    def __init__(self, hotline: HotlineUnderTest):
        self._hotline = hotline
        self._playwright = sync_playwright().start()
        self._browsers = []

    def sit(self, who: str, says: str = "agent-greeting.wav") -> Agent:
        """Log an agent in, in a Chromium whose microphone plays ``says`` once after each answer."""
        microphone = f"--use-file-for-fake-audio-capture={SPEECH / says}%noloop"
        browser = self._playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, microphone])
        self._browsers.append(browser)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, permissions=["microphone"])
        log_in(page, self._hotline, who)
        return Agent(who, page)

    def leave(self) -> None:
        """Close every browser."""
        for browser in self._browsers:
            browser.close()
        self._playwright.stop()


@pytest.fixture
def desks(hotline: HotlineUnderTest) -> Iterator[Desks]:
    """The room in which agents sit."""
    room = Desks(hotline)
    yield room
    room.leave()
