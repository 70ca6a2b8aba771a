"""``hotline call``: what is said and pressed comes in the order given."""

import wave
from pathlib import Path

import pytest
import typer

from hotline.errors import CallerUnreadable, HotlineError, NothingToSay, NotRunning
from hotline.tester.cli import call, in_order, keys_alone, require_playable
from tests.hotline_under_test import SPEECH


def test_steps_of_different_kinds_keep_their_order() -> None:
    given = {"--wav": [{"wav": "a"}, {"wav": "b"}], "--say": [], "--dtmf": [{"dtmf": "5"}, {"dtmf": "1#"}]}
    words = ["hotline", "call", "--dtmf", "5", "--wav=a", "--json", "--dtmf", "1#", "--wav", "b"]
    assert in_order(given, words) == [{"dtmf": "5"}, {"wav": "a"}, {"dtmf": "1#"}, {"wav": "b"}]


@pytest.mark.parametrize("keys", ["abc", "1 2", "", "+86"])
def test_what_no_telephone_has_is_no_key(keys: str) -> None:
    assert keys_alone(["5", "0571*#"]) == ["5", "0571*#"]
    with pytest.raises(typer.BadParameter, match="0 to 9"):
        keys_alone(["1", keys])


@pytest.mark.parametrize(
    ("given", "refused", "told"),
    [
        ({"number": "somebody"}, CallerUnreadable, "'somebody' is no telephone number"),
        ({"number": ""}, CallerUnreadable, "'' is no telephone number"),
        ({"wav": [Path("nowhere.wav")]}, NothingToSay, "nowhere.wav cannot be spoken: No such file"),
        ({"number": "anonymous", "dtmf": ["1*#"]}, NotRunning, "not running"),
    ],
)
def test_what_cannot_be_called_is_told_before_a_telephone_is_taken_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, object], refused: type[HotlineError], told: str
) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    with pytest.raises(refused) as caught:
        call(**({"number": "13912345678"} | given))  # type: ignore[arg-type]
    assert told in caught.value.message("en")
    assert caught.value.remedy("zh-CN") and caught.value.remedy("en")
    assert not list(tmp_path.iterdir())


def test_a_recording_that_no_telephone_plays(tmp_path: Path) -> None:
    require_playable(SPEECH / "complaint-1.wav")
    path = tmp_path / "two.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((2, 1, 8000, 0, "NONE", ""))
    with pytest.raises(NothingToSay) as caught:
        require_playable(path)
    assert "2 channels of 8 bit" in caught.value.message("en")
    for content in (b"", b"rubbish"):
        path.write_bytes(content)
        with pytest.raises(NothingToSay):
            require_playable(path)
