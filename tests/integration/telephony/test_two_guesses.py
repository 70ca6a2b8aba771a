"""A caller who may mean two things is asked which, on a real line."""

from tests.hotline_under_test import SPEECH, HotlineUnderTest, until

#: 有家店卖给我假酒: likelier a report than a complaint, and neither is sure.
WORDS = str(SPEECH / "either-1.wav")


def test_which_of_two_guesses_is_meant_is_asked_and_the_second_takes_key_two(hotline: HotlineUnderTest) -> None:
    caller = hotline.dial({"wav": WORDS}, {"dtmf": "2"}, number="13833330051", stay=90)
    until(lambda: len(hotline.call_of(caller)["call"]["path"]) > 2, 90)
    shown = hotline.call_of(caller)["call"]
    # On the menu itself key 2 is a report.
    assert [step["node"] for step in shown["path"]][:3] == ["greeting", "need", "describe-complaint"]
    assert shown["intent"] == "complaint"
    caller.hang_up()
