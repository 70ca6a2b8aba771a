"""Keys on a real line, pressed ahead of what asks for them."""

from tests.hotline_under_test import HotlineUnderTest, until


def _path(hotline: HotlineUnderTest, caller: object) -> list[str]:
    return [step["node"] for step in hotline.call_of(caller)["call"]["path"]]  # type: ignore[arg-type]


def test_keys_pressed_ahead_answer_the_questions_that_follow(hotline: HotlineUnderTest) -> None:
    caller = hotline.dial({"dtmf": "41"}, number="13833330021", barge_in=True, stay=30)
    expected = ["greeting", "need", "which-feedback", "describe-suggestion"]
    until(lambda: _path(hotline, caller) == expected, 25)
