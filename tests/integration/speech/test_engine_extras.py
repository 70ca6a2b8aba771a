"""A machine without one of the engines: it says so, and reads with what it has. Each time a process that cannot import
the engine's library."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from asr_models.catalogue import VOSK_SMALL_CN
from asr_models.engines.extras import MODULES
from hotline.paths import ROOT
from hotline.setup.models import store
from tests.integration.speech.conftest import SPEECH, errors, recordings

#: Runs the command line where these modules cannot be imported.
WITHOUT = "import sys; sys.modules.update(dict.fromkeys({modules!r})); from hotline.cli import main; main()"


def hotline(without: str, *command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """A command on a machine without an engine."""
    return subprocess.run(
        [sys.executable, "-c", WITHOUT.format(modules=MODULES[without]), *command],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **settings},
    )  # fmt: skip


def transcribed(without: str, path: str, **settings: str) -> dict[str, Any]:
    done = hotline(without, "asr", "transcribe", "--json", path, **settings)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("without", ["vosk", "sherpa"])
def test_without_vosk_or_sherpa_whisper_reads_on(without: str) -> None:
    row = next(each for each in recordings("callers", "callers.tsv") if each["file"] == "complaint-2.wav")
    said = transcribed(without, str(SPEECH / "callers" / row["file"]))
    assert "whisper" in said["engine"] and errors(said["text"], row["text"]) < 0.3
    # Only sherpa-onnx hears sounds.
    assert all(bool(each["sounds"]) == (without != "sherpa") for each in said["segments"])


def test_without_whisper_key_phrases_are_spotted_and_vosk_reads_what_it_knows() -> None:
    phrase = transcribed("whisper", str(SPEECH / "callers" / "complaint-2.wav"))
    assert phrase["engine"].startswith("sherpa") and "投诉" in phrase["text"]
    row = recordings("ko", "transcripts.tsv")[0]
    said = transcribed("whisper", str(SPEECH / "ko" / row["file"]), HOTLINE_SPEECH__LANGUAGE="ko-KR")
    assert said["engine"].startswith("vosk") and len(said["text"]) > len(row["text"]) / 3


@pytest.mark.parametrize("without", sorted(MODULES))
def test_what_is_used_and_what_to_install_are_told(without: str) -> None:
    chosen = json.loads(hotline(without, "asr", "models", "list", "--json").stdout)["choice"]
    assert not any(told.startswith(f"{without} (") for told in chosen.values())
    assert f"ENGINES={without} scripts/bootstrap.sh" in chosen["advice"]
    checks = {each["name"]: each for each in json.loads(hotline(without, "doctor", "--json").stdout)["checks"]}
    assert chosen["advice"] in checks["speech models"]["found"]
    # Where Whisper is not, growing text is all there is, and its model is missed more.
    assert checks["speech models"]["passed"] == (without != "whisper" or VOSK_SMALL_CN.name in store().installed())


def test_a_model_that_is_named_for_an_engine_that_is_not_here_is_refused() -> None:
    done = hotline("vosk", "asr", "models", "list", HOTLINE_SPEECH__PARTIAL="vosk:/srv/models/large")
    assert done.returncode == 1
    assert "/srv/models/large" in done.stderr and "ENGINES=vosk scripts/bootstrap.sh" in done.stderr
