"""A tree is published while somebody is in it: they keep their version, the next caller hears the new one."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.hotline_under_test import HotlineUnderTest, until

NOTICE = "国庆期间，十月一日至七日放假。"
#: Samples of a piece (300 ms), and the root mean square from which on somebody speaks in it.
PIECE = 2400
LOUD = 1000.0


def _samples(path: Path) -> npt.NDArray[np.float64]:
    with wave.open(str(path)) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float64)


def _likeness(heard: npt.NDArray[np.float64], sound: npt.NDArray[np.float64]) -> float:
    """How like the pieces of ``sound`` what was heard is at each one's best place: 1 where it was played as it is.

    Pieces, for a telephone on a busy machine now and then loses 20 ms.
    """
    pieces = [sound[at : at + PIECE] for at in range(0, len(sound) - PIECE, PIECE)]
    size = len(heard) + PIECE
    spectrum, energy = np.fft.rfft(heard, size), np.convolve(heard**2, np.ones(PIECE), "valid")

    def best(piece: npt.NDArray[np.float64]) -> float:
        product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)[: len(energy)]
        return float((product / np.sqrt(energy * (piece**2).sum() + 1)).max())

    return float(np.median([best(piece) for piece in pieces if (piece**2).mean() > LOUD**2]))


def _nodes(hotline: HotlineUnderTest, call: Any) -> list[str]:
    return [step["node"] for step in hotline.call_of(call)["call"]["path"]]


def _times_taken(hotline: HotlineUnderTest, version: int) -> int:
    """How often the gateway has said that new calls take a version."""
    return hotline.log("gateway").count(f"new calls take version {version} of tree 12365")


def test_a_call_keeps_its_version_and_the_next_takes_the_new_one(hotline: HotlineUnderTest, tmp_path: Path) -> None:
    admin = hotline.client("admin")
    before = admin.get("/trees/12365").json()
    text = before["text"].replace("    next: need\n", "    next: notice\n", 1).replace(
        "\n  need:\n", f"\n  notice: {{ kind: say, prompt: {{ text: {NOTICE} }}, next: need }}\n\n  need:\n", 1
    )  # fmt: skip

    etag = admin.get("/trees/12365/draft").headers["etag"]
    saved = admin.put("/trees/12365/draft", json={"text": text}, headers={"If-Match": etag})

    # This one presses 0 when the question is over.
    early = hotline.dial({"dtmf": "0"}, number="13833340001", stay=120)
    until(lambda: "greeting" in _nodes(hotline, early), 90)
    new = {"note": "放假"}
    made = admin.post("/trees/12365/publish", json=new, headers={"If-Match": saved.headers["etag"]}, timeout=60)
    assert made.status_code == 201, made.text
    until(lambda: _times_taken(hotline, made.json()["number"]))
    (sha256,) = admin.get("/trees/12365").json()["sounds"].values()

    late = hotline.dial(number="13833340002", stay=120)
    until(lambda: "need" in _nodes(hotline, late), 90)
    until(lambda: "waiting" in _nodes(hotline, early), 90)
    for telephone in (early, late):
        telephone.hang_up()
    assert _nodes(hotline, early) == ["greeting", "need", "to-agent", "waiting"]
    kept = hotline.call_of(early)["call"]
    assert kept["tree_version"] == str(before["number"])
    assert kept["started_at"] < made.json()["published_at"]
    assert _nodes(hotline, late) == ["greeting", "notice", "need"]
    assert hotline.call_of(late)["call"]["tree_version"] == str(made.json()["number"])
    notice = _samples(hotline.folder / "prompts" / f"{sha256}.wav")
    assert _likeness(_samples(late.heard), notice) > 0.9
    assert _likeness(_samples(early.heard), notice) < 0.5

    taken = _times_taken(hotline, before["number"])
    back = admin.post("/trees/12365/rollback", json={"version": before["number"]})
    assert back.status_code == 200, back.text
    until(lambda: _times_taken(hotline, before["number"]) > taken)
    third = hotline.dial(number="13833340003", stay=120)
    until(lambda: "need" in _nodes(hotline, third), 90)
    third.hang_up()
    assert _nodes(hotline, third) == ["greeting", "need"]
    assert hotline.call_of(third)["call"]["tree_version"] == str(before["number"])

    figures = until(lambda: _figures(hotline, made.json()["number"]))
    assert {node["node"]: (node["visits"], node["hang_ups"]) for node in figures} == {
        "greeting": (1, 0), "notice": (1, 0), "need": (1, 1),
    }  # fmt: skip


def _figures(hotline: HotlineUnderTest, version: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        hotline.client("admin").get("/trees/12365/figures", params={"version": version}).json()["nodes"]
    )
    return found


def test_what_another_process_publishes_is_heard_too(hotline: HotlineUnderTest, tmp_path: Path) -> None:
    admin = hotline.client("admin")
    before = admin.get("/trees/12365").json()
    file = tmp_path / "next.yaml"
    again = "\n  again: { kind: say, prompt: recorded, next: need }\n\n  need:\n"
    text = before["text"].replace("    next: need\n", "    next: again\n", 1).replace("\n  need:\n", again, 1)
    file.write_text(text, "utf-8")
    done = hotline.run("ivr", "publish", str(file), "--note", "x")
    assert done.returncode == 0, done.stderr
    number = admin.get("/trees/12365").json()["number"]
    until(lambda: _times_taken(hotline, number))
    call = hotline.dial(number="13833340004", stay=120)
    until(lambda: "again" in _nodes(hotline, call), 90)
    call.hang_up()
    back = admin.post("/trees/12365/rollback", json={"version": before["number"]})
    assert back.status_code == 200, back.text
