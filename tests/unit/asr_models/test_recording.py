"""A leg's sound on disk: whole after a kill, gone on with after a pause."""

import resource
import signal
import wave
from pathlib import Path

import numpy as np
import pytest

from asr_models.recording import LegRecorder, has_sound, repair, sealed_sound, sound_of
from common.sealed_file import FileCipher
from common.wav import header

CIPHER = FileCipher("of the tests")


def test_what_was_written_is_there(tmp_path: Path) -> None:
    recorder = LegRecorder(tmp_path / "day" / "1-caller.pcm.sealed", CIPHER)
    recorder.write(b"\x01\x02" * 160)
    recorder.close()
    assert recorder.duration_ms == 20
    assert sealed_sound(recorder.path, CIPHER) == b"\x01\x02" * 160


def test_a_killed_recording_lacks_half_a_second_at_most(tmp_path: Path) -> None:
    recorder = LegRecorder(tmp_path / "1", CIPHER)
    for _ in range(60):
        recorder.write(b"\x01\x02" * 160)
    assert recorder.duration_ms == 1200
    assert 700 * 16 <= len(sealed_sound(recorder.path, CIPHER)) <= 1200 * 16


def test_a_recording_is_gone_on_with_at_its_true_time(tmp_path: Path) -> None:
    first = LegRecorder(tmp_path / "1", CIPHER)
    first.write(b"\x01\x00" * 80)
    first.close()
    following = LegRecorder(tmp_path / "1", CIPHER)
    following.pad_to(30)
    following.write(b"\x02\x00" * 80)
    following.close()
    samples = np.frombuffer(sealed_sound(tmp_path / "1", CIPHER), "<i2")
    assert [len(samples), *samples[[0, 80, 239, 240]]] == [320, 1, 0, 0, 2]
    assert sealed_sound(tmp_path / "1", CIPHER, 30, 35) == b"\x02\x00" * 40


def test_a_full_disk_is_told_and_what_is_there_stays_a_sound_file(tmp_path: Path) -> None:
    recorder = LegRecorder(tmp_path / "1", CIPHER)
    recorder.write(b"\x01\x02" * 4000)
    size = recorder.path.stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1000, before[1]))
    try:
        with pytest.raises(OSError):
            recorder.write(b"\x01\x02" * 4000)
        recorder.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert sealed_sound(recorder.path, CIPHER) == b"\x01\x02" * 4000
    assert recorder.duration_ms == 500


def _wav(path: Path, pcm: bytes, told: int | None = None) -> Path:
    path.write_bytes(header(8000, len(pcm) if told is None else told) + pcm)
    return path


def test_a_message_whose_taker_was_killed_is_repaired_even_in_the_middle_of_a_sample(tmp_path: Path) -> None:
    path = _wav(tmp_path / "1.wav", b"\x01\x02" * 8000 + b"\x01", told=0)
    assert repair(path) == 1000
    with wave.open(str(path)) as source:
        assert (source.getnchannels(), source.getsampwidth(), source.getframerate()) == (1, 2, 8000)
        assert source.readframes(source.getnframes()) == sound_of(path) == b"\x01\x02" * 8000


def test_silence_is_no_message(tmp_path: Path) -> None:
    tone = (np.sin(np.arange(8000) / 5) * 3000).astype("<i2").tobytes()
    assert not has_sound(_wav(tmp_path / "quiet.wav", bytes(16000)))
    assert has_sound(_wav(tmp_path / "loud.wav", tone))
