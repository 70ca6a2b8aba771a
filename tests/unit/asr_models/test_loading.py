"""Models are loaded for all lines, or the process may end."""

import threading
from pathlib import Path

import pytest

from asr_models.catalogue import VOSK_SMALL_CN
from asr_models.choice import choose
from asr_models.errors import ModelUnreadable
from asr_models.loading import load


def test_a_model_that_cannot_be_read_leaves_no_thread_that_the_process_would_wait_for(tmp_path: Path) -> None:
    chosen = choose("vosk", "zh-CN", frozenset({VOSK_SMALL_CN.name}))
    before = set(threading.enumerate())
    with pytest.raises(ModelUnreadable):
        load(chosen, lambda _: tmp_path, "zh-CN", threads=2, at_once=2)
    assert not [each for each in set(threading.enumerate()) - before if each.is_alive() and not each.daemon]
