"""A caller hears the sounds that the version was published with."""

from pathlib import Path

from gateway.trees import Published
from gateway.walk import Walk
from ivr import effects as fx
from ivr.checking.files import load


def _first_prompt(sounds: dict[str, str]) -> str | None:
    _, effects = Walk(Published(load(Path("ivr/trees/12365.yaml")), 1, sounds)).start()
    (play,) = (effect for effect in effects if isinstance(effect, fx.Play))
    return play.prompts[0].sound


def test_shipped_prompts_go_by_their_name() -> None:
    assert _first_prompt({}) == "zh-CN/greeting"
    assert _first_prompt({"goodbye": "ab12"}) == "zh-CN/greeting"


def test_others_go_by_the_hash_they_were_published_with() -> None:
    assert _first_prompt({"greeting": "ab12"}) == "zh-CN/kept/ab12"
