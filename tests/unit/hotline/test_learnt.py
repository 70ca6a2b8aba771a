"""What was learnt is kept, and found again only by what would learn the same."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.learnt import Memory
from ivr.understanding import Meaning, Understanding, recall_by, understanding

#: In a language whose usual intents have no examples, so that little is learnt.
MEANINGS = (
    Meaning("yes", examples=("对的没错", "是这样的", "你说得对")),
    Meaning("no", examples=("不是这样", "你说错了", "完全不对")),
)
SAID = ("没错是这样", "你可说错了吧", "今天天气好", "我要投诉")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(understanding, "_recall", understanding._learn_now)
    yield tmp_path / "learnt"


def _learns(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often examples are learnt from."""
    times: list[int] = []
    really = understanding.learn

    def learn(*told: object) -> object:
        times.append(1)
        return really(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(understanding, "learn", learn)
    return times


def test_what_is_kept_understands_as_what_was_learnt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = _learns(monkeypatch)
    fresh = Understanding(MEANINGS, "en")
    recall_by(Memory(folder).of)
    first = Understanding(MEANINGS, "en")
    assert len(times) == 4
    kept = Understanding(MEANINGS, "en")
    assert len(times) == 4
    for text in SAID:
        assert kept.understand(text) == first.understand(text)
        assert kept.understand(text).intent == fresh.understand(text).intent


def test_other_examples_are_learnt_afresh(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = _learns(monkeypatch)
    recall_by(Memory(folder).of)
    Understanding(MEANINGS, "en")
    Understanding((*MEANINGS[:1], Meaning("no", examples=(*MEANINGS[1].examples, "不可能的事"))), "en")
    assert len(times) == 4


def test_what_other_code_has_learnt_is_not_taken_for_ours(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[int] = []
    Memory(folder).of("one", lambda: asked.append(1) or [])
    Memory(folder).of("one", lambda: asked.append(1) or [])
    assert len(asked) == 1
    changed = tmp_path / "classifier.py"
    changed.write_text("# Other features.\n", "utf-8")
    monkeypatch.setattr("hotline.learnt._CODE", (changed,))
    Memory(folder).of("one", lambda: asked.append(1) or [])
    assert len(asked) == 2


def test_a_torn_file_is_told_of_and_learnt_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    times = _learns(monkeypatch)
    recall_by(Memory(folder).of)
    before = Understanding(MEANINGS, "en")
    (path,) = folder.glob("*.npz")
    path.write_bytes(path.read_bytes()[:1000])
    with caplog.at_level(logging.WARNING):
        after = Understanding(MEANINGS, "en")
    assert path.name in caplog.text and len(times) == 4
    assert [after.understand(text) for text in SAID] == [before.understand(text) for text in SAID]
    Understanding(MEANINGS, "en")
    assert len(times) == 4


def test_a_folder_that_cannot_be_written_to_costs_only_time(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder.write_text("no folder", "utf-8")
    recall_by(Memory(folder).of)
    with caplog.at_level(logging.WARNING):
        assert Understanding(MEANINGS, "en").understand("没错是这样").intent == "yes"
    assert "cannot be kept" in caplog.text


def test_what_was_used_longest_ago_goes_first(folder: Path) -> None:
    memory = Memory(folder)
    for each in range(20):
        memory.of(each, list)
        memory.of(0, list)
    assert len(list(folder.iterdir())) == 12
    found = Memory(folder).of(0, lambda: pytest.fail("learnt again"))
    assert list(found) == []
